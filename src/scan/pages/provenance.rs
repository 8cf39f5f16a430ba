//! The page of a batch, or of one of its units.

use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use digital_link::DigitalLink;
use entity::{
    Dong, Gtin, Lot, Quantity, Thousandths,
    frame::change::Subject,
    trace::{diary_entry::Activity, transformation::Kind},
};

use super::{LOT, Style, built, commune, producer_address, report_href};
use crate::{
    app::App,
    catalogue::{
        badge::{self, Badge},
        category,
        certificates::read::badges,
    },
    http::{
        language::{Language, Message},
        pages::{Shows, page},
        problem::Problem,
        shell::Shell,
    },
    media::read::PhotoView,
    scan::{
        completeness::{Item, missing},
        map::{self, MapPoint},
        read::{Found, Place, Provenance, Serial, Stage, What, provenance},
        resolver::{unknown_code, unknown_unit},
        sold::SalePlace,
        told::{Mark, Teller},
        verdict::{Cause, Verdict},
    },
};

/// How long a page may show a count that has since grown.
const COUNT_LIVES_MS: i64 = 30_000;
/// Stages on a page unless all are asked for: more would not leave room in four kilobytes.
const STAGES: usize = 4;

#[derive(Template)]
#[template(path = "scan/provenance.html")]
struct ProvenancePage {
    shell: Shell,
    style: Style,
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
    note: String,
    places: Vec<PlaceLine>,
    scans: Option<String>,
    released: Vec<String>,
    /// Earlier stages that are left out, and where they are.
    earlier: Option<(usize, String)>,
    point: Option<MapPoint>,
    outline: &'static str,
    report_href: String,
}

struct PlaceLine {
    href: String,
    name: String,
}

struct VerdictLine {
    class: &'static str,
    word: String,
    sentences: Vec<String>,
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
    /// When it was written down, where that was late.
    late: Option<String>,
    mark: Option<String>,
}

struct BuyLine {
    href: String,
    title: String,
    price: Dong,
    unit: String,
}

/// What is asked of the page of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub gtin: &'a Gtin,
    pub lot: &'a Lot,
    pub serial: Option<&'a digital_link::Serial>,
    /// All stages, not only the latest.
    pub full: bool,
    /// In this language, whatever the reader chose.
    pub language: Option<Language>,
}

/// The page of a batch, from the cache. A code that names no batch is [`unknown_code`], a false number of a unit
/// [`unknown_unit`].
pub async fn provenance_page(app: &App, headers: &HeaderMap, asked: Asked<'_>) -> Result<Response, Problem> {
    let canonical = DigitalLink::for_lot(asked.gtin.0, &asked.lot.0).path();
    // Whatever else the address carried does not change the page, so it makes no page of its own.
    let mut path = asked.serial.map_or_else(
        || canonical.clone(),
        |serial| DigitalLink::for_lot_serial(asked.gtin.0, &asked.lot.0, serial).path(),
    );
    let own = path.clone();
    if asked.full {
        path.push_str("?full=1");
    }
    let chosen = asked.language.map(|language| in_language(headers, language));
    let headers = chosen.as_ref().unwrap_or(headers);
    page(app, headers, path.clone(), async || {
        let (now, today) = (app.now(), app.today());
        let serial = asked.serial.map(digital_link::Serial::as_str);
        let (db, resolver) = (app.db().read(), app.resolver_url());
        let found = match provenance(db, resolver, asked.gtin, asked.lot, serial, today).await? {
            Found::Batch(found) => found,
            Found::NoSuchUnit => return Err(unknown_unit()),
            Found::Nothing => return Err(unknown_code()),
        };
        let shell = Shell::new(app, headers, &path);
        let badges = badges(db, &found.certificates, shell.language()).await?;
        let page = ProvenancePage::of(&found, badges, &own, asked.full, today, shell);
        let mut shows = vec![
            Shows::one(Subject::Batch, found.batch.id),
            Shows::one(Subject::Product, found.product.id),
            Shows::one(Subject::Seller, found.seller.id),
            // A new certificate has no id yet that could be waited for; there are few of them.
            Shows::Any(Subject::Certificate),
        ];
        shows.extend(found.offers.iter().map(|offer| Shows::one(Subject::Listing, offer.id)));
        // Certificates, holds and last days all end with a day; the count of scans is never a minute behind.
        let valid_until = today.plus_days(1).start().min(now.plus(COUNT_LIVES_MS));
        built(&page, &page.style, shows, valid_until)
    })
    .await
}

