//! Erases what says who a seller is, when the seller is one person and that person is erased.

use entity::{
    Slug,
    catalogue::{
        check, invitation, product, seller,
        staff::{self, StaffRole},
        webhook_endpoint, webhook_event,
    },
    frame::change::{Cause, Subject},
    ids::{PersonId, SellerId},
};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{db::Unit, identity::ERASED};

/// The sellers that `person` owns and for whom nobody else works: what is told of them is told of the person.
pub async fn sellers_alone(db: &impl ConnectionTrait, person: PersonId) -> Result<Vec<SellerId>, DbErr> {
    let owned: Vec<SellerId> = staff::Entity::find()
        .select_only()
        .column(staff::Column::SellerId)
        .filter(staff::Column::PersonId.eq(person))
        .filter(staff::Column::Role.eq(StaffRole::Owner.to_value()))
        .into_tuple()
        .all(db)
        .await?;
    let shared: Vec<SellerId> = staff::Entity::find()
        .select_only()
        .column(staff::Column::SellerId)
        .filter(staff::Column::SellerId.is_in(owned.iter().copied()))
        .filter(staff::Column::PersonId.ne(person))
        .into_tuple()
        .all(db)
        .await?;
    Ok(owned.into_iter().filter(|id| !shared.contains(id)).collect())
}

/// Takes name, address and words from each of `sellers`, invitations, and what their own systems were told.
pub async fn forget_sellers(unit: &mut Unit, sellers: &[SellerId]) -> Result<(), DbErr> {
    for id in sellers {
        let slug = format!("da-xoa-{:016x}", unit.random());
        let slug: Slug = slug
            .parse()
            .map_err(|_| DbErr::Custom("a slug of our own".to_owned()))?;
        seller::Entity::update_many()
            .col_expr(seller::Column::Slug, Expr::value(slug))
            .col_expr(seller::Column::Name, Expr::value(ERASED))
            .col_expr(seller::Column::Street, Expr::value(None::<String>))
            .col_expr(seller::Column::About, Expr::value(""))
            .col_expr(seller::Column::Source, Expr::value(None::<String>))
            .col_expr(seller::Column::TaxCode, Expr::value(None::<String>))
            .col_expr(seller::Column::PickupCommune, Expr::value(None::<String>))
            .col_expr(seller::Column::PickupStreet, Expr::value(None::<String>))
            .col_expr(seller::Column::PickupNote, Expr::value(None::<String>))
            .col_expr(seller::Column::UpdatedAt, Expr::value(unit.now()))
            .filter(seller::Column::Id.eq(*id))
            .exec(&*unit)
            .await?;
        unit.changed(Subject::Seller, *id, Cause::Edited).await?;
    }
    let theirs = || sellers.iter().copied();
    product::Entity::update_many()
        .col_expr(product::Column::Description, Expr::value(""))
        .col_expr(product::Column::Brand, Expr::value(None::<String>))
        .filter(product::Column::SellerId.is_in(theirs()))
        .exec(&*unit)
        .await?;
    check::Entity::update_many()
        .col_expr(check::Column::Note, Expr::value(""))
        .filter(check::Column::SellerId.is_in(theirs()))
        .exec(&*unit)
        .await?;
    invitation::Entity::delete_many()
        .filter(invitation::Column::SellerId.is_in(theirs()))
        .exec(&*unit)
        .await?;
    webhook_event::Entity::delete_many()
        .filter(webhook_event::Column::SellerId.is_in(theirs()))
        .exec(&*unit)
        .await?;
    // Its secrets are rows of their own that go with it.
    webhook_endpoint::Entity::delete_many()
        .filter(webhook_endpoint::Column::SellerId.is_in(theirs()))
        .exec(&*unit)
        .await?;
    Ok(())
}
