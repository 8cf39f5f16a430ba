//! The stall's stand: a printed code that stays on the counter, with the name that the buyer's bank will show. A sticker
//! pasted over it cannot change that name. Pure: what goes onto it comes in, the file goes out.

use std::{str::FromStr, sync::LazyLock};

use entity::PaymentReference;
use typst::foundations::{Dict, IntoValue};
use typst_as_lib::TypstEngine;
use vietqr::VietQr;

use super::{MarketError, read::StallView};
use crate::{
    media::{
        print::{self, DOT, list, picture, printable},
        qr::{QUIET_ZONE, Qr},
    },
    payments::{Account, PaymentsError},
    vault::Vault,
};

/// What a stall's stand says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stand {
    pub market: String,
    pub code: String,
    pub keeper: String,
    pub goods: String,
    /// As the buyer's bank will show it.
    pub holder: String,
    pub bank: String,
    pub number_masked: String,
    /// Whether the bank tells the exchange what came.
    pub notices: bool,
    /// By which money is known to be for this stall.
    pub memo: PaymentReference,
    /// The VietQR: static, without an amount.
    pub payload: String,
}

impl Stand {
    /// The stand of a stall; `None` while it has no account to be paid into.
    pub fn of(vault: &Vault, view: &StallView) -> Result<Option<Self>, MarketError> {
        let (Some(row), Some(memo)) = (&view.account, &view.stall.stand_reference) else {
            return Ok(None);
        };
        let account = Account::open(vault, row).map_err(PaymentsError::from)?;
        let code = VietQr::new(&account.bank_bin, &account.number)
            .and_then(|code| code.with_memo(memo.as_str()))
            .map_err(PaymentsError::from)?;
        Ok(Some(Self {
            market: view.market.name.clone(),
            code: view.stall.code.clone(),
            keeper: view.stall.keeper_name.clone(),
            goods: view.stall.goods.clone(),
            number_masked: account.masked(),
            notices: super::bank_tells(account.notices),
            holder: account.holder,
            bank: account.bank_name.to_owned(),
            memo: memo.clone(),
            payload: code.encode(),
        }))
    }

    /// The code to be scanned.
    pub fn qr(&self) -> Result<Qr, MarketError> {
        Ok(Qr::of(&self.payload)?)
    }
}

/// A size of paper, upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    A5,
    A6,
}

impl Paper {
    /// Every size with the name that addresses use.
    pub const ALL: [(Self, &str); 2] = [(Self::A5, "a5"), (Self::A6, "a6")];

    /// Width and height in millimetres.
    const fn size(self) -> (f64, f64) {
        match self {
            Self::A5 => (148.0, 210.0),
            Self::A6 => (105.0, 148.0),
        }
    }
}

impl FromStr for Paper {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find_map(|(paper, known)| (known == name).then_some(paper))
            .ok_or(())
    }
}

/// The share of the sheet's width that the code may take with its quiet zone.
const CODE_SHARE: f64 = 0.76;

