//! The form with which staff reply to a customer: one text, and the choice of its meaning.

use chrono::NaiveDate;
use domain::contact::Means;
use domain::decide::{Answer, DelayNotice, StaffCommand, Update};

use super::action::{ActionForm, time_or_now};
use crate::App;

/// The meaning of what staff wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyChoice {
    /// It is the answer.
    Answer,
    /// It is an update.
    Update,
    /// The answer will take longer.
    TakesLonger,
    /// No answer is needed.
    NoAnswer,
    /// It is a note for colleagues.
    Note,
}

impl ReplyChoice {
    const ALL: [Self; 5] =
        [Self::Answer, Self::Update, Self::TakesLonger, Self::NoAnswer, Self::Note];

    /// Returns the choice with this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == name)
    }

    /// The name in the form, and in the address of the page after it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Update => "update",
            Self::TakesLonger => "takes-longer",
            Self::NoAnswer => "no-answer",
            Self::Note => "note",
        }
    }

    /// The message on the contact's page afterwards.
    pub(super) const fn notice(self) -> &'static str {
        match self {
            Self::Answer => {
                "Your answer has been recorded. If it is an email, it is being sent now."
            }
            Self::Update => {
                "Your update has been recorded. If it is an email, it is being sent now."
            }
            Self::TakesLonger => {
                "The new date has been recorded. If you chose email, the notice is being sent now."
            }
            Self::NoAnswer => "The contact has been closed without an answer.",
            Self::Note => "Your note has been added to the history.",
        }
    }

    /// Returns the command that the form gives, or the error in it.
    pub(super) fn command(
        self,
        app: &App,
        form: &ActionForm,
        text: &str,
    ) -> Result<StaffCommand, String> {
        let text = text.to_owned();
        Ok(match self {
            Self::Answer => StaffCommand::Answer(Answer {
                means: means(&form.means)?,
                text,
                at: time_or_now(app, &form.at)?,
                closes: form.closes == "yes",
            }),
            Self::Update => StaffCommand::GiveUpdate(Update {
                means: means(&form.means)?,
                text,
                at: time_or_now(app, &form.at)?,
            }),
            Self::TakesLonger => {
                let until = NaiveDate::parse_from_str(&form.until, "%Y-%m-%d")
                    .map_err(|_| "Enter the new date, including day, month and year.".to_owned())?;
                StaffCommand::NotifyDelay(DelayNotice {
                    means: if form.means.is_empty() { Means::Email } else { means(&form.means)? },
                    until,
                    text,
                    at: time_or_now(app, &form.at)?,
                    confirmed: form.confirmed == "yes",
                })
            }
            Self::NoAnswer if text.is_empty() => {
                return Err("Enter the reason why no answer is needed.".into());
            }
            Self::NoAnswer => StaffCommand::Close { reason: Some(text) },
            Self::Note if text.is_empty() => return Err("Enter the note.".into()),
            Self::Note => StaffCommand::AddNote { text },
        })
    }
}

fn means(means: &str) -> Result<Means, String> {
    match means {
        "email" => Ok(Means::Email),
        "phone" => Ok(Means::Phone),
        "letter" => Ok(Means::Letter),
        "in-person" => Ok(Means::InPerson),
        _ => Err("Select how you told them: by email, by phone, by letter or in person.".into()),
    }
}
