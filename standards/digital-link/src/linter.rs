//! The rules a component of a value may be held to, under the names the GS1 Barcode Syntax Dictionary gives them.

mod coupon;
mod date;

use crate::codes;

/// The character sets of the GS1 General Specifications, section 7.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CharacterSet {
    Digits,
    Set82,
    Set39,
    Base64Url,
}

/// Set 82 in the order of its values for the check character pair.
const SET_82: &[u8] = b"!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
/// The 32 characters a check character is taken from, in the order of their values.
const SET_32: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// The shortest GS1 Company Prefix in use.
const SHORTEST_PREFIX: usize = 4;

impl CharacterSet {
    pub(crate) fn named(name: char) -> Option<Self> {
        Some(match name {
            'N' => Self::Digits,
            'X' => Self::Set82,
            'Y' => Self::Set39,
            'Z' => Self::Base64Url,
            _ => return None,
        })
    }

    pub(crate) fn holds(self, c: char) -> bool {
        match self {
            Self::Digits => c.is_ascii_digit(),
            Self::Set82 => u8::try_from(c).is_ok_and(|byte| SET_82.contains(&byte)),
            Self::Set39 => c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '#' | '-' | '/'),
            Self::Base64Url => c.is_ascii_alphanumeric() || matches!(c, '-' | '_'),
        }
    }

    /// The first character of a component that this set does not allow there.
    pub(crate) fn first_outside(self, data: &str) -> Option<char> {
        let content = data.trim_end_matches('=');
        let padding = data.len() - content.len();
        // Padding is optional, but what is there fills a group of four (RFC 4648, section 4).
        let padded = self == Self::Base64Url && padding <= 2 && data.len().is_multiple_of(4);
        if padded { content } else { data }.chars().find(|&c| !self.holds(c))
    }
}

macro_rules! linters {
    ($($(#[$doc:meta])* $name:ident $word:literal $code:literal $refusal:literal;)*) => {
        /// A rule for one component of a value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Linter { $($(#[$doc])* $name,)* }

        impl Linter {
            /// The rule with this name in the table, if there is one.
            pub(crate) fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }

            /// A short name that stays the same between releases, for machines.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The sentence that says what is wrong.
            #[must_use]
            pub fn refusal(self) -> &'static str {
                match self { $(Self::$name => $refusal,)* }
            }
        }
    };
}

linters! {
    /// The last digit is the check digit of those before it.
    CheckDigit "csum" "check_digit" "the check digit is wrong";
    /// The last two characters are the check pair of those before them.
    CheckPair "csumalpha" "check_pair" "the check character pair is wrong";
    /// Begins with digits enough for a GS1 Company Prefix.
    PrefixFirst "gcppos1" "company_prefix" "it does not begin with a GS1 Company Prefix";
    /// Has digits enough for a GS1 Company Prefix after its first character.
    PrefixSecond "gcppos2" "company_prefix" "its second position does not begin a GS1 Company Prefix";
    /// YYMMDD, in which 00 stands for an unspecified day.
    DateOrMonth "yymmd0" "date" "this date does not exist";
    /// YYMMDD.
    Date "yymmdd" "date" "this date does not exist";
    /// YYYYMMDD.
    LongDate "yyyymmdd" "date" "this date does not exist";
    /// Hours and minutes.
    HourMinute "hhmi" "time" "this time does not exist";
    Hour "hh" "time" "this hour does not exist";
    Minute "mi" "time" "this minute does not exist";
    Second "ss" "time" "this second does not exist";
    /// ISO 3166-1 numeric.
    Country "iso3166" "country" "this country code does not exist";
    /// ISO 3166-1 numeric, or 999 for several countries.
    CountryOrMany "iso3166999" "country" "this country code does not exist";
    /// ISO 3166-1 alpha-2.
    CountryLetters "iso3166alpha2" "country" "this country code does not exist";
    /// ISO 4217 numeric.
    Currency "iso4217" "currency" "this currency code does not exist";
    /// Percent signs inside the value begin an encoded byte.
    PercentEncoded "pcenc" "percent_encoding" "a percent sign is not followed by two hexadecimal digits";
    YesNo "yesno" "flag" "it is neither 0 nor 1";
    /// Minus sign of a temperature.
    Hyphen "hyphen" "hyphen" "only a hyphen may stand here";
    NonZero "nonzero" "zero" "it is zero";
    NoZeroPrefix "nozeroprefix" "zero_prefix" "it begins with zero";
    Zero "zero" "not_zero" "it is not zero";
    /// Winding direction of a roll.
    Winding "winding" "winding" "the winding direction is none of 0, 1 and 9";
    /// Piece number and total, equally long.
    PieceOfTotal "pieceoftotal" "piece_of_total" "the piece does not lie within the total";
    /// `position/end`.
    Position "posinseqslash" "position" "the position does not lie within the sequence";
    /// ISO 5218.
    Sex "iso5218" "sex" "it is none of 0, 1, 2 and 9";
    /// ISO 13616.
    Iban "iban" "iban" "this is not an IBAN";
    ImporterIndex "importeridx" "importer_index" "this is not an importer index";
    /// UN/ECE Recommendation 21: its form only, the list changes twice a year.
    PackageType "packagetype" "package_type" "this is not a package type code";
    MediaType "mediatype" "media_type" "this AIDC media type is not assigned";
    CouponCode "couponcode" "coupon" "this is not a North American coupon code";
    CouponOffer "couponposoffer" "coupon" "this is not a North American positive offer coupon code";
    /// Ten-millionths of a degree, counted from the south pole.
    Latitude "latitude" "latitude" "the latitude exceeds 180 degrees from the south pole";
    /// Ten-millionths of a degree, counted eastwards.
    Longitude "longitude" "longitude" "the longitude exceeds 360 degrees";
    HasNonDigit "hasnondigit" "only_digits" "it holds only digits";
}

