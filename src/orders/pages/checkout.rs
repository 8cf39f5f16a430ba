//! The checkout's page: who, where, how; then the orders.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use entity::{
    CommuneCode,
    orders::order::{Delivery, Method},
};
use sea_orm::Iterable;
use serde::Deserialize;

use super::{PRIVATE, render, shown::Shown};
use crate::{
    app::{App, sha256},
    db::Actor,
    http::{
        body::{Form, Maybe},
        choice::Choice,
        idempotency::{Answer, Once},
        input::{Field, QuantityInput, Wrong},
        problem::{Kind, Problem},
        shell::Shell,
    },
    identity::SignedIn,
    orders::{
        Checkout,
        api::check_out_once,
        basket::Basket,
        checkout::{CheckoutAddress, CheckoutBuyer, CheckoutDelivery, CheckoutLine},
    },
    places,
};

const PATH: &str = "/thanh-toan";

/// How often, and after which rest, a form asks for the answer to the same form sent a moment before.
const TRIES: u32 = 40;
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// What the page asks for. It carries the basket as it was shown: what one saw is what one orders.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct CheckoutForm {
    /// Made anew each time the page is opened, so that pressing the button twice orders once.
    key: Field<String>,
    lines: Field<String>,
    /// The sum that was shown, in đồng.
    total: Field<String>,
    name: Field<String>,
    phone: Field<String>,
    province: Field<String>,
    commune: Field<String>,
    street: Field<String>,
    method: Field<String>,
    /// `province`: only show the communes of another province.
    #[serde(rename = "do")]
    what: Field<String>,
    /// `delivery-<seller's id>`: how it comes from there.
    #[serde(flatten)]
    deliveries: BTreeMap<String, String>,
}

/// How one seller's goods may come.
struct DeliveryChoice {
    name: String,
    seller: String,
    choices: Vec<Choice>,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "orders/checkout.html")]
struct CheckoutPage {
    shell: Shell,
    shown: Shown,
    key: String,
    lines: String,
    total: i64,
    name: String,
    phone: String,
    provinces: Vec<Choice>,
    communes: Vec<Choice>,
    street: String,
    deliveries: Vec<DeliveryChoice>,
    methods: Vec<Choice>,
    /// What no field is to blame for.
    problem: Option<String>,
    field_name: Option<String>,
    field_phone: Option<String>,
    field_commune: Option<String>,
    field_street: Option<String>,
    field_method: Option<String>,
}

/// `GET /thanh-toan`.
pub async fn checkout(
    State(app): State<App>,
    headers: HeaderMap,
    Maybe(caller): Maybe<SignedIn>,
) -> Result<Response, Problem> {
    let form = CheckoutForm {
        key: Field::Given(app.source().secret()),
        name: caller
            .as_ref()
            .map_or(Field::Missing, |person| Field::Given(person.name().to_owned())),
        phone: caller
            .as_ref()
            .map_or(Field::Missing, |person| Field::Given(person.phone().to_string())),
        ..CheckoutForm::default()
    };
    let shell = Shell::new(&app, &headers, PATH);
    let shown = Shown::of(&app, &shell, &Basket::of(&headers)).await?;
    // With something in the way the basket says what.
    if shown.total.is_none() {
        return Ok(Redirect::to("/gio-hang").into_response());
    }
    render(&CheckoutPage::of(shell, shown, &form, None))
}

