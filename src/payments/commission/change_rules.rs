//! An administrator says what the exchange keeps from a day on.

use entity::{Day, Dong, Rate, catalogue::seller::Kind, payments::commission_rule};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    catalogue::category,
    db::{Unit, is_duplicate},
    http::input::{Field, Wrong},
    payments::PaymentsError,
};

/// The most rules of one day.
const MOST: usize = 50;
/// Half of a sale: more is no commission.
const HIGHEST_BP: i64 = 5_000;

/// The rules of a day, in the order in which they are tried.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ChangeRules {
    #[schema(value_type = Vec<RuleInput>, min_items = 1, max_items = 50)]
    pub rules: Field<Vec<RuleInput>>,
}

/// A rule. What it does not name fits any sale.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct RuleInput {
    /// A category of `GET /categories`; a group stands for all in it.
    #[schema(value_type = Option<String>)]
    pub category: Field<String>,
    /// `household`, `cooperative` or `company`.
    #[schema(value_type = Option<String>)]
    pub kind: Field<String>,
    /// OCOP stars that the seller has at least.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 5)]
    pub stars: Field<i64>,
    /// Basis points of the goods, without delivery: 150 is 1.5 %.
    #[schema(value_type = i32, minimum = 0, maximum = 5000)]
    pub rate_bp: Field<i64>,
    /// đồng an order, at least; 0 by default.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub floor: Field<i64>,
    /// đồng an order, at most.
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub cap: Field<i64>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub note: Field<String>,
}

/// A rule that was checked.
#[derive(Clone, Debug)]
pub struct NewRule {
    category: Option<String>,
    kind: Option<Kind>,
    stars: Option<i32>,
    rate: Rate,
    floor: Dong,
    cap: Option<Dong>,
    note: String,
}

impl ChangeRules {
    /// The rules, each wrong field named.
    pub fn check(&self) -> Result<Vec<NewRule>, Wrong> {
        let mut wrong = Wrong::default();
        let given = wrong.required("/rules", &self.rules).map_or(&[][..], Vec::as_slice);
        if self.rules.given().is_some() && !(1..=MOST).contains(&given.len()) {
            wrong.note(
                "/rules",
                crate::http::language::Message::new("wrong-range")
                    .with("min", 1_usize)
                    .with("max", MOST),
            );
        }
        let rules: Vec<_> = given
            .iter()
            .take(MOST)
            .enumerate()
            .map(|(nth, rule)| rule.check(&mut wrong, &format!("/rules/{nth}")))
            .collect();
        wrong.result()?;
        Ok(rules.into_iter().flatten().collect())
    }
}

impl RuleInput {
    fn check(&self, wrong: &mut Wrong, at: &str) -> Option<NewRule> {
        let category = wrong.optional(&format!("{at}/category"), &self.category, |wrong, pointer, field| {
            let id = wrong.required(pointer, field)?.trim().to_owned();
            if category::category(&id).is_none() {
                wrong.note(pointer, "wrong-category");
                return None;
            }
            Some(id)
        });
        let kind = wrong.optional(&format!("{at}/kind"), &self.kind, |wrong, pointer, field| {
            let kind = Kind::from_code(wrong.required(pointer, field)?);
            if kind.is_none() {
                wrong.note(pointer, "wrong-seller-kind");
            }
            kind
        });
        let stars = wrong.optional(&format!("{at}/stars"), &self.stars, |wrong, pointer, field| {
            wrong.integer(pointer, field, 1..=5)
        });
        let rate = wrong.integer(&format!("{at}/rate_bp"), &self.rate_bp, 0..=HIGHEST_BP);
        let floor = wrong.optional(&format!("{at}/floor"), &self.floor, |wrong, pointer, field| {
            wrong.integer(pointer, field, 0..=Dong::MAX.0)
        });
        let cap = wrong.optional(&format!("{at}/cap"), &self.cap, |wrong, pointer, field| {
            wrong.integer(pointer, field, 0..=Dong::MAX.0)
        });
        let note = wrong.prose(&format!("{at}/note"), &self.note, 200);
        let floor = floor?.unwrap_or(0);
        let cap = cap?;
        if cap.is_some_and(|cap| cap < floor) {
            wrong.note(format!("{at}/cap"), "wrong-commission-cap");
            return None;
        }
        Some(NewRule {
            category: category?,
            kind: kind?,
            stars: stars?.and_then(|stars| i32::try_from(stars).ok()),
            rate: Rate(i32::try_from(rate?).ok()?),
            floor: Dong(floor),
            cap: cap.map(Dong),
            note: note?,
        })
    }
}

/// Sets the rules that hold from `from` on. What has held is history and stays: a day that has come can be set once, and
/// only if it is today.
pub async fn change_rules(unit: &mut Unit, from: Day, rules: &[NewRule]) -> Result<(), PaymentsError> {
    let today = unit.now().day();
    let there = commission_rule::Entity::find()
        .filter(commission_rule::Column::FromOn.eq(from))
        .count(&*unit)
        .await?;
    if from < today || from == today && there > 0 {
        return Err(Wrong::one("/from", "wrong-commission-day").into());
    }
    commission_rule::Entity::delete_many()
        .filter(commission_rule::Column::FromOn.eq(from))
        .exec(&*unit)
        .await?;
    let rows = (0_i32..)
        .zip(rules)
        .map(|(position, rule)| commission_rule::ActiveModel {
            from_on: Set(from),
            position: Set(position),
            category: Set(rule.category.clone()),
            kind: Set(rule.kind),
            stars: Set(rule.stars),
            rate_bp: Set(rule.rate),
            floor: Set(rule.floor),
            cap: Set(rule.cap),
            note: Set(rule.note.clone()),
            made_at: Set(unit.now()),
            made_by: Set(unit.actor().hand()),
        });
    commission_rule::Entity::insert_many(rows)
        .exec_without_returning(&*unit)
        .await
        .map_err(|error| {
            if is_duplicate(&error) {
                PaymentsError::Overtaken
            } else {
                error.into()
            }
        })?;
    Ok(())
}
