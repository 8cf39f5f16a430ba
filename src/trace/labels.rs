//! Sheets of stickers, as PDF. Pure: what goes onto a sticker comes in, the file goes out.
//!
//! The geometry of each stock is here, because it decides which address fits a sticker; `labels/sheet.typ` sets the type.

pub mod read;

use std::{str::FromStr, sync::LazyLock};

use typst::foundations::{Dict, IntoValue, Value};
use typst_as_lib::TypstEngine;

use crate::media::{
    print::{self, DOT, NotSet, list, picture, printable},
    qr::{Qr, QrError},
};

/// How many stickers may be asked for at once.
pub const COUNTS: std::ops::RangeInclusive<usize> = 1..=1000;

/// The narrowest module, in dots (0.44 mm), for addresses that would fit no other way.
const FINEST: f64 = 3.5;

/// A stock of stickers that shops sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// A4, 3 × 8 stickers of 70 × 37 mm.
    A4x24,
    /// A4, 5 × 13 stickers of 38.1 × 21.2 mm.
    A4x65,
    /// A roll for a label printer, 50 × 30 mm, one sticker a page.
    Roll50x30,
}

impl Template {
    /// Every template with the name that addresses use.
    pub const ALL: [(Self, &str); 3] = [
        (Self::A4x24, "a4-24"),
        (Self::A4x65, "a4-65"),
        (Self::Roll50x30, "roll-50x30"),
    ];

    const fn stock(self) -> &'static Stock {
        match self {
            Self::A4x24 => &A4X24,
            Self::A4x65 => &A4X65,
            Self::Roll50x30 => &ROLL_50X30,
        }
    }

    /// How many stickers a page holds.
    #[must_use]
    pub const fn per_page(self) -> usize {
        self.stock().columns * self.stock().rows
    }
}

impl FromStr for Template {
    type Err = LabelError;

    fn from_str(name: &str) -> Result<Self, LabelError> {
        Self::ALL
            .into_iter()
            .find_map(|(template, known)| (known == name).then_some(template))
            .ok_or(LabelError::Template)
    }
}

/// Where a stock's stickers lie; all lengths in millimetres.
#[derive(Debug)]
struct Stock {
    page: (f64, f64),
    columns: usize,
    rows: usize,
    /// From the page's left and upper edge to the first sticker.
    margin: (f64, f64),
    /// From one sticker's left and upper edge to the next one's.
    pitch: (f64, f64),
    sticker: (f64, f64),
    /// What stays white along every edge of a sticker: printers and knives are up to that far off.
    padding: f64,
    /// Module widths in dots, widest first.
    modules: &'static [f64],
    /// Whether [`FINEST`] may be used as well, where the stickers are small.
    finest: bool,
    /// Height under the code for "scan to see the origin", with the code's quiet zone; 0 where there is no room for it.
    prompt: f64,
    /// Type sizes in points to try: the first size is the wanted one, the rest are for long names.
    sizes: (f64, f64),
}

const A4: (f64, f64) = (210.0, 297.0);

const A4X24: Stock = Stock {
    page: A4,
    columns: 3,
    rows: 8,
    margin: (0.0, 0.5),
    pitch: (70.0, 37.0),
    sticker: (70.0, 37.0),
    padding: 3.0,
    modules: &[5.0, 4.0],
    finest: false,
    prompt: 6.2,
    sizes: (8.5, 5.0),
};

const A4X65: Stock = Stock {
    page: A4,
    columns: 5,
    rows: 13,
    margin: (4.65, 10.7),
    pitch: (40.6, 21.2),
    sticker: (38.1, 21.2),
    padding: 2.0,
    modules: &[4.0],
    finest: true,
    prompt: 0.0,
    sizes: (6.0, 3.5),
};

const ROLL_50X30: Stock = Stock {
    page: (50.0, 30.0),
    columns: 1,
    rows: 1,
    margin: (0.0, 0.0),
    pitch: (50.0, 30.0),
    sticker: (50.0, 30.0),
    padding: 2.0,
    modules: &[4.0],
    finest: true,
    prompt: 5.4,
    sizes: (7.0, 4.5),
};

impl Stock {
    /// The module widths, in dots and widest first, at which a code of `side` modules fits.
    fn modules_for(&self, side: usize) -> Vec<f64> {
        let whole: Vec<f64> = self
            .modules
            .iter()
            .copied()
            .filter(|module| self.holds(side, *module))
            .collect();
        if whole.is_empty() && self.finest && self.holds(side, FINEST) {
            vec![FINEST]
        } else {
            whole
        }
    }

    fn holds(&self, side: usize, module: f64) -> bool {
        let room = self.sticker.1 - 2.0 * self.padding - self.prompt;
        f64::from(u16::try_from(side).unwrap_or(u16::MAX)) * module * DOT <= room
    }
}

