//! Mail to people: invitations and links for new passwords, in plain text, through the company's own server.

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;

/// How long the mail server may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why mail cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address of the server cannot be used.
    #[error(
        "`{0}` is not the address of a mail server: {1}; write smtps://user:password@host or smtp://host"
    )]
    Server(String, String),
    /// An address of a person cannot be used.
    #[error("`{0}` is not an e-mail address")]
    Address(String),
    /// The mail server refuses, or is not there.
    #[error("the mail server did not take the message: {0}")]
    Refused(String),
}

/// A way to send mail.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailer({})", self.from)
    }
}

impl Mailer {
    /// Sends through a server, such as `smtps://user:password@mail.example`, as `Ambit <ambit@acme.example>`.
    ///
    /// # Errors
    /// If either cannot be used.
    pub fn new(server: &str, from: &str) -> Result<Self, MailError> {
        let shown = server.rsplit_once('@').map_or(server, |(_, host)| host).to_owned();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server)
            .map_err(|error| MailError::Server(shown, error.to_string()))?;
        Ok(Self { transport: transport.timeout(Some(TIMEOUT)).build(), from: mailbox(from)? })
    }

    /// Sends a text to a person.
    ///
    /// # Errors
    /// If the address is none, or the server does not take it.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<(), MailError> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(mailbox(to)?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(|error| MailError::Refused(error.to_string()))?;
        let sent = tokio::time::timeout(TIMEOUT, self.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(MailError::Refused(error.to_string())),
            Err(_) => Err(MailError::Refused("it takes too long".into())),
        }
    }
}

fn mailbox(text: &str) -> Result<Mailbox, MailError> {
    text.parse().map_err(|_| MailError::Address(text.to_owned()))
}

/// Whether a text can be written to as an e-mail address.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_server_or_address_is_refused_without_telling_the_password() {
        let error = Mailer::new("https://user:hunter22@mail.example", "ambit@acme.example").unwrap_err();
        assert!(error.to_string().contains("mail.example") && !error.to_string().contains("hunter22"));
        assert!(matches!(Mailer::new("smtp://mail.example", "nobody"), Err(MailError::Address(_))));
        assert!(
            is_address("ann@acme.example")
                && !is_address("ann")
                && !is_address("ann@acme.example\nbcc: x@y.z")
        );
    }
}
