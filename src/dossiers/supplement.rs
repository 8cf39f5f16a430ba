//! Something is missing: an officer asks for it and the clock stands; the applicant answers and it goes on.

use entity::{
    Day,
    dossiers::{dossier, step::What, supplement},
    ids::{DossierId, SupplementId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    DossierError,
    advance::{advance, locked},
    lifecycle::Event,
};
use crate::{
    db::Unit,
    http::{
        body::day,
        input::{Field, Wrong},
    },
};

/// A question or its answer: an officer gives `ask`, the applicant gives `answer`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct SupplementInput {
    /// What is missing.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub ask: Field<String>,
    /// Until when the applicant should answer; after today.
    #[schema(value_type = Option<String>, format = Date)]
    pub due_on: Field<String>,
    /// What the applicant answers.
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub answer: Field<String>,
}

/// A checked question or answer.
#[derive(Clone, Debug)]
pub enum Supplement {
    Ask { ask: String, due_on: Option<Day> },
    Answer(String),
}

impl SupplementInput {
    pub fn check(&self, today: Day) -> Result<Supplement, Wrong> {
        let mut wrong = Wrong::default();
        if self.answer.is_missing() {
            let ask = wrong.lines("/ask", &self.ask, 4000);
            let due_on = wrong.optional("/due_on", &self.due_on, day);
            if matches!(due_on, Some(Some(day)) if day <= today) {
                wrong.note("/due_on", "wrong-past");
            }
            wrong.result()?;
            let due_on = due_on.flatten();
            return Ok(Supplement::Ask {
                ask: ask.unwrap_or_default(),
                due_on,
            });
        }
        if !self.ask.is_missing() {
            wrong.note("/ask", "wrong-ask-or-answer");
        }
        let answer = wrong.lines("/answer", &self.answer, 4000);
        wrong.result()?;
        Ok(Supplement::Answer(answer.unwrap_or_default()))
    }
}

/// Asks for what is missing; the clock stands from today on.
pub async fn ask(
    unit: &mut Unit,
    id: DossierId,
    ask: &str,
    due_on: Option<Day>,
) -> Result<dossier::Model, DossierError> {
    let mut dossier = locked(unit, id).await?;
    let stage = dossier.stage;
    advance(unit, &mut dossier, Event::Ask, What::SupplementAsked, ask).await?;
    let row = supplement::ActiveModel {
        id: Set(unit.id::<SupplementId>()),
        dossier_id: Set(id),
        stage: Set(stage),
        ask: Set(ask.to_owned()),
        due_on: Set(due_on),
        asked_by: Set(unit.actor().hand().ok_or(DossierError::Nobody)?),
        asked_at: Set(unit.now()),
        answer: Set(None),
        answered_by: Set(None),
        answered_at: Set(None),
    };
    supplement::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(dossier)
}

/// Answers what was asked; the clock goes on today.
pub async fn answer(unit: &mut Unit, id: DossierId, answer: &str) -> Result<dossier::Model, DossierError> {
    let mut dossier = locked(unit, id).await?;
    let hand = unit.actor().hand().ok_or(DossierError::Nobody)?;
    supplement::Entity::update_many()
        .col_expr(supplement::Column::Answer, Expr::value(answer))
        .col_expr(supplement::Column::AnsweredBy, Expr::value(hand))
        .col_expr(supplement::Column::AnsweredAt, Expr::value(unit.now()))
        .filter(supplement::Column::DossierId.eq(id))
        .filter(supplement::Column::AnsweredAt.is_null())
        .exec(&*unit)
        .await?;
    // Refused when nothing was asked, and then what the update above wrote is undone with the rest.
    advance(unit, &mut dossier, Event::Answer, What::SupplementAnswered, answer).await?;
    Ok(dossier)
}
