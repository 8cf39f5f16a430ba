//! An officer takes a listing, or all listings of a product or of a seller, off sale at once.

use std::collections::HashMap;

use entity::{
    catalogue::seller,
    frame::change::{Cause, Subject as Changed},
    ids::{ListingId, PersonId, ProductId, SellerId, TakedownId},
    listings::{
        listing::{self, State as ListingState},
        report::{Reason, Subject},
        review::State as ReviewState,
        takedown::{self, State},
        takedown_listing,
    },
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QuerySelect, sea_query::Expr,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    ModerationError,
    about::{self, Named},
    report::reason,
};
use crate::{
    checked,
    db::{SubjectId, Unit},
    http::input::{Field, Wrong},
    listings::{hold::tell_pool, review},
};

const LONGEST: usize = 2000;
/// Rows in one statement.
const TOGETHER: usize = 500;

/// What an officer takes down, and why.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TakeDown {
    /// A listing; or `subject` and `id`.
    #[schema(value_type = Option<String>)]
    pub listing_id: Field<String>,
    /// `listing`, `product` or `seller`.
    #[schema(value_type = Option<String>)]
    pub subject: Field<String>,
    /// Its id, its slug, or the address of its page.
    #[schema(value_type = Option<String>)]
    pub id: Field<String>,
    /// `fake`, `unsafe`, `wrong_origin`, `prohibited`, `price` or `other`.
    #[schema(value_type = String, example = "fake")]
    pub reason_code: Field<String>,
    /// What the seller and the public are told.
    #[schema(value_type = String, max_length = 2000)]
    pub reason: Field<String>,
    #[schema(value_type = Option<String>, max_length = 300)]
    pub legal_basis: Field<String>,
}

/// A checked takedown.
#[derive(Clone, Debug)]
pub struct NewTakedown {
    named: Named,
    reason_code: Reason,
    reason: String,
    legal_basis: Option<String>,
    /// Where what is wrong with what it names is told.
    pointer: &'static str,
}

impl TakeDown {
    pub fn check(&self) -> Result<NewTakedown, Wrong> {
        let mut wrong = Wrong::default();
        let (named, pointer) = if self.listing_id.is_missing() {
            (about::named(&mut wrong, &self.subject, &self.id), "/id")
        } else {
            let mut apart = Wrong::default();
            let listing = Subject::Listing.code().to_owned();
            let named = about::named(&mut apart, &listing.into(), &self.listing_id);
            for error in apart.0 {
                wrong.note("/listing_id", error.message);
            }
            (named, "/listing_id")
        };
        let reason_code = reason(&mut wrong, "/reason_code", &self.reason_code);
        let reason = wrong
            .required("/reason", &self.reason)
            .and_then(|_| wrong.prose("/reason", &self.reason, LONGEST));
        if reason.as_deref() == Some("") {
            wrong.note("/reason", "wrong-required");
        }
        let legal_basis = wrong.optional("/legal_basis", &self.legal_basis, |wrong, pointer, field| {
            wrong.line(pointer, field, 300)
        });
        checked!(wrong; named, reason_code, reason, legal_basis);
        Ok(NewTakedown {
            named,
            reason_code,
            reason,
            legal_basis,
            pointer,
        })
    }
}

/// Whether a product of a seller may not be offered because one of the two is taken down.
pub async fn forbids(db: &impl ConnectionTrait, product: ProductId, seller: SellerId) -> Result<bool, DbErr> {
    let of = |subject: Subject, id: Uuid| {
        Condition::all()
            .add(takedown::Column::Subject.eq(subject))
            .add(takedown::Column::SubjectId.eq(id))
    };
    let standing = takedown::Entity::find()
        .filter(takedown::Column::SellerId.eq(seller))
        .filter(takedown::Column::State.ne(State::Restored))
        .filter(
            Condition::any()
                .add(of(Subject::Product, product.0))
                .add(of(Subject::Seller, seller.0)),
        )
        .count(db)
        .await?;
    Ok(standing > 0)
}

/// Waits until nobody else takes down or restores anything of `seller`.
pub(super) async fn lock(unit: &Unit, seller: SellerId) -> Result<(), DbErr> {
    seller::Entity::update_many()
        .col_expr(seller::Column::UpdatedAt, Expr::col(seller::Column::UpdatedAt))
        .filter(seller::Column::Id.eq(seller))
        .exec(unit)
        .await
        .map(|_| ())
}

