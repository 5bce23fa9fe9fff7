//! The memory that a hostile message takes. It follows from the message's size and stays within a bound:
//! the tests count allocations, which also shows copying that grows with the square of the size.

use adapters::mail::Incoming;
use allocation_counter::measure;

/// A megabyte, the unit of the messages below.
const MB: usize = 1024 * 1024;

/// A message that consists of a header and, up to its size, of one piece again and again.
struct Hostile {
    name: &'static str,
    start: &'static str,
    piece: fn(usize) -> String,
}

impl Hostile {
    fn message(&self, size: usize) -> Vec<u8> {
        let mut raw = format!("From: jo@tenant.example\r\n{}", self.start);
        for n in 0.. {
            if raw.len() >= size {
                break;
            }
            raw.push_str(&(self.piece)(n));
        }
        raw.push_str("\r\n\r\nHello\r\n");
        raw.into_bytes()
    }
}

const HOSTILE: [Hostile; 16] = [
    Hostile {
        name: "messages within messages",
        start: "",
        piece: |_| "Content-Type: message/rfc822\r\n\r\n".into(),
    },
    Hostile {
        name: "parameters",
        start: "Content-Type: text/plain",
        piece: |n| format!("; n*{n}=a"),
    },
    Hostile {
        name: "folded parameters",
        start: "Content-Type: text/plain",
        piece: |n| format!(";\r\n n*{n}=a"),
    },
    Hostile { name: "empty headers", start: "", piece: |_| "A:\r\n".into() },
    Hostile {
        name: "empty parts",
        start: "Content-Type: multipart/mixed; boundary=x\r\n\r\n",
        piece: |_| "--x\r\n\r\n".into(),
    },
    Hostile {
        name: "parts with parameters",
        start: "Content-Type: multipart/mixed; boundary=x\r\n\r\n",
        piece: |_| {
            format!("--x\r\nContent-Type: text/plain{}\r\n\r\n", "; n*1=aaaa; n*2=b".repeat(200))
        },
    },
    Hostile {
        name: "multiparts within multiparts",
        start: "",
        piece: |n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"),
    },
    Hostile {
        name: "lines that look like boundaries",
        start: "Content-Type: multipart/mixed; boundary=x\r\n\r\n",
        piece: |_| "--y\r\n".into(),
    },
    Hostile { name: "recipients", start: "To: ", piece: |_| "a@b.example,".into() },
    Hostile { name: "comments", start: "To: ", piece: |_| "(".into() },
    Hostile { name: "references", start: "References: ", piece: |_| "<a@b.example> ".into() },
    Hostile { name: "encoded words", start: "Subject: ", piece: |_| "=?utf-8?q?a?= ".into() },
    Hostile {
        name: "Received",
        start: "",
        piece: |_| "Received: from a (b) by c for <d@e.example>; x\r\n".into(),
    },
    Hostile {
        name: "HTML",
        start: "Content-Type: text/html\r\n\r\n",
        piece: |_| "<a &amp; ".into(),
    },
    Hostile { name: "entities", start: "Content-Type: text/html\r\n\r\n", piece: |_| "&".into() },
    Hostile {
        name: "base64",
        start: "Content-Transfer-Encoding: base64\r\n\r\n",
        piece: |_| "QUJD".into(),
    },
];

#[test]
fn a_hostile_message_takes_memory_in_proportion_to_its_size() {
    for hostile in &HOSTILE {
        let (small, large) = (hostile.message(2 * MB), hostile.message(8 * MB));
        let read = |raw: &[u8]| measure(|| drop(Incoming::parse(raw)));
        let (little, much) = (read(&small), read(&large));
        let name = hostile.name;
        // At the most the whole message is copied, decoded and turned into text.
        assert!(much.bytes_max < 24 * MB as u64, "{name}: at most {} bytes", much.bytes_max);
        assert!(
            much.bytes_total < 5 * little.bytes_total + MB as u64,
            "{name}: {} bytes in all, then {}",
            little.bytes_total,
            much.bytes_total
        );
        assert!(much.count_total < 100_000, "{name}: {} allocations", much.count_total);
    }
}

#[test]
fn a_hostile_message_says_that_it_was_not_read_whole() {
    for hostile in HOSTILE.iter().take(7) {
        let text = Incoming::parse(&hostile.message(4 * MB)).text;
        assert!(text.ends_with("The whole of it is in the archive.]"), "{}: {text}", hostile.name);
    }
}
