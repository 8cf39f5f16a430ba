//! What a listing offers beside its stock: how it is packed, what it costs, and how much of it one may order (pure).

mod input;
mod pack;
mod price;
mod terms;

pub use input::{ByWeightInput, LimitInput, TermsEdit, TermsInput, TierInput};
pub use pack::Pack;
pub use price::{ByWeight, Tier, UnitPrice};
pub use terms::{Limit, Terms, by_weight, unit_price};
