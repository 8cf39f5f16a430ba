//! The stocks of stickers that shops sell, and where on them the stickers lie.

use std::str::FromStr;

use super::LabelError;
use crate::media::print::DOT;

/// The narrowest module of a code on a sheet, in dots (0.44 mm), for addresses that would fit no other way.
pub(super) const FINEST: f64 = 3.5;
/// The same where every dot is a printer's own and cannot be halved (0.38 mm).
const FINEST_WHOLE: f64 = 3.0;

/// A stock of stickers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// A4, 3 × 8 stickers of 70 × 37 mm.
    A4x24,
    /// A4, 5 × 13 stickers of 38.1 × 21.2 mm.
    A4x65,
    /// A roll for a label printer, 50 × 30 mm, one sticker a page.
    Roll50x30,
    /// A roll for a label printer, 40 × 25 mm, one sticker a page.
    Roll40x25,
}

impl Template {
    /// Every template with the name that addresses use.
    pub const ALL: [(Self, &str); 4] = [
        (Self::A4x24, "a4-24"),
        (Self::A4x65, "a4-65"),
        (Self::Roll50x30, "roll-50x30"),
        (Self::Roll40x25, "roll-40x25"),
    ];

    /// The name that addresses use.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find_map(|(template, name)| (template == self).then_some(name))
            .unwrap_or("a4-24")
    }

    pub(super) const fn stock(self) -> Stock {
        match self {
            Self::A4x24 => A4X24,
            Self::A4x65 => A4X65,
            Self::Roll50x30 => ROLL_50X30,
            Self::Roll40x25 => ROLL_40X25,
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Stock {
    pub page: (f64, f64),
    pub columns: usize,
    pub rows: usize,
    /// From the page's left and upper edge to the first sticker.
    pub margin: (f64, f64),
    /// From one sticker's left and upper edge to the next one's.
    pub pitch: (f64, f64),
    pub sticker: (f64, f64),
    /// What stays white along every edge of a sticker: printers and knives are up to that far off.
    pub padding: f64,
    /// Module widths in dots, widest first.
    pub modules: &'static [f64],
    /// The module width for addresses that would fit no other way, where the stickers are small.
    pub finest: Option<f64>,
    /// Height under the code for "scan to see the origin", with the code's quiet zone; 0 where there is no room for it.
    pub prompt: f64,
    /// Type sizes in points to try: the first size is the wanted one, the rest are for long names.
    pub sizes: (f64, f64),
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
    finest: None,
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
    finest: Some(FINEST),
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
    finest: Some(FINEST),
    prompt: 5.4,
    sizes: (7.0, 4.5),
};

const ROLL_40X25: Stock = Stock {
    page: (40.0, 25.0),
    columns: 1,
    rows: 1,
    margin: (0.0, 0.0),
    pitch: (40.0, 25.0),
    sticker: (40.0, 25.0),
    padding: 2.0,
    modules: &[4.0],
    finest: Some(FINEST),
    prompt: 0.0,
    sizes: (6.5, 4.0),
};

impl Stock {
    /// The same stickers one after the other on a roll, for a printer whose dots cannot be halved.
    pub const fn as_roll(self) -> Self {
        Self {
            page: self.sticker,
            columns: 1,
            rows: 1,
            margin: (0.0, 0.0),
            pitch: self.sticker,
            finest: Some(FINEST_WHOLE),
            ..self
        }
    }

    /// The module widths, in dots and widest first, at which a code of `side` modules fits.
    pub fn modules_for(&self, side: usize) -> Vec<f64> {
        let whole: Vec<f64> = self
            .modules
            .iter()
            .copied()
            .filter(|module| self.holds(side, *module))
            .collect();
        match self.finest {
            Some(finest) if whole.is_empty() && self.holds(side, finest) => vec![finest],
            _ => whole,
        }
    }

    fn holds(&self, side: usize, module: f64) -> bool {
        let room = self.sticker.1 - 2.0 * self.padding - self.prompt;
        f64::from(u16::try_from(side).unwrap_or(u16::MAX)) * module * DOT <= room
    }

    /// How much is white below the last row of stickers, in millimetres.
    pub fn foot(&self) -> f64 {
        let rows = f64::from(u8::try_from(self.rows - 1).unwrap_or(u8::MAX));
        self.page.1 - self.margin.1 - rows * self.pitch.1 - self.sticker.1
    }
}
