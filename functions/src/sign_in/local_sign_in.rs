//! Sign-in on one machine: people who use that machine choose who they are, so that the history of a
//! contact says who did what.

use adapters::pages::{SignInChoice, SignInPage};
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::organisation::{Organisation, Person};
use serde::Deserialize;

use super::{SignIn, staff_page};
use crate::host_names::{host_name, is_loopback};
use crate::http::{page, problem};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SignInQuery {
    /// The page to show after signing in.
    to: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ChoiceForm {
    /// The id of the person that was chosen.
    person: String,
    /// The page to show after signing in.
    to: String,
}

pub(super) async fn people(
    State(sign_in): State<SignIn>,
    Query(query): Query<SignInQuery>,
    headers: HeaderMap,
) -> Response {
    if !came_to_this_machine(&headers) {
        return from_elsewhere();
    }
    choices(&sign_in, StatusCode::OK, &query.to)
}

pub(super) async fn choose(
    State(sign_in): State<SignIn>,
    headers: HeaderMap,
    form: Result<Form<ChoiceForm>, FormRejection>,
) -> Response {
    if !came_to_this_machine(&headers) {
        return from_elsewhere();
    }
    let Form(form) = match form {
        Ok(form) => form,
        Err(rejection) => {
            let text = rejection.body_text();
            return problem(rejection.status(), "You are not signed in", &text);
        }
    };
    match sign_in.organisation.person(&form.person) {
        Some(person) => sign_in.start_session(person, None, &form.to),
        None => choices(&sign_in, StatusCode::UNPROCESSABLE_ENTITY, &form.to),
    }
}

fn choices(sign_in: &SignIn, status: StatusCode, to: &str) -> Response {
    let organisation = &sign_in.organisation;
    let people = &people_of(organisation);
    page(status, &SignInPage { provider: &organisation.name, people, to: staff_page(to) })
}

/// Everybody in the organisation's file. The teams' duty people come first, because they use the work
/// list most.
fn people_of(organisation: &Organisation) -> Vec<SignInChoice> {
    let duty = |id: &str| organisation.teams().iter().position(|team| team.duty.as_str() == id);
    let mut people: Vec<_> = organisation.people().collect();
    people.sort_by_key(|person| duty(person.id.as_str()).unwrap_or(usize::MAX));
    let choice = |person: &&Person| {
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

/// Returns true if a program on this machine sent the request to this machine.
///
/// The host name gives away a website that points its own name at this machine's address. A header
/// gives away a proxy in front.
fn came_to_this_machine(headers: &HeaderMap) -> bool {
    let added_by_proxies = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    is_loopback(host_name(host)) && !added_by_proxies.iter().any(|name| headers.contains_key(*name))
}

fn from_elsewhere() -> Response {
    problem(
        StatusCode::FORBIDDEN,
        "You cannot sign in from here",
        "Without an identity provider, staff sign in by choosing their name, and only on the computer \
         that runs Kept. Open /staff there, or ask your Kept administrator to set up OpenID Connect.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_from_elsewhere_is_recognised_by_its_host_and_by_what_proxies_add() {
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
