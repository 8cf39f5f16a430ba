//! Somebody applies to have a product rated, or a commune's officer enters it for them.

use entity::{
    CommuneCode,
    catalogue::{
        ocop_application, product, seller,
        staff::{self, StaffRole},
    },
    dossiers::dossier::{self, Kind},
    ids::{PersonId, ProductId, SellerId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{OcopError, party::Party, points, rules};
use crate::{
    catalogue::{category::category, commune},
    checked,
    db::Unit,
    dossiers::{self, NewDossier},
    http::input::{Field, Wrong},
};

/// An application.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Apply {
    /// `ocop`.
    #[schema(value_type = String, example = "ocop")]
    pub kind: Field<String>,
    #[schema(value_type = String)]
    pub product_id: Field<String>,
    /// The commune where it is entered; the seller's own by default.
    #[schema(value_type = Option<String>, example = "05503")]
    pub commune_code: Field<String>,
    /// The product set by which it is judged, 1 to 26; by default that of the product's category.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 26)]
    pub product_set: Field<i64>,
    /// What the applicant gives themselves: 0 to 100 points with at most two decimals.
    #[schema(value_type = Option<String>, example = "80.5")]
    pub self_score: Field<Value>,
    /// The product's story.
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub story: Field<String>,
}

/// A checked application.
#[derive(Clone, Debug)]
pub struct Application {
    product: product::Model,
    seller: seller::Model,
    commune: CommuneCode,
    set_no: u8,
    self_score: Option<i32>,
    story: String,
}

impl Application {
    #[must_use]
    pub const fn seller(&self) -> SellerId {
        self.seller.id
    }
}

impl Apply {
    /// Checks the application of `party`, who must be of the product's seller or an officer.
    pub async fn check(&self, db: &impl ConnectionTrait, party: &Party) -> Result<Application, OcopError> {
        let mut wrong = Wrong::default();
        let kind = wrong.required("/kind", &self.kind).map(|code| Kind::from_code(code));
        if kind == Some(None) {
            wrong.note("/kind", "wrong-dossier-kind");
        }
        let product = wrong.code::<ProductId>("/product_id", &self.product_id, "wrong-no-such-product");
        let found = match product {
            Some(id) => of(db, id)
                .await?
                .filter(|(_, seller)| party.actor_for(seller.id).is_ok()),
            None => None,
        };
        if product.is_some() && found.is_none() {
            wrong.note("/product_id", "wrong-no-such-product");
        }
        let place = wrong.optional("/commune_code", &self.commune_code, commune);
        let set = wrong.optional("/product_set", &self.product_set, |wrong, pointer, field| {
            wrong.integer(pointer, field, 1..=26)
        });
        let set = match (set, &found) {
            (Some(Some(no)), _) => u8::try_from(no).ok(),
            (Some(None), Some((product, _))) => {
                let set_no = category(&product.category).and_then(|category| category.ocop_set_no);
                if set_no.is_none() {
                    wrong.note("/product_set", "wrong-required");
                }
                set_no
            }
            _ => None,
        };
        let self_score = wrong.optional("/self_score", &self.self_score, |wrong, pointer, field| {
            points::read(wrong, pointer, field, 100)
        });
        let story = wrong.prose("/story", &self.story, 5000);
        checked!(wrong; found, place, set, self_score, story);
        let (product, seller) = found;
        Ok(Application {
            commune: place.unwrap_or_else(|| seller.commune_code.clone()),
            product,
            seller,
            set_no: set,
            self_score,
            story,
        })
    }
}

async fn of(
    db: &impl ConnectionTrait,
    id: ProductId,
) -> Result<Option<(product::Model, seller::Model)>, sea_orm::DbErr> {
    let Some(product) = product::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let seller = seller::Entity::find_by_id(product.seller_id).one(db).await?;
    Ok(seller.map(|seller| (product, seller)))
}

/// Enters the application at its commune.
pub async fn apply(unit: &mut Unit, own: bool, new: Application) -> Result<dossier::Model, OcopError> {
    debug_assert!(rules::product_set(new.set_no).is_some());
    // What an officer enters for somebody is that somebody's application.
    let applicant = if own { None } else { owner(unit, new.seller.id).await? };
    let Some(applicant) = applicant.or_else(|| unit.actor().person()) else {
        return Err(dossiers::DossierError::Nobody.into());
    };
    let dossier = dossiers::enter(
        unit,
        NewDossier {
            kind: Kind::Ocop,
            applicant,
            party: new.seller.id.0,
            subject: new.product.id.0,
            title: new.product.name.clone(),
            commune: new.commune,
            note: String::new(),
        },
    )
    .await?;
    let row = ocop_application::ActiveModel {
        dossier_id: Set(dossier.id),
        product_id: Set(new.product.id),
        set_no: Set(i32::from(new.set_no)),
        self_score: Set(new.self_score),
        story: Set(new.story),
    };
    ocop_application::Entity::insert(row)
        .exec_without_returning(&*unit)
        .await?;
    Ok(dossier)
}

/// Who owns `seller`, the longest where there are several.
async fn owner(db: &impl ConnectionTrait, seller: SellerId) -> Result<Option<PersonId>, sea_orm::DbErr> {
    let row = staff::Entity::find()
        .filter(staff::Column::SellerId.eq(seller))
        .filter(staff::Column::Role.eq(StaffRole::Owner))
        .order_by_asc(staff::Column::Since)
        .one(db)
        .await?;
    Ok(row.map(|row| row.person_id))
}
