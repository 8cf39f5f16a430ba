//! What was checked out at once: how to pay for it, and where each order stands. A guest opens it by the link of the
//! receipt.

use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use entity::{
    Dong, Quantity, Slug,
    ids::PaymentId,
    orders::order::{self, Fulfilment, State as OrderState},
    payments::{account::Notices, payment},
};

use super::{PRIVATE, checkout::delivery_words, render, shown::weight_words};
use crate::{
    app::App,
    http::{problem::Problem, shell::Shell},
    orders::{
        GroupViewer, OrderViewer, OrdersError,
        api::{address, happen},
        lifecycle::Event,
        read::{OrderView, PaymentView, views, weight},
    },
    payments::{Account, lifecycle::is_open},
    places,
};

#[derive(Template)]
#[template(path = "orders/group.html")]
struct GroupPage {
    shell: Shell,
    /// Those that are waited for.
    payments: Vec<PaymentBox>,
    orders: Vec<OrderBox>,
    buyer: String,
    phone: String,
    address: String,
    /// A guest's: only the link leads back here.
    keep: bool,
}

/// How to pay.
struct PaymentBox {
    id: PaymentId,
    status: &'static str,
    /// What is still missing.
    amount: Dong,
    /// đồng already there, when it is a part.
    received: Option<Dong>,
    holder: String,
    bank: &'static str,
    number: String,
    memo: String,
    until: Option<String>,
    /// Where to go on with a gateway; then there is no code to scan.
    go: Option<String>,
    /// Whether the bank tells by itself that money came.
    told: bool,
    sellers: String,
}

/// One seller's order.
pub(super) struct OrderBox {
    pub number: String,
    pub href: String,
    pub seller: String,
    pub seller_slug: Slug,
    pub lines: Vec<LineBox>,
    /// What stands between the goods and the total: carrying it, store credit.
    pub beside: Vec<(String, String)>,
    /// Where and when it is handed over, a line each.
    pub handed_over: Vec<String>,
    pub total: Dong,
    pub delivery: String,
    pub state: String,
    /// Nothing more will come of it.
    pub ended: bool,
    pub money: String,
    pub placed: String,
    pub cancel: Option<String>,
    pub receive: Option<String>,
}

pub(super) struct LineBox {
    pub title: String,
    pub quantity: Quantity,
    pub price: Dong,
    pub unit: entity::Unit,
    pub amount: Dong,
    /// How it is charged by weight, in words.
    pub by_weight: Option<String>,
}

/// `GET /don-hang/{id}`: of a group, or of the group of an order.
pub async fn group(State(app): State<App>, headers: HeaderMap, viewer: GroupViewer) -> Result<Response, Problem> {
    let query = query(viewer.token.as_deref());
    // The switches of language and contrast lead back here, so the path carries the token; the canonical address,
    // which is for others, does not.
    let mut shell = Shell::new(&app, &headers, &format!("/don-hang/{}", viewer.group.id));
    shell.path.push_str(&query);
    let views = views(app.db().read(), viewer.orders).await?;
    let commune = places::commune(&viewer.group.commune_code).map_or_else(String::new, places::Commune::address);
    let page = GroupPage {
        payments: if viewer.is_buyer {
            open_payments(&app, &views)?
        } else {
            Vec::new()
        },
        orders: views
            .iter()
            .map(|view| OrderBox::of(&shell, view, &query, viewer.is_buyer))
            .collect(),
        buyer: viewer.group.buyer_name,
        phone: viewer.group.buyer_phone.to_string(),
        address: [viewer.group.street, commune]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        keep: viewer.token.is_some(),
        shell,
    };
    render(&page)
}

fn query(token: Option<&str>) -> String {
    token.map_or_else(String::new, |token| format!("?t={token}"))
}

/// Each payment that is waited for, once.
fn open_payments(app: &App, views: &[OrderView]) -> Result<Vec<PaymentBox>, OrdersError> {
    let mut boxes: Vec<PaymentBox> = Vec::new();
    for view in views {
        let Some(payment) = view.payment.as_ref().filter(|view| is_open(view.payment.status)) else {
            continue;
        };
        match boxes.iter_mut().find(|known| known.id == payment.payment.id) {
            Some(known) => {
                known.sellers.push_str(", ");
                known.sellers.push_str(&view.seller.name);
            }
            None => boxes.push(PaymentBox::of(app, payment, &view.seller.name)?),
        }
    }
    Ok(boxes)
}

impl PaymentBox {
    fn of(app: &App, view: &PaymentView, seller: &str) -> Result<Self, OrdersError> {
        let payment = &view.payment;
        // The number in full: the code says it anyway, and some have to type it.
        let account = Account::open(app.vault(), &view.account)?;
        Ok(Self {
            id: payment.id,
            status: payment.status.code(),
            amount: Dong(payment.amount.0 - payment.received.0),
            received: (payment.received > Dong::ZERO).then_some(payment.received),
            holder: account.holder,
            bank: account.bank_name,
            number: account.number,
            memo: payment.reference.to_string(),
            until: payment.expires_at.map(|at| at.to_string()),
            go: payment.gateway.map(|_| format!("/thanh-toan/di/{}", payment.id)),
            told: account.notices != Notices::None,
            sellers: seller.to_owned(),
        })
    }
}

