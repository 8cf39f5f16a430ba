//! Follows the change log and keeps, for each listing, what partners are to be told of it: one row, the latest. So the feed
//! never grows beyond the listings there are, however often their stock moves (ADR 0010).

use std::{collections::HashMap, sync::Arc, time::Duration};

use entity::{
    Day,
    catalogue::certificate,
    federation::{
        feed::{self, Kind, Reason},
        position,
    },
    frame::{change::Subject, counter},
    ids::{BatchId, CertificateId, ListingId, PoolId, ProductId, SellerId},
    listings::{
        listing::{self, State},
        pool_lot,
    },
    trace::batch,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, OnConflict},
};

use super::{FederationError, canonical::canonical, wire::ListingDocument};
use crate::{
    app::App,
    db::{self, Actor, Change, Unit},
    listings::read::{Detail, details},
    recall::read::taken_off,
};

/// The series of the feed's numbers.
const SERIES: &str = "federation feed";
/// The one row of `feed_position`.
const POSITION: &str = "feed";
/// Changes read, and listings written, in one go.
const AT_ONCE: usize = 500;
/// What is signalled when the feed grows.
pub const TOPIC: &str = "federation";
/// How long a tombstone is kept. Who has not asked for longer begins with the snapshot.
pub const TOMBSTONE_DAYS: i64 = 90;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Brings the feed up to the change log, as far as it is numbered now. It may be cut off anywhere and run again: a
/// listing whose document has not changed takes no new number.
pub async fn follow(app: &App) -> Result<(), FederationError> {
    let mut position = match self::position(app.db().read()).await? {
        Some(position) => position,
        None => begin(app).await?,
    };
    while !position.built {
        position = build(app, position).await?;
    }
    let today = app.today();
    if position.day != today {
        let (from, to) = (position.day.min(today), position.day.max(today));
        project_all(app, touched_by_days(app.db().read(), from, to).await?).await?;
        position = keep(app, position::Model { day: today, ..position }).await?;
        forget(app).await?;
    }
    loop {
        let changes = db::changes_after(app.db().read(), position.change_seq, AT_ONCE as u64).await?;
        let Some(last) = changes.last() else { return Ok(()) };
        project_all(app, touched_by(app.db().read(), &changes).await?).await?;
        let change_seq = last.seq;
        position = keep(app, position::Model { change_seq, ..position }).await?;
    }
}

/// How far the feed has come; `None` before it was begun.
pub async fn position(db: &impl ConnectionTrait) -> Result<Option<position::Model>, DbErr> {
    position::Entity::find_by_id(POSITION).one(db).await
}

/// The newest number given. A cursor beyond it is not ours.
pub async fn newest(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    Ok(counter::Entity::find_by_id(SERIES)
        .one(db)
        .await?
        .map_or(0, |row| row.value))
}

/// Waits, for a moment, until everything that was changed before now is in the feed, so that who changes something and
/// then asks is not told what was. `false`: the feed is not built yet.
pub async fn caught_up(app: &App) -> Result<bool, DbErr> {
    const STEP: Duration = Duration::from_millis(15);
    /// Longer than the lease of a process that died.
    const BUILT_WITHIN: u32 = 1000;
    const READ_WITHIN: u32 = 130;
    let db = app.db().read();
    let mut wanted = None;
    for step in 0..BUILT_WITHIN {
        let position = position(db).await?;
        if wanted.is_none() && !db::any_unnumbered(db).await? {
            wanted = Some(db::newest_change(db).await?);
        }
        if let Some(position) = position.filter(|position| position.built)
            && (step > READ_WITHIN || wanted.is_some_and(|wanted| position.change_seq >= wanted))
        {
            return Ok(true);
        }
        tokio::time::sleep(STEP).await;
    }
    Ok(false)
}

async fn begin(app: &App) -> Result<position::Model, FederationError> {
    // Whatever changes from here on is followed; whatever was there before is built.
    let position = position::Model {
        name: POSITION.to_owned(),
        change_seq: db::newest_change(app.db().read()).await?,
        day: app.today(),
        built: false,
        built_to: None,
        floor: 0,
    };
    keep(app, position).await
}

/// Takes the next listings there were at the beginning.
async fn build(app: &App, position: position::Model) -> Result<position::Model, FederationError> {
    let mut next = listing::Entity::find()
        .select_only()
        .column(listing::Column::Id)
        .filter(listing::Column::State.eq(State::Live))
        .order_by_asc(listing::Column::Id)
        .limit(AT_ONCE as u64);
    if let Some(after) = position.built_to {
        next = next.filter(listing::Column::Id.gt(after));
    }
    let ids: Vec<ListingId> = next.into_tuple().all(app.db().read()).await?;
    let built_to = ids.last().copied().or(position.built_to);
    let built = ids.len() < AT_ONCE;
    project_all(app, ids).await?;
    keep(
        app,
        position::Model {
            built,
            built_to,
            ..position
        },
    )
    .await
}

