//! Money that came and goes back: promised in the unit that finds the reason, sent by whoever has the money, and done
//! when a bank, the buyer or the hand that gave it says so.

pub(super) mod api;
mod name_account;
mod owe;
pub(super) mod read;
mod send;
mod wire;

pub use entity::payments::refund::{Method, Model, Owes, State, Why};
pub use name_account::{NameAccount, name_account};
pub use owe::{NewCashRefund, NewRefund, refund, refund_cash};
pub use read::{of_orders, of_payment};
pub(super) use send::tells_of;
pub use send::{credit_given, credited, prove, received, send};
pub use wire::RefundWire;
