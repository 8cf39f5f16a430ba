//! A seller's revenue of a year against the threshold of the law: above it a household pays tax and issues e-invoices.

use std::{collections::HashMap, sync::LazyLock};

use entity::{
    Day, Dong, Timestamp,
    catalogue::seller,
    ids::SellerId,
    payments::transfer::{self, Reason, Side},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid,
};
use serde::Deserialize;

use crate::payments::ledger::of_kind;

/// A line of the table.
#[derive(Debug, Deserialize)]
pub struct Threshold {
    pub from: String,
    /// In đồng of a year.
    #[serde(rename = "threshold")]
    dong: i64,
    warn_bp: i64,
    pub source: String,
}

static THRESHOLDS: LazyLock<Vec<Threshold>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("thresholds.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the table beside this file is well formed; a test reads it")
});

/// The threshold that holds on `day`; before the first line the first line.
pub fn on(day: Day) -> &'static Threshold {
    let day = day.iso();
    THRESHOLDS
        .iter()
        .rev()
        .find(|line| line.from <= day)
        .or_else(|| THRESHOLDS.first())
        .expect("the table beside this file is not empty; a test reads it")
}

/// How near somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Below,
    /// Near enough to be told.
    Near,
    /// At it or above.
    Over,
}

impl Standing {
    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Near => "near",
            Self::Over => "over",
        }
    }
}

impl Threshold {
    #[must_use]
    pub const fn amount(&self) -> Dong {
        Dong(self.dong)
    }

    /// From which revenue on somebody is told.
    #[must_use]
    pub fn warns_at(&self) -> Dong {
        let at = i128::from(self.dong) * i128::from(self.warn_bp);
        Dong(i64::try_from((at + 9_999) / 10_000).unwrap_or(self.dong))
    }

    /// How near `revenue` is.
    #[must_use]
    pub fn standing(&self, revenue: i64) -> Standing {
        if revenue >= self.dong {
            Standing::Over
        } else if revenue >= self.warns_at().0 {
            Standing::Near
        } else {
            Standing::Below
        }
    }

    /// `revenue` as a share of it, in basis points, rounded down.
    #[must_use]
    pub fn share_bp(&self, revenue: i64) -> i64 {
        i64::try_from(i128::from(Ord::max(revenue, 0)) * 10_000 / i128::from(self.dong)).unwrap_or(i64::MAX)
    }
}

/// Whether a sale of a seller of this kind who stands there needs an e-invoice's data from the exchange.
#[must_use]
pub fn needs_invoice(kind: seller::Kind, standing: Standing) -> bool {
    kind == seller::Kind::Household && standing == Standing::Over
}

/// A year in Vietnam: from its first moment to that of the next.
#[must_use]
pub fn year(year: i16) -> (Timestamp, Timestamp) {
    let first = |year: i16| Day::from_iso(&format!("{year:04}-01-01")).map_or(Timestamp(0), Day::start);
    (first(year), first(year.saturating_add(1)))
}

/// What `seller` has earned in a year, less what came back in it: as the ledger has it.
pub async fn revenue(db: &impl ConnectionTrait, seller: SellerId, of: i16) -> Result<i64, DbErr> {
    let (from, until) = year(of);
    let mut sum = 0;
    for (reason, kind, named, sign) in SIDES {
        let total: Option<Option<i64>> = transfer::Entity::find()
            .select_only()
            .column_as(transfer::Column::Amount.sum().cast_as("bigint"), "total")
            .filter(of_kind(kind, Side::Seller))
            .filter(named.eq(seller))
            .filter(transfer::Column::Reason.eq(reason))
            .filter(transfer::Column::RecordedAt.gte(from))
            .filter(transfer::Column::RecordedAt.lt(until))
            .into_tuple()
            .one(db)
            .await?;
        sum += sign * total.flatten().unwrap_or(0);
    }
    Ok(sum)
}

const SIDES: [(Reason, &str, transfer::Column, i64); 2] = [
    (Reason::Earned, "credit_kind", transfer::Column::CreditId, 1),
    (Reason::Returned, "debit_kind", transfer::Column::DebitId, -1),
];

/// The revenue of every seller who earned something in a year.
pub async fn revenues(db: &impl ConnectionTrait, of: i16) -> Result<Vec<(seller::Model, i64)>, DbErr> {
    let (from, until) = year(of);
    let mut sums: HashMap<SellerId, i64> = HashMap::new();
    for (reason, kind, named, sign) in SIDES {
        let rows: Vec<(Uuid, i64)> = transfer::Entity::find()
            .select_only()
            .column(named)
            .column_as(transfer::Column::Amount.sum().cast_as("bigint"), "total")
            .filter(of_kind(kind, Side::Seller))
            .filter(transfer::Column::Reason.eq(reason))
            .filter(transfer::Column::RecordedAt.gte(from))
            .filter(transfer::Column::RecordedAt.lt(until))
            .group_by(named)
            .into_tuple()
            .all(db)
            .await?;
        for (seller, total) in rows {
            *sums.entry(SellerId(seller)).or_default() += sign * total;
        }
    }
    let rows = seller::Entity::find()
        .filter(seller::Column::Id.is_in(sums.keys().copied()))
        .order_by_asc(seller::Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let sum = sums.get(&row.id).copied().unwrap_or(0);
            (row, sum)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_told_at_eighty_in_a_hundred() {
        let line = on(Day::from_iso("2026-11-22").expect("a day"));
        assert_eq!(line.amount(), Dong(1_000_000_000));
        for (revenue, standing) in [
            (-5, Standing::Below),
            (799_999_999, Standing::Below),
            (800_000_000, Standing::Near),
            (999_999_999, Standing::Near),
            (1_000_000_000, Standing::Over),
        ] {
            assert_eq!(line.standing(revenue), standing, "{revenue}");
        }
        assert_eq!(line.share_bp(805_500_000), 8_055);
        assert!(THRESHOLDS.is_sorted_by_key(|line| line.from.clone()));
        assert!(
            THRESHOLDS
                .iter()
                .all(|line| Day::from_iso(&line.from).is_ok() && line.dong > 0)
        );
    }

    #[test]
    fn a_year_begins_at_midnight_in_vietnam() {
        let (from, until) = year(2026);
        assert_eq!(from.rfc3339(), "2026-01-01T00:00:00.000+07:00");
        assert_eq!(until.rfc3339(), "2027-01-01T00:00:00.000+07:00");
    }
}
