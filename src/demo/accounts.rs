//! The accounts that everybody who looks at a demo may use. They exist in demo databases only.

use entity::identity::role::Office;

/// The password of every account of a demo, shown wherever the accounts are.
pub const PASSWORD: &str = "choque-demo";

/// One of the accounts shown when a demo starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub phone: &'static str,
    /// What the account is for, in the words of the command line.
    pub who: &'static str,
    /// The person's name; `None` where the demo's world names the person.
    pub name: Option<&'static str>,
    pub office: Option<Office>,
}

/// Owns the first seller of the world, HTX chè Hảo Đạt.
pub const FARMER: &str = "0900000001";
/// Keeps the first stall of [`STALL_KEEPERS_MARKET`].
pub const STALL_KEEPER: &str = "0900000002";
/// The market in which [`STALL_KEEPER`] has a stall.
pub const STALL_KEEPERS_MARKET: &str = "Chợ Thái";

/// Sits on the council that rates OCOP products, and is the office that keeps its register.
pub const OFFICER: &str = "0900000004";

/// The accounts as `choque demo` prints them.
#[must_use]
pub fn listing() -> String {
    let lines: Vec<_> = ACCOUNTS
        .iter()
        .map(|account| format!("  {}  {}", account.phone, account.who))
        .collect();
    format!("Demo accounts (password {PASSWORD}):\n{}", lines.join("\n"))
}

/// All of them, in the order in which they are shown.
pub const ACCOUNTS: [Account; 7] = [
    Account {
        phone: FARMER,
        who: "farmer, cooperative (HTX chè Hảo Đạt)",
        name: None,
        office: None,
    },
    Account {
        phone: STALL_KEEPER,
        who: "stall keeper (Chợ Thái)",
        name: None,
        office: None,
    },
    Account {
        phone: "0900000003",
        who: "buyer",
        name: Some("Nguyễn Thu Bình"),
        office: None,
    },
    Account {
        phone: OFFICER,
        who: "OCOP officer",
        name: Some("Trần Quang Huy"),
        office: Some(Office::Officer),
    },
    Account {
        phone: "0900000005",
        who: "market manager",
        name: Some("Lê Thị Mai"),
        office: Some(Office::MarketManager),
    },
    Account {
        phone: "0900000006",
        who: "community team helper",
        name: Some("Hoàng Văn Nam"),
        office: Some(Office::Helper),
    },
    Account {
        phone: "0900000009",
        who: "administrator",
        name: Some("Quản trị sàn"),
        office: Some(Office::Administrator),
    },
];
