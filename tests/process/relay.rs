//! Emails that are sent through a relay, which is a second `kept`.

use crate::kept::{Folder, Running, message};

/// The file of an organisation that accepts mail for the addresses to which West Kent sends.
fn everyone_else(data: &Folder) -> String {
    let people = ["priya.shah", "tom.okafor"];
    let mut text = String::from(
        "id = 'world'\nname = 'The rest of the world'\nreference_prefix = 'RW'\npacks = []\nnation = 'england-and-wales'\n\
         phone = '1'\nemergency_phone = '2'\nopening_hours = 'always'\n[office_hours]\nmonday = '09:00-17:00'\n\
         [[team]]\nid = 'tenants'\nname = 'Tenants'\nmailboxes = ['jo@tenant.example']\n\
         duty_person = 'priya.shah'\nlead = 'priya.shah'\nmanager = 'priya.shah'\nnotify_new_contacts = false\n",
    );
    for person in people {
        text.push_str(&format!(
            "[[person]]\nid = '{person}'\nname = '{person}'\nemail = '{person}@westkent.example'\nteam = 'tenants'\n"
        ));
    }
    let file = data.path().join("world.toml");
    std::fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn a_relay_gets_every_email_and_emails_wait_while_it_is_down() {
    let (ours, theirs) = (Folder::new(), Folder::new());
    let world = everyone_else(&theirs);
    let server = Running::start(&theirs, &["--organisation", &world]);
    let relay = format!("smtp://{}", server.smtp);
    let running = Running::start(&ours, &["--relay", &relay]);
    let mut client = running.smtp();
    client.send("jo@tenant.example", "help@westkent.example", &message("a", "Hello"));
    // The acknowledgement and the notification arrive there
    let arrived = theirs.wait_for("inbox", ".eml", 2);
    let texts: Vec<_> = arrived
        .iter()
        .map(|name| std::fs::read_to_string(theirs.path().join("inbox").join(name)).unwrap())
        .collect();
    let acknowledgement = texts.iter().find(|text| text.contains("auto-replied")).unwrap();
    assert!(acknowledgement.contains("Subject: Auto: Hello"), "{acknowledgement}");
    assert!(ours.files("outbox").is_empty());
    assert_eq!(running.get("/outbox").0, 404);
    // While the server is down, emails are deferred and the acknowledgement is still due
    server.kill();
    client.send("jo@tenant.example", "help@westkent.example", &message("b", "Away"));
    let list = running.get("/staff").1;
    let row = list.split("/staff/contacts/").find(|part| part.contains(">Away<")).unwrap();
    let page = format!("/staff/contacts/{}", row.split('"').next().unwrap());
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let shown = running.get(&page).1;
        if shown.contains("Could not send the acknowledgement to the customer") {
            assert!(shown.contains("An acknowledgement is being sent"), "{shown}");
            break;
        }
        assert!(std::time::Instant::now() < until, "{shown}");
    }
}