impl Linter {
    /// Whether a non-empty ASCII component keeps this rule; a form it cannot read breaks it.
    pub(crate) fn accepts(self, data: &str) -> bool {
        let bytes = data.as_bytes();
        match self {
            Self::CheckDigit => has_check_digit(data),
            Self::CheckPair => has_check_pair(bytes),
            Self::PrefixFirst => begins_prefix(bytes),
            Self::PrefixSecond => bytes.get(1..).is_some_and(begins_prefix),
            Self::DateOrMonth => date::short(data, true),
            Self::Date => date::short(data, false),
            Self::LongDate => date::long(data),
            Self::HourMinute => data
                .split_at_checked(2)
                .is_some_and(|(h, m)| below(h, 24) && below(m, 60)),
            Self::Hour => below(data, 24),
            Self::Minute | Self::Second => below(data, 60),
            Self::Country => codes::contains(codes::COUNTRIES_NUMERIC, data),
            Self::CountryOrMany => data == "999" || codes::contains(codes::COUNTRIES_NUMERIC, data),
            Self::CountryLetters => codes::contains(codes::COUNTRIES_ALPHA2, data),
            Self::Currency => codes::contains(codes::CURRENCIES_NUMERIC, data),
            Self::PercentEncoded => data.split('%').skip(1).all(|rest| {
                rest.as_bytes()
                    .get(..2)
                    .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
            }),
            Self::YesNo => matches!(data, "0" | "1"),
            Self::Hyphen => bytes.iter().all(|&c| c == b'-'),
            Self::NonZero => bytes.iter().any(|&c| c != b'0'),
            Self::NoZeroPrefix => !data.starts_with('0'),
            Self::Zero => bytes.iter().all(|&c| c == b'0'),
            Self::Winding => matches!(data, "0" | "1" | "9"),
            Self::PieceOfTotal => is_piece_of_total(data),
            Self::Position => is_position(data),
            Self::Sex => matches!(data, "0" | "1" | "2" | "9"),
            Self::Iban => is_iban(bytes),
            Self::ImporterIndex => {
                bytes.len() == 1 && bytes.iter().all(|&c| CharacterSet::Base64Url.holds(char::from(c)))
            }
            Self::PackageType => bytes.len() <= 3 && bytes.iter().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()),
            Self::MediaType => data.parse::<u8>().is_ok_and(|code| matches!(code, 1..=10 | 80..=99)),
            Self::CouponCode => coupon::is_coupon(data),
            Self::CouponOffer => coupon::is_offer(data),
            Self::Latitude => data.parse::<u64>().is_ok_and(|value| value <= 1_800_000_000),
            Self::Longitude => data.parse::<u64>().is_ok_and(|value| value <= 3_600_000_000),
            Self::HasNonDigit => bytes.iter().any(|c| !c.is_ascii_digit()),
        }
    }
}

/// Whether `data` is two digits below `limit`.
fn below(data: &str, limit: u8) -> bool {
    data.len() == 2 && data.parse::<u8>().is_ok_and(|value| value < limit)
}

fn begins_prefix(data: &[u8]) -> bool {
    data.get(..SHORTEST_PREFIX)
        .is_some_and(|prefix| prefix.iter().all(u8::is_ascii_digit))
}

/// The check digit of GS1 General Specifications 7.9.1 for the digits before it; `None` when one is not a digit.
pub(crate) fn check_digit(body: &str) -> Option<u8> {
    let weights = [3, 1].into_iter().cycle();
    let sum = body.bytes().rev().zip(weights).try_fold(0u32, |sum, (c, weight)| {
        c.is_ascii_digit().then(|| (sum + u32::from(c - b'0') * weight) % 10)
    })?;
    u8::try_from((10 - sum) % 10).ok().map(|digit| b'0' + digit)
}

pub(crate) fn has_check_digit(data: &str) -> bool {
    match data.as_bytes().split_last() {
        Some((last, _)) => data.get(..data.len() - 1).and_then(check_digit) == Some(*last),
        None => false,
    }
}

