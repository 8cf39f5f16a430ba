//! Units that are known one by one. A serial number is made when its sticker is printed: a running number for people and
//! letters that nobody can guess, so that a number that was never printed is no sticker of ours.

use entity::{
    ShortCode,
    ids::BatchId,
    trace::{batch, unit_serial},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::over::hold_when_over;
use crate::{
    db::Unit,
    http::{input::Wrong, language::Message},
    trace::TraceError,
    vault::Vault,
};

/// Serial numbers of one batch at most.
pub const MOST: i32 = 1_000_000;
/// Letters that nobody can guess: 27 to the eleventh is above two to the fifty-second.
const LETTERS: u32 = 11;
/// Those of short codes: no vowels, nothing that looks like something else in print. All are in GS1's set 82.
const ALPHABET: &[u8; 27] = b"23456789BCDFGHJKLMNPQRSTVWX";
/// Rows in one statement.
const ROWS: usize = 500;

/// The serial number of the `number`th unit, AI (21): at most 19 characters.
#[must_use]
pub fn serial(number: i32, random: u64) -> String {
    let mut rest = random % 27_u64.pow(LETTERS);
    let mut serial = format!("{number:05}-");
    for _ in 0..LETTERS {
        serial.push(char::from(ALPHABET[usize::try_from(rest % 27).unwrap_or(0)]));
        rest /= 27;
    }
    serial
}

/// A serial and what goes under its scratch layer, which is known only now.
#[derive(Clone, Debug)]
pub struct Printing {
    pub serial: unit_serial::Model,
    pub hidden: Option<ShortCode>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The first number; `None`: the one after the last that was printed.
    pub from: Option<i32>,
    pub count: i32,
    /// Whether each has a hidden code.
    pub scratch: bool,
}

/// The keyed hash of a hidden code.
pub(super) fn scratch_hash(vault: &Vault, gtin: &str, lot: &str, serial: &str, hidden: &ShortCode) -> String {
    vault.blind("scratch", &format!("{gtin}\n{lot}\n{serial}\n{hidden}"))
}

/// The serials asked for, in order: those printed before as they are, the others made now. Numbers leave no gap. A hidden
/// code is known at its first printing alone, so a unit that has one is not printed again.
pub async fn print_serials(
    unit: &mut Unit,
    vault: &Vault,
    batch: &batch::Model,
    wanted: Wanted,
) -> Result<Vec<Printing>, TraceError> {
    let series = numbers_of_serials(batch.id);
    // Whoever else prints for this batch waits here.
    let last = unit.take_numbers(&series, 0).await?;
    let last = i32::try_from(last).unwrap_or(MOST);
    let first = wanted.from.unwrap_or(last + 1);
    let end = first.saturating_add(wanted.count - 1);
    if first > last + 1 || end > MOST {
        let (pointer, most) = if first > last + 1 {
            ("?from", last + 1)
        } else {
            ("?count", MOST - last)
        };
        let range = Message::new("wrong-range")
            .with("min", "1")
            .with("max", most.to_string());
        return Err(Wrong::one(pointer, range).into());
    }
    let known = unit_serial::Entity::find()
        .filter(unit_serial::Column::BatchId.eq(batch.id))
        .filter(unit_serial::Column::Number.between(first, end))
        .order_by_asc(unit_serial::Column::Number)
        .all(&*unit)
        .await?;
    if known.iter().any(|row| wanted.scratch || row.scratch_hash.is_some()) {
        return Err(TraceError::HiddenOnce);
    }
    let mut printing: Vec<Printing> = known
        .into_iter()
        .map(|serial| Printing { serial, hidden: None })
        .collect();
    let made: Vec<Printing> = (first.max(last + 1)..=end)
        .map(|number| made(unit, vault, batch, number, wanted.scratch))
        .collect();
    if !made.is_empty() {
        unit.take_numbers(&series, i64::from(end - last)).await?;
    }
    for made in made.chunks(ROWS) {
        let rows = made.iter().map(|made| row(&made.serial));
        unit_serial::Entity::insert_many(rows)
            .exec_without_returning(&*unit)
            .await?;
    }
    if !made.is_empty() {
        hold_when_over(unit, batch).await?;
    }
    printing.extend(made);
    Ok(printing)
}

/// The name of a batch's series of numbers.
#[must_use]
pub fn numbers_of_serials(batch: BatchId) -> String {
    format!("serial-{batch}")
}

fn made(unit: &Unit, vault: &Vault, batch: &batch::Model, number: i32, scratch: bool) -> Printing {
    let serial = serial(number, unit.random());
    let hidden = scratch.then(|| ShortCode::from_bits(unit.random()));
    let hash = |hidden| scratch_hash(vault, batch.gtin.as_str(), batch.lot.as_str(), &serial, hidden);
    Printing {
        serial: unit_serial::Model {
            gtin: batch.gtin.clone(),
            lot: batch.lot.clone(),
            scratch_hash: hidden.as_ref().map(hash),
            serial,
            batch_id: batch.id,
            number,
            printed_at: unit.now(),
            printed_by: unit.actor().person(),
            sold_at: None,
            used_at: None,
        },
        hidden,
    }
}

fn row(serial: &unit_serial::Model) -> unit_serial::ActiveModel {
    let serial = serial.clone();
    unit_serial::ActiveModel {
        gtin: Set(serial.gtin),
        lot: Set(serial.lot),
        serial: Set(serial.serial),
        batch_id: Set(serial.batch_id),
        number: Set(serial.number),
        scratch_hash: Set(serial.scratch_hash),
        printed_at: Set(serial.printed_at),
        printed_by: Set(serial.printed_by),
        sold_at: Set(serial.sold_at),
        used_at: Set(serial.used_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_serial_is_one_that_gs1_allows_and_keeps_its_letters_from_its_number(number in 1..=MOST, random: u64, other: u64) {
            let made = serial(number, random);
            proptest::prop_assert!(made.len() <= 20);
            proptest::prop_assert!(digital_link::Serial::parse(&made).is_ok());
            // Nothing of it has to be escaped in an address.
            proptest::prop_assert!(made.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
            let begins = made.split_once('-').and_then(|(begins, _)| begins.parse().ok());
            proptest::prop_assert_eq!(begins, Some(number));
            let space = 27_u64.pow(LETTERS);
            proptest::prop_assert_eq!(made == serial(number, other), random % space == other % space);
        }
    }

    #[test]
    fn the_letters_hold_more_than_48_bits() {
        assert!(27_u64.pow(LETTERS) > 1 << 48);
    }
}
