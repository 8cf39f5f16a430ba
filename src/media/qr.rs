//! The QR code (ISO/IEC 18004) of an address: as modules, as SVG and as PNG. Pure.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode, Version};

/// Modules of white that every side needs (ISO/IEC 18004, 9.1). Without them scanners do not find the code.
pub const QUIET_ZONE: usize = 4;

/// The sizes, in pixels, in which a PNG may be asked for.
pub const PNG_SIZES: std::ops::RangeInclusive<u32> = 64..=2048;

/// Why there is no code, or no picture of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    #[error("the address is longer than a QR code can hold")]
    TooLong,
    /// `least` is the smallest size, in pixels, at which every module has a pixel of its own.
    #[error("a picture of {size} pixels is outside 64 to 2048, or smaller than this code's {least}")]
    Size { size: u32, least: u32 },
}

/// A QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    uri: String,
    side: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// The code of `uri`: the smallest that corrects 15 % of damage (level M), and at that size the highest level that
    /// still fits, because a sticker on a sack gets scratched and better correction there costs nothing.
    pub fn of(uri: &str) -> Result<Self, QrError> {
        let smallest = QrCode::with_error_correction_level(uri, EcLevel::M).map_err(|_| QrError::TooLong)?;
        let version: Version = smallest.version();
        let code = [EcLevel::H, EcLevel::Q]
            .into_iter()
            .find_map(|level| QrCode::with_version(uri, version, level).ok())
            .unwrap_or(smallest);
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self {
            uri: uri.to_owned(),
            side: code.width(),
            dark,
        })
    }

    /// Modules per side, without the quiet zone: 21 to 177.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }

    /// Whether the module in column `x` of row `y` is dark; what lies outside is quiet zone.
    #[must_use]
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.side && y < self.side && self.dark[y * self.side + x]
    }

    /// Where each row's dark modules begin and how many follow each other: `(x, y, length)`.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        self.dark.chunks(self.side).enumerate().flat_map(|(y, row)| {
            let mut x = 0;
            row.chunk_by(|a, b| a == b).filter_map(move |run| {
                let begin = x;
                x += run.len();
                run[0].then_some((begin, y, run.len()))
            })
        })
    }

    /// The dark modules as SVG path data, one unit a module, within the quiet zone. One path rather than many rectangles:
    /// it is a third as long, and no renderer leaves hairlines between its parts.
    fn path(&self) -> String {
        self.runs()
            .fold(String::with_capacity(4096), |mut path, (x, y, length)| {
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET_ZONE, y + QUIET_ZONE);
                path
            })
    }

    /// The code with its quiet zone as an SVG document that scales to whatever holds it; its title is the address.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.side + 2 * QUIET_ZONE;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\">\
             <title>{}</title><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{}\"/></svg>",
            escape(&self.uri),
            self.path(),
        )
    }

    /// The code as a black-and-white PNG of exactly `size` × `size` pixels. Every module is the same whole number of
    /// pixels; what is left over becomes more quiet zone.
    pub fn png(&self, size: u32) -> Result<Vec<u8>, QrError> {
        let modules = self.side + 2 * QUIET_ZONE;
        let least = u32::try_from(modules).unwrap_or(u32::MAX).max(*PNG_SIZES.start());
        if !PNG_SIZES.contains(&size) || size < least {
            return Err(QrError::Size { size, least });
        }
        let pixels = size as usize;
        let scale = pixels / modules;
        let begin = (pixels - scale * self.side) / 2;
        let stride = pixels.div_ceil(8);
        // One bit a pixel, 1 is white.
        let mut rows = vec![0xff_u8; stride * pixels];
        for (x, y, length) in self.runs() {
            for row in begin + y * scale..begin + (y + 1) * scale {
                for column in begin + x * scale..begin + (x + length) * scale {
                    rows[row * stride + column / 8] &= !(0x80 >> (column % 8));
                }
            }
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, size, size);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder.set_compression(png::Compression::High);
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&rows))
            .expect("the rows have the size that the header says, and memory takes them");
        Ok(file)
    }
}

