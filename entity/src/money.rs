//! Money. The đồng has no minor unit, so an amount is a whole number; arithmetic that would overflow says so.

use std::fmt;

use sea_orm::DeriveValueType;

/// An amount in đồng.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Dong(pub i64);

impl Dong {
    pub const ZERO: Self = Self(0);
    /// The largest price or payment the program accepts: VietQR carries 13 digits.
    pub const MAX: Self = Self(9_999_999_999_999);

    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

/// Digits in groups of three with dots, as Vietnam writes them.
fn grouped(f: &mut fmt::Formatter<'_>, value: u64) -> fmt::Result {
    if value < 1000 {
        write!(f, "{value}")
    } else {
        grouped(f, value / 1000)?;
        write!(f, ".{:03}", value % 1000)
    }
}

/// Reads as `1.250.000 ₫`; the space does not break.
impl fmt::Display for Dong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("−")?;
        }
        grouped(f, self.0.unsigned_abs())?;
        f.write_str("\u{a0}₫")
    }
}

/// A share in basis points: 150 is 1.5 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Rate(pub i32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_vietnam_writes_them() {
        assert_eq!(Dong(0).to_string(), "0\u{a0}₫");
        assert_eq!(Dong(45_000).to_string(), "45.000\u{a0}₫");
        assert_eq!(Dong(1_250_000).to_string(), "1.250.000\u{a0}₫");
        assert_eq!(Dong(-1_005).to_string(), "−1.005\u{a0}₫");
    }
}
