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
    orders::{
        edit, further_payment,
        order::{self, State as OrderState},
        parcel,
    },
    payments::{account::Notices, payment},
};
use serde::Deserialize;

use super::{PRIVATE, checkout::delivery_words, render, shown::weight_words};
use crate::{
    app::{App, sha256},
    http::{body::Form, idempotency::Once, input::Field, problem::Problem, shell::Shell},
    orders::{
        GroupViewer, OrderViewer, OrdersError,
        act_api::{Act, happen},
        api::address,
        cancel::Cancel,
        confirm::confirm_by,
        cycles::pages::changed_until,
        deliver::Deliver,
        edits::{
            Answered,
            api::{EditViewer, answered},
            read::EditView,
        },
        lifecycle::{Event, Money, Summary},
        read::{OrderView, PaymentView, views, weight},
        returns::lifecycle_words,
        wire::may,
    },
    payments::{Account, lifecycle::is_open, refund, refunds_of_orders},
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
    /// It is asked for on top of what was paid: why, in words.
    further: Option<String>,
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
    /// What happened and what comes next, in the order of time.
    pub steps: Vec<StepBox>,
    /// Goods of it are being recalled, in words.
    pub recalled: Option<String>,
    /// What the buyer should know now.
    pub notes: Vec<String>,
    pub parcels: Vec<String>,
    pub edit: Option<EditBox>,
    pub refunds: Vec<RefundBox>,
    pub returns: Vec<ReturnBox>,
    /// Where quantities are changed.
    pub change: Option<String>,
    pub cancel: Option<String>,
    pub receive: Option<String>,
    pub give_back: Option<String>,
    pub review: Option<String>,
}

pub(super) struct LineBox {
    pub title: String,
    pub quantity: Quantity,
    pub price: Dong,
    pub unit: entity::Unit,
    pub amount: Dong,
    /// How it is charged by weight, in words.
    pub by_weight: Option<String>,
    /// What of it was given up, in words.
    pub given_up: Option<String>,
}

/// A step of the way.
pub(super) struct StepBox {
    pub title: String,
    /// `None`: it is still to come.
    pub at: Option<String>,
}

/// What the seller proposes.
pub(super) struct EditBox {
    pub note: String,
    pub lines: Vec<(String, String)>,
    pub difference: String,
    pub until: String,
    /// Where the answer goes; `None` once the buyer agreed.
    pub answer: Option<String>,
}

/// Money that goes back.
pub(super) struct RefundBox {
    pub amount: Dong,
    pub words: String,
    /// Where the buyer says which account it goes to.
    pub name: Option<String>,
}

/// A return of it.
pub(super) struct ReturnBox {
    pub href: String,
    pub words: String,
    pub amount: Dong,
}

