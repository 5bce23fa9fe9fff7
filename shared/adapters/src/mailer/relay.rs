//! A mail server that sends on.
//!
//! The conversation is held here, command by command, because what a refusal means depends on when
//! it comes: a server that refuses the recipient refuses this mail, one that refuses the password
//! refuses every mail until somebody has seen to it.

use std::borrow::Cow;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::time::timeout;
use url::Url;

use super::{MailError, Mailer};
use crate::mail::Outgoing;

/// How long a server may take for a mail, from the connection to the last word.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long it may take over the farewell, which changes nothing any more.
const FAREWELL: Duration = Duration::from_secs(2);

/// A mail server that sends on.
#[derive(Clone, Debug)]
pub struct Relay {
    host: String,
    port: u16,
    tls: Tls,
    credentials: Option<Credentials>,
    patience: Duration,
}

/// How far the conversation about a mail has come: what a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    /// Connection, greeting, encryption, password, sender: the same for every mail.
    Session,
    /// This mail's recipient.
    Recipient,
    /// Whether the message may be sent at all.
    Data,
    /// The message itself; its end may have arrived.
    Message,
}

impl Relay {
    /// A relay at a URL: `smtp://host:25`, `smtps://user:password@host`,
    /// `smtp://user:password@host:587?tls=required`.
    ///
    /// # Errors
    /// When the URL is not of that form.
    pub fn at(url: &str) -> Result<Self, MailError> {
        let wrong = |cause: &dyn std::fmt::Display| {
            MailError::Permanent(format!(
                "{cause}; write smtp://host:25, smtps://user:password@host or \
                 smtp://user:password@host:587?tls=required"
            ))
        };
        let url = Url::parse(url).map_err(|error| wrong(&error))?;
        let host = match url.host() {
            Some(url::Host::Domain(name)) => name.to_owned(),
            Some(url::Host::Ipv4(address)) => address.to_string(),
            Some(url::Host::Ipv6(address)) => address.to_string(),
            None => return Err(wrong(&"it names no host")),
        };
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value);
        let certified = || TlsParameters::new(host.clone()).map_err(|error| wrong(&error));
        let (tls, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Tls::None, 25),
            ("smtp", Some("required")) => (Tls::Required(certified()?), 587),
            ("smtp", Some("opportunistic")) => (Tls::Opportunistic(certified()?), 587),
            ("smtps", _) => (Tls::Wrapper(certified()?), 465),
            _ => return Err(wrong(&"it is none of the kinds of server there are")),
        };
        let plain = |text: &str| {
            let plain = percent_encoding::percent_decode_str(text).decode_utf8();
            plain.map(Cow::into_owned).map_err(|error| wrong(&error))
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(plain(url.username())?, plain(password)?)),
            None => None,
        };
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, tls, credentials, patience: PATIENCE })
    }

    /// The same with another patience than a minute.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// A connection on which mail can be sent.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let hello = ClientId::default();
        let wrapper = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.patience), &hello, wrapper, None)
                .await?;
        match &self.tls {
            Tls::Required(parameters) => connection.starttls(parameters.clone(), &hello).await?,
            Tls::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &hello).await?;
            }
            _ => {}
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    /// Hands a mail over, and notes in `reached` how far that has come.
    async fn hand_over(
        &self,
        sender: Option<Address>,
        recipient: Address,
        raw: &[u8],
        reached: &mut Reached,
    ) -> Result<AsyncSmtpConnection, Error> {
        let mut connection = self.connect().await?;
        let eight_bit =
            !raw.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime);
        let parameters = eight_bit.then_some(MailParameter::Body(MailBodyParameter::EightBitMime));
        connection.command(Mail::new(sender, parameters.into_iter().collect())).await?;
        *reached = Reached::Recipient;
        connection.command(Rcpt::new(recipient, Vec::new())).await?;
        *reached = Reached::Data;
        connection.command(Data).await?;
        *reached = Reached::Message;
        connection.message(raw).await?;
        Ok(connection)
    }
}

