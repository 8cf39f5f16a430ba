//! Messages pushed to a browser (RFC 8030), sealed for it alone.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::json;

use super::{Letter, PATIENCE, Untaken};
use crate::{
    app::App,
    http::reach::{Reach, Unreachable},
    identity::messages::{
        subscriptions::Address,
        vapid::{self, Key},
    },
};

/// For how many seconds a push service keeps what a phone without signal does not take: a day.
const KEPT_S: u32 = 24 * 60 * 60;
/// What is read of an answer.
const READ: usize = 1024;

/// What sends pushes, once for each process.
#[derive(Debug)]
pub struct Pusher {
    reach: Reach,
    key: Key,
}

impl Pusher {
    pub async fn of(app: &App) -> Result<Arc<Self>, Untaken> {
        let later = |error: &dyn std::error::Error| Untaken::Later(error.to_string());
        Ok(Arc::new(Self {
            reach: Reach::straight(app.is_demo(), PATIENCE).map_err(|error| later(&error))?,
            key: Key::of(app).await.map_err(|error| later(&error))?,
        }))
    }

    pub async fn send(&self, app: &App, to: &Address, letter: &Letter) -> Result<(), Untaken> {
        let url = self
            .reach
            .address(&to.endpoint)
            .map_err(|error| Untaken::Gone(error.to_string()))?;
        let plain = json!({
            "id": letter.id.to_string(), "title": letter.title, "body": letter.text, "link": letter.link,
        });
        let sealed = to
            .browser()
            .and_then(|browser| browser.seal(app.source(), plain.to_string().as_bytes()))
            .map_err(|error| Untaken::Gone(error.to_string()))?;
        let authorization = self
            .key
            .authorization(&url, &vapid::subject(app.config()), app.source().wall_clock())
            .ok()
            .and_then(|text| HeaderValue::try_from(text).ok())
            .ok_or_else(|| Untaken::Later("the push cannot be signed".to_owned()))?;
        let headers = HeaderMap::from_iter([
            (header::AUTHORIZATION, authorization),
            (header::CONTENT_ENCODING, HeaderValue::from_static("aes128gcm")),
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/octet-stream"),
            ),
            (HeaderName::from_static("ttl"), HeaderValue::from(KEPT_S)),
            (
                HeaderName::from_static("urgency"),
                HeaderValue::from_static(if letter.calm { "normal" } else { "high" }),
            ),
        ]);
        let answer = self
            .reach
            .post(url, headers, sealed, READ)
            .await
            .map_err(|error| match error {
                Unreachable::Inward(_) => Untaken::Gone("the push service lies inside".to_owned()),
                error => Untaken::Later(format!("the push service was not reached: {error}")),
            })?;
        match answer.status {
            200..=299 => Ok(()),
            // 403: it was subscribed to with another key than this exchange has now.
            status @ (403 | 404 | 410) => Err(Untaken::Gone(format!("the push service answered {status}"))),
            status => Err(Untaken::of_status("the push service", status)),
        }
    }
}