/// `POST /thanh-toan`.
pub async fn check_out(
    State(app): State<App>,
    headers: HeaderMap,
    Maybe(caller): Maybe<SignedIn>,
    Form(form): Form<CheckoutForm>,
) -> Result<Response, Problem> {
    let shell = Shell::new(&app, &headers, PATH);
    let sent = Basket::read(form.lines.given().map_or("", String::as_str));
    let shown = Shown::of(&app, &shell, &sent).await?;
    if shown.sellers.is_empty() {
        return Ok(Redirect::to("/gio-hang").into_response());
    }
    if form.what.given().is_some_and(|what| what == "province") {
        return render(&CheckoutPage::of(shell, shown, &form, None));
    }
    let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
    match order(&app, actor, &shown, &form).await {
        Ok(answer) => {
            let receipt: Receipt = serde_json::from_str(answer.body()).map_err(|error| Problem::internal(&error))?;
            // What another tab put in since stays.
            let mut basket = Basket::of(&headers);
            for (id, _) in sent.lines() {
                basket.remove(*id);
            }
            let to = format!("/don-hang/{}?t={}", receipt.group_id, receipt.access_token);
            Ok((PRIVATE, [(header::SET_COOKIE, basket.cookie(&app))], Redirect::to(&to)).into_response())
        }
        Err(problem) if matches!(problem.kind(), Kind::Invalid | Kind::Conflict) => {
            let status = problem.clone().into_response().status();
            // Prices may have changed: the page shows those of now, and the next press agrees to them.
            let page = CheckoutPage::of(shell, shown, &form, Some(&problem));
            Ok((status, render(&page)?).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// What the page needs of the checkout's answer.
#[derive(Deserialize)]
struct Receipt {
    group_id: String,
    access_token: String,
}

async fn order(app: &App, actor: Actor, shown: &Shown, form: &CheckoutForm) -> Result<Answer, Problem> {
    let checkout = form.checkout(shown);
    let mut new = checkout.check();
    if let Err(wrong) = &mut new {
        form.check_province(wrong);
    } else {
        let mut wrong = Wrong::default();
        form.check_province(&mut wrong);
        wrong.result()?;
    }
    let (new, digest) = (new?, form.digest());
    let key = form.key.given().map_or("", String::as_str);
    let mut tries = 0;
    loop {
        let once = Once::of_form(key, PATH, &digest);
        match check_out_once(app, actor.clone(), once, &digest, new.clone()).await {
            // The button was pressed twice: the browser shows the second answer, so that waits for the first.
            Err(problem) if problem.kind() == Kind::Conflict && problem.fields().0.is_empty() && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            answer => return answer,
        }
    }
}

impl CheckoutForm {
    /// The form as the API's own checkout, so that both are checked alike.
    fn checkout(&self, shown: &Shown) -> Checkout {
        let mut lines: Vec<_> = shown.sellers.iter().flat_map(|part| &part.lines).collect();
        lines.sort_by_key(|line| line.place);
        let line = |line: &super::shown::ShownLine| {
            Field::Given(CheckoutLine {
                listing_id: Field::Given(line.id.to_string()),
                quantity: Field::Given(QuantityInput {
                    value: Field::Given(line.amount.to_string()),
                    unit: Field::Given(line.unit.code().to_owned()),
                }),
            })
        };
        let deliveries = shown.sellers.iter().map(|part| {
            let chosen = self.deliveries.get(&delivery_name(&part.id.to_string()));
            (part.id.to_string(), chosen.cloned().unwrap_or_default())
        });
        Checkout {
            lines: Field::Given(lines.into_iter().map(line).collect()),
            buyer: Field::Given(CheckoutBuyer {
                name: self.name.clone(),
                phone: self.phone.clone(),
            }),
            ship_to: Field::Given(CheckoutAddress {
                commune_code: self.commune.clone(),
                street: self.street.clone(),
            }),
            delivery: Field::Given(CheckoutDelivery::PerSeller(deliveries.collect())),
            payment_method: self.method.clone(),
            // With something in the way no sum was shown.
            expected_total: self
                .total
                .given()
                .and_then(|text| text.parse().ok())
                .filter(|total| *total > 0)
                .map_or(Field::Missing, Field::Given),
        }
    }

    /// Without script, somebody may choose another province and send a commune of the former.
    fn check_province(&self, wrong: &mut Wrong) {
        let chosen = self.commune.given().and_then(|code| code.parse::<CommuneCode>().ok());
        let commune = chosen.as_ref().and_then(places::commune);
        if let (Some(commune), Some(province)) = (commune, self.province.given())
            && commune.province_code != *province
        {
            wrong.note("/ship_to/commune_code", "checkout-say-other-province");
        }
    }

    /// By which the same form is known again.
    fn digest(&self) -> String {
        let mut text = String::new();
        for field in [
            &self.lines,
            &self.total,
            &self.name,
            &self.phone,
            &self.commune,
            &self.street,
            &self.method,
        ] {
            text.push_str(field.given().map_or("", String::as_str));
            text.push('\n');
        }
        for (name, value) in &self.deliveries {
            let _ = writeln!(text, "{name}={value}");
        }
        sha256(text)
    }
}

fn delivery_name(seller: &str) -> String {
    format!("delivery-{seller}")
}

impl CheckoutPage {
    fn of(shell: Shell, mut shown: Shown, form: &CheckoutForm, problem: Option<&Problem>) -> Self {
        let language = shell.language();
        let nothing = Wrong::default();
        let wrong = problem.map_or(&nothing, Problem::fields);
        let at = |pointer: &str| wrong.at(pointer).map(|message| language.say(message));
        for error in &wrong.0 {
            let place = error
                .pointer
                .strip_prefix("/lines/")
                .and_then(|rest| rest.split('/').next());
            if let Some(line) = place
                .and_then(|place| place.parse().ok())
                .and_then(|place| shown.line(place))
            {
                line.problem = Some(language.say(&error.message));
            }
        }
        let text = |field: &Field<String>| field.given().cloned().unwrap_or_default();
        let province = form
            .province
            .given()
            .cloned()
            // Most goods stay near home.
            .or_else(|| shown.sellers.first().and_then(|part| part.province.clone()))
            .unwrap_or_default();
        let commune = text(&form.commune);
        let mut communes = vec![Choice::any(&shell, "checkout-commune-choose", commune.is_empty())];
        communes.extend(
            places::communes()
                .iter()
                .filter(|known| known.province_code == province)
                .map(|known| Choice::new(known.code(), known.full_name.as_str(), known.code() == commune)),
        );
        let chosen_method = form.method.given().map_or(Method::Vietqr.code(), String::as_str);
        let deliveries = shown
            .sellers
            .iter()
            .map(|part| {
                let id = part.id.to_string();
                let name = delivery_name(&id);
                let chosen = form.deliveries.get(&name).map_or(Delivery::Ship.code(), String::as_str);
                DeliveryChoice {
                    seller: part.name.clone(),
                    choices: Delivery::iter()
                        .map(|way| Choice::new(way.code(), delivery_words(&shell, way), way.code() == chosen))
                        .collect(),
                    error: at(&format!("/delivery/{id}")),
                    name,
                }
            })
            .collect();
        // What stands beside no field stands above them all: the sum that changed, or the refusal itself.
        let above = at("/expected_total").or_else(|| {
            let beside = ["/buyer", "/ship_to", "/delivery/", "/payment_method"];
            let told = wrong
                .0
                .iter()
                .any(|error| beside.iter().any(|start| error.pointer.starts_with(start)));
            problem.filter(|_| !told).map(|problem| language.say(problem.detail()))
        });
        Self {
            key: text(&form.key),
            lines: shown.basket.text(),
            total: shown.total.unwrap_or_default().0,
            name: text(&form.name),
            phone: text(&form.phone),
            provinces: places::provinces()
                .iter()
                .map(|known| Choice::new(&known.code, known.full_name.as_str(), known.code == province))
                .collect(),
            communes,
            street: text(&form.street),
            deliveries,
            methods: Method::iter()
                .map(|method| {
                    let words = shell.t(&format!("orders-say-method-{}", method.code()));
                    Choice::new(method.code(), words, method.code() == chosen_method)
                })
                .collect(),
            problem: above,
            field_name: at("/buyer/name"),
            field_phone: at("/buyer/phone"),
            field_commune: at("/ship_to/commune_code"),
            field_street: at("/ship_to/street"),
            field_method: at("/payment_method"),
            shown,
            shell,
        }
    }
}

/// How it comes, in words.
pub(super) fn delivery_words(shell: &Shell, delivery: Delivery) -> String {
    shell.t(&format!("orders-say-delivery-{}", delivery.code()))
}
