//! A seller says which certificate they hold. It shows as what they say until an officer has looked.

use entity::{
    Day,
    catalogue::{
        certificate::{self, Kind, Precision},
        certificate_evidence, certificate_plot, product,
    },
    frame::change::{Cause, Subject},
    ids::{CertificateId, PhotoId, ProductId, SellerId},
    media::photo,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::CertificateError;
use crate::{
    catalogue::Selling,
    checked,
    db::Unit,
    http::{
        body::day,
        input::{Field, Wrong},
        language::Message,
    },
};

/// Plots that one certificate may name.
const MOST_PLOTS: usize = 200;

/// A plot that a geographical indication covers.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PlotInput {
    /// An id of `GET /plots`.
    #[schema(value_type = String)]
    pub plot_id: Field<String>,
    #[schema(value_type = String, max_length = 120)]
    pub name: Field<String>,
}

/// A certificate as its seller declares it: on a product, or with `seller_id` on all that a seller sells.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Declare {
    /// `vietgap`, `organic` or `gi`.
    #[schema(value_type = String, example = "vietgap")]
    pub kind: Field<String>,
    #[schema(value_type = Option<String>)]
    pub product_id: Field<String>,
    #[schema(value_type = Option<String>)]
    pub seller_id: Field<String>,
    #[schema(value_type = String, max_length = 80)]
    pub number: Field<String>,
    /// Who gave it.
    #[schema(value_type = String, max_length = 160)]
    pub issuer: Field<String>,
    /// As exactly as it is known: `2026-03-09`, `2026-03` or `2026`.
    #[schema(value_type = String, example = "2026-03-09")]
    pub granted_on: Field<String>,
    /// The first day it no longer holds.
    #[schema(value_type = String, format = Date)]
    pub ends_on: Field<String>,
    /// Never given: stars come of a decision.
    #[schema(value_type = Option<i64>, read_only)]
    pub star: Field<Value>,
    /// A photograph of the paper, by the id under which it was taken in.
    #[schema(value_type = Option<String>)]
    pub evidence: Field<String>,
    /// The plots that a geographical indication covers; for no other kind.
    #[schema(value_type = Option<Vec<PlotInput>>)]
    pub plots: Field<Vec<Field<PlotInput>>>,
}

/// A checked declaration.
#[derive(Clone, Debug)]
pub struct Declaration {
    kind: Kind,
    product: Option<ProductId>,
    seller: Option<SellerId>,
    number: String,
    issuer: String,
    granted_on: Day,
    precision: Precision,
    ends_on: Day,
    evidence: Option<PhotoId>,
    plots: Vec<(Uuid, String)>,
}

impl Declare {
    pub fn check(&self, selling: &Selling, today: Day) -> Result<Declaration, Wrong> {
        let mut wrong = Wrong::default();
        let kind = wrong
            .required("/kind", &self.kind)
            .and_then(|code| Kind::from_code(code));
        match kind {
            Some(Kind::Ocop) => wrong.note("/kind", "wrong-ocop-declared"),
            None if wrong.at("/kind").is_none() => wrong.note("/kind", "wrong-certificate-kind"),
            _ => {}
        }
        if !self.star.is_missing() {
            wrong.note("/star", "wrong-star-declared");
        }
        let product = wrong.optional("/product_id", &self.product_id, |wrong, pointer, field| {
            wrong.code::<ProductId>(pointer, field, "wrong-no-such-product")
        });
        let seller = if matches!(product, Some(None)) || !self.seller_id.is_missing() {
            selling.choose(&mut wrong, "/seller_id", &self.seller_id).map(Some)
        } else {
            Some(None)
        };
        let number = wrong.line("/number", &self.number, 80);
        let issuer = wrong.line("/issuer", &self.issuer, 160);
        let granted = granted(&mut wrong, &self.granted_on, today);
        let ends_on = day(&mut wrong, "/ends_on", &self.ends_on);
        if let (Some((granted_on, _)), Some(ends_on)) = (granted, ends_on)
            && ends_on <= granted_on
        {
            wrong.note("/ends_on", "wrong-ends-before");
        }
        let evidence = wrong.optional("/evidence", &self.evidence, |wrong, pointer, field| {
            wrong.code::<PhotoId>(pointer, field, "wrong-photo-not-sent")
        });
        let plots = self.plots(&mut wrong, kind);
        checked!(wrong; kind, product, seller, number, issuer, granted, ends_on, evidence, plots);
        let (granted_on, precision) = granted;
        Ok(Declaration {
            kind,
            product,
            seller,
            number,
            issuer,
            granted_on,
            precision,
            ends_on,
            evidence,
            plots,
        })
    }

