//! A picture of a printer's dots, each black or white. Pure.

use super::qr::Qr;

/// A picture of one bit a dot, in rows from top to bottom; the leftmost dot of eight is the highest bit, and 1 is black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bitmap {
    width: usize,
    height: usize,
    rows: Vec<u8>,
}

impl Bitmap {
    /// A white one.
    #[must_use]
    pub fn white(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            rows: vec![0; width.div_ceil(8) * height],
        }
    }

    /// Dots of a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Bytes of a row; what is left over at its end is white.
    #[must_use]
    pub const fn stride(&self) -> usize {
        self.width.div_ceil(8)
    }

    /// All rows, one after the other.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.rows
    }

    /// Whether a dot is black; what lies outside is white.
    #[must_use]
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.rows[y * self.stride() + x / 8] & (0x80 >> (x % 8)) != 0
    }

    /// Makes a dot black or white; one that lies outside is left alone.
    pub fn set(&mut self, x: usize, y: usize, black: bool) {
        if x < self.width && y < self.height {
            let stride = self.stride();
            let byte = &mut self.rows[y * stride + x / 8];
            let bit = 0x80 >> (x % 8);
            if black {
                *byte |= bit;
            } else {
                *byte &= !bit;
            }
        }
    }

    /// Draws a code with its upper left corner at (`x`, `y`), each module `module` dots wide and high.
    pub fn draw(&mut self, qr: &Qr, x: usize, y: usize, module: usize) {
        for row in 0..qr.side() * module {
            for column in 0..qr.side() * module {
                self.set(x + column, y + row, qr.is_dark(column / module, row / module));
            }
        }
    }
}
