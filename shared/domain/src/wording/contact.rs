//! A contact: its customer and its acknowledgement.

use chrono::{DateTime, Utc};

use super::dates::date_time;
use super::labels::suppression;
use crate::contact::{Acknowledgement, Contact};
use crate::organisation::Organisation;

/// The customer by name and email address, or by what else they gave.
#[must_use]
pub fn customer(contact: &Contact) -> String {
    let customer = &contact.customer;
    match (&customer.name, &customer.email) {
        (name, Some(email)) if !name.is_empty() => format!("{name} <{email}>"),
        (_, Some(email)) => email.clone(),
        (name, None) if !name.is_empty() => name.clone(),
        _ if !customer.phone.is_empty() => customer.phone.clone(),
        _ => "a customer who gave no name".into(),
    }
}

/// The state of the acknowledgement, in a sentence for staff.
#[must_use]
pub fn acknowledgement(
    organisation: &Organisation,
    contact: &Contact,
    now: DateTime<Utc>,
) -> String {
    match &contact.acknowledgement {
        Acknowledgement::OnItsWay => "An acknowledgement is being sent.".into(),
        Acknowledgement::Confirmed { at } => {
            format!("Acknowledged on {}.", date_time(organisation, *at, now))
        }
        Acknowledgement::Suppressed { why } => {
            format!("No acknowledgement was sent: {}.", suppression(*why))
        }
        Acknowledgement::Failed => {
            "The acknowledgement could not be delivered. Check the customer's email address.".into()
        }
    }
}
