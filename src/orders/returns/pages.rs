//! Returns as pages: asking for one, and what becomes of it. They work without script, and for guests by the order's link.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use entity::{Dong, Quantity, orders::return_request::Reason};
use sea_orm::Iterable as _;
use serde::Deserialize;

use super::{
    access::ReturnViewer,
    act::Act,
    api::{acted, photographed, written},
    ask::{AskInput, MOST_PHOTOS, returnable},
    lifecycle::{By, Event, Outcome, default_of, possible},
    lifecycle_words, read,
};
use crate::{
    app::{App, sha256},
    http::{
        body::Form,
        choice::Choice,
        idempotency::Once,
        input::{Field, QuantityInput, Wrong},
        language::Message,
        problem::{Kind, Problem},
        shell::Shell,
    },
    media::{
        body::{media_type, photo_bytes},
        read::PhotoView,
    },
    orders::{
        OrderBuyer, OrderViewer,
        act_api::return_once,
        cancel::PartInput,
        pages::{PRIVATE, query, render, written as in_words},
        read::order as find_order,
    },
};

/// What a form sent.
type Sent = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "orders/return_form.html")]
struct FormPage {
    shell: Shell,
    action: String,
    back: String,
    number: String,
    lines: Vec<FormLine>,
    reasons: Vec<Choice>,
    text: String,
    /// Whether credit can be taken instead, and is.
    credit: Option<bool>,
    key: String,
    problem: Option<String>,
    field_text: Option<String>,
}

struct FormLine {
    name: String,
    title: String,
    most: Quantity,
    value: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "orders/return.html")]
struct ReturnPage {
    shell: Shell,
    action: String,
    back: String,
    number: String,
    state: String,
    reason: String,
    text: String,
    amount: Dong,
    lines: Vec<(String, Quantity)>,
    photos: Vec<PhotoView>,
    messages: Vec<MessageBox>,
    notes: Vec<String>,
    open: bool,
    may: May,
    /// Where another photograph is sent; `None`: no more.
    more_photos: Option<String>,
    key: String,
}

/// Which buttons the buyer has.
struct May {
    send: bool,
    withdraw: bool,
    dispute: bool,
}

struct MessageBox {
    by: String,
    text: String,
    at: String,
}

/// What the page needs of the answer.
#[derive(Deserialize)]
struct Asked {
    id: String,
}

/// `GET /don-hang/{order}/tra-hang`: what shall go back, and why.
pub async fn form(
    State(app): State<App>,
    headers: HeaderMap,
    OrderBuyer(buyer): OrderBuyer,
) -> Result<Response, Problem> {
    show_form(&app, &headers, &buyer, &Sent::new(), None).await
}

async fn show_form(
    app: &App,
    headers: &HeaderMap,
    buyer: &OrderViewer,
    sent: &Sent,
    problem: Option<&Problem>,
) -> Result<Response, Problem> {
    let query = query(buyer.token());
    let id = buyer.order().id;
    let mut shell = Shell::new(app, headers, &format!("/don-hang/{id}/tra-hang"));
    let view = find_order(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let rows: Vec<_> = view.lines.iter().map(|view| view.line.clone()).collect();
    let most = returnable(app.db().read(), &rows, &view.parcels).await?;
    let given = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let wrong = problem.map(Problem::fields);
    let language = shell.language();
    let said = |pointer: &str| {
        let message = wrong.and_then(|wrong| wrong.0.iter().find(|error| error.pointer.starts_with(pointer)));
        message.map(|error| language.say(&error.message))
    };
    // Those that were filled in stand in the body in this order.
    let asked: Vec<_> = rows
        .iter()
        .filter(|line| !given(&format!("q-{}", line.id)).trim().is_empty())
        .collect();
    let lines = rows
        .iter()
        .filter_map(|line| {
            let left = *most.get(&line.id)?;
            let name = format!("q-{}", line.id);
            let place = asked.iter().position(|known| known.id == line.id);
            (left.0 > 0).then(|| FormLine {
                title: line.title.clone(),
                most: Quantity::new(left, line.unit),
                value: if sent.is_empty() && rows.len() == 1 {
                    in_words(left)
                } else {
                    given(&name)
                },
                problem: place.and_then(|place| said(&format!("/lines/{place}"))),
                name,
            })
        })
        .collect();
    let chosen = given("reason");
    let page = FormPage {
        action: format!("/don-hang/{id}/tra-hang{query}"),
        back: format!("/don-hang/{}{query}", buyer.order().group_id),
        number: view.order.number.to_string(),
        lines,
        reasons: Reason::iter()
            .map(|reason| Choice::new(reason.code(), shell.t(reason_words(reason)), chosen == reason.code()))
            .collect(),
        text: given("text"),
        credit: buyer.actor().person().is_some().then(|| given("credit") == "1"),
        key: if given("key").is_empty() {
            app.source().secret()
        } else {
            given("key")
        },
        problem: problem.map(|problem| language.say(problem.detail())),
        field_text: said("/text"),
        shell: {
            shell.path.push_str(&query);
            shell
        },
    };
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, render(&page)?).into_response())
}

