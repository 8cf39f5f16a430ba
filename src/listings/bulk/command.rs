//! `choque import listings` and `choque export listings`.

use std::{
    io::{IsTerminal as _, Write as _},
    path::Path,
    sync::Arc,
};

use entity::{
    Slug,
    catalogue::seller,
    ids::{ImportId, SellerId},
    listings::import::{self, Format},
};
use futures_util::StreamExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    BulkError, apply,
    current::Whose,
    keep,
    read::{self, FaultCursor},
    write,
};
use crate::{app::App, catalogue::Selling, db::Actor, http::language::Language};

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("--seller: '{0}' is neither the slug nor the id of a seller")]
    NoSuchSeller(String),
    #[error("--seller: nobody sells for {0}; somebody has to before listings can be imported in their name")]
    Nobody(String),
    #[error("{path}: {cause}")]
    File { path: String, cause: std::io::Error },
    #[error("{path}: {why}")]
    Unreadable { path: String, why: String },
    #[error(transparent)]
    Bulk(#[from] BulkError),
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    pub made: i32,
    pub changed: i32,
    pub same: i32,
    pub refused: i32,
}

/// Reads the file at `path` for `seller` (a slug or an id) and, unless it is a dry run, writes its good rows. Every
/// refused cell is told on standard error.
pub async fn import(app: &App, path: &Path, seller: &str, dry_run: bool) -> Result<Imported, CommandError> {
    let id = seller_named(app, seller).await?;
    let selling = Selling::of_command(app, id)
        .await
        .map_err(BulkError::from)?
        .ok_or_else(|| CommandError::Nobody(seller.to_owned()))?;
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|cause| CommandError::File {
        path: shown.clone(),
        cause,
    })?;
    if bytes.len() > keep::MOST_BYTES {
        let why = format!("more than {} MiB", keep::MOST_BYTES / 1024 / 1024);
        return Err(CommandError::Unreadable { path: shown, why });
    }
    let checked = match keep::check(app, &selling, id, &shown, bytes.into()).await {
        Ok(checked) => Arc::new(checked),
        Err(BulkError::Unreadable(unreadable)) => {
            let why = Language::Vietnamese.say(&unreadable.message());
            return Err(CommandError::Unreadable { path: shown, why });
        }
        Err(error) => return Err(error.into()),
    };
    let import = app
        .write(Actor::System, {
            let selling = selling.clone();
            move |unit| {
                let (selling, checked) = (selling.clone(), Arc::clone(&checked));
                Box::pin(async move {
                    let id = keep::keep(unit, &selling, true, &checked).await?;
                    if !dry_run {
                        apply::ask(unit, id).await?;
                    }
                    Ok::<_, BulkError>(id)
                })
            }
        })
        .await?;
    if !dry_run {
        write_all(app, import).await?;
    }
    tell_faults(app, import).await?;
    let row = found(app, import).await?;
    Ok(Imported {
        made: row.made,
        changed: row.changed,
        same: row.same,
        refused: row.refused,
    })
}

async fn found(app: &App, id: ImportId) -> Result<import::Model, BulkError> {
    import::Entity::find_by_id(id)
        .one(app.db().read())
        .await?
        .ok_or(BulkError::NoSuchImport)
}

async fn seller_named(app: &App, name: &str) -> Result<SellerId, CommandError> {
    let unknown = || CommandError::NoSuchSeller(name.to_owned());
    let find = match (name.parse::<SellerId>(), name.parse::<Slug>()) {
        (Ok(id), _) => seller::Entity::find_by_id(id),
        (Err(_), Ok(slug)) => seller::Entity::find().filter(seller::Column::Slug.eq(slug)),
        (Err(_), Err(_)) => return Err(unknown()),
    };
    let row = find.one(app.db().read()).await.map_err(BulkError::from)?;
    row.map(|row| row.id).ok_or_else(unknown)
}

/// Writes the whole import, with a bar on a terminal and a line for every tenth elsewhere. A server on the same database
/// may write some of it: the rows say which are done.
async fn write_all(app: &App, id: ImportId) -> Result<(), BulkError> {
    let bar = std::io::stderr().is_terminal().then(|| {
        let style = ProgressStyle::with_template("import [{bar:40}] {pos}/{len} rows, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        ProgressBar::new(0).with_style(style.progress_chars("=> "))
    });
    let mut tenths = 0;
    loop {
        let more = apply::write_some(app, id).await?;
        let row = found(app, id).await?;
        let total = (row.made + row.changed).max(1);
        match &bar {
            Some(bar) => {
                bar.set_length(u64::try_from(total).unwrap_or(0));
                bar.set_position(u64::try_from(row.done).unwrap_or(0));
            }
            None if row.done * 10 / total > tenths => {
                tenths = row.done * 10 / total;
                eprintln!("import: {} of {total} rows", row.done);
            }
            None => {}
        }
        if !more && row.state != import::State::Applying {
            break;
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(())
}

async fn tell_faults(app: &App, id: ImportId) -> Result<(), BulkError> {
    const AT_ONCE: u64 = 500;
    let mut after = FaultCursor::default();
    loop {
        let faults = read::faults(app.db().read(), id, after, AT_ONCE).await?;
        let Some((_, _, last)) = faults.last() else {
            return Ok(());
        };
        after = *last;
        for (line, told, _) in &faults {
            let reason = told.reason(Language::Vietnamese);
            match told.column_name(Language::Vietnamese) {
                Some(column) => eprintln!("dòng {line}, cột {column} “{}”: {reason}", told.value),
                None => eprintln!("dòng {line}: {reason}"),
            }
        }
    }
}

/// Writes the listings of `seller`, or all, to `out`, or to standard output.
pub async fn export(app: &App, seller: Option<&str>, format: Format, out: Option<&Path>) -> Result<(), CommandError> {
    let whose = match seller {
        Some(name) => Whose::Sellers(vec![seller_named(app, name).await?]),
        None => Whose::Everybody,
    };
    let shown = out.map_or_else(|| "standard output".to_owned(), |path| path.display().to_string());
    let failed = |cause| CommandError::File {
        path: shown.clone(),
        cause,
    };
    let mut sink: Box<dyn std::io::Write> = match out {
        Some(path) => Box::new(std::fs::File::create(path).map_err(failed)?),
        None => Box::new(std::io::stdout()),
    };
    match format {
        Format::Csv => {
            let mut pieces = std::pin::pin!(write::export_csv(app, whose, Language::Vietnamese));
            while let Some(piece) = pieces.next().await {
                sink.write_all(&piece?).map_err(failed)?;
            }
        }
        Format::Xlsx => {
            let file = write::export_xlsx(app, whose, Language::Vietnamese).await?;
            sink.write_all(&file).map_err(failed)?;
        }
    }
    sink.flush().map_err(failed)
}
