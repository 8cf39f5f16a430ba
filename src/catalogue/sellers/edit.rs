//! A seller changes how they are shown. What is absent stays as it is; what was verified and changes is looked at again.

use entity::{
    CommuneCode,
    catalogue::{
        check::Item,
        hours,
        seller::{self, Kind},
    },
    frame::change::{Cause, Subject},
    ids::SellerId,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    hours::{HoursInput, Span},
    open::{Pickup, PickupInput, commune, tax_code_of},
    verify::unverify,
};
use crate::{
    catalogue::CatalogueError,
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
    #[schema(value_type = Option<String>, example = "0100109106")]
    pub tax_code: Field<String>,
    #[schema(value_type = Option<PickupInput>)]
    pub pickup: Field<PickupInput>,
    /// All opening hours of the week; an empty list takes them away.
    #[schema(value_type = Option<Vec<HoursInput>>, max_items = 21)]
    pub hours: Field<Vec<Field<HoursInput>>>,
}

/// Checked changes; `None` stays as it is.
#[derive(Clone, Debug)]
pub struct SellerEdit {
    name: Option<String>,
    commune_code: Option<CommuneCode>,
    street: Option<String>,
    about: Option<String>,
    tax_code: Option<String>,
    pickup: Option<Pickup>,
    hours: Option<Vec<Span>>,
}

impl EditSeller {
    /// Checks the changes to a seller of this kind.
    pub fn check(&self, kind: Kind) -> Result<SellerEdit, Wrong> {
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
        let tax_code = wrong.optional("/tax_code", &self.tax_code, |wrong, pointer, field| {
            tax_code_of(wrong, pointer, field, kind)
        });
        let pickup = wrong.optional("/pickup", &self.pickup, PickupInput::check);
        let hours = wrong.optional("/hours", &self.hours, super::hours::check);
        checked!(wrong; name, commune_code, street, about, tax_code, pickup, hours);
        Ok(SellerEdit {
            name,
            commune_code,
            street,
            about,
            tax_code,
            pickup,
            hours,
        })
    }
}

/// Changes the seller `id`.
pub async fn edit_seller(unit: &mut Unit, id: SellerId, edit: SellerEdit) -> Result<(), CatalogueError> {
    let before = seller::Entity::find_by_id(id).one(&*unit).await?;
    let before = before.ok_or(CatalogueError::NoSuchThing)?;
    let mut looked_at_again = Vec::new();
    let mut row = seller::ActiveModel {
        id: Set(id),
        updated_at: Set(unit.now()),
        ..Default::default()
    };
    if let Some(name) = edit.name {
        if name != before.name {
            looked_at_again.push(Item::Identity);
        }
        row.name = Set(name);
    }
    if let Some(code) = edit.commune_code {
        if code != before.commune_code {
            looked_at_again.push(Item::Address);
        }
        row.commune_code = Set(code);
    }
    if let Some(street) = edit.street {
        if before.street.as_ref() != Some(&street) {
            looked_at_again.push(Item::Address);
        }
        row.street = Set(Some(street));
    }
    if let Some(about) = edit.about {
        row.about = Set(about);
    }
    if let Some(code) = edit.tax_code {
        if before.tax_code.as_ref() != Some(&code) {
            looked_at_again.push(Item::TaxCode);
        }
        row.tax_code = Set(Some(code));
    }
    if let Some(pickup) = edit.pickup {
        row.pickup_commune = Set(Some(pickup.commune_code));
        row.pickup_street = Set(Some(pickup.street));
        row.pickup_note = Set(Some(pickup.note));
    }
    row.update(&*unit).await?;
    if let Some(week) = edit.hours {
        set_hours(unit, id, week).await?;
    }
    unverify(unit, id, &looked_at_again).await?;
    unit.changed(Subject::Seller, id, Cause::Edited).await?;
    Ok(())
}

async fn set_hours(unit: &Unit, seller: SellerId, week: Vec<Span>) -> Result<(), CatalogueError> {
    hours::Entity::delete_many()
        .filter(hours::Column::SellerId.eq(seller))
        .exec(unit)
        .await?;
    if week.is_empty() {
        return Ok(());
    }
    let rows = week.into_iter().map(|span| hours::ActiveModel {
        seller_id: Set(seller),
        weekday: Set(span.weekday),
        opens: Set(span.opens),
        closes: Set(span.closes),
    });
    hours::Entity::insert_many(rows).exec_without_returning(unit).await?;
    Ok(())
}
