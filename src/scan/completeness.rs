//! How much of what a trace page must show is there: the fields of Circular 02/2024/TT-BKHCN, article on the content of
//! traceability information.

use super::read::Provenance;

/// A field a trace page must show, in the circular's order. What it wants only "if any" (brand, model, serial) is not
/// counted: its absence says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    Name,
    Image,
    Producer,
    Address,
    /// Stages, each with its place and time.
    Stages,
    ProductionTime,
    TraceCode,
    ShelfLife,
    Standards,
}

impl Item {
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Image,
        Self::Producer,
        Self::Address,
        Self::Stages,
        Self::ProductionTime,
        Self::TraceCode,
        Self::ShelfLife,
        Self::Standards,
    ];

    /// The id of its name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "scan-say-field-name",
            Self::Image => "scan-say-field-image",
            Self::Producer => "scan-say-field-producer",
            Self::Address => "scan-say-field-address",
            Self::Stages => "scan-say-field-stages",
            Self::ProductionTime => "scan-say-field-production-time",
            Self::TraceCode => "scan-say-field-trace-code",
            Self::ShelfLife => "scan-say-field-shelf-life",
            Self::Standards => "scan-say-field-standards",
        }
    }

    fn is_there(self, provenance: &Provenance) -> bool {
        match self {
            // Every batch has a product, a producer, a day of harvest and its GTIN + lot; the tables see to it.
            Self::Name | Self::Producer | Self::ProductionTime | Self::TraceCode => true,
            Self::Image => provenance.photo.is_some(),
            // A commune alone finds nobody.
            Self::Address => provenance
                .seller
                .street
                .as_deref()
                .is_some_and(|street| !street.trim().is_empty()),
            Self::Stages => provenance.stages.iter().any(|stage| stage.place.is_some()),
            Self::ShelfLife => provenance.batch.expires_on.is_some(),
            Self::Standards => !provenance.certificates.is_empty() || !provenance.lapsed.is_empty(),
        }
    }
}

/// The fields that are missing.
pub fn missing(provenance: &Provenance) -> Vec<Item> {
    Item::ALL
        .into_iter()
        .filter(|item| !item.is_there(provenance))
        .collect()
}
