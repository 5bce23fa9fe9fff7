//! On one machine: whoever can reach it chooses who they are, so that the history says who did what.

use adapters::pages::{SignInChoice, SignInPage};
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::organisation::Organisation;
use serde::Deserialize;

use super::{SignIn, back};
use crate::host::{host_name, is_loopback};
use crate::http::{page, problem};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    to: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    person: String,
    to: String,
}

pub(super) async fn choose(
    State(sign_in): State<SignIn>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    if !came_to_this_machine(&headers) {
        return from_elsewhere();
    }
    show(&sign_in, StatusCode::OK, &asked.to)
}

pub(super) async fn take(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    form: Result<Form<Chosen>, FormRejection>,
) -> Response {
    if !came_to_this_machine(&headers) {
        return from_elsewhere();
    }
    let chosen = match form {
        Ok(Form(chosen)) => chosen,
        Err(rejection) => {
            return problem(rejection.status(), "That was not done", &rejection.body_text());
        }
    };
    match sign_in.0.organisation.person(&chosen.person) {
        Some(person) => sign_in.start_session(person, None, &chosen.to),
        None => show(&sign_in, StatusCode::UNPROCESSABLE_ENTITY, &chosen.to),
    }
}

fn show(sign_in: &SignIn, status: StatusCode, to: &str) -> Response {
    let organisation = &sign_in.0.organisation;
    let sign_in =
        SignInPage { provider: &organisation.name, people: &people(organisation), to: back(to) };
    page(status, &sign_in)
}

/// Everybody, those first who are told of new contacts: they are who looks at the list most.
fn people(organisation: &Organisation) -> Vec<SignInChoice> {
    let duty = |id: &str| organisation.teams().iter().position(|team| team.duty.as_str() == id);
    let mut people: Vec<_> = organisation.people().collect();
    people.sort_by_key(|person| duty(person.id.as_str()).unwrap_or(usize::MAX));
    let choice = |person: &&domain::organisation::Person| {
        let team = organisation.team(person.team.as_str());
        SignInChoice {
            id: person.id.to_string(),
            name: person.name.clone(),
            team: team.map_or_else(String::new, |team| team.name.clone()),
            role: person.role.as_str(),
        }
    };
    people.iter().map(choice).collect()
}

/// Whether a request was sent to this very machine by a program on it. A website that makes its own
/// name mean this machine's address is known by the name, and a web server in front by what it adds.
fn came_to_this_machine(headers: &HeaderMap) -> bool {
    let passed_on = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    is_loopback(host_name(host)) && !passed_on.iter().any(|name| headers.contains_key(*name))
}

fn from_elsewhere() -> Response {
    problem(
        StatusCode::FORBIDDEN,
        "Staff cannot sign in from here",
        "Without a provider of sign-in, staff choose who they are, and that is possible only on the \
         machine that runs Kept. Open /staff there, or set up sign-in by OpenID Connect.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_from_elsewhere_is_known_by_the_host_and_by_what_proxies_add() {
        let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            pairs
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect()
        };
        for host in ["127.0.0.1:8080", "localhost", "[::1]:80", "[::1]"] {
            assert!(came_to_this_machine(&headers(&[("host", host)])), "{host}");
            for proxy in ["forwarded", "via", "x-forwarded-for"] {
                assert!(
                    !came_to_this_machine(&headers(&[("host", host), (proxy, "x")])),
                    "{proxy}"
                );
            }
        }
        for host in
            ["kept.example", "evil.example:8080", "192.168.1.4:8080", "", "127.0.0.1.evil:80"]
        {
            assert!(!came_to_this_machine(&headers(&[("host", host)])), "{host}");
        }
        assert!(!came_to_this_machine(&HeaderMap::new()));
    }
}
