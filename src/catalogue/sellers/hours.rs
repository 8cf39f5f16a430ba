//! When a seller's door is open (pure).

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{
    input::{Field, Wrong},
    language::Message,
};

/// Spans in one week.
const MOST: usize = 21;

/// A span of a weekday.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct HoursInput {
    /// 1 (Monday) to 7 (Sunday).
    #[schema(value_type = i64, minimum = 1, maximum = 7)]
    pub weekday: Field<i64>,
    #[schema(value_type = String, example = "07:00")]
    pub opens: Field<String>,
    /// Later than it opens; `24:00` is the end of the day.
    #[schema(value_type = String, example = "17:30")]
    pub closes: Field<String>,
}

/// A checked span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub weekday: i32,
    pub opens: String,
    pub closes: String,
}

/// The spans in the order of the week, none of which overlaps another.
pub fn check(wrong: &mut Wrong, pointer: &str, field: &Field<Vec<Field<HoursInput>>>) -> Option<Vec<Span>> {
    let given = wrong.required(pointer, field)?;
    if given.len() > MOST {
        wrong.note(pointer, Message::new("wrong-too-many").with("max", MOST));
        return None;
    }
    let read: Vec<_> = given
        .iter()
        .enumerate()
        .map(|(place, field)| span(wrong, &format!("{pointer}/{place}"), field))
        .collect();
    let read = read.into_iter().collect::<Option<Vec<_>>>()?;
    // Text of one length sorts as the hours do.
    let mut week: BTreeMap<(i32, String), (usize, String)> = BTreeMap::new();
    for (place, span) in read.into_iter().enumerate() {
        if week.insert((span.weekday, span.opens), (place, span.closes)).is_some() {
            wrong.note(format!("{pointer}/{place}"), "wrong-hours-overlap");
            return None;
        }
    }
    let mut spans: Vec<Span> = Vec::with_capacity(week.len());
    for ((weekday, opens), (place, closes)) in week {
        if spans
            .last()
            .is_some_and(|before| before.weekday == weekday && before.closes > opens)
        {
            wrong.note(format!("{pointer}/{place}"), "wrong-hours-overlap");
            return None;
        }
        spans.push(Span { weekday, opens, closes });
    }
    Some(spans)
}

fn span(wrong: &mut Wrong, pointer: &str, field: &Field<HoursInput>) -> Option<Span> {
    let given = wrong.required(pointer, field)?;
    let weekday = wrong.integer(&format!("{pointer}/weekday"), &given.weekday, 1..=7);
    let opens = clock(wrong, &format!("{pointer}/opens"), &given.opens);
    let closes = clock(wrong, &format!("{pointer}/closes"), &given.closes);
    let (weekday, opens, closes) = (i32::try_from(weekday?).ok()?, opens?, closes?);
    if closes <= opens {
        wrong.note(format!("{pointer}/closes"), "wrong-hours-order");
        return None;
    }
    Some(Span { weekday, opens, closes })
}

/// `HH:MM`, 00:00 to 24:00.
fn clock(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<String> {
    let text = wrong.required(pointer, field)?.trim();
    let read = text.split_once(':').and_then(|(hours, minutes)| {
        let two = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok());
        let (hours, minutes): (u32, u32) = (two(hours).flatten()?, two(minutes).flatten()?);
        let good = (hours < 24 && minutes < 60) || (hours == 24 && minutes == 0);
        good.then(|| text.to_owned())
    });
    if read.is_none() {
        wrong.note(pointer, "wrong-clock");
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(spans: &[(i64, &str, &str)]) -> Result<Vec<Span>, Vec<String>> {
        let given = |(weekday, opens, closes): &(i64, &str, &str)| {
            Field::Given(HoursInput {
                weekday: Field::Given(*weekday),
                opens: Field::Given((*opens).to_owned()),
                closes: Field::Given((*closes).to_owned()),
            })
        };
        let mut wrong = Wrong::default();
        let read = check(&mut wrong, "/hours", &Field::Given(spans.iter().map(given).collect()));
        read.ok_or_else(|| wrong.0.into_iter().map(|error| error.pointer).collect())
    }

    #[test]
    fn a_week_is_sorted_and_nothing_in_it_overlaps() {
        let sorted = week(&[(2, "13:30", "17:00"), (1, "07:00", "24:00"), (2, "07:00", "11:30")]).expect("a week");
        let days: Vec<_> = sorted.iter().map(|span| (span.weekday, span.opens.as_str())).collect();
        assert_eq!(days, [(1, "07:00"), (2, "07:00"), (2, "13:30")]);
        assert_eq!(week(&[]), Ok(Vec::new()));
        for (spans, pointer) in [
            (vec![(1, "07:00", "12:00"), (1, "11:00", "17:00")], "/hours/1"),
            (vec![(1, "07:00", "12:00"), (1, "07:00", "09:00")], "/hours/1"),
            (vec![(8, "07:00", "12:00")], "/hours/0/weekday"),
            (vec![(1, "7:00", "12:00")], "/hours/0/opens"),
            (vec![(1, "07:60", "12:00")], "/hours/0/opens"),
            (vec![(1, "07:00", "24:01")], "/hours/0/closes"),
            (vec![(1, "17:00", "07:00")], "/hours/0/closes"),
        ] {
            assert_eq!(week(&spans), Err(vec![pointer.to_owned()]), "{spans:?}");
        }
    }
}
