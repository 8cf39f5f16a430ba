//! An application to the state. What it is about belongs to a later room, which this table does not know.

use sea_orm::entity::prelude::*;

use crate::{
    CommuneCode, Day, Timestamp,
    ids::{DossierId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dossier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DossierId,
    /// The one-stop file number: on everything that is written about the dossier.
    #[sea_orm(unique)]
    pub file_number: String,
    pub kind: Kind,
    pub state: State,
    /// Where it goes back to when the supplement has come; only in [`State::Supplement`].
    pub resumes: Option<State>,
    /// Whose turn it is.
    pub stage: Stage,
    pub applicant_id: PersonId,
    /// On whose behalf the applicant applies: an id of the room that the kind belongs to (OCOP: a seller).
    pub party_id: Uuid,
    /// What it is about: an id of the room that the kind belongs to (OCOP: a product). One open dossier for each.
    pub subject_id: Uuid,
    pub title: String,
    pub commune_code: CommuneCode,
    /// The deadline of the present stage; while the clock stands, as it was when it stopped.
    pub due_on: Day,
    /// Since when the clock stands; only in [`State::Supplement`].
    pub stands_since: Option<Day>,
    pub entered_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// What is applied for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// To have a product rated: One Commune, One Product.
    #[sea_orm(string_value = "ocop")]
    Ocop,
}

impl Kind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ocop => "ocop",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        (code == Self::Ocop.code()).then_some(Self::Ocop)
    }
}

/// Who has the dossier, and by when they must have done their part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Stage {
    #[sea_orm(string_value = "commune")]
    Commune,
    #[sea_orm(string_value = "province")]
    Province,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Province => "province",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// At the commune, which looks whether it is complete.
    #[sea_orm(string_value = "entered")]
    Entered,
    /// The commune took it and sent it on.
    #[sea_orm(string_value = "accepted")]
    Accepted,
    /// The council looks at it.
    #[sea_orm(string_value = "assessing")]
    Assessing,
    /// Something is missing: the clock stands until the applicant answers.
    #[sea_orm(string_value = "supplement")]
    Supplement,
    #[sea_orm(string_value = "granted")]
    Granted,
    #[sea_orm(string_value = "refused")]
    Refused,
    /// The applicant took it back.
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
}

impl State {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Accepted => "accepted",
            Self::Assessing => "assessing",
            Self::Supplement => "supplement",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        use sea_orm::Iterable as _;
        Self::iter().find(|state| state.code() == code)
    }

    /// Nothing more happens to it.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Granted | Self::Refused | Self::Withdrawn)
    }
}

crate::plain_table!();
