//! A part of a message, as its own header describes it (RFC 2045, RFC 2183).

use mail_parser::{ContentType, MessageParser, MimeHeaders as _};

use super::header::{Fields, is_named};

/// The most bytes of a boundary. RFC 2046 allows 70.
const MAX_BOUNDARY: usize = 200;

/// The fields that say what a part is.
const FIELDS: [&str; 4] =
    ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-ID"];

/// The kind of a part that has no parts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `text/plain`, or no type at all.
    Plain,
    /// `text/html`.
    Html,
    /// An attached message.
    Message,
    /// A signature that a program made (PGP or S/MIME).
    Signature,
    /// Everything else.
    Other,
}

/// The encoding of a part's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Base64,
    QuotedPrintable,
    None,
}

/// The description of a part in its header.
pub(super) struct Description {
    pub(super) kind: Kind,
    pub(super) encoding: Encoding,
    pub(super) charset: Option<String>,
    pub(super) content_id: Option<String>,
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) is_alternative: bool,
    pub(super) is_related: bool,
    pub(super) is_digest: bool,
    /// True for a `Content-Disposition: attachment`.
    pub(super) is_attachment: bool,
    pub(super) is_named: bool,
}

/// Reads what a header says about its part, which is the `index`th of a `multipart/related`.
pub(super) fn describe(header: &[u8], index: usize, in_digest: bool) -> Description {
    let relevant: Vec<u8> = Fields::new(header, 0)
        .filter(|field| FIELDS.iter().any(|name| is_named(field, name)))
        .flat_map(|field| field.iter().copied())
        .chain(*b"\r\n")
        .collect();
    let parsed = MessageParser::default().parse_headers(&relevant);
    let header = parsed.as_ref().and_then(|parsed| parsed.parts.first());
    let content_type = header.and_then(|header| header.content_type());
    let multipart = content_type.filter(|content_type| is_type(content_type, "multipart"));
    let subtype = content_type.and_then(ContentType::subtype).unwrap_or_default();
    let disposition = header.and_then(|header| header.content_disposition());
    let encoding = header.and_then(|header| header.content_transfer_encoding());
    let boundary = multipart
        .and_then(|multipart| multipart.attribute("boundary"))
        .map(|boundary| boundary.trim_ascii_end().as_bytes().to_vec())
        .filter(|boundary| !boundary.is_empty() && boundary.len() <= MAX_BOUNDARY);
    Description {
        kind: kind(content_type, in_digest),
        encoding: match encoding.map(str::trim) {
            Some(encoding) if encoding.eq_ignore_ascii_case("base64") => Encoding::Base64,
            Some(encoding) if encoding.eq_ignore_ascii_case("quoted-printable") => {
                Encoding::QuotedPrintable
            }
            _ => Encoding::None,
        },
        charset: content_type
            .and_then(|content_type| content_type.attribute("charset"))
            .map(str::to_ascii_lowercase),
        content_id: header.and_then(|header| header.content_id()).map(str::to_owned),
        is_alternative: multipart.is_some() && subtype.eq_ignore_ascii_case("alternative"),
        is_related: multipart.is_some() && subtype.eq_ignore_ascii_case("related"),
        is_digest: multipart.is_some() && subtype.eq_ignore_ascii_case("digest"),
        boundary,
        is_attachment: index > 0 || disposition.is_some_and(ContentType::is_attachment),
        is_named: content_type.is_some_and(|content_type| content_type.has_attribute("name")),
    }
}

fn is_type(content_type: &ContentType<'_>, name: &str) -> bool {
    content_type.ctype().eq_ignore_ascii_case(name)
}

fn kind(content_type: Option<&ContentType<'_>>, in_digest: bool) -> Kind {
    let Some(content_type) = content_type else {
        return if in_digest { Kind::Message } else { Kind::Plain };
    };
    let subtype = content_type.subtype().unwrap_or_default().to_ascii_lowercase();
    if is_type(content_type, "text") {
        return match subtype.as_str() {
            "html" => Kind::Html,
            "plain" => Kind::Plain,
            _ => Kind::Other,
        };
    }
    match subtype.as_str() {
        "rfc822" | "global" if is_type(content_type, "message") => Kind::Message,
        "pkcs7-signature" | "x-pkcs7-signature" | "pgp-signature" => Kind::Signature,
        // Without a boundary its parts cannot be told apart.
        _ if is_type(content_type, "multipart") => Kind::Plain,
        _ => Kind::Other,
    }
}
