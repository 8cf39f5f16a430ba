//! Samples of a product came in.

use entity::{
    Day,
    catalogue::ocop_sample,
    dossiers::{dossier, step::What},
    ids::{DossierId, SampleId},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use super::OcopError;
use crate::{
    checked,
    db::Unit,
    dossiers::{self, DossierError, lifecycle::Event},
    http::{
        body::day,
        input::{Field, Wrong},
    },
};

/// Samples that came in together.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReceiveSamples {
    #[schema(value_type = i64, minimum = 1, maximum = 100)]
    pub count: Field<i64>,
    /// Not ahead, and not before the dossier was entered.
    #[schema(value_type = String, format = Date)]
    pub received_on: Field<String>,
    #[schema(value_type = Option<String>, max_length = 1000)]
    pub note: Field<String>,
}

/// Checked samples.
#[derive(Clone, Debug)]
pub struct Samples {
    count: i32,
    received_on: Day,
    note: String,
}

impl ReceiveSamples {
    pub fn check(&self, today: Day) -> Result<Samples, Wrong> {
        let mut wrong = Wrong::default();
        let count = wrong
            .integer("/count", &self.count, 1..=100)
            .and_then(|count| i32::try_from(count).ok());
        let received_on = day(&mut wrong, "/received_on", &self.received_on);
        if received_on.is_some_and(|day| day > today) {
            wrong.note("/received_on", "wrong-future");
        }
        let note = wrong.prose("/note", &self.note, 1000);
        checked!(wrong; count, received_on, note);
        Ok(Samples {
            count,
            received_on,
            note,
        })
    }
}

/// Writes down that samples came; what was accepted is being assessed from then on.
pub async fn receive(unit: &mut Unit, id: DossierId, samples: &Samples) -> Result<dossier::Model, OcopError> {
    let mut dossier = dossiers::locked(unit, id).await?;
    if samples.received_on < dossier.entered_at.day() {
        return Err(Wrong::one("/received_on", "wrong-before-dossier").into());
    }
    let remark = format!("{} {}", samples.count, samples.note);
    dossiers::advance(unit, &mut dossier, Event::Sample, What::SamplesReceived, remark.trim()).await?;
    let row = ocop_sample::ActiveModel {
        id: Set(unit.id::<SampleId>()),
        dossier_id: Set(id),
        count: Set(samples.count),
        received_on: Set(samples.received_on),
        received_by: Set(unit.actor().hand().ok_or(DossierError::Nobody)?),
        note: Set(samples.note.clone()),
        at: Set(unit.now()),
    };
    ocop_sample::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(dossier)
}