async fn keep(app: &App, position: position::Model) -> Result<position::Model, FederationError> {
    let row = position.clone();
    app.write(Actor::System, move |unit| {
        let row = row.clone();
        Box::pin(async move {
            let replace = OnConflict::column(position::Column::Name)
                .update_columns(position::Column::iter().filter(|column| {
                    // The floor is raised by `forget` alone.
                    !matches!(column, position::Column::Name | position::Column::Floor)
                }))
                .to_owned();
            let row = position::ActiveModel {
                name: Set(row.name),
                change_seq: Set(row.change_seq),
                day: Set(row.day),
                built: Set(row.built),
                built_to: Set(row.built_to),
                floor: Set(row.floor),
            };
            position::Entity::insert(row)
                .on_conflict(replace)
                .exec_without_returning(&*unit)
                .await?;
            Ok::<_, FederationError>(())
        })
    })
    .await?;
    Ok(position)
}

/// Removes tombstones that are old enough, and raises the floor above them.
async fn forget(app: &App) -> Result<(), FederationError> {
    app.write(Actor::System, |unit| {
        Box::pin(async move {
            let old = Condition::all()
                .add(feed::Column::Kind.eq(Kind::Tombstone))
                .add(feed::Column::RecordedAt.lt(unit.now().plus(-TOMBSTONE_DAYS * DAY_MS)));
            let newest = feed::Entity::find()
                .filter(old.clone())
                .order_by_desc(feed::Column::Seq)
                .one(&*unit)
                .await?;
            let Some(newest) = newest else { return Ok(()) };
            feed::Entity::delete_many().filter(old).exec(&*unit).await?;
            position::Entity::update_many()
                .col_expr(position::Column::Floor, Expr::value(newest.seq))
                .filter(position::Column::Name.eq(POSITION))
                .filter(position::Column::Floor.lt(newest.seq))
                .exec(&*unit)
                .await?;
            Ok(())
        })
    })
    .await
}

