//! The parts of a message (RFC 2046), found in one pass, without recursion and within bounds.
//!
//! An attached message is one part here; [`super::text`] looks into it if it has to.

use super::header::{Fields, bounded, line};
use super::part::{Description, Encoding, Kind, describe};

/// The most parts of one message, and the most multiparts within each other.
const MAX_PARTS: usize = 500;
const MAX_DEPTH: usize = 20;

/// The most bytes of one field of a part.
const MAX_FIELD_OF_PART: usize = 4 * 1024;

/// A part that has no parts of its own.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) kind: Kind,
    pub(super) encoding: Encoding,
    /// The name of the character set, in lower case.
    pub(super) charset: Option<String>,
    /// The Content-ID, by which HTML shows a picture.
    pub(super) content_id: Option<String>,
    /// True if it is text to be read in the message, and no file.
    pub(super) in_text: bool,
    /// The innermost `multipart/alternative` around it, by the order in which they begin.
    pub(super) alternative: Option<usize>,
    pub(super) body: &'a [u8],
}

/// The parts of a message.
#[derive(Debug)]
pub(super) struct Structure<'a> {
    pub(super) parts: Vec<Part<'a>>,
    /// False if the message has more parts, or deeper ones, than are read.
    pub(super) complete: bool,
}

/// A multipart whose parts are being read.
struct Frame {
    boundary: Vec<u8>,
    alternative: Option<usize>,
    is_related: bool,
    is_digest: bool,
    /// The number of its parts that have begun.
    begun: usize,
    /// The offset of its first byte.
    start: usize,
}

/// Walks through a message whose header ends at `body`. `header` holds the fields.
pub(super) fn structure<'a>(raw: &'a [u8], header: &[u8], body: usize) -> Structure<'a> {
    let mut walk = Walk {
        raw,
        frames: Vec::new(),
        alternatives: 0,
        structure: Structure { parts: Vec::new(), complete: true },
    };
    let mut next = Some((describe(header, 0, false), body));
    while let Some((description, start)) = next {
        next = walk.read(description, start);
    }
    walk.structure
}

struct Walk<'a> {
    raw: &'a [u8],
    frames: Vec<Frame>,
    alternatives: usize,
    structure: Structure<'a>,
}

/// A line that begins or ends a part.
struct Delimiter {
    /// The offset at which the part before it ends.
    part_end: usize,
    /// The offset after the line.
    next: usize,
    /// The number of multiparts that are still open.
    depth: usize,
    /// True if it ends the innermost of them.
    closes: bool,
}

impl<'a> Walk<'a> {
    /// Reads a part that begins at an offset, and returns the next one.
    fn read(&mut self, described: Description, start: usize) -> Option<(Description, usize)> {
        match described.boundary {
            Some(ref boundary) if self.frames.len() < MAX_DEPTH => {
                if described.is_alternative {
                    self.alternatives += 1;
                }
                let outer = self.frames.last().and_then(|frame| frame.alternative);
                self.frames.push(Frame {
                    boundary: boundary.clone(),
                    alternative: described.is_alternative.then_some(self.alternatives).or(outer),
                    is_related: described.is_related,
                    is_digest: described.is_digest,
                    begun: 0,
                    start,
                });
                self.next_part(start)
            }
            Some(_) => {
                self.structure.complete = false;
                self.next_part(start)
            }
            None => {
                let delimiter = self.delimiter(start);
                let end = delimiter.as_ref().map_or(self.raw.len(), |found| found.part_end);
                self.add(described, start, end)?;
                self.after(delimiter?)
            }
        }
    }

    /// Skips to the next part.
    fn next_part(&mut self, start: usize) -> Option<(Description, usize)> {
        match self.delimiter(start) {
            Some(delimiter) => self.after(delimiter),
            None => {
                self.unopened(self.raw.len(), 0)?;
                None
            }
        }
    }

    /// Goes on after a delimiter, to the next part's header.
    fn after(&mut self, mut delimiter: Delimiter) -> Option<(Description, usize)> {
        loop {
            self.unopened(delimiter.part_end, delimiter.depth)?;
            self.frames.truncate(delimiter.depth);
            if !delimiter.closes {
                break;
            }
            self.frames.pop();
            if self.frames.is_empty() {
                return None;
            }
            delimiter = self.delimiter(delimiter.next)?;
        }
        let frame = self.frames.last_mut()?;
        frame.begun += 1;
        let (index, is_digest, is_related) = (frame.begun - 1, frame.is_digest, frame.is_related);
        let (header, body) = self.part_header(delimiter.next);
        // The first part of a `multipart/related` is its text, and what follows belongs to it.
        let described = describe(&header, if is_related { index } else { 0 }, is_digest);
        Some((described, body))
    }

    /// Takes multiparts whose boundary never came as text: those that are open beyond `depth`.
    fn unopened(&mut self, end: usize, depth: usize) -> Option<()> {
        let unopened = self.frames.get(depth..).unwrap_or_default();
        let text = unopened.iter().find(|frame| frame.begun == 0).map(|frame| frame.start);
        match text {
            Some(start) => self.add(describe(b"", 0, false), start, end),
            None => Some(()),
        }
    }

