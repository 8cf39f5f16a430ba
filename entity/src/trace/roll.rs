//! Stickers printed in advance for a commune, each with a short code of its own, before anybody knows of which batch.

use sea_orm::entity::prelude::*;

use crate::{
    CommuneCode, Timestamp,
    ids::{PersonId, RollId, SellerId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roll")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RollId,
    pub commune_code: CommuneCode,
    /// The running number of its first sticker; numbers go on from roll to roll within a commune.
    pub first: i32,
    pub count: i32,
    /// The name of the stock it is printed on.
    pub template: String,
    /// The cooperative or company that ordered it for itself; `None`: an office did, for everybody.
    pub seller_id: Option<SellerId>,
    pub made_by: Option<PersonId>,
    pub made_at: Timestamp,
}

impl Model {
    /// The running number of its last sticker.
    #[must_use]
    pub const fn last(&self) -> i32 {
        self.first + self.count - 1
    }
}

crate::plain_table!();
