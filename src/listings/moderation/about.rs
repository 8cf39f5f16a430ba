//! What a report or a takedown is about: a listing, a product or a seller, by its id, its slug or its page's address.

use std::collections::HashMap;

use entity::{
    Slug,
    catalogue::{product, seller},
    ids::{ListingId, ProductId, SellerId},
    listings::{
        listing,
        report::{Reason, Subject},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::http::{
    input::{Field, Wrong},
    language::{Language, Message},
};

/// A subject as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    pub subject: Subject,
    pub id: Uuid,
    pub title: String,
    /// Of its page; products have none of their own.
    pub slug: Option<Slug>,
    pub seller: SellerId,
    pub seller_name: String,
}

/// Why, in words.
#[must_use]
pub fn reason_message(reason: Reason) -> Message {
    Message::new(match reason {
        Reason::Fake => "report-reason-fake",
        Reason::Unsafe => "report-reason-unsafe",
        Reason::WrongOrigin => "report-reason-wrong-origin",
        Reason::Prohibited => "report-reason-prohibited",
        Reason::Price => "report-reason-price",
        Reason::Other => "report-reason-other",
    })
}

/// [`reason_message`] in `language`.
#[must_use]
pub fn reason_said(reason: Reason, language: Language) -> String {
    language.say(&reason_message(reason))
}

/// Which thing a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub subject: Subject,
    by: By,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Id(Uuid),
    Slug(Slug),
}

/// Reads what `subject` and `id` name, or notes what is wrong with them.
pub fn named(wrong: &mut Wrong, subject: &Field<String>, id: &Field<String>) -> Option<Named> {
    let subject = wrong.required("/subject", subject).and_then(|code| {
        let subject = Subject::from_code(code);
        if subject.is_none() {
            wrong.note("/subject", "wrong-report-subject");
        }
        subject
    });
    let text = wrong.line("/id", id, 500);
    let (subject, text) = (subject?, text?);
    // The address of a page, whatever is in front of it and behind.
    let page = |prefix: &str| {
        let (_, rest) = text.split_once(prefix)?;
        rest.split(['?', '#', '/']).next()
    };
    let slug = match subject {
        Subject::Listing => page("/san-pham/"),
        Subject::Seller => page("/nguoi-ban/"),
        Subject::Product => None,
    };
    let by = match (text.parse::<Uuid>(), slug.unwrap_or(&text).parse::<Slug>()) {
        (Ok(id), _) => By::Id(id),
        (Err(_), Ok(slug)) => By::Slug(slug),
        (Err(_), Err(_)) => {
            wrong.note("/id", "wrong-report-id");
            return None;
        }
    };
    Some(Named { subject, by })
}

/// The thing that `named` names; `None` when there is none.
pub async fn find(db: &impl ConnectionTrait, named: &Named) -> Result<Option<About>, DbErr> {
    let id = match (named.subject, &named.by) {
        (_, By::Id(id)) => Some(*id),
        (Subject::Listing, By::Slug(slug)) => listing::Entity::find()
            .filter(listing::Column::Slug.eq(slug.clone()))
            .one(db)
            .await?
            .map(|row| row.id.0),
        (Subject::Seller, By::Slug(slug)) => seller::Entity::find()
            .filter(seller::Column::Slug.eq(slug.clone()))
            .one(db)
            .await?
            .map(|row| row.id.0),
        (Subject::Product, By::Slug(_)) => None,
    };
    let Some(id) = id else { return Ok(None) };
    Ok(all(db, &[(named.subject, id)]).await?.remove(&(named.subject, id)))
}

/// The things with these ids.
pub async fn all(
    db: &impl ConnectionTrait,
    wanted: &[(Subject, Uuid)],
) -> Result<HashMap<(Subject, Uuid), About>, DbErr> {
    let ids = |subject: Subject| {
        wanted
            .iter()
            .filter(move |(kind, _)| *kind == subject)
            .map(|(_, id)| *id)
    };
    let listings = listing::Entity::find()
        .filter(listing::Column::Id.is_in(ids(Subject::Listing).map(ListingId)))
        .all(db)
        .await?;
    let products = product::Entity::find()
        .filter(product::Column::Id.is_in(ids(Subject::Product).map(ProductId)))
        .all(db)
        .await?;
    let sellers = listings
        .iter()
        .map(|row| row.seller_id)
        .chain(products.iter().map(|row| row.seller_id))
        .chain(ids(Subject::Seller).map(SellerId));
    let sellers: HashMap<SellerId, seller::Model> = seller::Entity::find()
        .filter(seller::Column::Id.is_in(sellers))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let name = |id: SellerId| sellers.get(&id).map(|row| row.name.clone()).unwrap_or_default();
    let mut found = HashMap::new();
    let mut put = |about: About| found.insert((about.subject, about.id), about);
    for row in listings {
        put(About {
            subject: Subject::Listing,
            id: row.id.0,
            seller: row.seller_id,
            seller_name: name(row.seller_id),
            title: row.title,
            slug: Some(row.slug),
        });
    }
    for row in products {
        put(About {
            subject: Subject::Product,
            id: row.id.0,
            seller: row.seller_id,
            seller_name: name(row.seller_id),
            title: row.name,
            slug: None,
        });
    }
    for id in ids(Subject::Seller).map(SellerId) {
        if let Some(row) = sellers.get(&id) {
            put(About {
                subject: Subject::Seller,
                id: id.0,
                seller: id,
                seller_name: row.name.clone(),
                title: row.name.clone(),
                slug: Some(row.slug.clone()),
            });
        }
    }
    Ok(found)
}
