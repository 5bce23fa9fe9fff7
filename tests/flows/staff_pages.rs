//! The pages of staff.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domain::contact::{ContactId, DeadlineState};
use functions::staff::routes;
use tests::Scene;
use tower::ServiceExt as _;

const HELP: &str = "help@westkent.example";

async fn ask(scene: &Scene, request: Request<Body>) -> (StatusCode, String, String) {
    let response = routes(scene.stage.desk.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let to = parts.headers.get("location").map_or("", |to| to.to_str().unwrap()).to_owned();
    (parts.status, to, String::from_utf8(body.to_vec()).unwrap())
}

async fn page(scene: &Scene, path: &str) -> String {
    let (status, _, page) = ask(scene, Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{path}: {page}");
    page
}

async fn post(scene: &mut Scene, path: &str, body: &str) -> (StatusCode, String, String) {
    let kind = "application/x-www-form-urlencoded";
    let request =
        Request::post(path).header("content-type", kind).body(Body::from(body.to_owned())).unwrap();
    let answer = ask(scene, request).await;
    scene.settle().await;
    answer
}

fn action(id: &ContactId, action: &str) -> String {
    format!("/staff/contacts/{id}/{action}")
}

#[tokio::test]
async fn the_work_list_is_ordered_by_what_is_due_next() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    scene.tenant_emails("repairs@westkent.example", "Later", "x").await;
    scene.tenant_emails(HELP, "Sooner", "x").await;
    scene.until("2026-06-02 11:00").await;
    let list = page(&scene, "/staff").await;
    assert!(list.find("Sooner").unwrap() < list.find("Later").unwrap(), "{list}");
    assert!(
        list.contains("1 day 6 hours left") && list.contains("Wednesday 3 June, 5.15pm"),
        "{list}"
    );
    let repairs = page(&scene, "/staff?team=repairs").await;
    assert!(repairs.contains("Later") && !repairs.contains("Sooner"), "{repairs}");
    scene.until("2026-06-03 18:00").await;
    assert!(page(&scene, "/staff").await.contains("45 minutes late"));
    scene.end().await;
}

#[tokio::test]
async fn a_contact_shows_its_history_and_why_its_date_is_its_date() {
    let mut scene = Scene::at("2026-05-01 16:50").await;
    let id = scene.tenant_emails(HELP, "No hot water", "Hello <b>there</b>").await;
    let shown = page(&scene, &format!("/staff/contacts/{id}")).await;
    for part in [
        "Wednesday 6 May, 5.15pm",
        "after closing at 16:45",
        "Early May bank holiday",
        "Hello &#60;b&#62;there&#60;/b&#62;",
        "Sent the acknowledgement to the customer",
        "Acknowledged Friday 1 May at 4.50pm",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    scene.end().await;
}

#[tokio::test]
async fn an_answer_from_the_page_reaches_the_tenant_once_however_often_it_is_clicked() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Bins", "Which day?").await;
    let body = "by=priya.shah&key=k1&means=email&text=Thursdays.&closes=yes";
    let (status, to, _) = post(&mut scene, &action(&id, "answer"), body).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, format!("/staff/contacts/{id}?done=answer").as_str())
    );
    post(&mut scene, &action(&id, "answer"), body).await;
    assert_eq!(scene.sent_to("jo@tenant.example").len(), 2, "the acknowledgement and the answer");
    assert!(matches!(scene.deadline(&id, "wk-email-cs").await, DeadlineState::Kept { .. }));
    assert!(!page(&scene, "/staff").await.contains("Bins"), "it is closed");
    scene.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_is_kept() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Bins", "Which day?").await;
    for (name, body, said) in [
        ("answer", "means=email&text=Dear+Jo", "Choose your name"),
        ("answer", "by=nobody&means=email&text=Dear+Jo", "Choose your name"),
        ("answer", "by=priya.shah&means=owl&text=Dear+Jo", "Choose how you answered"),
        ("answer", "by=priya.shah&means=email&text=", "The answer is empty"),
        ("answer", "by=priya.shah&means=phone&text=Dear+Jo&at=2027-01-01T10:00", "not between"),
        ("answer", "by=priya.shah&means=phone&text=Dear+Jo&at=tomorrow", "not a date and time"),
        ("delay", "by=priya.shah&until=2026-06-01&text=Dear+Jo", "has to be after today"),
        ("delay", "by=priya.shah&until=soon&text=Dear+Jo", "day, month and year"),
        ("close", "by=priya.shah&reason=", "An answer is still owed"),
        ("assign", "by=priya.shah&to=nobody", "nobody called"),
        ("pass", "by=priya.shah&to=nowhere", "no team called"),
    ] {
        let (status, _, page) = post(&mut scene, &action(&id, name), body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {body}");
        assert!(page.contains(said), "{name} {body}: {page}");
        assert!(
            !body.contains("Dear+Jo") || page.contains("Dear Jo"),
            "{name} {body}: what was typed is gone"
        );
    }
    assert_eq!(scene.log(&id).await.len(), 2, "nothing was written");
    let (status, _, _) = post(&mut scene, &action(&id, "explode"), "by=priya.shah").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _, _) =
        post(&mut scene, "/staff/contacts/000000000000/answer", "by=priya.shah&means=phone&text=x")
            .await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    scene.end().await;
}

