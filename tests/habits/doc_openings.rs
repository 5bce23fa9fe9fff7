//! Doc comments begin with a noun or a verb, not with a headless clause ("What came of a message").

use proc_macro2::{TokenStream, TokenTree};

use crate::{assert_none, sources};

const OPENINGS: [&str; 5] = ["what", "who", "whom", "whose", "which"];

#[test]
fn doc_comments_begin_with_a_noun_or_a_verb() {
    let mut findings = Vec::new();
    for source in sources::with_extension("rs") {
        for (line, opening) in headless(source.tokens()) {
            findings.push(format!("{}:{line}: begins with `{opening}`", source.path.display()));
        }
    }
    assert_none(&findings, "begin these doc comments with a noun or a third-person verb:");
}

/// The line and first word of each doc comment that begins with one of [`OPENINGS`].
fn headless(tokens: TokenStream) -> Vec<(usize, String)> {
    let mut findings = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    // The lines of one doc comment are attributes that follow each other. True for `//!`.
    let mut opened: Option<bool> = None;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let inner = tokens.next_if(|next| next.to_string() == "!").is_some();
                let Some(TokenTree::Group(attribute)) = tokens.next() else { continue };
                if let Some(text) = doc(attribute.stream())
                    && opened != Some(inner)
                    && !text.trim().is_empty()
                {
                    opened = Some(inner);
                    let word: String =
                        text.trim_start().chars().take_while(|c| c.is_alphabetic()).collect();
                    if OPENINGS.contains(&word.to_lowercase().as_str()) {
                        findings.push((attribute.span().start().line, word));
                    }
                }
            }
            TokenTree::Group(group) => {
                opened = None;
                findings.extend(headless(group.stream()));
            }
            _ => opened = None,
        }
    }
    findings
}

/// The text of a `doc = "…"` attribute.
fn doc(attribute: TokenStream) -> Option<String> {
    let attribute: syn::MetaNameValue = syn::parse2(attribute).ok()?;
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = attribute.value else {
        return None;
    };
    attribute.path.is_ident("doc").then(|| text.value())
}

#[test]
fn a_doc_comment_that_begins_with_a_headless_clause_is_found_wherever_it_is() {
    let text = "//! Which folder this is.\n\
                /// Whose contact it is.\n/// What it is about comes second.\npub struct Contact {\n\
                /// Whom it concerns.\npub person: u8 }\n\
                #[must_use]\n#[doc = \" Who has it.\"]\npub fn owner() {\n\
                //! What it does.\n}\n\
                macro_rules! m { () => { /// Whose it is.\n fn own() {} } }";
    let lines: Vec<_> = headless(text.parse().unwrap()).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 2, 5, 8, 10, 12]);
}

#[test]
fn later_sentences_and_plain_comments_are_free() {
    let text = "// What this prevents: a circle.\n\
                /// Whatever the customer wrote.\n///\n/// What follows is kept.\nfn text() {}";
    assert!(headless(text.parse().unwrap()).is_empty());
}
