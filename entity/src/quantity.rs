//! Quantities: whole thousandths of a unit, so that 0.1 kg ten times is one kilogram.

use std::{fmt, str::FromStr};

use sea_orm::{DeriveActiveEnum, DeriveValueType, EnumIter, Iterable};

/// A number of thousandths. What it counts is told by the unit beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Thousandths(pub i64);

impl Thousandths {
    pub const ZERO: Self = Self(0);
    /// A billion units: more than any harvest, and far from overflow in every sum the program makes.
    pub const MAX: Self = Self(1_000_000_000_000);

    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

/// Why a text is not a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadQuantity {
    #[error("not a number")]
    NotANumber,
    #[error("more than three decimals")]
    TooFine,
    #[error("too large")]
    TooLarge,
}

impl FromStr for Thousandths {
    type Err = BadQuantity;

    /// Reads the wire form: digits, a dot, up to three decimals; a sign is read so that the caller can refuse it by name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !numeric(whole) || !numeric(decimals) {
            return Err(BadQuantity::NotANumber);
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > 3 {
            return Err(BadQuantity::TooFine);
        }
        let whole: i64 = whole.parse().map_err(|_| BadQuantity::TooLarge)?;
        let fraction: i64 = format!("{decimals:0<3}").parse().map_err(|_| BadQuantity::NotANumber)?;
        let value = whole
            .checked_mul(1000)
            .and_then(|thousandths| thousandths.checked_add(fraction))
            .filter(|thousandths| *thousandths <= Self::MAX.0)
            .ok_or(BadQuantity::TooLarge)?;
        Ok(Self(if negative { -value } else { value }))
    }
}

/// The wire form: `1.5`, without needless zeros.
impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if fraction == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let decimals = format!("{fraction:03}");
            write!(f, "{sign}{whole}.{}", decimals.trim_end_matches('0'))
        }
    }
}

/// What a quantity counts. Weights and volumes convert among themselves; a count (bó, hộp…) carries whatever weight its
/// listing declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Unit {
    #[sea_orm(string_value = "kg")]
    Kilogram,
    #[sea_orm(string_value = "g")]
    Gram,
    /// 100 g in trade.
    #[sea_orm(string_value = "lang")]
    Lang,
    /// 10 kg.
    #[sea_orm(string_value = "yen")]
    Yen,
    /// 100 kg.
    #[sea_orm(string_value = "ta")]
    Ta,
    #[sea_orm(string_value = "tan")]
    Tonne,
    #[sea_orm(string_value = "lit")]
    Litre,
    #[sea_orm(string_value = "ml")]
    Millilitre,
    #[sea_orm(string_value = "hop")]
    Box,
    #[sea_orm(string_value = "goi")]
    Packet,
    #[sea_orm(string_value = "tui")]
    Bag,
    #[sea_orm(string_value = "bao")]
    Sack,
    #[sea_orm(string_value = "chai")]
    Bottle,
    #[sea_orm(string_value = "lo")]
    Jar,
    #[sea_orm(string_value = "qua")]
    Fruit,
    #[sea_orm(string_value = "con")]
    Animal,
    #[sea_orm(string_value = "bo")]
    Bunch,
    #[sea_orm(string_value = "mo")]
    Handful,
    #[sea_orm(string_value = "vi")]
    Tray,
    #[sea_orm(string_value = "chuc")]
    Ten,
    #[sea_orm(string_value = "cai")]
    Piece,
    #[sea_orm(string_value = "cay")]
    Plant,
    #[sea_orm(string_value = "set")]
    Set,
    #[sea_orm(string_value = "bia")]
    Block,
    #[sea_orm(string_value = "cap")]
    Pair,
    #[sea_orm(string_value = "chau")]
    Pot,
    #[sea_orm(string_value = "canh")]
    Stem,
    #[sea_orm(string_value = "khach")]
    Guest,
    #[sea_orm(string_value = "dem")]
    Night,
}

