//! A listing in schema.org's words, for search engines and partner exchanges.

use entity::{Dong, catalogue::product::GtinKind, listings::listing::StockMode};
use serde_json::{Value, json};

use super::{offer::Terms, read::Detail};
use crate::{
    catalogue::{attributes, category},
    http::language::Language,
    places,
};

/// The product of `detail` with its offer. `public` is the exchange's address without a slash at its end.
///
/// A restricted GTIN means something else to everybody outside, so only a global one is told (GS1 General
/// Specifications 2.1.11).
#[must_use]
pub fn product(detail: &Detail, public: &str) -> Value {
    let Detail {
        listing,
        product,
        seller,
        ..
    } = detail;
    let address = format!("{public}/san-pham/{}", listing.slug);
    let commune = places::commune(&seller.commune_code);
    let availability = match (listing.stock_mode, detail.in_stock) {
        _ if detail.closed.is_some() => "OutOfStock",
        (StockMode::Stock, true) => "InStock",
        (StockMode::Stock, false) => "OutOfStock",
        (StockMode::OnDemand, _) => "MadeToOrder",
        (StockMode::Preorder, _) => "PreOrder",
    };
    let mut document = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "name": listing.title,
        "category": category::category(&product.category).map(|category| category.name(Language::Vietnamese)),
        "offers": {
            "@type": "Offer",
            "url": address,
            "price": listing.price.0.to_string(),
            "priceCurrency": "VND",
            "priceSpecification": prices(&detail.terms),
            "availability": format!("https://schema.org/{availability}"),
            "seller": {
                "@type": "Organization",
                "name": seller.name,
                "url": format!("{public}/nguoi-ban/{}", seller.slug),
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": seller.street,
                    "addressLocality": commune.map(|commune| commune.full_name.as_str()),
                    "addressRegion": commune.map(|commune| commune.province().name.as_str()),
                    "addressCountry": "VN",
                },
            },
        },
    });
    if !product.description.is_empty() {
        document["description"] = json!(product.description);
    }
    if let Some(brand) = &product.brand {
        document["brand"] = json!({"@type": "Brand", "name": brand});
    }
    if product.gtin_kind == GtinKind::Global {
        document["gtin14"] = json!(product.gtin.to_string());
    }
    let said: Vec<_> = attributes::shown(&product.category, product.attributes.as_deref(), Language::Vietnamese)
        .into_iter()
        .map(|shown| {
            let mut property = json!({
                "@type": "PropertyValue", "propertyID": shown.key, "name": shown.name, "value": shown.plain,
            });
            if let Some(unit) = shown.unit {
                property["unitText"] = json!(unit);
            }
            property
        })
        .collect();
    if !said.is_empty() {
        document["additionalProperty"] = json!(said);
    }
    let photos: Vec<_> = detail
        .photos
        .iter()
        .map(|photo| format!("{public}{}", photo.src))
        .collect();
    if !photos.is_empty() {
        document["image"] = json!(photos);
    }
    document
}

/// The prices of one listing: of its unit, from each tier on, and of a kilogram, litre or piece.
fn prices(terms: &Terms) -> Value {
    let unit = terms.unit.label();
    let price = |amount: Dong, rest: Value| {
        let mut price = json!({
            "@type": "UnitPriceSpecification",
            "price": amount.0.to_string(),
            "priceCurrency": "VND",
        });
        if let (Some(price), Value::Object(rest)) = (price.as_object_mut(), rest) {
            price.extend(rest);
        }
        price
    };
    let mut prices = vec![price(terms.price, json!({"unitText": unit}))];
    prices.extend(terms.tiers.iter().map(|tier| {
        let from = json!({"@type": "QuantitativeValue", "minValue": tier.from.to_string(), "unitText": unit});
        price(tier.price, json!({"unitText": unit, "eligibleQuantity": from}))
    }));
    if let Some(compared) = terms.unit_price() {
        let one = json!({
            "@type": "QuantitativeValue",
            "value": "1",
            "unitCode": compared.unit_code(),
            "unitText": compared.unit.label(),
        });
        prices.push(price(compared.amount, json!({"referenceQuantity": one})));
    }
    match prices.len() {
        1 => prices.remove(0),
        _ => Value::Array(prices),
    }
}

/// `value` as the content of a `script` element: no `<` can end it early.
#[must_use]
pub fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_can_leave_its_script() {
        let text = in_script(&json!({"name": "</script><script>alert(1)"}));
        assert!(!text.contains('<'));
        assert_eq!(
            serde_json::from_str::<Value>(&text).expect("still JSON")["name"],
            "</script><script>alert(1)"
        );
    }
}