/// GS1 General Specifications 7.9.5: the data weighted by ascending primes from the right, modulo 1021, split into two
/// five-bit values.
fn has_check_pair(data: &[u8]) -> bool {
    let Some((body, pair)) = data.split_last_chunk::<2>() else {
        return false;
    };
    let primes = (2usize..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0));
    let sum = body.iter().rev().zip(primes).try_fold(0usize, |sum, (c, prime)| {
        SET_82
            .iter()
            .position(|known| known == c)
            .map(|value| (sum + value * prime) % 1021)
    });
    sum.is_some_and(|sum| SET_32.get(sum >> 5) == Some(&pair[0]) && SET_32.get(sum & 31) == Some(&pair[1]))
}

fn is_piece_of_total(data: &str) -> bool {
    let half = data.len() / 2;
    let (Some(piece), Some(total)) = (data.get(..half), data.get(half..)) else {
        return false;
    };
    piece.len() == total.len() && piece.bytes().any(|c| c != b'0') && piece <= total
}

fn is_position(data: &str) -> bool {
    let number = |text: &str| {
        let plain = !text.starts_with('0') && text.bytes().all(|c| c.is_ascii_digit());
        plain.then(|| text.parse::<u64>().ok()).flatten()
    };
    match data.split_once('/') {
        Some((position, end)) => matches!((number(position), number(end)), (Some(p), Some(e)) if p <= e),
        None => false,
    }
}

fn is_iban(data: &[u8]) -> bool {
    let (Some(head), Some(tail)) = (data.get(..4), data.get(4..)) else {
        return false;
    };
    let country = std::str::from_utf8(&head[..2]).is_ok_and(|code| codes::contains(codes::COUNTRIES_ALPHA2, code));
    let rest = tail.iter().chain(head).try_fold(0u32, |rest, &c| match c {
        b'0'..=b'9' => Some((rest * 10 + u32::from(c - b'0')) % 97),
        b'A'..=b'Z' => Some((rest * 100 + u32::from(c - b'A') + 10) % 97),
        _ => None,
    });
    country && (11..=34).contains(&data.len()) && rest == Some(1)
}

#[cfg(test)]
mod tests {
    use super::Linter;

    fn each(linter: &str, good: &[&str], bad: &[&str]) {
        let rule = Linter::named(linter).expect("the name is in the list");
        for data in good {
            assert!(rule.accepts(data), "{linter} must accept {data}");
        }
        for data in bad {
            assert!(!rule.accepts(data), "{linter} must refuse {data}");
        }
    }

    #[test]
    fn checksums() {
        each(
            "csum",
            &["09520123456788", "8938505974194", "952012345678912345"],
            &["09520123456789", "1", "12a4"],
        );
        each(
            "csumalpha",
            &["1987654Ad4X4bL5ttr2310c2K"],
            &["1987654Ad4X4bL5ttr2310c2X", "1987654Ad4X4bL5ttr2310cK2", "K"],
        );
        each(
            "iban",
            &["DE91100000000123456789", "GB98MIDL07009312345678"],
            &["DE92100000000123456789", "XX361234567890", "DE91"],
        );
        each("gcppos1", &["9520", "0000abc"], &["952", "95a0"]);
        each("gcppos2", &["x9520"], &["9520", ""]);
    }

    #[test]
    fn dates_and_times() {
        each(
            "yymmd0",
            &["240229", "260200", "261231"],
            &["250229", "261301", "260001", "260431", "260432"],
        );
        each("yymmdd", &["240229", "000229"], &["260200", "250229"]);
        each(
            "yyyymmdd",
            &["20240229", "19000228"],
            &["19000229", "20230229", "20241301"],
        );
        each("hhmi", &["0000", "2359"], &["2400", "2360"]);
        each("hh", &["23"], &["24"]);
        each("mi", &["59"], &["60"]);
        each("ss", &["59"], &["60"]);
    }

    #[test]
    fn lists() {
        each("iso3166", &["704", "004"], &["999", "000", "4", "04"]);
        each("iso3166999", &["704", "999"], &["998"]);
        each("iso3166alpha2", &["VN"], &["XX", "vn"]);
        each("iso4217", &["704", "840"], &["000", "001"]);
        each("mediatype", &["01", "10", "80", "99"], &["00", "11", "79"]);
    }

    #[test]
    fn small_forms() {
        each("pieceoftotal", &["0101", "0102"], &["0201", "0001", "0000"]);
        each(
            "posinseqslash",
            &["1/1", "2/3"],
            &["3/2", "0/1", "1/0", "1//", "/1x", "123"],
        );
        each("nozeroprefix", &["1", "10"], &["0", "01"]);
        each("pcenc", &["abc", "a%20b", "%C3%A8"], &["%", "a%2", "%zz", "a%%20"]);
        each("latitude", &["0000000000", "1800000000"], &["1800000001"]);
        each("longitude", &["3600000000"], &["3600000001"]);
        each("winding", &["0", "1", "9"], &["2"]);
        each("hasnondigit", &["1a"], &["11"]);
        each("importeridx", &["A", "_", "-"], &["=", "AB"]);
    }
}