impl Mailer for Relay {
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let address = |text: &str| {
            text.parse::<Address>()
                .map_err(|error| MailError::Permanent(format!("an address is malformed: {error}")))
        };
        let sender = mail.envelope_sender().map(address).transpose()?;
        let recipient = address(&mail.to.address)?;
        let raw = mail.to_bytes();
        let mut reached = Reached::Session;
        // The library's own limit is on the connection alone.
        let sent =
            timeout(self.patience, self.hand_over(sender, recipient, &raw, &mut reached)).await;
        match sent {
            Ok(Ok(mut connection)) => {
                let _ = timeout(FAREWELL, connection.quit()).await;
                Ok(())
            }
            Ok(Err(error)) => Err(meaning(&error, reached)),
            Err(_) => {
                let why = format!("no answer within {} seconds", self.patience.as_secs());
                Err(if reached == Reached::Message {
                    MailError::Unconfirmed(why)
                } else {
                    MailError::Transient(why)
                })
            }
        }
    }
}

/// What an error means for the mail.
fn meaning(error: &Error, reached: Reached) -> MailError {
    let why = without_addresses(error);
    if error.is_permanent() {
        if reached == Reached::Session || (reached == Reached::Recipient && is_about_session(error))
        {
            tracing::error!(
                why,
                "the relay refuses to take mail from here; all mail waits and is tried again. Check \
                 --relay: user and password, whether the server wants tls=required or smtps, and \
                 whether it lets this machine send from the teams' addresses"
            );
            return MailError::Transient(why);
        }
        return MailError::Permanent(why);
    }
    // A connection that broke when all was said leaves open whether the mail was taken.
    if reached == Reached::Message && !error.is_transient() {
        return MailError::Unconfirmed(why);
    }
    MailError::Transient(why)
}

/// Whether a refusal that comes with the recipient is about who sends. Servers put off saying so until
/// then; with enhanced codes (RFC 3463) it is X.7 for what is not allowed, X.1.7 and X.1.8 for the
/// sender's address.
fn is_about_session(error: &Error) -> bool {
    let code = error.status().map_or(0, u16::from);
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    code == 530
        || code == 535
        || ["5.7.", "5.1.7", "5.1.8"].iter().any(|status| said.trim_start().starts_with(status))
}

