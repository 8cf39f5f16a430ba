//! Sellers with what is around them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Day,
    catalogue::{
        check, closure, hours, invitation,
        seller::{self, Standing},
        staff::{self, StaffRole},
    },
    identity::person,
    ids::{ClosureId, InvitationId, PersonId, SellerId},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use super::hours::Span;
use crate::http::list::Paging;

/// Days on which a seller is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    pub from: Day,
    /// The last day.
    pub until: Day,
    pub note: String,
}

impl From<closure::Model> for Closure {
    fn from(row: closure::Model) -> Self {
        Self {
            from: row.from_on,
            until: row.until_on,
            note: row.note,
        }
    }
}

/// Which of `sellers` are closed on `day`, and until when.
pub async fn closures_on(
    db: &impl ConnectionTrait,
    day: Day,
    sellers: &[SellerId],
) -> Result<HashMap<SellerId, Closure>, DbErr> {
    let rows = closure::Entity::find()
        .filter(closure::Column::SellerId.is_in(sellers.iter().copied()))
        .filter(closure::Column::FromOn.lte(day))
        .filter(closure::Column::UntilOn.gte(day))
        // The last of a seller's wins.
        .order_by_asc(closure::Column::UntilOn)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.seller_id, row.into())).collect())
}

/// SQL that is true (never null) where the seller whose id is `column` is closed on `day`. A day's text is digits and
/// hyphens, so it may stand in the statement.
#[must_use]
pub fn closed_on(column: &str, day: Day) -> Expr {
    let day = day.iso();
    Expr::cust(format!(
        "exists (select 1 from seller_closure c where c.seller_id = {column} and c.from_on <= '{day}' and c.until_on >= '{day}')"
    ))
}

/// When the door of `seller` is open, in the order of the week.
pub async fn hours_of(db: &impl ConnectionTrait, seller: SellerId) -> Result<Vec<Span>, DbErr> {
    let rows = hours::Entity::find()
        .filter(hours::Column::SellerId.eq(seller))
        .order_by_asc(hours::Column::Weekday)
        .order_by_asc(hours::Column::Opens)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| Span {
            weekday: row.weekday,
            opens: row.opens,
            closes: row.closes,
        })
        .collect())
}

/// A seller as the API shows it.
#[derive(Clone, Debug)]
pub(in crate::catalogue) struct SellerView {
    pub seller: seller::Model,
    pub hours: Vec<hours::Model>,
    pub closed: Option<Closure>,
    /// The reader's role there, if they have one.
    pub role: Option<StaffRole>,
}

/// Who reads.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::catalogue) struct Reader {
    pub person: Option<PersonId>,
    pub officer: bool,
}

/// `rows` with what is around them.
pub(in crate::catalogue) async fn views(
    db: &impl ConnectionTrait,
    rows: Vec<seller::Model>,
    today: Day,
    reader: Reader,
) -> Result<Vec<SellerView>, DbErr> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let hours = hours::Entity::find()
        .filter(hours::Column::SellerId.is_in(ids.iter().copied()))
        .order_by_asc(hours::Column::Weekday)
        .order_by_asc(hours::Column::Opens)
        .all(db)
        .await?;
    let closed = closures_on(db, today, &ids).await?;
    let roles: HashMap<SellerId, StaffRole> = match reader.person {
        Some(person) => staff::Entity::find()
            .filter(staff::Column::PersonId.eq(person))
            .filter(staff::Column::SellerId.is_in(ids))
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.seller_id, row.role))
            .collect(),
        None => HashMap::new(),
    };
    Ok(rows
        .into_iter()
        .map(|seller| SellerView {
            hours: hours.iter().filter(|row| row.seller_id == seller.id).cloned().collect(),
            closed: closed.get(&seller.id).cloned(),
            role: roles.get(&seller.id).copied(),
            seller,
        })
        .collect())
}

/// Sellers by id, only `own` ones and only of a `standing` when given; one row more than fits.
pub(in crate::catalogue) async fn sellers(
    db: &impl ConnectionTrait,
    own: Option<&[SellerId]>,
    standing: Option<Standing>,
    paging: Paging,
) -> Result<Vec<seller::Model>, DbErr> {
    let mut query = seller::Entity::find()
        .order_by_asc(seller::Column::Id)
        .limit(paging.limit + 1);
    if let Some(own) = own {
        query = query.filter(seller::Column::Id.is_in(own.iter().copied()));
    }
    if let Some(standing) = standing {
        query = query.filter(seller::Column::Standing.eq(standing));
    }
    if let Some(after) = paging.after {
        query = query.filter(seller::Column::Id.gt(SellerId(after)));
    }
    query.all(db).await
}

/// What was given and decided of `seller`.
pub(super) async fn checks(db: &impl ConnectionTrait, seller: SellerId) -> Result<Vec<check::Model>, DbErr> {
    check::Entity::find()
        .filter(check::Column::SellerId.eq(seller))
        .all(db)
        .await
}

/// The checklist of `seller`, with the names of whoever gave and decided.
pub(in crate::catalogue) async fn checklist(
    db: &impl ConnectionTrait,
    seller: SellerId,
) -> Result<(Vec<check::Model>, HashMap<PersonId, String>), DbErr> {
    let rows = checks(db, seller).await?;
    let ids = rows
        .iter()
        .flat_map(|row| [row.given_by, row.decided_by])
        .flatten()
        .collect();
    let names = names(db, ids).await?;
    Ok((rows, names))
}

async fn names(db: &impl ConnectionTrait, ids: Vec<PersonId>) -> Result<HashMap<PersonId, String>, DbErr> {
    let rows = person::Entity::find()
        .filter(person::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|person| (person.id, person.name)).collect())
}

/// The staff of `seller` by their id, with their names; one more than fits.
pub(in crate::catalogue) async fn staff_of(
    db: &impl ConnectionTrait,
    seller: SellerId,
    paging: Paging,
) -> Result<Vec<(staff::Model, String)>, DbErr> {
    let mut query = staff::Entity::find()
        .filter(staff::Column::SellerId.eq(seller))
        .order_by_asc(staff::Column::PersonId)
        .limit(paging.limit + 1);
    if let Some(after) = paging.after {
        query = query.filter(staff::Column::PersonId.gt(PersonId(after)));
    }
    let rows = query.all(db).await?;
    let names = names(db, rows.iter().map(|row| row.person_id).collect()).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let name = names.get(&row.person_id).cloned().unwrap_or_default();
            (row, name)
        })
        .collect())
}

/// The invitations of `seller`, newest first; one more than fits.
pub(in crate::catalogue) async fn invitations(
    db: &impl ConnectionTrait,
    seller: SellerId,
    paging: Paging,
) -> Result<Vec<invitation::Model>, DbErr> {
    let mut query = invitation::Entity::find()
        .filter(invitation::Column::SellerId.eq(seller))
        .order_by_desc(invitation::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(invitation::Column::Id.lt(InvitationId(before)));
    }
    query.all(db).await
}

/// The closures of `seller`, newest first; one more than fits.
pub(in crate::catalogue) async fn closures(
    db: &impl ConnectionTrait,
    seller: SellerId,
    paging: Paging,
) -> Result<Vec<closure::Model>, DbErr> {
    let mut query = closure::Entity::find()
        .filter(closure::Column::SellerId.eq(seller))
        .order_by_desc(closure::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(closure::Column::Id.lt(ClosureId(before)));
    }
    query.all(db).await
}
