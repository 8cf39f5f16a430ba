//! The pages behind a sticker. Each is one response: its style stands in it, the policy names that style by its hash,
//! and there is no script (the first answer over a slow connection is the whole page).

use std::sync::LazyLock;

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use digital_link::DigitalLink;
use entity::{Dong, Gtin, Lot, Quantity, frame::change::Subject, trace::diary_entry::Activity};
use sha2::{Digest, Sha256};

use super::{
    completeness::{Item, missing},
    read::{Place, ProductLevel, Provenance, Stage, What, provenance, recent_lots},
    resolver::unknown_code,
    verdict::verdict,
};
use crate::{
    app::App,
    catalogue::{
        badge::{self, Badge},
        category,
        certificates::read::badges,
    },
    http::{
        language::{Language, Message},
        pages::{Built, Shows, page},
        problem::Problem,
        shell::Shell,
    },
    media::read::PhotoView,
    places,
};

const STYLE: &str = include_str!("../../frontend/styles/scan.css");

/// Nothing but our own pictures and exactly the style in the page (CSP 3, hash source).
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
});

#[derive(Template)]
#[template(path = "scan/provenance.html")]
struct ProvenancePage {
    shell: Shell,
    style: &'static str,
    verdict: VerdictLine,
    product_name: String,
    brand: Option<String>,
    photo: Option<PhotoView>,
    motif: &'static str,
    gtin: String,
    lot: String,
    producer_name: String,
    producer_href: String,
    address: String,
    produced_on: String,
    expires_on: Option<String>,
    quantity: String,
    standards: Vec<String>,
    completeness: Completeness,
    timeline: Vec<Step>,
    badges: Vec<Badge>,
    buy: Vec<BuyLine>,
    json_ld_href: String,
    linkset_href: String,
    proof_href: Option<String>,
    serial: Option<String>,
}

struct VerdictLine {
    class: &'static str,
    word: String,
    detail: String,
}

struct Completeness {
    have: usize,
    of: usize,
    missing: Vec<String>,
}

struct Step {
    title: String,
    when: String,
    place: Option<String>,
    who: String,
    detail: Option<String>,
    late: bool,
}

struct BuyLine {
    href: String,
    title: String,
    price: Dong,
    unit: String,
}

/// The page of a batch, from the cache. A code that names no batch is [`unknown_code`].
pub async fn provenance_page(
    app: &App,
    headers: &HeaderMap,
    gtin: &Gtin,
    lot: &Lot,
    serial: Option<String>,
) -> Result<Response, Problem> {
    let canonical = DigitalLink::for_lot(gtin.0, &lot.0).path();
    let own = serial
        .as_deref()
        .and_then(|serial| digital_link::Serial::parse(serial).ok());
    // Whatever else the address carried does not change the page, so it makes no page of its own.
    let path = own.map_or_else(
        || canonical.clone(),
        |serial| DigitalLink::for_lot_serial(gtin.0, &lot.0, &serial).path(),
    );
    page(app, headers, path.clone(), async || {
        let today = app.today();
        let found = provenance(app.db().read(), app.resolver_url(), gtin, lot, today)
            .await?
            .ok_or_else(unknown_code)?;
        let shell = Shell::new(app, headers, &path);
        let badges = badges(app.db().read(), &found.certificates, shell.language()).await?;
        let page = ProvenancePage::of(&found, badges, serial, &canonical, today, shell);
        let mut shows = vec![
            Shows::one(Subject::Batch, found.batch.id),
            Shows::one(Subject::Product, found.product.id),
            Shows::one(Subject::Seller, found.seller.id),
            // A new certificate has no id yet that could be waited for; there are few of them.
            Shows::Any(Subject::Certificate),
        ];
        shows.extend(found.offers.iter().map(|offer| Shows::one(Subject::Listing, offer.id)));
        built(&page, shows, today)
    })
    .await
}

fn built(page: &impl Template, shows: Vec<Shows>, today: entity::Day) -> Result<Built, Problem> {
    Ok(Built {
        html: page.render().map_err(|error| Problem::internal(&error))?,
        shows,
        // Certificates, holds and last days all end with a day.
        valid_until: today.plus_days(1).start(),
        policy: Some(POLICY.clone()),
    })
}

