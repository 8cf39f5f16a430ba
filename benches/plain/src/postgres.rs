//! So many connections, each with its prepared statements.

use std::{
    collections::HashMap,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use std::cell::{Cell, RefCell};

use tokio::task::{JoinSet, LocalSet};
use tokio_postgres::{
    Client, NoTls, Statement as Prepared,
    error::SqlState,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};

use crate::{Bound, Result, Statement, Took, Unit};

pub fn run(url: &str, units: Vec<Unit>, clients: usize) -> Result<Took> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, all(url, units, clients))
}

/// What all connections share.
struct Shared {
    units: Arc<[Unit]>,
    next: Cell<usize>,
    latencies: RefCell<Vec<Duration>>,
    again: Cell<usize>,
}

async fn all(url: &str, units: Vec<Unit>, clients: usize) -> Result<Took> {
    let warm_up = units.len() / 10;
    let shared = Rc::new(Shared {
        units: units.into(),
        next: Cell::new(0),
        latencies: RefCell::default(),
        again: Cell::new(0),
    });
    let mut connections = Vec::new();
    for _ in 0..clients {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::task::spawn_local(connection);
        connections.push((client, HashMap::new()));
    }
    connections = turn(&shared, connections, warm_up).await?;
    shared.latencies.borrow_mut().clear();
    let began = Instant::now();
    turn(&shared, connections, shared.units.len()).await?;
    let duration = began.elapsed();
    Ok(Took {
        units: shared.units.len() - warm_up,
        duration,
        latencies: shared.latencies.take(),
        again: shared.again.get(),
    })
}

type Connected = (Client, HashMap<String, Prepared>);

/// Every connection takes the next unit until `end`.
async fn turn(shared: &Rc<Shared>, connections: Vec<Connected>, end: usize) -> Result<Vec<Connected>> {
    let mut running = JoinSet::new();
    for (mut client, mut prepared) in connections {
        let shared = Rc::clone(shared);
        running.spawn_local(async move {
            loop {
                let number = shared.next.get();
                if number >= end {
                    return Ok((client, prepared));
                }
                shared.next.set(number + 1);
                let began = Instant::now();
                while !unit(&mut client, &mut prepared, &shared.units[number])
                    .await
                    .map_err(|error| error.to_string())?
                {
                    shared.again.set(shared.again.get() + 1);
                }
                shared.latencies.borrow_mut().push(began.elapsed());
            }
        });
    }
    let mut back = Vec::new();
    while let Some(connected) = running.join_next().await {
        let connected: std::result::Result<Connected, String> = connected?;
        back.push(connected?);
    }
    Ok(back)
}

/// Executes a unit; `false` when the database wants it again.
async fn unit(client: &mut Client, prepared: &mut HashMap<String, Prepared>, unit: &Unit) -> Result<bool> {
    client.batch_execute("begin").await?;
    for statement in unit {
        if let Err(error) = execute(client, prepared, statement).await {
            client.batch_execute("rollback").await?;
            return match error.code() {
                Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED) => Ok(false),
                _ => Err(format!("{error}: {:?}: {}", error.as_db_error(), statement.sql).into()),
            };
        }
    }
    client.batch_execute("commit").await?;
    Ok(true)
}

async fn execute(
    client: &Client,
    prepared: &mut HashMap<String, Prepared>,
    statement: &Statement,
) -> std::result::Result<(), tokio_postgres::Error> {
    if !prepared.contains_key(&statement.sql) {
        let types: Vec<Type> = statement.values.iter().map(Bound::kind).collect();
        let made = client.prepare_typed(&statement.sql, &types).await?;
        prepared.insert(statement.sql.clone(), made);
    }
    let values: Vec<&(dyn ToSql + Sync)> = statement.values.iter().map(|value| value as _).collect();
    let rows = client.query(&prepared[&statement.sql], &values).await?;
    std::hint::black_box(rows);
    Ok(())
}

impl Bound {
    const fn kind(&self) -> Type {
        match self {
            Self::Bool(_) => Type::BOOL,
            Self::Int(_) => Type::INT4,
            Self::Big(_) => Type::INT8,
            Self::Real(_) => Type::FLOAT8,
            Self::Text(_) => Type::TEXT,
            Self::Bytes(_) => Type::BYTEA,
            Self::Uuid(_) => Type::UUID,
        }
    }
}

impl ToSql for Bound {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Bool(value) => value.to_sql(kind, out),
            Self::Int(value) => value.to_sql(kind, out),
            Self::Big(value) => value.to_sql(kind, out),
            Self::Real(value) => value.to_sql(kind, out),
            Self::Text(value) => value.to_sql(kind, out),
            Self::Bytes(value) => value.to_sql(kind, out),
            Self::Uuid(value) => value.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
