//! Writing the good rows of an import, some at a time, each with what it says in one unit with the mark that it is written.
//! So it may be broken off anywhere, gone on with by another process, and asked for twice: every row is written once.

use std::{sync::Arc, time::Duration};

use entity::{
    ids::{ImportId, ListingId, SellerId},
    listings::{
        import::{self, State},
        import_row::{self, Verdict},
        sku,
    },
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{
    BulkError,
    cell::Cell,
    current::Known,
    plan::{Change, New, Planned, note_all, plan},
    sheet::{Fault, Shape},
};
use crate::{
    app::App,
    catalogue::{Selling, make_product},
    config::Policy,
    db::{Actor, Unit, is_duplicate},
    http::problem::{Kind, Problem},
    jobs::{Recurring, Run},
    listings::{
        apply_edit,
        edit::{ListingEdit, edit},
        publish::{Publish, publish},
    },
};

/// Rows written by one unit.
const TOGETHER: u64 = 200;
/// Imports are looked for so often.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// How long one round may take: well within a lease.
const ROUND_MS: i64 = 3000;

/// Writes imports that were asked for, in whichever process holds the lease.
#[must_use]
pub fn duty() -> Recurring {
    let run: Run = Arc::new(|app| Box::pin(async move { round(&app).await.map_err(|error| error.to_string()) }));
    Recurring {
        name: "listing imports",
        every: LOOK_EVERY,
        run,
    }
}

/// Goes on with every import that was asked for, the oldest first, for some seconds.
async fn round(app: &App) -> Result<(), BulkError> {
    let began = app.source().wall_clock();
    loop {
        let next = import::Entity::find()
            .filter(import::Column::State.eq(State::Applying))
            .order_by_asc(import::Column::Id)
            .one(app.db().read())
            .await?;
        let Some(next) = next else { return Ok(()) };
        write_some(app, next.id).await?;
        if app.source().wall_clock() > began.plus(ROUND_MS) {
            return Ok(());
        }
    }
}

/// Asks for the good rows to be written. Asking again changes nothing.
pub async fn ask(unit: &mut Unit, id: ImportId) -> Result<(), DbErr> {
    import::Entity::update_many()
        .col_expr(import::Column::State, Expr::value(State::Applying))
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::State.eq(State::Ready))
        .exec(&*unit)
        .await
        .map(|_| ())
}

/// Writes the next rows of the import `id`; `false` when there are none.
pub async fn write_some(app: &App, id: ImportId) -> Result<bool, BulkError> {
    let found = import::Entity::find_by_id(id).one(app.db().read()).await?;
    let Some(import) = found.filter(|import| import.state == State::Applying) else {
        return Ok(false);
    };
    let selling = if import.by_command {
        Selling::of_command(app, import.seller_id).await?
    } else {
        Selling::of_job(app, import.person_id).await?
    };
    let Some(selling) = selling.filter(|selling| selling.acts_for(import.seller_id)) else {
        app.write(Actor::System, move |unit| {
            Box::pin(async move { end(unit, id, State::Stopped).await })
        })
        .await?;
        return Ok(false);
    };
    let job = Arc::new(Job {
        shape: Shape::of(&serde_json::from_str::<Vec<String>>(&import.header)?),
        prefix: app.config().gs1_prefix.clone(),
        policy: app.policy(),
        seller: import.seller_id,
        selling,
        id,
    });
    match write(app, &job, TOGETHER).await {
        Ok(written) => Ok(written > 0),
        Err(NotWritten::Broken(error)) => Err(error),
        // Nothing of them is written. One by one, only what is refused stays behind.
        Err(NotWritten::Row { .. }) => {
            for _ in 0..TOGETHER {
                match write(app, &job, 1).await {
                    Ok(0) => return Ok(false),
                    Ok(_) => {}
                    Err(NotWritten::Broken(error)) => return Err(error),
                    Err(NotWritten::Row { line, faults }) => {
                        let job = Arc::clone(&job);
                        app.write(Actor::System, move |unit| {
                            let (job, faults) = (Arc::clone(&job), faults.clone());
                            Box::pin(async move { refuse(unit, &job, line, &faults).await })
                        })
                        .await?;
                    }
                }
            }
            Ok(true)
        }
    }
}

/// What rows of one import are written with.
struct Job {
    id: ImportId,
    seller: SellerId,
    shape: Shape,
    selling: Selling,
    /// The province's GS1 company prefix.
    prefix: Option<String>,
    policy: Policy,
}

