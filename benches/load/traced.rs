//! Events of the past, written by SQL: what a trace costs must not depend on how many there are.
//!
//! They come in chains of fifteen: eight harvests are mixed in two, these in one, and that is packed in four.

use choque::app::Source;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::Result;

/// Events of a chain; each makes a lot.
pub const CHAIN: u32 = 15;
/// Chains written by one statement.
const AT_ONCE: u32 = 4000;
/// What went into what within a chain.
const ARROWS: [(u32, u32); 14] = [
    (0, 8),
    (1, 8),
    (2, 8),
    (3, 8),
    (4, 9),
    (5, 9),
    (6, 9),
    (7, 9),
    (8, 10),
    (9, 10),
    (10, 11),
    (10, 12),
    (10, 13),
    (10, 14),
];

/// The chains of a database.
pub struct Chains {
    pub count: u32,
    /// Below which all lots stand in the graph and in the index of events.
    resolver: String,
}

impl Chains {
    /// The lot that event `event` of chain `chain` makes.
    pub fn lot(&self, chain: u32, event: u32) -> String {
        format!("{}{LOTS}{chain}-{event}", self.resolver)
    }
}

/// The beginning of every lot's name, below the resolver.
const LOTS: &str = "/01/09520123456788/10/B";

/// Brings the chains in `database` to at least `events` events.
pub async fn fill(database: &DatabaseConnection, events: u32) -> Result<Chains> {
    let resolver = choque::db::setting(database, "resolver_url")
        .await?
        .ok_or("an exchange has a resolver")?;
    let chains = events.div_ceil(CHAIN);
    let mut from = there(database, &resolver).await?;
    let now = Source::system().wall_clock().0;
    while from < chains {
        let until = chains.min(from + AT_ONCE);
        let sqlite = database.get_database_backend() == DbBackend::Sqlite;
        for statement in statements(sqlite, &resolver, now, from, until) {
            database.execute_unprepared(&statement).await?;
        }
        from = until;
    }
    database.execute_unprepared("analyze").await?;
    Ok(Chains {
        count: chains,
        resolver,
    })
}

async fn there(database: &DatabaseConnection, resolver: &str) -> Result<u32> {
    let sql = format!("select count(*) as number from trace_edge where from_epc like '{resolver}{LOTS}%-0'");
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await?.ok_or("a count has a row")?;
    Ok(u32::try_from(row.try_get::<i64>("", "number")?)?)
}

fn statements(sqlite: bool, resolver: &str, now: i64, from: u32, until: u32) -> Vec<String> {
    let base = now - 400 * 24 * 60 * 60 * 1000;
    let id = |n: &str| {
        if sqlite {
            format!("unhex(printf('%012x70008b01%012x', {base} + {n}, {n}))")
        } else {
            format!("(lpad(to_hex({base} + {n}), 12, '0') || '70008b01' || lpad(to_hex({n}), 12, '0'))::uuid")
        }
    };
    let chains = if sqlite {
        format!("with recursive g(n) as (select {from} union all select n + 1 from g where n + 1 < {until})")
    } else {
        format!("with g as (select n::bigint as n from generate_series({from}, {until} - 1) n)")
    };
    let places = (0..CHAIN)
        .map(|place| format!("select {place} as e"))
        .collect::<Vec<_>>();
    let places = places.join(" union all ");
    let arrows = ARROWS.map(|(from, to)| format!("select {from} as f, {to} as t"));
    let arrows = arrows.join(" union all ");
    let lot = |place: &str| format!("'{resolver}{LOTS}' || cast(g.n as text) || '-' || cast({place} as text)");
    let number = |place: &str| format!("(g.n * {CHAIN} + {place})");
    let name = format!("'urn:bench:' || cast({} as text)", number("p.e"));
    let document = format!(
        "'{{\"type\":\"ObjectEvent\",\"eventID\":\"' || {name} || '\",\"eventTime\":\"2026-01-01T00:00:00.000+07:00\",\
         \"eventTimeZoneOffset\":\"+07:00\",\"action\":\"ADD\",\"bizStep\":\"commissioning\",\
         \"quantityList\":[{{\"epcClass\":\"' || {} || '\",\"quantity\":10,\"uom\":\"KGM\"}}]}}'",
        lot("p.e")
    );
    vec![
        format!(
            "insert into event (id, event_id, kind, event_time, record_time, biz_step, document, hash, public, action) \
             {chains} select {}, {name}, 'ObjectEvent', {base} + {m}, {base} + {m}, 'commissioning', {document}, \
             'ni:bench', true, 'ADD' from g cross join ({places}) p",
            id(&number("p.e")),
            m = number("p.e"),
        ),
        format!(
            "insert into event_epc (event_id, role, epc) {chains} select {}, 'epc', {} from g cross join ({places}) p",
            id(&number("p.e")),
            lot("p.e")
        ),
        format!(
            "insert into trace_edge (from_epc, to_epc, event_id) {chains} select {}, {}, {} from g cross join ({arrows}) p",
            lot("p.f"),
            lot("p.t"),
            id(&number("p.t"))
        ),
    ]
}
