//! The coming days of a farm's times (pure, but for counting who comes already).

use std::collections::HashMap;

use entity::{
    Day, Timestamp,
    ids::FarmTimeId,
    orders::{farm_day, farm_time},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::http::language::Message;

/// How far ahead a time may be chosen, in days.
const AHEAD: i32 = 28;
const HOUR_MS: i64 = 60 * 60 * 1000;

/// A time at the farm on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub time: farm_time::Model,
    pub day: Day,
    /// Orders it still has room for.
    pub left: i64,
}

/// When `time` begins on `day`.
fn begins(time: &farm_time::Model, day: Day) -> Timestamp {
    let part = |range: std::ops::Range<usize>| time.opens.get(range).and_then(|text| text.parse::<i64>().ok());
    let minutes = part(0..2).unwrap_or(0) * 60 + part(3..5).unwrap_or(0);
    day.start().plus(minutes * 60 * 1000)
}

fn weekday(day: Day) -> i32 {
    i32::from(day.0.weekday().to_monday_one_offset())
}

/// Why nobody may choose `time` on `day` at the moment `now`, however much room there is.
#[must_use]
pub fn refusal(time: &farm_time::Model, day: Day, now: Timestamp) -> Option<Message> {
    if weekday(day) != time.weekday {
        return Some(Message::new("wrong-slot-weekday"));
    }
    let closes = begins(time, day).plus(-i64::from(time.closes_hours_before) * HOUR_MS);
    if now >= closes {
        return Some(Message::new("wrong-slot-past"));
    }
    (day > now.day().plus_days(AHEAD)).then(|| Message::new("wrong-slot-far").with("days", AHEAD.to_string()))
}

/// The days on which `times` may be chosen, the nearest first.
pub async fn coming(db: &impl ConnectionTrait, times: &[farm_time::Model], now: Timestamp) -> Result<Vec<Slot>, DbErr> {
    if times.is_empty() {
        return Ok(Vec::new());
    }
    let taken: HashMap<(FarmTimeId, Day), i64> = farm_day::Entity::find()
        .filter(farm_day::Column::TimeId.is_in(times.iter().map(|time| time.id)))
        .filter(farm_day::Column::Day.gte(now.day()))
        .all(db)
        .await?
        .into_iter()
        .map(|row| ((row.time_id, row.day), row.taken))
        .collect();
    let mut slots: Vec<Slot> = Vec::new();
    for ahead in 0..=AHEAD {
        let day = now.day().plus_days(ahead);
        for time in times {
            if refusal(time, day, now).is_none() {
                let left = time.capacity - taken.get(&(time.id, day)).copied().unwrap_or(0);
                slots.push(Slot {
                    time: time.clone(),
                    day,
                    left: left.max(0),
                });
            }
        }
    }
    Ok(slots)
}

#[cfg(test)]
mod tests {
    use entity::ids::SellerId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_time_is_chosen_on_its_weekday_before_it_closes() {
        let monday = farm_time::Model {
            id: FarmTimeId(Uuid::nil()),
            seller_id: SellerId(Uuid::nil()),
            weekday: 1,
            opens: "07:30".to_owned(),
            closes: "10:00".to_owned(),
            closes_hours_before: 12,
            capacity: 3,
        };
        let at = |text: &str| -> Timestamp { text.parse().expect("a moment") };
        let day = |text: &str| Day::from_iso(text).expect("a day");
        let said = |on: &str, now: &str| refusal(&monday, day(on), at(now)).map(|message| message.id().to_owned());
        // 23 November 2026 is a Monday.
        assert_eq!(said("2026-11-23", "2026-11-22T19:29:59+07:00"), None);
        assert_eq!(
            said("2026-11-23", "2026-11-22T19:30:00+07:00").as_deref(),
            Some("wrong-slot-past")
        );
        assert_eq!(
            said("2026-11-16", "2026-11-22T10:00:00+07:00").as_deref(),
            Some("wrong-slot-past")
        );
        assert_eq!(
            said("2026-11-24", "2026-11-22T10:00:00+07:00").as_deref(),
            Some("wrong-slot-weekday")
        );
        assert_eq!(
            said("2027-02-01", "2026-11-22T10:00:00+07:00").as_deref(),
            Some("wrong-slot-far")
        );
    }
}