impl ProvenancePage {
    fn of(
        found: &Provenance,
        badges: Vec<Badge>,
        serial: Option<String>,
        canonical: &str,
        today: entity::Day,
        shell: Shell,
    ) -> Self {
        let language = shell.language();
        let Provenance {
            batch, product, seller, ..
        } = found;
        let verdict = verdict(&found.holds, batch.expires_on, today);
        let sentences: Vec<String> = verdict
            .sentences()
            .iter()
            .map(|sentence| language.say(sentence))
            .collect();
        let missing = missing(found);
        Self {
            style: STYLE,
            verdict: VerdictLine {
                class: verdict.class(),
                word: language.say(&verdict.word()),
                detail: sentences.join(" "),
            },
            product_name: product.name.clone(),
            brand: product.brand.clone(),
            photo: found.photo.clone(),
            motif: category::motif(&product.category),
            gtin: batch.gtin.to_string(),
            lot: batch.lot.to_string(),
            producer_name: seller.name.clone(),
            producer_href: format!("/nguoi-ban/{}", seller.slug),
            address: address(found, language),
            produced_on: batch.harvested_on.to_string(),
            expires_on: batch.expires_on.map(|day| day.to_string()),
            quantity: Quantity::new(batch.quantity, batch.unit).to_string(),
            standards: found
                .lapsed
                .iter()
                .map(|certificate| lapsed(certificate, language))
                .collect(),
            completeness: Completeness {
                have: Item::ALL.len() - missing.len(),
                of: Item::ALL.len(),
                missing: missing.into_iter().map(|item| shell.t(item.label())).collect(),
            },
            timeline: found
                .stages
                .iter()
                .map(|stage| step(stage, &seller.name, language))
                .collect(),
            badges,
            buy: found
                .offers
                .iter()
                .map(|offer| BuyLine {
                    href: format!("/san-pham/{}", offer.slug),
                    title: offer.title.clone(),
                    price: offer.price,
                    unit: offer.unit.to_string(),
                })
                .collect(),
            json_ld_href: format!("{canonical}?as=jsonld"),
            linkset_href: format!("{canonical}?linkType=linkset"),
            proof_href: None,
            serial,
            shell,
        }
    }
}

/// Where the producer is and, where it is known, where it grew.
fn address(found: &Provenance, language: Language) -> String {
    let address = producer_address(&found.seller);
    if found.plots.is_empty() {
        return address;
    }
    let plots: Vec<String> = found
        .plots
        .iter()
        .map(|plot| format!("{}, {}", plot.name, commune(&plot.commune_code)))
        .collect();
    language.say(
        &Message::new("scan-say-grown")
            .with("address", address)
            .with("places", plots.join("; ")),
    )
}

fn producer_address(seller: &entity::catalogue::seller::Model) -> String {
    let commune = places::commune(&seller.commune_code)
        .map(places::Commune::address)
        .unwrap_or_default();
    match seller.street.as_deref().map(str::trim) {
        Some(street) if !street.is_empty() => format!("{street}, {commune}"),
        _ => commune,
    }
}

fn commune(code: &entity::CommuneCode) -> &'static str {
    places::commune(code).map_or("", |commune| &commune.full_name)
}

/// A certificate that held when it was made and has ended since: `VietGAP (ngày thu hoạch còn hạn, nay đã hết)`.
fn lapsed(certificate: &entity::catalogue::certificate::Model, language: Language) -> String {
    let label = badge::label(certificate.kind, language);
    language.say(
        &Message::new("scan-say-lapsed")
            .with("label", label)
            .with("date", badge::last_day(certificate).to_string()),
    )
}

fn step(stage: &Stage, who: &str, language: Language) -> Step {
    let title = language.say(&Message::new(match &stage.what {
        What::Diary(activity) => activity_word(*activity),
        What::Event(step) => event_word(step.as_deref()),
    }));
    let input =
        stage.input.as_ref().map(
            |input| match stage.interval_days.and_then(|days| usize::try_from(days).ok()) {
                Some(days) if days > 0 => language.say(
                    &Message::new("scan-say-input-interval")
                        .with("input", input.clone())
                        .with("days", days),
                ),
                _ => input.clone(),
            },
        );
    let detail: Vec<String> = input
        .into_iter()
        .chain(Some(stage.note.clone()).filter(|note| !note.is_empty()))
        .collect();
    Step {
        title,
        when: stage.at.day().to_string(),
        place: stage.place.as_ref().map(|place| place_line(place, language)),
        // The party answers for it; who of its people held the phone is nobody's business.
        who: who.to_owned(),
        detail: (!detail.is_empty()).then(|| detail.join(" · ")),
        late: stage.is_late(),
    }
}

fn place_line(place: &Place, language: Language) -> String {
    let line = format!("{}, {}", place.name, commune(&place.commune_code));
    match &place.code {
        Some(code) => language.say(
            &Message::new("scan-say-area-code")
                .with("place", line)
                .with("code", code.clone()),
        ),
        None => line,
    }
}

