//! A member of the council gives points: one ballot each, which may be corrected until it is decided. What it was before
//! stays.

use entity::{
    catalogue::ocop_ballot,
    dossiers::{dossier, step::What},
    ids::{BallotId, DossierId, PersonId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{OcopError, points};
use crate::{
    checked,
    db::Unit,
    dossiers::{self, lifecycle::Event},
    http::input::{Field, Wrong},
};

/// Points in the three parts of the sheet, each decimal text with at most two decimals.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Score {
    /// Product and strength of the community, 0 to 40.
    #[schema(value_type = String, example = "33.5")]
    pub a: Field<Value>,
    /// Marketing, 0 to 25.
    #[schema(value_type = String, example = "20")]
    pub b: Field<Value>,
    /// Quality of the product, 0 to 35.
    #[schema(value_type = String, example = "30.25")]
    pub c: Field<Value>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub note: Field<String>,
}

/// A checked ballot, in hundredths of a point.
#[derive(Clone, Debug)]
pub struct Ballot {
    a: i32,
    b: i32,
    c: i32,
    note: String,
}

impl Score {
    pub fn check(&self) -> Result<Ballot, Wrong> {
        let mut wrong = Wrong::default();
        let a = points::read(&mut wrong, "/a", &self.a, 40);
        let b = points::read(&mut wrong, "/b", &self.b, 25);
        let c = points::read(&mut wrong, "/c", &self.c, 35);
        let note = wrong.prose("/note", &self.note, 2000);
        checked!(wrong; a, b, c, note);
        Ok(Ballot { a, b, c, note })
    }
}

/// Takes the ballot of `member`, in the place of the one they gave before.
pub async fn cast(
    unit: &mut Unit,
    id: DossierId,
    member: PersonId,
    ballot: &Ballot,
) -> Result<dossier::Model, OcopError> {
    let mut dossier = dossiers::locked(unit, id).await?;
    // The step tells that a ballot was given and not which: what members gave is for the council.
    dossiers::advance(unit, &mut dossier, Event::Score, What::Scored, "").await?;
    ocop_ballot::Entity::update_many()
        .col_expr(ocop_ballot::Column::ReplacedAt, Expr::value(unit.now()))
        .filter(ocop_ballot::Column::DossierId.eq(id))
        .filter(ocop_ballot::Column::MemberId.eq(member))
        .filter(ocop_ballot::Column::ReplacedAt.is_null())
        .exec(&*unit)
        .await?;
    let row = ocop_ballot::ActiveModel {
        id: Set(unit.id::<BallotId>()),
        dossier_id: Set(id),
        member_id: Set(member),
        a: Set(ballot.a),
        b: Set(ballot.b),
        c: Set(ballot.c),
        note: Set(ballot.note.clone()),
        cast_at: Set(unit.now()),
        replaced_at: Set(None),
    };
    ocop_ballot::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(dossier)
}
