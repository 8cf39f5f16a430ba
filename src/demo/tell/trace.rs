//! Plots, diary, batches, and the EPCIS event of each entry and each batch.

use entity::{
    Lot, Quantity, ShortCode, Thousandths, Timestamp, Unit as Measure,
    frame::change::Subject,
    ids::{BatchId, EventId, PlotId},
    trace::{
        batch, batch_plot,
        diary_entry::{self, Activity},
        event_epc, plot,
    },
};

use super::{MINUTE, Teller, Telling, commune, day, measure};
use crate::{
    demo::{DemoDiary, DemoSeller, DiaryKind, crops},
    trace::{
        By,
        events::{self, BatchFacts, DiaryFacts, Recorded, batch_uri},
        graph,
    },
};

impl Teller<'_> {
    /// Tells the seller's land and work, and returns the batches in the order of the world.
    pub(super) fn trace(&mut self, telling: &mut Telling<'_>) -> Vec<batch::Model> {
        let plots: Vec<PlotId> = telling.seller.plots.iter().map(|_| self.source.id()).collect();
        for (told, id) in telling.seller.plots.iter().zip(&plots) {
            self.rows.plots.push(plot::Model {
                id: *id,
                seller_id: telling.id,
                name: told.name.clone(),
                commune_code: commune(told.commune_code),
                area_m2: told.area_m2,
                growing_area_code: None,
                created_at: telling.joined.plus(60 * MINUTE),
                geometry: None,
            });
        }
        let batches = self.batches(telling, &plots);
        self.diary(telling, &plots, &batches);
        batches
    }

    fn batches(&mut self, telling: &mut Telling<'_>, plots: &[PlotId]) -> Vec<batch::Model> {
        let mut made = Vec::new();
        for told in &telling.seller.batches {
            let (product_id, gtin) = telling.products[told.product].clone();
            let packed_on = day(told.packed_on);
            let recorded_at = self.heard(telling, packed_on.start().plus(16 * 60 * MINUTE));
            let row = batch::Model {
                id: self.source.id(),
                product_id,
                seller_id: telling.id,
                gtin,
                lot: told
                    .lot
                    .parse::<Lot>()
                    .expect("the world's lots are GS1 lots; its tests read them"),
                quantity: Thousandths(told.quantity_thousandths),
                unit: measure(told.unit),
                harvested_on: day(told.harvested_on),
                packed_on: Some(packed_on),
                expires_on: Some(day(told.expires_on)),
                short_code: self.short_code(),
                recorded_at,
                recorded_by: telling.owner,
            };
            let grown_on: Vec<PlotId> = told.plots.iter().map(|plot| plots[*plot]).collect();
            let event = events::batch(
                self.source.id(),
                &BatchFacts {
                    batch: &batch_uri(self.resolver, &row.gtin, &row.lot),
                    lot: &row.lot,
                    quantity: Quantity::new(row.quantity, row.unit),
                    harvested_on: row.harvested_on,
                    packed_on: row.packed_on,
                    expires_on: row.expires_on,
                    plots: &grown_on,
                    inputs: &[],
                },
            );
            self.event(telling, event, recorded_at);
            self.rows
                .batch_plots
                .extend(grown_on.into_iter().map(|plot_id| batch_plot::Model {
                    batch_id: row.id,
                    plot_id,
                }));
            self.made(Subject::Batch, row.id);
            self.rows.batches.push(row.clone());
            made.push(row);
        }
        made
    }

    fn diary(&mut self, telling: &mut Telling<'_>, plots: &[PlotId], batches: &[batch::Model]) {
        let of_batch = batch_of_each_entry(telling.seller);
        for (told, batch) in telling.seller.diary.iter().zip(of_batch) {
            let plot_id = told.plot.map(|plot| plots[plot]);
            // What happens on the land is of every batch that grew there; only workshop entries are of one.
            let batch = batch.filter(|_| plot_id.is_none()).map(|batch| &batches[batch]);
            let batch_id: Option<BatchId> = batch.map(|batch| batch.id);
            let uri = batch.map(|batch| batch_uri(self.resolver, &batch.gtin, &batch.lot));
            let activity = activity(told.kind);
            let minute = minute_of_day(activity) + i64::from(telling.stream.between(0, 45));
            let happened_at = day(told.on).start().plus(minute * MINUTE).min(self.now);
            let recorded_at = self.heard(telling, happened_at);
            let note = note(telling.seller, told);
            let input_name = told.input.map(|input| input.name);
            let interval_days = told
                .input
                .map(|input| input.pre_harvest_days)
                .filter(|_| activity == Activity::Spraying);
            let event = events::diary(
                self.source.id(),
                &DiaryFacts {
                    activity,
                    happened_at,
                    plot: plot_id,
                    batch: uri.as_deref(),
                    note: &note,
                    input_name,
                    interval_days,
                    amount: None,
                    corrects: None,
                },
            );
            let event_id = self.event(telling, event, recorded_at);
            self.rows.diary_entries.push(diary_entry::Model {
                id: self.source.id(),
                seller_id: telling.id,
                plot_id,
                batch_id,
                activity,
                happened_at,
                recorded_at,
                recorded_by: telling.owner,
                note,
                input_name: input_name.map(str::to_owned),
                interval_days,
                event_id,
                cycle_id: None,
                quantity: None,
                unit: None,
                correction_of: None,
            });
        }
    }

    fn event(&mut self, telling: &Telling<'_>, told: Recorded, recorded_at: Timestamp) -> EventId {
        let id = told.id;
        self.rows.trace_edges.extend(graph::edges_of(&told));
        self.rows
            .event_epcs
            .extend(told.epcs.iter().map(|(role, epc)| event_epc::Model {
                event_id: id,
                role: (*role).to_owned(),
                epc: epc.clone(),
            }));
        let by = By {
            seller: Some(telling.id),
            person: Some(telling.owner),
            capture: None,
        };
        self.rows.events.push(told.model(by, recorded_at));
        id
    }

    /// When the exchange heard of what happened at `happened_at`: the same evening; now and then days later, more often
    /// where there is no signal; and what is older than the seller's account, from paper, on the evening of the day after they joined.
    fn heard(&self, telling: &mut Telling<'_>, happened_at: Timestamp) -> Timestamp {
        let stream = &mut telling.stream;
        let late = stream.chance(if telling.seller.no_signal { 40 } else { 5 });
        let day = happened_at.day().plus_days(if late { stream.between(1, 4) } else { 0 });
        let day = day.max(telling.joined.day().plus_days(1));
        let evening = day
            .start()
            .plus(MINUTE * i64::from(stream.between(18 * 60 + 30, 21 * 60)));
        evening.max(happened_at).min(self.now)
    }

    pub(super) fn short_code(&mut self) -> ShortCode {
        loop {
            let code = ShortCode::from_bits(self.source.random());
            if self.short_codes.insert(code.clone()) {
                return code;
            }
        }
    }
}

