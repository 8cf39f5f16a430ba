//! Verification: what a seller shows, what an officer finds, and whether what they offer may go live (E-commerce Law
//! 122/2025: domestic sellers are verified before they list).

use entity::{
    catalogue::{
        check::{self, Item, State},
        seller::{self, Kind, Standing},
    },
    frame::change::{Cause, Subject},
    ids::{PersonId, SellerId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::read;
use crate::{
    catalogue::CatalogueError,
    checked,
    config::Policy,
    db::Unit,
    http::input::{Field, Wrong},
    identity::electronic_identity,
};

/// The terms of the exchange that sellers accept today.
pub const TERMS: &str = "2026-11";

/// Whether `item` must be verified of a seller of this kind.
#[must_use]
pub fn is_required(item: Item, kind: Kind) -> bool {
    match item {
        Item::Identity | Item::Address | Item::MoneyAccount | Item::Terms => true,
        Item::TaxCode => kind != Kind::Household,
    }
}

/// Whether what a seller offers may go live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoLive {
    Yes,
    /// Not before these are verified.
    BlockedBy(Vec<Item>),
}

impl GoLive {
    /// The words of what is in the way; none when nothing is.
    #[must_use]
    pub fn blocked_by(&self) -> Vec<&'static str> {
        match self {
            Self::Yes => Vec::new(),
            Self::BlockedBy(items) => items.iter().map(|item| item.code()).collect(),
        }
    }
}

/// Whether what `seller` offers may go live under `policy`.
pub async fn may_go_live(db: &impl ConnectionTrait, policy: Policy, seller: SellerId) -> Result<GoLive, DbErr> {
    if !policy.verify_sellers {
        return Ok(GoLive::Yes);
    }
    let row = seller::Entity::find_by_id(seller).one(db).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("seller {seller}")))?;
    if row.standing == Standing::Verified {
        return Ok(GoLive::Yes);
    }
    missing(db, &row).await.map(GoLive::BlockedBy)
}

/// What is required of `seller` and not verified.
async fn missing(db: &impl ConnectionTrait, seller: &seller::Model) -> Result<Vec<Item>, DbErr> {
    let rows = read::checks(db, seller.id).await?;
    let verified = |item: Item| rows.iter().any(|row| row.item == item && row.state == State::Verified);
    Ok(Item::ALL
        .into_iter()
        .filter(|item| is_required(*item, seller.kind) && !verified(*item))
        .collect())
}

/// What an owner gives, or an officer decides, of one item.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CheckInput {
    /// An officer's: `verified` or `refused`. An owner leaves it out.
    #[schema(value_type = Option<String>)]
    pub state: Field<String>,
    /// An officer's, where it is refused.
    #[schema(value_type = Option<String>, max_length = 500)]
    pub reason: Field<String>,
    /// An owner's, for the identity: `electronic` or `paper`.
    #[schema(value_type = Option<String>)]
    pub method: Field<String>,
    /// An owner's, for the terms: the version that is accepted.
    #[schema(value_type = Option<String>, example = "2026-11")]
    pub version: Field<String>,
    /// An owner's words to the officer.
    #[schema(value_type = Option<String>, max_length = 500)]
    pub note: Field<String>,
}

/// What an owner gives.
#[derive(Clone, Debug)]
pub struct Gift {
    item: Item,
    electronic: bool,
    note: String,
}

/// What an officer decides.
#[derive(Clone, Debug)]
pub struct Decision {
    item: Item,
    verified: bool,
    reason: Option<String>,
}

impl CheckInput {
    /// Whether it is an officer's decision.
    #[must_use]
    pub const fn decides(&self) -> bool {
        !self.state.is_missing()
    }

