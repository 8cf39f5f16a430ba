//! A buyer asks to give goods back.

use std::collections::HashMap;

use entity::{
    Quantity, Thousandths,
    ids::{OrderId, OrderLineId, OrderReturnId, PersonId, PhotoId, UploadId},
    orders::{
        line,
        order::Side,
        parcel, return_line, return_photo,
        return_request::{self, Reason, State},
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, JoinType, QueryFilter, QuerySelect,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::settle::worth;
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    orders::{
        OrdersError,
        cancel::{PartInput, parts, parts_of},
        earn::return_until,
        news::{self, News},
        open::{Open, open, within},
        periods::Period,
        photos,
    },
};

/// Photographs with a return.
pub(super) const MOST_PHOTOS: usize = 8;

/// What goes back, and why.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AskInput {
    #[schema(value_type = Vec<PartInput>, min_items = 1, max_items = 100)]
    pub lines: Field<Vec<Field<PartInput>>>,
    /// `broken`, `wrong`, `late`, `quality` or `other`.
    #[schema(value_type = String)]
    pub reason: Field<String>,
    #[schema(value_type = String, max_length = 2000)]
    pub text: Field<String>,
    /// Finished uploads of the caller's; whoever has no account has none.
    #[schema(value_type = Option<Vec<String>>, max_items = 8)]
    pub photos: Field<Vec<Field<String>>>,
    /// The buyer would rather have it as credit with this seller than as money.
    #[schema(value_type = Option<bool>)]
    pub credit: Field<bool>,
}

/// A checked [`AskInput`].
#[derive(Clone, Debug)]
pub struct Ask {
    parts: Vec<(OrderLineId, Quantity)>,
    reason: Reason,
    words: String,
    pub photos: Vec<UploadId>,
    as_credit: bool,
}

impl AskInput {
    pub fn check(&self) -> Result<Ask, Wrong> {
        let mut wrong = Wrong::default();
        let parts = parts(&mut wrong, "/lines", &self.lines);
        let reason = wrong.required("/reason", &self.reason).and_then(|code| {
            let found = Reason::iter().find(|reason| reason.code() == code);
            if found.is_none() {
                wrong.note("/reason", "wrong-return-reason");
            }
            found
        });
        let words = wrong.lines("/text", &self.text, 2000);
        let photos = photos::read(&mut wrong, &self.photos, MOST_PHOTOS);
        let as_credit = wrong.optional("/credit", &self.credit, |wrong, pointer, field| {
            wrong.required(pointer, field).copied()
        });
        checked!(wrong; parts, reason, words, photos, as_credit);
        Ok(Ask {
            parts,
            reason,
            words,
            photos,
            as_credit: as_credit.unwrap_or(false),
        })
    }
}

/// How much of each line of `lines` may still be given back: what came, less what is or was asked for.
pub async fn returnable(
    db: &impl ConnectionTrait,
    open_lines: &[line::Model],
    parcels: &[crate::orders::open::Parcel],
) -> Result<HashMap<OrderLineId, Thousandths>, DbErr> {
    let of_return = return_line::Entity::belongs_to(return_request::Entity)
        .from(return_line::Column::ReturnId)
        .to(return_request::Column::Id)
        .into();
    let asked: Vec<(OrderLineId, Thousandths)> = return_line::Entity::find()
        .select_only()
        .columns([return_line::Column::LineId, return_line::Column::Quantity])
        .join(JoinType::InnerJoin, of_return)
        .filter(return_line::Column::LineId.is_in(open_lines.iter().map(|line| line.id)))
        .filter(return_request::Column::State.is_not_in([State::Closed, State::Withdrawn]))
        .into_tuple()
        .all(db)
        .await?;
    Ok(open_lines
        .iter()
        .map(|line| {
            let came = within(parcels, line.id, &[parcel::State::Delivered]).0;
            let gone: i64 = asked
                .iter()
                .filter(|(id, _)| *id == line.id)
                .map(|(_, part)| part.0)
                .sum();
            (line.id, Thousandths((came - gone).max(0)))
        })
        .collect())
}

/// Asks to give goods of the order `id` back; `person` is nobody for a guest.
pub async fn ask(
    unit: &mut Unit,
    id: OrderId,
    new: &Ask,
    person: Option<PersonId>,
    photos: &[PhotoId],
) -> Result<OrderReturnId, OrdersError> {
    let open: Open = open(unit, id).await?;
    if new.as_credit && person.is_none() {
        return Err(Wrong::one("/credit", "wrong-return-credit").into());
    }
    let most = returnable(&*unit, &open.lines, &open.parcels).await?;
    let over = return_until(&open.order).is_some_and(|until| until <= unit.now());
    let came = open
        .parcels
        .iter()
        .any(|parcel| parcel.row.state == parcel::State::Delivered);
    if over || !came {
        return Err(OrdersError::ReturnOver);
    }
    let parts = parts_of(&open, &new.parts, |line| {
        most.get(&line.id).copied().unwrap_or_default()
    })?;
    let amount = worth(&*unit, &open, &parts).await?;
    let now = unit.now();
    let row = return_request::Model {
        id: unit.id(),
        order_id: id,
        seller_id: open.order.seller_id,
        person_id: person,
        state: State::Asked,
        reason: new.reason,
        words: new.words.clone(),
        as_credit: new.as_credit,
        amount,
        due_at: Some(Period::ReturnAnswer.after(now)),
        dispute_from: Some(Period::ReturnSilence.after(now)),
        restocked: None,
        decided_by: None,
        decision: None,
        carrier: String::new(),
        tracking: String::new(),
        refund_id: None,
        created_at: now,
        updated_at: now,
    };
    let made = row.id;
    return_request::Entity::insert(return_request::ActiveModel::from(row))
        .exec_without_returning(&*unit)
        .await?;
    let lines = parts.into_iter().map(|(line, quantity)| return_line::ActiveModel {
        return_id: Set(made),
        line_id: Set(line),
        quantity: Set(quantity),
    });
    return_line::Entity::insert_many(lines)
        .exec_without_returning(&*unit)
        .await?;
    let shown: Vec<_> = photos
        .iter()
        .zip(0..)
        .map(|(photo, position)| return_photo::ActiveModel {
            return_id: Set(made),
            photo_id: Set(*photo),
            position: Set(position),
        })
        .collect();
    if !shown.is_empty() {
        return_photo::Entity::insert_many(shown)
            .exec_without_returning(&*unit)
            .await?;
    }
    news::tell(unit, &open.order, News::Return(Side::Buyer, State::Asked)).await?;
    Ok(made)
}
