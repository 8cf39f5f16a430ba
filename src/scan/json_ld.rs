//! A batch for machines: schema.org and the GS1 Web vocabulary around the EPCIS events as they are stored.

use digital_link::DigitalLink;
use entity::catalogue::{certificate, seller};
use serde_json::{Value, json};

use super::{
    linkset::is_global,
    place::PlaceView,
    read::{ProductLevel, Provenance},
};
use crate::{catalogue::badge, http::language::Language, places};

/// The context: schema.org for what it names, GS1's vocabulary for the rest, EPCIS's own for the events.
fn context() -> Value {
    json!({
        "@vocab": "https://schema.org/",
        "gs1": "https://ref.gs1.org/voc/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "productName": "gs1:productName",
        "gtin": "gs1:gtin",
        "lot": "gs1:hasBatchLotNumber",
        "producer": "gs1:manufacturer",
        "productionDate": { "@id": "gs1:productionDate", "@type": "xsd:date" },
        "packagingDate": { "@id": "gs1:packagingDate", "@type": "xsd:date" },
        "expirationDate": { "@id": "gs1:expirationDate", "@type": "xsd:date" },
        "certification": "gs1:certification",
        "certificationStandard": "gs1:certificationStandard",
        "certificationAgency": "gs1:certificationAgency",
        "certificationIdentification": "gs1:certificationIdentification",
        "certificationStartDate": "gs1:certificationStartDate",
        "certificationEndDate": { "@id": "gs1:certificationEndDate", "@type": "xsd:date" },
        "epcis": { "@id": "subjectOf", "@container": "@set", "@context": "https://ref.gs1.org/standards/epcis/epcis-context.jsonld" },
    })
}

/// The batch of `provenance`. `resolver` is the address that stickers carry, `public` the exchange's.
pub fn batch(provenance: &Provenance, resolver: &str, public: &str, today: entity::Day) -> Value {
    let Provenance {
        batch,
        product,
        seller,
        certificates,
        photo,
        ..
    } = provenance;
    let mut document = json!({
        "@context": context(),
        "@id": DigitalLink::for_lot(batch.gtin.0, &batch.lot.0).uri(resolver),
        "@type": ["Product", "gs1:Product"],
        "productName": product.name,
        "lot": batch.lot.to_string(),
        "producer": party(seller, public),
        "productionDate": batch.harvested_on.iso(),
        "quantity": { "value": batch.quantity.to_string(), "unit": batch.unit.code() },
        "status": provenance.verdict(today).class(),
        "certification": certificates.iter().map(certification).collect::<Vec<_>>(),
        "isVariantOf": DigitalLink::for_gtin(product.gtin.0).uri(resolver),
        // A document that is not JSON was never accepted; should a row hold one, the others still go out.
        "epcis": provenance.events.iter().filter_map(|event| serde_json::from_str::<Value>(&event.document).ok()).collect::<Vec<_>>(),
    });
    // A batch keeps the number it was given, whatever number its product has since got.
    if !batch.gtin.is_restricted() {
        document["gtin"] = json!(batch.gtin.to_string());
    }
    if let Some(day) = batch.packed_on {
        document["packagingDate"] = json!(day.iso());
    }
    if let Some(day) = batch.expires_on {
        document["expirationDate"] = json!(day.iso());
    }
    if let Some(brand) = &product.brand {
        document["brand"] = json!({ "@type": "Brand", "name": brand });
    }
    if let Some(photo) = photo {
        document["image"] = json!(format!("{public}{}", photo.src));
    }
    document
}

/// A product without a lot.
pub fn product(level: &ProductLevel, resolver: &str, public: &str) -> Value {
    let ProductLevel {
        product,
        seller,
        offers,
    } = level;
    let mut document = json!({
        "@context": context(),
        "@id": DigitalLink::for_gtin(product.gtin.0).uri(resolver),
        "@type": ["Product", "gs1:Product"],
        "productName": product.name,
        "description": product.description,
        "producer": party(seller, public),
        "offers": offers.iter().map(|offer| json!({
            "@type": "Offer",
            "url": format!("{public}/san-pham/{}", offer.slug),
            "price": offer.price.0.to_string(),
            "priceCurrency": "VND",
        })).collect::<Vec<_>>(),
    });
    if is_global(product.gtin_kind) {
        document["gtin"] = json!(product.gtin.to_string());
    }
    document
}

/// A place: a market, one of its stalls, or where a seller makes and packs.
pub fn place(place: &PlaceView, resolver: &str, public: &str) -> Value {
    let commune = place.commune_code.as_ref().and_then(places::commune);
    let mut document = json!({
        "@context": context(),
        "@id": place.link().uri(resolver),
        "@type": ["Place", "gs1:Place"],
        "name": place.name,
        "url": format!("{public}{}", place.href()),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": place.street,
            "addressLocality": commune.map(|commune| commune.full_name.as_str()),
            "addressRegion": commune.map(|commune| commune.province().name.as_str()),
            "addressCountry": "VN",
        },
    });
    if let Some(stall) = &place.stall {
        document["containsPlace"] = json!({ "@type": "Place", "branchCode": stall.code, "description": stall.goods });
    }
    document
}

fn party(seller: &seller::Model, public: &str) -> Value {
    let commune = places::commune(&seller.commune_code);
    json!({
        "@type": "Organization",
        "@id": format!("{public}/nguoi-ban/{}", seller.slug),
        "name": seller.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": seller.street,
            "addressLocality": commune.map(|commune| commune.full_name.as_str()),
            "addressRegion": commune.map(|commune| commune.province().name.as_str()),
            "addressCountry": "VN",
        },
    })
}

fn certification(certificate: &certificate::Model) -> Value {
    json!({
        "@type": "gs1:CertificationDetails",
        "certificationStandard": badge::label(certificate.kind, Language::Vietnamese),
        "certificationAgency": certificate.issuer,
        "certificationIdentification": certificate.number,
        "certificationStartDate": badge::granted_on_iso(certificate),
        "certificationEndDate": badge::last_day(certificate).iso(),
        "starRating": badge::star(certificate).map(|star| json!({ "@type": "Rating", "ratingValue": star, "bestRating": 5 })),
    })
}
