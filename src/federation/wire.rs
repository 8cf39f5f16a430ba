//! What partners are told, in shapes that change only with their names.

use entity::{catalogue::certificate, federation::feed};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    canonical::text,
    http_signature::sign_item,
    key::{Jwk, SigningKey},
};
use crate::{listings::read::Detail, places, trace::events::batch_uri};

/// The name of the shape of [`ListingDocument`].
pub const LISTING_FORMAT: &str = "choque.listing.v1";

/// What this exchange is, and where its feed is. It is a JWK Set too (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub struct ExchangeDocument {
    pub name: String,
    /// Random and kept for good; two exchanges never share one.
    pub exchange_id: String,
    /// Cursors are good within one epoch.
    pub epoch: String,
    /// The keys that sign items and answers.
    pub keys: Vec<Jwk>,
    pub endpoints: Endpoints,
    pub log: LogDescribed,
    pub retention: Retention,
    /// Shapes in which listings are told.
    pub formats: Vec<&'static str>,
}

/// The transparency log of this exchange, and how it witnesses those of others. Addresses are relative to the document's.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogDescribed {
    /// The log's verifier key (C2SP signed-note); its name is the log's origin.
    pub key: String,
    pub checkpoint: &'static str,
    /// The verifier key with which this exchange co-signs checkpoints of others (C2SP tlog-cosignature).
    pub witness_key: String,
    /// Where it is asked to (C2SP tlog-witness).
    pub add_checkpoint: &'static str,
}

/// Addresses, relative to that of the document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Endpoints {
    pub changes: &'static str,
    pub snapshot: &'static str,
    pub schema: &'static str,
    /// For people.
    pub documentation: &'static str,
}

/// How far back the feed goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Retention {
    /// The oldest cursor from which the feed can be followed; from an older one, begin with the snapshot.
    pub floor: String,
    /// How long a tombstone is kept, at least.
    pub tombstone_days: i64,
}

/// A page of the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangesPage {
    items: Vec<FeedItem>,
    /// Give it as `?since=` to go on. Without items it is the end, for now.
    next_cursor: String,
    epoch: String,
    /// Until when everything that this exchange has told, and not taken back by `next_cursor`, may be shown.
    #[schema(format = DateTime)]
    fresh_until: String,
}

/// What is known now of one listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedItem {
    /// Grows with each item; a listing appears once, under the number of its latest change.
    seq: i64,
    /// The listing's id.
    id: String,
    /// `upsert` or `tombstone`.
    kind: String,
    /// Of a tombstone: `sold`, `withdrawn`, `takedown` or `recall`.
    #[schema(nullable = false)]
    reason: Option<String>,
    /// Until when this item alone may be shown.
    #[schema(format = DateTime)]
    fresh_until: String,
    /// Of an upsert.
    #[schema(nullable = false)]
    listing: Option<ListingDocument>,
    /// Ed25519 over the item without this member in canonical form (RFC 8785), base64url without padding.
    signature: String,
}

/// The last line of a snapshot's part: where to go on.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotEnd {
    epoch: String,
    #[schema(format = DateTime)]
    fresh_until: String,
    /// The address of the next part; absent in the last one.
    #[schema(nullable = false)]
    next: Option<String>,
    /// In the last part: the cursor with which the feed goes on where the snapshot began.
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// A listing as partners are told of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingDocument {
    /// `choque.listing.v1`.
    format: &'static str,
    id: String,
    slug: String,
    /// Its page here, where it can be bought.
    #[schema(format = "uri")]
    url: String,
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    description: String,
    /// A category's id; `GET /api/v1/categories` names them.
    category: String,
    /// Đồng for one unit.
    price: i64,
    /// A unit's code.
    unit: &'static str,
    stock: StockDocument,
    /// Only a global one: a restricted number means nothing elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    gtin: Option<String>,
    /// The OCOP stars held now. They end with their certificate, told or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    star: Option<u8>,
    /// Those that hold now.
    certificates: Vec<CertificateDocument>,
    seller: SellerDocument,
    commune: CommuneDocument,
    photos: Vec<String>,
    lots: Vec<LotDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    published_at: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// How much is left.
#[derive(Debug, Serialize, ToSchema)]
pub struct StockDocument {
    /// `stock`, `on_demand` or `preorder`.
    mode: &'static str,
    /// In the listing's unit; absent where nothing is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    left: Option<QuantityDocument>,
    in_stock: bool,
    /// Of a pre-order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date)]
    harvest_on: Option<String>,
}

/// A quantity.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuantityDocument {
    /// A decimal number as text.
    value: String,
    unit: &'static str,
}

/// A certificate of the product or of its seller.
#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateDocument {
    /// `ocop`, `vietgap`, `organic` or `gi`.
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    star: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<String>,
    issuer: String,
    #[schema(format = Date)]
    granted_on: String,
    /// The first day on which it no longer holds: from then on it must not be shown.
    #[schema(format = Date)]
    ends_on: String,
    /// An officer checked it; otherwise the seller declares it.
    verified: bool,
}

/// Who sells it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SellerDocument {
    name: String,
    /// `household`, `cooperative` or `company`.
    kind: &'static str,
    commune_code: String,
}

/// Where the seller is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommuneDocument {
    /// Five digits, of the national register.
    code: String,
    name: String,
    province: String,
}