const fn activity_word(activity: Activity) -> &'static str {
    match activity {
        Activity::Sowing => "scan-say-step-sowing",
        Activity::Fertilising => "scan-say-step-fertilising",
        Activity::Spraying => "scan-say-step-spraying",
        Activity::Watering => "scan-say-step-watering",
        Activity::Weeding => "scan-say-step-weeding",
        Activity::Harvest => "scan-say-step-harvest",
        Activity::Processing => "scan-say-step-processing",
        Activity::Packing => "scan-say-step-packing",
    }
}

/// The word for a business step of the Core Business Vocabulary that people meet on a journey to market.
fn event_word(step: Option<&str>) -> &'static str {
    match step {
        Some("creating_class_instance" | "commissioning") => "scan-say-step-batch",
        Some("packing") => "scan-say-step-packing",
        Some("inspecting" | "sampling") => "scan-say-step-inspecting",
        Some("storing" | "stocking") => "scan-say-step-storing",
        Some("shipping" | "departing" | "loading" | "staging_outbound") => "scan-say-step-shipping",
        Some("transporting") => "scan-say-step-transporting",
        Some("receiving" | "arriving" | "accepting" | "unloading") => "scan-say-step-receiving",
        Some("retail_selling" | "dispensing") => "scan-say-step-selling",
        Some("holding") => "scan-say-step-holding",
        Some("destroying" | "decommissioning") => "scan-say-step-destroying",
        _ => "scan-say-step-other",
    }
}

#[derive(Template)]
#[template(path = "scan/product.html")]
struct ProductPage {
    shell: Shell,
    style: &'static str,
    product_name: String,
    brand: Option<String>,
    motif: &'static str,
    gtin: String,
    producer_name: String,
    producer_href: String,
    address: String,
    lots: Vec<LotLine>,
    linkset_href: String,
}

struct LotLine {
    lot: String,
    href: String,
    harvested_on: entity::Day,
}

/// The page of a product that is not on sale now: who makes it, and its latest lots.
pub async fn product_page(app: &App, headers: &HeaderMap, level: ProductLevel) -> Result<Response, Problem> {
    let canonical = DigitalLink::for_gtin(level.product.gtin.0).path();
    page(app, headers, canonical.clone(), async || {
        let ProductLevel { product, seller, .. } = &level;
        let lots = recent_lots(app.db().read(), product.id).await?;
        let mut shows = vec![
            Shows::one(Subject::Product, product.id),
            Shows::one(Subject::Seller, seller.id),
        ];
        shows.extend(lots.iter().map(|batch| Shows::one(Subject::Batch, batch.id)));
        let page = ProductPage {
            shell: Shell::new(app, headers, &canonical),
            style: STYLE,
            product_name: product.name.clone(),
            brand: product.brand.clone(),
            motif: category::motif(&product.category),
            gtin: product.gtin.to_string(),
            producer_name: seller.name.clone(),
            producer_href: format!("/nguoi-ban/{}", seller.slug),
            address: producer_address(seller),
            lots: lots
                .iter()
                .map(|batch| LotLine {
                    lot: batch.lot.to_string(),
                    href: DigitalLink::for_lot(batch.gtin.0, &batch.lot.0).path(),
                    harvested_on: batch.harvested_on,
                })
                .collect(),
            linkset_href: format!("{canonical}?linkType=linkset"),
        };
        // A first lot has no id yet that could be waited for.
        shows.push(Shows::Any(Subject::Batch));
        built(&page, shows, app.today())
    })
    .await
}

#[derive(Template)]
#[template(path = "scan/malformed.html")]
struct MalformedPage {
    shell: Shell,
    style: &'static str,
    reason: Option<String>,
}

/// The page for an address that cannot be a code of anything.
pub fn malformed(
    app: &App,
    headers: &HeaderMap,
    path: &str,
    status: StatusCode,
    reason: &Message,
) -> Result<Response, Problem> {
    let shell = Shell::new(app, headers, path);
    let reason = Some(shell.language().say(reason));
    refusal(
        &MalformedPage {
            shell,
            style: STYLE,
            reason,
        },
        status,
    )
}

#[derive(Template)]
#[template(path = "scan/unknown.html")]
struct UnknownPage {
    shell: Shell,
    style: &'static str,
    gtin: String,
    lot: Option<String>,
}

/// The page for a code that is well formed and names nothing here.
pub fn unknown(app: &App, headers: &HeaderMap, key: &str, lot: Option<&str>, path: &str) -> Result<Response, Problem> {
    let page = UnknownPage {
        shell: Shell::new(app, headers, path),
        style: STYLE,
        gtin: key.to_owned(),
        lot: lot.map(str::to_owned),
    };
    refusal(&page, StatusCode::NOT_FOUND)
}

fn refusal(page: &impl Template, status: StatusCode) -> Result<Response, Problem> {
    let html = page.render().map_err(|error| Problem::internal(&error))?;
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    Ok(response)
}
