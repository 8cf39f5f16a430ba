//! Looks at an item that another exchange tells: signed by it, and a listing that can be shown (pure). What cannot be
//! accepted is refused by itself; the items beside it are not.

use entity::{Day, Gtin, Thousandths, Timestamp, Unit, catalogue::certificate::Kind, listings::listing::StockMode};
use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::{canonical::canonical, http_signature::verifies_item, key::Jwk};
use crate::{
    app::sha256,
    catalogue::category::category,
    http::{
        input::{Field, QuantityInput, Wrong},
        language::Language,
    },
    listings::remote::{Details, RemoteCertificate, RemoteListing, RemoteLot},
};

/// What an item says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Upsert(Box<RemoteListing>),
    /// The listing with this id is no longer there.
    Tombstone(String),
}

/// Why an item is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For people who look after partners.
    pub reason: String,
    /// The id of the listing, when the item was signed: what was known of it holds no longer, and what holds now cannot be
    /// read, so it is not shown.
    pub of: Option<String>,
}

/// Nobody vouches for longer than this.
const LONGEST_FRESH_MS: i64 = 7 * 24 * 60 * 60 * 1000;
const LONGEST_ID: usize = 200;
const LONGEST_LINE: usize = 200;
const LONGEST_PROSE: usize = 10_000;
const LONGEST_URL: usize = 2000;
/// Photographs, certificates and lots that are kept.
const MOST: usize = 50;

#[derive(Debug, Deserialize)]
struct ListingInput {
    id: Field<String>,
    url: Field<String>,
    title: Field<String>,
    description: Field<String>,
    category: Field<String>,
    price: Field<i64>,
    unit: Field<String>,
    stock: Field<StockInput>,
    gtin: Field<String>,
    certificates: Field<Vec<Field<CertificateInput>>>,
    seller: Field<SellerInput>,
    commune: Field<CommuneInput>,
    photos: Field<Vec<Field<String>>>,
    lots: Field<Vec<Field<LotInput>>>,
    published_at: Field<String>,
    updated_at: Field<String>,
}

#[derive(Debug, Deserialize)]
struct StockInput {
    mode: Field<String>,
    left: Field<QuantityInput>,
    harvest_on: Field<String>,
}

#[derive(Debug, Deserialize)]
struct CertificateInput {
    kind: Field<String>,
    star: Field<i64>,
    number: Field<String>,
    issuer: Field<String>,
    granted_on: Field<String>,
    ends_on: Field<String>,
    verified: Field<bool>,
}

#[derive(Debug, Deserialize)]
struct SellerInput {
    name: Field<String>,
}

#[derive(Debug, Deserialize)]
struct CommuneInput {
    code: Field<String>,
    name: Field<String>,
    province: Field<String>,
}

#[derive(Debug, Deserialize)]
struct LotInput {
    lot: Field<String>,
    harvested_on: Field<String>,
    expires_on: Field<String>,
    digital_link: Field<String>,
}

/// Reads an item that is to be signed by one of `keys`.
pub fn item(item: &Value, keys: &[Jwk], now: Timestamp) -> Result<Told, Refusal> {
    let unsigned = |reason: &str| Refusal {
        reason: reason.to_owned(),
        of: None,
    };
    let Some(members) = item.as_object() else {
        return Err(unsigned("an item is not an object"));
    };
    let id = members.get("id").and_then(Value::as_str).unwrap_or("");
    if id.is_empty() || id.chars().count() > LONGEST_ID || id.chars().any(char::is_control) {
        return Err(unsigned("an item has no usable id"));
    }
    let Some(signature) = members.get("signature").and_then(Value::as_str) else {
        return Err(unsigned(&format!("{id}: it is not signed")));
    };
    let mut rest = members.clone();
    rest.remove("signature");
    if !verifies_item(keys, &canonical(&Value::Object(rest)), signature) {
        return Err(unsigned(&format!("{id}: its signature is wrong")));
    }
    let signed = |reason: String| Refusal {
        reason: format!("{id}: {reason}"),
        of: Some(id.to_owned()),
    };
    match members.get("kind").and_then(Value::as_str) {
        Some("tombstone") => Ok(Told::Tombstone(id.to_owned())),
        Some("upsert") => {
            let fresh_until = members
                .get("fresh_until")
                .and_then(Value::as_str)
                .and_then(|text| text.parse::<Timestamp>().ok())
                .ok_or_else(|| signed("/fresh_until is not a moment".to_owned()))?;
            let listing = members.get("listing").unwrap_or(&Value::Null);
            let input: ListingInput =
                ListingInput::deserialize(listing).map_err(|_| signed("/listing is not an object".to_owned()))?;
            if input.id.given().map(String::as_str) != Some(id) {
                return Err(signed("/listing/id is another than /id".to_owned()));
            }
            let mut listing = input.check(now, listing).map_err(|wrong| signed(told(&wrong)))?;
            listing.fresh_until = vouched(fresh_until, now);
            Ok(Told::Upsert(Box::new(listing)))
        }
        _ => Err(signed("/kind is neither upsert nor tombstone".to_owned())),
    }
}