/// A lot on sale.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotDocument {
    lot: String,
    #[schema(format = Date)]
    harvested_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date)]
    expires_on: Option<String>,
    /// What its stickers carry: a GS1 Digital Link.
    #[schema(format = "uri")]
    digital_link: String,
}

impl ListingDocument {
    /// `detail` as partners are told of it. `public` and `resolver` are addresses without a slash at their end.
    #[must_use]
    pub fn of(detail: &Detail, public: &str, resolver: &str) -> Self {
        let Detail {
            listing,
            product,
            seller,
            ..
        } = detail;
        let commune = places::commune(&seller.commune_code);
        let global = product.gtin_kind == entity::catalogue::product::GtinKind::Global;
        Self {
            format: LISTING_FORMAT,
            id: listing.id.to_string(),
            slug: listing.slug.to_string(),
            url: format!("{public}/san-pham/{}", listing.slug),
            title: listing.title.clone(),
            description: product.description.clone(),
            category: product.category.clone(),
            price: listing.price.0,
            unit: listing.unit.code(),
            stock: StockDocument {
                mode: listing.stock_mode.code(),
                left: detail.left.map(|left| QuantityDocument {
                    value: left.amount.to_string(),
                    unit: left.unit.code(),
                }),
                in_stock: detail.in_stock,
                harvest_on: listing.harvest_on.map(|day| day.iso()),
            },
            gtin: global.then(|| product.gtin.to_string()),
            star: detail.star,
            certificates: detail.certificates.iter().map(CertificateDocument::of).collect(),
            seller: SellerDocument {
                name: seller.name.clone(),
                kind: seller.kind.code(),
                commune_code: seller.commune_code.to_string(),
            },
            commune: CommuneDocument {
                code: seller.commune_code.to_string(),
                name: commune.map_or("", |commune| &commune.full_name).to_owned(),
                province: commune.map_or("", |commune| &commune.province().name).to_owned(),
            },
            photos: detail
                .photos
                .iter()
                .map(|photo| format!("{public}{}", photo.src))
                .collect(),
            lots: detail
                .lots
                .iter()
                .map(|lot| LotDocument {
                    lot: lot.lot.to_string(),
                    harvested_on: lot.harvested_on.iso(),
                    expires_on: lot.expires_on.map(|day| day.iso()),
                    digital_link: batch_uri(resolver, &lot.gtin, &lot.lot),
                })
                .collect(),
            published_at: listing.published_at.map(entity::Timestamp::rfc3339),
            updated_at: listing.updated_at.rfc3339(),
        }
    }
}

impl CertificateDocument {
    fn of(row: &certificate::Model) -> Self {
        Self {
            kind: row.kind.code(),
            star: row.star.and_then(|star| u8::try_from(star).ok()),
            number: row.number.clone(),
            issuer: row.issuer.clone(),
            granted_on: row.granted_on.iso(),
            ends_on: row.ends_on.iso(),
            verified: row.verified,
        }
    }
}

/// Writes the item of `row`, signed, in canonical form: the members stand in the order of their names, and the listing was
/// kept canonical, so what is signed is what is sent but for the signature, which comes last.
pub fn write_item(out: &mut String, row: &feed::Model, fresh_until: &str, key: &SigningKey) {
    let mut item = String::from("{\"fresh_until\":");
    text(&mut item, fresh_until);
    item.push_str(",\"id\":");
    text(&mut item, &row.listing_id.to_string());
    item.push_str(",\"kind\":");
    text(&mut item, row.kind.code());
    if let Some(document) = &row.document {
        item.push_str(",\"listing\":");
        item.push_str(document);
    }
    if let Some(reason) = row.reason {
        item.push_str(",\"reason\":");
        text(&mut item, reason.code());
    }
    item.push_str(",\"seq\":");
    item.push_str(&row.seq.to_string());
    let signature = sign_item(key, &format!("{item}}}"));
    out.push_str(&item);
    out.push_str(",\"signature\":");
    text(out, &signature);
    out.push('}');
}

#[cfg(test)]
mod tests {
    use entity::{Timestamp, federation::feed, ids::ListingId};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::federation::{canonical::canonical, http_signature::verifies_item};

    #[test]
    fn an_item_is_canonical_as_it_is_written() {
        let key = SigningKey::from_seed(&[7; 32]).expect("a key");
        let upsert = feed::Model {
            listing_id: ListingId(Uuid::from_u128(9)),
            seq: 12,
            kind: feed::Kind::Upsert,
            reason: None,
            document: Some(canonical(&json!({"title": "Chè \"đinh\"", "price": 5}))),
            recorded_at: Timestamp(0),
        };
        let tombstone = feed::Model {
            kind: feed::Kind::Tombstone,
            reason: Some(feed::Reason::Takedown),
            document: None,
            ..upsert.clone()
        };
        for row in [upsert, tombstone] {
            let mut text = String::new();
            write_item(&mut text, &row, "2026-11-22T00:00:00.000+07:00", &key);
            let mut item: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(canonical(&item), text);
            let signature = item
                .as_object_mut()
                .expect("an object")
                .remove("signature")
                .expect("signed");
            let signature = signature.as_str().expect("text");
            assert!(verifies_item(&[key.public()], &canonical(&item), signature));
            item["seq"] = json!(13);
            assert!(!verifies_item(&[key.public()], &canonical(&item), signature));
        }
    }
}
