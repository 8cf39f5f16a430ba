//! Setting stickers: `sheet.typ` sets the type, this gives it what to set and takes what it set.

use std::sync::LazyLock;

use typst::foundations::{Dict, IntoValue, Value};
use typst_as_lib::TypstEngine;

use super::{LabelData, LabelError, stock::Stock};
use crate::media::{
    bitmap::Bitmap,
    print::{self, DOT, list, picture, printable},
    qr::Qr,
};

/// Sheets as a PDF file.
pub(super) fn pdf(stock: Stock, data: &LabelData) -> Result<Vec<u8>, LabelError> {
    let codes = codes(&stock, &links(data), data.short_link.as_deref())?;
    Ok(print::pdf(&SHEET, input(&stock, data, &codes, true))?)
}

/// Each page in a printer's dots. Typst leaves white where the codes go; they are drawn here, because a picture that is
/// scaled to the dots of a page is not always as many dots wide as it should be, and a code must be.
pub(super) fn dots(stock: Stock, data: &LabelData) -> Result<Vec<Bitmap>, LabelError> {
    let codes = codes(&stock, &links(data), data.short_link.as_deref())?;
    let pages = print::dots(&SHEET, input(&stock, data, &codes, false))?;
    let begin = whole(stock.padding / DOT);
    let draw = |(page, sticker): (print::Dots, usize)| {
        let qr = &codes.codes[codes.which[sticker]];
        let module = page
            .left_white
            .map_or(0, |width| whole(f64::from(width) / f64::from(narrow(codes.side()))));
        let mut picture = page.picture;
        picture.draw(qr, begin, begin, module);
        picture
    };
    Ok(pages.into_iter().zip(0..).map(draw).collect())
}

fn links(data: &LabelData) -> Vec<String> {
    data.stickers.iter().map(|sticker| sticker.link.clone()).collect()
}

/// The distinct codes, and for each sticker which of them it carries.
pub(super) struct Codes {
    codes: Vec<Qr>,
    which: Vec<usize>,
}

impl Codes {
    /// Modules of the largest.
    fn side(&self) -> usize {
        self.codes.iter().map(Qr::side).max().unwrap_or(0)
    }
}

pub(super) fn codes(stock: &Stock, links: &[String], short_link: Option<&str>) -> Result<Codes, LabelError> {
    let widest = |qr: &Qr| stock.modules_for(qr.side()).first().copied().unwrap_or(0.0);
    let alike = links.windows(2).all(|pair| pair[0] == pair[1]);
    if !alike {
        let codes = links.iter().map(|link| Qr::of(link)).collect::<Result<Vec<_>, _>>()?;
        let which = (0..codes.len()).collect();
        return if codes.iter().all(|qr| widest(qr) > 0.0) {
            Ok(Codes { codes, which })
        } else {
            Err(LabelError::LinkTooLong)
        };
    }
    let candidates: Vec<Qr> = links
        .first()
        .map(String::as_str)
        .into_iter()
        .chain(short_link)
        .filter_map(|link| Qr::of(link).ok())
        .collect();
    let at_least = |module: f64| candidates.iter().find(|qr| widest(qr) >= module).cloned();
    // The full address says what is on the sticker to any GS1 scanner; the short one is better than modules too fine.
    let code = at_least(stock.modules.last().copied().unwrap_or(0.0))
        .or_else(|| at_least(1.0))
        .ok_or(LabelError::LinkTooLong)?;
    Ok(Codes {
        codes: vec![code],
        which: vec![0; links.len()],
    })
}

/// Everything `sheet.typ` reads, under `sys.inputs`.
fn input(stock: &Stock, data: &LabelData, codes: &Codes, drawn: bool) -> Dict {
    let side = codes.side();
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
    let pictures = codes.codes.iter().map(|qr| {
        if drawn {
            picture(qr)
        } else {
            list([qr.side().into_value()])
        }
    });
    put("codes", list(pictures));
    put("drawn", drawn.into_value());
    put("title", printable(&data.title).into_value());
    put("producer", printable(&data.producer).into_value());
    let roomy = stock.prompt > 0.0;
    let place = if roomy { printable(&data.place) } else { String::new() };
    put("place", place.into_value());
    let facts = data
        .facts
        .iter()
        .filter(|fact| roomy || fact.always)
        .map(|fact| (fact.name, printable(&fact.value)))
        .filter(|(_, value)| !value.is_empty());
    put("facts", list(facts.map(|(name, value)| line(name, &value))));
    let stickers = data.stickers.iter().zip(&codes.which).map(|(sticker, code)| {
        let own = sticker.own.iter().map(|(name, value)| line(name, &printable(value)));
        let scratch = sticker.scratch.as_deref().unwrap_or_default();
        list([code.into_value(), list(own), scratch.into_value()])
    });
    put("stickers", list(stickers));
    // As it is: what is to be typed in again must have no places to break that nobody sees.
    let margin = data.margin.clone().filter(|_| stock.foot() >= FOOT);
    put("foot", margin.unwrap_or_default().into_value());
    input
}

/// Millimetres of margin that a line under the stickers needs, with what a printer cannot reach below it.
const FOOT: f64 = 9.0;

fn line(name: &'static str, value: &str) -> Value {
    list([name.into_value(), value.into_value()])
}

fn pair((a, b): (f64, f64)) -> Value {
    list([a.into_value(), b.into_value()])
}

/// A length in dots as a number of them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths on a sticker are small and not negative"
)]
pub(super) fn whole(dots: f64) -> usize {
    dots.round() as usize
}

fn narrow(modules: usize) -> u16 {
    u16::try_from(modules).unwrap_or(u16::MAX)
}

static SHEET: LazyLock<TypstEngine> = LazyLock::new(|| print::typesetter(include_str!("sheet.typ")));
