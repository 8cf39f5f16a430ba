//! The ways by which a message goes out. What each needs to know is a setting; without one it goes into a file.

pub mod mail;
pub mod push;
pub mod zalo;

use std::time::Duration;

use entity::ids::MessageDeliveryId;

use crate::identity::sms::{self, ShortMessage, SmsError};
use crate::{app::App, config::Config};

/// The longest anybody may take to take a message.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// A message in words.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The same at every attempt, so that whoever gets it twice can see that.
    pub id: MessageDeliveryId,
    pub title: String,
    pub text: String,
    /// A path of this exchange.
    pub link: Option<String>,
    /// It can wait.
    pub calm: bool,
}

impl Letter {
    /// The whole address of the link.
    fn address(&self, config: &Config) -> Option<String> {
        self.link.as_ref().map(|path| format!("{}{path}", config.public_url()))
    }
}

/// Why a message was not taken. It holds neither whom it is for nor what it says: it is kept and logged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untaken {
    /// It may be taken later.
    #[error("{0}")]
    Later(String),
    /// It never will be.
    #[error("{0}")]
    Never(String),
    /// Whoever it is for is there no more.
    #[error("{0}")]
    Gone(String),
}

impl Untaken {
    /// What an answer with `status` means where a refused message is refused for good and everything else may pass.
    fn of_status(who: &str, status: u16) -> Self {
        let told = format!("{who} answered {status}");
        match status {
            400 | 404 | 410 | 413 | 422 => Self::Never(told),
            _ => Self::Later(told),
        }
    }
}

impl From<std::io::Error> for Untaken {
    fn from(error: std::io::Error) -> Self {
        Self::Later(format!("the file of messages cannot be written: {error}"))
    }
}

/// Sends `letter` to the phone `to` as a short message.
pub async fn sms(app: &App, to: &str, letter: &Letter) -> Result<(), Untaken> {
    let link = letter
        .address(app.config())
        .map_or(String::new(), |address| format!(" {address}"));
    let message = ShortMessage {
        to: to.to_owned(),
        text: format!("{}{link}", plain(&letter.text)),
    };
    let sent = sms::send_now(app, &message, &letter.id.to_string()).await;
    sent.map_err(|error| match error {
        SmsError::Refused(status) => Untaken::of_status("the provider of short messages", status),
        error => Untaken::Later(error.to_string()),
    })
}

/// Letters that every phone shows and that cost no more than they must: one mark, and a short message holds 70 letters
/// where it would hold 160.
fn plain(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let letters = text.nfd().filter(|c| !is_combining_mark(*c)).map(|c| match c {
        'đ' | '₫' => 'd',
        'Đ' => 'D',
        '–' | '—' | '·' => '-',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '\u{a0}' => ' ',
        c => c,
    });
    let text: String = letters.collect();
    text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_message_has_plain_letters() {
        assert_eq!(
            plain("Đơn hàng CQ-1: đã nhận 45.000\u{a0}₫. Cảm ơn bà con!"),
            "Don hang CQ-1: da nhan 45.000 d. Cam on ba con!"
        );
        assert_eq!(plain("chè 茶"), "che ?");
    }
}
