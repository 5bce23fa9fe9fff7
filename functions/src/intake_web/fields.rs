//! What a customer typed, and what is wrong with it.

use adapters::digest::digest;
use adapters::pages::{FieldError, FormFields};
use domain::contact::Customer;
use domain::decide::{Message, NewContact};
use domain::email_address::is_email_address;
use domain::organisation::TeamId;
use domain::standards::{Category, Channel, Priority};
use serde::Deserialize;

use crate::App;

/// More than a letter of five pages.
const MOST_MESSAGE: usize = 20_000;

/// The fields as they are sent, by form or as JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    category: Option<String>,
    message: Option<String>,
    idempotency_key: Option<String>,
}

impl Written {
    /// What was typed, and the contact that it makes or everything that is wrong with it.
    pub(super) fn check(self, app: &App) -> (FormFields, Result<NewContact, Vec<FieldError>>) {
        let mut errors = Vec::new();
        let mut say = |field: &'static str, message: &str| {
            errors.push(FieldError { field, message: message.to_owned() });
        };
        let short = |text: Option<String>| clean(&text.unwrap_or_default(), false);
        let fields = FormFields {
            name: short(self.name),
            email: short(self.email),
            phone: short(self.phone),
            address: short(self.address),
            category: short(self.category),
            message: clean(&self.message.unwrap_or_default(), true),
            idempotency_key: short(self.idempotency_key),
        };
        for (field, text) in [
            ("name", &fields.name),
            ("email", &fields.email),
            ("phone", &fields.phone),
            ("address", &fields.address),
        ] {
            if text.chars().count() > 200 {
                say(field, "Write this in at most 200 characters");
            }
        }
        if fields.name.is_empty() {
            say("name", "Tell us your name");
        }
        if !fields.email.is_empty() && !is_email_address(&fields.email) {
            say("email", "Write an email address such as name@example.com");
        }
        if fields.email.is_empty() && fields.phone.is_empty() && fields.address.is_empty() {
            say(
                "email",
                "Give an email address, a telephone number or your address, so that we can answer you",
            );
        }
        if fields.phone.chars().any(|c| !(c.is_ascii_digit() || " +-().x".contains(c))) {
            say("phone", "Write a telephone number such as 01732 749 400");
        }
        let category =
            Some(fields.category.as_str()).filter(|c| !c.is_empty()).unwrap_or(Category::GENERAL);
        let choice = app.organisation.category(category);
        if choice.is_none()
            && (!fields.category.is_empty() || !app.organisation.categories.is_empty())
        {
            let known: Vec<_> = app.organisation.categories.iter().map(|c| c.id.as_str()).collect();
            say("category", &format!("Choose what it is about: {}", known.join(", ")));
        }
        if fields.message.is_empty() {
            say("message", "Write your message");
        } else if fields.message.len() > MOST_MESSAGE {
            say("message", &format!("Write your message in at most {MOST_MESSAGE} characters"));
        }
        if fields.idempotency_key.len() > 200 {
            say("idempotency_key", "use at most 200 characters");
        }
        if !errors.is_empty() {
            return (fields, Err(errors));
        }
        let team = choice.and_then(|choice| choice.team.clone());
        let team = team.or_else(|| app.organisation.teams().first().map(|team| team.id.clone()));
        let new = contact(app, &fields, category, team.unwrap_or_else(|| TeamId::from("")));
        (fields, Ok(new))
    }
}

fn contact(app: &App, fields: &FormFields, category: &str, team: TeamId) -> NewContact {
    let content = [&fields.name, &fields.email, &fields.phone, &fields.address, &fields.message];
    let content = content.map(String::as_str).join("\0");
    let fingerprint = digest(format!("{category}\0{content}").as_bytes());
    // Without a key every sending is a message of its own.
    let key = if fields.idempotency_key.is_empty() {
        uuid::Uuid::new_v4().to_string()
    } else {
        fields.idempotency_key.clone()
    };
    let optional = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let subject: String = fields.message.split_whitespace().collect::<Vec<_>>().join(" ");
    let subject = if subject.chars().count() > 70 {
        format!("{}…", subject.chars().take(69).collect::<String>())
    } else {
        subject
    };
    NewContact {
        id: app.secret.contact_of_form(&key),
        fingerprint,
        received_at: app.now(),
        channel: Channel::WebForm,
        category: category.parse().unwrap_or_default(),
        priority: Priority::Normal,
        team,
        owner: None,
        customer: Customer {
            name: fields.name.clone(),
            email: optional(&fields.email),
            reply_to: None,
            phone: fields.phone.clone(),
            address: fields.address.clone(),
        },
        subject,
        message: Message { text: fields.message.clone(), ..Message::default() },
        automatic: None,
        acknowledged_today: 0,
        also: Vec::new(),
    }
}

/// Without control characters, which nobody types; in one line, where it is one.
pub(crate) fn clean(text: &str, lines: bool) -> String {
    let text = text.replace("\r\n", "\n");
    let keep = |c: char| match c {
        '\n' if lines => Some('\n'),
        c if c.is_control() => (!lines || c == '\t').then_some(' '),
        c => Some(c),
    };
    text.chars().filter_map(keep).collect::<String>().trim().to_owned()
}
