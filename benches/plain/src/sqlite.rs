//! One connection, set as the program sets it.

use std::time::Instant;

use rusqlite::{Connection, ToSql, params_from_iter, types::ToSqlOutput};

use crate::{Bound, Result, Took, Unit};

pub fn run(path: &str, units: &[Unit], together: usize) -> Result<Took> {
    let connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma cache_size = -4096;",
    )?;
    let (warm_up, counted) = units.split_at(units.len() / 10);
    for unit in warm_up {
        commit(&connection, std::slice::from_ref(unit))?;
    }
    let began = Instant::now();
    let mut latencies = Vec::with_capacity(counted.len());
    for some in counted.chunks(together.max(1)) {
        let began = Instant::now();
        commit(&connection, some)?;
        latencies.push(began.elapsed());
    }
    Ok(Took {
        units: counted.len(),
        duration: began.elapsed(),
        latencies,
        again: 0,
    })
}

fn commit(connection: &Connection, units: &[Unit]) -> Result<()> {
    connection.execute_batch("begin immediate")?;
    for statement in units.iter().flatten() {
        let mut prepared = connection.prepare_cached(&statement.sql)?;
        let columns = prepared.column_count();
        let mut rows = prepared.query(params_from_iter(&statement.values))?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                std::hint::black_box(row.get_ref(column)?);
            }
        }
    }
    connection.execute_batch("commit")?;
    Ok(())
}

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Bool(value) => value.to_sql(),
            Self::Int(value) => value.to_sql(),
            Self::Big(value) => value.to_sql(),
            Self::Real(value) => value.to_sql(),
            Self::Text(value) => value.to_sql(),
            Self::Bytes(value) => value.to_sql(),
            Self::Uuid(Some(value)) => Ok(ToSqlOutput::from(value.as_bytes().as_slice())),
            Self::Uuid(None) => Ok(ToSqlOutput::from(rusqlite::types::Null)),
        }
    }
}
