//! Basket, checkout and orders as pages. All of it works without script, and none of it is kept by anybody: it is one
//! person's.

mod basket;
mod checkout;
mod group;
mod own;
mod refund;
mod shown;

use askama::Template;
use axum::{
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};

pub(super) use basket::{basket, change_basket};
pub(super) use checkout::{check_out, checkout};
pub(super) use group::{answer_edit, back, cancel_order, group, query, receive_order};
pub(super) use own::own_orders;
pub(super) use refund::{name_refund, refund_form};
pub(super) use shown::written;

use crate::http::{problem::Problem, shell};

/// Neither kept nor told of. An order's address holds its token, so no other site may see it in a referrer; our own
/// may, because a browser that sends none also hides where a form comes from, and then the door refuses it (ADR 0004).
pub(super) const PRIVATE: [(HeaderName, &str); 2] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "same-origin"),
];

pub(super) fn render(page: &impl Template) -> Result<Response, Problem> {
    Ok((PRIVATE, shell::render(page)?).into_response())
}
