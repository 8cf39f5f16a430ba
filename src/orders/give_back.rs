//! The seller gives back a part of what an order cost, by their own decision.

use entity::{Dong, ids::OrderId, orders::order::State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    OrdersError, books,
    lifecycle::{Illegal, Money},
    news::{self, News},
    open::open,
};
use crate::{
    checked,
    db::Unit,
    http::{
        input::{Field, Wrong},
        language::Message,
    },
    payments::refund::Why,
};

/// How much, and why.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct GiveBackInput {
    /// đồng
    #[schema(value_type = i64, minimum = 1)]
    pub amount: Field<i64>,
    #[schema(value_type = String, max_length = 500)]
    pub reason: Field<String>,
}

/// A checked [`GiveBackInput`].
#[derive(Clone, Debug)]
pub struct GiveBack {
    amount: Dong,
    reason: String,
}

impl GiveBackInput {
    pub fn check(&self) -> Result<GiveBack, Wrong> {
        let mut wrong = Wrong::default();
        let amount = wrong.dong("/amount", &self.amount);
        let reason = wrong.line("/reason", &self.reason, 500);
        checked!(wrong; amount, reason);
        Ok(GiveBack { amount, reason })
    }
}

/// Gives `new.amount` of what the order `id` cost back.
pub async fn give_back(unit: &mut Unit, id: OrderId, new: &GiveBack) -> Result<(), OrdersError> {
    let mut open = open(unit, id).await?;
    let came = match (open.money(), open.order.state) {
        (Money::All, State::Placed | State::Confirmed | State::Completed) => true,
        // Cash comes with the goods.
        (Money::OnDelivery, State::Completed) => open.order.cash != Some(entity::orders::order::Cash::Missing),
        _ => false,
    };
    if !came {
        return Err(Illegal::Unpaid.into());
    }
    if new.amount.0 > open.kept() {
        let most = Dong(open.kept().max(0)).to_string();
        return Err(Wrong::one("/amount", Message::new("wrong-more-than-kept").with("most", most)).into());
    }
    unit.because(&new.reason);
    books::give_back(unit, &mut open, new.amount, Why::Returned).await?;
    news::tell(unit, &open.order, News::GivenBack(new.amount, new.reason.clone())).await
}
