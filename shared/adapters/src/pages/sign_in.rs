//! Pages for signing in, and the person who is signed in.

use askama::Template;

/// The person who is signed in, for the head of a page and its forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The value that every form carries in its field `csrf`.
    pub csrf: &'a str,
    /// True if the person may change anything.
    pub may_act: bool,
    /// True if the person may decide that an answer is not owed.
    pub may_waive: bool,
}

/// A person to choose on the sign-in page of one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInChoice {
    /// The person's id.
    pub id: String,
    /// The person's name.
    pub name: String,
    /// The person's team.
    pub team: String,
    /// The person's role.
    pub role: &'static str,
}

/// The page on which staff on one machine choose who they are.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sign_in.html")]
pub struct SignInPage<'a> {
    /// The provider's name.
    pub provider: &'a str,
    /// The organisation's people.
    pub people: &'a [SignInChoice],
    /// The page to show next.
    pub to: &'a str,
}

/// A notice for somebody who is not signed in.
#[derive(Clone, Debug, Template)]
#[template(path = "pages/sign_in_notice.html")]
pub struct SignInNotice<'a> {
    /// The heading.
    pub title: &'a str,
    /// The advice; may be empty.
    pub text: &'a str,
    /// The link to the sign-in, if signing in helps.
    pub link: Option<SignInLink<'a>>,
}

/// A link to the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInLink<'a> {
    /// The address.
    pub href: &'a str,
}
