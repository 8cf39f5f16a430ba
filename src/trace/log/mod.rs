//! The transparency log (C2SP tlog-tiles): every event is a leaf, so that nobody, the operator included, can change or
//! remove what was recorded without being found out.

mod commit;
pub mod leaf;
pub mod read;
mod sequence;

pub use commit::commit_to;
pub use leaf::Told;
