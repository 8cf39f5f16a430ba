//! A seller changes how they are shown. What is absent stays as it is.

use entity::{
    CommuneCode,
    catalogue::seller,
    frame::change::{Cause, Subject},
    ids::SellerId,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{CatalogueError, open_seller::commune};
use crate::{
    checked,
    db::Unit,
    http::input::{Field, Wrong},
};

/// The fields to change.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct EditSeller {
    #[schema(value_type = Option<String>, max_length = 160)]
    pub name: Field<String>,
    #[schema(value_type = Option<String>)]
    pub commune_code: Field<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub street: Field<String>,
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub about: Field<String>,
}

/// Checked changes; `None` stays as it is.
#[derive(Clone, Debug)]
pub struct SellerEdit {
    name: Option<String>,
    commune_code: Option<CommuneCode>,
    street: Option<String>,
    about: Option<String>,
}

impl EditSeller {
    pub fn check(&self) -> Result<SellerEdit, Wrong> {
        let mut wrong = Wrong::default();
        let name = wrong.optional("/name", &self.name, |wrong, pointer, field| {
            wrong.line(pointer, field, 160)
        });
        let commune_code = wrong.optional("/commune_code", &self.commune_code, commune);
        let street = wrong.optional("/street", &self.street, |wrong, pointer, field| {
            wrong.line(pointer, field, 200)
        });
        let about = wrong.optional("/about", &self.about, |wrong, pointer, field| {
            wrong.prose(pointer, field, 4000)
        });
        checked!(wrong; name, commune_code, street, about);
        Ok(SellerEdit {
            name,
            commune_code,
            street,
            about,
        })
    }
}

/// Changes the seller `id`.
pub async fn edit_seller(unit: &mut Unit, id: SellerId, edit: SellerEdit) -> Result<(), CatalogueError> {
    let mut row = seller::ActiveModel {
        id: Set(id),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    if let Some(name) = edit.name {
        row.name = Set(name);
    }
    if let Some(code) = edit.commune_code {
        row.commune_code = Set(code);
    }
    if let Some(street) = edit.street {
        row.street = Set(Some(street));
    }
    if let Some(about) = edit.about {
        row.about = Set(about);
    }
    row.update(&*unit).await?;
    unit.changed(Subject::Seller, id, Cause::Edited).await?;
    Ok(())
}
