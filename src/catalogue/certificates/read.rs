//! Certificates with what is known of them beyond their rows. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Day,
    catalogue::{
        certificate::{self, Kind},
        certificate_check, certificate_evidence, certificate_plot, product, seller,
    },
    ids::{CertificateId, ProductId, SellerId},
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    catalogue::{
        badge::{Badge, apart},
        read::{by_id, holds_on},
    },
    http::{language::Language, list::Paging},
    media::read::{PhotoView, views},
};

/// Which certificates are asked for.
#[derive(Clone, Debug, Default)]
pub struct CertificateQuery {
    pub own: Option<Vec<SellerId>>,
    pub kind: Option<Kind>,
    pub verified: Option<bool>,
    /// Those that hold on the day, or those that do not.
    pub holds: Option<(bool, Day)>,
    pub product: Option<ProductId>,
    pub seller: Option<SellerId>,
}

/// A certificate with what is around it.
#[derive(Clone, Debug)]
pub struct Certified {
    pub certificate: certificate::Model,
    pub seller_name: String,
    pub product_name: Option<String>,
    pub plots: Vec<certificate_plot::Model>,
    /// For its seller and officers alone.
    pub evidence: Vec<PhotoView>,
    pub checks: Vec<certificate_check::Model>,
}

/// Certificates by id; one row more than fits.
pub async fn page(
    db: &impl ConnectionTrait,
    query: &CertificateQuery,
    paging: Paging,
) -> Result<Vec<Certified>, DbErr> {
    let holds = query.holds.map(|(holds, day)| {
        if holds {
            holds_on(day)
        } else {
            Condition::any()
                .add(certificate::Column::GrantedOn.gt(day))
                .add(certificate::Column::EndsOn.lte(day))
                .add(certificate::Column::RevokedOn.is_not_null())
        }
    });
    let wanted = Condition::all()
        .add_option(holds)
        .add_option(
            query
                .own
                .as_ref()
                .map(|own| certificate::Column::SellerId.is_in(own.iter().copied())),
        )
        .add_option(query.kind.map(|kind| certificate::Column::Kind.eq(kind)))
        .add_option(
            query
                .verified
                .map(|verified| certificate::Column::Verified.eq(verified)),
        )
        .add_option(query.product.map(|product| certificate::Column::ProductId.eq(product)))
        .add_option(query.seller.map(|seller| certificate::Column::SellerId.eq(seller)))
        .add_option(
            paging
                .after
                .map(|after| certificate::Column::Id.gt(CertificateId(after))),
        );
    let rows = certificate::Entity::find()
        .filter(wanted)
        .order_by_asc(certificate::Column::Id)
        .limit(paging.limit + 1)
        .all(db)
        .await?;
    around(db, rows).await
}

/// One certificate.
pub async fn one(db: &impl ConnectionTrait, id: CertificateId) -> Result<Option<Certified>, DbErr> {
    let rows = certificate::Entity::find_by_id(id).all(db).await?;
    Ok(around(db, rows).await?.pop())
}

async fn around(db: &impl ConnectionTrait, rows: Vec<certificate::Model>) -> Result<Vec<Certified>, DbErr> {
    let ids: Vec<CertificateId> = rows.iter().map(|row| row.id).collect();
    let products = product::Entity::find()
        .filter(product::Column::Id.is_in(rows.iter().filter_map(|row| row.product_id)))
        .all(db)
        .await?;
    let sellers = seller::Entity::find()
        .filter(seller::Column::Id.is_in(rows.iter().map(|row| row.seller_id)))
        .all(db)
        .await?;
    let (products, sellers) = (by_id(products, |row| row.id), by_id(sellers, |row| row.id));
    let mut plots = plots_of(db, &ids).await?;
    let evidence = certificate_evidence::Entity::find()
        .filter(certificate_evidence::Column::CertificateId.is_in(ids.iter().copied()))
        .order_by_asc(certificate_evidence::Column::AddedAt)
        .all(db)
        .await?;
    let photos: Vec<_> = evidence.iter().map(|row| row.photo_id).collect();
    let photos = views(db, &photos).await?;
    let checks = certificate_check::Entity::find()
        .filter(certificate_check::Column::CertificateId.is_in(ids))
        .order_by_asc(certificate_check::Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Certified {
            seller_name: sellers
                .get(&row.seller_id)
                .map_or_else(String::new, |seller| seller.name.clone()),
            product_name: row
                .product_id
                .and_then(|product| products.get(&product))
                .map(|product| product.name.clone()),
            plots: plots.remove(&row.id).unwrap_or_default(),
            evidence: evidence
                .iter()
                .filter(|evidence| evidence.certificate_id == row.id)
                .filter_map(|evidence| photos.get(&evidence.photo_id).cloned())
                .collect(),
            checks: checks
                .iter()
                .filter(|check| check.certificate_id == row.id)
                .cloned()
                .collect(),
            certificate: row,
        })
        .collect())
}

/// `certificates` as people read them: what an officer checked first, then, apart, what sellers declare.
pub async fn badges(
    db: &impl ConnectionTrait,
    certificates: &[certificate::Model],
    language: Language,
) -> Result<Vec<Badge>, DbErr> {
    let indications = certificates.iter().filter(|row| row.kind == Kind::Gi);
    let indications: Vec<CertificateId> = indications.map(|row| row.id).collect();
    // Only geographical indications name plots, and few products have one.
    let plots = if indications.is_empty() {
        HashMap::new()
    } else {
        plots_of(db, &indications).await?
    };
    let badges = certificates
        .iter()
        .map(|row| Badge::of(row, language).covering(plots.get(&row.id)));
    Ok(apart(badges.collect()))
}

/// The plots that certificates name, by certificate.
pub async fn plots_of(
    db: &impl ConnectionTrait,
    certificates: &[CertificateId],
) -> Result<HashMap<CertificateId, Vec<certificate_plot::Model>>, DbErr> {
    let rows = certificate_plot::Entity::find()
        .filter(certificate_plot::Column::CertificateId.is_in(certificates.iter().copied()))
        .order_by_asc(certificate_plot::Column::Name)
        .all(db)
        .await?;
    let mut plots: HashMap<CertificateId, Vec<certificate_plot::Model>> = HashMap::new();
    for row in rows {
        plots.entry(row.certificate_id).or_default().push(row);
    }
    Ok(plots)
}
