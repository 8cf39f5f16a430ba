//! Where a new listing's stock comes from: the five ways of saying it, of which a seller chooses one.

use entity::{
    Day, Quantity,
    ids::{BatchId, ListingId},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::{
    body::day,
    input::{Field, QuantityInput, Wrong},
    language::Message,
};

/// Lots one listing may draw on.
const MOST_LOTS: usize = 100;

/// Something to be harvested later.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PreorderInput {
    /// The day of the harvest.
    #[schema(value_type = String, format = Date)]
    pub harvest_on: Field<String>,
    /// The most that may be ordered.
    #[schema(value_type = QuantityInput)]
    pub cap: Field<QuantityInput>,
}

/// The five fields, of which one is given.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'f> {
    pub stock: &'f Field<QuantityInput>,
    pub lots: &'f Field<Vec<Field<String>>>,
    pub on_demand: &'f Field<bool>,
    pub preorder: &'f Field<PreorderInput>,
    pub shares_stock_with: &'f Field<String>,
}

/// Where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StockSource {
    /// So much, of no particular lot.
    Stock(Quantity),
    /// All that these batches hold.
    Lots(Vec<BatchId>),
    OnDemand,
    Preorder {
        harvest_on: Day,
        cap: Quantity,
    },
    /// The pool that this listing draws on.
    Shared(ListingId),
}

impl Fields<'_> {
    /// The one that is given, or notes on what is wrong with it.
    pub fn check(self, wrong: &mut Wrong, today: Day) -> Option<StockSource> {
        let on_demand = match self.on_demand {
            Field::WrongType => {
                wrong.note("/on_demand", "wrong-type");
                return None;
            }
            field => field.given() == Some(&true),
        };
        let given = [
            !self.stock.is_missing(),
            !self.lots.is_missing(),
            on_demand,
            !self.preorder.is_missing(),
            !self.shares_stock_with.is_missing(),
        ];
        match given {
            [true, false, false, false, false] => wrong.quantity("/stock", self.stock).map(StockSource::Stock),
            [false, true, false, false, false] => lots(wrong, self.lots).map(StockSource::Lots),
            [false, false, true, false, false] => Some(StockSource::OnDemand),
            [false, false, false, true, false] => preorder(wrong, self.preorder, today),
            [false, false, false, false, true] => wrong
                .code("/shares_stock_with", self.shares_stock_with, "wrong-no-such-listing")
                .map(StockSource::Shared),
            _ => {
                wrong.note("/stock", "wrong-stock-choice");
                None
            }
        }
    }
}

/// The batches of `lots`, each once, in the order of their keys.
pub(super) fn lots(wrong: &mut Wrong, field: &Field<Vec<Field<String>>>) -> Option<Vec<BatchId>> {
    let given = wrong.required("/lots", field)?;
    if given.is_empty() {
        wrong.note("/lots", "wrong-required");
        return None;
    }
    if given.len() > MOST_LOTS {
        wrong.note("/lots", Message::new("wrong-too-many").with("max", MOST_LOTS));
        return None;
    }
    let read: Vec<Option<BatchId>> = given
        .iter()
        .enumerate()
        .map(|(place, text)| wrong.code(&format!("/lots/{place}"), text, "wrong-no-such-batch"))
        .collect();
    let mut ids: Vec<_> = read.into_iter().collect::<Option<_>>()?;
    // In the order of their keys, so that two sellers' units never wait for each other crosswise.
    ids.sort_unstable();
    ids.dedup();
    Some(ids)
}

fn preorder(wrong: &mut Wrong, field: &Field<PreorderInput>, today: Day) -> Option<StockSource> {
    let given = wrong.required("/preorder", field)?;
    let harvest_on = coming_day(wrong, "/preorder/harvest_on", &given.harvest_on, today)?;
    let cap = wrong.quantity("/preorder/cap", &given.cap);
    Some(StockSource::Preorder { harvest_on, cap: cap? })
}

/// A day from `today` on.
pub(super) fn coming_day(wrong: &mut Wrong, pointer: &str, field: &Field<String>, today: Day) -> Option<Day> {
    let coming = day(wrong, pointer, field)?;
    if coming < today {
        wrong.note(pointer, "wrong-past");
        return None;
    }
    Some(coming)
}
