//! The explanation of a due date for customers.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};

use super::closed_days;
use super::dates::{clock_time, date, to_the_minute};
use crate::deadline::{DeferralReason, Derivation, DueReason, Step};
use crate::standards::{Milestone, Within};

/// Explains a due date in sentences that a customer can check on a wall calendar.
///
/// ```
/// use domain::library::load_built_in;
/// use domain::standards::StandardId;
/// use domain::wording::explanation;
///
/// let organisation = load_built_in("westkent")?;
/// let standard = organisation.standard(&"wk-email-cs".into()).unwrap();
/// let counting = standard.options[0].counting;
/// let start = "2026-05-01T15:50:00Z".parse::<chrono::DateTime<chrono::Utc>>()?;
/// let derivation = counting.derive(organisation.calendar(counting.calendar), start.timestamp())?;
/// assert_eq!(
///     explanation(&derivation, "2026-05-01".parse()?),
///     "Your message reached us on Friday 1 May at 4.50pm, after our office had closed at 4.45pm, so it \
///      counts as received on Tuesday 5 May (Monday 4 May is a bank holiday). One working day after \
///      that is Wednesday 6 May, when our office closes at 5.15pm."
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn explanation(derivation: &Derivation, today: NaiveDate) -> String {
    let mut text = Explanation {
        text: String::new(),
        today,
        zero: None,
        extended: false,
        earlier_end: None,
        aim: None,
    };
    for step in &derivation.steps {
        text.step(step, derivation);
    }
    if let Some(other) = text.earlier_end {
        let day = text.date(other.date_naive());
        text.sentence(&format!("The other time that we allow would end earlier, on {day}"));
    }
    if let Some(aim) = text.aim {
        let (day, time) = (text.date(aim.date_naive()), clock_time(to_the_minute(aim.time())));
        text.sentence(&format!("We aim to do it sooner, by {time} on {day}"));
    }
    text.text.push('.');
    text.text
}

/// An explanation in the making. Its last sentence is still without its full stop.
struct Explanation {
    text: String,
    today: NaiveDate,
    /// Day 0 of the present count.
    zero: Option<NaiveDate>,
    /// True once an extension starts a second count.
    extended: bool,
    /// The end of another time that is allowed, which is earlier.
    earlier_end: Option<DateTime<FixedOffset>>,
    /// The end of an aim that is earlier than the due date.
    aim: Option<DateTime<FixedOffset>>,
}

