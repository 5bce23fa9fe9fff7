//! The lines of a message up to the dot that ends it (RFC 5321, section 4.1.1.4).

/// A message as its bytes come. Only `CRLF . CRLF` ends it: whoever accepts another end lets a client
/// hide a second message in the first one, with a sender of the client's choosing.
#[derive(Debug)]
pub(super) struct DataReceiver {
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// After CRLF, or at the start.
    LineStart,
    /// After a dot at the start of a line. It is never part of the message.
    Dot,
    /// After a dot and CR.
    DotReturn,
    /// Within a line; true after CR.
    Line { after_return: bool },
}

impl DataReceiver {
    pub(super) const fn new() -> Self {
        Self { state: State::LineStart }
    }

    /// Appends what belongs to the message to `body`. Returns true if the message has ended; the bytes
    /// after its end stay in `bytes`.
    pub(super) fn ingest(
        &mut self,
        bytes: &mut std::slice::Iter<'_, u8>,
        body: &mut Vec<u8>,
    ) -> bool {
        while let Some((&first, tail)) = bytes.as_slice().split_first() {
            match (self.state, first) {
                (State::LineStart, b'.') => self.state = State::Dot,
                (State::Dot, b'\r') => self.state = State::DotReturn,
                (State::DotReturn, b'\n') => {
                    *bytes = tail.iter();
                    self.state = State::LineStart;
                    return true;
                }
                (State::DotReturn, _) => {
                    body.push(b'\r');
                    self.state = State::Line { after_return: true };
                    continue;
                }
                (State::LineStart | State::Dot, _) => {
                    self.state = State::Line { after_return: false };
                    continue;
                }
                (State::Line { after_return }, _) => {
                    self.line(after_return, bytes, body);
                    continue;
                }
            }
            *bytes = tail.iter();
        }
        false
    }

    /// Takes the rest of a line, as far as it has come.
    fn line(
        &mut self,
        after_return: bool,
        bytes: &mut std::slice::Iter<'_, u8>,
        body: &mut Vec<u8>,
    ) {
        let rest = bytes.as_slice();
        let end = memchr::memchr(b'\n', rest);
        let (line, tail) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        body.extend_from_slice(line);
        *bytes = tail.iter();
        self.state = match (end, line) {
            (Some(_), [.., b'\r', b'\n']) => State::LineStart,
            (Some(0), _) if after_return => State::LineStart,
            (Some(_), _) => State::Line { after_return: false },
            (None, _) => State::Line { after_return: line.last() == Some(&b'\r') },
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message in what a client sends in pieces of `size` bytes, and what follows its end.
    fn receive(sent: &str, size: usize) -> (String, Option<String>) {
        let (mut receiver, mut body) = (DataReceiver::new(), Vec::new());
        let mut rest = sent.as_bytes();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(size.min(rest.len()));
            let mut bytes = piece.iter();
            if receiver.ingest(&mut bytes, &mut body) {
                let left = [bytes.as_slice(), after].concat();
                return (String::from_utf8(body).unwrap(), Some(String::from_utf8(left).unwrap()));
            }
            assert!(bytes.as_slice().is_empty());
            rest = after;
        }
        (String::from_utf8(body).unwrap(), None)
    }

    #[test]
    fn a_message_ends_with_a_dot_on_a_line_of_its_own() {
        for size in 1..12 {
            for (sent, message) in [
                ("Hello\r\n.\r\nQUIT\r\n", "Hello\r\n"),
                (".\r\nQUIT\r\n", ""),
                ("..\r\n...\r\n.x\r\n.\r\nQUIT\r\n", ".\r\n..\r\nx\r\n"),
                ("\r\n\r\n.\r\nQUIT\r\n", "\r\n\r\n"),
            ] {
                let expected = (message.to_owned(), Some("QUIT\r\n".to_owned()));
                assert_eq!(receive(sent, size), expected, "{sent:?} in pieces of {size}");
            }
        }
    }

    #[test]
    fn no_other_line_end_around_the_dot_ends_a_message() {
        for end in [
            "\n.\n",
            "\n.\r\n",
            "\r\n.\n",
            "\r.\r",
            "\r\n.\r",
            "\r\n.\r\r\n",
            "\r\n.\r\r\r\n",
            "\r\n.\n\r\n",
            "\n.\r\r\n",
            "\r.\r\n",
            "\r\n. \r\n",
            "\r\n.\0\r\n",
            "\r\n\0.\r\n",
        ] {
            for size in 1..8 {
                let (_, left) = receive(&format!("Hello{end}QUIT\r\n"), size);
                assert_eq!(left, None, "{end:?} in pieces of {size}");
            }
        }
    }
}
