//! The dry run: a file is read, every row is held against what there is, and what was found is kept. No listing is touched.

use std::sync::Arc;

use axum::body::Bytes;
use entity::{
    ids::{ImportId, SellerId},
    listings::{
        import::{self, Format, State},
        import_row::{self, Verdict},
    },
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::Semaphore;

use super::{
    BulkError,
    current::Known,
    error::Unreadable,
    plan::{Planned, Twice, plan},
    sheet::{self, Fault, Shape, Sheet, Told},
};
use crate::{app::App, catalogue::Selling, db::Unit};

/// The most bytes a file may have.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// How many files are read at once: each may take two hundred megabytes and all of a core.
static DESK: Semaphore = Semaphore::const_new(2);
/// Rows in one statement.
const TOGETHER: usize = 500;
/// How long an import is kept.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// Of a file's name.
const LONGEST_NAME: usize = 200;

/// A file whose every row has been looked at.
#[derive(Debug)]
pub struct Checked {
    seller: SellerId,
    file_name: String,
    format: Format,
    header: String,
    ignored: String,
    rows: Vec<CheckedRow>,
}

#[derive(Debug)]
struct CheckedRow {
    line: u32,
    verdict: Verdict,
    cells: String,
    faults: Option<String>,
}

/// Reads `bytes` and holds every row against what there is.
pub async fn check(
    app: &App,
    selling: &Selling,
    seller: SellerId,
    file_name: &str,
    bytes: Bytes,
) -> Result<Checked, BulkError> {
    let turn = DESK.acquire().await.expect("the desk is never closed");
    let read = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let sheet = sheet::read(&bytes)?;
        let shape = Shape::of(&sheet.header);
        let rows: Vec<_> = sheet.rows.iter().map(|row| shape.read(&row.cells)).collect();
        Ok::<_, Unreadable>((sheet, shape, rows))
    })
    .await;
    let (sheet, shape, rows) = match read {
        Ok(read) => read?,
        // A reader that stumbles over a file stumbles alone.
        Err(error) if error.is_panic() => return Err(Unreadable::Damaged.into()),
        Err(error) => return Err(error.into()),
    };
    let today = app.today();
    let said: Vec<_> = rows.iter().map(|(row, _)| row).collect();
    let known = Known::load(app.db().read(), selling.sellers(), seller, &said, today).await?;
    let (selling, name) = (selling.clone(), tidy_name(file_name, sheet.format));
    let checked = tokio::task::spawn_blocking(move || {
        let mut twice = Twice::default();
        let mut checked = Vec::with_capacity(rows.len());
        for (line, (row, mut faults)) in sheet.rows.iter().zip(rows) {
            faults.extend(twice.faults(&known, &row, line.line));
            let verdict = match plan(&known, &selling, &row, today) {
                Ok(planned) if faults.is_empty() => match planned {
                    Planned::New(_) => Verdict::New,
                    Planned::Change(_) => Verdict::Changed,
                    Planned::Same => Verdict::Same,
                },
                Ok(_) => Verdict::Refused,
                Err(more) => {
                    add(&mut faults, more);
                    Verdict::Refused
                }
            };
            let told = in_order(faults.iter().map(|fault| shape.told(fault, &line.cells)).collect());
            checked.push(CheckedRow {
                line: line.line,
                verdict,
                cells: serde_json::to_string(&line.cells)?,
                faults: if told.is_empty() {
                    None
                } else {
                    Some(serde_json::to_string(&told)?)
                },
            });
        }
        Ok::<_, BulkError>((sheet, shape, checked))
    })
    .await?;
    let (Sheet { format, header, .. }, shape, rows) = checked?;
    Ok(Checked {
        seller,
        file_name: name,
        format,
        header: serde_json::to_string(&header)?,
        ignored: serde_json::to_string(&shape.ignored)?,
        rows,
    })
}

/// A cell that cannot be read counts as empty for the verbs; what they then say of it is not worth telling.
fn add(faults: &mut Vec<Fault>, more: Vec<Fault>) {
    for fault in more {
        let known = fault.column.is_some() && faults.iter().any(|known| known.column == fault.column);
        if !known {
            faults.push(fault);
        }
    }
}

/// From left to right, as a person goes through a row.
fn in_order(mut told: Vec<Told>) -> Vec<Told> {
    told.sort_by_key(|told| told.number.unwrap_or(usize::MAX));
    told
}

fn tidy_name(name: &str, format: Format) -> String {
    let name: String = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or("")
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect();
    if name.trim().is_empty() {
        format!("import.{}", format.code())
    } else {
        name
    }
}

/// Keeps what was found, for the unit's person. Their imports of long ago go.
pub async fn keep(
    unit: &mut Unit,
    selling: &Selling,
    by_command: bool,
    checked: &Arc<Checked>,
) -> Result<ImportId, BulkError> {
    import::Entity::delete_many()
        .filter(import::Column::PersonId.eq(selling.person()))
        .filter(import::Column::CreatedAt.lt(unit.now().plus(-KEPT_MS)))
        .filter(import::Column::State.ne(State::Applying))
        .exec(&*unit)
        .await?;
    let id: ImportId = unit.id();
    let count = |verdict| {
        let rows = checked.rows.iter().filter(|row| row.verdict == verdict).count();
        i32::try_from(rows).unwrap_or(i32::MAX)
    };
    let row = import::ActiveModel {
        id: Set(id),
        person_id: Set(selling.person()),
        seller_id: Set(checked.seller),
        by_command: Set(by_command),
        file_name: Set(checked.file_name.clone()),
        format: Set(checked.format),
        state: Set(State::Ready),
        header: Set(checked.header.clone()),
        ignored: Set(checked.ignored.clone()),
        made: Set(count(Verdict::New)),
        changed: Set(count(Verdict::Changed)),
        same: Set(count(Verdict::Same)),
        refused: Set(count(Verdict::Refused)),
        done: Set(0),
        created_at: Set(unit.now()),
        finished_at: Set(None),
    };
    import::Entity::insert(row).exec_without_returning(&*unit).await?;
    for some in checked.rows.chunks(TOGETHER) {
        let rows = some.iter().map(|row| import_row::ActiveModel {
            import_id: Set(id),
            line: Set(i32::try_from(row.line).unwrap_or(i32::MAX)),
            verdict: Set(row.verdict),
            cells: Set(row.cells.clone()),
            faults: Set(row.faults.clone()),
            written_at: Set(None),
        });
        import_row::Entity::insert_many(rows)
            .exec_without_returning(&*unit)
            .await?;
    }
    Ok(id)
}
