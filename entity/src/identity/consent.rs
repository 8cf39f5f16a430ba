//! A farmer lets a helper of the community digital team act for them. Never changed but to be given and revoked: it is
//! the proof that the law asks for (Law 91/2025 on personal data).

use std::fmt;

use sea_orm::{DeriveValueType, entity::prelude::*};

use crate::{
    Day, Phone, Timestamp,
    ids::{ConsentId, PersonId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConsentId,
    pub helper_id: PersonId,
    /// Known once it is given.
    pub farmer_id: Option<PersonId>,
    /// Where the code went; `None` where a witness stands for it.
    pub phone: Option<Phone>,
    /// As the helper wrote it down.
    pub name: String,
    pub scope: Scopes,
    /// Which text was read aloud.
    pub text_version: String,
    pub how: How,
    pub witness_name: Option<String>,
    pub witness_role: Option<String>,
    pub witness_place: Option<String>,
    pub created_at: Timestamp,
    pub given_at: Option<Timestamp>,
    /// The first day on which it no longer holds.
    pub until_on: Option<Day>,
    pub revoked_at: Option<Timestamp>,
    pub revoked_by: Option<PersonId>,
}

/// How it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum How {
    /// By a code that came to the farmer's own phone.
    #[sea_orm(string_value = "code")]
    Code,
    /// Aloud, before somebody who saw it.
    #[sea_orm(string_value = "witness")]
    Witness,
}

/// What may be done for a farmer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Plots, diary, batches.
    Diary,
    /// The seller, products, listings.
    Products,
    Orders,
    Dossiers,
}

impl Scope {
    pub const ALL: [Self; 4] = [Self::Diary, Self::Products, Self::Orders, Self::Dossiers];

    /// The word on the wire, in the database and in locale ids.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Diary => "diary",
            Self::Products => "products",
            Self::Orders => "orders",
            Self::Dossiers => "dossiers",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// Some scopes, each once, in the order of [`Scope::ALL`]; stored as their words with spaces between.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveValueType)]
#[sea_orm(value_type = "String", to_str = "Scopes::to_text", from_str = "Scopes::from_text")]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    #[must_use]
    pub fn of(some: &[Scope]) -> Self {
        Self(Scope::ALL.into_iter().filter(|scope| some.contains(scope)).collect())
    }

    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    #[must_use]
    pub fn to_text(&self) -> String {
        self.0.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ")
    }

    /// Words that are no scopes of this version are passed over: they allow nothing.
    pub fn from_text(text: &str) -> Result<Self, fmt::Error> {
        Ok(Self::of(
            &text.split(' ').filter_map(Scope::from_code).collect::<Vec<_>>(),
        ))
    }
}

crate::plain_table!();

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_kept_in_one_order_and_strangers_allow_nothing() {
        let some = Scopes::of(&[Scope::Orders, Scope::Diary, Scope::Orders]);
        assert_eq!(some.to_text(), "diary orders");
        assert_eq!(Scopes::from_text("orders everything diary"), Ok(some));
        assert_eq!(Scopes::from_text(""), Ok(Scopes::default()));
    }
}
