//! Reports and takedowns as officers and sellers see them. Nothing here writes.

use std::collections::HashMap;

use entity::{
    Timestamp,
    ids::{ListingId, SellerId, TakedownId},
    listings::{
        listing,
        report::{self, Reason, Subject},
        takedown::{self, State},
        takedown_listing,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use super::{
    ModerationError,
    about::{self, About},
    take_down::covered,
};
use crate::http::list::Paging;

/// Reports shown with what they are about.
const NEWEST: u64 = 20;
/// Listings shown with a takedown.
const SHOWN: u64 = 100;

/// Which reports are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Open,
    Closed,
    All,
}

/// Everything reported of one thing.
#[derive(Clone, Debug)]
pub struct Reported {
    pub about: About,
    pub open: i64,
    pub total: i64,
    pub newest_at: Timestamp,
    pub reasons: Vec<(Reason, u64)>,
    pub taken_down: bool,
    /// The newest ones, open ones first.
    pub reports: Vec<report::Model>,
}

/// Where a page of the queue begins: behind the thing that stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueCursor {
    open: bool,
    newest: i64,
    id: Uuid,
}

impl std::fmt::Display for QueueCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}_{}", u8::from(self.open), self.newest, self.id)
    }
}

impl std::str::FromStr for QueueCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '_');
        let mut next = || parts.next().ok_or(());
        Ok(Self {
            open: next()? == "1",
            newest: next()?.parse().map_err(|_| ())?,
            id: next()?.parse().map_err(|_| ())?,
        })
    }
}

#[derive(Clone, Debug, FromQueryResult)]
struct Group {
    subject: Subject,
    subject_id: Uuid,
    total: i64,
    open: i64,
    newest: Timestamp,
}

impl Group {
    fn cursor(&self) -> QueueCursor {
        QueueCursor {
            open: self.open > 0,
            newest: self.newest.0,
            id: self.subject_id,
        }
    }
}

/// The queue: what is reported, one entry for each thing, those with open reports first, then the newest. One more than
/// `limit` tells that there are more.
pub async fn queue(
    db: &impl ConnectionTrait,
    which: Which,
    after: Option<QueueCursor>,
    limit: u64,
) -> Result<Vec<(Reported, QueueCursor)>, DbErr> {
    let open = || Expr::cust("sum(case when report.closed_at is null then 1 else 0 end)");
    let any_open =
        || Expr::cust("(case when sum(case when report.closed_at is null then 1 else 0 end) > 0 then 1 else 0 end)");
    let newest = || Func::max(Expr::col((report::Entity, report::Column::CreatedAt)));
    let id = || Expr::col((report::Entity, report::Column::SubjectId));
    let mut find = report::Entity::find()
        .select_only()
        .columns([report::Column::Subject, report::Column::SubjectId])
        .expr_as(Expr::cust("count(*)"), "total")
        .expr_as(
            Expr::cust("cast(sum(case when report.closed_at is null then 1 else 0 end) as bigint)"),
            "open",
        )
        .expr_as(newest(), "newest")
        .group_by(report::Column::Subject)
        .group_by(report::Column::SubjectId)
        .order_by_desc(any_open())
        .order_by_desc(Expr::from(newest()))
        .order_by_desc(report::Column::SubjectId)
        .limit(limit + 1);
    match which {
        Which::Open => find = find.having(open().gt(0)),
        Which::Closed => find = find.having(open().eq(0)),
        Which::All => {}
    }
    if let Some(after) = after {
        let was_open = i32::from(after.open);
        let behind = Condition::any()
            .add(any_open().lt(was_open))
            .add(any_open().eq(was_open).and(Expr::from(newest()).lt(after.newest)))
            .add(
                any_open()
                    .eq(was_open)
                    .and(Expr::from(newest()).eq(after.newest))
                    .and(id().lt(after.id)),
            );
        find = find.having(behind);
    }
    let groups = find.into_model::<Group>().all(db).await?;
    let keys: Vec<_> = groups.iter().map(|group| (group.subject, group.subject_id)).collect();
    let mut abouts = about::all(db, &keys).await?;
    let mut found = Vec::with_capacity(groups.len());
    for group in groups {
        let Some(about) = abouts.remove(&(group.subject, group.subject_id)) else {
            continue;
        };
        let of_subject = report::Entity::find()
            .filter(report::Column::Subject.eq(group.subject))
            .filter(report::Column::SubjectId.eq(group.subject_id));
        let reasons = of_subject
            .clone()
            .select_only()
            .column(report::Column::Reason)
            .expr_as(Expr::cust("count(*)"), "count")
            .group_by(report::Column::Reason)
            .into_tuple::<(Reason, i64)>()
            .all(db)
            .await?;
        let reports = of_subject
            .order_by_asc(Expr::cust("case when report.closed_at is null then 0 else 1 end"))
            .order_by_desc(report::Column::Id)
            .limit(NEWEST)
            .all(db)
            .await?;
        let mut reasons: Vec<_> = reasons
            .into_iter()
            .map(|(reason, count)| (reason, u64::try_from(count).unwrap_or(0)))
            .collect();
        reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), reason.code()));
        let cursor = group.cursor();
        found.push((
            Reported {
                taken_down: is_down(db, &about).await?,
                about,
                open: group.open,
                total: group.total,
                newest_at: group.newest,
                reasons,
                reports,
            },
            cursor,
        ));
    }
    Ok(found)
}

