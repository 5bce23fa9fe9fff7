//! Reminders of several deadlines that the same answer meets: the one due first drives them.

use crate::case::Case;

#[test]
fn reminders_of_a_later_deadline_wait_for_the_earlier_one_that_the_same_answer_meets() {
    let mut case = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    case.record_milestone("complaint-defined");
    // Ten working days from receipt by the landlord's own promise, and from the acknowledgement by
    // the Code; made unequal by a later acknowledgement.
    assert_eq!(case.due("lhh-complaint-response"), "2026-06-15T17:00:00");
    assert_eq!(case.due("chc-s1-response"), "2026-06-15T17:00:00");
    let mut later = Case::new("lhh", "letter", "complaint", "2026-06-01T10:00");
    later.at("2026-06-04T10:00").record_milestone("complaint-defined");
    assert_eq!(later.due("chc-s1-response"), "2026-06-18T17:00:00");
    later.mails();
    later.at("2026-06-15T17:00");
    let mails = later.mails();
    assert!(mails.iter().any(|mail| mail.contains("lhh-complaint-response")), "{mails:?}");
    assert!(!mails.iter().any(|mail| mail.contains("chc-s1-response")), "{mails:?}");
    later.at("2026-06-18T16:59");
    let mails = later.mails();
    assert!(mails.iter().any(|mail| mail.contains("chc-s1-response")), "{mails:?}");
}
