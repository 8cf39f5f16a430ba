//! The trace of a recall as a workbook: what 21 CFR 1 subpart S (FSMA 204) wants to have within a day, at once. Traceability
//! lot code and its source, critical tracking events with their key data elements, who received what, where it grew.

use std::collections::{BTreeSet, HashMap};

use entity::{
    Quantity, Timestamp,
    catalogue::{product, seller},
    ids::{BatchId, EventId, OrderId, PlotId, ProductId, SellerId},
    listings::{pool, stock_hold},
    market::{market, sale, sale_line, stall},
    orders::parcel,
    recall::thing::Direction,
    trace::{batch_plot, event, event_epc, plot},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    RecallError,
    reach::{self, Affected, Batch, Order, Things},
    read::Detail,
};
use crate::{
    app::App,
    http::language::Language,
    payments::sheet::{Cell, Table, say, workbook_of},
    places,
    trace::{events::batch_uri, graph},
};

/// Values in one statement.
const TOGETHER: usize = 500;
/// Events listed at most.
const EVENTS: usize = 5000;

/// All that the sheets are written from.
struct Traced {
    things: Things,
    affected: Affected,
    products: HashMap<ProductId, product::Model>,
    sellers: HashMap<SellerId, seller::Model>,
    resolver: String,
    language: Language,
}

/// The workbook of `detail`, traced anew, so that it tells what is so now.
pub async fn trace(app: &App, detail: &Detail, language: Language) -> Result<Vec<u8>, RecallError> {
    let db = app.db().read();
    let things = reach::things(db, &detail.epc, detail.scope).await?;
    let affected = reach::affected(db, &things.ids()).await?;
    let traced = Traced {
        products: reach::products_of(db, &things.batches).await?,
        sellers: reach::sellers_of(db, things.batches.iter().map(|one| one.batch.seller_id)).await?,
        resolver: app.resolver_url().to_owned(),
        things,
        affected,
        language,
    };
    let tables = vec![
        traced.lots(detail),
        traced.events(db).await?,
        traced.shipments(db).await?,
        traced.buyers(db).await?,
        traced.sources(db).await?,
    ];
    Ok(workbook_of(tables).await?)
}

fn text(words: impl Into<String>) -> Cell {
    let words: String = words.into();
    if words.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(words)
    }
}

fn moment(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::Empty, |at| Cell::Text(at.to_string()))
}

