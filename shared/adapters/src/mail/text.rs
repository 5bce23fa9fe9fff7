//! The text of a message, and the number of files that come with it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::html::html_to_text;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

use super::header::header;
use super::part::{Encoding, Kind};
use super::structure::{Part, Structure, structure};

/// The most bytes of a text. Nobody writes more, and the archive has the whole message.
pub(super) const MAX_TEXT: usize = 60_000;

/// The most parts that are read as text, and the most bytes of each before it is decoded.
const MAX_TEXT_PARTS: usize = 20;
const MAX_ENCODED: usize = 4 * 1024 * 1024;

/// The most messages within each other that are opened to find a text.
const MAX_ATTACHED: usize = 3;

/// The most pictures that the HTML of a message shows.
const MAX_PICTURES: usize = 1_000;

/// The text of a message, and its attachments.
#[derive(Debug)]
pub(super) struct MessageText {
    /// The text, of which HTML alone has been turned into text. At most a little over [`MAX_TEXT`] bytes.
    pub(super) text: String,
    /// The parts that are not text to be read in the message.
    pub(super) attachments: usize,
    /// The attachments that somebody meant to send: no picture in the text, and no signature.
    pub(super) files: usize,
    /// False if the message has more parts, or deeper ones, than are read.
    pub(super) complete: bool,
}

/// Reads the text of a message whose header ends at `body`. `fields` is the header.
pub(super) fn message_text(raw: &[u8], fields: &[u8], body: usize) -> MessageText {
    let structure = structure(raw, fields, body);
    let pictures = pictures(&structure);
    let attached = structure.parts.iter().filter(|part| !part.in_text);
    let files = attached.clone().filter(|part| {
        let shown = part.content_id.as_ref().is_some_and(|id| pictures.contains(id.as_str()));
        !shown && part.kind != Kind::Signature
    });
    let (attachments, files) = (attached.clone().count(), files.count());
    let (text, opened) = match text(&structure) {
        Some(text) => (text, true),
        None => text_of_attached(&structure),
    };
    MessageText { text, attachments, files, complete: structure.complete && opened }
}

/// Returns the text of a message, or `None` if it has none.
fn text(structure: &Structure<'_>) -> Option<String> {
    let mut text = String::new();
    let mut read = 0;
    let plain = alternatives_in_plain_text(structure);
    for part in structure.parts.iter().filter(|part| part.in_text) {
        let other_is_read = match part.kind {
            Kind::Html => part.alternative.is_some_and(|group| plain.contains(&group)),
            _ => part.alternative.is_some_and(|group| !plain.contains(&group)),
        };
        if other_is_read {
            continue;
        }
        if read == MAX_TEXT_PARTS || text.len() > MAX_TEXT {
            break;
        }
        read += 1;
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&plain_text(part));
    }
    (!text.trim().is_empty()).then_some(text)
}

/// Returns the alternatives that are read as plain text: those in which some is not empty.
fn alternatives_in_plain_text(structure: &Structure<'_>) -> BTreeSet<usize> {
    let plain = structure.parts.iter().filter(|part| part.in_text && part.kind == Kind::Plain);
    let filled = plain.filter(|part| !part.body.trim_ascii().is_empty());
    filled.filter_map(|part| part.alternative).collect()
}

/// Returns the text of the first attached message that has one. A forwarded message is an attachment to a
/// mail program, and the whole message to a person.
///
/// The second value is false if there are more messages within each other than are opened.
fn text_of_attached(outer: &Structure<'_>) -> (String, bool) {
    let attached = |structure: &Structure<'_>| {
        let message = structure.parts.iter().find(|part| part.kind == Kind::Message);
        message.map(|part| decode(part).into_owned())
    };
    let mut next = attached(outer);
    for _ in 0..MAX_ATTACHED {
        let Some(raw) = next else { return (String::new(), true) };
        let header = header(&raw);
        let inner = structure(&raw, &header.fields, header.end);
        if let Some(text) = text(&inner) {
            return (text, inner.complete);
        }
        next = attached(&inner);
    }
    (String::new(), next.is_none())
}

/// Returns the Content-IDs of the pictures that the HTML of a message shows.
fn pictures(structure: &Structure<'_>) -> BTreeSet<String> {
    let has_content_ids = structure.parts.iter().any(|part| part.content_id.is_some());
    if !has_content_ids {
        return BTreeSet::new();
    }
    let html = structure.parts.iter().filter(|part| part.in_text && part.kind == Kind::Html);
    let mut pictures = BTreeSet::new();
    for part in html.take(MAX_TEXT_PARTS) {
        let html = decoded_text(part);
        for link in html.split("cid:").skip(1) {
            if pictures.len() >= MAX_PICTURES {
                break;
            }
            let end = link.find(['"', '\'', '>', ')', ' ', '\n', '\r']).unwrap_or(link.len());
            if let Some(id) = link.get(..end.min(400)) {
                pictures.insert(id.to_owned());
            }
        }
    }
    pictures
}

fn plain_text(part: &Part<'_>) -> String {
    let text = decoded_text(part);
    if part.kind == Kind::Html { html_to_text(&text) } else { text }
}

fn decoded_text(part: &Part<'_>) -> String {
    let bytes = decode(part);
    let charset = part.charset.as_ref().and_then(|charset| charset_decoder(charset.as_bytes()));
    match charset {
        Some(decoder) => decoder(&bytes),
        None => String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// Decodes a part, up to a bound. Damaged bytes stay as they came.
fn decode<'a>(part: &Part<'a>) -> Cow<'a, [u8]> {
    let body = match part.body.get(..MAX_ENCODED) {
        // Lines of encoded text can be decoded one by one.
        Some(start) => {
            start.get(..memchr::memrchr(b'\n', start).unwrap_or(start.len())).unwrap_or(start)
        }
        None => part.body,
    };
    let decoded = match part.encoding {
        Encoding::Base64 => base64_decode(body),
        Encoding::QuotedPrintable => quoted_printable_decode(body),
        Encoding::None => None,
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}
