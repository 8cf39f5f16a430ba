//! Commission over HTTP: the rules, and invoices.

use axum::{Json, extract::State};
use entity::{Day, Timestamp, ids::InvoiceId, payments::commission_rule};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ChangeRules, change_rules,
    invoice::{is_overdue, paid_by_hand},
    read::{self, InvoiceView, State as Standing},
};
use crate::{
    app::App,
    checked,
    http::{
        body::{Body, Id, Params},
        input::{Field, Wrong},
        list::{self, List, PageParams},
        problem::Problem,
    },
    identity::{Administrator, SignedIn},
    payments::{PaymentWire, PaymentsError, access::Party, payment_wire},
};

/// The rules of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSetWire {
    /// The day from which they hold, until those of a later day do.
    from: String,
    /// In the order in which they are tried; the first that fits holds.
    rules: Vec<RuleWire>,
}

/// A rule of commission; what it does not name fits any sale.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleWire {
    category: Option<String>,
    /// `household`, `cooperative` or `company`.
    kind: Option<&'static str>,
    /// OCOP stars that the seller has at least.
    stars: Option<i32>,
    /// Basis points of the goods: 150 is 1.5 %.
    rate_bp: i32,
    /// đồng an order.
    floor: i64,
    cap: Option<i64>,
    note: String,
}

impl From<commission_rule::Model> for RuleWire {
    fn from(row: commission_rule::Model) -> Self {
        Self {
            category: row.category,
            kind: row.kind.map(entity::catalogue::seller::Kind::code),
            stars: row.stars,
            rate_bp: row.rate_bp.0,
            floor: row.floor.0,
            cap: row.cap.map(|cap| cap.0),
            note: row.note,
        }
    }
}

/// Which sets of rules to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RulesParams {
    /// Sets on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Field<String>,
    /// The `next_cursor` of the page before: a day.
    #[param(value_type = Option<String>)]
    cursor: Field<String>,
}

/// The rules of commission, newest day first; the newest that has come holds. For whoever is signed in: sellers know what
/// is taken from them.
#[utoipa::path(get, path = "/api/v1/commission-rules", tag = "payments", params(RulesParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<RuleSetWire>)))]
pub async fn list_rules(
    State(app): State<App>,
    _: SignedIn,
    Params(params): Params<RulesParams>,
) -> Result<Json<List<RuleSetWire>>, Problem> {
    let mut wrong = Wrong::default();
    let limit = list::limit(&mut wrong, &params.limit);
    let before = match params.cursor.given().map(|text| Day::from_iso(text)) {
        None => None,
        Some(Ok(day)) => Some(day),
        Some(Err(_)) => {
            wrong.note("?cursor", "wrong-cursor");
            None
        }
    };
    wrong.result()?;
    let sets = read::rule_sets(app.db().read(), limit, before).await?;
    Ok(Json(List::page(
        sets,
        limit,
        |(day, _)| day.iso(),
        |(day, rules)| RuleSetWire {
            from: day.iso(),
            rules: rules.into_iter().map(RuleWire::from).collect(),
        },
    )))
}

/// Sets the rules that hold from a day on: one that is to come, or today where none were set for it.
#[utoipa::path(put, path = "/api/v1/commission-rules/{from}", tag = "payments", request_body = ChangeRules,
    params(("from" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = RuleSetWire)))]
pub async fn put_rules(
    State(app): State<App>,
    administrator: Administrator,
    Id(from): Id<String>,
    Body { value, .. }: Body<ChangeRules>,
) -> Result<Json<RuleSetWire>, Problem> {
    let from = Day::from_iso(&from)
        .ok()
        .filter(|day| (1970..=2200).contains(&day.0.year()))
        .ok_or_else(Problem::not_found)?;
    let rules = value.check()?;
    let set = app
        .write(administrator.actor(), move |unit| {
            let rules = rules.clone();
            Box::pin(async move {
                change_rules(unit, from, &rules).await?;
                let sets = read::rule_sets(&*unit, 1, Some(from.plus_days(1))).await?;
                Ok::<_, PaymentsError>(sets.into_iter().next())
            })
        })
        .await?;
    let (day, rules) = set.ok_or_else(Problem::not_found)?;
    Ok(Json(RuleSetWire {
        from: day.iso(),
        rules: rules.into_iter().map(RuleWire::from).collect(),
    }))
}

