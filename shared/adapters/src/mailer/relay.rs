//! A relay: a mail server that sends email on.
//!
//! The conversation is held here, command by command, because the meaning of a refusal depends on
//! when it comes. A server that refuses the recipient refuses this email; one that refuses the
//! password refuses every email until somebody has put that right.

use std::borrow::Cow;
use std::error::Error as _;
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
use crate::errors::{BoxError, without_addresses};
use crate::mail::Outgoing;

/// The time for one email, from the connection to the server's last answer.
const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// The time for the farewell, which changes nothing any more.
const QUIT_TIMEOUT: Duration = Duration::from_secs(2);

/// A mail server that sends email on.
#[derive(Clone, Debug)]
pub struct Relay {
    host: String,
    port: u16,
    tls: Tls,
    user: String,
    credentials: Option<Credentials>,
    timeout: Duration,
}

/// A URL that does not name a relay.
#[derive(Debug, thiserror::Error)]
#[error(
    "the URL does not name a mail server; write smtp://host:25, smtps://user@host or \
     smtp://user@host:587?tls=required"
)]
pub struct RelayUrlError(#[source] BoxError);

/// The phase that the conversation about an email has reached: what a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Connection, greeting, encryption, password, sender: the same for every email.
    Session,
    /// This email's recipient.
    Recipient,
    /// The request to send a message.
    Data,
    /// The message itself. Its end may have arrived.
    Message,
}

impl Relay {
    /// The relay at a URL: `smtp://host:25`, `smtps://user:password@host`,
    /// `smtp://user:password@host:587?tls=required`.
    ///
    /// # Errors
    /// Returns an error if the URL does not have that form.
    pub fn at(url: &str) -> Result<Self, RelayUrlError> {
        Self::parse(url).map_err(RelayUrlError)
    }

    fn parse(url: &str) -> Result<Self, BoxError> {
        let url = Url::parse(url)?;
        let host = match url.host() {
            Some(url::Host::Domain(name)) => name.to_owned(),
            Some(url::Host::Ipv4(address)) => address.to_string(),
            Some(url::Host::Ipv6(address)) => address.to_string(),
            None => return Err("it names no host".into()),
        };
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value);
        let verified = || TlsParameters::new(host.clone());
        let (tls, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Tls::None, 25),
            ("smtp", Some("required")) => (Tls::Required(verified()?), 587),
            ("smtp", Some("opportunistic")) => (Tls::Opportunistic(verified()?), 587),
            ("smtps", _) => (Tls::Wrapper(verified()?), 465),
            _ => return Err("its scheme or its encryption is unknown".into()),
        };
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text).decode_utf8().map(Cow::into_owned)
        };
        let user = decode(url.username())?;
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(user.clone(), decode(password)?)),
            None => None,
        };
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, tls, user, credentials, timeout: SEND_TIMEOUT })
    }

    /// Returns true if the URL has a password in it.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.credentials.is_some()
    }

    /// The same relay with the password of its user; `None` if its URL names no user.
    #[must_use]
    pub fn with_password(self, password: &str) -> Option<Self> {
        if self.user.is_empty() {
            return None;
        }
        let credentials = Credentials::new(self.user.clone(), password.to_owned());
        Some(Self { credentials: Some(credentials), ..self })
    }

    /// The same relay with another time for one email than a minute.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Opens a connection on which email can be sent.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let hello = ClientId::default();
        let wrapper = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, wrapper, None)
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

    /// Delivers an email, and notes in `phase` how far the conversation has come.
    async fn deliver(
        &self,
        sender: Option<Address>,
        recipient: Address,
        raw: &[u8],
        phase: &mut Phase,
    ) -> Result<AsyncSmtpConnection, Error> {
        let mut connection = self.connect().await?;
        let eight_bit =
            !raw.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime);
        let parameters = eight_bit.then_some(MailParameter::Body(MailBodyParameter::EightBitMime));
        connection.command(Mail::new(sender, parameters.into_iter().collect())).await?;
        *phase = Phase::Recipient;
        connection.command(Rcpt::new(recipient, Vec::new())).await?;
        *phase = Phase::Data;
        connection.command(Data).await?;
        *phase = Phase::Message;
        connection.message(raw).await?;
        Ok(connection)
    }
}

impl Mailer for Relay {
    const IDEMPOTENT: bool = false;

    async fn send(&self, mail: &Outgoing) -> Result<(), MailError> {
        let address = |text: &str| {
            text.parse::<Address>().map_err(|error| {
                MailError::Permanent(format!("an address is malformed: {error}").into())
            })
        };
        let sender = mail.envelope_sender().map(address).transpose()?;
        let recipient = address(&mail.to.address)?;
        let raw = mail.to_bytes();
        let mut phase = Phase::Session;
        // The library has a timeout for the connection alone.
        let sent = timeout(self.timeout, self.deliver(sender, recipient, &raw, &mut phase)).await;
        match sent {
            Ok(Ok(mut connection)) => {
                let _ = timeout(QUIT_TIMEOUT, connection.quit()).await;
                Ok(())
            }
            Ok(Err(error)) => Err(mail_error(&error, phase)),
            Err(_) => {
                let source = format!("no answer within {} seconds", self.timeout.as_secs()).into();
                Err(if phase == Phase::Message {
                    MailError::Unconfirmed(source)
                } else {
                    MailError::Transient(source)
                })
            }
        }
    }
}

