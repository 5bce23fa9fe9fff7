//! The pages for staff.

use axum::http::StatusCode;
use domain::contact::ContactId;
use domain::deadline::DeadlineState;
use domain::decide::StaffCommand;
use domain::standards::Priority;
use tests::{Browser, Scenario};

const HELP: &str = "help@westkent.example";

/// Opens a page as Priya Shah, who is on duty for customer services.
async fn page(scenario: &Scenario, path: &str) -> String {
    let answer = Browser::signed_in(scenario, "priya.shah").await.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.page);
    answer.page
}

/// Sends a form as Priya Shah. Returns the status, the redirect and the page.
async fn post(scenario: &mut Scenario, path: &str, body: &str) -> (StatusCode, String, String) {
    let answer = Browser::signed_in(scenario, "priya.shah").await.post(path, body).await;
    scenario.run_until_idle().await;
    (answer.status, answer.location, answer.page)
}

fn action(id: &ContactId, action: &str) -> String {
    format!("/staff/contacts/{id}/{action}")
}

#[tokio::test]
async fn the_work_list_is_ordered_by_what_is_due_next() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.tenant_emails("repairs@westkent.example", "Later", "x").await;
    scenario.tenant_emails(HELP, "Sooner", "x").await;
    scenario.advance_to("2026-06-02 11:00").await;
    let list = page(&scenario, "/staff").await;
    assert!(list.find("Sooner").unwrap() < list.find("Later").unwrap(), "{list}");
    assert!(
        list.contains("1 day 6 hours left") && list.contains("Wednesday 3 June at 5.15pm"),
        "{list}"
    );
    let repairs = page(&scenario, "/staff?team=repairs").await;
    assert!(repairs.contains("Later") && !repairs.contains("Sooner"), "{repairs}");
    scenario.advance_to("2026-06-03 18:00").await;
    assert!(page(&scenario, "/staff").await.contains("45 minutes late"));
    scenario.end().await;
}

#[tokio::test]
async fn a_contact_page_shows_the_history_and_the_reason_for_each_date() {
    let mut scenario = Scenario::at("2026-05-01 16:50").await;
    let id = scenario.tenant_emails(HELP, "No hot water", "Hello <b>there</b>").await;
    let shown = page(&scenario, &format!("/staff/contacts/{id}")).await;
    for part in [
        "Wednesday 6 May at 5.15pm",
        "after closing at 16:45",
        "Early May bank holiday",
        "Hello &#60;b&#62;there&#60;/b&#62;",
        "Sent the acknowledgement to the customer",
        "Acknowledged on Friday 1 May at 4.50pm",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    scenario.end().await;
}

#[tokio::test]
async fn an_answer_from_the_page_is_sent_once_however_often_the_button_is_clicked() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let body = "key=k1&what=answer&means=email&text=Thursdays.&closes=yes";
    let (status, to, _) = post(&mut scenario, &action(&id, "reply"), body).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, format!("/staff/contacts/{id}?done=answer").as_str())
    );
    post(&mut scenario, &action(&id, "reply"), body).await;
    assert_eq!(
        scenario.sent_to("jo@tenant.example").len(),
        2,
        "the acknowledgement and the answer"
    );
    assert!(matches!(scenario.deadline(&id, "wk-email-cs").await, DeadlineState::Met { .. }));
    assert!(!page(&scenario, "/staff").await.contains("Bins"), "it is closed");
    scenario.end().await;
}

