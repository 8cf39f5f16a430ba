//! A person begins to sell: as a household, or for a cooperative or company.

use entity::{
    CommuneCode, Slug,
    catalogue::{
        seller::{self, Kind, Standing},
        staff::{self, StaffRole},
    },
    frame::change::{Cause, Subject},
    ids::{PersonId, SellerId},
    text,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use super::tax_code::tax_code;
use crate::{
    catalogue::CatalogueError,
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
    /// 10 digits, 10 and the 3 of a branch, or the 12 of a household owner's personal number.
    #[schema(value_type = Option<String>, example = "0100109106")]
    pub tax_code: Field<String>,
    #[schema(value_type = Option<PickupInput>)]
    pub pickup: Field<PickupInput>,
}

/// Where buyers fetch what they bought.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PickupInput {
    #[schema(value_type = String, example = "05503")]
    pub commune_code: Field<String>,
    #[schema(value_type = String, max_length = 200)]
    pub street: Field<String>,
    /// How to find it.
    #[schema(value_type = Option<String>, max_length = 300)]
    pub note: Field<String>,
}

/// A checked pick-up place.
#[derive(Clone, Debug)]
pub struct Pickup {
    pub commune_code: CommuneCode,
    pub street: String,
    pub note: String,
}

impl PickupInput {
    pub(super) fn check(wrong: &mut Wrong, pointer: &str, field: &Field<Self>) -> Option<Pickup> {
        let given = wrong.required(pointer, field)?;
        let commune_code = commune(wrong, &format!("{pointer}/commune_code"), &given.commune_code);
        let street = wrong.line(&format!("{pointer}/street"), &given.street, 200);
        let note = wrong.prose(&format!("{pointer}/note"), &given.note, 300);
        Some(Pickup {
            commune_code: commune_code?,
            street: street?,
            note: note?,
        })
    }
}

/// The tax code that `field` names, when it is one of a seller of this kind.
pub(super) fn tax_code_of(wrong: &mut Wrong, pointer: &str, field: &Field<String>, kind: Kind) -> Option<String> {
    let code = tax_code(kind, wrong.required(pointer, field)?);
    if code.is_none() {
        wrong.note(
            pointer,
            if kind == Kind::Household {
                "wrong-tax-code-household"
            } else {
                "wrong-tax-code"
            },
        );
    }
    code
}

/// A checked seller.
#[derive(Clone, Debug)]
pub struct NewSeller {
    pub name: String,
    pub kind: Kind,
    pub commune_code: CommuneCode,
    pub street: Option<String>,
    pub about: String,
    pub tax_code: Option<String>,
    pub pickup: Option<Pickup>,
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
        let tax_code = wrong.optional("/tax_code", &self.tax_code, |wrong, pointer, field| {
            // Of an unknown kind nothing can be said; the kind itself has been noted.
            kind.map_or(Some(String::new()), |kind| tax_code_of(wrong, pointer, field, kind))
        });
        let pickup = wrong.optional("/pickup", &self.pickup, PickupInput::check);
        checked!(wrong; name, kind, commune_code, street, about, tax_code, pickup);
        Ok(NewSeller {
            name,
            kind,
            commune_code,
            street,
            about,
            tax_code,
            pickup,
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

/// Writes a seller whose owner is `owner`. Who they are is verified later: see [`super::verify`].
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
        tax_code: Set(new.tax_code),
        pickup_commune: Set(new.pickup.as_ref().map(|pickup| pickup.commune_code.clone())),
        pickup_street: Set(new.pickup.as_ref().map(|pickup| pickup.street.clone())),
        pickup_note: Set(new.pickup.map(|pickup| pickup.note)),
        standing: Set(Standing::Applying),
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
