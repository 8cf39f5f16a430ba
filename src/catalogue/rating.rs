//! The stars that buyers gave, summed up for a product and for its seller. Orders push them down; what they are made of
//! stays there.

use std::collections::HashMap;

use entity::{
    catalogue::{product_rating, seller_rating},
    frame::change::{Cause, Subject},
    ids::{ProductId, SellerId},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::db::Unit;

/// Stars added up, and how many gave them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rating {
    pub stars: i64,
    pub reviews: i64,
}

impl Rating {
    /// The mean in tenths of a star, rounded to the nearest, a half upwards; `None`: nobody said anything.
    #[must_use]
    pub const fn tenths(self) -> Option<i64> {
        if self.reviews <= 0 {
            None
        } else {
            Some((self.stars * 20 + self.reviews) / (self.reviews * 2))
        }
    }

    /// The mean as people write it: `4,6`.
    #[must_use]
    pub fn words(self) -> Option<String> {
        let tenths = self.tenths()?;
        Some(format!("{},{}", tenths / 10, tenths % 10))
    }
}

/// Adds to what is said of `product` and of its `seller`; less than nothing takes away.
pub async fn rate(
    unit: &mut Unit,
    product: ProductId,
    seller: SellerId,
    stars: i64,
    reviews: i64,
) -> Result<(), DbErr> {
    add_to_product(unit, product, stars, reviews).await?;
    add_to_seller(unit, seller, stars, reviews).await?;
    unit.changed(Subject::Product, product, Cause::Edited).await?;
    unit.changed(Subject::Seller, seller, Cause::Edited).await
}

async fn add_to_product(unit: &Unit, product: ProductId, stars: i64, reviews: i64) -> Result<(), DbErr> {
    use product_rating::Column;
    let nothing = product_rating::ActiveModel {
        product_id: Set(product),
        stars: Set(0),
        reviews: Set(0),
    };
    let keep = OnConflict::column(Column::ProductId).do_nothing().to_owned();
    match product_rating::Entity::insert(nothing)
        .on_conflict(keep)
        .exec_without_returning(unit)
        .await
    {
        Ok(_) | Err(DbErr::RecordNotInserted) => {}
        Err(error) => return Err(error),
    }
    product_rating::Entity::update_many()
        .col_expr(Column::Stars, Expr::col(Column::Stars).add(stars))
        .col_expr(Column::Reviews, Expr::col(Column::Reviews).add(reviews))
        .filter(Column::ProductId.eq(product))
        .exec(unit)
        .await
        .map(|_| ())
}

async fn add_to_seller(unit: &Unit, seller: SellerId, stars: i64, reviews: i64) -> Result<(), DbErr> {
    use seller_rating::Column;
    let nothing = seller_rating::ActiveModel {
        seller_id: Set(seller),
        stars: Set(0),
        reviews: Set(0),
    };
    let keep = OnConflict::column(Column::SellerId).do_nothing().to_owned();
    match seller_rating::Entity::insert(nothing)
        .on_conflict(keep)
        .exec_without_returning(unit)
        .await
    {
        Ok(_) | Err(DbErr::RecordNotInserted) => {}
        Err(error) => return Err(error),
    }
    seller_rating::Entity::update_many()
        .col_expr(Column::Stars, Expr::col(Column::Stars).add(stars))
        .col_expr(Column::Reviews, Expr::col(Column::Reviews).add(reviews))
        .filter(Column::SellerId.eq(seller))
        .exec(unit)
        .await
        .map(|_| ())
}

/// What is said of each of `products`; nothing is said of those that are missing.
pub async fn of_products(
    db: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<HashMap<ProductId, Rating>, DbErr> {
    let rows = product_rating::Entity::find()
        .filter(product_rating::Column::ProductId.is_in(products.iter().copied()))
        .filter(product_rating::Column::Reviews.gt(0))
        .all(db)
        .await?;
    let rating = |row: &product_rating::Model| Rating {
        stars: row.stars,
        reviews: row.reviews,
    };
    Ok(rows.iter().map(|row| (row.product_id, rating(row))).collect())
}

/// What is said of the goods of `seller`.
pub async fn of_seller(db: &impl ConnectionTrait, seller: SellerId) -> Result<Rating, DbErr> {
    let row = seller_rating::Entity::find_by_id(seller).one(db).await?;
    Ok(row.map_or_else(Rating::default, |row| Rating {
        stars: row.stars,
        reviews: row.reviews,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_told_in_tenths() {
        let tenths = |stars, reviews| Rating { stars, reviews }.tenths();
        assert_eq!(tenths(0, 0), None);
        assert_eq!(tenths(5, 1), Some(50));
        assert_eq!(tenths(14, 3), Some(47));
        assert_eq!(tenths(9, 2), Some(45));
        assert_eq!(tenths(1, 1), Some(10));
    }
}
