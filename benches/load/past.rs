//! Orders of the past, written by SQL: what a checkout costs must not depend on how many there were.

use choque::app::Source;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::Result;

/// Written by one statement.
const AT_ONCE: u32 = 20_000;

/// Brings the orders in `database` to `orders`, two in each group, paid, shipped and delivered, with all that a
/// checkout and its money leave for good.
pub async fn fill(database: &DatabaseConnection, orders: u32) -> Result<()> {
    let there = count(database).await?;
    let (mut group, end) = (there.div_ceil(2), orders / 2);
    database.execute_unprepared("create table if not exists bench_offer as select row_number() over (order by l.id) - 1 as k, \
        l.id as listing, l.product_id as product, l.seller_id as seller, l.pool_id as pool, m.id as account, l.unit as unit \
        from listing l join money_account m on m.seller_id = l.seller_id and m.closed_at is null \
        where l.state = 'live' and l.stock_mode = 'stock'").await?;
    let offers = number(database, "select count(*) as number from bench_offer").await?;
    let now = Source::system().wall_clock().0;
    while group < end {
        let until = end.min(group + AT_ONCE);
        let sqlite = database.get_database_backend() == DbBackend::Sqlite;
        for statement in statements(sqlite, now, group, until, offers) {
            database.execute_unprepared(&statement).await?;
        }
        group = until;
    }
    database.execute_unprepared("drop table bench_offer").await?;
    database.execute_unprepared("analyze").await?;
    Ok(())
}

/// How many orders there are.
pub async fn count(database: &DatabaseConnection) -> Result<u32> {
    number(database, "select count(*) as number from customer_order").await
}

async fn number(database: &DatabaseConnection, sql: &str) -> Result<u32> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await?.ok_or("a count has a row")?;
    Ok(u32::try_from(row.try_get::<i64>("", "number")?)?)
}

/// The rows of the groups `from..until`: those of group `n` have ids that end in `n`, and a kind's own letter before it.
fn statements(sqlite: bool, now: i64, from: u32, until: u32, offers: u32) -> Vec<String> {
    // In order of their making, as ids made then would be.
    let base = now - 400 * 24 * 60 * 60 * 1000;
    let id = |kind: u8, n: &str| {
        if sqlite {
            format!("unhex(printf('%012x70008%03x%012x', {base} + {n} * 1000, {kind}, {n}))")
        } else {
            format!(
                "(lpad(to_hex({base} + {n} * 1000), 12, '0') || '70008' || lpad(to_hex({kind}), 3, '0') || \
                 lpad(to_hex({n}), 12, '0'))::uuid"
            )
        }
    };
    let groups = if sqlite {
        format!("with recursive g(n) as (select {from} union all select n + 1 from g where n + 1 < {until}), ")
    } else {
        format!("with g as (select n::bigint as n from generate_series({from}, {until} - 1) n), ")
    };
    // Two orders of a group, three lines of the two.
    let orders = format!(
        "{groups} o as (select g.n, 2 * g.n + p.p as m, p.p from g cross join (select 0 as p union all select 1) p) "
    );
    let lines = format!(
        "{groups} o as (select g.n, 2 * g.n + p.p as m, 3 * g.n + p.q as q, p.q as position from g cross join \
         (select 0 as p, 0 as q union all select 0, 1 union all select 1, 2) p) "
    );
    let offer = |n: &str| format!("join bench_offer b on b.k = ({n} * 7919) % {offers}");
    let text = |n: &str| format!("cast({n} as text)");
    let at = |n: &str| format!("{base} + {n} * 1000");
    let (n, m, q) = ("g.n", "o.m", "o.q");
    vec![
        format!(
            "insert into order_group (id, token_hash, person_id, buyer_name, buyer_phone, commune_code, street, created_at) \
             {} select {}, 'bench' || {}, null, 'Trần Văn Minh', '0912345678', '05503', 'Số 5, xóm Hồng Thái', {} from g",
            groups.trim_end_matches([' ', ',']),
            id(1, n),
            text(n),
            at(n)
        ),
        format!(
            "insert into payment (id, reference, account_id, purpose, amount, received, status, confirmed, created_at, expires_at, settled_at) \
             {orders} select {}, 'BENCH' || {}, b.account, 'order', 300000, 300000, 'paid', 'bank', {t}, {t}, {t} from o {}",
            id(2, m),
            text(m),
            offer("o.n"),
            t = at(m)
        ),
        format!(
            "insert into customer_order (id, number, group_id, seller_id, delivery, method, total, state, fulfilment, payment_id, created_at, updated_at) \
             {orders} select {}, 'BENCH' || {}, {}, b.seller, 'ship', 'vietqr', 300000, 'completed', 'delivered', {}, {t}, {t} from o {}",
            id(3, m),
            text(m),
            id(1, "o.n"),
            id(2, m),
            offer("o.n"),
            t = at(m)
        ),
        format!(
            "insert into order_line (id, order_id, position, listing_id, product_id, title, quantity, unit, price, amount) \
             {lines} select {}, {}, o.position, b.listing, b.product, 'Chè tôm nõn', 1000, b.unit, 150000, 150000 from o {}",
            id(4, q),
            id(3, m),
            offer("o.n")
        ),
        format!(
            "insert into stock_hold (id, holder_id, listing_id, pool_id, batch_id, amount, state, created_at, closed_at) \
             {lines} select {}, {}, b.listing, b.pool, null, 1000, 'issued', {t}, {t} from o {}",
            id(5, q),
            id(4, q),
            offer("o.n"),
            t = at(q)
        ),
        format!(
            "insert into notice (id, provider, scope, provider_id, account_id, amount, direction, reference, content_sealed, body_sealed, \
             happened_at, received_at, state, reason, payment_id, settled_at) \
             {orders} select {}, 'sepay', 'exchange', 'bench' || {}, b.account, 300000, 'in', 'BENCH' || {}, 'x', 'x', {t}, {t}, 'credited', \
             null, {}, {t} from o {}",
            id(6, m),
            text(m),
            text(m),
            id(2, m),
            offer("o.n"),
            t = at(m)
        ),
        format!(
            "insert into transfer (id, debit_kind, debit_id, credit_kind, credit_id, amount, reason, notice_id, payment_id, recorded_at) \
             {orders} select {}, 'account', b.account, 'payment', {p}, 300000, 'received', {}, {p}, {} from o {}",
            id(7, m),
            id(6, m),
            at(m),
            offer("o.n"),
            p = id(2, m)
        ),
        format!(
            // Kept for thirty days, so these are not a year old.
            "insert into idempotency (id, body_hash, status, location, body, created_at) \
             {} select 'bench' || {}, 'x', 201, null, '{{}}', {now} from g",
            groups.trim_end_matches([' ', ',']),
            text(n)
        ),
    ]
}