/// The moment until which what was told to be good until `until` is shown.
#[must_use]
pub fn vouched(until: Timestamp, now: Timestamp) -> Timestamp {
    until.min(now.plus(LONGEST_FRESH_MS))
}

/// The first thing that is wrong, in a line.
fn told(wrong: &Wrong) -> String {
    wrong.0.first().map_or_else(String::new, |error| {
        format!("/listing{}: {}", error.pointer, Language::English.say(&error.message))
    })
}

/// An address that a page may link to.
fn web(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let good = text.len() <= LONGEST_URL
        && matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none();
    good.then(|| url.into())
}

/// The value of an optional field, when it is a line of text that can be shown.
fn line(field: &Field<String>) -> Option<String> {
    Wrong::default().line("", field, LONGEST_LINE)
}

fn day(field: &Field<String>) -> Option<Day> {
    Day::from_iso(field.given()?).ok()
}

impl ListingInput {
    fn check(&self, now: Timestamp, whole: &Value) -> Result<RemoteListing, Wrong> {
        let mut wrong = Wrong::default();
        let title = wrong.line("/title", &self.title, LONGEST_LINE);
        let description = wrong.prose("/description", &self.description, LONGEST_PROSE);
        let price = wrong.dong("/price", &self.price);
        let unit = wrong.code::<Unit>("/unit", &self.unit, "wrong-unit");
        let url = wrong.required("/url", &self.url).map(|text| web(text));
        if url == Some(None) {
            wrong.note("/url", "wrong-address");
        }
        let seller_name = wrong
            .required("/seller", &self.seller)
            .map(|seller| &seller.name)
            .and_then(|name| wrong.line("/seller/name", name, LONGEST_LINE));
        let commune = wrong.required("/commune", &self.commune);
        let commune_code = commune.and_then(|commune| wrong.code("/commune/code", &commune.code, "wrong-commune"));
        let stock = wrong.required("/stock", &self.stock);
        let stock = stock.zip(unit).and_then(|(stock, unit)| stock.check(&mut wrong, unit));
        let url = url.flatten();
        crate::checked!(wrong; title, description, price, unit, url, seller_name, commune_code, stock);
        let (stock_mode, left) = stock;
        let certificates = self.certificates(now.day());
        let moment = |field: &Field<String>| {
            let told: Option<Timestamp> = field.given().and_then(|text| text.parse().ok());
            // Who is ahead of the time would stand above all others.
            told.map(|at| at.clamp(Timestamp(0), now))
        };
        let updated_at = moment(&self.updated_at).unwrap_or(now);
        Ok(RemoteListing {
            remote_id: self.id.given().cloned().unwrap_or_default(),
            title,
            price,
            unit,
            stock_mode,
            left,
            in_stock: stock_mode != StockMode::Stock || left.is_some_and(|left| left.0 > 0),
            category: self
                .category
                .given()
                .and_then(|id| category(id))
                .map_or_else(|| "other".to_owned(), |category| category.id.clone()),
            star: star(&certificates, now.day()),
            seller_name,
            commune_code,
            commune_name: commune.and_then(|commune| line(&commune.name)).unwrap_or_default(),
            // A restricted number means something else here.
            gtin: self
                .gtin
                .given()
                .and_then(|text| text.parse::<Gtin>().ok())
                .filter(|gtin| !gtin.is_restricted()),
            url,
            fresh_until: now,
            published_at: moment(&self.published_at).unwrap_or(updated_at),
            updated_at,
            details: Details {
                description,
                province_name: commune.and_then(|commune| line(&commune.province)).unwrap_or_default(),
                photos: self.photos(),
                certificates,
                lots: self.lots(),
                harvest_on: self
                    .stock
                    .given()
                    .and_then(|stock| day(&stock.harvest_on))
                    .map(|day| day.iso()),
            },
            digest: sha256(canonical(whole)),
        })
    }

