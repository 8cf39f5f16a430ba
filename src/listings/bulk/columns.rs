//! The shape of a file of listings, once for template, import and export. A new column is a new entry of [`COLUMNS`] and
//! a field of [`Row`].

use std::{collections::HashMap, sync::LazyLock};

use entity::{
    Day, Quantity, Thousandths, Unit,
    catalogue::product::GtinKind,
    ids::ListingId,
    listings::listing::{State, StockMode},
    text::fold,
};

use super::{cell::Cell, current::Current, number};
use crate::{
    catalogue::category::{categories, category},
    http::language::{Language, Message},
    listings::offer::Pack,
};

/// A column.
pub struct Column {
    /// Its name for programs.
    pub key: &'static str,
    /// The id of the words above it.
    pub header: &'static str,
    /// The id of what the instructions say of it.
    pub hint: &'static str,
    /// What stands in it in the template; empty for what only an export fills.
    pub example: &'static str,
    /// JSON Pointers of the verbs' fields that it fills: what a verb has against them, it has against this cell.
    pub fields: &'static [&'static str],
    /// In a workbook, in characters.
    pub width: f64,
    pub read: fn(&Cell, &mut Row) -> Result<(), Message>,
    pub write: fn(&Current, Language) -> Cell,
}

impl std::fmt::Debug for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Column").field(&self.key).finish()
    }
}

/// What a row says; `None` where its cell is empty or has no column, and then nothing is changed.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub id: Option<ListingId>,
    /// The slug or the id of the seller it is for.
    pub seller: Option<String>,
    pub sku: Option<String>,
    pub name: Option<String>,
    pub category: Option<&'static str>,
    pub description: Option<String>,
    pub brand: Option<String>,
    pub gtin: Option<String>,
    pub unit: Option<Unit>,
    pub price: Option<i64>,
    pub mode: Option<StockMode>,
    pub stock: Option<Amount>,
    /// What `stock` was when the file was written: who left it alone does not undo what was sold since.
    pub stock_was: Option<Amount>,
    pub harvest_on: Option<Day>,
    pub cap: Option<Amount>,
    pub contains: Option<Amount>,
    pub min_quantity: Option<Amount>,
    pub step: Option<Amount>,
    /// From so much on, so many đồng.
    pub tiers: Option<Vec<(Amount, i64)>>,
    pub shelf_life_days: Option<i64>,
    pub state: Option<State>,
}

/// A quantity; without a unit of its own it is in the listing's.
pub type Amount = (Thousandths, Option<Unit>);

/// Of a seller's own codes.
pub const LONGEST_SKU: usize = 64;

/// The last column of a file of refused rows; when it comes back it says nothing.
pub const REASON_HEADER: &str = "import-column-reason";