/// `POST /don-hang/{order}/tra-hang`.
pub async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    OrderBuyer(buyer): OrderBuyer,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let id = buyer.order().id;
    let view = find_order(app.db().read(), id).await?.ok_or_else(Problem::not_found)?;
    let given = |name: &str| sent.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let part = |view: &crate::orders::read::LineView| {
        let value = given(&format!("q-{}", view.line.id));
        (!value.is_empty()).then(|| {
            Field::Given(PartInput {
                line_id: Field::Given(view.line.id.to_string()),
                quantity: Field::Given(QuantityInput {
                    value: Field::Given(value.replace(',', ".")),
                    unit: Field::Given(view.line.unit.code().to_owned()),
                }),
            })
        })
    };
    let input = AskInput {
        lines: Field::Given(view.lines.iter().filter_map(part).collect()),
        reason: Field::Given(given("reason")),
        text: Field::Given(given("text")),
        photos: Field::Missing,
        credit: Field::Given(given("credit") == "1"),
    };
    let path = format!("/don-hang/{id}/tra-hang");
    let digest = sha256(format!("{sent:?}"));
    let once = Once::of_form(&given("key"), &path, &digest);
    match return_once(&app, &buyer, once, &digest, &input).await {
        Ok(answer) => {
            let asked: Asked = serde_json::from_str(answer.body()).map_err(|error| Problem::internal(&error))?;
            let to = format!("{path}/{}{}", asked.id, query(buyer.token()));
            Ok((PRIVATE, Redirect::to(&to)).into_response())
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            show_form(&app, &headers, &buyer, &sent, Some(&problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// `GET /don-hang/{order}/tra-hang/{return}`.
pub async fn show(State(app): State<App>, headers: HeaderMap, viewer: ReturnViewer) -> Result<Response, Problem> {
    let query = query(viewer.token.as_deref());
    let view = read::find(app.db().read(), viewer.id())
        .await?
        .ok_or_else(Problem::not_found)?;
    let row = &view.row;
    let path = format!("/don-hang/{}/tra-hang/{}", row.order_id, row.id);
    let mut shell = Shell::new(&app, &headers, &path);
    shell.path.push_str(&query);
    let silent = row.dispute_from.is_some_and(|from| from <= app.now());
    let may = possible(row.state, viewer.by, silent);
    let page = ReturnPage {
        action: format!("{path}{query}"),
        back: format!("/don-hang/{}{query}", view.order.group_id),
        number: view.order.number.to_string(),
        state: shell.t(lifecycle_words(row.state)),
        reason: shell.t(reason_words(row.reason)),
        text: row.words.clone(),
        amount: row.amount,
        lines: view
            .lines
            .iter()
            .map(|(line, part)| (line.title.clone(), Quantity::new(part.quantity, line.unit)))
            .collect(),
        photos: view.photos.clone(),
        messages: view
            .messages
            .iter()
            .map(|message| MessageBox {
                by: shell.t(match message.side {
                    entity::orders::return_message::Side::Buyer => "returns-say-buyer",
                    entity::orders::return_message::Side::Seller => "returns-say-seller",
                    entity::orders::return_message::Side::Officer => "returns-say-officer",
                }),
                text: message.words.clone(),
                at: message.at.to_string(),
            })
            .collect(),
        notes: notes(&shell, &view),
        open: default_of(row.state).is_some(),
        may: May {
            send: may.contains(&Event::Send),
            withdraw: may.contains(&Event::Withdraw),
            dispute: may.contains(&Event::Dispute),
        },
        more_photos: (viewer.by == By::Buyer && default_of(row.state).is_some() && view.photos.len() < MOST_PHOTOS)
            .then(|| format!("{path}/anh{query}")),
        key: app.source().secret(),
        shell,
    };
    render(&page)
}

fn notes(shell: &Shell, view: &read::ReturnView) -> Vec<String> {
    let row = &view.row;
    let mut notes = Vec::new();
    if let Some(((_, outcome), at)) = default_of(row.state).zip(row.due_at) {
        let id = match outcome {
            Outcome::Refunded => "returns-say-default-refunded",
            Outcome::Closed => "returns-say-default-closed",
        };
        notes.push(shell.t1(id, "time", at.to_string()));
    }
    if let Some(reason) = &row.decision {
        notes.push(shell.t1("returns-say-decision", "reason", reason.as_str()));
    }
    notes
}

/// `POST /don-hang/{order}/tra-hang/{return}`: the buyer presses one of its buttons.
pub async fn press(State(app): State<App>, viewer: ReturnViewer, Form(sent): Form<Sent>) -> Result<Response, Problem> {
    let given = |name: &str| sent.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let path = format!("/don-hang/{}/tra-hang/{}", viewer.row.order_id, viewer.row.id);
    let digest = sha256(format!("{sent:?}"));
    let once = Once::of_form(&given("key"), &path, &digest);
    let words = |pointer: &'static str| -> Result<String, Wrong> {
        let mut wrong = Wrong::default();
        let text = wrong.lines(pointer, &Field::Given(given("text")), 2000);
        wrong.result()?;
        Ok(text.unwrap_or_default())
    };
    let short = |name: &str| -> String { given(name).chars().filter(|c| !c.is_control()).take(80).collect() };
    match given("do").as_str() {
        "nhan-tin" => {
            written(&app, &viewer, once, &digest, words("/text")?).await?;
        }
        what => {
            viewer.must_buy()?;
            let act = match what {
                "gui" => Act::Send {
                    carrier: short("carrier"),
                    tracking: short("tracking"),
                },
                "rut" => Act::Withdraw,
                "khieu-nai" => Act::Dispute { words: words("/text")? },
                _ => {
                    return Err(Problem::new(
                        Kind::Malformed,
                        "malformed",
                        Message::new("problem-malformed"),
                    ));
                }
            };
            acted(&app, &viewer, once, &digest, act).await?;
        }
    }
    let to = format!("{path}{}", query(viewer.token.as_deref()));
    Ok((PRIVATE, Redirect::to(&to)).into_response())
}

/// `POST /don-hang/{order}/tra-hang/{return}/anh`: the buyer shows what is wrong.
pub async fn photograph(State(app): State<App>, viewer: ReturnViewer, request: Request) -> Result<Response, Problem> {
    viewer.must_buy()?;
    let path = format!("/don-hang/{}/tra-hang/{}", viewer.row.order_id, viewer.row.id);
    let kind = media_type(&request);
    let bytes = photo_bytes(&kind, request).await?;
    let digest = sha256(&bytes);
    // The same picture sent twice is one.
    let once = Once::of_form(&digest, &path, &digest);
    photographed(&app, &viewer, once, &digest, bytes).await?;
    let to = format!("{path}{}", query(viewer.token.as_deref()));
    Ok((PRIVATE, Redirect::to(&to)).into_response())
}

const fn reason_words(reason: Reason) -> &'static str {
    match reason {
        Reason::Broken => "returns-reason-broken",
        Reason::Wrong => "returns-reason-wrong",
        Reason::Late => "returns-reason-late",
        Reason::Quality => "returns-reason-quality",
        Reason::Other => "returns-reason-other",
    }
}
