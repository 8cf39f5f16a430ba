//! The two North American coupon codes, (8110) and (8112): chains of fields, most of them led by their own length.

use super::date;

/// What is left of a code that holds only digits.
struct Digits<'a>(&'a str);

impl<'a> Digits<'a> {
    fn of(data: &'a str) -> Option<Self> {
        data.bytes().all(|c| c.is_ascii_digit()).then_some(Self(data))
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// One digit out of `allowed`.
    fn one_of(&mut self, allowed: &str) -> Option<usize> {
        let digit = self.take(1)?;
        allowed.contains(digit).then(|| digit.parse().ok()).flatten()
    }

    /// A field led by its length, counted from `least` and out of `allowed`.
    fn sized(&mut self, allowed: &str, least: usize) -> Option<&'a str> {
        let length = self.one_of(allowed)?;
        self.take(length + least)
    }

    /// Whether the next optional field is the one with this tag; steps over the tag.
    fn tagged(&mut self, tag: char) -> bool {
        match self.0.strip_prefix(tag) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Requirement, its code and family code.
    fn purchase(&mut self) -> Option<()> {
        self.sized("12345", 0)?;
        self.one_of("012349")?;
        self.take(3).map(drop)
    }

    /// A further purchase also names a company, unless its length is 9.
    fn other_purchase(&mut self) -> Option<()> {
        self.purchase()?;
        if self.tagged('9') {
            Some(())
        } else {
            self.sized("0123456", 6).map(drop)
        }
    }

    fn date(&mut self) -> Option<&'a str> {
        self.take(6).filter(|day| date::short(day, false))
    }
}

/// (8110): North American Coupon Application Guideline Using GS1 DataBar Expanded.
pub(super) fn is_coupon(data: &str) -> bool {
    read_coupon(data).is_some()
}

fn read_coupon(data: &str) -> Option<()> {
    let mut rest = Digits::of(data)?;
    rest.sized("0123456", 6)?;
    rest.take(6)?;
    rest.sized("12345", 0)?;
    rest.purchase()?;
    if rest.tagged('1') {
        rest.one_of("0123")?;
        rest.other_purchase()?;
    }
    if rest.tagged('2') {
        rest.other_purchase()?;
    }
    let expiry = if rest.tagged('3') { Some(rest.date()?) } else { None };
    if rest.tagged('4') {
        let start = rest.date()?;
        if expiry.is_some_and(|end| start > end) {
            return None;
        }
    }
    if rest.tagged('5') {
        rest.sized("0123456789", 6)?;
    }
    if rest.tagged('6') {
        rest.sized("1234567", 6)?;
    }
    if rest.tagged('9') {
        rest.one_of("01256")?;
        rest.one_of("012")?;
        rest.take(1)?;
        rest.one_of("01")?;
    }
    rest.0.is_empty().then_some(())
}

/// (8112): GS1 AI (8112) Coupon Data Specification.
pub(super) fn is_offer(data: &str) -> bool {
    read_offer(data).is_some()
}

fn read_offer(data: &str) -> Option<()> {
    let mut rest = Digits::of(data)?;
    rest.one_of("01")?;
    rest.sized("0123456", 6)?;
    rest.take(6)?;
    rest.sized("0123456789", 6)?;
    rest.0.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::{is_coupon, is_offer};

    #[test]
    fn coupons() {
        // GCP 123456, offer 123456, save value 1, requirement 1 of code 0 in family 123.
        let least = "012345612345611110123";
        for more in [
            "",
            "90000",
            "32612314260101",
            "101101239",
            "21101230123456",
            "50123456",
            "611234567",
        ] {
            assert!(is_coupon(&format!("{least}{more}")), "{more}");
        }
        for more in [
            "9000",
            "9000000",
            "32601014261231",
            "3261331",
            "2110123",
            "5012345",
            "7",
        ] {
            assert!(!is_coupon(&format!("{least}{more}")), "{more}");
        }
        for bad in ["", "7123456", "012345612345611115123", "01234561234561111012a"] {
            assert!(!is_coupon(bad), "{bad}");
        }
    }

    #[test]
    fn offers() {
        assert!(is_offer("001234561234560123456"));
        for bad in [
            "",
            "07",
            "201234561234560123456",
            "00123456123456012345",
            "0012345612345601234567",
        ] {
            assert!(!is_offer(bad), "{bad}");
        }
    }
}
