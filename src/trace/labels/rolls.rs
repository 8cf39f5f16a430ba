//! Rolls of stickers numbered in advance: a commune has them in a drawer, and a phone says later, perhaps without signal,
//! which batch they are stuck on.

use std::collections::HashSet;

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::{
    CommuneCode, ShortCode,
    catalogue::seller,
    ids::{RollId, SellerId},
    trace::{batch, roll, roll_code},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use serde::Deserialize;
use utoipa::ToSchema;

use super::stock::Template;
use crate::{
    app::App,
    catalogue::{Selling, commune},
    checked,
    db::{Actor, Unit},
    http::{
        input::{Field, Wrong},
        problem::Problem,
    },
    identity::{Helper, Officer},
    trace::TraceError,
};

/// Stickers of one roll at most.
pub const MOST: i64 = 5000;
/// Rows, or values, in one statement.
const ROWS: usize = 1000;

/// Proof that the request comes from somebody who may keep rolls: officers and helpers those of every commune, whoever
/// sells those of their own sellers.
#[derive(Clone, Debug)]
pub struct RollKeeper {
    actor: Actor,
    /// `None`: all.
    own: Option<Vec<SellerId>>,
}

impl RollKeeper {
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.clone()
    }

    /// Whose rolls; `None`: everybody's.
    #[must_use]
    pub fn own(&self) -> Option<&[SellerId]> {
        self.own.as_deref()
    }
}

impl FromRequestParts<App> for RollKeeper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let office = match Officer::from_request_parts(parts, app).await {
            Ok(officer) => Some(officer.actor()),
            Err(_) => Helper::from_request_parts(parts, app)
                .await
                .ok()
                .map(|helper| helper.actor()),
        };
        if let Some(actor) = office {
            return Ok(Self { actor, own: None });
        }
        let selling = Selling::from_request_parts(parts, app).await?;
        Ok(Self {
            actor: selling.actor(),
            own: Some(selling.sellers().to_vec()),
        })
    }
}

/// What a new roll needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct MakeRoll {
    /// Where the stickers will be used.
    #[schema(value_type = String, example = "05503")]
    pub commune_code: Field<String>,
    #[schema(value_type = i64, minimum = 1, maximum = 5000)]
    pub count: Field<i64>,
    /// `roll-50x30` (the default), `roll-40x25`, `a4-24` or `a4-65`.
    #[schema(value_type = Option<String>, example = "roll-50x30")]
    pub template: Field<String>,
}

/// A checked roll.
#[derive(Clone, Debug)]
pub struct NewRoll {
    commune: CommuneCode,
    count: i64,
    template: Template,
}

impl MakeRoll {
    pub fn check(&self) -> Result<NewRoll, Wrong> {
        let mut wrong = Wrong::default();
        let commune = commune(&mut wrong, "/commune_code", &self.commune_code);
        let count = wrong.integer("/count", &self.count, 1..=MOST);
        let template = template(&mut wrong, "/template", &self.template, Template::Roll50x30);
        checked!(wrong; commune, count, template);
        Ok(NewRoll {
            commune,
            count,
            template,
        })
    }
}

/// The stock that `field` names, or `usual` when it names none.
pub(super) fn template(wrong: &mut Wrong, pointer: &str, field: &Field<String>, usual: Template) -> Option<Template> {
    let named = field.given().map(|name| name.parse::<Template>());
    if matches!(named, Some(Err(_))) {
        wrong.note(pointer, "wrong-template");
    }
    named.unwrap_or(Ok(usual)).ok()
}

/// Makes the roll and all its codes. Numbers go on from roll to roll within the commune.
pub async fn make_roll(unit: &mut Unit, keeper: &RollKeeper, new: &NewRoll) -> Result<roll::Model, TraceError> {
    let seller_id = match keeper.own() {
        None => None,
        Some(own) => Some(group_in(unit, own, &new.commune).await?),
    };
    let last = unit.take_numbers(&numbers_of_rolls(&new.commune), new.count).await?;
    let small = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    let made = roll::Model {
        id: unit.id::<RollId>(),
        commune_code: new.commune.clone(),
        first: small(last - new.count + 1),
        count: small(new.count),
        template: new.template.name().to_owned(),
        seller_id,
        made_by: unit.actor().person(),
        made_at: unit.now(),
    };
    let row = roll::ActiveModel {
        id: Set(made.id),
        commune_code: Set(made.commune_code.clone()),
        first: Set(made.first),
        count: Set(made.count),
        template: Set(made.template.clone()),
        seller_id: Set(made.seller_id),
        made_by: Set(made.made_by),
        made_at: Set(made.made_at),
    };
    roll::Entity::insert(row).exec_without_returning(&*unit).await?;
    let codes = free_codes(unit, made.first..=made.last()).await?;
    for some in codes.chunks(ROWS) {
        let rows = some.iter().map(|(number, code)| roll_code::ActiveModel {
            code: Set(code.clone()),
            roll_id: Set(made.id),
            number: Set(*number),
            batch_id: Set(None),
            bound_at: Set(None),
        });
        roll_code::Entity::insert_many(rows)
            .exec_without_returning(&*unit)
            .await?;
    }
    Ok(made)
}

/// The name of a commune's series of numbers.
#[must_use]
pub fn numbers_of_rolls(commune: &CommuneCode) -> String {
    format!("roll-{commune}")
}

/// The first of `own` that orders rolls for itself, in its own commune: cooperatives and companies, for which many hands
/// pack. A household asks its commune or its helper.
async fn group_in(unit: &Unit, own: &[SellerId], commune: &CommuneCode) -> Result<SellerId, TraceError> {
    let groups = seller::Entity::find()
        .filter(seller::Column::Id.is_in(own.iter().copied()))
        .filter(seller::Column::Kind.ne(seller::Kind::Household))
        .all(unit)
        .await?;
    if groups.is_empty() {
        return Err(TraceError::NotAGroup);
    }
    let here = groups.iter().find(|seller| seller.commune_code == *commune);
    here.map(|seller| seller.id)
        .ok_or_else(|| Wrong::one("/commune_code", "wrong-not-your-commune").into())
}

/// A code for each number, none of which names anything yet.
async fn free_codes(unit: &Unit, numbers: std::ops::RangeInclusive<i32>) -> Result<Vec<(i32, ShortCode)>, DbErr> {
    let numbers: Vec<i32> = numbers.collect();
    let mut given = HashSet::new();
    let mut codes = Vec::with_capacity(numbers.len());
    while codes.len() < numbers.len() {
        let some: Vec<ShortCode> = (0..(numbers.len() - codes.len()).min(ROWS))
            .map(|_| ShortCode::from_bits(unit.random()))
            .collect();
        let taken = taken(unit, &some).await?;
        for code in some {
            if !taken.contains(&code) && given.insert(code.clone()) {
                codes.push(code);
            }
        }
    }
    Ok(numbers.into_iter().zip(codes).collect())
}

/// Those of `codes` that name something.
async fn taken(db: &impl ConnectionTrait, codes: &[ShortCode]) -> Result<HashSet<ShortCode>, DbErr> {
    let batches: Vec<ShortCode> = batch::Entity::find()
        .select_only()
        .column(batch::Column::ShortCode)
        .filter(batch::Column::ShortCode.is_in(codes.iter().cloned()))
        .into_tuple()
        .all(db)
        .await?;
    let stickers: Vec<ShortCode> = roll_code::Entity::find()
        .select_only()
        .column(roll_code::Column::Code)
        .filter(roll_code::Column::Code.is_in(codes.iter().cloned()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(batches.into_iter().chain(stickers).collect())
}
