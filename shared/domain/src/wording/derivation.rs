//! How a due date was found: sentences for customers, an account for staff.

use std::fmt::Write as _;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Timelike as _};

use super::closed_days;
use super::dates::{clock_time, date, hours_and_minutes, short_date, to_the_minute};
use super::labels::milestone;
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
    let mut text = Explanation { text: String::new(), today, zero: None, extended: false };
    for step in &derivation.steps {
        text.step(step, derivation);
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
            Step::Paused { days, to } => {
                let (days, day) = (number(Within::CalendarDays(*days)), self.date(*to));
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
            Step::Rolled { to, .. } => {
                let day = self.date(*to);
                self.sentence(&format!("That is not a working day, so the date moves to {day}"));
            }
            Step::Elapsed { within, .. } => {
                self.sentence(&format!("{} after that is", capitalised(&number(*within))));
            }
            Step::Due { at, because } => self.due(at, *because),
            Step::ProvisionalStart { due_at: None, .. } => {}
        }
    }

    fn due(&mut self, at: &DateTime<FixedOffset>, because: DueReason) {
        match because {
            DueReason::Close => {
                self.clause(&format!(", when our office closes at {}", clock_time(at.time())));
            }
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

/// The account of a due date for staff, step by step.
#[must_use]
pub fn account(derivation: &Derivation) -> Vec<String> {
    let line = |step: &Step| {
        let mut text = String::new();
        write_step(&mut text, step);
        text
    };
    derivation.steps.iter().map(line).collect()
}

/// The account of a due date for staff in one line: "received Fri 1 May 2026 16:50; after closing at
/// 16:45, so it counts as received Tue 5 May 2026; …; due at closing, 17:15".
#[must_use]
pub fn account_line(derivation: &Derivation) -> String {
    let mut text = String::new();
    for step in &derivation.steps {
        if !text.is_empty() {
            text.push_str("; ");
        }
        write_step(&mut text, step);
    }
    text
}

fn write_step(text: &mut String, step: &Step) {
    // Writing into a string cannot fail.
    let _ = match step {
        Step::Received { at, milestone: what } => {
            write!(text, "{} {}", milestone(*what), stamp(at))
        }
        Step::ProvisionalStart { milestone: what, due_at: Some(at) } => write!(
            text,
            "{}: not yet, and due {}; provisionally counted from then",
            milestone(*what),
            stamp(at)
        ),
        Step::ProvisionalStart { milestone: what, due_at: None } => {
            write!(text, "{}: not yet, so the start is provisional", milestone(*what))
        }
        Step::MadeUrgent { at } => write!(
            text,
            "made urgent {}, after that deadline had passed, so due by closing that day",
            stamp(at)
        ),
        Step::Paused { days, to } => {
            let days = Within::CalendarDays(*days);
            write!(text, "paused for {days}, so it moves to {}", short_date(*to))
        }
        Step::Extended { within, until: None } => {
            write!(text, "extended, with notice, by at most {within}")
        }
        Step::Extended { within, until: Some(until) } => write!(
            text,
            "extended, with notice, to the date that the customer was told, {} (at most {within})",
            short_date(*until)
        ),
        Step::Deferred { to, why, skipped } => {
            let why = match why {
                DeferralReason::AfterClose { closed_at } => {
                    format!("after closing at {}", hours_and_minutes(closed_at.time()))
                }
                DeferralReason::NotAWorkingDay => "not a working day".into(),
                DeferralReason::NotOpen => "while the office was closed".into(),
            };
            let (day, closed) = (short_date(to.date_naive()), closed_days::for_staff(skipped));
            write!(text, "{why}, so it counts as received {day}{closed}")
        }
        Step::DayZero { date, working: true } => write!(text, "day 0 is {}", short_date(*date)),
        Step::DayZero { date, working: false } => {
            write!(text, "day 0 is {}, although it is not a working day", short_date(*date))
        }
        Step::Counted { within, to, skipped, last_day_of_month } => {
            let end =
                if *last_day_of_month { ", the last day of a month without that date" } else { "" };
            let (day, closed) = (short_date(*to), closed_days::for_staff(skipped));
            write!(text, "{within} later is {day}{end}{closed}")
        }
        Step::Rolled { to, skipped } => {
            let (day, closed) = (short_date(*to), closed_days::for_staff(skipped));
            write!(text, "not a working day, so it moves to {day}{closed}")
        }
        Step::Elapsed { within, clocks_change: false } => write!(text, "{within} later"),
        Step::Elapsed { within, clocks_change: true } => {
            write!(text, "{within} later; the clocks change in between, and elapsed time counts")
        }
        Step::Due { at, because } => match because {
            DueReason::Close => write!(text, "due at closing, {}", hours_and_minutes(at.time())),
            DueReason::EndOfDay => write!(text, "due by the end of that day, 23:59:59"),
            DueReason::Elapsed => write!(text, "due {}", stamp(at)),
            DueReason::Agreed => write!(text, "due at the agreed time, {}", stamp(at)),
        },
    };
}

/// A date and time for staff: "Fri 1 May 2026 16:50", with seconds if they are not zero.
fn stamp(at: &DateTime<FixedOffset>) -> String {
    let (date, time) = (short_date(at.date_naive()), hours_and_minutes(at.time()));
    match at.second() {
        0 => format!("{date} {time}"),
        second => format!("{date} {time}:{second:02}"),
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