    pub fn check_gift(&self, item: Item) -> Result<Gift, Wrong> {
        let mut wrong = Wrong::default();
        let note = wrong.prose("/note", &self.note, 500);
        let mut electronic = false;
        if item == Item::Identity {
            match wrong.required("/method", &self.method).map(String::as_str) {
                Some("electronic") => electronic = true,
                Some("paper") | None => {}
                Some(_) => wrong.note("/method", "wrong-check-method"),
            }
        }
        if item == Item::Terms
            && let Some(version) = wrong.required("/version", &self.version)
            && version.trim() != TERMS
        {
            wrong.note("/version", "wrong-check-terms");
        }
        checked!(wrong; note);
        Ok(Gift { item, electronic, note })
    }

    pub fn check_decision(&self, item: Item) -> Result<Decision, Wrong> {
        let mut wrong = Wrong::default();
        let verified = match wrong.required("/state", &self.state).map(String::as_str) {
            Some("verified") => Some(true),
            Some("refused") => Some(false),
            Some(_) => {
                wrong.note("/state", "wrong-check-state");
                None
            }
            None => None,
        };
        let reason = if verified == Some(false) {
            wrong.line("/reason", &self.reason, 500).map(Some)
        } else {
            wrong.optional("/reason", &self.reason, |wrong, pointer, field| {
                wrong.line(pointer, field, 500)
            })
        };
        checked!(wrong; verified, reason);
        Ok(Decision { item, verified, reason })
    }
}

/// The owner shows an item of `seller`. What is verified stays so; what was refused is looked at again.
pub async fn give(unit: &mut Unit, seller: SellerId, gift: Gift) -> Result<(), CatalogueError> {
    let row = seller::Entity::find_by_id(seller).one(&*unit).await?;
    let row = row.ok_or(CatalogueError::NoSuchThing)?;
    let known = read::checks(&*unit, seller).await?;
    let known = known.into_iter().find(|known| known.item == gift.item);
    if known.as_ref().is_some_and(|known| known.state == State::Verified) {
        return Ok(());
    }
    let person = unit.actor().person();
    let (state, note) = match gift.item {
        Item::Identity if gift.electronic => {
            let proof = match person {
                Some(person) => electronic_identity(&*unit, person).await?,
                None => None,
            };
            let proof = proof.ok_or_else(|| Wrong::one("/method", "wrong-check-no-electronic-identity"))?;
            (State::Verified, format!("{}: {}", proof.issuer, proof.name))
        }
        Item::Terms => (State::Verified, TERMS.to_owned()),
        Item::TaxCode if row.tax_code.is_none() => {
            return Err(Wrong::one("/item", "wrong-check-no-tax-code").into());
        }
        Item::Address if row.street.is_none() => return Err(Wrong::one("/item", "wrong-check-no-address").into()),
        Item::MoneyAccount if known.is_none() => {
            return Err(Wrong::one("/item", "wrong-check-no-money-account").into());
        }
        Item::Identity | Item::TaxCode | Item::Address | Item::MoneyAccount => (State::Given, gift.note),
    };
    put(unit, seller, gift.item, state, note, person).await?;
    stand(unit, &row).await
}

async fn put(
    unit: &Unit,
    seller: SellerId,
    item: Item,
    state: State,
    note: String,
    by: Option<PersonId>,
) -> Result<(), DbErr> {
    use check::Column;
    let row = check::ActiveModel {
        seller_id: Set(seller),
        item: Set(item),
        state: Set(state),
        note: Set(note),
        given_at: Set(unit.now()),
        given_by: Set(by),
        decided_at: Set((state == State::Verified).then(|| unit.now())),
        decided_by: Set(None),
        reason: Set(None),
    };
    let replace = OnConflict::columns([Column::SellerId, Column::Item])
        .update_columns([
            Column::State,
            Column::Note,
            Column::GivenAt,
            Column::GivenBy,
            Column::DecidedAt,
            Column::DecidedBy,
            Column::Reason,
        ])
        .to_owned();
    check::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(unit)
        .await?;
    Ok(())
}

