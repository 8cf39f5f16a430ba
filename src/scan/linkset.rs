//! Linksets (RFC 9264) as GS1's resolver standard shapes them: every level of the thing asked for, up to its primary
//! key, each with exactly one default link.

use digital_link::{DigitalLink, Serial};
use entity::{catalogue::product::GtinKind, scan::place_code::Kind, trace::batch};
use serde_json::{Map, Value, json};

use super::{place::PlaceView, read::ProductLevel};
use crate::http::language::Language;

/// The namespace of link types.
pub const VOCABULARY: &str = "https://ref.gs1.org/voc/";
/// Where the JSON-LD context of linksets lies.
pub const CONTEXT_PATH: &str = "/.well-known/linkset-context.jsonld";

/// A thing and its links.
#[derive(Clone, Debug)]
pub struct Level {
    anchor: String,
    description: String,
    links: Vec<Link>,
}

/// A link of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name in the GS1 Web vocabulary.
    pub kind: &'static str,
    /// A path of this exchange.
    pub path: String,
    title: &'static str,
    media: &'static str,
    /// The one language it is in; `None`: the reader's.
    language: Option<Language>,
}

const HTML: &str = "text/html";
const DEFAULT: &str = "defaultLink";
const BOTH: [Language; 2] = [Language::Vietnamese, Language::English];

impl Link {
    fn page(kind: &'static str, path: &str, title: &'static str) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            title,
            media: HTML,
            language: None,
        }
    }

    fn data(path: &str) -> Self {
        Self {
            kind: "masterData",
            path: format!("{path}?as=jsonld"),
            title: "scan-say-link-data",
            media: super::accept::LD_JSON,
            language: None,
        }
    }

    fn in_language(mut self, language: Language) -> Self {
        self.path = format!("{}?lang={}", self.path, language.code());
        self.language = Some(language);
        self
    }
}

/// The level of a batch or of one of its units, whose own page is the default.
fn traced(link: &DigitalLink, resolver: &str, description: String) -> Level {
    let path = link.path();
    let title = "scan-say-link-provenance";
    let mut links = vec![Link::page(DEFAULT, &path, title)];
    for kind in ["defaultLinkMulti", "traceability"] {
        links.extend(BOTH.map(|language| Link::page(kind, &path, title).in_language(language)));
    }
    links.push(Link::data(&path));
    Level {
        anchor: link.uri(resolver),
        description,
        links,
    }
}

/// The levels of a product and, when one is asked for, of a batch of it and of a unit of that: the finest first.
pub fn levels(
    resolver: &str,
    product: &ProductLevel,
    batch: Option<&batch::Model>,
    serial: Option<&Serial>,
) -> Vec<Level> {
    let mut levels = Vec::new();
    if let Some(batch) = batch {
        let name = &product.product.name;
        if let Some(serial) = serial {
            let link = DigitalLink::for_lot_serial(batch.gtin.0, &batch.lot.0, serial);
            levels.push(traced(&link, resolver, format!("{name} · {} · {serial}", batch.lot)));
        }
        let link = DigitalLink::for_lot(batch.gtin.0, &batch.lot.0);
        levels.push(traced(&link, resolver, format!("{name} · {}", batch.lot)));
    }
    let link = DigitalLink::for_gtin(product.product.gtin.0);
    let path = link.path();
    let seller = format!("/nguoi-ban/{}", product.seller.slug);
    // Where the product is on sale, its listing tells of it.
    let listing = product.offers.first().map(|offer| format!("/san-pham/{}", offer.slug));
    let page = listing.as_deref().unwrap_or(&path);
    let mut links = vec![
        Link::page(DEFAULT, page, "scan-say-link-product"),
        Link::page("pip", page, "scan-say-link-product"),
    ];
    if let Some(listing) = &listing {
        links.push(Link::page("hasRetailers", listing, "scan-say-link-buy"));
    }
    links.push(Link::page("homepage", &seller, "scan-say-link-seller"));
    links.push(Link::data(&path));
    levels.push(Level {
        anchor: link.uri(resolver),
        description: product.product.name.clone(),
        links,
    });
    levels
}

