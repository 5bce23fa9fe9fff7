//! `kept bank-holidays`, with a list in GOV.UK's format.

use chrono::Datelike as _;
use domain::calendar::Nation;
use serde_json::{Value, json};

use crate::kept::{Folder, kept, run};

/// The built-in list of 2026 and 2027 in GOV.UK's format, in which "substitute day" is in the notes.
fn published() -> Value {
    let list = domain::library::load_built_in_bank_holidays().unwrap();
    let division = |name: &str, nation: Nation| {
        let days = list.of(nation).into_iter().filter(|(d, _)| [2026, 2027].contains(&d.year()));
        let events: Vec<_> = days
            .map(|(date, name)| {
                let (title, notes) = match name.strip_suffix(" (substitute day)") {
                    Some(title) => (title.to_owned(), "Substitute day"),
                    None => (name, ""),
                };
                json!({ "title": title, "date": date, "notes": notes, "bunting": true })
            })
            .collect();
        json!({ "division": name, "events": events })
    };
    json!({
        "england-and-wales": division("england-and-wales", Nation::EnglandAndWales),
        "scotland": division("scotland", Nation::Scotland),
        "northern-ireland": division("northern-ireland", Nation::NorthernIreland),
    })
}

#[test]
fn differences_from_the_published_list_are_listed_day_by_day() {
    let data = Folder::new();
    let file = data.path().join("bank-holidays.json");
    let compare = |list: &Value, more: &[&str]| {
        std::fs::write(&file, list.to_string()).unwrap();
        run(kept(data.path()).args(["bank-holidays", file.to_str().unwrap()]).args(more), b"")
    };
    let (status, text, error) = compare(&published(), &[]);
    assert_eq!((status, error.as_str()), (0, ""), "{text}");
    assert!(text.contains("England and Wales, 2026 to 2027: the same"), "{text}");

    let mut changed = published();
    let events = changed["england-and-wales"]["events"].as_array_mut().unwrap();
    events.retain(|event| event["date"] != "2027-05-03");
    events.push(
        json!({ "title": "A \"great\" day", "date": "2027-06-07", "notes": "", "bunting": true }),
    );
    for event in events.iter_mut() {
        match event["title"].as_str().unwrap() {
            "Summer bank holiday" if event["date"] == "2026-08-31" => {
                event["title"] = "Late summer".into();
            }
            // A straight apostrophe does not make it a different name
            title if title.contains('’') => event["title"] = title.replace('’', "'").into(),
            _ => {}
        }
    }
    changed["scotland"]["events"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "title": "Moon day", "date": "2027-07-20", "notes": "", "bunting": false }));
    let (status, text, error) = compare(&changed, &[]);
    assert_eq!(status, 1);
    assert!(error.contains("4 differences"), "{error}");
    for line in [
        "  added    Mon 7 Jun 2027   A \"great\" day",
        "  removed  Mon 3 May 2027   Early May bank holiday",
        "  renamed  Mon 31 Aug 2026  Summer bank holiday is now Late summer",
        "Northern Ireland, 2026 to 2027: the same",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.contains("cannot remove a day"), "{text}");
    let (status, json, _) = compare(&changed, &["--format", "json", "--nation", "scotland"]);
    assert_eq!(status, 1);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["added"], json!([{ "date": "2027-07-20", "name": "Moon day" }]));
    assert_eq!(json.as_array().unwrap().len(), 1);

    // With the printed lines in the organisation's file, only the removed day still differs
    let lines = text.split("[[bank_holiday]]").skip(1).map(|part| {
        let keys = part.lines().filter(|line| line.contains(" = "));
        format!("[[bank_holiday]]\n{}\n", keys.collect::<Vec<_>>().join("\n"))
    });
    let ours = data.path().join("ours.toml");
    let organisation = domain::library::built_in_organisation("westkent").unwrap();
    std::fs::write(&ours, format!("{organisation}\n{}", lines.collect::<String>())).unwrap();
    let (status, text, error) = compare(&changed, &["--organisation", ours.to_str().unwrap()]);
    assert_eq!(status, 1);
    assert!(error.contains("1 difference"), "{error}");
    assert!(text.contains("removed  Mon 3 May 2027"), "{text}");
}

#[test]
fn the_list_is_shown_by_year_and_nation_and_an_invalid_file_is_refused() {
    let data = Folder::new();
    let show =
        |arguments: &[&str]| run(kept(data.path()).arg("bank-holidays").args(arguments), b"");
    let (status, text, _) = show(&["--year", "2026", "--nation", "scotland"]);
    assert_eq!(status, 0);
    assert!(text.contains("Mon 15 Jun 2026") && !text.contains("Northern Ireland"), "{text}");
    let (status, json, _) = show(&["--year", "2026", "--format", "json"]);
    assert_eq!(status, 0);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["england-and-wales"][1],
        json!({ "date": "2026-04-03", "name": "Good Friday" })
    );
    assert_eq!(show(&[]).0, 0, "this year's");

    let file = data.path().join("no.json");
    std::fs::write(&file, "[]").unwrap();
    let path = file.to_str().unwrap();
    for (arguments, expected) in [
        (vec!["--year", "2050"], "2019 to 2035"),
        (vec!["--nation", "wales"], "england-and-wales, scotland, northern-ireland"),
        (vec![path], "https://www.gov.uk/bank-holidays.json"),
        (vec!["no-such-file.json"], "no-such-file.json"),
        (vec![path, "--year", "2026"], "--year"),
    ] {
        let (status, _, error) = show(&arguments);
        assert_eq!(status, 2, "{arguments:?}");
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
    std::fs::write(&file, r#"{"scotland":{"events":[]}}"#).unwrap();
    let (status, _, error) = show(&[path]);
    assert_eq!(status, 2);
    assert!(error.contains("there is no `england-and-wales`"), "{error}");
}
