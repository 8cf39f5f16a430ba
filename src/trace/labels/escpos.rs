//! Stickers in ESC/POS, as pictures, because no printer's own letters are Vietnamese. Pure.

use crate::media::bitmap::Bitmap;

/// `ESC @`: forget what was set before.
const INITIALIZE: [u8; 2] = [0x1b, b'@'];
/// `GS v 0`, mode 0: a picture at the printer's own dots.
const RASTER: [u8; 4] = [0x1d, b'v', b'0', 0];
/// `GS FF`: on to where the next sticker begins. Printers of plain paper pass over it.
const NEXT_STICKER: [u8; 2] = [0x1d, 0x0c];
/// Rows of one picture: small printers keep no more than some kilobytes until they print.
const BAND: usize = 128;

/// Each picture `copies` times, one sticker after the other.
pub(super) fn file(pictures: &[Bitmap], copies: usize) -> Vec<u8> {
    let mut file = INITIALIZE.to_vec();
    for picture in pictures {
        let mut sticker = Vec::new();
        for band in picture.bytes().chunks(BAND * picture.stride()) {
            sticker.extend(RASTER);
            sticker.extend(little(picture.stride()));
            sticker.extend(little(band.len() / picture.stride()));
            sticker.extend(band);
        }
        sticker.extend(NEXT_STICKER);
        file.extend(sticker.repeat(copies));
    }
    file
}

fn little(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What a printer makes of a file: its stickers, each as wide as whole bytes are. Panics at what no printer takes.
    pub fn print(file: &[u8]) -> Vec<Bitmap> {
        let mut rest = file.strip_prefix(&INITIALIZE).expect("it begins anew");
        let mut stickers = Vec::new();
        let mut rows: Vec<Vec<u8>> = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix(&RASTER) {
                let size = |place: usize| usize::from(u16::from_le_bytes([after[place], after[place + 1]]));
                let (stride, height) = (size(0), size(2));
                assert!((1..=BAND).contains(&height) && stride > 0, "{stride} × {height}");
                let (band, after) = after[4..].split_at(stride * height);
                rows.extend(band.chunks(stride).map(<[u8]>::to_vec));
                rest = after;
            } else {
                rest = rest.strip_prefix(&NEXT_STICKER).expect("a command that is known");
                let mut picture = Bitmap::white(rows[0].len() * 8, rows.len());
                for (y, row) in rows.iter().enumerate() {
                    for x in 0..row.len() * 8 {
                        picture.set(x, y, row[x / 8] & (0x80 >> (x % 8)) != 0);
                    }
                }
                stickers.push(picture);
                rows.clear();
            }
        }
        assert!(rows.is_empty(), "the last sticker has no end");
        stickers
    }

    #[test]
    fn bands_join_to_the_picture_again() {
        for height in [1, 127, 128, 129, 300] {
            let mut picture = Bitmap::white(24, height);
            for y in 0..height {
                picture.set(y % 24, y, true);
            }
            let printed = print(&file(&[picture.clone(), Bitmap::white(24, 2)], 2));
            assert_eq!(
                printed,
                [picture.clone(), picture, Bitmap::white(24, 2), Bitmap::white(24, 2)]
            );
        }
    }
}
