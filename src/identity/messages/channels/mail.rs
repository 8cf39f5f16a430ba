//! Messages by e-mail.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use reqwest::Url;
use serde::Serialize;

use super::{PATIENCE, Untaken};
use crate::{
    app::App,
    config::{Config, Mail},
    identity::sms::append,
};

/// An e-mail.
#[derive(Debug, Serialize)]
pub struct Email<'e> {
    pub to: &'e str,
    pub subject: &'e str,
    pub text: String,
}

/// Sends `email`, known by `id` at every attempt.
pub async fn send(app: &App, email: &Email<'_>, id: &str) -> Result<(), Untaken> {
    let server = match &app.config().messengers.mail {
        Mail::Folder(folder) => return Ok(append(folder, email).await?),
        Mail::Server(server) => server,
    };
    let message = written(app.config(), email, id)?;
    // Both were looked at when the program started; what they hold is not for a log.
    let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(server)
        .map_err(|_| Untaken::Later("CHOQUE_SMTP_URL cannot be used".to_owned()))?
        .timeout(Some(PATIENCE))
        .build();
    match server.send(message).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() => Err(Untaken::Never(told(&error))),
        Err(error) => Err(Untaken::Later(told(&error))),
    }
}

/// What went wrong, without the words of the server: it likes to repeat the address.
fn told(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    }
}

fn written(config: &Config, email: &Email<'_>, id: &str) -> Result<Message, Untaken> {
    let host = host(config);
    let from = config
        .messengers
        .mail_from
        .clone()
        .unwrap_or_else(|| format!("no-reply@{host}"));
    let never = |what: &str| Untaken::Never(format!("{what} is no address that e-mail can have"));
    let from = from.parse().map_err(|_| never("CHOQUE_MAIL_FROM"))?;
    let to = email.to.parse().map_err(|_| never("the person's"))?;
    Message::builder()
        .from(Mailbox::new(Some("Chợ Quê".to_owned()), from))
        .to(Mailbox::new(None, to))
        .subject(email.subject)
        .message_id(Some(format!("<{id}@{host}>")))
        .header(ContentType::TEXT_PLAIN)
        .body(email.text.clone())
        .map_err(|error| Untaken::Never(format!("the e-mail cannot be written: {error}")))
}

/// The name that e-mail is from.
fn host(config: &Config) -> String {
    Url::parse(&config.public_url())
        .ok()
        .and_then(|url| url.domain().map(ToOwned::to_owned))
        .unwrap_or_else(|| "localhost".to_owned())
}

/// Whether `text` is an address that e-mail can have.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let known = text.parse::<lettre::Address>();
    known.is_ok_and(|address| address.domain().contains('.') && !address.domain().starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_host() {
        for good in ["lan@example.vn", "lan.nguyen+cho@mail.example.vn"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "lan",
            "lan@",
            "@example.vn",
            "lan@localhost",
            "lan@[127.0.0.1]",
            "a b@example.vn",
            "a@b.vn\r\nBcc: c@d.vn",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
