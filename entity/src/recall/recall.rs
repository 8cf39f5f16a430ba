//! A batch, or a thing of somebody else's, that is called back.

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    identity::role::Office,
    ids::{BatchId, PersonId, RecallId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recall")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RecallId,
    /// `None`: it was never a batch of this exchange.
    pub batch_id: Option<BatchId>,
    /// Its name in the graph of what went into what.
    pub epc: String,
    /// What everybody reads.
    pub reason: String,
    pub scope: Scope,
    /// More is affected than one recall follows.
    pub truncated: bool,
    pub made_by: PersonId,
    /// `None`: its own seller calls it back.
    pub office: Option<Office>,
    pub made_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<PersonId>,
    pub end_reason: Option<String>,
}

/// How far it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Scope {
    /// The thing itself.
    #[sea_orm(string_value = "batch")]
    Batch,
    /// And all that it went into.
    #[sea_orm(string_value = "downstream")]
    Downstream,
    /// And all that it came from.
    #[sea_orm(string_value = "upstream_and_downstream")]
    UpstreamAndDownstream,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Batch, Self::Downstream, Self::UpstreamAndDownstream];

    /// The word the wire and the table use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Downstream => "downstream",
            Self::UpstreamAndDownstream => "upstream_and_downstream",
        }
    }
}

crate::plain_table!();