/// `text` as it may stand between tags.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma};

    use super::*;

    const LINK: &str = "https://truyxuat.example.vn/01/08938505974019/10/CHE-2211?linkType=gs1:pip&a=<b>";

    fn read(picture: GrayImage) -> Vec<String> {
        let mut picture = rqrr::PreparedImage::prepare(picture);
        picture
            .detect_grids()
            .iter()
            .map(|grid| grid.decode().expect("a readable code").1)
            .collect()
    }

    #[test]
    fn a_png_of_every_size_reads_back_and_has_that_size() {
        for size in [64, 65, 100, 257, 600, 2048] {
            let file = Qr::of(LINK).and_then(|qr| qr.png(size)).expect("a picture");
            let picture = image::load_from_memory(&file).expect("a PNG").into_luma8();
            assert_eq!(picture.dimensions(), (size, size));
            // rqrr wants a few pixels per module.
            if size >= 257 {
                assert_eq!(read(picture), [LINK], "{size}");
            }
        }
    }

    #[test]
    fn a_png_has_one_bit_a_pixel_and_a_white_quiet_zone() {
        let qr = Qr::of(LINK).expect("a code");
        let file = qr.png(512).expect("a picture");
        let reader = png::Decoder::new(std::io::Cursor::new(&file))
            .read_info()
            .expect("a PNG");
        assert_eq!(
            (reader.info().bit_depth, reader.info().color_type),
            (png::BitDepth::One, png::ColorType::Grayscale)
        );
        assert!(file.len() < 3000, "{} bytes", file.len());
        let picture = image::load_from_memory(&file).expect("a PNG").into_luma8();
        let scale = 512 / u32::try_from(qr.side() + 2 * QUIET_ZONE).expect("small");
        let quiet = scale * 4;
        let white = |x, y| picture.get_pixel(x, y) == &Luma([255]);
        assert!(
            (0..512).all(|i| (0..quiet).all(|j| white(i, j) && white(j, i) && white(511 - j, i) && white(i, 511 - j)))
        );
    }

    #[test]
    fn a_size_without_a_pixel_for_every_module_is_refused() {
        let long = Qr::of(&"https://example.vn/".repeat(20)).expect("a code");
        let least = u32::try_from(long.side() + 8).expect("small");
        assert!(least > 64);
        assert_eq!(long.png(least - 1), Err(QrError::Size { size: least - 1, least }));
        assert!(long.png(least).is_ok());
        for size in [0, 63, 2049, u32::MAX] {
            assert!(
                matches!(Qr::of(LINK).and_then(|qr| qr.png(size)), Err(QrError::Size { .. })),
                "{size}"
            );
        }
        assert_eq!(Qr::of(&"x".repeat(3000)), Err(QrError::TooLong));
    }

    /// Draws the path data again, as a renderer would.
    fn draw(path: &str, side: usize, scale: usize) -> GrayImage {
        let pixels = u32::try_from(side * scale).expect("small");
        let mut picture = GrayImage::from_pixel(pixels, pixels, Luma([255]));
        for run in path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').expect("x and y");
            let (y, rest) = rest.split_once('h').expect("y and a run");
            let (length, rest) = rest.split_once('v').expect("a run and its height");
            assert_eq!(rest, format!("1h-{length}z"));
            let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().expect("a number"));
            for column in x * scale..(x + length) * scale {
                for row in y * scale..(y + 1) * scale {
                    picture.put_pixel(
                        u32::try_from(column).expect("small"),
                        u32::try_from(row).expect("small"),
                        Luma([0]),
                    );
                }
            }
        }
        picture
    }

    #[test]
    fn the_svg_reads_back_is_small_and_carries_no_markup_of_the_address() {
        let qr = Qr::of(LINK).expect("a code");
        let svg = qr.svg();
        assert!(svg.len() < 8_000, "{} bytes", svg.len());
        assert!(svg.contains(
            "<title>https://truyxuat.example.vn/01/08938505974019/10/CHE-2211?linkType=gs1:pip&amp;a=&lt;b&gt;</title>"
        ));
        let side = qr.side() + 2 * QUIET_ZONE;
        assert!(
            svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")) && svg.contains("shape-rendering=\"crispEdges\"")
        );
        let path = svg
            .rsplit_once("d=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .expect("a path")
            .0;
        assert_eq!(read(draw(path, side, 6)), [LINK]);
    }

    #[test]
    fn a_stickers_address_makes_an_svg_of_about_four_kilobytes() {
        let svg = Qr::of("https://choque.example.vn/01/08938505974019/10/L20261122-01")
            .expect("a code")
            .svg();
        assert!(svg.len() < 6_000, "{} bytes", svg.len());
    }

    #[test]
    fn better_correction_is_taken_only_where_it_costs_no_size() {
        for length in 1..300 {
            let uri = format!("https://example.vn/{}", "a".repeat(length));
            let smallest = QrCode::with_error_correction_level(&uri, EcLevel::M).expect("a code");
            assert_eq!(Qr::of(&uri).expect("a code").side(), smallest.width());
        }
    }
}