/// The levels of a place: a stall of a market first, where one is asked for.
pub fn place_levels(resolver: &str, place: &PlaceView) -> Vec<Level> {
    let whole = DigitalLink::for_gln(place.gln.0);
    let stall = place.stall.as_ref().and_then(|stall| place.stall_link(&stall.code));
    let named = stall.map(|link| {
        let code = place.stall.as_ref().map_or("", |stall| stall.code.as_str());
        (link, format!("{} · {code}", place.name))
    });
    let home = match place.kind {
        Kind::Market => "scan-say-link-market",
        Kind::Seller => "scan-say-link-seller",
    };
    named
        .into_iter()
        .chain([(whole, place.name.clone())])
        .map(|(link, description)| {
            let path = link.path();
            Level {
                anchor: link.uri(resolver),
                description,
                links: vec![
                    Link::page(DEFAULT, &path, "scan-say-link-place"),
                    Link::page("locationInfo", &path, "scan-say-link-place"),
                    Link::page("homepage", &place.href(), home),
                    Link::data(&path),
                ],
            }
        })
        .collect()
}

/// The first link of type `kind`, looking from the finest level up; of several that differ in language, the one in
/// `language`.
pub fn find<'l>(levels: &'l [Level], kind: &str, language: Language) -> Option<&'l Link> {
    levels.iter().find_map(|level| {
        let of_kind = || level.links.iter().filter(|link| link.kind == kind);
        of_kind()
            .find(|link| link.language.is_none_or(|own| own == language))
            .or_else(|| of_kind().next())
    })
}

/// The document, its links absolute under `resolver`, titled in `language`.
pub fn document(levels: &[Level], resolver: &str, language: Language) -> Value {
    let linkset: Vec<Value> = levels
        .iter()
        .map(|level| {
            let mut object = Map::new();
            object.insert("anchor".into(), json!(level.anchor));
            object.insert("itemDescription".into(), json!(level.description));
            for link in &level.links {
                let entry = object
                    .entry(format!("{VOCABULARY}{}", link.kind))
                    .or_insert_with(|| json!([]));
                if let Value::Array(targets) = entry {
                    targets.push(target(link, resolver, language));
                }
            }
            Value::Object(object)
        })
        .collect();
    json!({ "linkset": linkset })
}

fn target(link: &Link, resolver: &str, language: Language) -> Value {
    let own = link.language.unwrap_or(language);
    let mut target = json!({
        "href": format!("{resolver}{}", link.path),
        "title": own.say(&link.title.into()),
    });
    // The default link has none of the attributes that are optional: there is nothing to choose it by.
    if link.kind == DEFAULT {
        return target;
    }
    target["type"] = json!(link.media);
    match link.language {
        Some(own) => {
            target["hreflang"] = json!([own.code()]);
            target["context"] = json!([own.code()]);
        }
        None if link.media == HTML => target["hreflang"] = json!(BOTH.map(Language::code)),
        None => {}
    }
    target
}

/// What the resolver can do, for `/.well-known/gs1resolver` (GS1 resolver description file 1.2.0).
pub fn description(resolver: &str) -> Value {
    json!({
        "name": "Chợ Quê",
        "resolverRoot": resolver,
        "supportedPrimaryKeys": ["01", "414"],
        "supportedLinkType": [{ "namespace": VOCABULARY, "prefix": "gs1:" }],
        "supportedContextValuesEnumerated": BOTH.map(Language::code),
        "linkTypeDefaultCanBeLinkset": false,
        "jsonLdContextLocation": format!("{resolver}{CONTEXT_PATH}"),
    })
}

/// The JSON-LD context by which a linkset can be read as RDF: an anchor is the subject, a link type its property, a
/// target the object.
pub fn context() -> Value {
    json!({
        "@context": {
            "@version": 1.1,
            "@vocab": VOCABULARY,
            "dcterms": "http://purl.org/dc/terms/",
            "schema": "https://schema.org/",
            "linkset": "@graph",
            "anchor": "@id",
            "href": "@id",
            "itemDescription": "dcterms:description",
            "title": "dcterms:title",
            "type": "dcterms:format",
            "hreflang": "dcterms:language",
            "context": "schema:audience",
        }
    })
}

/// Whether a GTIN may be told to machines outside: a restricted one means something else there.
pub const fn is_global(kind: GtinKind) -> bool {
    matches!(kind, GtinKind::Global)
}