/// Why rows were not written.
#[derive(Debug)]
enum NotWritten {
    /// A verb refused one of them, so the unit wrote none.
    Row {
        line: i32,
        faults: Vec<Fault>,
    },
    Broken(BulkError),
}

impl From<BulkError> for NotWritten {
    fn from(error: BulkError) -> Self {
        Self::Broken(error)
    }
}

impl From<DbErr> for NotWritten {
    fn from(error: DbErr) -> Self {
        Self::Broken(error.into())
    }
}

async fn write(app: &App, job: &Arc<Job>, limit: u64) -> Result<usize, NotWritten> {
    let (job, today) = (Arc::clone(job), app.today());
    app.write(job.selling.actor(), move |unit| {
        let job = Arc::clone(&job);
        Box::pin(async move { write_rows(unit, &job, limit, today).await })
    })
    .await
}

/// Writes the next `limit` rows, and ends the import when there are none.
async fn write_rows(unit: &mut Unit, job: &Job, limit: u64, today: entity::Day) -> Result<usize, NotWritten> {
    // Whoever writes the same import waits here, and then finds these rows written.
    let locked = import::Entity::update_many()
        .col_expr(import::Column::Done, Expr::col(import::Column::Done).add(0))
        .filter(import::Column::Id.eq(job.id))
        .filter(import::Column::State.eq(State::Applying))
        .exec(&*unit)
        .await?;
    if locked.rows_affected == 0 {
        return Ok(0);
    }
    let rows = import_row::Entity::find()
        .filter(import_row::Column::ImportId.eq(job.id))
        .filter(import_row::Column::Verdict.is_in([Verdict::New, Verdict::Changed]))
        .filter(import_row::Column::WrittenAt.is_null())
        .order_by_asc(import_row::Column::Line)
        .limit(limit)
        .all(&*unit)
        .await?;
    if rows.is_empty() {
        end(unit, job.id, State::Done).await?;
        return Ok(0);
    }
    let count = rows.len();
    let mut read = Vec::with_capacity(count);
    for row in rows {
        let cells: Vec<Cell> = serde_json::from_str(&row.cells).map_err(BulkError::from)?;
        read.push((row.line, job.shape.read(&cells)));
    }
    let said: Vec<_> = read.iter().map(|(_, (row, _))| row).collect();
    let known = Known::load(&*unit, job.selling.sellers(), job.seller, &said, today).await?;
    let mut written = Vec::with_capacity(count);
    for (line, (row, mut faults)) in read {
        // What a row comes to is asked again: since the file was read, the world may have moved.
        let planned = match plan(&known, &job.selling, &row, today) {
            Ok(planned) if faults.is_empty() => planned,
            Ok(_) => {
                refuse(unit, job, line, &faults).await?;
                continue;
            }
            Err(more) => {
                faults.extend(more);
                refuse(unit, job, line, &faults).await?;
                continue;
            }
        };
        write_row(unit, job, planned, today)
            .await
            .map_err(|error| match error {
                NotWritten::Row { faults, .. } => NotWritten::Row { line, faults },
                broken @ NotWritten::Broken(_) => broken,
            })?;
        written.push(line);
    }
    import_row::Entity::update_many()
        .col_expr(import_row::Column::WrittenAt, Expr::value(unit.now()))
        .filter(import_row::Column::ImportId.eq(job.id))
        .filter(import_row::Column::Line.is_in(written.iter().copied()))
        .exec(&*unit)
        .await?;
    let done = i32::try_from(written.len()).unwrap_or(i32::MAX);
    import::Entity::update_many()
        .col_expr(import::Column::Done, Expr::col(import::Column::Done).add(done))
        .filter(import::Column::Id.eq(job.id))
        .exec(&*unit)
        .await?;
    Ok(count)
}

async fn write_row(unit: &mut Unit, job: &Job, planned: Planned, today: entity::Day) -> Result<(), NotWritten> {
    match planned {
        Planned::Same => Ok(()),
        Planned::New(new) => make(unit, job, *new, today).await,
        Planned::Change(change) => alter(unit, job, *change).await,
    }
}

async fn make(unit: &mut Unit, job: &Job, new: New, today: entity::Day) -> Result<(), NotWritten> {
    let product = make_product(unit, job.prefix.as_deref(), new.product)
        .await
        .map_err(refused)?;
    let offer = Publish {
        product_id: product.id.to_string().into(),
        ..new.publish
    };
    let offer = offer.check(today).map_err(refused)?;
    let id = publish(unit, &job.selling, job.policy, offer).await.map_err(refused)?;
    if new.withdrawn {
        edit(unit, &job.selling, job.policy, id, ListingEdit::withdraw())
            .await
            .map_err(refused)?;
    }
    match new.sku {
        Some(code) => set_sku(unit, id, new.seller, code).await,
        None => Ok(()),
    }
}

