//! Who is signed in: a browser's cookie or an API token, until when. Only a hash of the secret is kept (ADR 0003).

use sea_orm::entity::prelude::*;

use crate::{
    Timestamp,
    ids::{PersonId, SessionId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// SHA-256 (hex) of the secret.
    pub secret_hash: String,
    pub person_id: PersonId,
    pub kind: Kind,
    /// What its owner calls an API token.
    pub name: Option<String>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When a second factor was passed in it; a token made on the command line counts as having passed.
    pub second_factor_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    #[sea_orm(string_value = "browser")]
    Browser,
    #[sea_orm(string_value = "token")]
    Token,
}

crate::plain_table!();
