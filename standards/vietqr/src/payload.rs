//! What a VietQR code says, written as a payload and read from one.

use std::fmt::Write as _;

use crate::crc;
use crate::error::{Error, Fault};
use crate::fold::fold_memo;
use crate::tlv::{self, Field};

/// The most characters of a memo that every bank passes on; longer ones are read but not written.
pub const LONGEST_MEMO: usize = 25;

/// The identifier NAPAS has registered for its template.
const NAPAS: &str = "A000000727";
/// Thirteen digits.
const LARGEST_AMOUNT: u64 = 9_999_999_999_999;

/// What the number in tag 38 names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// `QRIBFTTA`: a bank account.
    Account,
    /// `QRIBFTTC`: a card.
    Card,
}

impl Service {
    fn code(self) -> &'static str {
        match self {
            Self::Account => "QRIBFTTA",
            Self::Card => "QRIBFTTC",
        }
    }
}

/// How often the code is meant to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Initiation {
    /// `11`: again and again, such as a stall's sticker.
    Static,
    /// `12`: for one payment.
    Dynamic,
}

impl Initiation {
    fn code(self) -> &'static str {
        match self {
            Self::Static => "11",
            Self::Dynamic => "12",
        }
    }
}

/// A transfer to be made: to whom, and optionally how much and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VietQr {
    bin: String,
    account: String,
    service: Service,
    amount: Option<u64>,
    memo: Option<String>,
    initiation: Initiation,
}

impl VietQr {
    /// A static code for a bank account: `bin` is the bank's six digits, `account` 1 to 19 letters and digits.
    pub fn new(bin: &str, account: &str) -> Result<Self, Error> {
        Ok(Self {
            bin: check_bin(bin).map_err(|fault| Error::new(fault, "38.01.00", None))?,
            account: check_account(account).map_err(|fault| Error::new(fault, "38.01.01", None))?,
            service: Service::Account,
            amount: None,
            memo: None,
            initiation: Initiation::Static,
        })
    }

    /// Names a card instead of an account, or the reverse.
    #[must_use]
    pub fn with_service(self, service: Service) -> Self {
        Self { service, ..self }
    }

    /// Asks for this many đồng, at least 1 and at most 13 digits, and makes the code dynamic.
    pub fn with_amount(self, dong: u64) -> Result<Self, Error> {
        if !(1..=LARGEST_AMOUNT).contains(&dong) {
            return Err(Error::new(Fault::Amount, "54", None));
        }
        Ok(Self {
            amount: Some(dong),
            initiation: Initiation::Dynamic,
            ..self
        })
    }

    /// Carries a memo, folded by [`fold_memo`]; one that folds to nothing is no memo. More than [`LONGEST_MEMO`]
    /// characters are refused rather than cut: an order's number often stands at the end.
    pub fn with_memo(self, memo: &str) -> Result<Self, Error> {
        let memo = fold_memo(memo);
        if memo.len() > LONGEST_MEMO {
            return Err(Error::new(Fault::MemoTooLong(memo.len()), "62.08", None));
        }
        Ok(Self {
            memo: (!memo.is_empty()).then_some(memo),
            ..self
        })
    }

    /// Overrides how often the code is meant to be used.
    #[must_use]
    pub fn with_initiation(self, initiation: Initiation) -> Self {
        Self { initiation, ..self }
    }

    /// The bank's six digits.
    #[must_use]
    pub fn bin(&self) -> &str {
        &self.bin
    }

    /// The account or card number.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// What the number names.
    #[must_use]
    pub fn service(&self) -> Service {
        self.service
    }

    /// The amount in đồng, when the code fixes one.
    #[must_use]
    pub fn amount(&self) -> Option<u64> {
        self.amount
    }

    /// The memo: at most 25 characters when made here, at most 95 when read.
    #[must_use]
    pub fn memo(&self) -> Option<&str> {
        self.memo.as_deref()
    }

    /// How often the code is meant to be used.
    #[must_use]
    pub fn initiation(&self) -> Initiation {
        self.initiation
    }