async fn alter(unit: &mut Unit, job: &Job, change: Change) -> Result<(), NotWritten> {
    if let Some((product, to)) = change.product {
        apply_edit(unit, job.prefix.as_deref(), product, to)
            .await
            .map_err(refused)?;
    }
    if let Some(to) = change.edit {
        edit(unit, &job.selling, job.policy, change.listing, to)
            .await
            .map_err(refused)?;
    }
    match change.sku {
        Some(code) => set_sku(unit, change.listing, change.seller, code).await,
        None => Ok(()),
    }
}

/// Gives a listing its seller's code. No page shows it, so there is no change to tell.
async fn set_sku(unit: &Unit, listing: ListingId, seller: SellerId, code: String) -> Result<(), NotWritten> {
    let row = sku::ActiveModel {
        listing_id: Set(listing),
        seller_id: Set(seller),
        code: Set(code),
    };
    let again = OnConflict::column(sku::Column::ListingId)
        .update_column(sku::Column::Code)
        .to_owned();
    match sku::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(unit)
        .await
    {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate(&error) => Err(NotWritten::Row {
            line: 0,
            faults: vec![Fault::at("sku", "wrong-import-sku-taken")],
        }),
        Err(error) => Err(error.into()),
    }
}

/// What a verb refuses, as faults of the row; what broke stays what it is.
fn refused<E: Into<BulkError>>(error: E) -> NotWritten {
    let problem = match error.into() {
        error @ (BulkError::Wrong(_) | BulkError::Catalogue(_) | BulkError::Listings(_)) => {
            if is_internal(&error) {
                return NotWritten::Broken(error);
            }
            Problem::from(error)
        }
        error => return NotWritten::Broken(error),
    };
    let mut faults = Vec::new();
    note_all(&mut faults, problem.fields().clone());
    if faults.is_empty() {
        faults.push(Fault {
            column: None,
            message: problem.detail().clone(),
        });
    }
    debug_assert_ne!(problem.kind(), Kind::Internal);
    NotWritten::Row { line: 0, faults }
}

const fn is_internal(error: &BulkError) -> bool {
    matches!(
        error,
        BulkError::Catalogue(crate::catalogue::CatalogueError::Internal(_))
            | BulkError::Listings(crate::listings::ListingsError::Internal(_))
    )
}

/// Counts a row that was good when the file was read among the refused.
async fn refuse(unit: &mut Unit, job: &Job, line: i32, faults: &[Fault]) -> Result<(), BulkError> {
    let key = (job.id, line);
    let Some(row) = import_row::Entity::find_by_id(key).one(&*unit).await? else {
        return Ok(());
    };
    let counted = match row.verdict {
        Verdict::New => import::Column::Made,
        Verdict::Changed => import::Column::Changed,
        Verdict::Same | Verdict::Refused => return Ok(()),
    };
    let cells: Vec<Cell> = serde_json::from_str(&row.cells)?;
    let told: Vec<_> = faults.iter().map(|fault| job.shape.told(fault, &cells)).collect();
    import_row::Entity::update_many()
        .col_expr(import_row::Column::Verdict, Expr::value(Verdict::Refused))
        .col_expr(import_row::Column::Faults, Expr::value(serde_json::to_string(&told)?))
        .filter(import_row::Column::ImportId.eq(job.id))
        .filter(import_row::Column::Line.eq(line))
        .exec(&*unit)
        .await?;
    import::Entity::update_many()
        .col_expr(counted, Expr::col(counted).sub(1))
        .col_expr(import::Column::Refused, Expr::col(import::Column::Refused).add(1))
        .filter(import::Column::Id.eq(job.id))
        .exec(&*unit)
        .await?;
    Ok(())
}

async fn end(unit: &mut Unit, id: ImportId, state: State) -> Result<(), DbErr> {
    import::Entity::update_many()
        .col_expr(import::Column::State, Expr::value(state))
        .col_expr(import::Column::FinishedAt, Expr::value(unit.now()))
        .filter(import::Column::Id.eq(id))
        .filter(import::Column::State.eq(State::Applying))
        .exec(&*unit)
        .await
        .map(|_| ())
}