/// All columns, in the order in which files are written.
pub static COLUMNS: [Column; 21] = [
    Column {
        key: "id",
        header: "import-column-id",
        hint: "import-hint-id",
        example: "",
        fields: &["/id"],
        width: 38.0,
        read: |cell, row| {
            row.id = text(cell, |text| text.parse().map_err(|_| "wrong-id".into()))?;
            Ok(())
        },
        write: |current, _| Cell::of_text(&current.listing.id.to_string()),
    },
    Column {
        key: "seller",
        header: "import-column-seller",
        hint: "import-hint-seller",
        example: "",
        fields: &["/seller_id"],
        width: 24.0,
        read: |cell, row| {
            row.seller = cell.text()?;
            Ok(())
        },
        write: |current, _| Cell::of_text(current.seller_slug.as_str()),
    },
    Column {
        key: "sku",
        header: "import-column-sku",
        hint: "import-hint-sku",
        example: "CHE-NON-200",
        fields: &["/sku"],
        width: 18.0,
        read: |cell, row| {
            row.sku = text(cell, |text| {
                let mut wrong = crate::http::input::Wrong::default();
                let read = wrong.line("/sku", &text.into(), LONGEST_SKU);
                let refused = wrong.0.pop().map(|error| error.message);
                read.ok_or_else(|| refused.unwrap_or_else(|| "wrong-required".into()))
            })?;
            Ok(())
        },
        write: |current, _| Cell::of_text(current.sku.as_deref().unwrap_or("")),
    },
    Column {
        key: "name",
        header: "import-column-name",
        hint: "import-hint-name",
        example: "Chè tôm nõn hộp 200 g",
        fields: &["/name"],
        width: 36.0,
        read: |cell, row| {
            row.name = cell.text()?;
            Ok(())
        },
        write: |current, _| Cell::of_text(&current.product.name),
    },
    Column {
        key: "category",
        header: "import-column-category",
        hint: "import-hint-category",
        example: "Chè đinh, nõn tôm",
        fields: &["/category"],
        width: 26.0,
        read: |cell, row| {
            row.category = text(cell, |text| {
                named_category(&text).ok_or_else(|| "wrong-import-category".into())
            })?;
            Ok(())
        },
        write: |current, language| Cell::of_text(category_name(&current.product.category, language)),
    },
    Column {
        key: "description",
        header: "import-column-description",
        hint: "import-hint-description",
        example: "Hái một tôm hai lá, sao tay.",
        fields: &["/description"],
        width: 40.0,
        read: |cell, row| {
            row.description = cell.text()?;
            Ok(())
        },
        write: |current, _| Cell::of_text(&current.product.description),
    },
    Column {
        key: "brand",
        header: "import-column-brand",
        hint: "import-hint-brand",
        example: "",
        fields: &["/brand"],
        width: 18.0,
        read: |cell, row| {
            row.brand = cell.text()?;
            Ok(())
        },
        write: |current, _| Cell::of_text(current.product.brand.as_deref().unwrap_or("")),
    },
    Column {
        key: "gtin",
        header: "import-column-gtin",
        hint: "import-hint-gtin",
        example: "",
        fields: &["/gtin"],
        width: 18.0,
        read: |cell, row| {
            row.gtin = text(cell, |text| {
                let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
                // What a spreadsheet makes of a long number unless its column is text.
                if digits.contains(['e', 'E']) && digits.starts_with(|c: char| c.is_ascii_digit()) {
                    Err("wrong-import-gtin-rounded".into())
                } else {
                    Ok(digits)
                }
            })?;
            Ok(())
        },
        // A restricted number means nothing outside this exchange.
        write: |current, _| match current.product.gtin_kind {
            GtinKind::Global => Cell::of_text(&current.product.gtin.to_string()),
            GtinKind::Restricted => Cell::Empty,
        },
    },
    Column {
        key: "unit",
        header: "import-column-unit",
        hint: "import-hint-unit",
        example: "hộp",
        fields: &["/unit"],
        width: 10.0,
        read: |cell, row| {
            row.unit = text(cell, |text| text.parse().map_err(|_| "wrong-unit".into()))?;
            Ok(())
        },
        write: |current, _| Cell::of_text(current.listing.unit.label()),
    },
    Column {
        key: "price",
        header: "import-column-price",
        hint: "import-hint-price",
        example: "250000",
        fields: &["/price"],
        width: 14.0,
        read: |cell, row| {
            row.price = filled(cell, number::dong)?;
            Ok(())
        },
        write: |current, _| Cell::Number(current.listing.price.0.to_string()),
    },
    Column {
        key: "mode",
        header: "import-column-mode",
        hint: "import-hint-mode",
        example: "có sẵn",
        fields: &["/on_demand"],
        width: 14.0,
        read: |cell, row| {
            row.mode = text(cell, |text| {
                word(&MODES, &text).ok_or_else(|| "wrong-import-mode".into())
            })?;
            Ok(())
        },
        write: |current, language| Cell::of_text(&said(&MODES, &current.listing.stock_mode, language)),
    },
    Column {
        key: "stock",
        header: "import-column-stock",
        hint: "import-hint-stock",
        example: "40",
        fields: &["/stock"],
        width: 12.0,
        read: |cell, row| {
            row.stock = filled(cell, number::quantity)?;
            Ok(())
        },
        write: |current, _| left(current),
    },
    Column {
        key: "stock_was",
        header: "import-column-stock-was",
        hint: "import-hint-stock-was",
        example: "",
        fields: &[],
        width: 18.0,
        read: |cell, row| {
            row.stock_was = filled(cell, number::quantity)?;
            Ok(())
        },
        write: |current, _| left(current),
    },
    Column {
        key: "harvest_on",
        header: "import-column-harvest-on",
        hint: "import-hint-harvest-on",
        example: "",
        fields: &["/preorder/harvest_on", "/harvest_on"],
        width: 16.0,
        read: |cell, row| {
            row.harvest_on = cell.day()?;
            Ok(())
        },
        write: |current, _| match current.listing.harvest_on {
            Some(day) => Cell::Day(day.iso()),
            None => Cell::Empty,
        },
    },
    Column {
        key: "cap",
        header: "import-column-cap",
        hint: "import-hint-cap",
        example: "",
        fields: &["/preorder", "/cap"],
        width: 18.0,
        read: |cell, row| {
            row.cap = filled(cell, number::quantity)?;
            Ok(())
        },
        write: |current, _| match current.cap() {
            Some(cap) => Cell::Number(number::written(cap)),
            None => Cell::Empty,
        },
    },
    Column {
        key: "contains",
        header: "import-column-contains",
        hint: "import-hint-contains",
        example: "0,2 kg",
        fields: &["/contains"],
        width: 16.0,
        read: |cell, row| {
            row.contains = filled(cell, number::quantity)?;
            if matches!(row.contains, Some((_, None))) {
                row.contains = None;
                return Err("wrong-import-contains".into());
            }
            Ok(())
        },
        write: |current, _| match Pack::of(&current.listing).contains {
            Some(held) => Cell::of_text(&format!("{} {}", number::written(held), held.unit.label())),
            None => Cell::Empty,
        },
    },
    Column {
        key: "min_quantity",
        header: "import-column-min-quantity",
        hint: "import-hint-min-quantity",
        example: "",
        fields: &["/min_quantity"],
        width: 14.0,
        read: |cell, row| {
            row.min_quantity = filled(cell, number::quantity)?;
            Ok(())
        },
        write: |current, _| amount(current, current.listing.min_quantity),
    },
    Column {
        key: "step",
        header: "import-column-step",
        hint: "import-hint-step",
        example: "",
        fields: &["/step"],
        width: 12.0,
        read: |cell, row| {
            row.step = filled(cell, number::quantity)?;
            Ok(())
        },
        write: |current, _| amount(current, current.listing.step),
    },
    Column {
        key: "tiers",
        header: "import-column-tiers",
        hint: "import-hint-tiers",
        example: "5:240000; 10:230000",
        fields: &["/tiers"],
        width: 26.0,
        read: |cell, row| {
            row.tiers = text(cell, |text| tiers(&text))?;
            Ok(())
        },
        write: |current, _| {
            let tiers = current.tiers.iter().map(|tier| {
                let from = number::written(Quantity::new(tier.from, current.listing.unit));
                format!("{from}:{}", tier.price.0)
            });
            Cell::of_text(&tiers.collect::<Vec<_>>().join("; "))
        },
    },
    Column {
        key: "shelf_life_days",
        header: "import-column-shelf-life",
        hint: "import-hint-shelf-life",
        example: "365",
        fields: &["/shelf_life_days"],
        width: 16.0,
        read: |cell, row| {
            row.shelf_life_days = filled(cell, number::whole)?;
            Ok(())
        },
        write: |current, _| match current.product.shelf_life_days {
            Some(days) => Cell::Number(days.to_string()),
            None => Cell::Empty,
        },
    },
    Column {
        key: "state",
        header: "import-column-state",
        hint: "import-hint-state",
        example: "đang bán",
        fields: &["/state"],
        width: 14.0,
        read: |cell, row| {
            row.state = text(cell, |text| {
                word(&STATES, &text).ok_or_else(|| "wrong-import-state".into())
            })?;
            Ok(())
        },
        write: |current, language| Cell::of_text(&said(&STATES, &current.listing.state, language)),
    },
];

