//! Where the demo's sellers and stalls are paid: accounts that nobody has, at banks that exist.

use entity::ids::SellerId;
use entity::payments::account::{Kind, Notices};
use vietqr::fold_memo;

use super::rng::Stream;
use crate::payments::NewAccount;

/// Banks that people in the province use, with how many digits their numbers have.
const BANKS: [(&str, usize); 8] = [
    ("970405", 13),
    ("970405", 13),
    ("970415", 12),
    ("970418", 14),
    ("970422", 13),
    ("970436", 13),
    ("970443", 12),
    ("970449", 12),
];

/// Of a hundred stalls, how many use a bank that tells nobody what came.
const SILENT_PERCENT: u32 = 3;

/// The account of the `nth` seller, whose owner is called `owner`.
pub fn of_seller(nth: usize, seller: SellerId, owner: &str) -> NewAccount {
    let mut stream = Stream::of("seller account", &[nth]);
    account(&mut stream, Kind::Seller, Some(seller), nth, owner)
}

/// The account of the `nth` stall, kept by `keeper`; `tells`: its bank must be one that tells what came.
pub fn of_stall(nth: usize, keeper: &str, tells: bool) -> NewAccount {
    let mut stream = Stream::of("stall account", &[nth]);
    let mut account = account(&mut stream, Kind::Stall, None, nth, keeper);
    if stream.chance(SILENT_PERCENT) && !tells {
        account.notices = Notices::None;
    }
    account
}

/// The account of the licensed provider that holds buyers' money where a province chose that.
pub fn held() -> NewAccount {
    let mut stream = Stream::of("held account", &[]);
    account(
        &mut stream,
        Kind::Held,
        None,
        0,
        "CTCP Trung gian thanh toán trình diễn",
    )
}

fn account(stream: &mut Stream, kind: Kind, seller: Option<SellerId>, nth: usize, holder: &str) -> NewAccount {
    let (bank_bin, digits) = *stream.pick(&BANKS);
    // The kind and the place in the world at its end make a number unique; the digits before them are chance.
    let end = match kind {
        Kind::Seller => format!("1{nth:06}"),
        Kind::Stall => format!("2{nth:06}"),
        Kind::Held => format!("3{nth:06}"),
    };
    let begin: String = (end.len()..digits).map(|_| char::from(b'0' + stream.digit())).collect();
    NewAccount {
        kind,
        seller,
        bank_bin: bank_bin.to_owned(),
        number: format!("{begin}{end}"),
        holder: fold_memo(holder).to_ascii_uppercase(),
        notices: Notices::Sepay,
        credential: None,
    }
}
