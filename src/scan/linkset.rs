//! Linksets (RFC 9264) as GS1's resolver standard shapes them: every level of the thing asked for, up to its primary
//! key, each with exactly one default link.

use digital_link::DigitalLink;
use entity::{catalogue::product::GtinKind, trace::batch};
use serde_json::{Map, Value, json};

use super::read::ProductLevel;
use crate::http::language::Language;

/// The namespace of link types.
pub const VOCABULARY: &str = "https://ref.gs1.org/voc/";

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
}

const HTML: &str = "text/html";

impl Link {
    fn page(kind: &'static str, path: &str, title: &'static str) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            title,
            media: HTML,
        }
    }
}

/// The levels of a product and, when a batch is asked for, of that batch: the finest first.
pub fn levels(resolver: &str, product: &ProductLevel, batch: Option<&batch::Model>) -> Vec<Level> {
    let mut levels = Vec::new();
    if let Some(batch) = batch {
        let link = DigitalLink::for_lot(batch.gtin.0, &batch.lot.0);
        let path = link.path();
        levels.push(Level {
            anchor: link.uri(resolver),
            description: format!("{} · {}", product.product.name, batch.lot),
            links: vec![
                Link::page("defaultLink", &path, "scan-say-link-provenance"),
                Link::page("traceability", &path, "scan-say-link-provenance"),
                Link {
                    kind: "masterData",
                    path: format!("{path}?as=jsonld"),
                    title: "scan-say-link-data",
                    media: super::accept::LD_JSON,
                },
            ],
        });
    }
    let link = DigitalLink::for_gtin(product.product.gtin.0);
    let path = link.path();
    let mut links = vec![Link::page("defaultLink", &path, "scan-say-link-product")];
    let seller = format!("/nguoi-ban/{}", product.seller.slug);
    match product.offers.first() {
        Some(offer) => {
            let listing = format!("/san-pham/{}", offer.slug);
            links.push(Link::page("pip", &listing, "scan-say-link-product"));
            links.push(Link::page("hasRetailers", &listing, "scan-say-link-buy"));
        }
        None => links.push(Link::page("pip", &path, "scan-say-link-product")),
    }
    links.push(Link::page("homepage", &seller, "scan-say-link-seller"));
    levels.push(Level {
        anchor: link.uri(resolver),
        description: product.product.name.clone(),
        links,
    });
    levels
}

/// The first link of type `kind`, looking from the finest level up.
pub fn find<'l>(levels: &'l [Level], kind: &str) -> Option<&'l Link> {
    levels
        .iter()
        .flat_map(|level| &level.links)
        .find(|link| link.kind == kind)
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
    let mut target = json!({
        "href": format!("{resolver}{}", link.path),
        "title": language.say(&link.title.into()),
        "type": link.media,
    });
    if link.media == HTML {
        target["hreflang"] = json!(["vi", "en"]);
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
        "linkTypeDefaultCanBeLinkset": false,
    })
}

/// Whether a GTIN may be told to machines outside: a restricted one means something else there.
pub const fn is_global(kind: GtinKind) -> bool {
    matches!(kind, GtinKind::Global)
}