#[tokio::test]
async fn an_error_is_explained_and_the_text_is_kept() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    for (name, body, expected) in [
        ("reply", "what=answer&means=owl&text=Dear+Jo", "Select how you told them"),
        ("reply", "what=answer&means=email&text=", "The text is empty"),
        ("reply", "what=answer&means=phone&text=Dear+Jo&at=2027-01-01T10:00", "not between"),
        ("reply", "what=update&means=phone&text=Dear+Jo&at=tomorrow", "not a date and time"),
        ("reply", "what=takes-longer&until=2026-06-01&text=Dear+Jo", "must be after today"),
        ("reply", "what=takes-longer&until=soon&text=Dear+Jo", "including day, month and year"),
        ("reply", "means=email&text=Dear+Jo", "Select what you want to do"),
        ("reply", "what=note&text=", "Enter the note"),
        ("confirm", "reply=", "Select the reply"),
        ("confirm", "reply=1", "No reply like that"),
        ("reopen", "reason=x", "This contact is open"),
        ("close", "", "An answer is still owed"),
        ("assign", "to=nobody", "nobody called"),
        ("hand-over", "to=nowhere", "no team called"),
    ] {
        let (status, _, page) = post(&mut scenario, &action(&id, name), body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {body}");
        assert!(page.contains(expected), "{name} {body}: {page}");
        assert!(
            !body.contains("Dear+Jo") || page.contains("Dear Jo"),
            "{name} {body}: the text was lost"
        );
    }
    assert_eq!(scenario.log(&id).await.len(), 2, "nothing was written");
    let (status, _, _) = post(&mut scenario, &action(&id, "explode"), "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _, _) =
        post(&mut scenario, "/staff/contacts/000000000000/reply", "what=answer&means=phone&text=x")
            .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    scenario.end().await;
}

#[tokio::test]
async fn another_website_cannot_post_in_the_name_of_a_member_of_staff() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let mut helen = Browser::signed_in(&scenario, "helen.ward").await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let answer =
            helen.post_with(&action(&id, "reply"), "what=no-answer&text=x", &[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}");
    }
    assert!(scenario.contact(&id).await.closed.is_none());
    let answer = helen.post(&action(&id, "reply"), "what=no-answer&text=x").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "her own form is accepted");
    scenario.run_until_idle().await;
    assert!(scenario.contact(&id).await.closed.is_some());
    scenario.end().await;
}

#[tokio::test]
async fn a_letter_that_came_on_saturday_counts_from_that_day() {
    let mut scenario = Scenario::at("2026-06-08 09:30").await;
    let body = "key=k&channel=letter&received=2026-06-06T09:00&category=general&priority=normal\
                &team=customer-services&name=Jo&email=&phone=&address=1+Oak+Road&subject=Fence&message=The+fence+fell";
    let (status, to, _) = post(&mut scenario, "/staff/record", body).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let id = to.split(['/', '?']).nth(3).unwrap().parse().unwrap();
    // Saturday is day 0; the fifth working day is Friday, which closes early
    let due = scenario.contact(&id).await.deadline(&"wk-letter".parse().unwrap()).unwrap().due_at;
    assert_eq!(due, tests::at("2026-06-12 16:45"));
    // A double click is one contact
    let (_, again, _) = post(&mut scenario, "/staff/record", body).await;
    assert_eq!(again, to);
    let future = body.replace("2026-06-06", "2026-07-06").replace("key=k", "key=k2");
    let (status, _, page) = post(&mut scenario, "/staff/record", &future).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("cannot be in the future") && page.contains("The fence fell"), "{page}");
    scenario.end().await;
}

#[tokio::test]
async fn a_contact_without_an_acknowledgement_stands_out() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let raw = scenario.message(
        "jo@tenant.example",
        HELP,
        "Robot",
        "x",
        "Auto-Submitted: auto-generated\r\n",
    );
    scenario.deliver("jo@tenant.example", &[HELP], &raw).await;
    assert!(page(&scenario, "/staff").await.contains("No acknowledgement was sent"));
    scenario.end().await;
}

#[tokio::test]
async fn contacts_of_a_former_team_stay_on_the_work_list() {
    use domain::library::{built_in_organisation, built_in_pack_file, load_built_in_bank_holidays};
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    scenario.tenant_emails("housing@westkent.example", "Fence", "It fell.").await;
    scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    // Given an organisation that starts again without its housing team
    let text = built_in_organisation("westkent").unwrap();
    let team = text.split("[[team]]").find(|team| team.contains("id = \"housing\"")).unwrap();
    let without = text
        .replace(&format!("[[team]]{team}"), "")
        .replace("team = \"housing\"", "team = \"repairs\"");
    let holidays = load_built_in_bank_holidays().unwrap();
    let parse = domain::organisation::Organisation::parse;
    let organisation = parse("ours.toml", &without, holidays, built_in_pack_file).unwrap();
    let app = &mut scenario.simulation.app;
    app.store = app.store.clone().with_former_teams(&organisation).await.unwrap();
    app.organisation = std::sync::Arc::new(organisation);
    // Then its contact is listed with the others, and with those of the first team
    for path in ["/staff", "/staff?team=customer-services"] {
        let list = page(&scenario, path).await;
        assert!(list.contains("Fence") && list.contains("Bins"), "{path}: {list}");
    }
    assert!(!page(&scenario, "/staff?team=repairs").await.contains("Fence"));
    scenario.end().await;
}

