//! Numbers of places, counts of scans, and what people report of stickers.

pub mod place_code;
pub mod scan_count;
pub mod scan_report;
pub mod scan_sighting;