    fn photos(&self) -> Vec<String> {
        let given = self.photos.given().into_iter().flatten();
        given.filter_map(|photo| web(photo.given()?)).take(MOST).collect()
    }

    /// Those that can be read; of a kind unknown here nothing can be said.
    fn certificates(&self, today: Day) -> Vec<RemoteCertificate> {
        let read = |input: &CertificateInput| {
            let (granted_on, ends_on) = (day(&input.granted_on)?, day(&input.ends_on)?);
            let certificate = RemoteCertificate {
                kind: input.kind.given()?.clone(),
                star: input
                    .star
                    .given()
                    .and_then(|star| u8::try_from(*star).ok())
                    .filter(|star| (3..=5).contains(star)),
                number: line(&input.number),
                issuer: line(&input.issuer)?,
                granted_on: granted_on.iso(),
                ends_on: ends_on.iso(),
                verified: input.verified.given() == Some(&true),
            };
            (ends_on > today && certificate.known_kind().is_some()).then_some(certificate)
        };
        let given = self.certificates.given().into_iter().flatten();
        given.filter_map(|input| read(input.given()?)).take(MOST).collect()
    }

    fn lots(&self) -> Vec<RemoteLot> {
        let read = |input: &LotInput| {
            Some(RemoteLot {
                lot: line(&input.lot)?,
                harvested_on: day(&input.harvested_on)?.iso(),
                expires_on: day(&input.expires_on).map(|day| day.iso()),
                digital_link: web(input.digital_link.given()?)?,
            })
        };
        let given = self.lots.given().into_iter().flatten();
        given.filter_map(|input| read(input.given()?)).take(MOST).collect()
    }
}

impl StockInput {
    fn check(&self, wrong: &mut Wrong, unit: Unit) -> Option<(StockMode, Option<Thousandths>)> {
        let mode = wrong
            .required("/stock/mode", &self.mode)
            .map(|code| StockMode::from_code(code))?;
        let Some(mode) = mode else {
            wrong.note("/stock/mode", "wrong-stock-choice");
            return None;
        };
        let left = match self.left.given() {
            None => None,
            Some(left) => {
                let amount = left.value.given().and_then(|text| text.parse::<Thousandths>().ok());
                let told_in = left.unit.given().and_then(|unit| unit.parse::<Unit>().ok());
                match (amount, told_in) {
                    (Some(amount), Some(told_in)) if amount.0 >= 0 && told_in == unit => Some(amount),
                    _ => {
                        wrong.note("/stock/left", "wrong-number");
                        return None;
                    }
                }
            }
        };
        if mode == StockMode::Stock && left.is_none() {
            wrong.note("/stock/left", "wrong-required");
            return None;
        }
        Some((mode, left))
    }
}

/// The best rating of those that hold today, and when it ends. Stars without a certificate that says so are only a claim.
fn star(certificates: &[RemoteCertificate], today: Day) -> Option<(u8, Day)> {
    certificates
        .iter()
        .filter(|certificate| certificate.known_kind() == Some(Kind::Ocop) && certificate.holds_on(today))
        .filter_map(|certificate| Some((certificate.star?, Day::from_iso(&certificate.ends_on).ok()?)))
        .max()
}

#[cfg(test)]
mod tests {
    use entity::Dong;
    use serde_json::json;

    use super::*;
    use crate::federation::{http_signature::sign_item, key::SigningKey};

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn key() -> SigningKey {
        SigningKey::from_seed(&[3; 32]).expect("a key")
    }

    fn good() -> Value {
        json!({
            "id": "a", "kind": "upsert", "seq": 1, "fresh_until": "2026-11-23T00:00:00+07:00",
            "listing": {
                "format": "choque.listing.v1", "id": "a", "url": "https://san.example/san-pham/a", "title": "Chè đinh",
                "category": "tea-premium", "price": 350_000, "unit": "kg",
                "stock": {"mode": "stock", "left": {"value": "1.5", "unit": "kg"}},
                "seller": {"name": "HTX"}, "commune": {"code": "05503", "name": "Xã Tân Cương", "province": "Thái Nguyên"},
                "certificates": [
                    {"kind": "ocop", "star": 4, "issuer": "UBND", "granted_on": "2025-01-01", "ends_on": "2028-01-01"},
                    {"kind": "ocop", "star": 5, "issuer": "UBND", "granted_on": "2020-01-01", "ends_on": "2023-01-01"},
                    {"kind": "moon", "issuer": "X", "granted_on": "2025-01-01", "ends_on": "2028-01-01"},
                ],
                "photos": ["https://san.example/1.jpg", "javascript:alert(1)"],
                "gtin": "02100000000012",
            },
        })
    }