/// Takes it down, by `officer`. What is down already stays down, and is covered by both.
pub async fn take_down(
    unit: &mut Unit,
    officer: PersonId,
    new: NewTakedown,
) -> Result<takedown::Model, ModerationError> {
    let about = about::find(&*unit, &new.named)
        .await?
        .ok_or_else(|| Wrong::one(new.pointer, "wrong-report-id"))?;
    lock(unit, about.seller).await?;
    unit.because(&new.reason);
    let standing = takedown::Entity::find()
        .filter(takedown::Column::Subject.eq(about.subject))
        .filter(takedown::Column::SubjectId.eq(about.id))
        .filter(takedown::Column::State.ne(State::Restored))
        .count(&*unit)
        .await?;
    if standing > 0 {
        return Err(ModerationError::TakenDownAlready);
    }
    let made = takedown::Model {
        id: unit.id::<TakedownId>(),
        subject: about.subject,
        subject_id: about.id,
        seller_id: about.seller,
        reason_code: new.reason_code,
        reason: new.reason,
        legal_basis: new.legal_basis,
        officer_id: officer,
        state: State::Standing,
        taken_down_at: unit.now(),
        appeal: None,
        appealed_by: None,
        appealed_at: None,
        decision: None,
        decided_by: None,
        decided_at: None,
    };
    takedown::Entity::insert(takedown::ActiveModel::from(made.clone()))
        .exec_without_returning(&*unit)
        .await?;
    let of_subject = match about.subject {
        Subject::Listing => listing::Column::Id.eq(ListingId(about.id)),
        Subject::Product => listing::Column::ProductId.eq(ProductId(about.id)),
        Subject::Seller => listing::Column::SellerId.eq(SellerId(about.id)),
    };
    let listings = listing::Entity::find().filter(of_subject).all(&*unit).await?;
    cover(unit, made.id, &listings).await?;
    Ok(made)
}

/// Takes `listings` off sale under the takedown `id`, and remembers what each was.
async fn cover(unit: &mut Unit, id: TakedownId, listings: &[listing::Model]) -> Result<(), DbErr> {
    for some in listings.chunks(TOGETHER) {
        let ids: Vec<ListingId> = some.iter().map(|listing| listing.id).collect();
        let earlier: HashMap<ListingId, ListingState> = takedown_listing::Entity::find()
            .filter(takedown_listing::Column::ListingId.is_in(ids.iter().copied()))
            .all(&*unit)
            .await?
            .into_iter()
            .map(|row| (row.listing_id, row.was))
            .collect();
        let rows = some.iter().map(|listing| takedown_listing::ActiveModel {
            takedown_id: Set(id),
            listing_id: Set(listing.id),
            was: Set(match listing.state {
                ListingState::TakenDown => earlier.get(&listing.id).copied().unwrap_or(ListingState::Withdrawn),
                state => state,
            }),
        });
        takedown_listing::Entity::insert_many(rows)
            .exec_without_returning(&*unit)
            .await?;
        listing::Entity::update_many()
            .col_expr(listing::Column::State, Expr::value(ListingState::TakenDown))
            .col_expr(listing::Column::UpdatedAt, Expr::value(unit.now()))
            .filter(listing::Column::Id.is_in(ids.iter().copied()))
            .exec(&*unit)
            .await?;
        let told = some
            .iter()
            .filter(|listing| listing.state != ListingState::TakenDown)
            .map(|listing| SubjectId::from(listing.id));
        unit.changed_all(Changed::Listing, told, Cause::Withdrawn).await?;
        for listing in some {
            if listing.state != ListingState::TakenDown {
                review::end(unit, listing.id, ReviewState::Withdrawn).await?;
            }
            if let (ListingState::Live, Some(pool)) = (listing.state, listing.pool_id) {
                tell_pool(unit, pool).await?;
            }
        }
    }
    Ok(())
}

/// The listings that the takedown `id` covers, up to `limit`.
pub async fn covered(db: &impl ConnectionTrait, id: TakedownId, limit: u64) -> Result<Vec<ListingId>, DbErr> {
    takedown_listing::Entity::find()
        .select_only()
        .column(takedown_listing::Column::ListingId)
        .filter(takedown_listing::Column::TakedownId.eq(id))
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}
