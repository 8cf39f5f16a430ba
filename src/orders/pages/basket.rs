//! The basket's page, and what is put into it or taken out.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use entity::{Thousandths, ids::ListingId, listings::listing};
use sea_orm::EntityTrait;
use serde::Deserialize;

use super::{
    render,
    shown::{Around, Shown},
};
use crate::{
    app::App,
    http::{
        body::Form,
        input::{Field, Wrong},
        language::Message,
        problem::Problem,
        shell::Shell,
    },
    listings::{offer::Terms, read::tiers_of},
    orders::basket::{Basket, MOST},
};

const PATH: &str = "/gio-hang";

#[derive(Template)]
#[template(path = "orders/basket.html")]
struct BasketPage {
    shell: Shell,
    shown: Shown,
    /// Why the last change was not made.
    problem: Option<String>,
}

/// `GET /gio-hang`.
pub async fn basket(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    page(&app, &headers, None).await
}

async fn page(app: &App, headers: &HeaderMap, problem: Option<Message>) -> Result<Response, Problem> {
    let shell = Shell::new(app, headers, PATH);
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = BasketPage {
        shown: Shown::of(app, &shell, &Basket::of(headers), &Around::default()).await?,
        problem: problem.map(|message| shell.language().say(&message)),
        shell,
    };
    Ok((status, render(&page)?).into_response())
}

/// A change to one line: `add` to what is wanted, `set` it, or `remove` the line. `fit` makes of every line what can be
/// had of it.
#[derive(Debug, Deserialize)]
pub struct BasketForm {
    listing_id: Field<String>,
    quantity: Field<String>,
    #[serde(rename = "do")]
    what: Field<String>,
}

/// `POST /gio-hang`.
pub async fn change_basket(
    State(app): State<App>,
    headers: HeaderMap,
    Form(form): Form<BasketForm>,
) -> Result<Response, Problem> {
    let mut basket = Basket::of(&headers);
    if form.what.given().is_some_and(|what| what == "fit") {
        fit(&app, &headers, &mut basket).await?;
        return Ok(([(header::SET_COOKIE, basket.cookie(&app))], Redirect::to(PATH)).into_response());
    }
    match change(&app, &mut basket, &form).await? {
        Ok(()) => Ok(([(header::SET_COOKIE, basket.cookie(&app))], Redirect::to(PATH)).into_response()),
        Err(refusal) => page(&app, &headers, Some(refusal)).await,
    }
}

/// Makes of every line of which there is less what there is, and leaves out what there is none of.
async fn fit(app: &App, headers: &HeaderMap, basket: &mut Basket) -> Result<(), Problem> {
    let shell = Shell::new(app, headers, PATH);
    let shown = Shown::of(app, &shell, basket, &Around::default()).await?;
    for line in shown.sellers.iter().flat_map(|part| &part.lines) {
        match line.fits {
            Some(fits) if fits.0 > 0 => {
                // The line is there already, so there is room for it.
                let _ = basket.set(line.id, fits);
            }
            Some(_) => basket.remove(line.id),
            None => {}
        }
    }
    Ok(())
}

/// Changes `basket`, or says why not.
async fn change(app: &App, basket: &mut Basket, form: &BasketForm) -> Result<Result<(), Message>, Problem> {
    let unknown = Message::new("wrong-no-such-listing");
    let Some(id) = form.listing_id.given().and_then(|text| text.parse::<ListingId>().ok()) else {
        return Ok(Err(unknown));
    };
    let what = form.what.given().map_or("add", String::as_str);
    if what == "remove" {
        basket.remove(id);
        return Ok(Ok(()));
    }
    let Some(listing) = listing::Entity::find_by_id(id).one(app.db().read()).await? else {
        return Ok(Err(unknown));
    };
    let mut wrong = Wrong::default();
    let Some(given) = wrong.amount("", &typed(&form.quantity)) else {
        let told = wrong.0.into_iter().next().map(|error| error.message);
        return Ok(Err(told.unwrap_or_else(|| Message::new("wrong-number"))));
    };
    let before = basket.quantity(id).filter(|_| what == "add").unwrap_or_default();
    let wanted = Thousandths(before.0 + given.0);
    if wanted > Thousandths::MAX {
        return Ok(Err(Message::new("wrong-too-large")));
    }
    let tiers = tiers_of(app.db().read(), &[id]).await?.remove(&id).unwrap_or_default();
    if let Some(message) = Terms::of(&listing, tiers).refusal(wanted) {
        return Ok(Err(message));
    }
    Ok(basket
        .set(id, wanted)
        .map_err(|_| Message::new("basket-say-full").with("max", MOST)))
}

/// A number as people type it: with a comma, and perhaps spaces.
fn typed(field: &Field<String>) -> Field<String> {
    match field {
        Field::Given(text) => Field::Given(text.trim().replace(',', ".")),
        other => other.clone(),
    }
}
