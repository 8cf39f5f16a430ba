//! What an open counter hears: each change of one of its stall's sales, as server-sent events.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    time::Duration,
};

use axum::{
    http::HeaderMap,
    response::sse::{Event, KeepAlive, Sse},
};
use entity::{
    Timestamp,
    ids::{SaleId, StallId},
    payments::payment::{self, Confirmed, Status},
};
use futures_util::{Stream, stream};
use sea_orm::DbErr;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    read::{SaleView, moved_since},
    words::said,
};
use crate::{app::App, http::language::Language, jobs::live::Subscription};

/// A unit that began before another may end after it, so a reader looks back this far for what it has not told yet.
const LOOK_BACK_MS: i64 = 60_000;
/// How long a counter may have been away and still be told what it missed.
const MISSED_MS: i64 = 24 * 60 * 60 * 1000;
/// Proxies close what is silent for long.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A sale that changed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SaleMoved {
    sale_id: String,
    payment_id: String,
    /// đồng
    amount: i64,
    /// What has come so far, in đồng.
    received: i64,
    /// That of the payment.
    status: &'static str,
    confirmed: Option<&'static str>,
    /// The sentence to be spoken, with amounts in full; `null` while no money came.
    said: Option<String>,
}

impl SaleMoved {
    fn of(language: Language, view: &SaleView) -> Self {
        Self {
            sale_id: view.sale.id.to_string(),
            payment_id: view.payment.id.to_string(),
            amount: view.payment.amount.0,
            received: view.payment.received.0,
            status: view.payment.status.code(),
            confirmed: view.payment.confirmed.map(Confirmed::code),
            said: said(language, &view.payment),
        }
    }
}

/// How a payment stood when it was told: the same is not told twice.
type Stood = (i64, Status, Option<Confirmed>);

fn stands(payment: &payment::Model) -> Stood {
    (payment.received.0, payment.status, payment.confirmed)
}

/// One counter that listens.
struct Listener {
    app: App,
    stall: StallId,
    language: Language,
    changes: Subscription,
    told: HashMap<SaleId, (Timestamp, Stood)>,
    /// The latest change that was told.
    until: Timestamp,
    next: VecDeque<Event>,
}

impl Listener {
    /// Reads what moved and lines it up to be told.
    async fn look(&mut self) -> Result<(), DbErr> {
        let since = self.until.plus(-LOOK_BACK_MS);
        for view in moved_since(self.app.db().read(), self.stall, since).await? {
            let (moved_at, stood) = (view.sale.changed_at, stands(&view.payment));
            let before = self.told.insert(view.sale.id, (moved_at, stood));
            if before.is_some_and(|(_, before)| before == stood) {
                continue;
            }
            self.until = self.until.max(moved_at);
            self.next.push_back(event(self.language, &view));
        }
        // What moved longer ago is not read again.
        let forgotten = self.until.plus(-LOOK_BACK_MS);
        self.told.retain(|_, (moved_at, _)| *moved_at >= forgotten);
        Ok(())
    }
}

fn event(language: Language, view: &SaleView) -> Event {
    let event = Event::default().id(view.sale.changed_at.0.to_string());
    // Texts and numbers always make JSON.
    event
        .json_data(SaleMoved::of(language, view))
        .unwrap_or_else(|_| Event::default().comment("unreadable"))
}

/// The stream of a stall. It begins with `ready`; a reader that lost its connection says in `Last-Event-ID` what it heard
/// last and is told what it missed. It ends with the program, or when the database cannot be read: then the reader comes
/// again.
pub async fn listen(
    app: App,
    stall: StallId,
    headers: &HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + use<>>, DbErr> {
    // Before anything is read, so that no change falls in between.
    let changes = app.live().subscribe(&super::topic(stall));
    let now = app.now();
    let heard = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map_or(now, |moment| Timestamp(moment).clamp(now.plus(-MISSED_MS), now));
    let language = Language::of_api(headers);
    let recent = moved_since(app.db().read(), stall, heard.plus(-LOOK_BACK_MS)).await?;
    let ready = serde_json::json!({"stall_id": stall.to_string(), "at": now.rfc3339()});
    let mut next = VecDeque::from([Event::default()
        .event("ready")
        .id(heard.0.to_string())
        .data(ready.to_string())]);
    next.extend(
        recent
            .iter()
            .filter(|view| view.sale.changed_at > heard)
            .map(|view| event(language, view)),
    );
    let listener = Listener {
        told: recent
            .iter()
            .map(|view| (view.sale.id, (view.sale.changed_at, stands(&view.payment))))
            .collect(),
        until: recent.last().map_or(heard, |view| view.sale.changed_at.max(heard)),
        app,
        stall,
        language,
        changes,
        next,
    };
    let stream = stream::unfold(listener, |mut listener| async move {
        loop {
            if let Some(event) = listener.next.pop_front() {
                return Some((Ok(event), listener));
            }
            if !listener.changes.changed().await {
                return None;
            }
            if let Err(error) = listener.look().await {
                tracing::warn!(%error, "a stall's sales could not be read; its counters come again");
                return None;
            }
        }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
