//! Stickers: what goes onto one, on which stock, and in which language a printer takes it.
//!
//! What stands here and in `stock`, `sheet`, `zpl` and `escpos` is pure: what goes onto a sticker comes in, the file goes
//! out. `serials` and `rolls` make stickers that are known one by one, `bind` says which batch those of a roll are stuck on.

mod api;
pub mod bind;
mod check;
mod escpos;
mod over;
pub mod read;
pub mod rolls;
mod rolls_api;
pub mod serials;
mod sheet;
pub mod sold;
mod stock;
mod zpl;

pub use stock::Template;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    media::{print::NotSet, qr::QrError},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::labels_pdf))
        .routes(routes!(api::labels_zpl))
        .routes(routes!(api::labels_escpos))
        .routes(routes!(api::list_serials))
        .routes(routes!(api::printed))
        .routes(routes!(api::check_serial))
        .routes(routes!(rolls_api::list_rolls, rolls_api::create_roll))
        .routes(routes!(rolls_api::get_roll))
        .routes(routes!(rolls_api::roll_pdf))
        .routes(routes!(rolls_api::roll_zpl))
        .routes(routes!(rolls_api::roll_escpos))
        .routes(routes!(rolls_api::list_bindings))
        .routes(routes!(rolls_api::bind))
        .routes(routes!(rolls_api::get_sticker))
}

/// How many stickers may be asked for at once.
pub const COUNTS: std::ops::RangeInclusive<usize> = 1..=1000;

/// The language a printer takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For any printer, through whatever opens PDF files.
    Pdf,
    /// Zebra Programming Language II: label printers.
    Zpl,
    /// Epson's ESC/POS: receipt and small label printers.
    EscPos,
}

impl Format {
    /// The media type of a file.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            // Neither is registered; this is what Zebra's own browser tools and print servers use.
            Self::Zpl => "application/zpl",
            Self::EscPos => "application/octet-stream",
        }
    }

    /// The last part of a file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Zpl => "zpl",
            Self::EscPos => "escpos",
        }
    }
}

/// What the stickers of one file say. Dates are written as people read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelData {
    /// The largest line: the product's name.
    pub title: String,
    pub producer: String,
    /// Left out on the smallest stickers, like everything else that the page behind the code says as well.
    pub place: String,
    pub facts: Vec<Fact>,
    pub stickers: Vec<Sticker>,
    /// The address to fall back on where the full one would need modules too fine to print. It names the batch alone, so
    /// it never stands in for addresses that differ.
    pub short_link: Option<String>,
    /// What stands in the margin of sheets that have one.
    pub margin: Option<String>,
}

/// A line with its name before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub name: &'static str,
    pub value: String,
    /// Whether the smallest stickers have it, too.
    pub always: bool,
}

/// What one sticker says that others do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sticker {
    /// What its code holds.
    pub link: String,
    /// Lines of its own; as many on each sticker.
    pub own: Vec<(&'static str, String)>,
    /// What is printed where the scratch layer goes.
    pub scratch: Option<String>,
}

impl Sticker {
    /// One that says nothing of its own.
    #[must_use]
    pub fn plain(link: String) -> Self {
        Self {
            link,
            ..Self::default()
        }
    }
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

/// The stickers as a file. In PDF they lie on sheets and go on with the next page after a page's last place; label
/// printers take them one by one, each as large as those of the sheet. This takes up to some seconds of a core: call it
/// where it keeps nobody waiting.
pub fn file(template: Template, format: Format, data: &LabelData) -> Result<Vec<u8>, LabelError> {
    let count = data.stickers.len();
    if !COUNTS.contains(&count) {
        return Err(LabelError::Count(count));
    }
    if format == Format::Pdf {
        return sheet::pdf(template.stock(), data);
    }
    // Stickers that are alike are drawn once.
    let alike = data.stickers.windows(2).all(|pair| pair[0] == pair[1]);
    let (drawn, copies) = if alike { (1, count) } else { (count, 1) };
    let data = LabelData {
        stickers: data.stickers[..drawn].to_vec(),
        ..data.clone()
    };
    let pictures = sheet::dots(template.stock().as_roll(), &data)?;
    Ok(match format {
        Format::Zpl => zpl::file(&pictures, copies).into_bytes(),
        Format::Pdf | Format::EscPos => escpos::file(&pictures, copies),
    })
}

/// Refuses what would not fit before anything is written down: as [`file`] would for these stickers.
pub fn check(template: Template, format: Format, links: &[String], short_link: Option<&str>) -> Result<(), LabelError> {
    let stock = match format {
        Format::Pdf => template.stock(),
        Format::Zpl | Format::EscPos => template.stock().as_roll(),
    };
    sheet::codes(&stock, links, short_link).map(|_| ())
}

#[cfg(test)]
mod tests;
