//! The public register of OCOP recognitions: what is asked for, what is found, and the same as open data.

use entity::{
    CommuneCode, Day, Gtin,
    catalogue::{
        certificate::{self, Kind},
        product::{self, GtinKind},
        seller,
    },
    text::fold,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::{
    badge::{granted_on_iso, last_day, star},
    category::category,
    ocop::{ProductSet, product_set},
    read::{by_id, holds_on},
};
use crate::{http::csv::line, places};

/// Which recognitions are asked for.
#[derive(Clone, Debug, Default)]
pub struct RegisterFilter {
    /// Words of the product's or the seller's name; marks do not matter.
    pub q: String,
    pub star: Option<u8>,
    pub commune: Option<CommuneCode>,
    /// A product set, 1 to 26.
    pub set: Option<u8>,
    /// `Some(true)`: those that hold today; `Some(false)`: those that have ended; `None`: both.
    pub active: Option<bool>,
}

/// A line of the register.
#[derive(Clone, Debug)]
pub struct RegisterRow {
    pub certificate: certificate::Model,
    pub product_name: String,
    pub gtin: Gtin,
    pub gtin_kind: GtinKind,
    pub set: Option<&'static ProductSet>,
    pub seller: seller::Model,
}

/// The recognitions that `filter` asks for, newest first.
///
/// A province has some hundreds of them, so all are read and the words are compared here, where marks fall away alike on
/// both databases.
pub async fn register(
    db: &impl ConnectionTrait,
    filter: &RegisterFilter,
    today: Day,
) -> Result<Vec<RegisterRow>, DbErr> {
    let mut find = certificate::Entity::find().filter(certificate::Column::Kind.eq(Kind::Ocop));
    if let Some(star) = filter.star {
        find = find.filter(certificate::Column::Star.eq(i32::from(star)));
    }
    find = match filter.active {
        Some(true) => find.filter(holds_on(today)),
        Some(false) => find.filter(
            Condition::any()
                .add(certificate::Column::EndsOn.lte(today))
                .add(certificate::Column::RevokedOn.is_not_null()),
        ),
        None => find,
    };
    let certificates = find
        .order_by_desc(certificate::Column::GrantedOn)
        .order_by_desc(certificate::Column::Id)
        .all(db)
        .await?;
    let products = by_id(
        product::Entity::find()
            .filter(product::Column::Id.is_in(certificates.iter().filter_map(|row| row.product_id)))
            .all(db)
            .await?,
        |row| row.id,
    );
    let sellers = by_id(
        seller::Entity::find()
            .filter(seller::Column::Id.is_in(certificates.iter().map(|row| row.seller_id)))
            .all(db)
            .await?,
        |row| row.id,
    );
    let q = fold(&filter.q);
    let rows = certificates.into_iter().filter_map(|certificate| {
        let product = products.get(&certificate.product_id?)?;
        let seller = sellers.get(&certificate.seller_id)?;
        let set = category(&product.category)
            .and_then(|category| category.ocop_set_no)
            .and_then(product_set);
        let text = fold(&format!("{} {}", product.name, seller.name));
        let wanted = q.split(' ').all(|word| text.contains(word))
            && filter
                .commune
                .as_ref()
                .is_none_or(|commune| *commune == seller.commune_code)
            && filter.set.is_none_or(|no| set.is_some_and(|set| set.no == no));
        wanted.then(|| RegisterRow {
            product_name: product.name.clone(),
            gtin: product.gtin.clone(),
            gtin_kind: product.gtin_kind,
            set,
            seller: seller.clone(),
            certificate,
        })
    });
    Ok(rows.collect())
}

/// The columns of the open data, in their order. Their meaning stands on the register's page.
pub const COLUMNS: [&str; 15] = [
    "certificate_id",
    "product",
    "gtin",
    "producer",
    "commune_code",
    "commune",
    "product_set_no",
    "product_set",
    "star",
    "number",
    "issuer",
    "granted",
    "last_day",
    "holds",
    "source",
];

/// The register as CSV (RFC 4180), in UTF-8 with a byte order mark, without which spreadsheets break Vietnamese.
#[must_use]
pub fn csv(rows: &[RegisterRow], today: Day) -> String {
    let mut text = String::from("\u{feff}");
    line(&mut text, COLUMNS);
    for row in rows {
        let certificate = &row.certificate;
        let commune = places::commune(&row.seller.commune_code);
        // A restricted number means nothing outside this exchange.
        let gtin = match row.gtin_kind {
            GtinKind::Global => row.gtin.to_string(),
            GtinKind::Restricted => String::new(),
        };
        let last = certificate
            .revoked_on
            .map_or_else(|| last_day(certificate), |day| day.plus_days(-1));
        line(
            &mut text,
            [
                certificate.id.to_string().as_str(),
                &row.product_name,
                &gtin,
                &row.seller.name,
                row.seller.commune_code.as_str(),
                commune.map_or("", |commune| &commune.full_name),
                &row.set.map(|set| set.no.to_string()).unwrap_or_default(),
                row.set.map_or("", |set| &set.name),
                &star(certificate).map(|star| star.to_string()).unwrap_or_default(),
                certificate.number.as_deref().unwrap_or_default(),
                &certificate.issuer,
                &granted_on_iso(certificate),
                &last.iso(),
                if certificate.holds_on(today) { "1" } else { "0" },
                certificate.source.as_deref().unwrap_or_default(),
            ],
        );
    }
    text
}
