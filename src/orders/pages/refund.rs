//! Where money that goes back shall go: the buyer names an account, without script and without one of their own here.

use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use entity::{
    Dong,
    ids::{OrderId, RefundId},
    payments::refund,
};
use sea_orm::EntityTrait;

use super::{back, query, render};
use crate::{
    app::App,
    http::{
        body::{Form, Id},
        choice::Choice,
        input::Field,
        problem::{Kind, Problem},
        shell::Shell,
    },
    orders::{OrderViewer, OrdersError},
    payments::{
        PaymentsError,
        banks::banks,
        refund::{NameAccount, name_account},
    },
};

#[derive(Template)]
#[template(path = "orders/refund.html")]
struct RefundPage {
    shell: Shell,
    action: String,
    back: String,
    amount: Dong,
    banks: Vec<Choice>,
    number: String,
    holder_name: String,
    problem: Option<String>,
    field_number: Option<String>,
    field_holder_name: Option<String>,
}

/// Proof that the request comes from the buyer of the order that the refund in its path is of.
#[derive(Clone, Debug)]
pub struct RefundBuyer {
    row: refund::Model,
    viewer: OrderViewer,
}

impl FromRequestParts<App> for RefundBuyer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Id(id) = Id::<RefundId>::from_request_parts(parts, app).await?;
        let row = refund::Entity::find_by_id(id)
            .one(app.db().read())
            .await?
            .ok_or_else(Problem::not_found)?;
        let viewer = OrderViewer::of(parts, app, OrderId(row.order_id)).await?;
        if !viewer.is_buyer() {
            return Err(OrdersError::NotTheBuyer.into());
        }
        Ok(Self { row, viewer })
    }
}

/// `GET /don-hang/{order}/hoan-tien/{refund}`.
pub async fn refund_form(State(app): State<App>, headers: HeaderMap, buyer: RefundBuyer) -> Result<Response, Problem> {
    show(&app, &headers, &buyer, &NameAccount::default(), None)
}

fn show(
    app: &App,
    headers: &HeaderMap,
    buyer: &RefundBuyer,
    given: &NameAccount,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let query = query(buyer.viewer.token());
    let path = format!("/don-hang/{}/hoan-tien/{}", buyer.row.order_id, buyer.row.id);
    let mut shell = Shell::new(app, headers, &path);
    shell.path.push_str(&query);
    let chosen = given.bank_bin.given().map_or("", String::as_str);
    let said = |pointer: &str| {
        let message = problem.and_then(|problem| problem.fields().at(pointer));
        message.map(|message| shell.language().say(message))
    };
    let page = RefundPage {
        action: format!("{path}{query}"),
        back: format!("/don-hang/{}{query}", buyer.viewer.order().group_id),
        amount: buyer.row.amount,
        banks: banks()
            .iter()
            .map(|bank| Choice::new(bank.bin.as_str(), bank.name.clone(), bank.bin == chosen))
            .collect(),
        number: given.number.given().cloned().unwrap_or_default(),
        holder_name: given.holder_name.given().cloned().unwrap_or_default(),
        problem: problem.map(|problem| shell.language().say(problem.detail())),
        field_number: said("/number"),
        field_holder_name: said("/holder_name"),
        shell,
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, render(&page)?).into_response())
}

/// `POST /don-hang/{order}/hoan-tien/{refund}`.
pub async fn name_refund(
    State(app): State<App>,
    headers: HeaderMap,
    buyer: RefundBuyer,
    Form(given): Form<NameAccount>,
) -> Result<Response, Problem> {
    // A form sends an empty text where a program leaves a field out.
    let given = NameAccount {
        bank_bin: named(given.bank_bin),
        number: named(given.number),
        holder_name: named(given.holder_name),
    };
    let to = match given.check() {
        Ok(to) => to,
        Err(wrong) => return show(&app, &headers, &buyer, &given, Some(&wrong.into())),
    };
    let (id, shared) = (buyer.row.id, app.clone());
    let named = app
        .write(buyer.viewer.actor(), move |unit| {
            let (app, to) = (shared.clone(), to.clone());
            Box::pin(async move { name_account(unit, app.vault(), id, &to).await })
        })
        .await;
    match named.map_err(|error: PaymentsError| Problem::from(error)) {
        Ok(_) => Ok(back(&buyer.viewer)),
        Err(problem) if problem.kind() == Kind::Conflict => show(&app, &headers, &buyer, &given, Some(&problem)),
        Err(problem) => Err(problem),
    }
}

fn named(field: Field<String>) -> Field<String> {
    match field {
        Field::Given(text) if text.trim().is_empty() => Field::Missing,
        field => field,
    }
}
