//! The contacts that a row applies to, as text.

use domain::standards::{Applies, Receipt};

/// One set of conditions, as in "email, about repair, with team repairs".
pub(super) fn describe(applies: &Applies) -> String {
    fn any<T: ToString>(parts: &mut Vec<String>, before: &str, words: &[T]) {
        if !words.is_empty() {
            let words: Vec<_> = words.iter().map(ToString::to_string).collect();
            parts.push(format!("{before}{}", words.join(" or ")));
        }
    }
    let mut parts = Vec::new();
    any(&mut parts, "", &applies.channel);
    any(&mut parts, "about ", &applies.category);
    any(&mut parts, "not about ", &applies.category_not);
    any(&mut parts, "", &applies.priority);
    any(&mut parts, "with team ", &applies.team);
    any(&mut parts, "not with team ", &applies.team_not);
    match applies.triaged {
        Some(true) => parts.push("once staff have set category and priority".into()),
        Some(false) => parts.push("until staff set category and priority".into()),
        None => {}
    }
    if let Some(stage) = applies.stage {
        parts.push(format!("at stage {stage}"));
    }
    match applies.direct {
        Some(true) => parts.push("addressed to a person".into()),
        Some(false) => parts.push("addressed to a team".into()),
        None => {}
    }
    match applies.received {
        Some(Receipt::WhenOpen) => parts.push("received while the office is open".into()),
        Some(Receipt::WhenClosed) => parts.push("received while the office is closed".into()),
        None => {}
    }
    if let Some(from) = applies.effective_from {
        let date = match applies.unconfirmed {
            Some(_) => format!("from {from} (not confirmed)"),
            None => format!("from {from}"),
        };
        parts.push(date);
    }
    if applies.own_target {
        parts.push("as our own target".into());
    }
    parts.join(", ")
}