fn text<T>(cell: &Cell, read: impl FnOnce(String) -> Result<T, Message>) -> Result<Option<T>, Message> {
    cell.text()?.map(read).transpose()
}

fn filled<T>(cell: &Cell, read: impl FnOnce(&Cell) -> Result<T, Message>) -> Result<Option<T>, Message> {
    if cell.is_empty() {
        Ok(None)
    } else {
        read(cell).map(Some)
    }
}

/// `5:90000; 10:85000`: from five on at 90,000 đồng, from ten on at 85,000.
fn tiers(text: &str) -> Result<Vec<(Amount, i64)>, Message> {
    let parts = text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (from, price) = part.split_once([':', '=']).ok_or("wrong-import-tiers")?;
            let (from, price) = (Cell::of_text(from), Cell::of_text(price));
            Ok((number::quantity(&from)?, number::dong(&price)?))
        })
        .collect()
}

fn amount(current: &Current, amount: Option<Thousandths>) -> Cell {
    match amount {
        Some(amount) => Cell::Number(number::written(Quantity::new(amount, current.listing.unit))),
        None => Cell::Empty,
    }
}

fn left(current: &Current) -> Cell {
    match (current.listing.stock_mode, current.left) {
        (StockMode::Stock, Some(left)) => Cell::Number(number::written(left)),
        _ => Cell::Empty,
    }
}

/// A word for a value: its code, and the id of what people call it.
type Word<T> = (T, &'static str, &'static str);

static MODES: [Word<StockMode>; 3] = [
    (StockMode::Stock, "stock", "import-mode-stock"),
    (StockMode::OnDemand, "on_demand", "import-mode-on-demand"),
    (StockMode::Preorder, "preorder", "import-mode-preorder"),
];

