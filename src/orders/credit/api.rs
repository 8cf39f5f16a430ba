//! Store credit over HTTP.

use axum::{Json, extract::State};
use entity::{
    Dong,
    ids::{OrderId, SellerId},
    orders::store_credit_entry,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Why, grant,
    read::{self, Balance},
};
use crate::{
    app::App,
    catalogue::Selling,
    checked,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::{Field, Wrong},
        list::{List, PageParams},
        problem::Problem,
    },
    identity::SignedIn,
    orders::{OrdersError, api::OrderSellerWire},
};

/// What somebody may spend at a seller's without paying.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreditWire {
    seller: OrderSellerWire,
    /// đồng
    balance: i64,
    updated_at: String,
}

/// A move of store credit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreditEntryWire {
    id: String,
    /// đồng; below zero where it was spent.
    amount: i64,
    /// `gift`, `refund`, `returned` or `spent`.
    why: &'static str,
    order_id: Option<String>,
    note: Option<String>,
    at: String,
}

impl From<store_credit_entry::Model> for CreditEntryWire {
    fn from(row: store_credit_entry::Model) -> Self {
        Self {
            id: row.id.to_string(),
            amount: row.amount.0,
            why: row.why.code(),
            order_id: row.order_id.map(|id| id.to_string()),
            note: row.note,
            at: row.recorded_at.rfc3339(),
        }
    }
}

fn wire((row, seller): Balance) -> Option<CreditWire> {
    Some(CreditWire {
        seller: OrderSellerWire::from(seller?),
        balance: row.balance.0,
        updated_at: row.updated_at.rfc3339(),
    })
}

/// What the caller may spend, seller by seller.
#[utoipa::path(get, path = "/api/v1/credits", tag = "orders", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<CreditWire>)))]
pub async fn list_credits(
    State(app): State<App>,
    caller: SignedIn,
    Params(params): Params<PageParams>,
) -> Result<Json<List<CreditWire>>, Problem> {
    let paging = params.paging()?;
    let rows = read::of_person(app.db().read(), caller.person(), paging).await?;
    let list = List::page(rows, paging.limit, |(row, _)| row.seller_id.to_string(), wire);
    Ok(Json(List {
        items: list.items.into_iter().flatten().collect(),
        next_cursor: list.next_cursor,
        total: None,
    }))
}

/// What the caller may spend at one seller's.
#[utoipa::path(get, path = "/api/v1/credits/{seller}", tag = "orders", params(("seller" = String, Path)),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = CreditWire)))]
pub async fn get_credit(
    State(app): State<App>,
    caller: SignedIn,
    Id(seller): Id<SellerId>,
) -> Result<Json<CreditWire>, Problem> {
    let found = read::one(app.db().read(), caller.person(), seller).await?;
    Ok(Json(found.and_then(wire).ok_or_else(Problem::not_found)?))
}

/// How the caller's credit at one seller's came and went, newest first.
#[utoipa::path(get, path = "/api/v1/credits/{seller}/entries", tag = "orders",
    params(("seller" = String, Path), PageParams), security(("bearer" = []), ("session" = [])),
    responses((status = OK, body = List<CreditEntryWire>)))]
pub async fn list_credit_entries(
    State(app): State<App>,
    caller: SignedIn,
    Id(seller): Id<SellerId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<CreditEntryWire>>, Problem> {
    let paging = params.paging()?;
    let person = caller.person();
    if read::one(app.db().read(), person, seller).await?.is_none() {
        return Err(Problem::not_found());
    }
    let rows = read::entries(app.db().read(), seller, Some(person), paging).await?;
    Ok(Json(page(rows, paging.limit)))
}

fn page(rows: Vec<store_credit_entry::Model>, limit: u64) -> List<CreditEntryWire> {
    List::page(rows, limit, |row| row.id.to_string(), CreditEntryWire::from)
}

/// Store credit that a seller gives.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct GiveCredit {
    /// An order of this seller; its buyer gets the credit, if they have an account.
    #[schema(value_type = String)]
    pub order_id: Field<String>,
    /// đồng
    #[schema(value_type = i64, minimum = 1)]
    pub amount: Field<i64>,
    /// A word to the buyer.
    #[schema(value_type = Option<String>, max_length = 300)]
    pub note: Field<String>,
}

impl GiveCredit {
    fn check(&self) -> Result<(OrderId, Dong, Option<String>), Wrong> {
        let mut wrong = Wrong::default();
        let order = wrong.code::<OrderId>("/order_id", &self.order_id, "wrong-credit-order");
        let amount = wrong.dong("/amount", &self.amount);
        let note = wrong.prose("/note", &self.note, 300);
        checked!(wrong; order, amount, note);
        Ok((order, amount, Some(note).filter(|note| !note.is_empty())))
    }
}

/// What a seller of the caller's gave and got back as store credit, newest first.
#[utoipa::path(get, path = "/api/v1/sellers/{id}/credits", tag = "orders", params(("id" = String, Path), PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<CreditEntryWire>)))]
pub async fn list_seller_credits(
    State(app): State<App>,
    selling: Selling,
    Id(seller): Id<SellerId>,
    Params(params): Params<PageParams>,
) -> Result<Json<List<CreditEntryWire>>, Problem> {
    if !selling.acts_for(seller) {
        return Err(Problem::not_found());
    }
    let paging = params.paging()?;
    let rows = read::entries(app.db().read(), seller, None, paging).await?;
    Ok(Json(page(rows, paging.limit)))
}

/// Gives store credit to the buyer of an order: to be spent at this seller's.
#[utoipa::path(post, path = "/api/v1/sellers/{id}/credits", tag = "orders", request_body = GiveCredit,
    params(("id" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    security(("bearer" = []), ("session" = [])), responses((status = CREATED, body = CreditWire)))]
pub async fn give_credit(
    State(app): State<App>,
    selling: Selling,
    Id(seller): Id<SellerId>,
    once: Once,
    Body { value, digest }: Body<GiveCredit>,
) -> Result<Answer, Problem> {
    if !selling.acts_for(seller) {
        return Err(Problem::not_found());
    }
    let (order, amount, note) = value.check()?;
    write_once(&app, selling.actor(), once, &digest, move |unit| {
        let note = note.clone();
        Box::pin(async move {
            let Some(person) = read::buyer(&*unit, seller, order).await? else {
                return Err(OrdersError::from(Wrong::one("/order_id", "wrong-credit-order")).into());
            };
            grant(unit, seller, person, amount, Why::Gift(Some(order), note)).await?;
            let wire = read::one(&*unit, person, seller).await?.and_then(wire);
            let wire = wire.ok_or_else(Problem::not_found)?;
            Answer::created(format!("/api/v1/sellers/{seller}/credits"), &wire)
        })
    })
    .await
}
