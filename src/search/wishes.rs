//! Words that say what somebody wants of the goods and not what they are called: a price, stars, an amount, a place.
//!
//! `chè dưới 300k ở Tân Cương` looks for chè, costs at most 300,000 đồng, and is sold in Tân Cương.

use std::ops::Range;

use super::{
    fold::{Word, words},
    keystrokes,
};

/// What is wished for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Đồng, both ends included.
    Price {
        least: Option<i64>,
        most: Option<i64>,
    },
    /// OCOP stars, both ends included.
    Stars {
        least: u8,
        most: u8,
    },
    /// The code of a kind of certificate.
    Certificate(&'static str),
    InStock,
    /// The codes of the communes that have this name.
    Communes(Vec<String>),
    Amount(Amount),
}

/// How much one wants to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    Grams(i64),
    Millilitres(i64),
}

/// A wish and the words that say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub wish: Wish,
    /// Positions among the words of the query.
    pub at: Range<usize>,
}

/// The most that a price may be.
const DEAREST: i64 = 9_999_999_999_999;
/// "About 100k" is a fifth less to a fifth more.
const ABOUT: i64 = 5;

/// The wishes among the words of `text`, in their order. `communes` gives the codes of the communes called like these
/// words.
pub fn wishes(text: &str, words: &[Word], communes: &dyn Fn(&[Word]) -> Vec<String>) -> Vec<Said> {
    let reader = Reader { text, words, communes };
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match reader.wish(at) {
            Some((wish, end)) => {
                found.push(Said { wish, at: at..end });
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// How a price was said.
#[derive(Clone, Copy)]
struct Price {
    /// Thousandths of the number before its multiplier.
    number: i64,
    /// Đồng for one; `None`: none was said.
    times: Option<i64>,
    /// Đồng said after the multiplier: `1tr5`, `1 triệu rưỡi`.
    more: i64,
    end: usize,
}

impl Price {
    fn dong(self, times: i64) -> Option<i64> {
        let dong = self.number.checked_mul(times)? / 1000 + self.more;
        (0..=DEAREST).contains(&dong).then_some(dong)
    }

    /// Whether it can be nothing but a price.
    const fn is_sure(self) -> bool {
        self.times.is_some() || self.number >= 10_000_000
    }

    /// Whoever says "dưới 100" leaves out the thousand.
    fn times(self) -> i64 {
        self.times.unwrap_or(if self.number < 1_000_000 { 1000 } else { 1 })
    }
}

struct Reader<'a> {
    text: &'a str,
    words: &'a [Word],
    communes: &'a dyn Fn(&[Word]) -> Vec<String>,
}

impl Reader<'_> {
    /// The wish that begins at `at`, and where it ends.
    fn wish(&self, at: usize) -> Option<(Wish, usize)> {
        self.price(at)
            .or_else(|| self.stars(at))
            .or_else(|| self.amount(at))
            .or_else(|| self.certificate(at))
            .or_else(|| {
                self.any(at, &["còn hàng", "sẵn hàng", "có sẵn"])
                    .map(|end| (Wish::InStock, end))
            })
            .or_else(|| self.place(at))
    }

    /// The end of `phrase`, if the words at `at` are it. Who writes without marks may mean it; who writes with marks
    /// writes the right ones.
    fn is(&self, at: usize, phrase: &str) -> Option<usize> {
        let wanted = words(phrase);
        let given = self.words.get(at..at + wanted.len())?;
        let same = |given: &Word, wanted: &Word| {
            if given.is_marked() {
                given.exact() == wanted.exact()
            } else {
                let plain = given.plain();
                plain == wanted.plain() || keystrokes::meant(&plain).contains(&wanted.exact())
            }
        };
        given
            .iter()
            .zip(&wanted)
            .all(|(given, wanted)| same(given, wanted))
            .then_some(at + wanted.len())
    }

    fn any(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().find_map(|phrase| self.is(at, phrase))
    }

    /// What stands between the word before `at` and the word at `at`.
    fn between(&self, at: usize) -> &str {
        match (self.words.get(at.wrapping_sub(1)), self.words.get(at)) {
            (Some(before), Some(word)) => self.text.get(before.at.end..word.at.start).unwrap_or_default(),
            _ => "",
        }
    }

    fn price(&self, at: usize) -> Option<(Wish, usize)> {
        let start = self.any(at, &["giá", "giá tiền"]).unwrap_or(at);
        let price = |least, most, end| Some((Wish::Price { least, most }, self.per_unit(end)));
        if let Some(next) = self.any(
            start,
            &["dưới", "nhỏ hơn", "ít hơn", "rẻ hơn", "không quá", "tối đa", "thấp hơn"],
        ) {
            let said = self.number(next)?;
            return price(None, Some(said.dong(said.times())?), said.end);
        }
        let from = self.is(start, "từ");
        let first = from
            .or_else(|| {
                self.any(
                    start,
                    &["trên", "hơn", "lớn hơn", "tối thiểu", "ít nhất", "đắt hơn", "cao hơn"],
                )
            })
            .or_else(|| self.is(start, "khoảng"));
        let about = self.is(start, "khoảng").is_some();
        let said = self.number(first.unwrap_or(start))?;
        // From here to there: `từ 50k đến 100k`, `100-200k`.
        let to = self.any(said.end, &["đến", "tới"]);
        let dash = self.words.get(said.end).is_some()
            && self
                .between(said.end)
                .trim()
                .chars()
                .all(|c| matches!(c, '-' | '–' | '—' | '~'))
            && !self.between(said.end).trim().is_empty();
        if let Some(second) = to
            .or(dash.then_some(said.end))
            .and_then(|next| self.number(next))
            .filter(|second| from.is_some() || about || said.is_sure() || second.is_sure())
        {
            let times = said.times.or(second.times);
            let (low, high) = match times {
                Some(_) => (said.dong(said.times.or(times)?)?, second.dong(second.times.or(times)?)?),
                None => (said.dong(said.times())?, second.dong(second.times())?),
            };
            return price(Some(low.min(high)), Some(low.max(high)), second.end);
        }
        if first.is_some() && !about {
            // "từ 4 sao" is no price.
            if self.after_number(said.end) && said.times.is_none() {
                return None;
            }
            return price(Some(said.dong(said.times())?), None, said.end);
        }
        if about || said.is_sure() {
            let dong = said.dong(said.times())?;
            return price(
                Some(dong - dong / ABOUT),
                Some(dong.saturating_add(dong / ABOUT)),
                said.end,
            );
        }
        None
    }

    /// Whether what follows says that the number before it is none of money.
    fn after_number(&self, at: usize) -> bool {
        self.is(at, "sao").is_some() || self.unit(at).is_some()
    }

    /// `100k/kg`, `100k một cân`: what it is the price of adds nothing.
    fn per_unit(&self, end: usize) -> usize {
        if self.between(end).contains('/') {
            return (end + 1).min(self.words.len());
        }
        match self.any(end, &["một", "mỗi"]).and_then(|next| self.unit(next)) {
            Some((_, _, end)) => end,
            None => end,
        }
    }

    /// A number with what multiplies it.
    fn number(&self, at: usize) -> Option<Price> {
        let (number, suffix, mut end) = self.digits(at).or_else(|| self.numeral(at))?;
        let (mut times, mut more) = (None, 0);
        if suffix.is_empty() {
            if let Some((value, next)) = self.multiplier(end) {
                (times, end) = (Some(value), next);
            }
        } else {
            let letters: String = suffix.chars().take_while(|c| !c.is_ascii_digit()).collect();
            let value = multiplier(&letters)?;
            times = Some(value);
            let rest = &suffix[letters.len()..];
            if !rest.is_empty() {
                more = rest.parse::<i64>().ok().filter(|digit| (1..10).contains(digit))? * value / 10;
            }
        }
        if let Some(value) = times {
            if let Some(next) = self.is(end, "rưỡi") {
                (more, end) = (value / 2, next);
            } else if value == 1_000_000
                && let Some((digit, suffix, next)) = self.digits(end)
                && suffix.is_empty()
                && (1000..10_000).contains(&digit)
                && self.unit(next).is_none()
                && self.is(next, "sao").is_none()
            {
                // "1 triệu 2" is 1,200,000.
                (more, end) = (digit / 1000 * value / 10, next);
            }
            // "50 nghìn đồng"
            if let Some(next) = self.any(end, &["đồng", "vnđ", "vnd"]) {
                end = next;
            }
        }
        Some(Price {
            number,
            times,
            more,
            end,
        })
    }

    fn multiplier(&self, at: usize) -> Option<(i64, usize)> {
        let word = self.words.get(at)?;
        [("nghìn", 1000), ("ngàn", 1000), ("triệu", 1_000_000), ("đồng", 1)]
            .into_iter()
            .find_map(|(name, value)| self.is(at, name).map(|end| (value, end)))
            .or_else(|| {
                let plain = word.plain();
                (plain.len() <= 3)
                    .then(|| multiplier(&plain))
                    .flatten()
                    .map(|value| (value, at + 1))
            })
    }

    /// A number in digits: its thousandths, what is glued to it, and where it ends.
    fn digits(&self, at: usize) -> Option<(i64, String, usize)> {
        let plain = self.words.get(at)?.plain();
        let split = plain
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
            .unwrap_or(plain.len());
        let (number, suffix) = plain.split_at(split);
        Some((thousandths(number)?, suffix.to_owned(), at + 1))
    }

    /// A number in words, which counts only before a unit or a multiplier: `nửa cân`, `năm mươi nghìn`.
    fn numeral(&self, at: usize) -> Option<(i64, String, usize)> {
        const ONES: [&str; 9] = ["một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
        let one = |at| -> Option<(i64, usize)> {
            ONES.iter()
                .zip(1..)
                .find_map(|(name, value)| self.is(at, name).map(|end| (value, end)))
        };
        let (mut value, mut end) = if let Some(end) = self.any(at, &["nửa", "rưỡi"]) {
            (500, end)
        } else if let Some(end) = self.is(at, "mười") {
            let (ones, end) = one(end).unwrap_or((0, end));
            ((10 + ones) * 1000, end)
        } else {
            let (ones, end) = one(at)?;
            (ones * 1000, end)
        };
        if let Some(next) = self.any(end, &["mươi", "chục"]) {
            let (ones, next) = one(next).unwrap_or((0, next));
            (value, end) = (value * 10 + ones * 1000, next);
        } else if let Some(next) = self.is(end, "trăm") {
            (value, end) = (value * 100, next);
        }
        (self.multiplier(end).is_some() || self.unit(end).is_some() || self.is(end, "sao").is_some()).then_some((
            value,
            String::new(),
            end,
        ))
    }

    fn stars(&self, at: usize) -> Option<(Wish, usize)> {
        let ocop = self.is(at, "ocop");
        let start = ocop.unwrap_or(at);
        let counted = self
            .any(start, &["từ", "trên"])
            .and_then(|next| self.counted_stars(next).map(|(star, end)| (star, end, true)))
            .or_else(|| self.counted_stars(start).map(|(star, end)| (star, end, false)));
        if let Some((star, end, from)) = counted {
            let (upward, end) = match self.is(end, "trở lên") {
                Some(end) => (true, end),
                None => (from, end),
            };
            let end = self.is(end, "ocop").unwrap_or(end);
            let most = if upward { 5 } else { star };
            return Some((Wish::Stars { least: star, most }, end));
        }
        ocop.map(|end| (Wish::Stars { least: 3, most: 5 }, end))
    }

    fn counted_stars(&self, at: usize) -> Option<(u8, usize)> {
        let (number, suffix, end) = self.digits(at).or_else(|| self.numeral(at))?;
        let end = if suffix == "sao" {
            end
        } else {
            suffix.is_empty().then(|| self.is(end, "sao"))??
        };
        let star = u8::try_from(number / 1000).ok().filter(|star| (3..=5).contains(star))?;
        Some((star, end))
    }

    /// A unit of weight or volume: how many grams or millilitres it is.
    fn unit(&self, at: usize) -> Option<(i64, bool, usize)> {
        UNITS
            .iter()
            .find_map(|(name, factor, weight)| self.is(at, name).map(|end| (*factor, *weight, end)))
    }

    fn amount(&self, at: usize) -> Option<(Wish, usize)> {
        let (number, suffix, end) = self.digits(at).or_else(|| self.numeral(at))?;
        let (factor, weight, end) = if suffix.is_empty() {
            self.unit(end)?
        } else {
            let (_, factor, weight) = UNITS
                .iter()
                .find(|(name, ..)| words(name).first().is_some_and(|name| name.plain() == suffix))?;
            (*factor, *weight, end)
        };
        let amount = number.checked_mul(factor)? / 1000;
        let (amount, end) = match self.is(end, "rưỡi") {
            Some(end) => (amount.checked_add(factor / 2)?, end),
            None => (amount, end),
        };
        let amount = (1..=1_000_000_000).contains(&amount).then_some(amount)?;
        let amount = if weight {
            Amount::Grams(amount)
        } else {
            Amount::Millilitres(amount)
        };
        Some((Wish::Amount(amount), end))
    }

    fn certificate(&self, at: usize) -> Option<(Wish, usize)> {
        [
            ("vietgap", "vietgap"),
            ("viet gap", "vietgap"),
            ("hữu cơ", "organic"),
            ("organic", "organic"),
            ("chỉ dẫn địa lý", "gi"),
            ("chỉ dẫn địa lí", "gi"),
        ]
        .into_iter()
        .find_map(|(name, code)| self.is(at, name).map(|end| (Wish::Certificate(code), end)))
    }

    fn place(&self, at: usize) -> Option<(Wish, usize)> {
        let before = self.any(at, &["ở", "tại"]);
        let start = before.unwrap_or(at);
        let kind = self.any(start, &["xã", "phường"]);
        if before.is_none() && kind.is_none() {
            return None;
        }
        let start = kind.unwrap_or(start);
        (1..=4)
            .rev()
            .filter_map(|count| Some((self.words.get(start..start + count)?, start + count)))
            .find_map(|(name, end)| {
                let codes = (self.communes)(name);
                (!codes.is_empty()).then_some((Wish::Communes(codes), end))
            })
    }
}

/// Names, grams or millilitres, and whether it is a weight. A lạng is one of trade, 100 g; that of gold is no produce.
const UNITS: [(&str, i64, bool); 17] = [
    ("kg", 1000, true),
    ("cân", 1000, true),
    ("ký", 1000, true),
    ("kí", 1000, true),
    ("kilogam", 1000, true),
    ("kilo", 1000, true),
    ("lạng", 100, true),
    ("yến", 10_000, true),
    ("tạ", 100_000, true),
    ("tấn", 1_000_000, true),
    ("gram", 1, true),
    ("gam", 1, true),
    ("gr", 1, true),
    ("g", 1, true),
    ("lít", 1000, false),
    ("ml", 1, false),
    ("l", 1000, false),
];

fn multiplier(name: &str) -> Option<i64> {
    match name {
        "k" | "ng" | "n" | "nghin" | "ngan" => Some(1000),
        "tr" | "trieu" | "m" => Some(1_000_000),
        "d" | "vnd" | "dong" => Some(1),
        _ => None,
    }
}

/// `1,5` is one and a half, `100.000` a hundred thousand: what is grouped by threes is whole.
fn thousandths(number: &str) -> Option<i64> {
    let parts: Vec<&str> = number.split(['.', ',']).collect();
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let (first, rest) = parts.split_first()?;
    let whole = |digits: &str| digits.parse::<i64>().ok()?.checked_mul(1000);
    match rest {
        [] => whole(first),
        [decimals] if decimals.len() < 3 => {
            let fraction: i64 = format!("{decimals:0<3}").parse().ok()?;
            whole(first)?.checked_add(fraction)
        }
        groups if groups.iter().all(|group| group.len() == 3) && first.len() <= 3 => whole(&parts.concat()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Wish, String)> {
        let words = words(text);
        let communes = |name: &[Word]| -> Vec<String> {
            let plain: Vec<String> = name.iter().map(Word::plain).collect();
            match plain.join(" ").as_str() {
                "tan cuong" => vec!["05503".into()],
                _ => Vec::new(),
            }
        };
        wishes(text, &words, &communes)
            .into_iter()
            .map(|said| {
                let span = words[said.at.start].at.start..words[said.at.end - 1].at.end;
                (said.wish, text[span].to_owned())
            })
            .collect()
    }

    fn price(text: &str) -> Option<(Option<i64>, Option<i64>)> {
        match found(text).first() {
            Some((Wish::Price { least, most }, _)) => Some((*least, *most)),
            _ => None,
        }
    }

    #[test]
    fn prices_are_read_as_they_are_said() {
        for (text, least, most) in [
            ("chè dưới 100k", None, Some(100_000)),
            ("che duoi 100 k", None, Some(100_000)),
            ("duwowis 100k", None, Some(100_000)),
            ("dưới 100 nghìn đồng", None, Some(100_000)),
            ("dưới 100.000đ", None, Some(100_000)),
            ("dưới 100000", None, Some(100_000)),
            ("dưới 100", None, Some(100_000)),
            ("giá dưới 1,5 triệu", None, Some(1_500_000)),
            ("dưới 1tr5", None, Some(1_500_000)),
            ("dưới 1 triệu rưỡi", None, Some(1_500_000)),
            ("dưới một triệu", None, Some(1_000_000)),
            ("dưới năm mươi nghìn", None, Some(50_000)),
            ("trên 50 nghìn", Some(50_000), None),
            ("hon 50 ngan", Some(50_000), None),
            ("từ 50k", Some(50_000), None),
            ("từ 50k đến 100k", Some(50_000), Some(100_000)),
            ("từ 50 đến 100 nghìn", Some(50_000), Some(100_000)),
            ("tu 50 den 100k", Some(50_000), Some(100_000)),
            ("100-200k", Some(100_000), Some(200_000)),
            ("100k - 200k", Some(100_000), Some(200_000)),
            ("100k–200k/kg", Some(100_000), Some(200_000)),
            ("500k đến 1 triệu", Some(500_000), Some(1_000_000)),
            ("khoảng 100k", Some(80_000), Some(120_000)),
            ("1 triệu", Some(800_000), Some(1_200_000)),
            ("1 trieu", Some(800_000), Some(1_200_000)),
        ] {
            assert_eq!(price(text), Some((least, most)), "{text}");
        }
    }

    #[test]
    fn what_is_no_price_is_left_alone() {
        for text in [
            "gạo ST25",
            "chè LDP1",
            "trà 3 lá",
            "TRI777",
            "dưới",
            "hơn",
            "từ",
            "1-2",
            "7 món",
            "J02",
            "99999999999999999999k",
            "5 10",
        ] {
            assert_eq!(price(text), None, "{text}");
        }
    }

    #[test]
    fn stars_amounts_certificates_places() {
        let one = |text: &str| found(text).first().cloned();
        assert_eq!(
            one("chè ocop 4 sao"),
            Some((Wish::Stars { least: 4, most: 4 }, "ocop 4 sao".into()))
        );
        assert_eq!(one("4 sao"), Some((Wish::Stars { least: 4, most: 4 }, "4 sao".into())));
        assert_eq!(
            one("bốn sao"),
            Some((Wish::Stars { least: 4, most: 4 }, "bốn sao".into()))
        );
        assert_eq!(
            one("4sao trở lên"),
            Some((Wish::Stars { least: 4, most: 5 }, "4sao trở lên".into()))
        );
        assert_eq!(
            one("từ 3 sao"),
            Some((Wish::Stars { least: 3, most: 5 }, "từ 3 sao".into()))
        );
        assert_eq!(one("ocop"), Some((Wish::Stars { least: 3, most: 5 }, "ocop".into())));
        assert_eq!(one("1kg chè"), Some((Wish::Amount(Amount::Grams(1000)), "1kg".into())));
        assert_eq!(
            one("nửa cân"),
            Some((Wish::Amount(Amount::Grams(500)), "nửa cân".into()))
        );
        assert_eq!(one("5 lạng"), Some((Wish::Amount(Amount::Grams(500)), "5 lạng".into())));
        assert_eq!(
            one("1 cân rưỡi"),
            Some((Wish::Amount(Amount::Grams(1500)), "1 cân rưỡi".into()))
        );
        assert_eq!(
            one("mật ong 500ml"),
            Some((Wish::Amount(Amount::Millilitres(500)), "500ml".into()))
        );
        assert_eq!(
            one("rau VietGAP"),
            Some((Wish::Certificate("vietgap"), "VietGAP".into()))
        );
        assert_eq!(one("huu co"), Some((Wish::Certificate("organic"), "huu co".into())));
        assert_eq!(one("còn hàng"), Some((Wish::InStock, "còn hàng".into())));
        assert_eq!(
            one("chè ở Tân Cương"),
            Some((Wish::Communes(vec!["05503".into()]), "ở Tân Cương".into()))
        );
        assert_eq!(
            one("xã tan cuong"),
            Some((Wish::Communes(vec!["05503".into()]), "xã tan cuong".into()))
        );
        assert_eq!(one("ở nhà"), None);
        assert_eq!(one("Tân Cương"), None, "a name alone is a word");
        assert_eq!(found("chè dưới 300k ở Tân Cương 4 sao").len(), 3);
    }

    #[test]
    fn any_text_is_read() {
        for text in [
            "0k",
            "0",
            "-1k",
            "1.2.3k",
            "1.k",
            "dưới dưới 5k",
            "từ từ",
            "ở ở ở",
            "999999999 tấn",
            "rưỡi rưỡi",
            "1 triệu 2 triệu 3 triệu",
        ] {
            let _ = found(text);
        }
    }
}