    /// Adds a part; `None` if there are too many.
    fn add(&mut self, described: Description, start: usize, end: usize) -> Option<()> {
        if self.structure.parts.len() >= MAX_PARTS {
            self.structure.complete = false;
            return None;
        }
        let is_text = matches!(described.kind, Kind::Plain | Kind::Html);
        let is_first = self.structure.parts.is_empty();
        let alternative = self.frames.last().and_then(|frame| frame.alternative);
        self.structure.parts.push(Part {
            kind: described.kind,
            encoding: described.encoding,
            charset: described.charset,
            content_id: described.content_id,
            in_text: is_text && !described.is_attachment && (is_first || !described.is_named),
            alternative,
            body: self.raw.get(start..end.max(start)).unwrap_or_default(),
        });
        Some(())
    }

    /// Finds the next line that begins or ends a part of a multipart that is open.
    fn delimiter(&self, mut position: usize) -> Option<Delimiter> {
        if self.frames.is_empty() {
            return None;
        }
        let mut part_end = position;
        while let Some((text, next)) = line(self.raw, position) {
            if let Some((depth, closes)) = self.delimits(text) {
                return Some(Delimiter { part_end, next, depth, closes });
            }
            // The line end before a delimiter belongs to it.
            part_end = position + text.len();
            position = next;
        }
        None
    }

    /// Returns the number of multiparts that stay open after a line, and true if it ends the innermost.
    fn delimits(&self, text: &[u8]) -> Option<(usize, bool)> {
        let text = text.strip_prefix(b"--")?.trim_ascii_end();
        self.frames.iter().enumerate().rev().find_map(|(index, frame)| {
            let rest = text.strip_prefix(frame.boundary.as_slice())?;
            (rest.is_empty() || rest == b"--").then_some((index + 1, !rest.is_empty()))
        })
    }

    /// Reads the header of a part: the fields that describe it, and the offset of its body.
    fn part_header(&self, start: usize) -> (Vec<u8>, usize) {
        let mut header = Vec::new();
        let mut position = start;
        while let Some((first, _)) = line(self.raw, position) {
            if self.delimits(first).is_some() {
                // The header has no end of its own, and the part no body.
                return (header, position);
            }
            let mut fields = Fields::new(self.raw, position);
            let Some(field) = fields.next() else {
                let body = line(self.raw, position).map_or(position, |(_, next)| next);
                return (header, body);
            };
            let describes =
                field.get(..8).is_some_and(|name| name.eq_ignore_ascii_case(b"content-"));
            if describes && header.len() < 4 * MAX_FIELD_OF_PART {
                let field = bounded(field).trim_ascii_end();
                header.extend_from_slice(field.get(..MAX_FIELD_OF_PART).unwrap_or(field));
                header.extend_from_slice(b"\r\n");
            }
            position = fields.position();
        }
        (header, position)
    }
}

#[cfg(test)]
mod tests {
    use super::super::header::header;
    use super::*;

    /// The parts of a message: what each is, and the start of its body.
    fn parts(raw: &str) -> Vec<(Kind, bool, String)> {
        let header = header(raw.as_bytes());
        let found = structure(raw.as_bytes(), &header.fields, header.end);
        let text = |part: &Part<'_>| String::from_utf8_lossy(part.body).chars().take(20).collect();
        found.parts.iter().map(|part| (part.kind, part.in_text, text(part))).collect()
    }

    #[test]
    fn parts_within_parts_are_found_in_order() {
        let raw = "Content-Type: multipart/mixed; boundary=m\r\n\r\npreamble\r\n\
                   --m\r\nContent-Type: multipart/alternative;\r\n boundary=\"a b\"\r\n\r\n\
                   --a b\r\n\r\nplain\r\n\
                   --a b\r\nContent-Type: text/html\r\n\r\n<p>html\r\n--a b--\r\nepilogue\r\n\
                   --m\r\nContent-Type: image/png; name=x.png\r\n\r\nPNG\r\n\
                   --m\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nInner\r\n--m--\r\n";
        assert_eq!(
            parts(raw),
            [
                (Kind::Plain, true, "plain".into()),
                (Kind::Html, true, "<p>html".into()),
                (Kind::Other, false, "PNG".into()),
                (Kind::Message, false, "Subject: inner\r\n\r\nIn".into()),
            ]
        );
    }

    #[test]
    fn a_multipart_whose_boundary_never_comes_is_text() {
        let raw = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--other\r\nHello\r\n";
        assert_eq!(parts(raw), [(Kind::Plain, true, "--other\r\nHello\r\n".into())]);
        let inner = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\
                     Content-Type: multipart/mixed; boundary=n\r\n\r\nHello\r\n--m--\r\n";
        assert_eq!(parts(inner), [(Kind::Plain, true, "Hello".into())]);
    }

    #[test]
    fn a_multipart_that_is_never_closed_ends_with_the_message() {
        let raw =
            "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\none\r\n--m\r\n\r\ntwo\r\n";
        let found: Vec<String> = parts(raw).into_iter().map(|(_, _, text)| text).collect();
        assert_eq!(found, ["one", "two\r\n"]);
    }

    #[test]
    fn parts_and_depth_have_bounds_and_what_exceeds_them_is_said() {
        let many = format!(
            "Content-Type: multipart/mixed; boundary=m\r\n\r\n{}",
            "--m\r\n\r\nx\r\n".repeat(MAX_PARTS * 10)
        );
        let deep: String = (0..MAX_DEPTH * 10)
            .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
            .collect();
        for raw in [many, deep] {
            let header = header(raw.as_bytes());
            let found = structure(raw.as_bytes(), &header.fields, header.end);
            assert!(!found.complete && found.parts.len() <= MAX_PARTS);
        }
    }
}