impl Traced {
    fn table(&self, name: &'static str, header: &[&'static str], rows: Vec<Vec<Cell>>) -> Table {
        Table {
            name: say(self.language, name),
            above: Vec::new(),
            header: header.iter().map(|id| say(self.language, id)).collect(),
            rows,
            totals: Vec::new(),
        }
    }

    fn product(&self, batch: &Batch) -> Cell {
        let product = self.products.get(&batch.batch.product_id);
        text(product.map_or("", |product| product.name.as_str()))
    }

    fn seller(&self, id: SellerId) -> Cell {
        text(self.sellers.get(&id).map_or("", |seller| seller.name.as_str()))
    }

    fn direction(&self, direction: Direction) -> Cell {
        let id = match direction {
            Direction::Root => "recall-say-root",
            Direction::Upstream => "recall-say-upstream",
            Direction::Downstream => "recall-say-downstream",
        };
        Cell::Text(say(self.language, id))
    }

    fn lots(&self, detail: &Detail) -> Table {
        let mut rows: Vec<Vec<Cell>> = self
            .things
            .batches
            .iter()
            .map(|one| {
                let batch = &one.batch;
                let made = Quantity::new(batch.quantity, batch.unit);
                vec![
                    self.direction(one.direction),
                    text(batch.lot.to_string()),
                    text(batch.gtin.to_string()),
                    self.product(one),
                    text(made.amount.to_string()),
                    text(made.unit.label()),
                    self.seller(batch.seller_id),
                    text(batch.harvested_on.iso()),
                    text(batch.packed_on.map(|day| day.iso()).unwrap_or_default()),
                    text(batch.expires_on.map(|day| day.iso()).unwrap_or_default()),
                    text(batch_uri(&self.resolver, &batch.gtin, &batch.lot)),
                ]
            })
            .collect();
        rows.extend(self.things.foreign.iter().map(|(epc, direction)| {
            let (gtin, lot) = graph::batch_of(epc)
                .map(|(gtin, lot)| (gtin.to_string(), lot.to_string()))
                .unwrap_or_default();
            vec![
                self.direction(*direction),
                text(lot),
                text(gtin),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                text(epc.as_str()),
            ]
        }));
        let header = [
            "recall-column-direction",
            "recall-column-lot",
            "recall-column-gtin",
            "recall-column-product",
            "recall-column-quantity",
            "recall-column-unit",
            "recall-column-source",
            "recall-column-harvested",
            "recall-column-packed",
            "recall-column-expires",
            "recall-column-link",
        ];
        let mut table = self.table("recall-sheet-lots", &header, rows);
        if let Some(recall) = &detail.recall {
            table.above = vec![
                format!("{}: {}", say(self.language, "recall-column-reason"), recall.reason),
                format!("{}: {}", say(self.language, "recall-column-at"), recall.made_at),
            ];
        }
        table
    }

    /// The events of the way and those that name one of the lots, in the order in which they happened.
    async fn events(&self, db: &impl ConnectionTrait) -> Result<Table, DbErr> {
        let mut ids: BTreeSet<EventId> = self.things.events.iter().copied().collect();
        let names: Vec<String> = self
            .things
            .batches
            .iter()
            .flat_map(|one| {
                [
                    one.epc.clone(),
                    batch_uri(&self.resolver, &one.batch.gtin, &one.batch.lot),
                ]
            })
            .chain(self.things.foreign.iter().map(|(epc, _)| epc.clone()))
            .collect();
        for some in names.chunks(TOGETHER) {
            let found: Vec<EventId> = event_epc::Entity::find()
                .select_only()
                .column(event_epc::Column::EventId)
                .distinct()
                .filter(event_epc::Column::Epc.is_in(some.iter()))
                .limit(EVENTS as u64)
                .into_tuple()
                .all(db)
                .await?;
            ids.extend(found);
        }
        let ids: Vec<EventId> = ids.into_iter().take(EVENTS).collect();
        let mut rows = Vec::new();
        for some in ids.chunks(TOGETHER) {
            let found = event::Entity::find()
                .filter(event::Column::Id.is_in(some.iter().copied()))
                .all(db)
                .await?;
            let epcs = event_epc::Entity::find()
                .filter(event_epc::Column::EventId.is_in(some.iter().copied()))
                .order_by_asc(event_epc::Column::Epc)
                .all(db)
                .await?;
            for row in found {
                let of = |wanted: &[&str]| {
                    let epcs = epcs
                        .iter()
                        .filter(|epc| epc.event_id == row.id)
                        .filter(|epc| wanted.iter().any(|role| epc.role.starts_with(role)));
                    epcs.map(|epc| epc.epc.as_str()).collect::<Vec<_>>().join("\n")
                };
                rows.push((
                    row.event_time,
                    vec![
                        text(row.event_time.to_string()),
                        text(row.kind.clone()),
                        text(row.biz_step.as_deref().unwrap_or_default()),
                        text(of(&["input", "child"])),
                        text(of(&["output", "parent", "epc", "class"])),
                        text(of(&["location"])),
                        row.seller_id.map_or(Cell::Empty, |id| self.seller(id)),
                        text(row.record_time.to_string()),
                        text(row.event_id.clone()),
                    ],
                ));
            }
        }
        rows.sort_by_key(|(at, _)| *at);
        let header = [
            "recall-column-event-time",
            "recall-column-event",
            "recall-column-step",
            "recall-column-inputs",
            "recall-column-outputs",
            "recall-column-place",
            "recall-column-teller",
            "recall-column-record-time",
            "recall-column-reference",
        ];
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        Ok(self.table("recall-sheet-events", &header, rows))
    }

    fn order(&self, id: OrderId) -> Option<&Order> {
        self.affected.orders.iter().find(|one| one.order.id == id)
    }

    fn batch(&self, id: Option<BatchId>) -> Option<&Batch> {
        self.things.batches.iter().find(|one| Some(one.batch.id) == id)
    }

    async fn units(&self, db: &impl ConnectionTrait) -> Result<HashMap<entity::ids::PoolId, entity::Unit>, DbErr> {
        let pools: BTreeSet<_> = self.affected.sold.iter().filter_map(|sold| sold.hold.pool_id).collect();
        let mut units = HashMap::new();
        for some in pools.into_iter().collect::<Vec<_>>().chunks(TOGETHER) {
            let rows = pool::Entity::find()
                .filter(pool::Column::Id.is_in(some.iter().copied()))
                .all(db)
                .await?;
            units.extend(rows.into_iter().map(|row| (row.id, row.unit)));
        }
        Ok(units)
    }

    /// Who was sent what, and what stalls sold.
    async fn shipments(&self, db: &impl ConnectionTrait) -> Result<Table, DbErr> {
        let units = self.units(db).await?;
        let parcels = self.parcels(db).await?;
        let mut rows = Vec::new();
        for sold in &self.affected.sold {
            let (Some(order), Some(batch)) = (self.order(sold.line.order_id), self.batch(sold.hold.batch_id)) else {
                continue;
            };
            let sent = parcels.get(&order.order.id);
            let state = match sold.hold.state {
                stock_hold::State::Issued => "recall-say-left",
                stock_hold::State::Held | stock_hold::State::Released => "recall-say-not-left",
            };
            let unit = sold.hold.pool_id.and_then(|pool| units.get(&pool));
            rows.push(vec![
                text(batch.batch.lot.to_string()),
                self.product(batch),
                text(sold.hold.amount.to_string()),
                text(unit.map_or("", |unit| unit.label())),
                text(say(self.language, state)),
                self.seller(order.order.seller_id),
                text(order.order.number.to_string()),
                text(place(&order.group.commune_code)),
                moment(sent.and_then(|row| row.shipped_at)),
                moment(sent.and_then(|row| row.delivered_at).or(order.order.delivered_at)),
                text(sent.map_or("", |row| row.carrier.as_str())),
                text(sent.map_or("", |row| row.tracking.as_str())),
            ]);
        }
        rows.extend(self.stall_rows(db).await?);
        let header = [
            "recall-column-lot",
            "recall-column-product",
            "recall-column-quantity",
            "recall-column-unit",
            "recall-column-state",
            "recall-column-from",
            "recall-column-document",
            "recall-column-to",
            "recall-column-shipped",
            "recall-column-delivered",
            "recall-column-carrier",
            "recall-column-tracking",
        ];
        Ok(self.table("recall-sheet-shipments", &header, rows))
    }

    /// The last parcel of each order that has gone.
    async fn parcels(&self, db: &impl ConnectionTrait) -> Result<HashMap<OrderId, parcel::Model>, DbErr> {
        let ids: Vec<OrderId> = self.affected.orders.iter().map(|one| one.order.id).collect();
        let mut parcels = HashMap::new();
        for some in ids.chunks(TOGETHER) {
            let rows = parcel::Entity::find()
                .filter(parcel::Column::OrderId.is_in(some.iter().copied()))
                .filter(parcel::Column::ShippedAt.is_not_null())
                .order_by_asc(parcel::Column::Number)
                .all(db)
                .await?;
            parcels.extend(rows.into_iter().map(|row| (row.order_id, row)));
        }
        Ok(parcels)
    }

    async fn stall_rows(&self, db: &impl ConnectionTrait) -> Result<Vec<Vec<Cell>>, DbErr> {
        let mut rows = Vec::new();
        for some in self.things.ids().chunks(TOGETHER) {
            let lines = sale_line::Entity::find()
                .filter(sale_line::Column::BatchId.is_in(some.iter().copied()))
                .order_by_asc(sale_line::Column::SaleId)
                .all(db)
                .await?;
            let sales: HashMap<_, _> = sale::Entity::find()
                .filter(sale::Column::Id.is_in(lines.iter().map(|line| line.sale_id)))
                .all(db)
                .await?
                .into_iter()
                .map(|row| (row.id, row))
                .collect();
            let stalls: HashMap<_, _> = stall::Entity::find()
                .filter(stall::Column::Id.is_in(sales.values().map(|sale| sale.stall_id)))
                .all(db)
                .await?
                .into_iter()
                .map(|row| (row.id, row))
                .collect();
            let markets: HashMap<_, _> = market::Entity::find()
                .filter(market::Column::Id.is_in(stalls.values().map(|row| row.market_id)))
                .all(db)
                .await?
                .into_iter()
                .map(|row| (row.id, row.name))
                .collect();
            for line in lines {
                let (Some(batch), Some(sale)) = (self.batch(line.batch_id), sales.get(&line.sale_id)) else {
                    continue;
                };
                let stall = stalls.get(&sale.stall_id);
                let market = stall.and_then(|stall| markets.get(&stall.market_id));
                rows.push(vec![
                    text(batch.batch.lot.to_string()),
                    text(line.name),
                    text(line.quantity.to_string()),
                    Cell::Empty,
                    text(say(self.language, "recall-say-left")),
                    text(format!(
                        "{} {}",
                        market.map_or("", String::as_str),
                        stall.map_or("", |stall| stall.code.as_str())
                    )),
                    text(sale.id.to_string()),
                    Cell::Empty,
                    moment(Some(sale.happened_at)),
                    moment(Some(sale.happened_at)),
                    Cell::Empty,
                    Cell::Empty,
                ]);
            }
        }
        Ok(rows)
    }

    /// Whom to call: one row for each order and lot.
    async fn buyers(&self, db: &impl ConnectionTrait) -> Result<Table, DbErr> {
        let units = self.units(db).await?;
        let mut rows = Vec::new();
        for sold in &self.affected.sold {
            let (Some(order), Some(batch)) = (self.order(sold.line.order_id), self.batch(sold.hold.batch_id)) else {
                continue;
            };
            let group = &order.group;
            let unit = sold.hold.pool_id.and_then(|pool| units.get(&pool));
            rows.push(vec![
                text(group.buyer_name.as_str()),
                text(group.buyer_phone.to_string()),
                text(
                    [group.street.clone(), place(&group.commune_code)]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
                text(order.order.number.to_string()),
                text(batch.batch.lot.to_string()),
                self.product(batch),
                text(sold.hold.amount.to_string()),
                text(unit.map_or("", |unit| unit.label())),
                text(say(
                    self.language,
                    if order.left {
                        "recall-say-left"
                    } else {
                        "recall-say-not-left"
                    },
                )),
            ]);
        }
        let header = [
            "recall-column-buyer",
            "recall-column-phone",
            "recall-column-address",
            "recall-column-document",
            "recall-column-lot",
            "recall-column-product",
            "recall-column-quantity",
            "recall-column-unit",
            "recall-column-state",
        ];
        Ok(self.table("recall-sheet-buyers", &header, rows))
    }

    /// Where it grew.
    async fn sources(&self, db: &impl ConnectionTrait) -> Result<Table, DbErr> {
        let mut rows = Vec::new();
        for some in self.things.ids().chunks(TOGETHER) {
            let grown = batch_plot::Entity::find()
                .filter(batch_plot::Column::BatchId.is_in(some.iter().copied()))
                .all(db)
                .await?;
            let plots: HashMap<PlotId, plot::Model> = plot::Entity::find()
                .filter(plot::Column::Id.is_in(grown.iter().map(|row| row.plot_id)))
                .all(db)
                .await?
                .into_iter()
                .map(|row| (row.id, row))
                .collect();
            for row in grown {
                let (Some(batch), Some(plot)) = (self.batch(Some(row.batch_id)), plots.get(&row.plot_id)) else {
                    continue;
                };
                rows.push(vec![
                    text(batch.batch.lot.to_string()),
                    self.product(batch),
                    text(batch.batch.harvested_on.iso()),
                    self.seller(batch.batch.seller_id),
                    text(plot.name.as_str()),
                    text(plot.growing_area_code.as_deref().unwrap_or_default()),
                    text(place(&plot.commune_code)),
                    Cell::Number(plot.area_m2),
                ]);
            }
        }
        let header = [
            "recall-column-lot",
            "recall-column-product",
            "recall-column-harvested",
            "recall-column-source",
            "recall-column-plot",
            "recall-column-area-code",
            "recall-column-place",
            "recall-column-area",
        ];
        Ok(self.table("recall-sheet-sources", &header, rows))
    }
}

fn place(code: &entity::CommuneCode) -> String {
    places::commune(code).map_or_else(String::new, places::Commune::address)
}