static STATES: [Word<State>; 5] = [
    (State::Live, "live", "import-state-live"),
    (State::Withdrawn, "withdrawn", "import-state-withdrawn"),
    (State::Draft, "draft", "import-state-draft"),
    (State::Review, "review", "import-state-review"),
    (State::TakenDown, "taken_down", "import-state-taken-down"),
];

fn word<T: Copy>(words: &[Word<T>], text: &str) -> Option<T> {
    let text = fold(text);
    words
        .iter()
        .find(|(_, code, id)| text == *code || LANGUAGES.iter().any(|language| fold(&say(*language, id)) == text))
        .map(|(value, ..)| *value)
}

fn said<T: PartialEq>(words: &[Word<T>], value: &T, language: Language) -> String {
    words
        .iter()
        .find(|(known, ..)| known == value)
        .map(|(_, _, id)| say(language, id))
        .unwrap_or_default()
}

const LANGUAGES: [Language; 2] = [Language::Vietnamese, Language::English];

/// The text under `id`.
pub fn say(language: Language, id: &str) -> String {
    language.text(id, &HashMap::new())
}

/// Categories by their ids and their names without tones; `None` for a name that two share.
static CATEGORIES: LazyLock<HashMap<String, Option<&'static str>>> = LazyLock::new(|| {
    let mut named: HashMap<String, Option<&'static str>> = HashMap::new();
    for category in categories() {
        let names = LANGUAGES.map(|language| fold(category.name(language)));
        for name in names {
            let id = category.id.as_str();
            named
                .entry(name)
                .and_modify(|known| {
                    // A leaf that is called like its group is what people mean by the name.
                    let is_group = known.is_some() && *known == category.parent.as_deref();
                    *known = if is_group {
                        Some(id)
                    } else {
                        known.filter(|known| *known == id)
                    };
                })
                .or_insert(Some(id));
        }
    }
    for category in categories() {
        named.insert(category.id.clone(), Some(&category.id));
    }
    named
});

fn named_category(text: &str) -> Option<&'static str> {
    CATEGORIES.get(&fold(text)).copied().flatten()
}

/// What a file calls the category `id`: its name, or its id where that is another's name too.
#[must_use]
pub fn category_name(id: &str, language: Language) -> &str {
    let name = category(id).map_or(id, |category| category.name(language));
    if named_category(name) == Some(id) { name } else { id }
}

/// The column that `header` names: by its key, or by its words in either language, with or without tones.
#[must_use]
pub fn column_named(header: &str) -> Option<Named> {
    static BY_NAME: LazyLock<HashMap<String, Named>> = LazyLock::new(|| {
        let mut names = HashMap::new();
        for (place, column) in COLUMNS.iter().enumerate() {
            names.insert(column.key.to_owned(), Named::Column(place));
            for language in LANGUAGES {
                names.insert(bare(&say(language, column.header)), Named::Column(place));
            }
        }
        for language in LANGUAGES {
            names.insert(bare(&say(language, REASON_HEADER)), Named::Reason);
        }
        names
    });
    BY_NAME.get(&bare(header)).copied()
}

/// What a header names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A place in [`COLUMNS`].
    Column(usize),
    Reason,
}

/// A header without what people put around it: tones, brackets, the star of what must be filled.
fn bare(header: &str) -> String {
    let text = fold(header.trim_start_matches('\u{feff}'));
    let text = text.split('(').next().unwrap_or("");
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | ':' | '\''))
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_known_however_it_is_written() {
        for (place, column) in COLUMNS.iter().enumerate() {
            for header in [
                column.key.to_owned(),
                say(Language::Vietnamese, column.header),
                say(Language::English, column.header),
                say(Language::Vietnamese, column.header).to_uppercase(),
                fold(&say(Language::Vietnamese, column.header)),
                format!("{} *", say(Language::Vietnamese, column.header)),
            ] {
                assert_eq!(column_named(&header), Some(Named::Column(place)), "{header}");
            }
        }
        assert_eq!(column_named("Lý do"), Some(Named::Reason));
        assert_eq!(column_named("Ghi chú"), None);
        assert_eq!(column_named(""), None);
    }

    #[test]
    fn every_category_unit_and_word_is_read_back() {
        for language in LANGUAGES {
            for category in categories() {
                assert_eq!(
                    named_category(category_name(&category.id, language)),
                    Some(category.id.as_str()),
                    "{}",
                    category.id
                );
            }
            for (mode, code, _) in &MODES {
                assert_eq!(word(&MODES, &said(&MODES, mode, language)), Some(*mode));
                assert_eq!(word(&MODES, code), Some(*mode));
            }
            for (state, code, _) in &STATES {
                assert_eq!(word(&STATES, &said(&STATES, state, language)), Some(*state));
                assert_eq!(word(&STATES, code), Some(*state));
            }
        }
    }
}