/// `GET /don-hang/{id}`: of a group, or of the group of an order.
pub async fn group(State(app): State<App>, headers: HeaderMap, viewer: GroupViewer) -> Result<Response, Problem> {
    let query = query(viewer.token.as_deref());
    // The switches of language and contrast lead back here, so the path carries the token; the canonical address,
    // which is for others, does not.
    let mut shell = Shell::new(&app, &headers, &format!("/don-hang/{}", viewer.group.id));
    shell.path.push_str(&query);
    let views = views(app.db().read(), viewer.orders).await?;
    let ids: Vec<_> = views.iter().map(|view| view.order.id.0).collect();
    let refunds = refunds_of_orders(app.db().read(), &ids).await?;
    let commune = places::commune(&viewer.group.commune_code).map_or_else(String::new, places::Commune::address);
    let page = GroupPage {
        payments: if viewer.is_buyer {
            open_payments(&app, &shell, &views)?
        } else {
            Vec::new()
        },
        orders: views
            .iter()
            .map(|view| {
                let mut shown = OrderBox::of(&app, &shell, view, &query, viewer.is_buyer);
                if viewer.is_buyer {
                    shown.refunds = refund_boxes(&shell, view, &refunds, &query);
                }
                shown
            })
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

pub(in crate::orders) fn query(token: Option<&str>) -> String {
    token.map_or_else(String::new, |token| format!("?t={token}"))
}

/// Each payment that is waited for, once.
fn open_payments(app: &App, shell: &Shell, views: &[OrderView]) -> Result<Vec<PaymentBox>, OrdersError> {
    let mut boxes: Vec<PaymentBox> = Vec::new();
    for view in views {
        let own = view.payment.as_ref().map(|payment| (payment, None));
        let further = view
            .further
            .iter()
            .filter(|(row, _)| row.state == further_payment::State::Asked)
            .map(|(row, payment)| (payment, Some(row.why)));
        for (payment, why) in own.into_iter().chain(further) {
            if !is_open(payment.payment.status) {
                continue;
            }
            if let Some(known) = boxes.iter_mut().find(|known| known.id == payment.payment.id) {
                known.sellers.push_str(", ");
                known.sellers.push_str(&view.seller.name);
                continue;
            }
            let mut made = PaymentBox::of(app, payment, &view.seller.name)?;
            made.further = why.map(|why| {
                shell.t(match why {
                    further_payment::Why::Edit => "orders-say-further-edit",
                    further_payment::Why::Weight => "orders-say-further-weight",
                })
            });
            boxes.push(made);
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
            further: None,
        })
    }
}

impl OrderBox {
    pub fn of(app: &App, shell: &Shell, view: &OrderView, query: &str, as_buyer: bool) -> Self {
        let order = &view.order;
        let possible = view.possible(!as_buyer);
        let further = may(view, !as_buyer, app.now());
        let below = |what: &str| format!("/don-hang/{}/{what}{query}", order.id);
        let button = |code: &str, what: &str| {
            (as_buyer && possible.iter().any(|event| event.code() == code)).then(|| below(what))
        };
        let link = |code: &str, what: &str| (as_buyer && further.contains(&code)).then(|| below(what));
        Self {
            number: order.number.to_string(),
            href: format!("/don-hang/{}", view.group.id),
            seller: view.seller.name.clone(),
            seller_slug: view.seller.slug.clone(),
            lines: lines(shell, view),
            beside: beside(shell, order),
            handed_over: handed_over(shell, view),
            total: order.total,
            delivery: delivery_words(shell, order.delivery),
            state: shell.t(summary_words(view.summary())),
            ended: matches!(order.state, OrderState::Cancelled | OrderState::Expired),
            money: if order.total == Dong::ZERO {
                shell.t("orders-say-money-credit")
            } else {
                money_words(shell, view)
            },
            placed: order.created_at.to_string(),
            steps: steps(shell, view),
            recalled: recalled(shell, view),
            notes: notes(shell, view, as_buyer),
            parcels: parcels(shell, view),
            edit: view
                .edit
                .as_ref()
                .map(|edit| EditBox::of(shell, view, edit, query, as_buyer)),
            refunds: Vec::new(),
            returns: view
                .returns
                .iter()
                .map(|row| ReturnBox {
                    href: below(&format!("tra-hang/{}", row.id)),
                    words: shell.t(lifecycle_words(row.state)),
                    amount: row.amount,
                })
                .collect(),
            change: (as_buyer && changed_until(view, app.now()).is_some()).then(|| below("so-luong")),
            cancel: button(Event::Cancel.code(), "huy"),
            receive: button(Event::Deliver(1).code(), "da-nhan"),
            give_back: link("return", "tra-hang"),
            review: link("review", "danh-gia"),
        }
    }
}

/// The warning, where goods of it are being recalled.
fn recalled(shell: &Shell, view: &OrderView) -> Option<String> {
    let lots: std::collections::BTreeSet<_> = view
        .lines
        .iter()
        .flat_map(|line| &line.lots)
        .filter(|lot| lot.is_recalled())
        .map(|lot| lot.lot.to_string())
        .collect();
    let lots = lots.into_iter().collect::<Vec<_>>().join(", ");
    (!lots.is_empty()).then(|| shell.t1("orders-say-recalled", "lots", lots))
}

fn lines(shell: &Shell, view: &OrderView) -> Vec<LineBox> {
    let told = |view: &crate::orders::read::LineView| {
        let line = &view.line;
        let weighed = line.weighed.zip(line.weight_unit);
        LineBox {
            title: line.title.clone(),
            quantity: Quantity::new(line.quantity, line.unit),
            price: line.price,
            unit: line.unit,
            amount: line.amount,
            by_weight: match weighed {
                Some((amount, unit)) => {
                    Some(shell.t1("orders-say-weighed", "weight", Quantity::new(amount, unit).to_string()))
                }
                None => weight(line).map(|(price, weight)| weight_words(shell, price, weight)),
            },
            given_up: (line.given_up.0 > 0).then(|| {
                let left_out = Quantity::new(line.given_up, line.unit).to_string();
                shell.t1("orders-say-given-up", "quantity", left_out)
            }),
        }
    };
    view.lines.iter().map(told).collect()
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

/// The way of an order, as far as it has gone and as far as it will go.
fn steps(shell: &Shell, view: &OrderView) -> Vec<StepBox> {
    let order = &view.order;
    let step = |id: &str, at: Option<entity::Timestamp>| StepBox {
        title: shell.t(id),
        at: at.map(|at| at.to_string()),
    };
    let mut steps = vec![step("orders-step-placed", Some(order.created_at))];
    let payment = view.payment.as_ref().map(|view| &view.payment);
    let paid = payment.and_then(|payment| payment.settled_at);
    match order.state {
        OrderState::Cancelled => {
            steps.extend(paid.map(|at| step("orders-step-paid", Some(at))));
            steps.push(step(
                "orders-step-cancelled",
                order.cancelled_at.or(Some(order.updated_at)),
            ));
            return steps;
        }
        OrderState::Expired => {
            steps.push(step("orders-step-expired", Some(order.updated_at)));
            return steps;
        }
        OrderState::Placed | OrderState::Confirmed | OrderState::Completed => {}
    }
    if payment.is_some() {
        steps.push(step("orders-step-paid", paid));
    }
    let sent = |at: fn(&parcel::Model) -> Option<entity::Timestamp>| {
        let all = view
            .parcels
            .iter()
            .filter(|parcel| parcel.row.state != parcel::State::Unpacked);
        all.filter_map(|parcel| at(&parcel.row)).max()
    };
    // When it was confirmed is not written down: that it was, is.
    let confirmed = order.state != OrderState::Placed;
    steps.push(StepBox {
        title: shell.t("orders-step-confirmed"),
        at: confirmed.then(String::new),
    });
    let at = view.standing();
    steps.push(step(
        "orders-step-packed",
        sent(|row| Some(row.packed_at)).filter(|_| !at.goods.rest),
    ));
    if order.delivery == order::Delivery::Ship {
        let gone = sent(|row| row.shipped_at).filter(|_| !at.goods.rest && at.goods.packed == 0);
        steps.push(step("orders-step-shipped", gone));
    }
    steps.push(step("orders-step-delivered", order.delivered_at));
    steps
}

/// What the buyer should know now.
fn notes(shell: &Shell, view: &OrderView, as_buyer: bool) -> Vec<String> {
    let order = &view.order;
    let payment = view.payment.as_ref().map(|view| &view.payment);
    let mut notes = Vec::new();
    if let Some(until) = confirm_by(order, payment) {
        let id = if view.money() == Money::All {
            "orders-say-confirm-by-paid"
        } else {
            "orders-say-confirm-by"
        };
        notes.push(shell.t1(id, "time", until.to_string()));
    }
    if let Some(by) = order.cancelled_by {
        notes.push(shell.t(match by {
            order::Side::Buyer => "orders-say-cancelled-buyer",
            order::Side::Seller => "orders-say-cancelled-seller",
            // The exchange gives no reason where a time has run out, and its reason where goods are called back.
            order::Side::Exchange if order.cancel_reason.is_some() => "orders-say-cancelled-recalled",
            order::Side::Exchange => "orders-say-cancelled-exchange",
        }));
        if let Some(reason) = &order.cancel_reason {
            notes.push(shell.t1("orders-say-cancel-reason", "reason", reason.as_str()));
        }
    }
    if order.given_back > Dong::ZERO {
        notes.push(shell.t1("orders-say-given-back", "amount", order.given_back.to_string()));
    }
    if let Some(until) = crate::orders::earn::return_until(order).filter(|_| as_buyer) {
        notes.push(shell.t1("orders-say-return-until", "time", until.to_string()));
    }
    notes
}

fn parcels(shell: &Shell, view: &OrderView) -> Vec<String> {
    let there: Vec<_> = view
        .parcels
        .iter()
        .filter(|parcel| parcel.row.state != parcel::State::Unpacked)
        .collect();
    let told = |parcel: &crate::orders::open::Parcel| {
        let row = &parcel.row;
        let state = shell.t(match row.state {
            parcel::State::Packed | parcel::State::Unpacked => "orders-say-parcel-packed",
            parcel::State::Shipped => "orders-say-parcel-shipped",
            parcel::State::Delivered => "orders-say-parcel-delivered",
        });
        let name = shell.t2("orders-say-parcel", "number", row.number.to_string(), "state", state);
        [name.as_str(), &row.carrier, &row.tracking]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    let plain = there.len() == 1 && there[0].row.carrier.is_empty() && there[0].row.tracking.is_empty();
    if plain {
        return Vec::new();
    }
    there.into_iter().map(told).collect()
}

impl EditBox {
    fn of(shell: &Shell, view: &OrderView, edit: &EditView, query: &str, as_buyer: bool) -> Self {
        let told = |change: &entity::orders::edit_line::Model| {
            let line = view.lines.iter().find(|view| view.line.id == change.line_id);
            let before = line.map_or_else(String::new, |view| {
                let quantity = Quantity::new(change.before_quantity, view.line.unit);
                format!("{} {}, {}", quantity, view.line.title, change.before_amount)
            });
            let after = if change.quantity.0 == 0 {
                shell.t("orders-say-edit-dropped")
            } else {
                let quantity = Quantity::new(change.quantity, change.unit);
                format!("{} {}, {}", quantity, change.title, change.amount)
            };
            (before, after)
        };
        let difference = Dong(edit.edit.difference.abs()).to_string();
        Self {
            note: edit.edit.note.clone(),
            lines: edit.lines.iter().map(told).collect(),
            difference: match edit.edit.difference {
                0 => shell.t("orders-say-edit-same"),
                more if more > 0 => shell.t1("orders-say-edit-more", "amount", difference),
                _ => shell.t1("orders-say-edit-less", "amount", difference),
            },
            until: shell.t1("orders-say-edit-until", "time", edit.edit.due_at.to_string()),
            answer: (as_buyer && edit.edit.state == edit::State::Open)
                .then(|| format!("/don-hang/{}/sua/{}{query}", view.order.id, edit.edit.id)),
        }
    }
}

fn refund_boxes(shell: &Shell, view: &OrderView, refunds: &[refund::Model], query: &str) -> Vec<RefundBox> {
    let told = |row: &refund::Model| {
        let owed = row.state == refund::State::Owed && row.method == refund::Method::Transfer;
        let words = match (row.state, row.method) {
            (refund::State::Owed, refund::Method::Cash) => "orders-say-refund-cash",
            (refund::State::Owed, refund::Method::Transfer) if row.bank_bin.is_none() => "orders-say-refund-name",
            (refund::State::Owed, refund::Method::Transfer) => "orders-say-refund-owed",
            (refund::State::Sent, _) => "orders-say-refund-sent",
            (refund::State::Done, _) => "orders-say-refund-done",
            (refund::State::Credited, _) => "orders-say-refund-credited",
        };
        RefundBox {
            amount: row.amount,
            words: shell.t(words),
            name: owed.then(|| format!("/don-hang/{}/hoan-tien/{}{query}", view.order.id, row.id)),
        }
    };
    refunds
        .iter()
        .filter(|row| row.order_id == view.order.id.0)
        .map(told)
        .collect()
}

/// The three axes in one line, as the buyer feels them.
const fn summary_words(summary: Summary) -> &'static str {
    match summary {
        Summary::Unpaid => "orders-say-state-unpaid",
        Summary::Waiting => "orders-say-state-placed",
        Summary::Preparing => "orders-say-state-confirmed",
        Summary::Packed => "orders-say-state-packed",
        Summary::PartSent => "orders-say-state-part-sent",
        Summary::OnTheWay => "orders-say-state-shipped",
        Summary::Delivered => "orders-say-state-completed",
        Summary::Cancelled => "orders-say-state-cancelled",
        Summary::Expired => "orders-say-state-expired",
        Summary::Refunded => "orders-say-state-refunded",
    }
}

/// What is known of the money. What only the seller has seen is told as the seller's word.
fn money_words(shell: &Shell, view: &OrderView) -> String {
    let Some(PaymentView { payment, orders, .. }) = &view.payment else {
        return shell.t("orders-say-money-cod");
    };
    // Of money that came for several orders each tells its own part.
    let received = match payment.status {
        payment::Status::Paid if orders.len() > 1 => view.order.total.to_string(),
        _ => payment.received.to_string(),
    };
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
    press(&app, &viewer, Act::Cancel(Cancel::default())).await
}

/// `POST /don-hang/{order}/da-nhan`: the buyer has the goods.
pub async fn receive_order(State(app): State<App>, viewer: OrderViewer) -> Result<Response, Problem> {
    press(&app, &viewer, Act::Deliver(Deliver::default())).await
}

async fn press(app: &App, viewer: &OrderViewer, act: Act) -> Result<Response, Problem> {
    happen(app, viewer.actor(), viewer.order().id, viewer.side(), act).await?;
    Ok(back(viewer))
}

/// Back to the page of the order.
pub(in crate::orders) fn back(viewer: &OrderViewer) -> Response {
    let to = format!("/don-hang/{}{}", viewer.order().group_id, query(viewer.token()));
    (PRIVATE, Redirect::to(&to)).into_response()
}

/// Which of two buttons was pressed.
#[derive(Debug, Default, Deserialize)]
pub struct Pressed {
    #[serde(rename = "do")]
    what: Field<String>,
}

/// `POST /don-hang/{order}/sua/{edit}`: the buyer answers what the seller proposes.
pub async fn answer_edit(
    State(app): State<App>,
    edit: EditViewer,
    Form(form): Form<Pressed>,
) -> Result<Response, Problem> {
    let said = match form.what.given().map(String::as_str) {
        Some("dong-y") => Answered::Accept,
        _ => Answered::Refuse,
    };
    let path = format!("/don-hang/sua/{}", edit.id);
    let once = Once::of_form("", &path, "");
    answered(&app, &edit, once, &sha256(&path), said).await?;
    Ok(back(&edit.viewer))
}