    fn plots(&self, wrong: &mut Wrong, kind: Option<Kind>) -> Option<Vec<(Uuid, String)>> {
        if kind != Some(Kind::Gi) {
            if !self.plots.is_missing() {
                wrong.note("/plots", "wrong-plots-only-gi");
            }
            return Some(Vec::new());
        }
        let given = wrong.required("/plots", &self.plots)?;
        if given.is_empty() {
            wrong.note("/plots", "wrong-required");
        } else if given.len() > MOST_PLOTS {
            wrong.note("/plots", Message::new("wrong-too-many").with("max", MOST_PLOTS));
            return None;
        }
        let mut plots: Vec<(Uuid, String)> = Vec::with_capacity(given.len());
        for (nth, field) in given.iter().enumerate() {
            let at = format!("/plots/{nth}");
            let Some(plot) = wrong.required(&at, field) else {
                continue;
            };
            let id = wrong.code::<Uuid>(&format!("{at}/plot_id"), &plot.plot_id, "wrong-id");
            let name = wrong.line(&format!("{at}/name"), &plot.name, 120);
            if let (Some(id), Some(name)) = (id, name) {
                if plots.iter().any(|(there, _)| *there == id) {
                    wrong.note(at, "wrong-twice");
                } else {
                    plots.push((id, name));
                }
            }
        }
        Some(plots)
    }
}

/// A day, month or year that has come, and how exactly it was said.
fn granted(wrong: &mut Wrong, field: &Field<String>, today: Day) -> Option<(Day, Precision)> {
    let text = wrong.required("/granted_on", field)?.trim();
    let (iso, precision) = match text.len() {
        4 => (format!("{text}-01-01"), Precision::Year),
        7 => (format!("{text}-01"), Precision::Month),
        _ => (text.to_owned(), Precision::Day),
    };
    let read = Day::from_iso(&iso)
        .ok()
        .filter(|day| (1970..=2200).contains(&day.0.year()));
    match read {
        None => wrong.note("/granted_on", "wrong-day-month-year"),
        Some(day) if day > today => wrong.note("/granted_on", "wrong-future"),
        Some(day) => return Some((day, precision)),
    }
    None
}

/// Writes down what the seller says.
pub async fn declare(
    unit: &mut Unit,
    selling: &Selling,
    new: Declaration,
) -> Result<certificate::Model, CertificateError> {
    let seller = match new.product {
        None => new.seller,
        Some(id) => {
            let product = product::Entity::find_by_id(id).one(&*unit).await?;
            let product = product
                .filter(|product| selling.acts_for(product.seller_id))
                .ok_or_else(|| Wrong::one("/product_id", "wrong-no-such-product"))?;
            if new.seller.is_some_and(|seller| seller != product.seller_id) {
                return Err(Wrong::one("/seller_id", "wrong-other-seller").into());
            }
            Some(product.seller_id)
        }
    };
    let seller_id = seller.ok_or_else(|| Wrong::one("/seller_id", "wrong-required"))?;
    let row = certificate::Model {
        id: unit.id::<CertificateId>(),
        seller_id,
        product_id: new.product,
        kind: new.kind,
        star: None,
        number: Some(new.number),
        issuer: new.issuer,
        granted_on: new.granted_on,
        granted_precision: new.precision,
        ends_on: new.ends_on,
        verified: false,
        source: None,
        created_at: unit.now(),
        revoked_on: None,
    };
    certificate::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    let plots = new
        .plots
        .into_iter()
        .map(|(plot_id, name)| certificate_plot::ActiveModel {
            certificate_id: Set(row.id),
            plot_id: Set(plot_id),
            name: Set(name),
        });
    let plots: Vec<_> = plots.collect();
    if !plots.is_empty() {
        certificate_plot::Entity::insert_many(plots)
            .exec_without_returning(&*unit)
            .await?;
    }
    if let Some(photo) = new.evidence {
        let own = photo::Entity::find_by_id(photo)
            .filter(photo::Column::PersonId.is_in(unit.actor().person().into_iter().chain(unit.actor().hand())))
            .one(&*unit)
            .await?;
        if own.is_none() {
            return Err(Wrong::one("/evidence", "wrong-photo-not-sent").into());
        }
        add_evidence(unit, row.id, photo).await?;
    }
    changed(unit, &row, Cause::Made).await?;
    Ok(row)
}

/// Puts a photograph of the paper beside the certificate.
pub async fn add_evidence(unit: &Unit, id: CertificateId, photo: PhotoId) -> Result<(), DbErr> {
    let row = certificate_evidence::ActiveModel {
        certificate_id: Set(id),
        photo_id: Set(photo),
        added_at: Set(unit.now()),
    };
    let keep = OnConflict::columns([
        certificate_evidence::Column::CertificateId,
        certificate_evidence::Column::PhotoId,
    ])
    .do_nothing()
    .to_owned();
    match certificate_evidence::Entity::insert(row)
        .on_conflict(keep)
        .exec_without_returning(unit)
        .await
    {
        Ok(_) | Err(DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Tells the change log of a certificate, and of what it stands on: whatever is derived from listings finds them by that.
pub(super) async fn changed(unit: &mut Unit, row: &certificate::Model, cause: Cause) -> Result<(), DbErr> {
    unit.changed(Subject::Certificate, row.id, cause).await?;
    match row.product_id {
        Some(product) => unit.changed(Subject::Product, product, Cause::Edited).await,
        None => unit.changed(Subject::Seller, row.seller_id, Cause::Edited).await,
    }
}
