//! A person begins to sell: as a household, or for a cooperative or company.

use entity::{
    CommuneCode, Slug,
    catalogue::{
        seller::{self, Kind},
        staff::{self, StaffRole},
    },
    frame::change::{Cause, Subject},
    ids::{PersonId, SellerId},
    text,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use super::CatalogueError;
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
    places,
};

/// What a new seller needs.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct OpenSeller {
    #[schema(value_type = String, max_length = 160)]
    pub name: Field<String>,
    /// `household`, `cooperative` or `company`.
    #[schema(value_type = String, example = "cooperative")]
    pub kind: Field<String>,
    /// The five digits of the commune.
    #[schema(value_type = String, example = "05503")]
    pub commune_code: Field<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub street: Field<String>,
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub about: Field<String>,
}

/// A checked seller.
#[derive(Clone, Debug)]
pub struct NewSeller {
    pub name: String,
    pub kind: Kind,
    pub commune_code: CommuneCode,
    pub street: Option<String>,
    pub about: String,
}

impl OpenSeller {
    pub fn check(&self) -> Result<NewSeller, Wrong> {
        let mut wrong = Wrong::default();
        let name = wrong.line("/name", &self.name, 160);
        let kind = wrong
            .required("/kind", &self.kind)
            .and_then(|code| Kind::from_code(code));
        if kind.is_none() && wrong.at("/kind").is_none() {
            wrong.note("/kind", "wrong-seller-kind");
        }
        let commune_code = commune(&mut wrong, "/commune_code", &self.commune_code);
        let street = wrong.optional("/street", &self.street, |wrong, pointer, field| {
            wrong.line(pointer, field, 200)
        });
        let about = wrong.prose("/about", &self.about, 4000);
        checked!(wrong; name, kind, commune_code, street, about);
        Ok(NewSeller {
            name,
            kind,
            commune_code,
            street,
            about,
        })
    }
}

/// The commune that `field` names, or a note that there is none.
pub(crate) fn commune(wrong: &mut Wrong, pointer: &str, field: &Field<String>) -> Option<CommuneCode> {
    let code = wrong.code::<CommuneCode>(pointer, field, "wrong-commune")?;
    if places::commune(&code).is_some() {
        return Some(code);
    }
    wrong.note(pointer, "wrong-commune");
    None
}

/// Writes a seller whose owner is `owner`.
pub async fn open_seller(unit: &mut Unit, owner: PersonId, new: NewSeller) -> Result<(SellerId, Slug), CatalogueError> {
    let id: SellerId = unit.id();
    let slug = text::slug(&new.name, &id.0.simple().to_string()[26..]);
    let row = seller::ActiveModel {
        id: Set(id),
        slug: Set(slug.clone()),
        kind: Set(new.kind),
        name: Set(new.name),
        commune_code: Set(new.commune_code),
        street: Set(new.street),
        about: Set(new.about),
        source: Set(None),
        created_at: Set(unit.now()),
        updated_at: Set(unit.now()),
    };
    seller::Entity::insert(row).exec_without_returning(&*unit).await?;
    let own = staff::ActiveModel {
        seller_id: Set(id),
        person_id: Set(owner),
        role: Set(StaffRole::Owner),
        since: Set(unit.now()),
    };
    staff::Entity::insert(own).exec_without_returning(&*unit).await?;
    unit.changed(Subject::Seller, id, Cause::Made).await?;
    Ok((id, slug))
}
