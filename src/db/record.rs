//! Writes down what units execute, so that a benchmark can let a plain program execute the same.
//!
//! One line of JSON for each unit that was kept: its statements in order, each with its text and what was bound. That
//! holds names and telephone numbers, so the program only ever does it on a demo's data (`CHOQUE_RECORD_STATEMENTS`).

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    sync::{Mutex, OnceLock, PoisonError},
};

use sea_orm::{Statement, Value, sea_query::Values};
use serde_json::json;

static RECORD: OnceLock<Mutex<BufWriter<File>>> = OnceLock::new();

/// From now on every unit of this process is written down in the new file `path`.
pub fn record_units(path: &Path) -> std::io::Result<()> {
    let file = BufWriter::new(File::create_new(path)?);
    RECORD
        .set(Mutex::new(file))
        .map_err(|_| std::io::Error::other("units are being recorded already"))
}

/// What one unit has executed so far; `None` as long as nobody wants to know.
#[derive(Debug)]
pub(super) struct Executed(Option<Mutex<Vec<serde_json::Value>>>);

impl Executed {
    pub(super) fn new() -> Self {
        Self(RECORD.get().map(|_| Mutex::default()))
    }

    pub(super) fn note(&self, statement: &Statement) {
        if let Some(statements) = &self.0 {
            let bound: Vec<_> = match &statement.values {
                Some(Values(values)) => values.iter().map(written).collect(),
                None => Vec::new(),
            };
            let mut statements = statements.lock().unwrap_or_else(PoisonError::into_inner);
            statements.push(json!({"sql": statement.sql, "values": bound}));
        }
    }

    /// The unit is kept.
    pub(super) fn keep(&self) {
        let (Some(statements), Some(record)) = (&self.0, RECORD.get()) else {
            return;
        };
        let statements = std::mem::take(&mut *statements.lock().unwrap_or_else(PoisonError::into_inner));
        if statements.is_empty() {
            return;
        }
        let mut file = record.lock().unwrap_or_else(PoisonError::into_inner);
        let line = serde_json::Value::Array(statements);
        if let Err(error) = writeln!(file, "{line}").and_then(|()| file.flush()) {
            tracing::warn!(%error, "a unit could not be recorded");
        }
    }
}

/// A bound value under its kind, which a null has too.
fn written(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => json!({"bool": value}),
        Value::TinyInt(value) => json!({"int": value}),
        Value::SmallInt(value) => json!({"int": value}),
        Value::Int(value) => json!({"int": value}),
        Value::BigInt(value) => json!({"big": value}),
        Value::Unsigned(value) => json!({"big": value}),
        Value::BigUnsigned(value) => json!({"big": value}),
        Value::Double(value) => json!({"real": value}),
        Value::String(value) => json!({"text": value}),
        Value::Bytes(value) => json!({"bytes": value.as_deref().map(crate::app::hex)}),
        Value::Uuid(value) => json!({"uuid": value.map(|value| value.to_string())}),
        // Not used so far; whoever reads it will not know the word.
        other => json!({"other": format!("{other:?}")}),
    }
}
