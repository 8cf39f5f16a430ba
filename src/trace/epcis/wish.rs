//! When somebody wants to hear: as soon as there is something, or on a schedule (EPCIS 2.0, 8.2.5.3).

use entity::Timestamp;
use serde_json::{Map, Value, json};

use super::{EpcisError, schedule::Schedule};
use crate::http::input::Wrong;

const FIELDS: [&str; 6] = ["second", "minute", "hour", "dayOfMonth", "month", "dayOfWeek"];

/// How a subscriber wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Absent: at once.
    pub schedule: Option<(Map<String, Value>, Schedule)>,
    pub report_if_empty: bool,
    /// Nothing recorded before is told.
    pub first: Timestamp,
}

impl Wish {
    /// Reads the members of a subscription; `at` leads to them.
    pub fn of_json(body: &Map<String, Value>, now: Timestamp) -> Result<Self, Wrong> {
        Self::read(body, now, "/", "/schedule/")
    }

    /// Reads the parameters of a URL; `None` when none of them is there. What is left of `asked` is none of a wish.
    pub fn of_url(asked: &[(String, String)], now: Timestamp) -> Result<Option<Self>, EpcisError> {
        let mut body = Map::new();
        let mut schedule = Map::new();
        let mut wrong = Wrong::default();
        for (name, value) in asked {
            match name.as_str() {
                "stream" | "reportIfEmpty" => {
                    let value = value.parse::<bool>().map_or(Value::Null, Value::Bool);
                    body.insert(name.clone(), value);
                }
                "initialRecordTime" => {
                    body.insert(name.clone(), json!(value));
                }
                field if FIELDS.contains(&field) => {
                    schedule.insert(name.clone(), json!(value));
                }
                _ => wrong.note(format!("?{name}"), super::paging::fault("there is no such parameter")),
            }
        }
        if body.is_empty() && schedule.is_empty() {
            return Ok(None);
        }
        if !schedule.is_empty() {
            body.insert("schedule".to_owned(), Value::Object(schedule));
        }
        if !wrong.0.is_empty() {
            return Err(EpcisError::Subscription(wrong));
        }
        Self::read(&body, now, "?", "?")
            .map(Some)
            .map_err(EpcisError::Subscription)
    }

    fn read(body: &Map<String, Value>, now: Timestamp, at: &str, below: &str) -> Result<Self, Wrong> {
        let mut wrong = Wrong::default();
        let mut flag = |name: &str| match body.get(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => {
                wrong.note(format!("{at}{name}"), super::paging::fault("it is true or false"));
                false
            }
        };
        let (stream, report_if_empty) = (flag("stream"), flag("reportIfEmpty"));
        let schedule = match body.get("schedule") {
            None => None,
            Some(Value::Object(fields)) => match Schedule::read(fields) {
                Ok(schedule) => Some((fields.clone(), schedule)),
                Err(field) => {
                    wrong.note(format!("{below}{field}"), "epcis-say-schedule");
                    None
                }
            },
            Some(_) => {
                wrong.note(format!("{at}schedule"), "epcis-say-schedule");
                None
            }
        };
        if stream == body.contains_key("schedule") {
            wrong.note(format!("{at}stream"), "epcis-say-when");
        }
        let first = match body.get("initialRecordTime") {
            None => Some(now),
            Some(given) => given.as_str().and_then(|text| text.parse().ok()),
        };
        if first.is_none() {
            let why = super::paging::fault("it is no time with a zone (RFC 3339)");
            wrong.note(format!("{at}initialRecordTime"), why);
        }
        match first {
            Some(first) if wrong.0.is_empty() => Ok(Self {
                schedule,
                report_if_empty,
                first,
            }),
            _ => Err(wrong),
        }
    }

    /// When to look next, after a look at `now`.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        match &self.schedule {
            None => Some(now),
            Some((_, schedule)) => schedule.next_after(now),
        }
    }
}