impl Unit {
    /// The code on the wire and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.facts().0
    }

    /// The Vietnamese word behind a number.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.facts().1
    }

    /// Grams (or millilitres) in one unit, where the unit is a weight or a volume.
    #[must_use]
    pub fn base(self) -> Option<(Base, i64)> {
        self.facts().2
    }

    /// UN/ECE Recommendation 20 code and how many of it one unit is, as EPCIS `uom` wants; a count has none.
    #[must_use]
    pub fn epcis_uom(self) -> Option<(&'static str, Thousandths)> {
        self.base().map(|(base, factor)| {
            let uom = match base {
                Base::Gram => "KGM",
                Base::Millilitre => "LTR",
            };
            (uom, Thousandths(factor))
        })
    }

    const fn facts(self) -> (&'static str, &'static str, Option<(Base, i64)>) {
        match self {
            Self::Kilogram => ("kg", "kg", Some((Base::Gram, 1000))),
            Self::Gram => ("g", "g", Some((Base::Gram, 1))),
            Self::Lang => ("lang", "lạng", Some((Base::Gram, 100))),
            Self::Yen => ("yen", "yến", Some((Base::Gram, 10_000))),
            Self::Ta => ("ta", "tạ", Some((Base::Gram, 100_000))),
            Self::Tonne => ("tan", "tấn", Some((Base::Gram, 1_000_000))),
            Self::Litre => ("lit", "lít", Some((Base::Millilitre, 1000))),
            Self::Millilitre => ("ml", "ml", Some((Base::Millilitre, 1))),
            Self::Box => ("hop", "hộp", None),
            Self::Packet => ("goi", "gói", None),
            Self::Bag => ("tui", "túi", None),
            Self::Sack => ("bao", "bao", None),
            Self::Bottle => ("chai", "chai", None),
            Self::Jar => ("lo", "lọ", None),
            Self::Fruit => ("qua", "quả", None),
            Self::Animal => ("con", "con", None),
            Self::Bunch => ("bo", "bó", None),
            Self::Handful => ("mo", "mớ", None),
            Self::Tray => ("vi", "vỉ", None),
            Self::Ten => ("chuc", "chục", None),
            Self::Piece => ("cai", "cái", None),
            Self::Plant => ("cay", "cây", None),
            Self::Set => ("set", "bộ", None),
            Self::Block => ("bia", "bìa", None),
            Self::Pair => ("cap", "cặp", None),
            Self::Pot => ("chau", "chậu", None),
            Self::Stem => ("canh", "cành", None),
            Self::Guest => ("khach", "khách", None),
            Self::Night => ("dem", "đêm", None),
        }
    }
}

/// What a weight or volume is counted in underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    Gram,
    Millilitre,
}

impl FromStr for Unit {
    type Err = crate::codes::NotA;

    /// Reads the code, the Vietnamese word, or the words the market uses for a kilogram.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "cân" | "ký" | "kí" | "kilo" => return Ok(Self::Kilogram),
            "t" => return Ok(Self::Tonne),
            "l" => return Ok(Self::Litre),
            _ => {}
        }
        Self::iter()
            .find(|unit| unit.code() == text || unit.label() == text)
            .ok_or(crate::codes::NotA("unit"))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// An amount of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    pub amount: Thousandths,
    pub unit: Unit,
}

impl Quantity {
    #[must_use]
    pub const fn new(amount: Thousandths, unit: Unit) -> Self {
        Self { amount, unit }
    }

    /// The same quantity in another unit, where one converts into the other without losing a thousandth.
    #[must_use]
    pub fn convert(self, unit: Unit) -> Option<Self> {
        if self.unit == unit {
            return Some(self);
        }
        let ((from, from_factor), (to, to_factor)) = (self.unit.base()?, unit.base()?);
        let scaled = self.amount.0.checked_mul(from_factor)?;
        (from == to && scaled % to_factor == 0).then(|| Self::new(Thousandths(scaled / to_factor), unit))
    }
}

/// Reads as `1.250,5 kg`; the space does not break.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.amount.to_string();
        let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = whole.trim_start_matches('-');
        if whole.len() > digits.len() {
            f.write_str("−")?;
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place) % 3 == 0 {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        if !decimals.is_empty() {
            write!(f, ",{decimals}")?;
        }
        write!(f, "\u{a0}{}", self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_and_written_exactly() {
        for (text, thousandths) in [
            ("1.5", 1500),
            ("0.001", 1),
            ("20", 20_000),
            ("1.500", 1500),
            ("-1", -1000),
        ] {
            assert_eq!(text.parse(), Ok(Thousandths(thousandths)), "{text}");
        }
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "1,5",
            "1e3",
            "NaN",
            "1.0005",
            "99999999999999999999",
            "+1",
            "１",
        ] {
            assert!(text.parse::<Thousandths>().is_err(), "{text}");
        }
        assert_eq!(Thousandths(1500).to_string(), "1.5");
        assert_eq!(
            Quantity::new(Thousandths(1_250_500), Unit::Kilogram).to_string(),
            "1.250,5\u{a0}kg"
        );
        assert_eq!(
            Quantity::new(Thousandths(12_000), Unit::Bunch).to_string(),
            "12\u{a0}bó"
        );
    }

    #[test]
    fn weights_convert_and_counts_do_not() {
        let yen = Quantity::new(Thousandths(2000), Unit::Yen);
        assert_eq!(
            yen.convert(Unit::Kilogram),
            Some(Quantity::new(Thousandths(20_000), Unit::Kilogram))
        );
        assert_eq!(yen.convert(Unit::Litre), None);
        assert_eq!(yen.convert(Unit::Box), None);
        let gram = Quantity::new(Thousandths(1), Unit::Gram);
        assert_eq!(
            gram.convert(Unit::Tonne),
            None,
            "a thousandth of a gram is too fine for a tonne"
        );
    }

    #[test]
    fn every_unit_reads_back() {
        for unit in Unit::iter() {
            assert_eq!(unit.code().parse(), Ok(unit));
            assert_eq!(unit.label().parse(), Ok(unit));
        }
        assert_eq!("ký".parse(), Ok(Unit::Kilogram));
    }
}
