//! From the bytes somebody sent to the pictures that are kept. Pure, and heavy on the processor.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, Limits,
    codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
    imageops::FilterType,
    metadata::Orientation,
};

/// The most bytes a photograph may have: a phone's best JPEG with room to spare.
pub const MOST_BYTES: usize = 12 * 1024 * 1024;
/// The most pixels, so that two photographs at once stay within some hundred megabytes.
pub const MOST_PIXELS: u64 = 40_000_000;
/// The longest side, which is also the longest that WebP can hold.
pub const LONGEST_SIDE: u32 = 16_383;
/// The most bytes a decoder may take for itself.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// The widths pages ask for, in pixels.
pub const WIDTHS: [u32; 5] = [320, 640, 960, 1280, 1600];
/// libwebp's scale from 0 to 100. At 75 a leaf keeps its veins and a picture of 640 pixels has about 50 kB.
const QUALITY: f32 = 75.0;

/// Why bytes are not taken as a photograph.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the photograph has more than {most} bytes")]
    TooLarge { most: usize },
    #[error("this is no picture")]
    NotAPicture,
    /// A picture, but neither JPEG, PNG nor WebP.
    #[error("this kind of picture is not taken")]
    OtherFormat,
    #[error("moving pictures are not taken")]
    Animation,
    /// It begins like a picture and then breaks off or makes no sense.
    #[error("the picture is damaged")]
    Damaged,
    #[error("{width} × {height} pixels are too many")]
    TooManyPixels { width: u32, height: u32 },
}

/// One stored picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
    /// A lossy WebP file without metadata.
    pub webp: Vec<u8>,
}

/// What is kept of a photograph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Of the original, upright.
    pub width: u32,
    pub height: u32,
    /// At least one, narrowest first.
    pub sizes: Vec<Size>,
}

/// Decodes a photograph by what it is and not by what it is called, turns it upright, and writes it in every width of
/// [`WIDTHS`] that it has, or in its own where it is narrower than all of them.
pub fn develop(bytes: &[u8]) -> Result<Sizes, Refusal> {
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooLarge { most: MOST_BYTES });
    }
    let (picture, orientation) = decode(bytes)?;
    let lying = is_lying(orientation);
    let (width, height) = if lying {
        (picture.height(), picture.width())
    } else {
        (picture.width(), picture.height())
    };

    // From the widest to the narrowest, each made from the one before: the original is let go as early as possible.
    let mut picture = flatten_depth(picture);
    let mut upright = false;
    let mut sizes = Vec::new();
    for wide in widths(width).into_iter().rev() {
        let high = height_at(wide, width, height);
        let (w, h) = if lying && !upright { (high, wide) } else { (wide, high) };
        picture = shrink(picture, w, h);
        if !upright {
            picture.apply_orientation(orientation);
            upright = true;
        }
        sizes.push(Size {
            width: wide,
            height: high,
            webp: encode(&picture),
        });
    }
    sizes.reverse();
    Ok(Sizes { width, height, sizes })
}

/// The widths kept of a photograph that is `width` pixels wide: never more than it has, and never none.
#[must_use]
pub fn widths(width: u32) -> Vec<u32> {
    let kept: Vec<u32> = WIDTHS.into_iter().filter(|wide| *wide <= width).collect();
    if kept.is_empty() { vec![width] } else { kept }
}

/// The height that goes with the width `wide` of a photograph of `width` × `height`.
#[must_use]
pub fn height_at(wide: u32, width: u32, height: u32) -> u32 {
    let (wide, width, height) = (u64::from(wide), u64::from(width), u64::from(height));
    u32::try_from((height * wide + width / 2) / width.max(1))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// Whether width and height change places when it is turned upright.
const fn is_lying(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    )
}