/// The same request from somebody who has chosen `language`.
fn in_language(headers: &HeaderMap, language: Language) -> HeaderMap {
    let mut headers = headers.clone();
    let others = headers
        .get(header::COOKIE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    // The first of two cookies of a name counts.
    if let Ok(cookie) = HeaderValue::from_str(&format!("lang={}; {others}", language.code())) {
        headers.insert(header::COOKIE, cookie);
    }
    headers
}

impl ProvenancePage {
    fn of(found: &Provenance, badges: Vec<Badge>, own: &str, full: bool, today: entity::Day, shell: Shell) -> Self {
        let canonical = DigitalLink::for_lot(found.batch.gtin.0, &found.batch.lot.0).path();
        let language = shell.language();
        let Provenance {
            batch, product, seller, ..
        } = found;
        let verdict = found.verdict(today);
        let mut sentences = verdict.sentences(language);
        let places = if verdict == Verdict::Real {
            places(found, language)
        } else {
            Vec::new()
        };
        if verdict == Verdict::Real {
            sentences.extend(sold(found, places.len(), language));
        }
        let left_out = if full {
            0
        } else {
            found.stages.len().saturating_sub(STAGES)
        };
        let missing = missing(found);
        Self {
            style: Style::of(LOT, Some(verdict.class())),
            verdict: VerdictLine {
                class: verdict.class(),
                word: language.say(&verdict.word()),
                sentences,
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
            timeline: found.stages[left_out..]
                .iter()
                .map(|stage| step(stage, &seller.name, language))
                .collect(),
            earlier: (left_out > 0).then(|| (left_out, format!("{own}?full=1"))),
            note: shell.t(match &found.serial {
                Serial::None => "scan-note-batch",
                Serial::Unprinted(_) => "scan-note-unprinted",
                Serial::Known(_) => "scan-note-serial",
            }),
            places,
            scans: found.scans.map(|scans| {
                language.say(
                    &Message::new("scan-say-scans")
                        .with("scans", usize::try_from(scans.count).unwrap_or(0))
                        .with("date", scans.first_at.day().to_string()),
                )
            }),
            released: found.holds.iter().filter_map(|hold| released(hold, language)).collect(),
            point: map::point(
                found
                    .plots
                    .first()
                    .map_or(&seller.commune_code, |plot| &plot.commune_code),
            ),
            outline: map::OUTLINE,
            report_href: report_href(own),
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
            proof_href: found.logged.then(|| format!("/log/proof?batch={}", found.batch.id)),
            serial: found.serial.text().map(str::to_owned),
            shell,
        }
    }
}

/// Where a batch is on sale.
fn places(found: &Provenance, language: Language) -> Vec<PlaceLine> {
    let line = |place: &SalePlace| match place {
        SalePlace::Listing { title, slug } => PlaceLine {
            href: format!("/san-pham/{slug}"),
            name: language.say(&Message::new("scan-say-place-listing").with("title", title.clone())),
        },
        SalePlace::Stall { code, market, slug } => PlaceLine {
            href: format!("/cho/{slug}"),
            name: language.say(
                &Message::new("scan-say-place-stall")
                    .with("code", code.clone())
                    .with("market", market.clone()),
            ),
        },
    };
    found.sold.iter().flat_map(|sold| &sold.places).map(line).collect()
}

/// How much of a batch is sold, in a sentence.
fn sold(found: &Provenance, places: usize, language: Language) -> Option<String> {
    let sold = found.sold.as_ref()?;
    let id = match (sold.gone.amount == Thousandths::ZERO, places == 0) {
        (true, true) => "scan-say-unsold",
        (true, false) => "scan-say-unsold-at",
        (false, true) => "scan-say-sold-share",
        (false, false) => "scan-say-sold-at",
    };
    Some(
        language.say(
            &Message::new(id)
                .with("sold", sold.gone.amount.to_string())
                .with("of", sold.of.to_string())
                .with("places", places),
        ),
    )
}

/// A hold that an officer released, and why.
fn released(hold: &entity::trace::batch_hold::Model, language: Language) -> Option<String> {
    let at = hold.released_at?;
    let reason = hold.release_reason.clone().unwrap_or_default();
    Some(
        language.say(
            &Message::new("scan-say-released")
                .with("from", hold.created_at.day().to_string())
                .with("why", language.say(&Cause::of(hold).sentence()))
                .with("until", at.day().to_string())
                .with("reason", reason),
        ),
    )
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
        What::Made(kind) => made_word(*kind),
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
    let detail: Vec<String> = stage
        .lot
        .clone()
        .into_iter()
        .chain(input)
        .chain(Some(stage.note.clone()).filter(|note| !note.is_empty()))
        .collect();
    Step {
        title,
        when: stage.at.day().to_string(),
        place: stage.place.as_ref().map(|place| place_line(place, language)),
        who: teller(&stage.teller, who, language),
        detail: (!detail.is_empty()).then(|| detail.join(" · ")),
        late: stage
            .is_late()
            .then(|| language.say(&Message::new("scan-say-late").with("date", stage.recorded_at.day().to_string()))),
        mark: stage.mark.map(|mark| {
            language.say(&Message::new(match mark {
                Mark::Wrong => "scan-say-mark-wrong",
                Mark::Correction => "scan-say-mark-correction",
            }))
        }),
    }
}

/// Who answers for a stage. The party does; who of its people held the phone is nobody's business.
fn teller(teller: &Teller, producer: &str, language: Language) -> String {
    language.say(&match teller {
        Teller::Producer => Message::new("scan-say-told-own").with("who", producer),
        Teller::Helped => Message::new("scan-say-told-helped").with("who", producer),
        Teller::Party(name) => Message::new("scan-say-told-party").with("who", name.clone()),
        Teller::Office => Message::new("scan-say-told-office"),
        Teller::Elsewhere => Message::new("scan-say-told-elsewhere"),
    })
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

const fn made_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Mix => "scan-say-step-mix",
        Kind::Split => "scan-say-step-split",
        Kind::Repack => "scan-say-step-repack",
        Kind::Process => "scan-say-step-processing",
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