/// What a seller owes the exchange for a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvoiceWire {
    id: String,
    number: String,
    seller: PartyWire,
    /// `2026-11`.
    month: String,
    /// đồng
    amount: i64,
    /// How many commissions, and what was given back of them, it adds up.
    lines: i64,
    issued_at: String,
    due_on: String,
    /// `open`, `overdue` or `paid`.
    state: &'static str,
    paid_at: Option<String>,
    /// How to pay it; `null` where the exchange has no account that tells of payments.
    payment: Option<PaymentWire>,
}

/// A seller, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyWire {
    pub id: String,
    pub name: String,
}

impl InvoiceWire {
    fn of(app: &App, view: InvoiceView) -> Result<Self, PaymentsError> {
        let InvoiceView {
            invoice,
            seller,
            payment,
        } = view;
        let payment = match payment {
            Some((payment, account)) => Some(payment_wire(app.vault(), &payment, &account)?),
            None => None,
        };
        let standing = match (invoice.paid_at, is_overdue(&invoice, app.today())) {
            (Some(_), _) => Standing::Paid,
            (None, true) => Standing::Overdue,
            (None, false) => Standing::Open,
        };
        Ok(Self {
            id: invoice.id.to_string(),
            number: invoice.number,
            seller: PartyWire {
                id: seller.id.to_string(),
                name: seller.name,
            },
            month: invoice.month,
            amount: invoice.amount.0,
            lines: invoice.lines,
            issued_at: invoice.issued_at.rfc3339(),
            due_on: invoice.due_on.iso(),
            state: standing.code(),
            paid_at: invoice.paid_at.map(Timestamp::rfc3339),
            payment,
        })
    }
}

/// Which invoices to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InvoiceParams {
    /// Only those with this state: `open`, `overdue` or `paid`.
    #[param(value_type = Option<String>)]
    state: Field<String>,
}

/// Invoices for commission, newest first: to owners their own, to officers and administrators all.
#[utoipa::path(get, path = "/api/v1/commission-invoices", tag = "payments", params(PageParams, InvoiceParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<InvoiceWire>)))]
pub async fn list_invoices(
    State(app): State<App>,
    party: Party,
    Params(page): Params<PageParams>,
    Params(filter): Params<InvoiceParams>,
) -> Result<Json<List<InvoiceWire>>, Problem> {
    let paging = page.paging()?;
    let mut wrong = Wrong::default();
    let state = wrong.optional("?state", &filter.state, |wrong, pointer, field| {
        let code = wrong.required(pointer, field)?;
        let state = Standing::ALL.into_iter().find(|state| state.code() == code);
        if state.is_none() {
            wrong.note(pointer, "wrong-invoice-state");
        }
        state
    });
    checked!(wrong; state);
    let own = party.whose(page.only_mine());
    let rows = read::invoices(app.db().read(), own.as_deref(), state, app.today(), paging).await?;
    let list = List::page(
        rows,
        paging.limit,
        |view| view.invoice.id.to_string(),
        |view| InvoiceWire::of(&app, view),
    );
    Ok(Json(List {
        items: list.items.into_iter().collect::<Result<_, _>>()?,
        next_cursor: list.next_cursor,
        total: None,
    }))
}

/// An invoice for commission.
#[utoipa::path(get, path = "/api/v1/commission-invoices/{id}", tag = "payments", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = InvoiceWire)))]
pub async fn get_invoice(
    State(app): State<App>,
    party: Party,
    Id(id): Id<InvoiceId>,
) -> Result<Json<InvoiceWire>, Problem> {
    let view = read::invoice(app.db().read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    party.must_see(view.seller.id)?;
    Ok(Json(InvoiceWire::of(&app, view)?))
}

/// An invoice was paid, by an administrator's word. Saying so twice changes nothing.
#[utoipa::path(post, path = "/api/v1/commission-invoices/{id}/paid", tag = "payments", params(("id" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = InvoiceWire)))]
pub async fn pay_invoice(
    State(app): State<App>,
    administrator: Administrator,
    Id(id): Id<InvoiceId>,
) -> Result<Json<InvoiceWire>, Problem> {
    app.write(administrator.actor(), move |unit| {
        Box::pin(async move { paid_by_hand(unit, id).await })
    })
    .await?;
    let view = read::invoice(app.db().read(), id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Json(InvoiceWire::of(&app, view)?))
}