impl Explanation {
    fn step(&mut self, step: &Step, derivation: &Derivation) {
        match step {
            Step::Received { at, milestone } => {
                let (day, time) = (self.date(at.date_naive()), customer_time(at, derivation));
                self.sentence(&format!("{} {day} at {time}", beginning(*milestone)));
            }
            Step::ProvisionalStart { milestone, due_at: Some(at) } => {
                let day = self.date(at.date_naive());
                self.sentence(&format!("{} {day}", awaited(*milestone)));
            }
            Step::MadeUrgent { at } => {
                let (day, time) = (self.date(at.date_naive()), customer_time(at, derivation));
                self.sentence(&format!("We found on {day} at {time} that it is urgent"));
            }
            Step::Deferred { to, why, skipped } => {
                let why = match why {
                    DeferralReason::AfterClose { closed_at } => {
                        format!("after our office had closed at {}", clock_time(closed_at.time()))
                    }
                    DeferralReason::NotAWorkingDay => "which is not a working day".into(),
                    DeferralReason::NotOpen => "when our office was closed".into(),
                };
                let closed = closed_days::for_customer(skipped, self.today);
                let day = self.date(to.date_naive());
                self.clause(&format!(", {why}, so it counts as received on {day}{closed}"));
            }
            Step::DayZero { date, .. } => self.zero = Some(*date),
            Step::Counted { within, to, skipped, last_day_of_month } => {
                let closed = closed_days::for_customer(skipped, self.today);
                let day = self.date(*to);
                let end = if *last_day_of_month { ", the last day of that month" } else { "" };
                match (within, self.zero) {
                    (Within::WorkingDays(0) | Within::CalendarDays(0), zero)
                        if zero == Some(*to) =>
                    {
                        self.sentence("It is due that same day");
                    }
                    (Within::WorkingDays(0), _) => {
                        self.sentence(&format!("The next working day is {day}{closed}"));
                    }
                    (_, Some(zero)) if self.extended => {
                        let zero = self.date(zero);
                        let within = capitalised(&number(*within));
                        self.sentence(&format!("{within} after {zero} is {day}{end}{closed}"));
                    }
                    _ => {
                        let within = capitalised(&number(*within));
                        self.sentence(&format!("{within} after that is {day}{end}{closed}"));
                    }
                }
            }
            Step::Paused { within, to, .. } => {
                let (days, day) = (number(*within), self.date(*to));
                self.sentence(&format!("We waited for you for {days}, so the date moves to {day}"));
            }
            Step::Extended { until: None, .. } => {
                self.extended = true;
                self.sentence("We told you that we need longer");
            }
            Step::Extended { until: Some(until), .. } => {
                let day = self.date(*until);
                self.sentence(&format!("We told you that we need until {day}"));
            }
            Step::ToldDate { until } => {
                let day = self.date(*until);
                self.sentence(&format!("We told you that we would answer by {day}"));
            }
            Step::Rolled { to, .. } => {
                let day = self.date(*to);
                self.sentence(&format!("That is not a working day, so the date moves to {day}"));
            }
            Step::Elapsed { within: Within::Immediately, .. } => {
                self.sentence("We do this at once, which means by");
            }
            Step::Elapsed { within, .. } => {
                self.sentence(&format!("{} after that is", capitalised(&number(*within))));
            }
            Step::LaterOf { other } => self.earlier_end = Some(*other),
            Step::Aim { at } => self.aim = Some(*at),
            Step::Due { at, because } => self.due(at, *because),
            Step::ProvisionalStart { due_at: None, .. } => {}
        }
    }

    fn due(&mut self, at: &DateTime<FixedOffset>, because: DueReason) {
        match because {
            DueReason::Close => {
                self.clause(&format!(", when our office closes at {}", clock_time(at.time())));
            }
            DueReason::TimeOfDay => self.clause(&format!(", at {}", clock_time(at.time()))),
            DueReason::EndOfDay => self.clause(", and that whole day counts"),
            DueReason::Elapsed => {
                let time = clock_time(to_the_minute(at.time()));
                let day = self.date(at.date_naive());
                self.clause(&format!(" {time} on {day}"));
            }
            DueReason::Agreed => self.sentence("That is the time we agreed"),
        }
    }

    fn sentence(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push_str(". ");
        }
        self.text.push_str(text);
    }

    fn clause(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn date(&self, day: NaiveDate) -> String {
        date(day, self.today)
    }
}

/// A time to the minute; to the second if the seconds are what made it late.
fn customer_time(at: &DateTime<FixedOffset>, derivation: &Derivation) -> String {
    let closed_at = derivation.steps.iter().find_map(|step| match step {
        Step::Deferred { why: DeferralReason::AfterClose { closed_at }, .. } => {
            Some(closed_at.time())
        }
        _ => None,
    });
    let minute: NaiveTime = to_the_minute(at.time());
    clock_time(if closed_at == Some(minute) { at.time() } else { minute })
}

/// A milestone that happened, as the beginning of a sentence for the customer. A date follows.
fn beginning(milestone: Milestone) -> &'static str {
    match milestone {
        Milestone::Received => "Your message reached us on",
        Milestone::DelayNoticeSent => "We wrote to you on",
        Milestone::Updated => "We last updated you on",
        Milestone::HandedOver => "We handed your message over to the team on",
        Milestone::Escalated => "You asked for the next stage on",
        Milestone::ComplaintDefined => "We sent you our understanding of your complaint on",
        Milestone::ReplyDelivered => "Our reply reached you on",
        Milestone::MeetingHeld => "The meeting was held on",
        Milestone::MessageTaken => "We took your message on",
        Milestone::CallBackAgreed => "We agreed to call you on",
        Milestone::AppointmentMade => "Your appointment is on",
        Milestone::Arrived => "You arrived on",
        Milestone::InvestigationConcluded => "We completed our investigation on",
        Milestone::ClarificationReceived => "Your reply to our question reached us on",
        Milestone::IdentityConfirmed => "We confirmed who you are on",
        _ => "We count from",
    }
}