/// An officer decides an item that was given; one decided before may be decided anew.
pub async fn decide(unit: &mut Unit, seller: SellerId, decision: Decision) -> Result<(), CatalogueError> {
    use check::Column;
    let row = seller::Entity::find_by_id(seller).one(&*unit).await?;
    let row = row.ok_or(CatalogueError::NoSuchThing)?;
    let state = if decision.verified {
        State::Verified
    } else {
        State::Refused
    };
    let decided = check::Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::DecidedAt, Expr::value(unit.now()))
        .col_expr(Column::DecidedBy, Expr::value(unit.actor().hand()))
        .col_expr(Column::Reason, Expr::value(decision.reason.clone()))
        .filter(Column::SellerId.eq(seller))
        .filter(Column::Item.eq(decision.item))
        .exec(&*unit)
        .await?;
    if decided.rows_affected == 0 {
        return Err(CatalogueError::NotGiven);
    }
    if let Some(reason) = &decision.reason {
        unit.because(reason);
    }
    stand(unit, &row).await
}

/// Facts of `seller` were changed: what was verified of them has to be looked at again.
pub(super) async fn unverify(unit: &mut Unit, seller: SellerId, items: &[Item]) -> Result<(), CatalogueError> {
    use check::Column;
    if items.is_empty() {
        return Ok(());
    }
    let looked_at = check::Entity::update_many()
        .col_expr(Column::State, Expr::value(State::Given))
        .col_expr(Column::GivenAt, Expr::value(unit.now()))
        .col_expr(Column::GivenBy, Expr::value(unit.actor().person()))
        .col_expr(Column::DecidedAt, Expr::value(None::<i64>))
        .col_expr(Column::DecidedBy, Expr::value(None::<uuid::Uuid>))
        .filter(Column::SellerId.eq(seller))
        .filter(Column::Item.is_in(items.iter().copied()))
        .filter(Column::State.eq(State::Verified))
        .exec(&*unit)
        .await?;
    if looked_at.rows_affected == 0 {
        return Ok(());
    }
    let row = seller::Entity::find_by_id(seller).one(&*unit).await?;
    stand(unit, &row.ok_or(CatalogueError::NoSuchThing)?).await
}

/// The money account of `seller` was set; `changed`: to another than before. Money may not be led elsewhere behind the
/// back of the officer who saw the account.
pub async fn money_account_set(unit: &mut Unit, seller: SellerId, changed: bool) -> Result<(), CatalogueError> {
    let known = read::checks(&*unit, seller).await?;
    if !changed && known.iter().any(|row| row.item == Item::MoneyAccount) {
        return Ok(());
    }
    let by = unit.actor().person();
    put(unit, seller, Item::MoneyAccount, State::Given, String::new(), by).await?;
    let row = seller::Entity::find_by_id(seller).one(&*unit).await?;
    stand(unit, &row.ok_or(CatalogueError::NoSuchThing)?).await
}

/// Brings the standing of `seller` up to what has been verified.
async fn stand(unit: &mut Unit, seller: &seller::Model) -> Result<(), CatalogueError> {
    let standing = if missing(&*unit, seller).await?.is_empty() {
        Standing::Verified
    } else {
        Standing::Applying
    };
    if standing == seller.standing {
        return Ok(());
    }
    seller::Entity::update_many()
        .col_expr(seller::Column::Standing, Expr::value(standing))
        .filter(seller::Column::Id.eq(seller.id))
        .exec(&*unit)
        .await?;
    unit.changed(Subject::Seller, seller.id, Cause::Edited).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_needs_no_tax_code() {
        for kind in [Kind::Household, Kind::Cooperative, Kind::Company] {
            assert_eq!(is_required(Item::TaxCode, kind), kind != Kind::Household);
            assert!(is_required(Item::Identity, kind) && is_required(Item::MoneyAccount, kind));
        }
        assert_eq!(
            GoLive::BlockedBy(vec![Item::Terms, Item::Identity]).blocked_by(),
            ["terms", "identity"]
        );
        assert!(GoLive::Yes.blocked_by().is_empty());
    }
}
