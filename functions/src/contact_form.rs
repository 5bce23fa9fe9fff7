//! The contact that a form makes: the customer's own form, or the one with which staff record a
//! contact.

use adapters::digest::digest;
use adapters::pages::{Choice, FieldError};
use domain::contact::{ContactId, Customer};
use domain::decide::{Message, NewContact};
use domain::email_address::is_email_address;
use domain::organisation::TeamId;
use domain::standards::{Category, Channel, Priority};

use crate::App;

/// The longest message in characters: more than a letter of five pages.
const MAX_MESSAGE: usize = 20_000;
/// The longest name, email address, phone number and address in characters.
const MAX_LINE: usize = 200;
/// The longest subject in characters that is made from a message.
const MAX_SUBJECT: usize = 70;

/// The fields that both forms have, cleaned by [`one_line`] and [`lines`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct ContactForm<'a> {
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) phone: &'a str,
    pub(crate) address: &'a str,
    pub(crate) message: &'a str,
}

impl ContactForm<'_> {
    /// Returns the errors in the fields. `missing_message` is the error for an empty message.
    pub(crate) fn errors(&self, missing_message: &str) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut error = |field: &'static str, message: &str| {
            errors.push(FieldError { field, message: message.to_owned() });
        };
        for (field, text) in [
            ("name", self.name),
            ("email", self.email),
            ("phone", self.phone),
            ("address", self.address),
        ] {
            if text.chars().count() > MAX_LINE {
                error(field, "Use 200 characters or fewer");
            }
        }
        if !self.email.is_empty() && !is_email_address(self.email) {
            error("email", "Enter an email address in the correct format, like name@example.com");
        }
        if self.message.is_empty() {
            error("message", missing_message);
        } else if self.message.chars().count() > MAX_MESSAGE {
            error("message", "Use 20,000 characters or fewer");
        }
        errors
    }

    /// Returns the fields' values, in a fixed order.
    pub(crate) fn values(&self) -> [&str; 5] {
        [self.name, self.email, self.phone, self.address, self.message]
    }

    /// Returns the contact of a general enquiry of normal priority that was received now.
    ///
    /// `id` is derived from the form's idempotency key, and `values` are all that was filled in, so
    /// that another contact under the same key is recognised.
    pub(crate) fn contact(
        &self,
        app: &App,
        id: ContactId,
        values: &[&str],
        channel: Channel,
        team: TeamId,
    ) -> NewContact {
        NewContact {
            id,
            fingerprint: digest(values.join("\0").as_bytes()),
            received_at: app.now(),
            recorded_by: None,
            channel,
            category: Category::default(),
            priority: Priority::Normal,
            team,
            owner: None,
            customer: Customer {
                name: self.name.to_owned(),
                email: (!self.email.is_empty()).then(|| self.email.to_owned()),
                reply_to: None,
                phone: self.phone.to_owned(),
                address: self.address.to_owned(),
            },
            subject: subject(self.message),
            message: Message { text: self.message.to_owned(), ..Message::default() },
            automatic: None,
            acknowledged_today: 0,
            also: Vec::new(),
        }
    }
}

/// Returns an idempotency key for a new form.
pub(crate) fn random_key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Returns the key of a form that was sent. Without one, every sending makes a contact of its own.
pub(crate) fn key_or_random(key: &str) -> String {
    if key.is_empty() { random_key() } else { key.to_owned() }
}

/// Returns the categories that a form offers.
pub(crate) fn categories(app: &App) -> Vec<Choice> {
    let categories = app.organisation.categories.iter();
    categories
        .map(|category| Choice { value: category.id.to_string(), label: category.label.clone() })
        .collect()
}

/// Returns the first words of a message, for want of a subject.
fn subject(message: &str) -> String {
    let words = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= MAX_SUBJECT {
        return words;
    }
    format!("{}…", words.chars().take(MAX_SUBJECT - 1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_made_of_the_first_words_of_the_message() {
        assert_eq!(subject("The  tap\n\ndrips"), "The tap drips");
        let long = subject(&"tap ".repeat(30));
        assert_eq!(long.chars().count(), 70);
        assert!(long.ends_with('…'), "{long}");
    }
}