fn decode(bytes: &[u8]) -> Result<(DynamicImage, Orientation), Refusal> {
    let source = Cursor::new(bytes);
    match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => {
            let decoder = JpegDecoder::new(source).map_err(|_| Refusal::Damaged)?;
            // The decoder paints what is missing grey and says nothing.
            if !jpeg_has_an_end(bytes) {
                return Err(Refusal::Damaged);
            }
            finish(decoder)
        }
        Ok(ImageFormat::Png) => {
            // The limits are set again in `finish`; they stand here for what a header may carry.
            let decoder = PngDecoder::with_limits(source, limits()).map_err(|_| Refusal::Damaged)?;
            if decoder.is_apng().map_err(|_| Refusal::Damaged)? {
                return Err(Refusal::Animation);
            }
            finish(decoder)
        }
        Ok(ImageFormat::WebP) => {
            let decoder = WebPDecoder::new(source).map_err(|_| Refusal::Damaged)?;
            if decoder.has_animation() {
                return Err(Refusal::Animation);
            }
            finish(decoder)
        }
        Ok(_) => Err(Refusal::OtherFormat),
        Err(_) if is_heif(bytes) => Err(Refusal::OtherFormat),
        Err(_) => Err(Refusal::NotAPicture),
    }
}

/// Checks the size that the header claims before any memory is spent on it, then decodes.
fn finish(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Orientation), Refusal> {
    let (width, height) = decoder.dimensions();
    let too_many = Refusal::TooManyPixels { width, height };
    if width == 0 || height == 0 {
        return Err(Refusal::Damaged);
    }
    if width.max(height) > LONGEST_SIDE
        || u64::from(width) * u64::from(height) > MOST_PIXELS
        || decoder.total_bytes() > MOST_MEMORY
    {
        return Err(too_many);
    }
    decoder.set_limits(limits()).map_err(|_| too_many.clone())?;
    // Unreadable EXIF is no reason to refuse a picture: it is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| match error {
        ImageError::Limits(_) => too_many,
        _ => Refusal::Damaged,
    })?;
    Ok((picture, orientation))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

/// Whether a JPEG (ITU-T T.81, B.1.1) goes on to its end-of-image marker. Segments are walked over, so that the end of a
/// thumbnail inside is not taken for the end of the whole.
fn jpeg_has_an_end(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[first, marker]) = bytes.get(at..at + 2) {
        if first != 0xff {
            // Between a scan's header and the next marker lies its coded data.
            at += 1;
            continue;
        }
        match marker {
            // A stuffed zero, a restart, a temporary marker or a start of image has no length.
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            // A marker may be preceded by any number of fill bytes.
            0xff => at += 1,
            0xd9 => return true,
            _ => match bytes.get(at + 2..at + 4) {
                Some(&[high, low]) => at += 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
        }
    }
    false
}

/// HEIC and AVIF, which phones make too: a picture, so it deserves a better word than "no picture" (ISO/IEC 23008-12).
fn is_heif(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"ftyp")
        && bytes
            .get(8..12)
            .is_some_and(|brand| matches!(brand, b"heic" | b"heix" | b"mif1" | b"msf1" | b"hevc" | b"avif"))
}

/// Eight bits a channel, with transparency only where there is some: that is what WebP holds.
fn flatten_depth(picture: DynamicImage) -> DynamicImage {
    match picture {
        picture @ (DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_)) => picture,
        picture if picture.color().has_alpha() => picture.into_rgba8().into(),
        picture => picture.into_rgb8().into(),
    }
}

/// `picture` at exactly `width` × `height`, which is no larger than it is. Far larger ones are averaged down to twice the
/// size first, which needs no more memory than the result; the last step is the sharp one.
fn shrink(picture: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if (picture.width(), picture.height()) == (width, height) {
        return picture;
    }
    let picture = if picture.width() > width * 3 && picture.height() > height * 3 {
        picture.thumbnail_exact(width * 2, height * 2)
    } else {
        picture
    };
    picture.resize_exact(width, height, FilterType::CatmullRom)
}

fn encode(picture: &DynamicImage) -> Vec<u8> {
    let (width, height) = (picture.width(), picture.height());
    let file = match picture {
        DynamicImage::ImageRgba8(pixels) => webp::Encoder::from_rgba(pixels, width, height).encode(QUALITY),
        other => webp::Encoder::from_rgb(&other.to_rgb8(), width, height).encode(QUALITY),
    };
    file.to_vec()
}

#[cfg(test)]
mod tests;