/// For each entry of the diary, the first batch that counts it as its own.
fn batch_of_each_entry(seller: &DemoSeller) -> Vec<Option<usize>> {
    let mut batches = vec![None; seller.diary.len()];
    for (nth, batch) in seller.batches.iter().enumerate() {
        for entry in &batch.diary {
            batches[*entry].get_or_insert(nth);
        }
    }
    batches
}

/// What was done, with what came in.
fn note(seller: &DemoSeller, told: &DemoDiary) -> String {
    let (Some(amount), Some(plot)) = (told.harvested_thousandths, told.plot) else {
        return told.note.to_owned();
    };
    let unit = if seller.plots[plot].crop == crops::BEES {
        Measure::Litre
    } else {
        Measure::Kilogram
    };
    format!("{} ({})", told.note, Quantity::new(Thousandths(amount), unit))
}

const fn activity(kind: DiaryKind) -> Activity {
    match kind {
        DiaryKind::Sowing => Activity::Sowing,
        DiaryKind::Fertiliser => Activity::Fertilising,
        DiaryKind::Spraying => Activity::Spraying,
        DiaryKind::Weeding => Activity::Weeding,
        DiaryKind::Watering => Activity::Watering,
        DiaryKind::Harvest => Activity::Harvest,
        DiaryKind::Processing => Activity::Processing,
        DiaryKind::Packing => Activity::Packing,
    }
}

/// When in the day such work is usually begun, in minutes.
const fn minute_of_day(activity: Activity) -> i64 {
    match activity {
        Activity::Watering => 5 * 60 + 30,
        Activity::Harvest => 6 * 60,
        Activity::Sowing | Activity::Weeding => 7 * 60,
        Activity::Fertilising => 8 * 60,
        Activity::Processing => 9 * 60 + 30,
        Activity::Packing => 14 * 60,
        // In the cool of the late afternoon.
        Activity::Spraying => 16 * 60 + 30,
    }
}
