//! Changing the quantities of an order of a cycle, as a page: it works without script, and for guests by the order's link.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use entity::{
    Dong, Timestamp, Unit,
    orders::order::{Fulfilment, State as OrderState},
};

use super::edit_lines::{EditLines, edit_lines};
use crate::{
    app::App,
    http::{
        body::Form,
        input::{Field, QuantityInput},
        problem::{Kind, Problem},
        shell::Shell,
    },
    orders::{
        OrderBuyer, OrderViewer,
        checkout::CheckoutLine,
        pages::{back, query, render, written as in_words},
        read::{OrderView, order as find_order},
    },
};

/// What a form sent.
type Sent = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "orders/lines_form.html")]
struct LinesPage {
    shell: Shell,
    action: String,
    back: String,
    number: String,
    until: String,
    lines: Vec<FormLine>,
    problem: Option<String>,
}

struct FormLine {
    name: String,
    title: String,
    price: Dong,
    unit: Unit,
    value: String,
    problem: Option<String>,
}

/// Until when the buyer may change the quantities of the order in `view`; `None`: they may not. What another change forbids
/// is told when it is tried.
#[must_use]
pub fn changed_until(view: &OrderView, now: Timestamp) -> Option<Timestamp> {
    let order = &view.order;
    let closes_at = view.cycle.as_ref()?.closes_at;
    let open = matches!(order.state, OrderState::Placed | OrderState::Confirmed)
        && order.fulfilment == Fulfilment::Waiting
        && now < closes_at;
    open.then_some(closes_at)
}

/// `GET /don-hang/{order}/so-luong`: how much of what.
pub async fn form(
    State(app): State<App>,
    headers: HeaderMap,
    OrderBuyer(buyer): OrderBuyer,
) -> Result<Response, Problem> {
    show(&app, &headers, &buyer, &Sent::new(), None).await
}

async fn show(
    app: &App,
    headers: &HeaderMap,
    buyer: &OrderViewer,
    sent: &Sent,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let (id, query) = (buyer.order().id, query(buyer.token()));
    let view = find_order(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let until = changed_until(&view, app.now()).ok_or_else(Problem::not_found)?;
    let action = format!("/don-hang/{id}/so-luong{query}");
    let shell = Shell::new(app, headers, &action);
    let language = shell.language();
    // Those that stay are sent in the order of the page.
    let mut place = 0;
    let mut lines = Vec::new();
    for line in view.lines.iter().map(|view| &view.line) {
        let name = format!("q-{}", line.id);
        let value = match sent.get(&name) {
            Some(value) => value.clone(),
            None => in_words(line.quantity),
        };
        let told = problem.filter(|_| !is_nothing(&value)).and_then(|problem| {
            let pointer = format!("/lines/{place}");
            let is_its = |at: &str| {
                at.strip_prefix(&pointer)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let error = problem.fields().0.iter().find(|error| is_its(&error.pointer));
            error.map(|error| language.say(&error.message))
        });
        place += usize::from(!is_nothing(&value));
        lines.push(FormLine {
            name,
            title: line.title.clone(),
            price: line.price,
            unit: line.unit,
            value,
            problem: told,
        });
    }
    let page = LinesPage {
        action,
        back: format!("/don-hang/{}{query}", buyer.order().group_id),
        number: view.order.number.to_string(),
        until: until.to_string(),
        problem: problem
            .filter(|_| lines.iter().all(|line| line.problem.is_none()))
            .map(|problem| language.say(problem.detail())),
        lines,
        shell,
    };
    let status = match problem {
        Some(problem) => problem.clone().into_response().status(),
        None => StatusCode::OK,
    };
    Ok((status, render(&page)?).into_response())
}

/// `POST /don-hang/{order}/so-luong`.
pub async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    OrderBuyer(buyer): OrderBuyer,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let (id, money) = (buyer.order().id, app.config().money);
    let view = find_order(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let lines = view.lines.iter().filter_map(|view| {
        let line = &view.line;
        let value = sent.get(&format!("q-{}", line.id))?.trim().replace(',', ".");
        (!is_nothing(&value)).then(|| {
            Field::Given(CheckoutLine {
                listing_id: Field::Given(line.listing_id.to_string()),
                quantity: Field::Given(QuantityInput {
                    value: Field::Given(value),
                    unit: Field::Given(line.unit.code().to_owned()),
                }),
            })
        })
    });
    let input = EditLines {
        lines: Field::Given(lines.collect()),
        expected_total: Field::Missing,
    };
    let changed = async {
        let wanted = input.check()?;
        app.write(buyer.actor(), move |unit| {
            let wanted = wanted.clone();
            Box::pin(async move { edit_lines(unit, money, id, &wanted).await })
        })
        .await
        .map_err(Problem::from)
    };
    match changed.await {
        Ok(()) => Ok(back(&buyer)),
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            show(&app, &headers, &buyer, &sent, Some(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// Whether a field says that nothing of its line is wanted.
fn is_nothing(value: &str) -> bool {
    value.trim().is_empty() || value.trim().chars().all(|c| matches!(c, '0' | ',' | '.'))
}