    fn signed(mut value: Value) -> Value {
        value["signature"] = json!(sign_item(&key(), &canonical(&value)));
        value
    }

    fn read(value: Value) -> Result<Told, Refusal> {
        item(&signed(value), &[key().public()], NOW)
    }

    #[test]
    fn a_good_item_is_taken_with_what_of_it_can_be_shown() {
        let Ok(Told::Upsert(listing)) = read(good()) else {
            panic!("{:?}", read(good()))
        };
        assert_eq!((listing.price, listing.unit), (Dong(350_000), Unit::Kilogram));
        assert_eq!((listing.left, listing.in_stock), (Some(Thousandths(1500)), true));
        assert_eq!(
            listing.star,
            Some((4, Day::from_iso("2028-01-01").expect("a day"))),
            "an ended rating is none"
        );
        assert_eq!(listing.details.certificates.len(), 1);
        assert_eq!(listing.details.photos, ["https://san.example/1.jpg"]);
        assert_eq!(listing.gtin, None, "a restricted number means nothing here");
        assert_eq!(
            read(json!({"id": "a", "kind": "tombstone", "seq": 2, "reason": "withdrawn"})),
            Ok(Told::Tombstone("a".into()))
        );
    }

    #[test]
    fn what_is_wrong_is_refused_and_named() {
        let with = |pointer: &str, value: Value| {
            let mut item = good();
            *item.pointer_mut(pointer).expect("a place") = value;
            item
        };
        for (pointer, value) in [
            ("/listing/price", json!(0)),
            ("/listing/price", json!(-5)),
            ("/listing/price", json!(1.5)),
            ("/listing/price", json!("350000")),
            ("/listing/price", json!(Dong::MAX.0 + 1)),
            ("/listing/unit", json!("parsec")),
            ("/listing/unit", json!(null)),
            ("/listing/title", json!("")),
            ("/listing/title", json!(null)),
            ("/listing/title", json!("x".repeat(10_000_000))),
            ("/listing/title", json!("a\u{202e}b")),
            ("/listing/url", json!("javascript:alert(1)")),
            ("/listing/url", json!("https://a:b@san.example/")),
            ("/listing/stock", json!({"mode": "stock"})),
            (
                "/listing/stock",
                json!({"mode": "stock", "left": {"value": "-1", "unit": "kg"}}),
            ),
            ("/listing/stock", json!({"mode": "barter"})),
            ("/listing/seller", json!({})),
            ("/listing/commune", json!({"code": "1"})),
            ("/listing/id", json!("b")),
            ("/listing", json!([])),
            ("/kind", json!("rumour")),
            ("/fresh_until", json!("soon")),
        ] {
            let refusal = read(with(pointer, value)).expect_err(pointer);
            assert_eq!(refusal.of.as_deref(), Some("a"), "{pointer}");
            assert!(
                refusal.reason.len() > 5 && refusal.reason.len() < 400,
                "{}",
                refusal.reason
            );
        }
        for value in [json!(null), json!([]), json!({}), json!({"id": 5}), json!({"id": "\n"})] {
            assert_eq!(item(&value, &[key().public()], NOW).expect_err("no item").of, None);
        }
    }

    #[test]
    fn what_another_signed_is_not_theirs() {
        let mut forged = signed(good());
        forged["listing"]["price"] = json!(1);
        assert_eq!(item(&forged, &[key().public()], NOW).expect_err("forged").of, None);
        let other = SigningKey::from_seed(&[4; 32]).expect("a key");
        assert!(item(&signed(good()), &[other.public()], NOW).is_err());
        assert!(item(&good(), &[key().public()], NOW).is_err(), "unsigned");
    }

    #[test]
    fn nobody_vouches_for_ever_nor_comes_from_the_future() {
        let mut item = good();
        item["fresh_until"] = json!("2999-01-01T00:00:00Z");
        item["listing"]["published_at"] = json!("2999-01-01T00:00:00Z");
        let Ok(Told::Upsert(listing)) = read(item) else {
            panic!()
        };
        assert_eq!(listing.fresh_until, NOW.plus(LONGEST_FRESH_MS));
        assert_eq!(listing.published_at, NOW);
    }
}
