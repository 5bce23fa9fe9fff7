//! Whole flows in virtual time, as given, when and then.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod acknowledgement;
mod closed_contacts;
mod complaint_stages;
mod crashes;
mod emails;
mod escalation;
mod events_published;
mod hostile_mail;
mod measures;
mod pages;
mod reminders;
mod replies_to_complaints;
mod sign_in;
mod staff_pages;
mod staff_reply;
mod standards;
mod threading;
mod web_form;
