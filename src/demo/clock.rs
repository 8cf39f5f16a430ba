//! Somebody looks at the demo as it will be in three years.

use entity::{Timestamp, frame::setting, time::VIETNAM};
use jiff::Span;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};
use serde::Deserialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use super::error::ClockError;
use crate::{
    app::App,
    checked,
    db::{self, Actor},
    http::input::{Field, Wrong},
};

/// The name under which `App::open` finds the clock as it was left.
const OFFSET: &str = "clock_offset_ms";
/// The last year the demo's clock may show.
const LAST_YEAR: i16 = 2100;

/// How far to move the clock.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct AdvanceClock {
    /// An ISO 8601 duration, longer than none.
    #[schema(value_type = String, example = "P36M")]
    pub advance: Field<String>,
}

/// Moves the clock and returns what it shows then.
///
/// Months and years are those of the calendar in Vietnam: P1M from 31 January leads to the end of February.
pub async fn advance(app: &App, input: &AdvanceClock) -> Result<Timestamp, ClockError> {
    // Where the clock ends up depends on where it stands, so two may not turn it at once.
    static HAND: Mutex<()> = Mutex::const_new(());
    let _hand = HAND.lock().await;
    let now = app.now();
    let by = check(now, input)?;
    app.write(Actor::System, move |unit| {
        Box::pin(async move {
            let before: i64 = db::setting(&*unit, OFFSET)
                .await?
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            let row = setting::ActiveModel {
                name: Set(OFFSET.to_owned()),
                value: Set((before + by).to_string()),
            };
            let replace = OnConflict::column(setting::Column::Name)
                .update_column(setting::Column::Value)
                .to_owned();
            setting::Entity::insert(row)
                .on_conflict(replace)
                .exec_without_returning(&*unit)
                .await?;
            Ok::<_, ClockError>(())
        })
    })
    .await?;
    app.source().advance(by);
    Ok(now.plus(by))
}

/// The milliseconds between `now` and where `input` leads.
fn check(now: Timestamp, input: &AdvanceClock) -> Result<i64, ClockError> {
    let mut wrong = Wrong::default();
    let by = wrong
        .required("/advance", &input.advance)
        .and_then(|text| match reach(now, text.trim()) {
            Ok(by) => Some(by),
            Err(message) => {
                wrong.note("/advance", message);
                None
            }
        });
    checked!(wrong; by);
    Ok(by)
}

/// The milliseconds from `now` until `duration` later, or the message that says why it may not be.
fn reach(now: Timestamp, duration: &str) -> Result<i64, &'static str> {
    // jiff also reads "3 years"; the address promises ISO 8601 alone.
    let iso = duration.trim_start_matches(['+', '-']).starts_with(['P', 'p']);
    let span: Span = duration.parse().ok().filter(|_| iso).ok_or("demo-say-duration")?;
    if !span.is_positive() {
        return Err("demo-say-forward");
    }
    let then = VIETNAM
        .to_datetime(now.to_jiff())
        .checked_add(span)
        .map_err(|_| "demo-say-too-far")?;
    if then.year() > LAST_YEAR {
        return Err("demo-say-too-far");
    }
    let then = VIETNAM.to_timestamp(then).map_err(|_| "demo-say-too-far")?;
    Ok(then.as_millisecond() - now.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_by_the_calendar_and_only_forward() {
        let now: Timestamp = "2027-01-31T23:30:00+07:00".parse().expect("a moment");
        let led_to = |duration| reach(now, duration).map(|by| now.plus(by).rfc3339());
        assert_eq!(led_to("P1M").as_deref(), Ok("2027-02-28T23:30:00.000+07:00"));
        assert_eq!(led_to("P36M").as_deref(), Ok("2030-01-31T23:30:00.000+07:00"));
        assert_eq!(led_to("P1DT45M").as_deref(), Ok("2027-02-02T00:15:00.000+07:00"));
        assert_eq!(led_to("PT1.5S").as_deref(), Ok("2027-01-31T23:30:01.500+07:00"));
        for (duration, message) in [
            ("", "demo-say-duration"),
            ("3 years", "demo-say-duration"),
            ("P", "demo-say-duration"),
            ("36M", "demo-say-duration"),
            ("P99999999999Y", "demo-say-duration"),
            ("PT0S", "demo-say-forward"),
            ("-P1D", "demo-say-forward"),
            ("P74Y", "demo-say-too-far"),
            ("P9000Y", "demo-say-too-far"),
        ] {
            assert_eq!(led_to(duration), Err(message), "{duration}");
        }
    }
}
