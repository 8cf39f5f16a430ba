//! A gateway over the network.

use std::{sync::LazyLock, time::Duration};

use reqwest::{Client, redirect::Policy};
use serde_json::Value;

use crate::payments::PaymentsError;

/// The longest a gateway may take: a buyer waits.
const PATIENCE: Duration = Duration::from_secs(8);
/// The most that is read of an answer.
const LARGEST: usize = 64 * 1024;

/// Posts `body` as JSON and reads the JSON that comes back, whatever the status: they tell refusals in the body.
pub(super) async fn post(url: &str, body: &Value) -> Result<Value, PaymentsError> {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let builder = Client::builder().timeout(PATIENCE).redirect(Policy::none());
        builder.build().unwrap_or_default()
    });
    let failed = |error: reqwest::Error| PaymentsError::Gateway(error.without_url().to_string());
    let mut answer = CLIENT.post(url).json(body).send().await.map_err(failed)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            return Err(PaymentsError::Gateway("its answer is too long".to_owned()));
        }
    }
    serde_json::from_slice(&bytes)
        .map_err(|_| PaymentsError::Gateway(format!("its answer ({}) is not JSON", answer.status())))
}