/// The listings whose documents `changes` may have altered.
async fn touched_by(db: &impl ConnectionTrait, changes: &[Change]) -> Result<Vec<ListingId>, DbErr> {
    let of = |subject: Subject| {
        changes
            .iter()
            .filter(move |change| change.subject == subject)
            .map(|change| change.subject_id)
    };
    let listings: Vec<_> = of(Subject::Listing).map(ListingId).collect();
    let mut products: Vec<_> = of(Subject::Product).map(ProductId).collect();
    let mut sellers: Vec<_> = of(Subject::Seller).map(SellerId).collect();
    let certificates = certificate::Entity::find()
        .filter(certificate::Column::Id.is_in(of(Subject::Certificate).map(CertificateId)))
        .all(db)
        .await?;
    for row in certificates {
        match row.product_id {
            Some(product) => products.push(product),
            None => sellers.push(row.seller_id),
        }
    }
    let mut pools: Vec<PoolId> = pool_lot::Entity::find()
        .select_only()
        .column(pool_lot::Column::PoolId)
        .filter(pool_lot::Column::BatchId.is_in(of(Subject::Batch).map(BatchId)))
        .into_tuple()
        .all(db)
        .await?;
    // Packs of two sizes draw on one pool: what is sold of one is gone for the other.
    let shared: Vec<Option<PoolId>> = listing::Entity::find()
        .select_only()
        .column(listing::Column::PoolId)
        .filter(listing::Column::Id.is_in(listings.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    pools.extend(shared.into_iter().flatten());
    // What nobody asks about is left out: with a constant among them no index serves, and every listing is read.
    let any = Condition::any()
        .add_option((!listings.is_empty()).then(|| listing::Column::Id.is_in(listings)))
        .add_option((!products.is_empty()).then(|| listing::Column::ProductId.is_in(products)))
        .add_option((!sellers.is_empty()).then(|| listing::Column::SellerId.is_in(sellers)))
        .add_option((!pools.is_empty()).then(|| listing::Column::PoolId.is_in(pools)));
    if any.is_empty() {
        return Ok(Vec::new());
    }
    ids_where(db, any).await
}

/// The listings whose documents change between two days though nothing is written: a certificate begins or ends, a lot
/// reaches its last day.
async fn touched_by_days(db: &impl ConnectionTrait, from: Day, to: Day) -> Result<Vec<ListingId>, DbErr> {
    let between = |column: certificate::Column| Condition::all().add(column.gt(from)).add(column.lte(to));
    let turning = Condition::any()
        .add(between(certificate::Column::GrantedOn))
        .add(between(certificate::Column::EndsOn));
    let certificates = |column: certificate::Column| {
        certificate::Entity::find()
            .select_only()
            .column(column)
            .filter(turning.clone())
    };
    let products = certificates(certificate::Column::ProductId)
        .filter(certificate::Column::ProductId.is_not_null())
        .into_query();
    let sellers = certificates(certificate::Column::SellerId)
        .filter(certificate::Column::ProductId.is_null())
        .into_query();
    let expired = batch::Entity::find()
        .select_only()
        .column(batch::Column::Id)
        .filter(batch::Column::ExpiresOn.gte(from))
        .filter(batch::Column::ExpiresOn.lt(to))
        .into_query();
    let pools = pool_lot::Entity::find()
        .select_only()
        .column(pool_lot::Column::PoolId)
        .filter(pool_lot::Column::BatchId.in_subquery(expired))
        .into_query();
    ids_where(
        db,
        Condition::any()
            .add(listing::Column::ProductId.in_subquery(products))
            .add(listing::Column::SellerId.in_subquery(sellers))
            .add(listing::Column::PoolId.in_subquery(pools)),
    )
    .await
}

async fn ids_where(db: &impl ConnectionTrait, wanted: Condition) -> Result<Vec<ListingId>, DbErr> {
    listing::Entity::find()
        .select_only()
        .column(listing::Column::Id)
        .filter(wanted)
        .order_by_asc(listing::Column::Id)
        .into_tuple()
        .all(db)
        .await
}

async fn project_all(app: &App, ids: Vec<ListingId>) -> Result<(), FederationError> {
    let place = Arc::new(Place {
        public: app.config().public_url(),
        resolver: app.resolver_url().to_owned(),
        today: app.today(),
    });
    for ids in ids.chunks(AT_ONCE) {
        let (ids, place): (Arc<[ListingId]>, _) = (ids.into(), Arc::clone(&place));
        app.write(Actor::System, move |unit| {
            let (ids, place) = (Arc::clone(&ids), Arc::clone(&place));
            Box::pin(async move { project(unit, &ids, &place).await })
        })
        .await?;
    }
    Ok(())
}

/// What documents are written with.
struct Place {
    public: String,
    resolver: String,
    today: Day,
}

/// Writes the rows of the listings `ids` that differ from what partners were told last.
async fn project(unit: &mut Unit, ids: &[ListingId], place: &Place) -> Result<(), FederationError> {
    // Taken before anything is read: who follows at the same time waits here, and then reads what this unit wrote. And no
    // number becomes visible before a lower one.
    unit.take_numbers(SERIES, 0).await?;
    let details: HashMap<ListingId, Detail> = details(&*unit, ids, place.today)
        .await?
        .into_iter()
        .map(|detail| (detail.listing.id, detail))
        .collect();
    let known: HashMap<ListingId, feed::Model> = feed::Entity::find()
        .filter(feed::Column::ListingId.is_in(ids.iter().copied()))
        .all(&*unit)
        .await?
        .into_iter()
        .map(|row| (row.listing_id, row))
        .collect();
    let recalled = taken_off(&*unit, ids).await?;
    let mut rows = Vec::new();
    for id in ids {
        let Some(detail) = details.get(id) else { continue };
        if let Some((kind, reason, document)) = told(detail, known.get(id), recalled.contains(id), place)? {
            rows.push(feed::ActiveModel {
                listing_id: Set(*id),
                kind: Set(kind),
                reason: Set(reason),
                document: Set(document),
                recorded_at: Set(unit.now()),
                ..Default::default()
            });
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let first = unit.take_numbers(SERIES, count).await? - count + 1;
    for (row, seq) in rows.iter_mut().zip(first..) {
        row.seq = Set(seq);
    }
    let replace = OnConflict::column(feed::Column::ListingId)
        .update_columns(feed::Column::iter().filter(|column| !matches!(column, feed::Column::ListingId)))
        .to_owned();
    feed::Entity::insert_many(rows)
        .on_conflict(replace)
        .exec_without_returning(&*unit)
        .await?;
    unit.signal(TOPIC.to_owned()).await?;
    Ok(())
}

type Told = (Kind, Option<Reason>, Option<String>);

/// What is to be told of a listing that was last told as `known` and that a recall took off sale or did not; `None` when
/// that still holds.
fn told(
    detail: &Detail,
    known: Option<&feed::Model>,
    recalled: bool,
    place: &Place,
) -> Result<Option<Told>, FederationError> {
    let reason = match detail.listing.state {
        State::Live => {
            let document = serde_json::to_value(ListingDocument::of(detail, &place.public, &place.resolver))?;
            let document = Some(canonical(&document));
            let same = known.is_some_and(|row| row.document == document);
            return Ok((!same).then_some((Kind::Upsert, None, document)));
        }
        State::TakenDown => Reason::Takedown,
        State::Withdrawn if recalled => Reason::Recall,
        State::Draft | State::Review | State::Withdrawn => Reason::Withdrawn,
    };
    // Of what partners were never told there is nothing to take back.
    let same = known.is_none_or(|row| row.reason == Some(reason));
    Ok((!same).then_some((Kind::Tombstone, Some(reason), None)))
}
