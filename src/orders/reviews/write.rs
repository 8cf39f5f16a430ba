//! A buyer reviews what they bought.

use entity::{
    ids::{OrderId, OrderLineId, OrderReviewId, PhotoId, UploadId},
    orders::{group, order::State, review, review_photo},
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    catalogue::rating::rate,
    checked,
    db::{Unit, is_duplicate},
    http::input::{Field, Wrong},
    orders::{
        OrdersError,
        lifecycle::{Event, Illegal},
        news::{self, News},
        open::open,
        photos,
    },
};

const MOST_PHOTOS: usize = 4;

/// What a buyer says of a line.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct ReviewInput {
    #[schema(value_type = String)]
    pub line_id: Field<String>,
    #[schema(value_type = i64, minimum = 1, maximum = 5)]
    pub stars: Field<i64>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub text: Field<String>,
    /// Finished uploads of the caller's; whoever has no account has none.
    #[schema(value_type = Option<Vec<String>>, max_items = 4)]
    pub photos: Field<Vec<Field<String>>>,
}

/// A checked [`ReviewInput`].
#[derive(Clone, Debug)]
pub struct Review {
    line: OrderLineId,
    stars: i32,
    words: String,
    pub photos: Vec<UploadId>,
}

impl ReviewInput {
    pub fn check(&self) -> Result<Review, Wrong> {
        let mut wrong = Wrong::default();
        let line = wrong.code::<OrderLineId>("/line_id", &self.line_id, "wrong-no-such-line");
        let stars = wrong.integer("/stars", &self.stars, 1..=5);
        let words = wrong.prose("/text", &self.text, 2000);
        let photos = photos::read(&mut wrong, &self.photos, MOST_PHOTOS);
        checked!(wrong; line, stars, words, photos);
        Ok(Review {
            line,
            stars: i32::try_from(stars).unwrap_or(1),
            words,
            photos,
        })
    }
}

/// Reviews a line of the order `id`, once.
pub async fn review(
    unit: &mut Unit,
    id: OrderId,
    new: &Review,
    photos: &[PhotoId],
) -> Result<OrderReviewId, OrdersError> {
    let open = open(unit, id).await?;
    if open.order.state != State::Completed {
        return Err(Illegal::State {
            state: open.order.state,
            event: Event::Deliver(0),
        }
        .into());
    }
    let line = open
        .line(new.line)
        .filter(|line| line.quantity.0 > 0)
        .ok_or_else(|| Wrong::one("/line_id", "wrong-no-such-line"))?;
    let group = group::Entity::find_by_id(open.order.group_id).one(&*unit).await?;
    let row = review::Model {
        id: unit.id(),
        line_id: line.id,
        order_id: id,
        product_id: line.product_id,
        listing_id: line.listing_id,
        seller_id: open.order.seller_id,
        stars: new.stars,
        words: new.words.clone(),
        signed: group.map(|group| signed(&group.buyer_name)).unwrap_or_default(),
        created_at: unit.now(),
        answer: None,
        answered_at: None,
        hidden_at: None,
        hidden_why: None,
    };
    let made = row.id;
    match review::Entity::insert(review::ActiveModel::from(row))
        .exec_without_returning(&*unit)
        .await
    {
        Ok(_) => {}
        Err(error) if is_duplicate(&error) => return Err(OrdersError::Reviewed),
        Err(error) => return Err(error.into()),
    }
    let shown: Vec<_> = photos
        .iter()
        .zip(0..)
        .map(|(photo, position)| review_photo::ActiveModel {
            review_id: Set(made),
            photo_id: Set(*photo),
            position: Set(position),
        })
        .collect();
    if !shown.is_empty() {
        review_photo::Entity::insert_many(shown)
            .exec_without_returning(&*unit)
            .await?;
    }
    rate(unit, line.product_id, open.order.seller_id, i64::from(new.stars), 1).await?;
    news::tell(unit, &open.order, News::Reviewed).await?;
    Ok(made)
}

/// A name as strangers see it: the last word, which is what a Vietnamese is called by, and the first letter of the first.
fn signed(name: &str) -> String {
    let mut words = name.split_whitespace();
    let (first, last) = (words.next().unwrap_or(""), words.next_back());
    match (last, first.chars().next()) {
        (Some(last), Some(letter)) => format!("{last} {letter}."),
        _ => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_see_what_somebody_is_called_by() {
        assert_eq!(signed("Trần Văn Minh"), "Minh T.");
        assert_eq!(signed(" Hoa "), "Hoa");
        assert_eq!(signed(""), "");
    }
}
