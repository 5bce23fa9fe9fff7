//! The header of a message or of a part, cut to bounds before it is parsed.
//!
//! The parser's time and memory can grow with the square of a field's length or of the number of its
//! parameters. Within these bounds both follow from the size of the message. No program that people use
//! to write mail comes near them.

use std::borrow::Cow;

/// The most fields of one header, and the most bytes of all of them.
const MAX_FIELDS: usize = 500;
const MAX_HEADER: usize = 256 * 1024;

/// The most bytes of one field, including its name.
const MAX_FIELD: usize = 16 * 1024;

/// The most parameters of a field such as `Content-Type`, and the most bytes of such a field.
const MAX_PARAMETERS: usize = 32;
const MAX_PARAMETERS_FIELD: usize = 4 * 1024;

/// A header within bounds.
#[derive(Debug)]
pub(super) struct Header<'a> {
    /// The fields, each with its line end.
    pub(super) fields: Cow<'a, [u8]>,
    /// The offset of the first byte after the header and its empty line.
    pub(super) end: usize,
    /// False if something was cut off.
    pub(super) complete: bool,
}

/// The fields of a header, each with its continuation lines.
pub(super) struct Fields<'a> {
    raw: &'a [u8],
    position: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(raw: &'a [u8], start: usize) -> Self {
        Self { raw, position: start }
    }

    /// The offset of the first byte that has not been read: after the last field, the empty line.
    pub(super) fn position(&self) -> usize {
        self.position
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.position;
        let (first, mut end) = line(self.raw, start)?;
        if first.is_empty() {
            return None;
        }
        while let Some((_, next)) = line(self.raw, end)
            .filter(|(continuation, _)| matches!(continuation.first(), Some(b' ' | b'\t')))
        {
            end = next;
        }
        self.position = end;
        self.raw.get(start..end)
    }
}

/// Returns the line that begins at an offset, without its line end, and the offset of the next one.
/// `None` at the end of the message.
pub(super) fn line(raw: &[u8], start: usize) -> Option<(&[u8], usize)> {
    let rest = raw.get(start..).filter(|rest| !rest.is_empty())?;
    let Some(length) = memchr::memchr(b'\n', rest) else { return Some((rest, raw.len())) };
    let text = rest.get(..length).unwrap_or_default();
    Some((text.strip_suffix(b"\r").unwrap_or(text), start + length + 1))
}

/// Returns true if a field has this name, whatever its case.
pub(super) fn is_named(field: &[u8], name: &str) -> bool {
    let given = memchr::memchr(b':', field).and_then(|colon| field.get(..colon));
    given.is_some_and(|given| given.trim_ascii_end().eq_ignore_ascii_case(name.as_bytes()))
}

/// Returns a field cut to its bound.
pub(super) fn bounded(field: &[u8]) -> &[u8] {
    let has_parameters = ["Content-Type", "Content-Disposition"];
    let limit = if has_parameters.iter().any(|name| is_named(field, name)) {
        let ends = memchr::memchr_iter(b';', field).nth(MAX_PARAMETERS);
        ends.unwrap_or(field.len()).min(MAX_PARAMETERS_FIELD)
    } else {
        MAX_FIELD
    };
    field.get(..limit).unwrap_or(field)
}

/// Reads the header of a message.
pub(super) fn header(raw: &[u8]) -> Header<'_> {
    let mut kept: Option<Vec<u8>> = None;
    let mut size = 0;
    let mut fields = Fields::new(raw, 0);
    for (index, field) in fields.by_ref().enumerate() {
        let short = bounded(field);
        let fits = index < MAX_FIELDS && size + short.len() <= MAX_HEADER;
        let whole = fits && short.len() == field.len();
        if !whole && kept.is_none() {
            // Everything before this field was whole.
            kept = Some(raw.get(..size).unwrap_or_default().to_vec());
        }
        if let Some(kept) = kept.as_mut().filter(|_| fits) {
            kept.extend_from_slice(short);
            if short.len() < field.len() {
                kept.extend_from_slice(b"\r\n");
            }
        }
        if fits {
            size += short.len();
        }
    }
    let end = fields.position();
    let complete = kept.is_none();
    let fields = kept.map_or_else(|| raw.get(..end).unwrap_or_default().into(), Cow::Owned);
    let end = line(raw, end).map_or(end, |(_, next)| next);
    Header { fields, end, complete }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_an_ordinary_message_is_kept_as_it_is() {
        let raw = b"From: a@b.example\r\nSubject: one\r\n\ttwo\r\n\r\nText\r\n";
        let read = header(raw);
        assert_eq!(&*read.fields, b"From: a@b.example\r\nSubject: one\r\n\ttwo\r\n");
        assert!(matches!(read.fields, Cow::Borrowed(_)) && read.complete);
        assert_eq!(raw.get(read.end..), Some(&b"Text\r\n"[..]));
    }

    #[test]
    fn what_exceeds_a_bound_is_cut_and_the_rest_stays() {
        let parameters: String = (0..50_000).map(|n| format!("; n*{n}=a")).collect();
        let long = "x".repeat(2 * MAX_FIELD);
        for cut in [format!("Content-Type: text/plain{parameters}"), format!("Subject: {long}")] {
            let raw = format!("From: a@b.example\r\n{cut}\r\nTo: c@d.example\r\n\r\nText");
            let read = header(raw.as_bytes());
            let fields = String::from_utf8_lossy(&read.fields);
            assert!(!read.complete);
            assert!(fields.starts_with("From: a@b.example\r\n"), "{fields:.60}");
            assert!(fields.ends_with("\r\nTo: c@d.example\r\n"), "{fields:.60}");
            assert!(fields.len() < MAX_FIELD + 100);
            assert_eq!(raw.get(read.end..), Some("Text"));
        }
    }

    #[test]
    fn fields_beyond_the_number_are_left_out() {
        let raw = format!("{}\r\nText", "A: b\r\n".repeat(100_000));
        let read = header(raw.as_bytes());
        assert_eq!(Fields::new(&read.fields, 0).count(), MAX_FIELDS);
        assert!(!read.complete);
        assert_eq!(raw.get(read.end..), Some("Text"));
    }

    #[test]
    fn a_header_that_never_ends_is_read_to_its_end() {
        for raw in ["", "A: b", "A: b\r\n", "\r\n", "no colon"] {
            assert!(header(raw.as_bytes()).end <= raw.len(), "{raw}");
        }
    }
}