/// What the stickers of one sheet say. Dates are written as people read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelData {
    pub product: String,
    pub producer: String,
    pub lot: String,
    pub produced_on: String,
    pub expires_on: Option<String>,
    pub place: String,
    /// What a person without a camera types in.
    pub short_code: String,
    pub quantity: Option<String>,
    /// One address per sticker: all equal, or each with its serial number.
    pub links: Vec<String>,
    /// The address to fall back on where the full one would need modules too fine to print. It names the batch alone, so
    /// it never stands in for addresses that differ.
    pub short_link: Option<String>,
}

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    #[error("there is no such sheet")]
    Template,
    #[error("{0} stickers are fewer than one or more than a thousand")]
    Count(usize),
    /// A larger sticker, or a shorter resolver address, would help.
    #[error("the address needs a code too fine to be printed on this sticker")]
    LinkTooLong,
    #[error(transparent)]
    NotSet(#[from] NotSet),
}

impl From<QrError> for LabelError {
    fn from(_: QrError) -> Self {
        Self::LinkTooLong
    }
}

/// The sheet of stickers as a PDF file; after the last place of a page it goes on with the next page. This takes up to
/// some seconds of a core: call it where it keeps nobody waiting.
pub fn sheet(template: Template, data: &LabelData) -> Result<Vec<u8>, LabelError> {
    if !COUNTS.contains(&data.links.len()) {
        return Err(LabelError::Count(data.links.len()));
    }
    let stock = template.stock();
    let (codes, which) = codes(stock, data)?;
    let input = input(stock, data, &codes, &which);
    Ok(print::pdf(&SHEET, input)?)
}

/// The distinct codes, and for each sticker which of them it carries.
fn codes(stock: &Stock, data: &LabelData) -> Result<(Vec<Qr>, Vec<usize>), LabelError> {
    let widest = |qr: &Qr| stock.modules_for(qr.side()).first().copied().unwrap_or(0.0);
    let alike = data.links.windows(2).all(|pair| pair[0] == pair[1]);
    if !alike {
        let codes = data
            .links
            .iter()
            .map(|link| Qr::of(link))
            .collect::<Result<Vec<_>, _>>()?;
        let which = (0..codes.len()).collect();
        return if codes.iter().all(|qr| widest(qr) > 0.0) {
            Ok((codes, which))
        } else {
            Err(LabelError::LinkTooLong)
        };
    }
    let candidates: Vec<Qr> = data
        .links
        .first()
        .into_iter()
        .chain(&data.short_link)
        .filter_map(|link| Qr::of(link).ok())
        .collect();
    let at_least = |module: f64| candidates.iter().find(|qr| widest(qr) >= module).cloned();
    // The full address says what is on the sticker to any GS1 scanner; the short one is better than modules of half dots.
    let code = at_least(FINEST.ceil())
        .or_else(|| at_least(FINEST))
        .ok_or(LabelError::LinkTooLong)?;
    Ok((vec![code], vec![0; data.links.len()]))
}

/// Everything `sheet.typ` reads, under `sys.inputs`.
fn input(stock: &Stock, data: &LabelData, codes: &[Qr], which: &[usize]) -> Dict {
    let side = codes.iter().map(Qr::side).max().unwrap_or(0);
    let mut input = Dict::new();
    let mut put = |name: &str, value: Value| input.insert(name.into(), value);
    put("dot", DOT.into_value());
    put("page", pair(stock.page));
    put("columns", stock.columns.into_value());
    put("rows", stock.rows.into_value());
    put("margin", pair(stock.margin));
    put("pitch", pair(stock.pitch));
    put("sticker", pair(stock.sticker));
    put("padding", stock.padding.into_value());
    put(
        "modules",
        list(stock.modules_for(side).into_iter().map(IntoValue::into_value)),
    );
    put("prompt", stock.prompt.into_value());
    put("sizes", pair(stock.sizes));
    put("side", side.into_value());
    put("codes", list(codes.iter().map(picture)));
    put("which", list(which.iter().map(|index| index.into_value())));
    put("product", printable(&data.product).into_value());
    put("producer", printable(&data.producer).into_value());
    // The smallest stickers leave out what the page behind the code says as well.
    let roomy = stock.prompt > 0.0;
    put(
        "place",
        if roomy { printable(&data.place) } else { String::new() }.into_value(),
    );
    let facts = [
        ("Lô", Some(&data.lot)),
        ("NSX", Some(&data.produced_on)),
        ("HSD", data.expires_on.as_ref()),
        ("Định lượng", data.quantity.as_ref().filter(|_| roomy)),
        ("Mã", Some(&data.short_code)),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| Some((name, printable(value?))))
        .filter(|(_, value)| !value.is_empty());
    put(
        "facts",
        list(facts.map(|(name, value)| list([name.into_value(), value.into_value()]))),
    );
    input
}

fn pair((a, b): (f64, f64)) -> Value {
    list([a.into_value(), b.into_value()])
}

static SHEET: LazyLock<TypstEngine> = LazyLock::new(|| print::typesetter(include_str!("labels/sheet.typ")));

#[cfg(test)]
mod tests;
