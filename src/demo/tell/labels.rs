//! Stickers of the demo's farmer: a roll for the commune, of which some are stuck, and units of a batch known one by one.

use entity::{
    frame::counter,
    ids::{RollBindingId, RollId},
    trace::{batch, roll, roll_binding, roll_code, unit_serial},
};

use super::{MINUTE, Teller, Telling};
use crate::trace::labels::{
    Template,
    rolls::numbers_of_rolls,
    serials::{numbers_of_serials, serial},
};

/// Stickers of the roll, those of them that are stuck, and units with a serial number.
const ROLL: i32 = 200;
const STUCK: i32 = 24;
const SERIALS: i32 = 12;

impl Teller<'_> {
    /// Tells them of the seller's last two batches.
    pub(super) fn stickers(&mut self, telling: &Telling<'_>, batches: &[batch::Model]) {
        let [.., before, last] = batches else { return };
        self.roll(telling, before);
        for number in 1..=SERIALS {
            self.rows.serials.push(unit_serial::Model {
                gtin: last.gtin.clone(),
                lot: last.lot.clone(),
                serial: serial(number, self.source.random()),
                batch_id: last.id,
                number,
                scratch_hash: None,
                printed_at: last.recorded_at.plus(10 * MINUTE),
                printed_by: Some(telling.owner),
                sold_at: None,
                used_at: None,
            });
        }
        self.rows.counters.push(counter::Model {
            name: numbers_of_serials(last.id),
            value: i64::from(SERIALS),
        });
    }

    fn roll(&mut self, telling: &Telling<'_>, on: &batch::Model) {
        let commune = super::commune(telling.seller.commune_code);
        let id: RollId = self.source.id();
        let stuck_at = on.recorded_at.plus(30 * MINUTE);
        self.rows.rolls.push(roll::Model {
            id,
            commune_code: commune.clone(),
            first: 1,
            count: ROLL,
            template: Template::Roll50x30.name().to_owned(),
            seller_id: Some(telling.id),
            made_by: Some(telling.owner),
            made_at: telling.joined.plus(120 * MINUTE),
        });
        for number in 1..=ROLL {
            let code = self.short_code();
            let stuck = number <= STUCK;
            self.rows.roll_codes.push(roll_code::Model {
                code,
                roll_id: id,
                number,
                batch_id: stuck.then_some(on.id),
                bound_at: stuck.then_some(stuck_at),
            });
        }
        self.rows.roll_bindings.push(roll_binding::Model {
            id: self.source.id::<RollBindingId>(),
            roll_id: id,
            batch_id: on.id,
            first: 1,
            last: STUCK,
            bound: STUCK,
            clashes: 0,
            happened_at: stuck_at,
            recorded_at: stuck_at,
            recorded_by: Some(telling.owner),
        });
        self.rows.counters.push(counter::Model {
            name: numbers_of_rolls(&commune),
            value: i64::from(ROLL),
        });
    }
}
