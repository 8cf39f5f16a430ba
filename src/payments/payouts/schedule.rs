//! When a seller is paid out.

use entity::{
    Day, Dong,
    ids::SellerId,
    payments::payout_schedule::{self, Every},
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, Iterable as _, sea_query::OnConflict};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    payments::terms,
};

/// When a seller is paid out (pure).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub every: Every,
    pub weekday: i32,
    pub threshold: Dong,
}

impl Schedule {
    /// That of sellers who chose none.
    #[must_use]
    pub fn usual(today: Day) -> Self {
        Self {
            every: Every::Weekly,
            weekday: terms::payout_weekday(today),
            threshold: terms::payout_threshold(today),
        }
    }

    fn of(row: &payout_schedule::Model) -> Self {
        Self {
            every: row.every,
            weekday: row.weekday,
            threshold: row.threshold,
        }
    }

    /// Whether `claimable` is to be paid out on `today`; `last` is the day of the payout before.
    #[must_use]
    pub fn is_due(&self, claimable: i64, today: Day, last: Option<Day>) -> bool {
        if claimable <= 0 {
            return false;
        }
        match self.every {
            Every::Daily => last.is_none_or(|last| last < today),
            // A server that was off on the day makes up for it on the next.
            Every::Weekly => {
                let due = self.latest(today);
                last.is_none_or(|last| last < due)
            }
            Every::Threshold => claimable >= self.threshold.0,
        }
    }

    /// The last day of the week on which it was due, `today` included.
    fn latest(&self, today: Day) -> Day {
        let weekday = i32::from(today.0.weekday().to_monday_one_offset());
        today.plus_days(-(weekday - self.weekday).rem_euclid(7))
    }

    /// The next day on which it is looked at; `None`: whenever enough has come together.
    #[must_use]
    pub fn next(&self, today: Day) -> Option<Day> {
        match self.every {
            Every::Daily => Some(today.plus_days(1)),
            Every::Weekly => Some(self.latest(today).plus_days(7)),
            Every::Threshold => None,
        }
    }
}

/// A schedule as it is given.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ChangeSchedule {
    /// `daily`, `weekly` or `threshold`.
    #[schema(value_type = String)]
    pub every: Field<String>,
    /// Where it is weekly: 1, Monday, to 7, Sunday.
    #[schema(value_type = Option<i32>, minimum = 1, maximum = 7)]
    pub weekday: Field<i64>,
    /// Where it is by a sum: đồng.
    #[schema(value_type = Option<i64>, minimum = 1)]
    pub threshold: Field<i64>,
}

impl ChangeSchedule {
    /// The schedule; what is not named stays as usual.
    pub fn check(&self, today: Day) -> Result<Schedule, Wrong> {
        let mut wrong = Wrong::default();
        let usual = Schedule::usual(today);
        let every = wrong.required("/every", &self.every).and_then(|code| {
            let every = Every::iter().find(|every| every.code() == code);
            if every.is_none() {
                wrong.note("/every", "wrong-payout-every");
            }
            every
        });
        let weekday = wrong.optional("/weekday", &self.weekday, |wrong, pointer, field| {
            wrong.integer(pointer, field, 1..=7)
        });
        let threshold = wrong.optional("/threshold", &self.threshold, |wrong, pointer, field| {
            wrong.dong(pointer, field)
        });
        checked!(wrong; every, weekday, threshold);
        Ok(Schedule {
            every,
            weekday: weekday.and_then(|day| i32::try_from(day).ok()).unwrap_or(usual.weekday),
            threshold: threshold.unwrap_or(usual.threshold),
        })
    }
}

/// When `seller` is paid out.
pub async fn schedule_of(db: &impl ConnectionTrait, seller: SellerId, today: Day) -> Result<Schedule, DbErr> {
    let row = payout_schedule::Entity::find_by_id(seller).one(db).await?;
    Ok(row.as_ref().map_or_else(|| Schedule::usual(today), Schedule::of))
}

/// Sets when `seller` is paid out.
pub async fn change_schedule(unit: &mut Unit, seller: SellerId, new: Schedule) -> Result<(), DbErr> {
    let row = payout_schedule::ActiveModel {
        seller_id: Set(seller),
        every: Set(new.every),
        weekday: Set(new.weekday),
        threshold: Set(new.threshold),
        changed_at: Set(unit.now()),
    };
    let replace = OnConflict::column(payout_schedule::Column::SellerId)
        .update_columns([
            payout_schedule::Column::Every,
            payout_schedule::Column::Weekday,
            payout_schedule::Column::Threshold,
            payout_schedule::Column::ChangedAt,
        ])
        .to_owned();
    payout_schedule::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(&*unit)
        .await
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::from_iso(text).expect("a day")
    }

    #[test]
    fn a_week_begins_on_the_day_that_was_chosen() {
        let friday = Schedule {
            every: Every::Weekly,
            weekday: 5,
            threshold: Dong(1),
        };
        // 2026-11-22 is a Sunday, the 20th a Friday.
        let (sunday, last) = (day("2026-11-22"), day("2026-11-20"));
        assert!(friday.is_due(1, sunday, None));
        assert!(friday.is_due(1, sunday, Some(day("2026-11-19"))));
        assert!(!friday.is_due(1, sunday, Some(last)), "paid on the day itself");
        assert!(!friday.is_due(1, day("2026-11-26"), Some(last)));
        assert!(friday.is_due(1, day("2026-11-27"), Some(last)));
        assert_eq!(friday.next(sunday), Some(day("2026-11-27")));
        assert!(!friday.is_due(0, sunday, None), "nothing is never due");
        assert!(!friday.is_due(-5, sunday, None));
    }

    #[test]
    fn every_day_once_and_by_sum_as_often_as_it_is_reached() {
        let (today, sum) = (day("2026-11-22"), Dong(200_000));
        let daily = Schedule {
            every: Every::Daily,
            weekday: 1,
            threshold: sum,
        };
        assert!(daily.is_due(1, today, Some(day("2026-11-21"))) && !daily.is_due(1, today, Some(today)));
        let by_sum = Schedule {
            every: Every::Threshold,
            ..daily
        };
        assert!(by_sum.is_due(200_000, today, Some(today)) && !by_sum.is_due(199_999, today, None));
        assert_eq!(by_sum.next(today), None);
    }
}
