//! An application is entered at the commune.

use entity::{
    CommuneCode,
    dossiers::{
        dossier::{self, Kind, Stage, State},
        step::What,
    },
    ids::{DossierId, PersonId},
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use uuid::Uuid;

use super::{
    DossierError,
    advance::{begin_stage, note},
    file_number,
};
use crate::db::{Unit, is_duplicate};

/// An application, as the room that its kind belongs to has checked it.
#[derive(Clone, Debug)]
pub struct NewDossier {
    pub kind: Kind,
    pub applicant: PersonId,
    pub party: Uuid,
    pub subject: Uuid,
    pub title: String,
    pub commune: CommuneCode,
    pub note: String,
}

/// Gives the application its file number and starts the commune's clock.
///
/// # Errors
///
/// [`DossierError::AlreadyApplied`] when there is an open dossier of this kind for the subject.
pub async fn enter(unit: &mut Unit, new: NewDossier) -> Result<dossier::Model, DossierError> {
    let there = dossier::Entity::find()
        .filter(dossier::Column::Kind.eq(new.kind))
        .filter(dossier::Column::SubjectId.eq(new.subject))
        .filter(dossier::Column::ClosedAt.is_null())
        .one(&*unit)
        .await?;
    if let Some(there) = there {
        return Err(DossierError::AlreadyApplied {
            file_number: there.file_number,
        });
    }
    let today = unit.now().day();
    let id: DossierId = unit.id();
    let stage = begin_stage(id, new.kind, Stage::Commune, today);
    let row = dossier::Model {
        id,
        file_number: file_number::take(unit, &new.commune).await?,
        kind: new.kind,
        state: State::Entered,
        resumes: None,
        stage: Stage::Commune,
        applicant_id: new.applicant,
        party_id: new.party,
        subject_id: new.subject,
        title: new.title,
        commune_code: new.commune,
        due_on: stage.due_on,
        stands_since: None,
        entered_at: unit.now(),
        closed_at: None,
    };
    let inserted = dossier::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&*unit)
        .await;
    match inserted {
        Ok(_) => {}
        // Somebody else applied for the same in this moment, in another process.
        Err(error) if is_duplicate(&error) => {
            return Err(DossierError::AlreadyApplied {
                file_number: String::new(),
            });
        }
        Err(error) => return Err(error.into()),
    }
    entity::dossiers::stage::Entity::insert(stage.into_active_model())
        .exec_without_returning(&*unit)
        .await?;
    note(unit, id, What::Entered, &new.note).await?;
    Ok(row)
}