/// What a server said, without the addresses that servers like to repeat: it is logged and kept.
fn without_addresses(error: &Error) -> String {
    let text = error.to_string();
    let words = text.split_whitespace();
    words
        .map(|word| if word.contains('@') { "(address)" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    use super::*;
    use crate::mail::{Mailbox, Reason};

    fn mail() -> Outgoing {
        let mailbox = |address: &str| Mailbox { name: String::new(), address: address.into() };
        Outgoing {
            name: "x".into(),
            from: mailbox("help@p.example"),
            to: mailbox("jo@tenant.example"),
            reply_to: "help@p.example".into(),
            subject: "Noise".into(),
            text: "Hello".into(),
            html: "<p>Hello</p>".into(),
            message_id: "kept.1@p.example".into(),
            in_reply_to: None,
            date: DateTime::from_timestamp(1_777_000_000, 0).unwrap(),
            reason: Reason::Person,
            possible_duplicate: false,
        }
    }

    /// A server that gives these answers: the greeting, then one to each command and to the message.
    /// Where they end it is silent, or where the last is empty it hangs up.
    async fn server(answers: &'static [&'static str]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            for (n, answer) in answers.iter().enumerate() {
                let in_message = n > 0 && answers[n - 1].starts_with("354");
                let mut line = String::new();
                while n > 0 && (line.is_empty() || (in_message && line != ".\r\n")) {
                    line.clear();
                    if stream.read_line(&mut line).await.unwrap() == 0 {
                        return;
                    }
                }
                if answer.is_empty() {
                    return;
                }
                stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            }
            // Silent until the other side goes.
            while stream.read_line(&mut String::new()).await.unwrap_or(0) > 0 {}
        });
        address.to_string()
    }

    async fn sent(url: &str) -> Result<(), MailError> {
        Relay::at(url).unwrap().send(&mail()).await
    }

    async fn sent_impatiently(url: &str, patience: Duration) -> Result<(), MailError> {
        let relay = Relay::at(url).unwrap().with_patience(patience);
        // Far longer than the patience: who waits for this long waits for ever.
        timeout(PATIENCE, relay.send(&mail())).await.unwrap()
    }

    #[tokio::test]
    async fn a_server_that_falls_silent_is_not_waited_for() {
        for answers in [
            &[][..],
            &["220 x"],
            &["220 x", "250 x"],
            &["220 x", "250 x", "250 x"],
            &["220 x", "250 x", "250 x", "250 x"],
        ] {
            let url = format!("smtp://{}", server(answers).await);
            let got = sent_impatiently(&url, Duration::from_millis(200)).await;
            assert!(matches!(got, Err(MailError::Transient(_))), "{answers:?}: {got:?}");
        }
    }

    #[tokio::test]
    async fn a_mail_that_was_handed_over_whole_and_not_heard_of_may_have_been_taken() {
        for answers in [
            &["220 x", "250 x", "250 x", "250 x", "354 x"][..],
            &["220 x", "250 x", "250 x", "250 x", "354 x", ""],
        ] {
            let url = format!("smtp://{}", server(answers).await);
            // Long enough to come as far as the message on a busy machine.
            let got = sent_impatiently(&url, Duration::from_secs(3)).await;
            assert!(matches!(got, Err(MailError::Unconfirmed(_))), "{answers:?}: {got:?}");
        }
    }

    #[tokio::test]
    async fn a_mail_is_sent_once_the_server_says_so_whether_or_not_it_says_goodbye() {
        let answers = &["220 x", "250 x", "250 x", "250 x", "354 x", "250 x"];
        let got = sent(&format!("smtp://{}", server(answers).await)).await;
        assert!(got.is_ok(), "{got:?}");
    }

    #[tokio::test]
    async fn a_server_that_refuses_the_session_does_not_lose_the_mail() {
        for (user, answers) in [
            ("", &["554 No service"][..]),
            ("", &["220 x", "550 Who are you?", "221 x"]),
            ("jo:secret@", &["220 x", "250-x\r\n250 AUTH PLAIN", "535 5.7.8 Wrong password"]),
            ("", &["220 x", "250 x", "530 5.7.0 Must issue a STARTTLS command first"]),
            ("", &["220 x", "250 x", "550 5.1.8 No such sender"]),
            (
                "",
                &["220 x", "250 x", "250 x", "554 5.7.1 <jo@tenant.example>: Relay access denied"],
            ),
            ("", &["220 x", "250 x", "250 x", "530 Authentication required"]),
            ("", &["220 x", "250 x", "250 x", "450 4.2.0 Greylisted"]),
            ("", &["220 x", "250 x", "250 x", "250 x", "354 x", "451 4.3.0 Try again"]),
        ] {
            let got = sent(&format!("smtp://{user}{}", server(answers).await)).await;
            assert!(matches!(got, Err(MailError::Transient(_))), "{answers:?}: {got:?}");
            assert!(!got.unwrap_err().to_string().contains('@'), "{answers:?}");
        }
    }

    #[tokio::test]
    async fn what_is_refused_about_the_recipient_or_the_message_is_refused_for_good() {
        for answers in [
            &["220 x", "250 x", "250 x", "550 5.1.1 No such mailbox"][..],
            &["220 x", "250 x", "250 x", "550 No such mailbox"],
            &["220 x", "250 x", "250 x", "250 x", "554 No valid recipients"],
            &["220 x", "250 x", "250 x", "250 x", "354 x", "554 5.7.1 Looks like spam"],
        ] {
            let got = sent(&format!("smtp://{}", server(answers).await)).await;
            assert!(matches!(got, Err(MailError::Permanent(_))), "{answers:?}: {got:?}");
        }
    }

    #[test]
    fn a_url_that_names_no_server_is_refused_with_what_to_write() {
        for wrong in ["owl", "http://mail.p.example", "smtp://", "smtp://h?tls=perhaps"] {
            let error = Relay::at(wrong).unwrap_err().to_string();
            assert!(error.contains("smtp://host:25"), "{wrong}: {error}");
        }
        let relay = Relay::at("smtps://us%40er:p%3Aw@mail.p.example").unwrap();
        assert_eq!((relay.host.as_str(), relay.port), ("mail.p.example", 465));
        assert_eq!(relay.credentials, Some(Credentials::new("us@er".into(), "p:w".into())));
        assert_eq!(Relay::at("smtp://u:p@h?tls=required").unwrap().port, 587);
        assert_eq!(Relay::at("smtp://[::1]:2525").unwrap().host, "::1");
    }
}
