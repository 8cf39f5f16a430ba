//! Short messages to phones. Which way they go is a setting; what is on its way waits, sealed, in the outbox.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
    time::Duration,
};

use entity::{Phone, Timestamp};
use reqwest::{Client, Url, redirect::Policy};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;

use super::IdentityError;
use crate::{
    app::App,
    config::Sms,
    db::Unit,
    jobs::{Handler, Outbox},
};

/// The topic of messages to be sent.
const TOPIC: &str = "sms";
const CONTEXT: &str = "sms";
/// The longest a provider may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A message, as adapters get it and as the file adapter writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ShortMessage {
    pub to: String,
    pub text: String,
}

/// A message that waits: worthless once its code is.
#[derive(Debug, Serialize, Deserialize)]
struct Waiting {
    #[serde(flatten)]
    message: ShortMessage,
    until: i64,
}

/// Why a message was not sent. It holds neither the number nor the text: it is kept and logged.
#[derive(Debug, thiserror::Error)]
pub(super) enum SmsError {
    #[error("the file of messages cannot be written: {0}")]
    File(#[from] std::io::Error),
    #[error("the provider of short messages cannot be reached: {0}")]
    Unreached(String),
    #[error("the provider of short messages answered {0}")]
    Refused(u16),
}

/// A way for messages to go.
#[async_trait::async_trait]
trait Adapter: Send + Sync {
    /// `id` is the same at every attempt, where there may be several.
    async fn send(&self, message: &ShortMessage, id: Option<&str>) -> Result<(), SmsError>;
}

/// Appends each message to the file of a folder.
struct ToFile(PathBuf);

#[async_trait::async_trait]
impl Adapter for ToFile {
    async fn send(&self, message: &ShortMessage, _: Option<&str>) -> Result<(), SmsError> {
        Ok(append(&self.0, message).await?)
    }
}

/// Appends `message` as a line of JSON to `messages.jsonl` in a folder that its owner alone may read.
pub(super) async fn append(folder: &Path, message: &(impl Serialize + Sync)) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(message).map_err(std::io::Error::other)?;
    line.push(b'\n');
    let mut builder = tokio::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(folder).await?;
    let mut options = tokio::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(folder.join("messages.jsonl")).await?;
    // One write: two messages at once must not be mixed.
    file.write_all(&line).await?;
    file.sync_data().await
}

/// Posts `{to, text}` to a provider's address; any 2xx is its yes. A name and password in the address become basic
/// authentication.
struct ToProvider(Url);

#[async_trait::async_trait]
impl Adapter for ToProvider {
    async fn send(&self, message: &ShortMessage, id: Option<&str>) -> Result<(), SmsError> {
        static CLIENT: LazyLock<Client> = LazyLock::new(|| {
            let builder = Client::builder().timeout(PATIENCE).redirect(Policy::none());
            builder.build().unwrap_or_default()
        });
        let mut request = CLIENT.post(self.0.clone()).json(message);
        if let Some(id) = id {
            request = request.header("idempotency-key", id);
        }
        let sent = request.send().await;
        // The address may hold the password.
        let answer = sent.map_err(|error| SmsError::Unreached(error.without_url().to_string()))?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(SmsError::Refused(answer.status().as_u16()))
        }
    }
}

fn adapter(way: &Sms) -> Box<dyn Adapter> {
    match way {
        Sms::Folder(folder) => Box::new(ToFile(folder.clone())),
        Sms::Provider(address) => Box::new(ToProvider(address.clone())),
    }
}

/// Leaves `text` to be sent to `phone`, unless it is `until` before it could be.
pub(super) async fn leave(
    app: &App,
    unit: &mut Unit,
    phone: &Phone,
    text: &str,
    until: Timestamp,
) -> Result<(), IdentityError> {
    let waiting = Waiting {
        message: ShortMessage {
            to: phone.to_string(),
            text: text.to_owned(),
        },
        until: until.0,
    };
    let plain = serde_json::to_string(&waiting).map_err(IdentityError::Unreadable)?;
    let sealed = app.vault().seal(unit.source(), CONTEXT, &plain);
    Ok(unit.leave(TOPIC, format!("\"{sealed}\"")).await?)
}

/// Sends what was left.
pub(super) fn listens(outbox: Outbox) -> Outbox {
    let handler: Handler = Arc::new(|app, payload| Box::pin(deliver(app, payload)));
    outbox.on(TOPIC, handler)
}

async fn deliver(app: App, payload: String) -> Result<(), String> {
    let sealed: String = serde_json::from_str(&payload).map_err(|error| error.to_string())?;
    let plain = app.vault().open(CONTEXT, &sealed).map_err(|error| error.to_string())?;
    let waiting: Waiting = serde_json::from_str(&plain).map_err(|_| "a message that cannot be read".to_owned())?;
    if app.now().0 >= waiting.until {
        return Ok(());
    }
    let way = adapter(&app.config().sms);
    way.send(&waiting.message, None)
        .await
        .map_err(|error| error.to_string())
}

/// Sends `message` now, known by `id` at every attempt.
pub(super) async fn send_now(app: &App, message: &ShortMessage, id: &str) -> Result<(), SmsError> {
    adapter(&app.config().sms).send(message, Some(id)).await
}
