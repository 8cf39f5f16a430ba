//! It is decided: a certificate, or a reason why not.

use entity::{
    Day,
    catalogue::{
        certificate::{self, Kind, Precision},
        ocop_application, ocop_ballot,
        ocop_decision::{self, Outcome, Recogniser},
        ocop_sample,
    },
    dossiers::{dossier, step::What},
    frame::change::{Cause, Subject},
    ids::{CertificateId, DossierId, SellerId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    OcopError, points,
    rules::{Band, band, product_set},
};
use crate::{
    catalogue::certificates::take_back,
    checked,
    db::Unit,
    dossiers::{self, DossierError, lifecycle::Event},
    http::{
        body::day,
        input::{Field, Wrong},
        language::Message,
    },
    places,
};

/// A decision. Granted: `number`, `decided_on` and `star`. Refused: `reason` and `decided_on`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Decide {
    /// `granted` or `refused`.
    #[schema(value_type = String, example = "granted")]
    pub outcome: Field<String>,
    /// The number of the decision on paper.
    #[schema(value_type = Option<String>, max_length = 80, example = "1234/QĐ-UBND")]
    pub number: Field<String>,
    #[schema(value_type = String, format = Date)]
    pub decided_on: Field<String>,
    /// Exactly what the ballots carry.
    #[schema(value_type = Option<i64>, minimum = 3, maximum = 5)]
    pub star: Field<i64>,
    /// `province`, or `ministry` for five stars; the province only proposes those.
    #[schema(value_type = Option<String>, example = "province")]
    pub recognised_by: Field<String>,
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub reason: Field<String>,
}

/// A checked decision.
#[derive(Clone, Debug)]
pub enum Decision {
    Granted {
        number: String,
        decided_on: Day,
        star: u8,
        recognised_by: Option<Recogniser>,
    },
    Refused {
        number: Option<String>,
        decided_on: Day,
        reason: String,
    },
}

impl Decide {
    pub fn check(&self, today: Day) -> Result<Decision, Wrong> {
        let mut wrong = Wrong::default();
        let outcome = wrong.required("/outcome", &self.outcome).map(String::as_str);
        let granted = outcome == Some("granted");
        if outcome.is_some_and(|outcome| !["granted", "refused"].contains(&outcome)) {
            wrong.note("/outcome", "wrong-outcome");
        }
        let decided_on = day(&mut wrong, "/decided_on", &self.decided_on);
        if decided_on.is_some_and(|day| day > today) {
            wrong.note("/decided_on", "wrong-future");
        }
        if granted {
            let number = wrong.line("/number", &self.number, 80);
            let star = wrong
                .integer("/star", &self.star, 3..=5)
                .and_then(|star| u8::try_from(star).ok());
            let recognised_by =
                wrong.optional(
                    "/recognised_by",
                    &self.recognised_by,
                    |wrong, pointer, field| match wrong.required(pointer, field)?.as_str() {
                        "province" => Some(Recogniser::Province),
                        "ministry" => Some(Recogniser::Ministry),
                        _ => {
                            wrong.note(pointer, "wrong-recogniser");
                            None
                        }
                    },
                );
            checked!(wrong; number, decided_on, star, recognised_by);
            Ok(Decision::Granted {
                number,
                decided_on,
                star,
                recognised_by,
            })
        } else {
            let number = wrong.optional("/number", &self.number, |wrong, pointer, field| {
                wrong.line(pointer, field, 80)
            });
            let reason = wrong.lines("/reason", &self.reason, 4000);
            checked!(wrong; number, decided_on, reason);
            Ok(Decision::Refused {
                number,
                decided_on,
                reason,
            })
        }
    }
}

/// What the council's ballots say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    pub ballots: i64,
    /// Hundredths of a point, all ballots together.
    pub total: i64,
}

impl Tally {
    /// Of ballots that count.
    #[must_use]
    pub fn of(ballots: &[ocop_ballot::Model]) -> Self {
        let points = |row: &ocop_ballot::Model| i64::from(row.a) + i64::from(row.b) + i64::from(row.c);
        Self {
            ballots: i64::try_from(ballots.len()).unwrap_or(i64::MAX),
            total: ballots.iter().map(points).sum(),
        }
    }

    /// The mean in hundredths of a point, cut and not rounded, so that it never shows more than its star.
    #[must_use]
    pub const fn mean(self) -> Option<i64> {
        if self.ballots == 0 {
            None
        } else {
            Some(self.total / self.ballots)
        }
    }

    #[must_use]
    pub fn band(self, day: Day) -> Option<Band> {
        band(self.total, self.ballots, day)
    }
}

/// The ballots that count.
pub async fn ballots(db: &impl ConnectionTrait, id: DossierId) -> Result<Vec<ocop_ballot::Model>, DbErr> {
    ocop_ballot::Entity::find()
        .filter(ocop_ballot::Column::DossierId.eq(id))
        .filter(ocop_ballot::Column::ReplacedAt.is_null())
        .all(db)
        .await
}

/// How many samples came.
pub async fn samples_received(db: &impl ConnectionTrait, id: DossierId) -> Result<i64, DbErr> {
    let rows = ocop_sample::Entity::find()
        .filter(ocop_sample::Column::DossierId.eq(id))
        .all(db)
        .await?;
    Ok(rows.iter().map(|row| i64::from(row.count)).sum())
}