impl OrderBox {
    pub fn of(shell: &Shell, view: &OrderView, query: &str, as_buyer: bool) -> Self {
        let order = &view.order;
        let possible = view.possible(!as_buyer);
        let address = |what: &str| format!("/don-hang/{}/{what}{query}", order.id);
        let button = |event: Event, what: &str| (as_buyer && possible.contains(&event)).then(|| address(what));
        Self {
            number: order.number.to_string(),
            href: format!("/don-hang/{}", view.group.id),
            seller: view.seller.name.clone(),
            seller_slug: view.seller.slug.clone(),
            lines: view
                .lines
                .iter()
                .map(|view| LineBox {
                    title: view.line.title.clone(),
                    quantity: Quantity::new(view.line.quantity, view.line.unit),
                    price: view.line.price,
                    unit: view.line.unit,
                    amount: view.line.amount,
                    by_weight: weight(&view.line).map(|(price, weight)| weight_words(shell, price, weight)),
                })
                .collect(),
            beside: beside(shell, order),
            handed_over: handed_over(shell, view),
            total: order.total,
            delivery: delivery_words(shell, order.delivery),
            state: shell.t(state_words(order)),
            ended: matches!(order.state, OrderState::Cancelled | OrderState::Expired),
            money: if order.total == Dong::ZERO {
                shell.t("orders-say-money-credit")
            } else {
                money_words(shell, view.payment.as_ref().map(|view| &view.payment))
            },
            placed: order.created_at.to_string(),
            cancel: button(Event::Cancel, "huy"),
            receive: button(Event::Deliver, "da-nhan"),
        }
    }
}

/// What stands between the goods of `order` and its total.
fn beside(shell: &Shell, order: &order::Model) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    if order.delivery_fee > Dong::ZERO {
        lines.push((shell.t("checkout-fee"), order.delivery_fee.to_string()));
    }
    if order.credit_used > Dong::ZERO {
        let less = Dong(-order.credit_used.0);
        lines.push((shell.t("checkout-credit-used"), less.to_string()));
    }
    lines
}

/// Where and when the order is handed over.
fn handed_over(shell: &Shell, view: &OrderView) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(place) = &view.collection {
        let parts = [
            place.name.clone(),
            address(&place.street, &place.commune_code),
            place.opening.clone(),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        lines.push(parts.join(", "));
        if let (Some(day), Some(opens), Some(closes)) = (place.day, &place.opens, &place.closes) {
            lines.push(format!("{day} {opens}–{closes}"));
        }
    }
    if let Some(cycle) = &view.cycle {
        let (closes, day) = (cycle.closes_at.to_string(), cycle.hand_over_on.to_string());
        lines.push(shell.t2("orders-say-cycle", "closes", closes, "day", day));
    }
    lines
}

/// Where an order stands, in one line: the two axes that are the seller's as the buyer feels them.
const fn state_words(order: &order::Model) -> &'static str {
    match (order.state, order.fulfilment) {
        (OrderState::Placed, _) => "orders-say-state-placed",
        (OrderState::Confirmed, Fulfilment::Waiting) => "orders-say-state-confirmed",
        (OrderState::Confirmed, Fulfilment::Packed) => "orders-say-state-packed",
        (OrderState::Confirmed, Fulfilment::Shipped | Fulfilment::Delivered) => "orders-say-state-shipped",
        (OrderState::Completed, _) => "orders-say-state-completed",
        (OrderState::Cancelled, _) => "orders-say-state-cancelled",
        (OrderState::Expired, _) => "orders-say-state-expired",
    }
}

/// What is known of the money. What only the seller has seen is told as the seller's word.
fn money_words(shell: &Shell, payment: Option<&payment::Model>) -> String {
    let Some(payment) = payment else {
        return shell.t("orders-say-money-cod");
    };
    let received = payment.received.to_string();
    let apart = Dong((payment.amount.0 - payment.received.0).abs()).to_string();
    match (payment.status, payment.confirmed) {
        (payment::Status::Pending, _) => shell.t("orders-say-money-pending"),
        (payment::Status::Paid, Some(payment::Confirmed::Hand)) => shell.t("orders-say-money-by-hand"),
        (payment::Status::Paid, _) => shell.t1("orders-say-money-paid", "received", received),
        (payment::Status::Underpaid, _) => {
            shell.t2("orders-say-money-underpaid", "received", received, "missing", apart)
        }
        (payment::Status::Overpaid, _) => shell.t2("orders-say-money-overpaid", "received", received, "over", apart),
        (payment::Status::Expired, _) => shell.t("orders-say-money-expired"),
        (payment::Status::Refunded, _) => shell.t("orders-say-money-refunded"),
    }
}

/// `POST /don-hang/{order}/huy`: the buyer gives an order up.
pub async fn cancel_order(State(app): State<App>, viewer: OrderViewer) -> Result<Response, Problem> {
    press(&app, &viewer, Event::Cancel).await
}

/// `POST /don-hang/{order}/da-nhan`: the buyer has the goods.
pub async fn receive_order(State(app): State<App>, viewer: OrderViewer) -> Result<Response, Problem> {
    press(&app, &viewer, Event::Deliver).await
}

async fn press(app: &App, viewer: &OrderViewer, event: Event) -> Result<Response, Problem> {
    happen(app, viewer.actor(), viewer.order().id, event).await?;
    let to = format!("/don-hang/{}{}", viewer.order().group_id, query(viewer.token()));
    Ok((PRIVATE, Redirect::to(&to)).into_response())
}
