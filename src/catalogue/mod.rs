//! The catalogue: who sells, what they make, and the certificates on it.

pub mod category;