/// Decides. A certificate of the product that still holds ends with the new one: a product carries one rating.
pub async fn decide(unit: &mut Unit, id: DossierId, decision: &Decision) -> Result<dossier::Model, OcopError> {
    let mut dossier = dossiers::locked(unit, id).await?;
    let (Decision::Granted { decided_on, .. } | Decision::Refused { decided_on, .. }) = decision;
    if *decided_on < dossier.entered_at.day() {
        return Err(Wrong::one("/decided_on", "wrong-before-dossier").into());
    }
    let tally = Tally::of(&ballots(&*unit, id).await?);
    let mut row = ocop_decision::Model {
        dossier_id: id,
        outcome: Outcome::Refused,
        star: None,
        points: tally.mean().and_then(|points| i32::try_from(points).ok()),
        ballots: i32::try_from(tally.ballots).unwrap_or(i32::MAX),
        number: None,
        decided_on: *decided_on,
        recognised_by: None,
        reason: None,
        certificate_id: None,
        decided_by: unit.actor().hand().ok_or(DossierError::Nobody)?,
        at: unit.now(),
    };
    match decision {
        Decision::Refused { number, reason, .. } => {
            unit.because(reason);
            dossiers::advance(unit, &mut dossier, Event::Refuse, What::Refused, reason).await?;
            row.number.clone_from(number);
            row.reason = Some(reason.clone());
        }
        Decision::Granted {
            number,
            star,
            recognised_by,
            ..
        } => {
            dossiers::advance(unit, &mut dossier, Event::Grant, What::Granted, number)
                .await
                .map_err(|error| match error {
                    // Nobody has voted yet: that is what an officer wants to read.
                    DossierError::WrongState(illegal) if illegal.from.state == dossier::State::Accepted => {
                        OcopError::NoBallots
                    }
                    error => error.into(),
                })?;
            let application = ocop_application::Entity::find_by_id(id).one(&*unit).await?;
            let application = application.ok_or(OcopError::NoSuchThing)?;
            enough_samples(unit, &application).await?;
            let band = rated(tally, *star, *recognised_by, *decided_on)?;
            row.certificate_id = Some(issue(unit, &dossier, &application, &band, number, *decided_on).await?);
            row.outcome = Outcome::Granted;
            row.star = Some(i32::from(band.star));
            row.number = Some(number.clone());
            row.recognised_by = Some(band.recogniser);
        }
    }
    ocop_decision::Entity::insert(row.into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    Ok(dossier)
}

async fn enough_samples(unit: &Unit, application: &ocop_application::Model) -> Result<(), OcopError> {
    let set = u8::try_from(application.set_no).ok().and_then(product_set);
    let need = set.map_or(0, |set| i64::from(set.samples));
    let have = samples_received(unit, application.dossier_id).await?;
    if have < need {
        return Err(OcopError::SamplesMissing { have, need });
    }
    Ok(())
}

/// The rating that the ballots carry, when it is the one that was given.
fn rated(tally: Tally, star: u8, recognised_by: Option<Recogniser>, day: Day) -> Result<Band, OcopError> {
    if tally.ballots == 0 {
        return Err(OcopError::NoBallots);
    }
    let points = points::write(tally.mean().unwrap_or(0));
    let Some(band) = tally.band(day) else {
        return Err(Wrong::one("/star", Message::new("wrong-star-none").with("points", points)).into());
    };
    let mut wrong = Wrong::default();
    if band.star != star {
        let message = Message::new("wrong-star").with("points", points);
        wrong.note("/star", message.with("star", usize::from(band.star)));
    } else if recognised_by.unwrap_or(if star == 5 {
        // The province proposes five stars; that somebody else gave them must be said.
        Recogniser::Province
    } else {
        band.recogniser
    }) != band.recogniser
    {
        wrong.note(
            "/recognised_by",
            match band.recogniser {
                Recogniser::Ministry => "wrong-recogniser-ministry",
                Recogniser::Province => "wrong-recogniser-province",
            },
        );
    }
    wrong.result()?;
    Ok(band)
}

/// Writes the certificate, which shows at once.
async fn issue(
    unit: &mut Unit,
    dossier: &dossier::Model,
    application: &ocop_application::Model,
    band: &Band,
    number: &str,
    decided_on: Day,
) -> Result<CertificateId, OcopError> {
    let product = application.product_id;
    let earlier = certificate::Entity::find()
        .filter(certificate::Column::ProductId.eq(product))
        .filter(certificate::Column::Kind.eq(Kind::Ocop))
        .filter(certificate::Column::RevokedOn.is_null())
        .filter(certificate::Column::EndsOn.gt(decided_on))
        .all(&*unit)
        .await?;
    for row in earlier {
        take_back(unit, &row, number).await?;
    }
    let id: CertificateId = unit.id();
    let row = certificate::Model {
        id,
        seller_id: SellerId(dossier.party_id),
        product_id: Some(product),
        kind: Kind::Ocop,
        star: Some(i32::from(band.star)),
        number: Some(number.to_owned()),
        issuer: issuer(band.recogniser, dossier),
        granted_on: decided_on,
        granted_precision: Precision::Day,
        ends_on: decided_on.plus_months(band.months),
        verified: true,
        source: Some(dossier.file_number.clone()),
        created_at: unit.now(),
        revoked_on: None,
    };
    certificate::Entity::insert(row.into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    unit.changed(Subject::Certificate, id, Cause::Made).await?;
    unit.changed(Subject::Product, product, Cause::Edited).await?;
    Ok(id)
}

/// Who stands on the certificate.
fn issuer(recogniser: Recogniser, dossier: &dossier::Model) -> String {
    match recogniser {
        Recogniser::Ministry => "Bộ Nông nghiệp và Môi trường".to_owned(),
        Recogniser::Province => {
            let Some(commune) = places::commune(&dossier.commune_code) else {
                return "UBND cấp tỉnh".to_owned();
            };
            let mut letters = commune.province().full_name.chars();
            let first = letters.next().into_iter().flat_map(char::to_lowercase);
            format!("UBND {}{}", first.collect::<String>(), letters.as_str())
        }
    }
}
