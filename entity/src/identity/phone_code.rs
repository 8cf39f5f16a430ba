//! A code sent to a phone, which proves that whoever reads it holds the phone. One for each purpose: a newer one replaces it.

use sea_orm::entity::prelude::*;

use crate::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "phone_code")]
pub struct Model {
    /// A keyed hash of the number: it may be that of somebody who has no account.
    #[sea_orm(primary_key, auto_increment = false)]
    pub phone_hash: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: Purpose,
    /// A keyed hash: six digits are guessed at once by whoever has a plain one.
    pub code_hash: String,
    /// How often it was guessed at.
    pub attempts: i32,
    pub expires_at: Timestamp,
}

/// What a code is good for; it is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    #[sea_orm(string_value = "sign_in")]
    SignIn,
    #[sea_orm(string_value = "sign_up")]
    SignUp,
    /// To let a helper act for the phone's owner.
    #[sea_orm(string_value = "consent")]
    Consent,
}

impl Purpose {
    /// The word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignUp => "sign_up",
            Self::Consent => "consent",
        }
    }
}

crate::plain_table!();
