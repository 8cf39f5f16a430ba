//! A payment as its buyer watches it: at once, when it changes, or as a stream. Its id is all one needs to know.

use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::State,
    http::header,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use entity::{
    ids::PaymentId,
    payments::{
        account,
        payment::{self, Status},
    },
};
use futures_util::{Stream, stream};
use sea_orm::EntityTrait;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Account, PaymentWire, PaymentsError, payload, payment_wire, topic};
use crate::{
    app::App,
    checked,
    http::{
        body::{Id, Params},
        input::{Field, Wrong},
        problem::{Kind, Problem},
    },
    jobs::live::Subscription,
    media::qr::Qr,
};

/// The payment and where it goes.
async fn find(app: &App, id: PaymentId) -> Result<(payment::Model, account::Model), PaymentsError> {
    let db = app.db().read();
    let payment = payment::Entity::find_by_id(id).one(db).await?;
    let payment = payment.ok_or(PaymentsError::NoSuchThing)?;
    let account = account::Entity::find_by_id(payment.account_id).one(db).await?;
    Ok((payment, account.ok_or(PaymentsError::NoSuchThing)?))
}

/// How long to wait.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WaitParams {
    /// Seconds, 0 to 25, to wait for a change while it is pending.
    #[param(value_type = Option<u32>, minimum = 0, maximum = 25)]
    wait: Field<String>,
}

/// A payment. Its id is all one needs to know to see it; with `?wait=` the answer comes when it changes.
#[utoipa::path(get, path = "/api/v1/payments/{id}", tag = "payments", params(("id" = String, Path), WaitParams),
    responses((status = OK, body = PaymentWire)))]
pub async fn get_payment(
    State(app): State<App>,
    Id(id): Id<PaymentId>,
    Params(params): Params<WaitParams>,
) -> Result<Response, Problem> {
    let mut wrong = Wrong::default();
    let wait = wrong.count("?wait", &params.wait, 0..=25, 0);
    checked!(wrong; wait);
    let mut found = find(&app, id).await?;
    if wait > 0 && found.0.status == Status::Pending {
        let mut live = app.live().subscribe(&topic(id));
        let change = until_changed(&app, id, &found.0, &mut live);
        let _ = tokio::time::timeout(Duration::from_secs(wait as u64), change).await;
        found = find(&app, id).await?;
    }
    let wire = payment_wire(app.vault(), &found.0, &found.1)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(wire)).into_response())
}

/// Ends when the payment is no longer as `known`, when the program stops, or when it cannot be read.
async fn until_changed(app: &App, id: PaymentId, known: &payment::Model, live: &mut Subscription) {
    loop {
        match find(app, id).await {
            Ok((now, _)) if now == *known => {}
            Ok(_) | Err(_) => return,
        }
        if !live.changed().await {
            return;
        }
    }
}

/// The payment as it is, then as it becomes with every change: each event's data is the payment.
#[utoipa::path(get, path = "/api/v1/payments/{id}/events", tag = "payments", params(("id" = String, Path)),
    responses((status = OK, body = String, content_type = "text/event-stream")))]
pub async fn payment_events(
    State(app): State<App>,
    Id(id): Id<PaymentId>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    find(&app, id).await?;
    let watch = Watch {
        live: app.live().subscribe(&topic(id)),
        app,
        id,
        told: None,
    };
    let events = stream::unfold(watch, |mut watch| async {
        let event = watch.next().await?;
        Some((Ok(event), watch))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// A stream of one payment's states.
struct Watch {
    app: App,
    id: PaymentId,
    live: Subscription,
    told: Option<payment::Model>,
}

impl Watch {
    /// The next state that was not told yet; `None` ends the stream, and the page asks anew.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let (now, account) = find(&self.app, self.id).await.ok()?;
            if self.told.as_ref() != Some(&now) {
                let wire = payment_wire(self.app.vault(), &now, &account).ok()?;
                self.told = Some(now);
                return Event::default().json_data(wire).ok();
            }
            if !self.live.changed().await {
                return None;
            }
        }
    }
}

/// The QR code to pay with; gone once no more money is waited for.
#[utoipa::path(get, path = "/api/v1/payments/{id}/qr.svg", tag = "payments", params(("id" = String, Path)),
    responses((status = OK, body = String, content_type = "image/svg+xml"),
        (status = GONE, description = "No more money is waited for.", body = crate::http::problem::ProblemDetails)))]
pub async fn payment_qr(State(app): State<App>, Id(id): Id<PaymentId>) -> Result<Response, Problem> {
    let (payment, account) = find(&app, id).await?;
    let account = Account::open(app.vault(), &account).map_err(PaymentsError::from)?;
    let payload = payload(&payment, &account)?
        .ok_or_else(|| Problem::new(Kind::Gone, "payment-closed", "problem-payment-closed"))?;
    let svg = Qr::of(&payload).map_err(PaymentsError::from)?.svg();
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, svg).into_response())
}
