//! The facts of a play as text for people.

use domain::organisation::Organisation;
use domain::wording::short_date;

use super::facts::{Fact, FactEvent};

/// Tells facts as text, with a heading for each day. A fact that follows from another has no sentence of
/// its own and is left out. So is the text of the emails that Kept sent, unless `letters` is true.
pub(super) fn text(facts: &[Fact], organisation: &Organisation, letters: bool) -> String {
    let mut text = String::new();
    let mut last_day = String::new();
    for fact in facts.iter().filter(|fact| !fact.what.is_empty()) {
        let at = fact.at.0;
        let day = short_date(at.date_naive());
        if day != last_day {
            text.push_str(&format!("{}{day}\n", if last_day.is_empty() { "" } else { "\n" }));
            last_day = day;
        }
        let (who, what) = describe(fact, organisation);
        text.push_str(&format!("  {}  {who}  {what}\n", at.format("%H:%M:%S")));
        let why = match fact.event {
            // Their sentence gives the reason, or leaves out how the date was found.
            FactEvent::DeadlineStarted | FactEvent::Refused | FactEvent::NoChange => &fact.why,
            _ => "",
        };
        if !why.is_empty() {
            text.push_str(&format!("            {why}\n"));
        }
        let written = match (&fact.mail, fact.event) {
            (Some(mail), FactEvent::MailSent) if letters => &mail.text,
            (None, FactEvent::Step) => &fact.text,
            _ => "",
        };
        for line in written.trim().lines() {
            text.push_str(&format!("            | {line}\n"));
        }
    }
    text
}

/// The person or contact that a fact is about, and its sentence.
fn describe(fact: &Fact, organisation: &Organisation) -> (String, String) {
    match (fact.event, &fact.mail) {
        (FactEvent::MailSent, Some(mail)) => {
            ("email".into(), format!("to {}: {}", mail.to, mail.subject))
        }
        (FactEvent::Step | FactEvent::Refused | FactEvent::NoChange, _) => {
            let by = fact.by.clone().unwrap_or_default();
            let person = organisation.person(&by).map(|person| person.name.clone());
            (person.unwrap_or(by), fact.what.clone())
        }
        _ => (fact.contact.clone().unwrap_or_default(), fact.what.clone()),
    }
}