    /// The payload to draw as a QR code.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut beneficiary = String::new();
        tlv::write(&mut beneficiary, "00", &self.bin);
        tlv::write(&mut beneficiary, "01", &self.account);
        let mut transfer = String::new();
        tlv::write(&mut transfer, "00", NAPAS);
        tlv::write(&mut transfer, "01", &beneficiary);
        tlv::write(&mut transfer, "02", self.service.code());
        let mut payload = String::new();
        tlv::write(&mut payload, "00", "01");
        tlv::write(&mut payload, "01", self.initiation.code());
        tlv::write(&mut payload, "38", &transfer);
        tlv::write(&mut payload, "53", "704");
        if let Some(amount) = self.amount {
            tlv::write(&mut payload, "54", &amount.to_string());
        }
        tlv::write(&mut payload, "58", "VN");
        if let Some(memo) = &self.memo {
            let mut additional = String::new();
            tlv::write(&mut additional, "08", memo);
            tlv::write(&mut payload, "62", &additional);
        }
        payload.push_str("6304");
        let checksum = crc::checksum(payload.as_bytes());
        // Writing to a String cannot fail.
        let _ = write!(payload, "{checksum:04X}");
        payload
    }

    /// Reads a payload. Tags that say nothing about the transfer (merchant name, city, …) are passed over; tags that
    /// would change the amount (tips and fees, 55 to 57) are refused, and so is any character but printable ASCII,
    /// because writers disagree on how others count. A checksum may be in lower case. An absent tag 01 means a static
    /// code.
    pub fn decode(payload: &str) -> Result<Self, Error> {
        if payload.is_empty() {
            return Err(Error::new(Fault::Empty, "", 0));
        }
        if let Some((offset, found)) = payload.char_indices().find(|(_, c)| !matches!(c, ' '..='~')) {
            return Err(Error::new(Fault::Character(found), "", offset));
        }
        let top = Template {
            fields: tlv::read(payload, 0, "")?,
            path: "",
            end: payload.len(),
        };
        check_frame(payload, &top)?;
        if let Some(field) = ["55", "56", "57"].iter().find_map(|tag| top.find(tag)) {
            let found = field.value.to_owned();
            return Err(top.error(
                field,
                Fault::Unsupported {
                    found,
                    expected: "an amount without tips and fees",
                },
            ));
        }
        let initiation = match top.find("01") {
            None => Initiation::Static,
            Some(field) => match field.value {
                "11" => Initiation::Static,
                "12" => Initiation::Dynamic,
                _ => return Err(top.unsupported(field, "11 or 12")),
            },
        };
        let transfer = top.nested("38")?;
        transfer.fixed("00", NAPAS)?;
        let beneficiary = transfer.nested("01")?;
        let (bin, account) = (beneficiary.get("00")?, beneficiary.get("01")?);
        let service = transfer.get("02")?;
        top.fixed("53", "704")?;
        top.fixed("58", "VN")?;
        let amount = top
            .find("54")
            .map(|field| read_amount(field.value).ok_or_else(|| top.error(field, Fault::Amount)));
        let memo = match top.find("62") {
            Some(_) => top.nested("62")?.find("08").map(|field| field.value.to_owned()),
            None => None,
        };
        Ok(Self {
            bin: check_bin(bin.value).map_err(|fault| beneficiary.error(bin, fault))?,
            account: check_account(account.value).map_err(|fault| beneficiary.error(account, fault))?,
            service: match service.value {
                "QRIBFTTA" => Service::Account,
                "QRIBFTTC" => Service::Card,
                _ => return Err(transfer.unsupported(service, "QRIBFTTA or QRIBFTTC")),
            },
            amount: amount.transpose()?,
            memo,
            initiation,
        })
    }
}

/// The version comes first, the checksum last, and it matches.
fn check_frame(payload: &str, top: &Template<'_, '_>) -> Result<(), Error> {
    let version = top.fixed("00", "01")?;
    if version.offset != 0 {
        return Err(top.error(version, Fault::NotFirst));
    }
    let checksum = top.get("63")?;
    if checksum.value_offset() + checksum.value.len() != payload.len() {
        return Err(top.error(checksum, Fault::Trailing));
    }
    let hexadecimal = checksum.value.len() == 4 && checksum.value.bytes().all(|c| c.is_ascii_hexdigit());
    let claimed = u16::from_str_radix(checksum.value, 16).ok().filter(|_| hexadecimal);
    if claimed != Some(crc::checksum(&payload.as_bytes()[..checksum.value_offset()])) {
        return Err(top.error(checksum, Fault::Checksum));
    }
    Ok(())
}

/// The fields on one level of a payload.
struct Template<'a, 'p> {
    fields: Vec<Field<'a>>,
    path: &'p str,
    /// Where the level ends in the payload.
    end: usize,
}

impl<'a> Template<'a, '_> {
    fn find(&self, tag: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.tag == tag)
    }

    fn get(&self, tag: &str) -> Result<&Field<'a>, Error> {
        self.find(tag)
            .ok_or_else(|| Error::new(Fault::Missing, &tlv::join(self.path, tag), self.end))
    }

    /// A field that can hold but one value.
    fn fixed(&self, tag: &str, expected: &'static str) -> Result<&Field<'a>, Error> {
        let field = self.get(tag)?;
        if field.value == expected {
            Ok(field)
        } else {
            Err(self.unsupported(field, expected))
        }
    }

    fn nested(&self, tag: &'static str) -> Result<Template<'a, 'static>, Error> {
        let field = self.get(tag)?;
        let path = match (self.path, tag) {
            ("38", "01") => "38.01",
            (_, tag) => tag,
        };
        let fields = tlv::read(field.value, field.value_offset(), path)?;
        Ok(Template {
            fields,
            path,
            end: field.value_offset() + field.value.len(),
        })
    }

    fn error(&self, field: &Field<'_>, fault: Fault) -> Error {
        Error::new(fault, &tlv::join(self.path, field.tag), field.value_offset())
    }

    fn unsupported(&self, field: &Field<'_>, expected: &'static str) -> Error {
        self.error(
            field,
            Fault::Unsupported {
                found: field.value.to_owned(),
                expected,
            },
        )
    }
}

fn check_bin(text: &str) -> Result<String, Fault> {
    let valid = text.len() == 6 && text.bytes().all(|c| c.is_ascii_digit());
    valid.then(|| text.to_owned()).ok_or(Fault::Bin)
}

fn check_account(text: &str) -> Result<String, Fault> {
    let valid = (1..=19).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric());
    valid.then(|| text.to_owned()).ok_or(Fault::Account)
}

/// EMVCo lets an amount carry decimals (MPM 4.7.3), but the đồng has no minor unit (ISO 4217): only zeros may follow
/// the point, and as the specification has it the amount is not zero.
fn read_amount(text: &str) -> Option<u64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    let valid = text.len() <= 13 && digits(whole) && digits(decimals) && decimals.bytes().all(|c| c == b'0');
    valid.then(|| whole.parse().ok()).flatten().filter(|amount| *amount > 0)
}