/// The stand as a PDF file. This takes up to a second of a core: call it in turn ([`print::in_turn`]).
pub fn sheet(paper: Paper, stand: &Stand) -> Result<Vec<u8>, MarketError> {
    static SHEET: LazyLock<TypstEngine> = LazyLock::new(|| print::typesetter(include_str!("stand/sheet.typ")));
    let qr = stand.qr()?;
    let (width, height) = paper.size();
    let modules = f64::from(u16::try_from(qr.side() + 2 * QUIET_ZONE).unwrap_or(u16::MAX));
    let mut input = Dict::new();
    let mut put = |name: &str, value: typst::foundations::Value| input.insert(name.into(), value);
    put("page", list([width.into_value(), height.into_value()]));
    put("dot", DOT.into_value());
    // Whole dots to a module, as many as there is room for.
    put(
        "module",
        (width * CODE_SHARE / modules / DOT).floor().max(1.0).into_value(),
    );
    put("code", picture(&qr));
    for (name, text) in [
        ("market", &stand.market),
        ("stall", &stand.code),
        ("keeper", &stand.keeper),
        ("goods", &stand.goods),
        ("holder", &stand.holder),
        ("bank", &stand.bank),
        ("number", &stand.number_masked),
        ("memo", &stand.memo.to_string()),
    ] {
        put(name, printable(text).into_value());
    }
    put("notices", stand.notices.into_value());
    Ok(print::pdf(&SHEET, input)?)
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use uuid::Uuid;

    use super::*;

    fn stand(keeper: &str, holder: &str) -> Stand {
        let memo = PaymentReference::of(Uuid::from_u128(7));
        let code = VietQr::new("970422", "0123456789012345678")
            .and_then(|code| code.with_memo(memo.as_str()))
            .expect("a code");
        Stand {
            market: "Chợ Thái".to_owned(),
            code: "A-12".to_owned(),
            keeper: keeper.to_owned(),
            goods: "thịt lợn và xương".to_owned(),
            holder: holder.to_owned(),
            bank: "MB Bank".to_owned(),
            number_masked: "••••5678".to_owned(),
            notices: true,
            memo,
            payload: code.encode(),
        }
    }

    /// The output of a program over the sheet; in CI it must be there.
    fn run(program: &str, arguments: &[&str], pdf: &[u8], then: &[&str]) -> Option<String> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("stand.pdf"), pdf).expect("written");
        let run = |program: &str, arguments: &[&str]| {
            let output = Command::new(program)
                .args(arguments)
                .current_dir(folder.path())
                .output();
            match output {
                Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
                Err(error) => {
                    assert!(std::env::var_os("CI").is_none(), "{program} is needed: {error}");
                    eprintln!("SKIPPED: {program} is not here");
                    None
                }
            }
        };
        let first = run(program, arguments)?;
        match then {
            [] => Some(first),
            [program, arguments @ ..] => run(program, arguments),
        }
    }

    #[test]
    fn the_code_reads_on_the_coarsest_printer_whatever_names_stand_beside_it() {
        let long = "Nguyễn Hoàng Thị Phương Thảo Nguyên và các con cháu trong gia đình cùng bán hàng ở sạp".to_owned();
        for stand in [
            stand("Nguyễn Thị Lan", "NGUYEN THI LAN"),
            stand(&long, &"W".repeat(100)),
            stand("#", "*a* _b_ $c$"),
        ] {
            for (paper, name) in Paper::ALL {
                let pdf = sheet(paper, &stand).expect("a sheet");
                let draw = ["-r", "203", "-gray", "-png", "-singlefile", "stand.pdf", "page"];
                let Some(read) = run("pdftoppm", &draw, &pdf, &["zbarimg", "--quiet", "--raw", "page.png"]) else {
                    return;
                };
                assert_eq!(read.trim_end(), stand.payload, "{name}");
                let pages = run("pdfinfo", &["stand.pdf"], &pdf, &[]).unwrap_or_default();
                assert!(pages.contains("Pages:           1"), "{name}: {pages}");
            }
        }
    }

    #[test]
    fn it_says_whose_money_it_is_and_to_check_it() {
        let pdf = sheet(Paper::A5, &stand("Nguyễn Thị Lan", "NGUYEN THI LAN")).expect("a sheet");
        let Some(text) = run("pdftotext", &["-layout", "stand.pdf", "-"], &pdf, &[]) else {
            return;
        };
        for words in [
            "Chợ Thái",
            "Sạp A-12",
            "Nguyễn Thị Lan",
            "NGUYEN THI LAN",
            "MB Bank",
            "5678",
            "Kiểm tra đúng tên người nhận",
            PaymentReference::of(Uuid::from_u128(7)).as_str(),
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(!text.contains("0123456789"), "the whole number is for the bank alone");
    }

    #[test]
    fn the_code_is_static_and_asks_for_no_amount() {
        let stand = stand("Lan", "LAN");
        let code = VietQr::decode(&stand.payload).expect("a payload");
        assert_eq!((code.initiation(), code.amount()), (vietqr::Initiation::Static, None));
        assert_eq!(code.memo(), Some(stand.memo.as_str()));
    }
}
