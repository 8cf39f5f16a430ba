//! When a scheduled query is asked (EPCIS 2.0, 8.2.5.3; pure). What is coarser than the finest field given may be anything, what
//! is finer is its first value: `{hour: 1, minute: 5}` is every night at 1:05:00. Times are Vietnam's.

use entity::Timestamp;
use jiff::{
    Timestamp as Instant, ToSpan,
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};
use serde_json::{Map, Value};

/// Fields from fine to coarse, with their first and last value.
const FIELDS: [(&str, i8, i8); 6] = [
    ("second", 0, 59),
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("dayOfMonth", 1, 31),
    ("month", 1, 12),
    ("dayOfWeek", 1, 7),
];
const SECOND: usize = 0;
const MINUTE: usize = 1;
const HOUR: usize = 2;
const DAY: usize = 3;
const MONTH: usize = 4;
const WEEKDAY: usize = 5;
/// 29 February on a given day of the week comes round within so many days.
const FURTHEST_DAYS: i32 = 366 * 41;

/// The values of each field, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule([Vec<i8>; 6]);

impl Schedule {
    /// Reads the fields of a schedule; the error names the one that cannot be read. At least one is needed.
    pub fn read(fields: &Map<String, Value>) -> Result<Self, String> {
        if let Some(unknown) = fields.keys().find(|key| FIELDS.iter().all(|(name, ..)| name != key)) {
            return Err(unknown.clone());
        }
        let mut values: [Option<Vec<i8>>; 6] = Default::default();
        for (place, (name, least, most)) in FIELDS.into_iter().enumerate() {
            let text = match fields.get(name) {
                None | Some(Value::Null) => continue,
                Some(Value::String(text)) => text.clone(),
                Some(Value::Number(number)) => number.to_string(),
                Some(_) => return Err(name.to_owned()),
            };
            values[place] = Some(numbers(&text, least, most).ok_or_else(|| name.to_owned())?);
        }
        // A day of the week is as fine as a day of the month.
        let fineness = |place: usize| if place == WEEKDAY { DAY } else { place };
        let finest = (0..FIELDS.len())
            .filter(|place| values[*place].is_some())
            .map(fineness)
            .min();
        let finest = finest.ok_or_else(String::new)?;
        let mut place = 0;
        Ok(Self(values.map(|given| {
            let (_, least, most) = FIELDS[place];
            let finer = fineness(place) < finest;
            place += 1;
            given.unwrap_or_else(|| if finer { vec![least] } else { (least..=most).collect() })
        })))
    }

    /// The next moment after `at`; `None` when there is none, as of 31 February.
    #[must_use]
    pub fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::fixed(Offset::constant(7));
        let begin = Instant::from_millisecond(at.0).ok()?.to_zoned(zone.clone()).datetime();
        let mut date = begin.date();
        for day in 0..FURTHEST_DAYS {
            if self.has_day(date) {
                // On the first day, only what is still to come.
                let after = (day == 0).then(|| begin.time());
                if let Some(time) = self.first_time(after) {
                    let moment = date.to_datetime(time).to_zoned(zone).ok()?;
                    return Some(Timestamp(moment.timestamp().as_millisecond()));
                }
            }
            date = date.checked_add(1.day()).ok()?;
        }
        None
    }

    fn has_day(&self, date: Date) -> bool {
        self.0[MONTH].contains(&date.month())
            && self.0[DAY].contains(&date.day())
            && self.0[WEEKDAY].contains(&date.weekday().to_monday_one_offset())
    }

    fn first_time(&self, after: Option<Time>) -> Option<Time> {
        for hour in &self.0[HOUR] {
            if after.is_some_and(|after| *hour < after.hour()) {
                continue;
            }
            for minute in &self.0[MINUTE] {
                for second in &self.0[SECOND] {
                    let time = Time::new(*hour, *minute, *second, 0).ok()?;
                    if after.is_none_or(|after| time > after) {
                        return Some(time);
                    }
                }
            }
        }
        None
    }
}

/// `5`, `[1-5]`, and several with commas between them.
fn numbers(text: &str, least: i8, most: i8) -> Option<Vec<i8>> {
    let number = |text: &str| {
        let number: i8 = text.trim().parse().ok()?;
        (least..=most).contains(&number).then_some(number)
    };
    let mut values = Vec::new();
    for element in text.split(',').map(str::trim) {
        match element.strip_prefix('[').and_then(|range| range.strip_suffix(']')) {
            Some(range) => {
                let (from, to) = range.split_once('-')?;
                let (from, to) = (number(from)?, number(to)?);
                (from <= to).then_some(())?;
                values.extend(from..=to);
            }
            None => values.push(number(element)?),
        }
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn next(fields: &Value, at: &str) -> Option<String> {
        let schedule = Schedule::read(fields.as_object().expect("fields")).expect("a schedule");
        let at: Timestamp = at.parse().expect("a moment");
        let next = schedule.next_after(at)?;
        assert!(next > at);
        Some(next.rfc3339())
    }

    #[test]
    fn finer_fields_begin_and_coarser_ones_are_free() {
        let at = "2026-11-22T10:00:00+07:00";
        for (fields, then) in [
            (json!({"hour": "1", "minute": "5"}), "2026-11-23T01:05:00+07:00"),
            (json!({"second": "30"}), "2026-11-22T10:00:30+07:00"),
            (json!({"minute": "[0-59]"}), "2026-11-22T10:01:00+07:00"),
            (json!({"hour": "10"}), "2026-11-23T10:00:00+07:00"),
            // 22 November 2026 is a Sunday.
            (json!({"dayOfWeek": "1"}), "2026-11-23T00:00:00+07:00"),
            (
                json!({"dayOfWeek": "[6-7]", "hour": "11,9"}),
                "2026-11-22T11:00:00+07:00",
            ),
            (json!({"month": "2", "dayOfMonth": 29}), "2028-02-29T00:00:00+07:00"),
        ] {
            let then: Timestamp = then.parse().expect("a moment");
            assert_eq!(next(&fields, at), Some(then.rfc3339()), "{fields}");
        }
        assert_eq!(next(&json!({"month": "2", "dayOfMonth": "31"}), at), None);
    }

    #[test]
    fn what_is_no_schedule_is_named() {
        for (fields, field) in [
            (json!({"minute": "60"}), "minute"),
            (json!({"hour": "[5-1]"}), "hour"),
            (json!({"dayOfWeek": "0"}), "dayOfWeek"),
            (json!({"second": ""}), "second"),
            (json!({"hour": [1]}), "hour"),
            (json!({"year": "2026"}), "year"),
            (json!({}), ""),
        ] {
            assert_eq!(
                Schedule::read(fields.as_object().expect("fields")),
                Err(field.to_owned())
            );
        }
    }
}