/// Whether a takedown of exactly this stands, or, for a listing, any that covers it.
async fn is_down(db: &impl ConnectionTrait, about: &About) -> Result<bool, DbErr> {
    if about.subject == Subject::Listing {
        let found = listing::Entity::find_by_id(ListingId(about.id)).one(db).await?;
        return Ok(found.is_some_and(|row| row.state == listing::State::TakenDown));
    }
    let standing = takedown::Entity::find()
        .filter(takedown::Column::Subject.eq(about.subject))
        .filter(takedown::Column::SubjectId.eq(about.id))
        .filter(takedown::Column::State.ne(State::Restored))
        .count(db)
        .await?;
    Ok(standing > 0)
}

/// The report whose code this is, with what it is about.
pub async fn by_code(db: &impl ConnectionTrait, code: &str) -> Result<(report::Model, Option<About>), ModerationError> {
    let report = report::Entity::find()
        .filter(report::Column::Code.eq(code))
        .one(db)
        .await?
        .ok_or(ModerationError::NoSuchThing)?;
    let key = (report.subject, report.subject_id);
    let about = about::all(db, &[key]).await?.remove(&key);
    Ok((report, about))
}

/// A takedown with what it is about and the first listings it covers.
#[derive(Clone, Debug)]
pub struct TakenDown {
    pub takedown: takedown::Model,
    pub about: Option<About>,
    pub listings: Vec<listing::Model>,
    pub count: u64,
}

/// Takedowns, newest first; `sellers`: only theirs.
pub async fn takedowns(
    db: &impl ConnectionTrait,
    sellers: Option<&[SellerId]>,
    state: Option<State>,
    paging: Paging,
) -> Result<Vec<TakenDown>, DbErr> {
    let mut find = takedown::Entity::find()
        .order_by_desc(takedown::Column::Id)
        .limit(paging.limit + 1);
    if let Some(sellers) = sellers {
        find = find.filter(takedown::Column::SellerId.is_in(sellers.iter().copied()));
    }
    if let Some(state) = state {
        find = find.filter(takedown::Column::State.eq(state));
    }
    if let Some(before) = paging.after {
        find = find.filter(takedown::Column::Id.lt(before));
    }
    around(db, find.all(db).await?).await
}

/// The takedown `id`.
pub async fn takedown(db: &impl ConnectionTrait, id: TakedownId) -> Result<TakenDown, ModerationError> {
    let found = takedown::Entity::find_by_id(id).one(db).await?;
    around(db, found.into_iter().collect())
        .await?
        .pop()
        .ok_or(ModerationError::NoSuchThing)
}

async fn around(db: &impl ConnectionTrait, rows: Vec<takedown::Model>) -> Result<Vec<TakenDown>, DbErr> {
    let keys: Vec<_> = rows.iter().map(|row| (row.subject, row.subject_id)).collect();
    let abouts: HashMap<_, _> = about::all(db, &keys).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let ids = covered(db, row.id, SHOWN).await?;
        let count = takedown_listing::Entity::find()
            .filter(takedown_listing::Column::TakedownId.eq(row.id))
            .count(db)
            .await?;
        found.push(TakenDown {
            about: abouts.get(&(row.subject, row.subject_id)).cloned(),
            listings: listing::Entity::find()
                .filter(listing::Column::Id.is_in(ids))
                .order_by_asc(listing::Column::Id)
                .all(db)
                .await?,
            count,
            takedown: row,
        });
    }
    Ok(found)
}

/// The takedown because of which the listing `id` is off sale: the latest that stands.
pub async fn because_of(db: &impl ConnectionTrait, id: ListingId) -> Result<Option<takedown::Model>, DbErr> {
    let ids: Vec<TakedownId> = takedown_listing::Entity::find()
        .select_only()
        .column(takedown_listing::Column::TakedownId)
        .filter(takedown_listing::Column::ListingId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    takedown::Entity::find()
        .filter(takedown::Column::Id.is_in(ids))
        .filter(takedown::Column::State.ne(State::Restored))
        .order_by_desc(takedown::Column::Id)
        .one(db)
        .await
}
