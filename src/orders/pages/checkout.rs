//! The checkout's page: who, where, how; then the orders.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use entity::{
    CommuneCode, Dong,
    ids::PersonId,
    orders::order::{Delivery, Method},
    payments::payment::Gateway,
};
use sea_orm::Iterable;
use serde::Deserialize;

use super::{
    PRIVATE, render,
    shown::{Around, SellerPart, Shown},
};
use crate::{
    app::{App, sha256},
    db::Actor,
    http::{
        body::{Form, Maybe},
        choice::Choice,
        idempotency::{Answer, Once},
        input::{Field, QuantityInput, Wrong},
        language::Language,
        problem::{Kind, Problem},
        shell::Shell,
    },
    identity::SignedIn,
    orders::{
        Checkout,
        api::{address, check_out_once},
        basket::Basket,
        checkout::{
            CheckoutAddress, CheckoutBuyer, CheckoutChoice, CheckoutDelivery, CheckoutLine, CheckoutSlot, CheckoutWay,
        },
        credit,
    },
    payments, places,
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
    /// Anything: spend the store credit.
    credit: Field<String>,
    /// `province`: only show the communes of another province. `fee`: only reckon what delivery costs.
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
    /// Empty while it depends on where the goods go.
    total: String,
    name: String,
    phone: String,
    provinces: Vec<Choice>,
    communes: Vec<Choice>,
    street: String,
    deliveries: Vec<DeliveryChoice>,
    methods: Vec<Choice>,
    /// What the buyer may spend at these sellers' without paying, and whether they do.
    credit: Option<Dong>,
    use_credit: bool,
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
    let person = caller.as_ref().map(SignedIn::person);
    let shown = Shown::of(&app, &shell, &Basket::of(&headers), &form.around(person)).await?;
    // With something in the way the basket says what.
    if shown.goods.is_none() {
        return Ok(Redirect::to("/gio-hang").into_response());
    }
    let means = means(&app, &shown, person).await?;
    render(&CheckoutPage::of(shell, shown, &form, &means, None))
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
    let person = caller.as_ref().map(SignedIn::person);
    let shown = Shown::of(&app, &shell, &sent, &form.around(person)).await?;
    if shown.sellers.is_empty() {
        return Ok(Redirect::to("/gio-hang").into_response());
    }
    let means = means(&app, &shown, person).await?;
    if form
        .what
        .given()
        .is_some_and(|what| what == "province" || what == "fee")
    {
        return render(&CheckoutPage::of(shell, shown, &form, &means, None));
    }
    let actor = caller.as_ref().map_or(Actor::Guest, SignedIn::actor);
    match order(&app, actor, shell.language(), &shown, &form).await {
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
            let page = CheckoutPage::of(shell, shown, &form, &means, Some(&problem));
            Ok((status, render(&page)?).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// What one may pay with.
struct Means {
    /// What the buyer may spend at the sellers of the basket, if anything.
    credit: Option<Dong>,
    /// The gateways that the exchange has set up.
    gateways: Vec<Gateway>,
}

async fn means(app: &App, shown: &Shown, person: Option<PersonId>) -> Result<Means, Problem> {
    Ok(Means {
        credit: credit_of(app, shown, person).await?,
        gateways: payments::gateways::offered(app).await?,
    })
}

async fn credit_of(app: &App, shown: &Shown, person: Option<PersonId>) -> Result<Option<Dong>, Problem> {
    let Some(person) = person else { return Ok(None) };
    let sellers: Vec<_> = shown.sellers.iter().map(|part| part.id).collect();
    let balances = credit::balances(app.db().read(), person, &sellers).await?;
    let sum = Dong(balances.values().map(|balance| balance.0).sum());
    Ok((sum > Dong::ZERO).then_some(sum))
}

/// What the page needs of the checkout's answer.
#[derive(Deserialize)]
struct Receipt {
    group_id: String,
    access_token: String,
}

async fn order(
    app: &App,
    actor: Actor,
    language: Language,
    shown: &Shown,
    form: &CheckoutForm,
) -> Result<Answer, Problem> {
    let checkout = form.checkout(shown);
    let mut new = checkout.check(language);
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
    /// What the form says beside the basket, as far as it can be read.
    fn around(&self, person: Option<PersonId>) -> Around {
        let asked = Checkout {
            lines: Field::Missing,
            delivery: Field::Given(CheckoutDelivery::PerSeller(
                self.deliveries
                    .iter()
                    .filter_map(|(name, value)| Some((name.strip_prefix("delivery-")?.to_owned(), way_of(value))))
                    .collect(),
            )),
            ..Checkout::default()
        };
        Around {
            commune: self
                .commune
                .given()
                .and_then(|code| code.parse::<CommuneCode>().ok())
                .filter(|code| places::commune(code).is_some()),
            ways: asked.ways(),
            method: Method::iter().find(|method| self.method.given().is_some_and(|code| code == method.code())),
            use_credit: self.credit.given().is_some(),
            person,
        }
    }

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
            (
                part.id.to_string(),
                chosen.map(|value| way_of(value)).unwrap_or_default(),
            )
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
                .map_or(Field::Missing, Field::Given),
            use_credit: self.credit.given().map_or(Field::Missing, |_| Field::Given(true)),
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
            &self.credit,
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

/// What a choice of delivery stands for: `ship`, `pickup`, `pickup:<point>`, `farm`, `farm:<time>:<day>`.
fn way_of(value: &str) -> CheckoutWay {
    let mut parts = value.split(':');
    let mode = parts.next().unwrap_or("").to_owned();
    let (first, second) = (parts.next(), parts.next());
    let text = |part: &str| Field::Given(part.to_owned());
    match (first, second) {
        (Some(point), None) => CheckoutWay::Chosen(CheckoutChoice {
            mode: Field::Given(mode),
            pickup_point_id: text(point),
            slot: Field::Missing,
        }),
        (Some(time), Some(date)) => CheckoutWay::Chosen(CheckoutChoice {
            mode: Field::Given(mode),
            pickup_point_id: Field::Missing,
            slot: Field::Given(CheckoutSlot {
                id: text(time),
                date: text(date),
            }),
        }),
        (None, _) => CheckoutWay::Mode(mode),
    }
}

/// Times at the farm that one list offers.
const MOST_SLOTS: usize = 20;

/// What one may choose of how a seller's goods come; `chosen` is the choice of the form.
fn ways(shell: &Shell, part: &SellerPart, chosen: Option<&str>) -> Vec<Choice> {
    let mut choices: Vec<(String, String)> = Vec::new();
    for way in part.ways.iter().filter(|way| way.reason.is_none()) {
        let (code, words) = (way.delivery.code(), delivery_words(shell, way.delivery));
        match way.delivery {
            Delivery::Ship => choices.push((
                code.to_owned(),
                match way.fee.filter(|_| part.fee_set) {
                    Some(Dong::ZERO) => format!("{words}: {}", shell.t("checkout-free")),
                    Some(fee) => format!("{words}: {fee}"),
                    None => words,
                },
            )),
            Delivery::Pickup if !way.points.is_empty() => {
                for point in &way.points {
                    let place = [
                        &point.name,
                        &address(&point.street, &point.commune_code),
                        &point.opening,
                    ];
                    let place: Vec<_> = place.into_iter().filter(|text| !text.is_empty()).cloned().collect();
                    choices.push((format!("{code}:{}", point.id), format!("{words}: {}", place.join(", "))));
                }
            }
            Delivery::Farm if !way.slots.is_empty() => {
                for slot in way.slots.iter().filter(|slot| slot.left > 0).take(MOST_SLOTS) {
                    let when = format!("{} {}–{}", slot.day, slot.time.opens, slot.time.closes);
                    choices.push((
                        format!("{code}:{}:{}", slot.time.id, slot.day.iso()),
                        format!("{words}: {when}"),
                    ));
                }
            }
            Delivery::Pickup | Delivery::Farm => choices.push((code.to_owned(), words)),
        }
    }
    if choices.is_empty() {
        let words = delivery_words(shell, Delivery::Ship);
        choices.push((Delivery::Ship.code().to_owned(), words));
    }
    choices
        .into_iter()
        .map(|(value, words)| {
            let selected = chosen.is_some_and(|chosen| chosen == value);
            Choice::new(&value, words, selected)
        })
        .collect()
}

fn delivery_name(seller: &str) -> String {
    format!("delivery-{seller}")
}

impl CheckoutPage {
    fn of(shell: Shell, mut shown: Shown, form: &CheckoutForm, means: &Means, problem: Option<&Problem>) -> Self {
        let language = shell.language();
        // What is shown may already say that a place is not delivered to.
        let reckoned = std::mem::take(&mut shown.wrong);
        let chosen = !form.deliveries.is_empty();
        let wrong = problem.map_or(&reckoned, Problem::fields);
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
                let start = format!("/delivery/{id}");
                let error = wrong.0.iter().find(|error| error.pointer.starts_with(&start));
                DeliveryChoice {
                    seller: part.name.clone(),
                    choices: ways(&shell, part, form.deliveries.get(&name).map(String::as_str)),
                    error: error
                        .filter(|_| problem.is_some() || chosen)
                        .map(|error| language.say(&error.message)),
                    name,
                }
            })
            .collect();
        // What stands beside no field stands above them all: the sum that changed, or the refusal itself.
        let above = at("/expected_total").or_else(|| at("/use_credit")).or_else(|| {
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
            total: shown.total.map_or_else(String::new, |total| total.0.to_string()),
            credit: means.credit,
            use_credit: form.credit.given().is_some(),
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
                .filter(|method| method.gateway().is_none_or(|gateway| means.gateways.contains(&gateway)))
                .map(|method| {
                    let words = match method.gateway() {
                        None => shell.t(&format!("orders-say-method-{}", method.code())),
                        Some(_) => shell.t(&format!("method-{}", method.code())),
                    };
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