#[tokio::test]
async fn an_unreachable_member_of_staff_is_shown_until_an_email_arrives() {
    let mut scenario = Scenario::at("2026-06-02 10:00").await;
    let id = scenario.tenant_emails(HELP, "Bins", "Which day?").await;
    let acknowledgement = scenario.last_to("jo@tenant.example");
    assert!(!page(&scenario, "/staff").await.contains("do not arrive"));
    scenario.mailer().fail(tests::MailFault::Permanent("no such mailbox".into()));
    for text in ["It is Oak Road.", "Number 1."] {
        scenario.reply("jo@tenant.example", &acknowledgement, text, "").await;
    }
    let list = page(&scenario, "/staff").await;
    assert_eq!(list.matches("Emails to Priya Shah do not arrive").count(), 1, "{list}");
    scenario.mailer().recover();
    scenario.reply("jo@tenant.example", &acknowledgement, "Flat 2.", "").await;
    assert!(!page(&scenario, "/staff").await.contains("do not arrive"));
    assert!(scenario.contact(&id).await.unreachable_staff.is_empty());
    scenario.end().await;
}

#[tokio::test]
async fn staff_see_both_dates_before_a_notice_goes_out_that_the_law_does_not_allow() {
    let mut scenario = Scenario::at("2026-06-05 10:00").await;
    let id = scenario.tenant_emails(HELP, "A complaint", "Nobody came.").await;
    let mut browser = Browser::signed_in(&scenario, "priya.shah").await;
    let page = format!("/staff/contacts/{id}");
    browser.get(&page).await;
    browser.post(&format!("{page}/triage"), "key=1&category=complaint&priority=normal").await;
    scenario.run_until_idle().await;
    let form = "key=2&what=takes-longer&until=2026-09-30&text=The+surveyor+is+ill.";
    let asked = browser.post(&format!("{page}/reply"), form).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.page.contains("Wednesday 30 September 2026"), "{}", asked.page);
    assert!(asked.page.contains("Friday 10 July 2026"), "{}", asked.page);
    assert!(asked.page.contains(r#"name="until" value="2026-09-30""#));
    assert!(asked.page.contains("The surveyor is ill.</textarea>"));
    assert!(asked.page.contains(r#"name="confirmed" value="yes""#));
    scenario.run_until_idle().await;
    assert!(!scenario.last_to("jo@tenant.example").text.contains("surveyor"), "nothing went out");
    // By phone it is the same, and what was chosen stays chosen.
    let by_phone = format!("{form}&means=phone&at=2026-06-05T10%3A00");
    let asked = browser.post(&format!("{page}/reply"), &by_phone).await;
    assert!(asked.page.contains(r#"name="means" value="phone" checked"#), "{}", asked.page);
    assert!(!asked.page.contains(r#"name="means" value="email" checked"#));
    assert!(asked.page.contains(r#"name="at" value="2026-06-05T10:00""#), "{}", asked.page);
    browser.post(&format!("{page}/reply"), &format!("{form}&confirmed=yes")).await;
    scenario.run_until_idle().await;
    assert!(scenario.last_to("jo@tenant.example").text.contains("30 September"));
    let page = browser.get(&page).await.page;
    assert!(page.contains("Answer by the date that the customer was told"), "{page}");
    scenario.end().await;
}

#[tokio::test]
async fn staff_record_channels_and_milestones_that_the_organisation_names() {
    use domain::library::{built_in_organisation, load_built_in_bank_holidays};
    let mut scenario = Scenario::at("2026-06-05 17:00").await;
    let pack = "[pack]\nid = 'ours'\ntitle = 'Ours'\npublisher = 'Ours'\nversion = '1'\nexamples_for = 'westkent'\n\
                [[channel]]\nid = 'text-message'\nlabel = 'text message'\n\
                [[standard]]\nid = 'text'\ntitle = 'Answer to a text message'\npromise = 'p'\nplace = 'p'\n\
                applies_to = { channel = ['text-message'], received = 'when-closed' }\nstarts = 'received'\n\
                within = '4 hours'\nout_of_hours = 'next-opening'\nkept_by = ['responded']\n\
                [[standard]]\nid = 'new-home'\ntitle = 'Visit to a new home'\npromise = 'p'\nplace = 'p'\n\
                starts = 'moved-in'\nwithin = '2 working days'\nkept_by = ['spoken-to']\n";
    let text = built_in_organisation("westkent").unwrap();
    let text = format!("{text}\n[[milestone]]\nid = 'moved-in'\nlabel = 'keys handed over'\n");
    let organisation = domain::organisation::Organisation::parse_with_packs(
        "us.toml",
        &text,
        load_built_in_bank_holidays().unwrap(),
        &["ours".to_owned()],
        |_| Some(("ours.toml".into(), pack.into())),
    );
    scenario.simulation.app.organisation = std::sync::Arc::new(organisation.unwrap());
    let form = page(&scenario, "/staff/record").await;
    assert!(form.contains(r#"<option value="text-message">text message</option>"#), "{form}");
    let body = "key=k&channel=text-message&received=2026-06-05T17:00&category=general&priority=normal\
                &team=customer-services&name=Jo&email=&phone=&address=&subject=&message=I+have+the+keys";
    let (status, to, _) = post(&mut scenario, "/staff/record", body).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let id: ContactId = to.split(['/', '?']).nth(3).unwrap().parse().unwrap();
    let due = |contact: &domain::contact::Contact, id: &str| {
        contact.deadline(&id.parse().unwrap()).unwrap().due_at
    };
    assert_eq!(due(&scenario.contact(&id).await, "text"), tests::at("2026-06-08 12:45"));
    let shown = page(&scenario, &format!("/staff/contacts/{id}")).await;
    assert!(shown.contains("by text message"), "{shown}");
    assert!(shown.contains(r#"<option value="moved-in">keys handed over</option>"#), "{shown}");
    let body = "key=m&what=moved-in&at=2026-06-05T16:00";
    let (status, _, shown) = post(&mut scenario, &action(&id, "milestone"), body).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{shown}");
    assert_eq!(due(&scenario.contact(&id).await, "new-home"), tests::at("2026-06-09 17:15"));
    let shown = page(&scenario, &format!("/staff/contacts/{id}")).await;
    assert!(shown.contains("Keys handed over on"), "{shown}");
    scenario.end().await;
}

#[tokio::test]
async fn a_milestone_that_was_recorded_by_mistake_is_taken_back_on_the_page() {
    let mut scenario = Scenario::at("2026-06-01 10:00").await;
    let id = scenario.tenant_emails(HELP, "Mould", "The wall is black.").await;
    let category = "damp-and-mould".parse().unwrap();
    let triage = StaffCommand::Triage { category, priority: Priority::Normal };
    scenario.staff("priya.shah", &id, triage).await;
    let path = format!("/staff/contacts/{id}");
    let mut priya = Browser::signed_in(&scenario, "priya.shah").await;
    assert!(!priya.get(&path).await.page.contains("Take it back"));
    let form = "what=out-of-scope&text=A+leaseholder.";
    priya.post(&format!("{path}/milestone"), form).await;
    let page = priya.get(&path).await.page;
    assert!(page.contains("Take it back"), "{page}");
    let without = priya.post(&format!("{path}/take-back"), "what=out-of-scope&reason=").await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = "what=out-of-scope&reason=That+was+next+door.";
    let taken = priya.post(&format!("{path}/take-back"), form).await;
    assert_eq!(taken.location, format!("{path}?done=take-back"));
    let page = priya.get(&taken.location).await.page;
    assert!(page.contains("What it ended is owed again."), "{page}");
    assert!(
        page.contains("Recorded by mistake: ") && page.contains("That was next door."),
        "{page}"
    );
    scenario.run_until_idle().await;
    scenario.end().await;
}
