//! What everything printed shares: our fonts, text that they can print, codes made of a printer's whole dots, and turns,
//! because typesetting keeps a core busy.
//!
//! What people wrote reaches a sheet's typesetter as values, never as source, so nothing in it can be a command.

use std::{fmt::Write as _, sync::LazyLock};

use tokio::sync::Semaphore;
use typst::{
    foundations::{Array, Bytes, Dict, IntoValue, Value},
    layout::{Frame, FrameItem},
    text::Font,
    utils::Scalar,
    visualize::Geometry,
};
use typst_as_lib::TypstEngine;
use typst_layout::PagedDocument;
use typst_render::RenderOptions;
use unicode_normalization::UnicodeNormalization;

use super::{bitmap::Bitmap, qr::Qr};

/// A dot of the coarsest printers in use, 203 to the inch, in millimetres. Codes are made of whole dots and lie on whole
/// dots, so that every module comes out equally sharp; finer printers do not mind.
pub const DOT: f64 = 25.4 / 203.0;

/// Why a sheet could not be set. None of it is for the person who wants the sheet.
#[derive(Debug, thiserror::Error)]
#[error("the sheet could not be typeset: {0}")]
pub struct NotSet(String);

/// A sheet: its source and the fonts, and nothing else that it could read.
pub fn typesetter(source: &'static str) -> TypstEngine {
    TypstEngine::builder()
        .fonts(FONTS.iter().cloned())
        .with_static_source_file_resolver([(SHEET, source)])
        .build()
}

const SHEET: &str = "sheet.typ";

/// The sheet as a PDF file, with `input` under `sys.inputs`. This takes up to some seconds of a core: see [`in_turn`].
pub fn pdf(typesetter: &TypstEngine, input: Dict) -> Result<Vec<u8>, NotSet> {
    let document = set(typesetter, input)?;
    typst_pdf::pdf(&document, &typst_pdf::PdfOptions::default()).map_err(|error| not_set(&error))
}

/// A page in a printer's dots.
#[derive(Clone, Debug)]
pub struct Dots {
    pub picture: Bitmap,
    /// The width in dots of the first box that the sheet left white for a code, if there is one.
    pub left_white: Option<f32>,
}

/// What is at least so dark, of 255, becomes a black dot. Strokes of small type are thinner than a dot: they stay whole
/// only when a dot that is little more than half covered counts.
const DARK: u8 = 150;

/// Each page of the sheet in dots of [`DOT`] millimetres, black where it is dark. This takes up to some seconds of a core:
/// see [`in_turn`].
pub fn dots(typesetter: &TypstEngine, input: Dict) -> Result<Vec<Dots>, NotSet> {
    let document = set(typesetter, input)?;
    let per_point = 203.0 / 72.0;
    let options = RenderOptions {
        pixel_per_pt: Scalar::new(per_point),
        render_bleed: false,
    };
    let pages = document.pages().iter().map(|page| {
        let drawn = typst_render::render(page, &options);
        let (width, height) = (drawn.width() as usize, drawn.height() as usize);
        let mut picture = Bitmap::white(width, height);
        for (place, dot) in drawn.pixels().iter().enumerate() {
            // The page is white, so nothing shines through; green is what an eye weighs most, and there is no colour.
            if dot.green() < DARK {
                picture.set(place % width, place / width, true);
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "no page is a million dots wide")]
        let left_white = square(&page.frame).map(|points| (points * per_point) as f32);
        Dots { picture, left_white }
    });
    Ok(pages.collect())
}

/// The side in points of the first square drawn in `frame`.
fn square(frame: &Frame) -> Option<f64> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => square(&group.frame),
        FrameItem::Shape(shape, _) => match shape.geometry {
            Geometry::Rect(size) if size.x.approx_eq(size.y) => Some(size.x.to_pt()),
            _ => None,
        },
        _ => None,
    })
}

fn set(typesetter: &TypstEngine, input: Dict) -> Result<PagedDocument, NotSet> {
    typesetter
        .compile_with_input(SHEET, input)
        .output
        .map_err(|error| not_set(&error))
}

fn not_set(error: &dyn std::fmt::Debug) -> NotSet {
    NotSet(format!("{error:?}"))
}

/// Runs `set` where it keeps nobody waiting but those who want a sheet as well.
pub async fn in_turn<T: Send + 'static>(set: impl FnOnce() -> T + Send + 'static) -> Result<T, NotSet> {
    static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));
    let _turn = AT_ONCE.acquire().await.map_err(|error| NotSet(error.to_string()))?;
    tokio::task::spawn_blocking(set)
        .await
        .map_err(|error| NotSet(error.to_string()))
}

/// A list of values, as a sheet reads it.
pub fn list(values: impl IntoIterator<Item = Value>) -> Value {
    values.into_iter().collect::<Array>().into_value()
}

/// A code as a sheet draws it: how many modules it is wide, and its picture.
#[must_use]
pub fn picture(qr: &Qr) -> Value {
    list([qr.side().into_value(), Bytes::from_string(drawing(qr)).into_value()])
}

/// The code as SVG without a quiet zone, which is the sheet's own white. Every dark run keeps 1/500 module away from the
/// lines between modules: a run that touched them would, after rounding, colour a row of dots beyond.
fn drawing(qr: &Qr) -> String {
    let side = qr.side();
    let mut svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\"><path d=\"");
    for (x, y, length) in qr.runs() {
        let whole = length - 1;
        let _ = write!(svg, "M{x}.002 {y}.002h{whole}.996v.996h-{whole}.996z");
    }
    svg.push_str("\"/></svg>");
    svg
}

/// From how many letters on a word may be broken, and how often: no Vietnamese syllable has more than seven, no lot more
/// than twenty.
const LONG_WORD: usize = 24;
const PART: usize = 8;

/// `text` as our fonts can print it: composed, without what they have no drawing for (pictographs, other scripts), and
/// with places to break inside words that would be wider than a sheet.
#[must_use]
pub fn printable(text: &str) -> String {
    let composed: String = text
        .nfc()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| has_drawing(*c))
        .collect();
    let words = composed.split(' ').filter(|word| !word.is_empty()).map(|word| {
        let letters: Vec<char> = word.chars().collect();
        let part = if letters.len() > LONG_WORD { PART } else { LONG_WORD };
        letters
            .chunks(part)
            .map(|letters| letters.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join("\u{200b}")
    });
    words.collect::<Vec<_>>().join(" ")
}

fn has_drawing(c: char) -> bool {
    FONTS.iter().all(|font| font.info().coverage.contains(u32::from(c)))
}

static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&[u8]; 2] = [
        include_bytes!("../../frontend/fonts/ttf/be-vietnam-pro-400.ttf"),
        include_bytes!("../../frontend/fonts/ttf/be-vietnam-pro-700.ttf"),
    ];
    files
        .into_iter()
        .flat_map(|file| Font::iter(Bytes::new(file)))
        .collect()
});
