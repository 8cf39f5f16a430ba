//! What was withheld in a month, seller by seller. Nothing here writes.

use std::collections::BTreeMap;

use entity::{
    catalogue::seller,
    ids::SellerId,
    payments::{
        commission::Kind,
        tax_remittance,
        withholding::{self, What},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

use crate::payments::month::Month;

/// What a seller's sales of a month came to, and what was withheld of them. What came back is told apart, above zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub goods: i64,
    pub services: i64,
    pub transport: i64,
    pub vat: i64,
    pub pit: i64,
    pub cancelled: i64,
    pub vat_offset: i64,
    pub pit_offset: i64,
}

impl Sums {
    /// What is owed to the state; below zero it is carried into the next month.
    #[must_use]
    pub const fn due(&self) -> i64 {
        self.vat + self.pit - self.vat_offset - self.pit_offset
    }

    fn add(&mut self, other: &Self) {
        self.goods += other.goods;
        self.services += other.services;
        self.transport += other.transport;
        self.vat += other.vat;
        self.pit += other.pit;
        self.cancelled += other.cancelled;
        self.vat_offset += other.vat_offset;
        self.pit_offset += other.pit_offset;
    }
}

/// A month's return.
#[derive(Clone, Debug)]
pub struct Return {
    pub month: Month,
    pub sellers: Vec<(seller::Model, Sums)>,
    pub totals: Sums,
    pub remitted: Option<tax_remittance::Model>,
}

/// The return of `month`, by the moment at which each was withheld or given back.
pub async fn tax_return(db: &impl ConnectionTrait, month: Month) -> Result<Return, DbErr> {
    let rows: Vec<(SellerId, What, Kind, i64, i64, i64)> = withholding::Entity::find()
        .select_only()
        .columns([
            withholding::Column::SellerId,
            withholding::Column::What,
            withholding::Column::Kind,
        ])
        .column_as(withholding::Column::Base.sum().cast_as("bigint"), "base")
        .column_as(withholding::Column::Vat.sum().cast_as("bigint"), "vat")
        .column_as(withholding::Column::Pit.sum().cast_as("bigint"), "pit")
        .filter(withholding::Column::At.gte(month.start()))
        .filter(withholding::Column::At.lt(month.end()))
        .group_by(withholding::Column::SellerId)
        .group_by(withholding::Column::What)
        .group_by(withholding::Column::Kind)
        .into_tuple()
        .all(db)
        .await?;
    let mut sums: BTreeMap<SellerId, Sums> = BTreeMap::new();
    for (seller, what, kind, base, vat, pit) in rows {
        let sum = sums.entry(seller).or_default();
        match (kind, what) {
            (Kind::Offset, _) => {
                sum.cancelled -= base;
                sum.vat_offset -= vat;
                sum.pit_offset -= pit;
                continue;
            }
            (Kind::Charge, What::Goods) => sum.goods += base,
            (Kind::Charge, What::Transport) => sum.transport += base,
            (Kind::Charge, What::Services | What::Unclear) => sum.services += base,
        }
        sum.vat += vat;
        sum.pit += pit;
    }
    let mut totals = Sums::default();
    for sum in sums.values() {
        totals.add(sum);
    }
    let known = seller::Entity::find()
        .filter(seller::Column::Id.is_in(sums.keys().copied()))
        .all(db)
        .await?;
    let mut sellers: Vec<_> = known
        .into_iter()
        .filter_map(|row| {
            let sum = *sums.get(&row.id)?;
            Some((row, sum))
        })
        .collect();
    sellers.sort_by_key(|(row, _)| row.id);
    let remitted = tax_remittance::Entity::find_by_id(month.to_string()).one(db).await?;
    Ok(Return {
        month,
        sellers,
        totals,
        remitted,
    })
}