#[tokio::test]
async fn another_website_cannot_post_in_somebodys_name() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Bins", "Which day?").await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let request = Request::post(action(&id, "close"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("host", "127.0.0.1:8080")
            .header(name, value)
            .body(Body::from("by=priya.shah&reason=x"))
            .unwrap();
        assert_eq!(ask(&scene, request).await.0, StatusCode::FORBIDDEN, "{name}");
    }
    assert!(scene.contact(&id).await.closed.is_none());
    scene.end().await;
}

#[tokio::test]
async fn staff_record_a_letter_that_came_on_saturday() {
    let mut scene = Scene::at("2026-06-08 09:30").await;
    let body = "by=priya.shah&key=k&channel=letter&received=2026-06-06T09:00&category=general&priority=normal\
                &team=customer-services&name=Jo&email=&phone=&address=1+Oak+Road&subject=Fence&message=The+fence+fell";
    let (status, to, _) = post(&mut scene, "/staff/record", body).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let id = to.split(['/', '?']).nth(3).unwrap().parse().unwrap();
    // Saturday is day 0; the fifth working day is Friday, which closes early
    let due = scene.contact(&id).await.deadline("wk-letter").unwrap().due_at;
    assert_eq!(due, tests::at("2026-06-12 16:45"));
    // A double click is one contact
    let (_, again, _) = post(&mut scene, "/staff/record", body).await;
    assert_eq!(again, to);
    let future = body.replace("2026-06-06", "2026-07-06").replace("key=k", "key=k2");
    let (status, _, page) = post(&mut scene, "/staff/record", &future).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("later than now") && page.contains("The fence fell"), "{page}");
    scene.end().await;
}

#[tokio::test]
async fn a_contact_without_an_acknowledgement_stands_out() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let raw = scene.message(
        "jo@tenant.example",
        HELP,
        "Robot",
        "x",
        "Auto-Submitted: auto-generated\r\n",
    );
    scene.deliver("jo@tenant.example", &[HELP], &raw).await;
    assert!(page(&scene, "/staff").await.contains("No acknowledgement went out"));
    scene.end().await;
}

#[tokio::test]
async fn contacts_of_a_team_that_is_no_more_stay_on_the_list() {
    use domain::standards::{
        built_in_organisation, built_in_pack_file, load_built_in_bank_holidays,
    };
    let mut scene = Scene::at("2026-06-02 10:00").await;
    scene.tenant_emails("housing@westkent.example", "Fence", "It fell.").await;
    scene.tenant_emails(HELP, "Bins", "Which day?").await;
    // Given an organisation that starts again without its housing team
    let text = built_in_organisation("westkent").unwrap();
    let team = text.split("[[team]]").find(|team| team.contains("id = \"housing\"")).unwrap();
    let without = text
        .replace(&format!("[[team]]{team}"), "")
        .replace("team = \"housing\"", "team = \"repairs\"");
    let holidays = load_built_in_bank_holidays().unwrap();
    let parse = domain::organisation::Organisation::parse;
    let organisation = parse("ours.toml", &without, holidays, built_in_pack_file).unwrap();
    let desk = &mut scene.stage.desk;
    desk.store = desk.store.clone().with_former_teams(&organisation).await.unwrap();
    desk.organisation = std::sync::Arc::new(organisation);
    // Then its contact is listed with the others, and with those of the first team
    for path in ["/staff", "/staff?team=customer-services"] {
        let list = page(&scene, path).await;
        assert!(list.contains("Fence") && list.contains("Bins"), "{path}: {list}");
    }
    assert!(!page(&scene, "/staff?team=repairs").await.contains("Fence"));
    scene.end().await;
}

#[tokio::test]
async fn a_mailbox_of_staff_that_refuses_mail_stands_out_until_it_takes_some() {
    let mut scene = Scene::at("2026-06-02 10:00").await;
    let id = scene.tenant_emails(HELP, "Bins", "Which day?").await;
    let acknowledgement = scene.last_to("jo@tenant.example");
    assert!(!page(&scene, "/staff").await.contains("does not arrive"));
    scene.letterbox().answer(Some(local::stage::Answer::Never("no such mailbox".into())));
    for text in ["It is Oak Road.", "Number 1."] {
        scene.reply("jo@tenant.example", &acknowledgement, text, "").await;
    }
    let list = page(&scene, "/staff").await;
    assert_eq!(list.matches("Mail to Priya Shah does not arrive").count(), 1, "{list}");
    scene.letterbox().answer(None);
    scene.reply("jo@tenant.example", &acknowledgement, "Flat 2.", "").await;
    assert!(!page(&scene, "/staff").await.contains("does not arrive"));
    assert!(scene.contact(&id).await.untold.is_empty());
    scene.end().await;
}