/// The meaning of an error for the email.
fn mail_error(error: &Error, phase: Phase) -> MailError {
    let source = without_addresses(error);
    if error.is_permanent() {
        if phase == Phase::Session || (phase == Phase::Recipient && is_about_session(error)) {
            tracing::error!(
                response = %source,
                "the relay refuses email from here; all emails wait and are tried again. Check \
                 --relay: user and password, whether the server wants tls=required or smtps, and \
                 whether it lets this machine send from the teams' addresses"
            );
            return MailError::Transient(source);
        }
        return MailError::Permanent(source);
    }
    // If the connection broke after the message, it is not known whether the email was accepted.
    if phase == Phase::Message && !error.is_transient() {
        return MailError::Unconfirmed(source);
    }
    MailError::Transient(source)
}

/// Returns true if a refusal that comes with the recipient is about the sender. Many servers say so only
/// then. The enhanced status codes (RFC 3463) are X.7 for anything that is not allowed, and X.1.7 and
/// X.1.8 for the sender's address.
fn is_about_session(error: &Error) -> bool {
    let code = error.status().map_or(0, u16::from);
    let response = error.source().map(ToString::to_string).unwrap_or_default();
    code == 530
        || code == 535
        || ["5.7.", "5.1.7", "5.1.8"].iter().any(|status| response.trim_start().starts_with(status))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    use super::*;
    use crate::errors::error_chain;
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
    /// After the last it is silent; if the last is empty, it hangs up.
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
            // Silent until the other side hangs up.
            while stream.read_line(&mut String::new()).await.unwrap_or(0) > 0 {}
        });
        address.to_string()
    }

    async fn send(url: &str) -> Result<(), MailError> {
        Relay::at(url).unwrap().send(&mail()).await
    }

    async fn send_with_timeout(url: &str, timeout_after: Duration) -> Result<(), MailError> {
        let relay = Relay::at(url).unwrap().with_timeout(timeout_after);
        // Far longer than the timeout: a test that waits for this long would wait for ever.
        timeout(SEND_TIMEOUT, relay.send(&mail())).await.unwrap()
    }

    #[tokio::test]
    async fn a_server_that_falls_silent_times_out() {
        for answers in [
            &[][..],
            &["220 x"],
            &["220 x", "250 x"],
            &["220 x", "250 x", "250 x"],
            &["220 x", "250 x", "250 x", "250 x"],
        ] {
            let url = format!("smtp://{}", server(answers).await);
            let got = send_with_timeout(&url, Duration::from_millis(200)).await;
            assert!(matches!(got, Err(MailError::Transient(_))), "{answers:?}: {got:?}");
        }
    }

    #[tokio::test]
    async fn an_email_handed_over_whole_without_an_answer_is_unconfirmed() {
        for answers in [
            &["220 x", "250 x", "250 x", "250 x", "354 x"][..],
            &["220 x", "250 x", "250 x", "250 x", "354 x", ""],
        ] {
            let url = format!("smtp://{}", server(answers).await);
            // Long enough to come as far as the message on a busy machine.
            let got = send_with_timeout(&url, Duration::from_secs(3)).await;
            assert!(matches!(got, Err(MailError::Unconfirmed(_))), "{answers:?}: {got:?}");
        }
    }

    #[tokio::test]
    async fn an_email_is_sent_once_the_server_accepts_it_even_if_it_never_says_goodbye() {
        let answers = &["220 x", "250 x", "250 x", "250 x", "354 x", "250 x"];
        let got = send(&format!("smtp://{}", server(answers).await)).await;
        assert!(got.is_ok(), "{got:?}");
    }

    #[tokio::test]
    async fn a_refused_session_is_transient_and_loses_no_email() {
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
            let got = send(&format!("smtp://{user}{}", server(answers).await)).await;
            assert!(matches!(got, Err(MailError::Transient(_))), "{answers:?}: {got:?}");
            assert!(!error_chain(&got.unwrap_err()).contains('@'), "{answers:?}");
        }
    }

    #[tokio::test]
    async fn a_refused_recipient_or_message_is_permanent() {
        for answers in [
            &["220 x", "250 x", "250 x", "550 5.1.1 No such mailbox"][..],
            &["220 x", "250 x", "250 x", "550 No such mailbox"],
            &["220 x", "250 x", "250 x", "250 x", "554 No valid recipients"],
            &["220 x", "250 x", "250 x", "250 x", "354 x", "554 5.7.1 Looks like spam"],
        ] {
            let got = send(&format!("smtp://{}", server(answers).await)).await;
            assert!(matches!(got, Err(MailError::Permanent(_))), "{answers:?}: {got:?}");
        }
    }

    #[test]
    fn a_url_without_a_server_is_refused_with_examples() {
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
