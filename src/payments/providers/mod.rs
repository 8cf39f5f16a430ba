//! Who tells that money moved, a file for each (pure): how their notices are proved and what they say; of gateways also how
//! a payment is asked for and what became of it. Nothing here reaches a network or a database.

pub mod casso;
pub mod momo;
pub mod payos;
pub mod sepay;
pub mod sign;
pub mod told;
pub mod vnpay;
pub mod zalopay;

use entity::{Dong, Timestamp, payments::notice::Provider};
pub use told::{Told, plain_number};

use super::PaymentsError;

/// A payment as a gateway is asked for it.
#[derive(Clone, Copy, Debug)]
pub struct Order<'o> {
    /// Our number for it, used once.
    pub number: &'o str,
    pub amount: Dong,
    /// What it is for, in ASCII.
    pub words: &'o str,
    /// Where the buyer goes afterwards.
    pub return_url: &'o str,
    /// Where the gateway tells what became of it.
    pub notify_url: &'o str,
    pub buyer_address: &'o str,
    /// When it was first asked for.
    pub at: Timestamp,
    /// When it is given up.
    pub until: Option<Timestamp>,
}

/// What a gateway says of a payment when it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    Paid(Told),
    /// The buyer has not finished.
    Waiting,
    /// This attempt came to nothing.
    Failed,
}

/// The text of a notice as it was kept, read again; `None` for a kind that keeps no text of a provider's.
pub fn read_again(provider: Provider, body: &str) -> Result<Option<Told>, PaymentsError> {
    let bytes = body.as_bytes();
    match provider {
        _ if Told::is_own(body) => Told::of_text(body).map(Some).map_err(PaymentsError::Unreadable),
        Provider::Sepay => Told::read(bytes).map(Some),
        Provider::Casso => casso::read(bytes),
        Provider::Payos => payos::read(bytes),
        // Theirs are kept as we write them: what they mean depends on settings, and those change.
        Provider::Vnpay | Provider::Momo | Provider::Zalopay | Provider::Statement => Ok(None),
    }
}
