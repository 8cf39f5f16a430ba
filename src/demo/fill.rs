//! Writing the world into an empty database, a few sellers at a time.

use std::sync::Arc;

use entity::{
    Dong, Rate,
    catalogue::seller::{self, Kind},
    frame::counter,
    identity::person,
    payments::commission_rule,
};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, sea_query::OnConflict};

pub use super::rows::Summary;
use super::{
    Date, FillError, Progress, Scale, World, accounts,
    rows::Rows,
    tell::{GTIN_COUNTER, PEOPLE_WITHOUT_PHONE, Teller},
    world::sellers,
};
use crate::{
    app::App,
    db::{self, Actor, Unit},
    identity::{community::WITHOUT_PHONE, password},
    trace::log,
};

/// Sellers written in one unit: enough that commits do not count, few enough that a unit stays small.
const SELLERS: usize = 50;

/// Changes numbered in one go.
const TOGETHER: u64 = 1000;

/// The setting by which a finished demo is known; its value is the scale.
pub const MARK: &str = "demo";

/// Fills the empty database of `app` with the world at `scale` as it stands today.
///
/// The mark of a demo is written last: a filling that was interrupted leaves a database that is neither empty nor a
/// demo, and nothing will take it for one. `app` itself learns that it is a demo when it is opened again.
pub async fn fill(app: &App, scale: Scale, progress: &dyn Progress) -> Result<Summary, FillError> {
    let password = password::hash(app, accounts::PASSWORD.to_owned()).await?;
    let today = app.today().0;
    let today = Date::new(today.year(), today.month(), today.day());
    let mut teller = Teller::new(app, password);
    let mut summary = Summary::default();

    // People come first, so that from the first unit on the database is not empty.
    teller.office_holders();
    teller.held_account();
    let (markets, stalls) = World::market_places(scale);
    teller.market_places(&markets, &stalls);
    begin(app, written(&mut summary, teller.take())).await?;

    progress.begin(scale.sizes().products as u64);
    let mut sellers = sellers(scale, today).enumerate().peekable();
    while sellers.peek().is_some() {
        for (nth, seller) in sellers.by_ref().take(SELLERS) {
            teller.seller(nth, &seller);
        }
        let rows = written(&mut summary, teller.take());
        let products = rows.products.len() as u64;
        app.write(Actor::System, move |unit| {
            let rows = Arc::clone(&rows);
            Box::pin(async move { write(unit, &rows).await })
        })
        .await?;
        progress.advance(products);
    }
    end(app, teller.last_gtin(), scale).await?;
    progress.finish();
    Ok(summary)
}

fn written(summary: &mut Summary, rows: Rows) -> Arc<Rows> {
    summary.add(&rows);
    Arc::new(rows)
}

/// Writes the first rows, if there are none yet.
async fn begin(app: &App, rows: Arc<Rows>) -> Result<(), FillError> {
    app.write(Actor::System, move |unit| {
        let rows = Arc::clone(&rows);
        Box::pin(async move {
            if !is_empty(unit).await? {
                return Err(FillError::NotEmpty);
            }
            write(unit, &rows).await
        })
    })
    .await
}

/// Writes `rows` with their changes and leaves numbered, so that what serves the demo does not begin with a log to catch up on.
async fn write(unit: &mut Unit, rows: &Rows) -> Result<(), FillError> {
    rows.insert(unit).await?;
    let told = rows.events.iter().map(|event| log::Told {
        event: event.id,
        recorded_at: event.record_time,
        seller: event.seller_id,
        document: &event.document,
        context: event.context.as_deref(),
    });
    log::commit_to(unit, told).await?;
    while log::extend(unit, TOGETHER).await? > 0 {}
    while db::sequence(unit, TOGETHER).await? > 0 {}
    Ok(())
}

/// Whether nobody has used this database: it may have been migrated and know its own id.
async fn is_empty(unit: &Unit) -> Result<bool, sea_orm::DbErr> {
    let somebody =
        person::Entity::find().one(unit).await?.is_some() || seller::Entity::find().one(unit).await?.is_some();
    Ok(!somebody)
}

/// What the exchange keeps of sales: little of a household's, less of one with four stars.
async fn commission(unit: &Unit) -> Result<(), sea_orm::DbErr> {
    let from = unit.now().day().plus_months(-1);
    let rules = [
        (Some(Kind::Household), Some(4), 100, "Hộ có sản phẩm OCOP từ 4 sao"),
        (Some(Kind::Household), None, 150, "Hộ kinh doanh"),
        (None, None, 300, "Hợp tác xã, doanh nghiệp"),
    ];
    let rows = (0..).zip(rules).map(|(position, (kind, stars, rate, note))| {
        commission_rule::Model {
            from_on: from,
            position,
            category: None,
            kind,
            stars,
            rate_bp: Rate(rate),
            floor: Dong::ZERO,
            cap: Some(Dong(50_000)),
            note: note.to_owned(),
            made_at: unit.now(),
            made_by: None,
        }
        .into_active_model()
    });
    commission_rule::Entity::insert_many(rows)
        .exec_without_returning(unit)
        .await
        .map(|_| ())
}

/// Writes what must not be there before everything else is.
async fn end(app: &App, last_gtin: i64, scale: Scale) -> Result<(), FillError> {
    app.write(Actor::System, move |unit| {
        Box::pin(async move {
            commission(unit).await?;
            // The exchange goes on numbering products, and people without a phone, where the demo stopped.
            let rows = [(GTIN_COUNTER, last_gtin), (WITHOUT_PHONE, PEOPLE_WITHOUT_PHONE)].map(|(name, value)| {
                counter::ActiveModel {
                    name: Set(name.to_owned()),
                    value: Set(value),
                }
            });
            let replace = OnConflict::column(counter::Column::Name)
                .update_column(counter::Column::Value)
                .to_owned();
            counter::Entity::insert_many(rows)
                .on_conflict(replace)
                .exec_without_returning(&*unit)
                .await?;
            Ok(unit.remember(MARK, scale.code()).await?)
        })
    })
    .await
}
