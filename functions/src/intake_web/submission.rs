//! A message that a customer submits, by the form or as JSON.

use adapters::pages::{FieldError, FormFields};
use domain::decide::NewContact;
use domain::organisation::TeamId;
use domain::plain_text::{lines, one_line};
use domain::standards::{Category, Channel};
use serde::Deserialize;

use crate::App;
use crate::contact_form::{ContactForm, key_or_random};

/// The longest idempotency key in bytes.
const MAX_KEY: usize = 200;

/// The fields in the order of the form, in which their errors are listed.
const FIELDS: [&str; 7] =
    ["name", "email", "phone", "address", "category", "message", "idempotency_key"];

/// The fields as they are sent, by the form or as JSON.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Submission {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    address: Option<String>,
    category: Option<String>,
    message: Option<String>,
    idempotency_key: Option<String>,
}

impl Submission {
    /// Returns the fields, cleaned.
    pub(super) fn fields(self) -> FormFields {
        let line = |text: Option<String>| one_line(&text.unwrap_or_default());
        FormFields {
            name: line(self.name),
            email: line(self.email),
            phone: line(self.phone),
            address: line(self.address),
            category: line(self.category),
            message: lines(&self.message.unwrap_or_default()),
            idempotency_key: line(self.idempotency_key),
        }
    }
}

/// Returns the contact that the fields make, or every error in them.
pub(super) fn contact(app: &App, fields: &FormFields) -> Result<NewContact, Vec<FieldError>> {
    let form = ContactForm {
        name: &fields.name,
        email: &fields.email,
        phone: &fields.phone,
        address: &fields.address,
        message: &fields.message,
    };
    let mut errors = form.errors("Enter your message");
    let mut error = |field: &'static str, message: &str| {
        errors.push(FieldError { field, message: message.to_owned() });
    };
    if fields.name.is_empty() {
        error("name", "Enter your name");
    }
    if fields.email.is_empty() && fields.phone.is_empty() && fields.address.is_empty() {
        error(
            "email",
            "Enter an email address, a phone number or your address, so that we can answer you",
        );
    }
    if fields.phone.chars().any(|c| !(c.is_ascii_digit() || " +-().x".contains(c))) {
        error("phone", "Enter a phone number, like 01732 749 400");
    }
    let id =
        Some(fields.category.as_str()).filter(|id| !id.is_empty()).unwrap_or(Category::GENERAL);
    let offered = &app.organisation.categories;
    let category = app.organisation.category(id);
    if category.is_none() && !(fields.category.is_empty() && offered.is_empty()) {
        let known: Vec<_> = offered.iter().map(|category| category.id.as_str()).collect();
        error("category", &format!("Select what your message is about: {}", known.join(", ")));
    }
    if fields.idempotency_key.len() > MAX_KEY {
        error("idempotency_key", "Use 200 characters or fewer");
    }
    if !errors.is_empty() {
        errors.sort_by_key(|error| FIELDS.iter().position(|field| *field == error.field));
        return Err(errors);
    }
    let team = category.and_then(|category| category.team.clone());
    let team = team.or_else(|| app.organisation.teams().first().map(|team| team.id.clone()));
    let team = team.unwrap_or_else(|| TeamId::from(""));
    let key = app.secret.contact_of_form(&key_or_random(&fields.idempotency_key));
    let values = [&[id][..], &form.values()].concat();
    Ok(NewContact {
        category: id.parse().unwrap_or_default(),
        ..form.contact(app, key, &values, Channel::WebForm, team)
    })
}