/// A milestone that has not happened, as the beginning of a sentence for the customer. The date by
/// which it is due follows.
fn awaited(milestone: Milestone) -> &'static str {
    match milestone {
        Milestone::ComplaintDefined => {
            "We are due to send you our understanding of your complaint by"
        }
        Milestone::InvestigationConcluded => "We are due to complete our investigation by",
        _ => "The step before this is due by",
    }
}

/// A duration with numbers up to ten as words: "one working day", "24 hours".
fn number(within: Within) -> String {
    const NUMBERS: [&str; 11] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let text = within.to_string();
    let Some((number, unit)) = text.split_once(' ') else { return text };
    let word = number.parse::<usize>().ok().and_then(|n| NUMBERS.get(n));
    word.map_or_else(|| text.clone(), |word| format!("{word} {unit}"))
}

/// A text with a capital letter at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<FixedOffset> {
        DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%:z").unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Received on Friday 1 May 2026 at 10am, which is day 0.
    fn received() -> Vec<Step> {
        vec![
            Step::Received { at: at("2026-05-01 10:00:00+01:00"), milestone: Milestone::Received },
            Step::DayZero { date: day("2026-05-01"), working: true },
        ]
    }

    fn counted(within: &str, to: &str) -> Step {
        Step::Counted {
            within: within.parse().unwrap(),
            to: day(to),
            skipped: Vec::new(),
            last_day_of_month: false,
        }
    }

    fn closes(date: &str) -> Step {
        Step::Due { at: at(&format!("{date} 17:15:00+01:00")), because: DueReason::Close }
    }

    fn explained(steps: Vec<Step>) -> String {
        explanation(&Derivation { steps }, day("2026-05-01"))
    }

    #[test]
    fn a_count_of_days_ends_when_the_office_closes() {
        let steps =
            [received(), vec![counted("5 working days", "2026-05-08"), closes("2026-05-08")]];
        assert_eq!(
            explained(steps.concat()),
            "Your message reached us on Friday 1 May at 10am. Five working days after that is Friday \
             8 May, when our office closes at 5.15pm."
        );
    }

    #[test]
    fn a_count_that_ends_on_a_closed_day_says_the_time_and_not_that_the_office_closes() {
        let end = Step::Due { at: at("2026-06-07 17:00:00+01:00"), because: DueReason::TimeOfDay };
        let steps = [received(), vec![counted("37 days", "2026-06-07"), end]];
        assert_eq!(
            explained(steps.concat()),
            "Your message reached us on Friday 1 May at 10am. 37 days after that is Sunday 7 June, at \
             5pm."
        );
    }

    #[test]
    fn no_days_are_that_same_day_or_the_next_working_day() {
        let same =
            [received(), vec![counted("0 working days", "2026-05-01"), closes("2026-05-01")]];
        assert_eq!(
            explained(same.concat()),
            "Your message reached us on Friday 1 May at 10am. It is due that same day, when our office \
             closes at 5.15pm."
        );
        let next =
            [received(), vec![counted("0 working days", "2026-05-05"), closes("2026-05-05")]];
        assert_eq!(
            explained(next.concat()),
            "Your message reached us on Friday 1 May at 10am. The next working day is Tuesday 5 May, \
             when our office closes at 5.15pm."
        );
    }

    #[test]
    fn a_whole_day_counts_if_the_law_knows_no_office_hours() {
        let end = Step::Due { at: at("2026-06-01 23:59:59+01:00"), because: DueReason::EndOfDay };
        let steps = [
            received(),
            vec![
                counted("1 calendar month", "2026-06-01"),
                Step::Paused {
                    within: Within::CalendarDays(3),
                    to: day("2026-06-04"),
                    skipped: Vec::new(),
                },
                Step::Rolled { to: day("2026-06-05"), skipped: Vec::new() },
                end,
            ],
        ];
        assert_eq!(
            explained(steps.concat()),
            "Your message reached us on Friday 1 May at 10am. One calendar month after that is Monday \
             1 June. We waited for you for three days, so the date moves to Thursday 4 June. That is \
             not a working day, so the date moves to Friday 5 June, and that whole day counts."
        );
    }

    #[test]
    fn an_extension_is_counted_from_a_day_that_is_named() {
        let furthest = [
            received(),
            vec![
                counted("10 working days", "2026-05-18"),
                closes("2026-05-18"),
                Step::Extended { within: "10 working days".parse().ok(), until: None },
                Step::DayZero { date: day("2026-05-18"), working: true },
                counted("10 working days", "2026-06-02"),
                closes("2026-06-02"),
            ],
        ];
        assert_eq!(
            explained(furthest.concat()),
            "Your message reached us on Friday 1 May at 10am. Ten working days after that is Monday \
             18 May, when our office closes at 5.15pm. We told you that we need longer. Ten working \
             days after Monday 18 May is Tuesday 2 June, when our office closes at 5.15pm."
        );
        let until = Some(day("2026-05-22"));
        let promised = [
            received(),
            vec![
                counted("10 working days", "2026-05-18"),
                closes("2026-05-18"),
                Step::Extended { within: "10 working days".parse().ok(), until },
                closes("2026-05-22"),
            ],
        ];
        assert_eq!(
            explained(promised.concat()),
            "Your message reached us on Friday 1 May at 10am. Ten working days after that is Monday \
             18 May, when our office closes at 5.15pm. We told you that we need until Friday 22 May, \
             when our office closes at 5.15pm."
        );
    }

    #[test]
    fn a_provisional_start_says_what_it_waits_for() {
        let steps = vec![
            Step::ProvisionalStart {
                milestone: Milestone::ComplaintDefined,
                due_at: Some(at("2026-05-11 17:15:00+01:00")),
            },
            Step::DayZero { date: day("2026-05-11"), working: true },
            counted("10 working days", "2026-05-26"),
            closes("2026-05-26"),
        ];
        assert_eq!(
            explained(steps),
            "We are due to send you our understanding of your complaint by Monday 11 May. Ten working \
             days after that is Tuesday 26 May, when our office closes at 5.15pm."
        );
    }

    #[test]
    fn elapsed_time_ends_at_a_time_and_an_agreed_time_is_named_as_such() {
        let elapsed = vec![
            Step::Received { at: at("2026-05-01 10:00:00+01:00"), milestone: Milestone::Received },
            Step::Elapsed { within: "24 hours".parse().unwrap(), clocks_change: false },
            Step::Due { at: at("2026-05-02 10:00:00+01:00"), because: DueReason::Elapsed },
        ];
        assert_eq!(
            explained(elapsed),
            "Your message reached us on Friday 1 May at 10am. 24 hours after that is 10am on Saturday \
             2 May."
        );
        let agreed = vec![
            Step::Received {
                at: at("2026-05-07 09:30:00+01:00"),
                milestone: Milestone::CallBackAgreed,
            },
            Step::Due { at: at("2026-05-07 09:30:00+01:00"), because: DueReason::Agreed },
        ];
        assert_eq!(
            explained(agreed),
            "We agreed to call you on Thursday 7 May at 9.30am. That is the time we agreed."
        );
    }

    #[test]
    fn a_contact_found_urgent_too_late_says_when_it_was_found_urgent() {
        let steps = vec![
            Step::Received { at: at("2026-05-01 10:00:00+01:00"), milestone: Milestone::Received },
            Step::MadeUrgent { at: at("2026-05-05 11:00:00+01:00") },
            Step::DayZero { date: day("2026-05-05"), working: true },
            counted("0 working days", "2026-05-05"),
            closes("2026-05-05"),
        ];
        let derivation = Derivation { steps };
        assert_eq!(
            explanation(&derivation, day("2026-05-05")),
            "Your message reached us on Friday 1 May at 10am. We found on Tuesday 5 May at 11am that it \
             is urgent. It is due that same day, when our office closes at 5.15pm."
        );
    }
}
