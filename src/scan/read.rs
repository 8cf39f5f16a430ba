//! Everything a provenance page shows, from the rows of the rooms above. Nothing here writes.

use std::collections::{HashMap, HashSet};

use entity::{
    CommuneCode, Day, Gtin, Lot, Timestamp,
    catalogue::{
        certificate::{self, Kind as CertificateKind},
        product, seller,
    },
    ids::{BatchId, CertificateId, EventId, PlotId, ProductId},
    listings::listing,
    trace::{
        batch, batch_hold, batch_plot,
        diary_entry::{self, Activity},
        event, event_epc, plot,
        transformation::{self, Kind},
        unit_serial,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::{
    copies::{Scans, suspicion},
    counts, limits,
    sold::{self, Sold},
    told::{self, Mark, Teller, Tellers},
    verdict::{Unit, Verdict, verdict},
};
use crate::{
    catalogue::{
        certificates::read::plots_of,
        read::{certificates_on, photos_of_products, product_by_gtin},
    },
    listings::read::live_of_product,
    media::read::PhotoView,
    trace::{graph, labels::read::serial_of, log::read::leaf_of},
};

/// A stage recorded later than this after it happened is marked.
const LATE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How far back a plot's diary belongs to a harvest when no harvest before it ends it.
const SEASON_DAYS: i32 = 365;
/// Stages that are told at most.
const MOST_STAGES: usize = 200;
/// Lots from which one was made that are looked at, the nearest first.
const MOST_ORIGINS: usize = 60;
/// Offers on a page.
const OFFERS: u64 = 3;
/// Lots named for a product.
const RECENT_LOTS: u64 = 12;

/// A batch and where it came from.
#[derive(Clone, Debug)]
pub struct Provenance {
    pub batch: batch::Model,
    pub product: product::Model,
    pub seller: seller::Model,
    pub plots: Vec<plot::Model>,
    pub photo: Option<PhotoView>,
    /// In the order in which they happened.
    pub stages: Vec<Stage>,
    /// Those that held on the day of production and hold today.
    pub certificates: Vec<certificate::Model>,
    /// Those that held on the day of production and have ended since, OCOP ratings excepted: stars go when they end.
    pub lapsed: Vec<certificate::Model>,
    pub holds: Vec<batch_hold::Model>,
    /// Live listings of the product, the cheapest first.
    pub offers: Vec<listing::Model>,
    /// EPCIS events of the batch as they are stored, in the order in which they happened.
    pub events: Vec<event::Model>,
    pub sold: Option<Sold>,
    /// Whether the log covers what is told.
    pub logged: bool,
    /// Scans of the code that was scanned: the batch's, or the unit's own.
    pub scans: Option<Scans>,
    pub serial: Serial,
}

/// What the code says of a single unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serial {
    /// Nothing: it is the batch's code.
    None,
    /// A number, but none was ever printed for this batch: it proves nothing.
    Unprinted(String),
    Known(Unit),
}

impl Serial {
    #[must_use]
    pub const fn unit(&self) -> Option<&Unit> {
        match self {
            Self::Known(unit) => Some(unit),
            Self::None | Self::Unprinted(_) => None,
        }
    }

    /// The number as the code has it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Unprinted(text) => Some(text),
            Self::Known(unit) => Some(&unit.view.serial),
        }
    }
}

impl Provenance {
    /// The verdict on `day`.
    #[must_use]
    pub fn verdict(&self, day: Day) -> Verdict {
        verdict(&self.holds, self.batch.expires_on, self.serial.unit(), day)
    }
}

/// What a code that names a batch leads to.
#[derive(Debug)]
pub enum Found {
    Batch(Box<Provenance>),
    /// The batch is real and its units have numbers of their own, of which this is none.
    NoSuchUnit,
    Nothing,
}

/// Something that happened to the goods.
#[derive(Clone, Debug)]
pub struct Stage {
    pub what: What,
    pub at: Timestamp,
    pub recorded_at: Timestamp,
    pub place: Option<Place>,
    pub note: String,
    /// The fertiliser or plant protection product used.
    pub input: Option<String>,
    /// Days that had to pass before harvest.
    pub interval_days: Option<i32>,
    pub teller: Teller,
    pub mark: Option<Mark>,
    /// What it happened to, where that was a lot from which this one was made.
    pub lot: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A line of the farm diary.
    Diary(Activity),
    /// Lots became others.
    Made(Kind),
    /// An EPCIS event, by its business step.
    Event(Option<String>),
}

/// Where a stage was.
#[derive(Clone, Debug)]
pub struct Place {
    pub name: String,
    pub commune_code: CommuneCode,
    /// The state's code of the growing area.
    pub code: Option<String>,
}

impl Place {
    fn of(plot: &plot::Model) -> Self {
        Self {
            name: plot.name.clone(),
            commune_code: plot.commune_code.clone(),
            code: plot.growing_area_code.clone(),
        }
    }
}

impl Stage {
    /// Whether it was written down so late that memory may have failed.
    #[must_use]
    pub const fn is_late(&self) -> bool {
        self.recorded_at.0 - self.at.0 > LATE_MS
    }
}

pub async fn batch_of(db: &impl ConnectionTrait, gtin: &Gtin, lot: &Lot) -> Result<Option<batch::Model>, DbErr> {
    batch::Entity::find()
        .filter(batch::Column::Gtin.eq(gtin.clone()))
        .filter(batch::Column::Lot.eq(lot.clone()))
        .one(db)
        .await
}

/// The number `serial` behind the code of `batch`; `None` when it is a false one.
async fn serial_behind(
    db: &impl ConnectionTrait,
    batch: &batch::Model,
    serial: Option<&str>,
    today: Day,
) -> Result<Option<Serial>, DbErr> {
    let Some(text) = serial else {
        return Ok(Some(Serial::None));
    };
    let Some(view) = serial_of(db, &batch.gtin, &batch.lot, text).await? else {
        let printed = unit_serial::Entity::find().filter(unit_serial::Column::BatchId.eq(batch.id));
        return Ok((printed.count(db).await? == 0).then(|| Serial::Unprinted(text.to_owned())));
    };
    let scans = counts::scans(db, batch.id, text).await?;
    let seen = counts::seen(db, batch.id, text).await?;
    let suspicion = suspicion(&limits::on(today), view.printed_at, scans, &seen);
    Ok(Some(Serial::Known(Unit { view, suspicion })))
}

/// The batch of `gtin` and `lot` with all that is told on `today` of it, and of its unit `serial`. `resolver` is the
/// address that stickers carry.
pub async fn provenance(
    db: &impl ConnectionTrait,
    resolver: &str,
    gtin: &Gtin,
    lot: &Lot,
    serial: Option<&str>,
    today: Day,
) -> Result<Found, DbErr> {
    let Some(batch) = batch_of(db, gtin, lot).await? else {
        return Ok(Found::Nothing);
    };
    let Some(serial) = serial_behind(db, &batch, serial, today).await? else {
        return Ok(Found::NoSuchUnit);
    };
    let Some(ProductLevel {
        product,
        seller,
        offers,
    }) = product_level_of(db, batch.product_id).await?
    else {
        return Ok(Found::Nothing);
    };
    let of_batch = batch_plot::Entity::find()
        .select_only()
        .column(batch_plot::Column::PlotId)
        .filter(batch_plot::Column::BatchId.eq(batch.id));
    let plots = plot::Entity::find()
        .filter(plot::Column::Id.in_subquery(of_batch.into_query()))
        .order_by_asc(plot::Column::Name)
        .all(db)
        .await?;
    let holds = batch_hold::Entity::find()
        .filter(batch_hold::Column::BatchId.eq(batch.id))
        .order_by_asc(batch_hold::Column::CreatedAt)
        .all(db)
        .await?;
    let (certificates, lapsed) = certificates(db, &batch, &plots, today).await?;
    let photo = photos_of_products(db, &[product.id])
        .await?
        .remove(&product.id)
        .and_then(|photos| photos.into_iter().next());
    let origins = origins(db, resolver, &batch).await?;
    let diary = diary(db, &batch, &plots, &origins).await?;
    let events = events(db, resolver, &batch, &diary, &origins).await?;
    let tellers = Tellers::of(db, batch.seller_id, &diary, &events).await?;
    let made = made(db, &origins, &events).await?;
    let stages = stages(&batch, &plots, diary, &events, &Told { tellers, origins, made });
    let sold = sold::sold(db, &batch, &seller).await?;
    let logged = match events.first() {
        Some(event) => leaf_of(db, event.id).await?.is_some_and(|leaf| leaf.logged),
        None => false,
    };
    let scans = counts::scans(db, batch.id, serial.unit().map_or("", |unit| &unit.view.serial)).await?;
    Ok(Found::Batch(Box::new(Provenance {
        batch,
        product,
        seller,
        plots,
        photo,
        stages,
        certificates,
        lapsed,
        holds,
        offers,
        events,
        sold,
        logged,
        scans,
        serial,
    })))
}

/// The certificates of `batch` that hold on `today`, and those that held when it was made and have ended since.
///
/// A standard is kept or not while goods grow, so it must have held on the day of production. A rating is the product's,
/// whatever the lot: stars show while they hold and leave nothing behind. A geographical indication that names plots is
/// for what grew on those and nowhere else.
async fn certificates(
    db: &impl ConnectionTrait,
    batch: &batch::Model,
    plots: &[plot::Model],
    today: Day,
) -> Result<(Vec<certificate::Model>, Vec<certificate::Model>), DbErr> {
    let (products, sellers) = ([batch.product_id], [batch.seller_id]);
    let mut shown = certificates_on(db, today, &products, &sellers).await?;
    shown.retain(|row| row.kind == CertificateKind::Ocop || row.granted_on <= batch.harvested_on);
    let mut lapsed = certificates_on(db, batch.harvested_on, &products, &sellers).await?;
    lapsed.retain(|row| row.kind != CertificateKind::Ocop && row.ends_on <= today);
    let indications = shown
        .iter()
        .chain(&lapsed)
        .filter(|row| row.kind == CertificateKind::Gi);
    let indications: Vec<CertificateId> = indications.map(|row| row.id).collect();
    if !indications.is_empty() {
        let covered = plots_of(db, &indications).await?;
        let covers = |row: &certificate::Model| {
            covered.get(&row.id).is_none_or(|covered| {
                let is_covered = |plot: &plot::Model| covered.iter().any(|row| row.plot_id == plot.id.0);
                !plots.is_empty() && plots.iter().all(is_covered)
            })
        };
        shown.retain(covers);
        lapsed.retain(covers);
    }
    Ok((shown, lapsed))
}

/// What a batch was made of.
#[derive(Debug, Default)]
struct Origins {
    /// The lots of this exchange, and how each is called.
    lots: HashMap<BatchId, String>,
    /// The names of all lots in the index of events, of this exchange or not, and which of ours each is.
    names: HashMap<String, Option<BatchId>>,
    /// The events by which one became the other.
    events: Vec<EventId>,
}

impl Origins {
    fn called(&self, batch: Option<BatchId>) -> Option<String> {
        self.lots.get(&batch?).cloned()
    }
}

/// The lots that went into `batch`, and those that went into them.
async fn origins(db: &impl ConnectionTrait, resolver: &str, batch: &batch::Model) -> Result<Origins, DbErr> {
    let from = [graph::batch_key(&batch.gtin, &batch.lot)];
    let reach = graph::backward(db, &from, MOST_ORIGINS).await?;
    let keys: Vec<(Gtin, Lot)> = reach.epcs.iter().filter_map(|key| graph::batch_of(key)).collect();
    if keys.is_empty() {
        return Ok(Origins::default());
    }
    let any = keys.iter().fold(Condition::any(), |any, (gtin, lot)| {
        any.add(
            Condition::all()
                .add(batch::Column::Gtin.eq(gtin.clone()))
                .add(batch::Column::Lot.eq(lot.clone())),
        )
    });
    let rows = batch::Entity::find().filter(any).all(db).await?;
    let products = product::Entity::find().filter(product::Column::Id.is_in(rows.iter().map(|row| row.product_id)));
    let products: HashMap<ProductId, String> = products
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let mut origins = Origins {
        events: reach.events,
        ..Origins::default()
    };
    for (gtin, lot) in keys {
        let row = rows.iter().find(|row| row.gtin == gtin && row.lot == lot);
        if let Some(row) = row {
            let product = products.get(&row.product_id).map_or("", String::as_str);
            origins
                .lots
                .insert(row.id, format!("{product} {lot}").trim().to_owned());
        }
        for name in names(resolver, &gtin, &lot) {
            origins.names.insert(name, row.map(|row| row.id));
        }
    }
    Ok(origins)
}

/// How events name a lot: ours by our resolver, those from elsewhere perhaps by GS1's canonical one.
fn names(resolver: &str, gtin: &Gtin, lot: &Lot) -> [String; 2] {
    let link = digital_link::DigitalLink::for_lot(gtin.0, &lot.0);
    [link.uri(resolver), link.uri("https://id.gs1.org")]
}

/// Which of `events` are transformations that were told here, and of which lot of `origins` each event tells.
async fn made(db: &impl ConnectionTrait, origins: &Origins, events: &[event::Model]) -> Result<Made, DbErr> {
    let ids = || events.iter().map(|event| event.id);
    let mut made = Made::default();
    // Most lots are harvests, of which no transformation tells.
    if events.iter().any(|event| event.kind == TRANSFORMATION) {
        let kinds = transformation::Entity::find().filter(transformation::Column::EventId.is_in(ids()));
        for row in kinds.all(db).await? {
            made.kinds.insert(row.event_id, row.kind);
        }
    }
    if !origins.names.is_empty() {
        let rows = event_epc::Entity::find()
            .filter(event_epc::Column::EventId.is_in(ids()))
            .filter(event_epc::Column::Role.is_in(MADE))
            .filter(event_epc::Column::Epc.is_in(origins.names.keys()));
        for row in rows.all(db).await? {
            let named = origins.names.get(&row.epc).copied().flatten();
            made.lots.entry(row.event_id).or_insert(named);
        }
    }
    Ok(made)
}

/// The places of an event that names what it makes.
const MADE: [&str; 2] = ["epc", "output"];

/// What events say of making lots.
#[derive(Debug, Default)]
struct Made {
    kinds: HashMap<EventId, Kind>,
    /// The lot of the origins that an event makes.
    lots: HashMap<EventId, Option<BatchId>>,
}

/// What stages are told with.
struct Told {
    tellers: Tellers,
    origins: Origins,
    made: Made,
}

/// The diary lines of the batch itself and of what it was made of, and those of its plots since the harvest before it.
async fn diary(
    db: &impl ConnectionTrait,
    batch: &batch::Model,
    plots: &[plot::Model],
    origins: &Origins,
) -> Result<Vec<diary_entry::Model>, DbErr> {
    let batches = origins.lots.keys().copied().chain([batch.id]);
    let begins = batch.harvested_on.plus_days(-SEASON_DAYS).start();
    let ends = batch.harvested_on.plus_days(1).start();
    let on_plots = Condition::all()
        .add(diary_entry::Column::BatchId.is_null())
        .add(diary_entry::Column::PlotId.is_in(plots.iter().map(|plot| plot.id)))
        .add(diary_entry::Column::HappenedAt.gte(begins))
        .add(diary_entry::Column::HappenedAt.lt(ends));
    let rows = diary_entry::Entity::find()
        .filter(
            Condition::any()
                .add(diary_entry::Column::BatchId.is_in(batches))
                .add(on_plots),
        )
        .order_by_asc(diary_entry::Column::HappenedAt)
        .order_by_asc(diary_entry::Column::Id)
        .all(db)
        .await?;
    Ok(since_last_harvest(rows, batch))
}

/// Leaves out what happened on a plot up to its last harvest before the day of this one.
fn since_last_harvest(rows: Vec<diary_entry::Model>, batch: &batch::Model) -> Vec<diary_entry::Model> {
    let this_harvest = batch.harvested_on.start();
    let mut last: HashMap<PlotId, Timestamp> = HashMap::new();
    for row in rows
        .iter()
        .filter(|row| row.activity == Activity::Harvest && row.batch_id.is_none() && row.happened_at < this_harvest)
    {
        if let Some(plot) = row.plot_id {
            last.insert(plot, row.happened_at);
        }
    }
    let is_ours = |row: &diary_entry::Model| {
        row.batch_id.is_some()
            || row
                .plot_id
                .and_then(|plot| last.get(&plot))
                .is_none_or(|harvest| row.happened_at > *harvest)
    };
    rows.into_iter().filter(is_ours).collect()
}

/// The events that name the batch, those behind its diary lines, and those by which what it was made of came to be.
async fn events(
    db: &impl ConnectionTrait,
    resolver: &str,
    batch: &batch::Model,
    diary: &[diary_entry::Model],
    origins: &Origins,
) -> Result<Vec<event::Model>, DbErr> {
    let naming = |names: Vec<String>| {
        event_epc::Entity::find()
            .select_only()
            .column(event_epc::Column::EventId)
            .filter(event_epc::Column::Epc.is_in(names))
    };
    let own = naming(names(resolver, &batch.gtin, &batch.lot).to_vec());
    let mut told = Condition::any()
        .add(event::Column::Id.in_subquery(own.into_query()))
        .add(event::Column::Id.is_in(diary.iter().map(|entry| entry.event_id)));
    if !origins.names.is_empty() {
        let theirs = naming(origins.names.keys().cloned().collect()).filter(event_epc::Column::Role.is_in(MADE));
        told = told.add(event::Column::Id.is_in(origins.events.iter().copied())).add(
            // What else became of them is not this batch's story.
            Condition::all()
                .add(event::Column::BizStep.is_in(BEGINNINGS))
                .add(event::Column::Id.in_subquery(theirs.into_query())),
        );
    }
    event::Entity::find()
        .filter(told)
        .order_by_asc(event::Column::EventTime)
        .order_by_asc(event::Column::Id)
        .all(db)
        .await
}

/// Diary lines and the events that no line stands for, in order of time; of very many, the latest.
fn stages(
    batch: &batch::Model,
    plots: &[plot::Model],
    diary: Vec<diary_entry::Model>,
    events: &[event::Model],
    by: &Told,
) -> Vec<Stage> {
    let marks = told::marks(events);
    let names: HashMap<EventId, &str> = events.iter().map(|event| (event.id, event.event_id.as_str())).collect();
    let mark = |id: EventId| names.get(&id).and_then(|name| marks.get(*name)).copied();
    // The diary corrects itself line by line.
    let corrected: HashSet<_> = diary.iter().filter_map(|entry| entry.correction_of).collect();
    let mark_of = |entry: &diary_entry::Model| match entry.correction_of {
        _ if corrected.contains(&entry.id) => Some(Mark::Wrong),
        Some(_) => Some(Mark::Correction),
        None => mark(entry.event_id),
    };
    let by_id: HashMap<PlotId, &plot::Model> = plots.iter().map(|plot| (plot.id, plot)).collect();
    let told: HashSet<EventId> = diary.iter().map(|entry| entry.event_id).collect();
    let diary: Vec<_> = diary.into_iter().map(|entry| (mark_of(&entry), entry)).collect();
    let lines = diary.into_iter().map(|(marked, entry)| Stage {
        what: What::Diary(entry.activity),
        at: entry.happened_at,
        recorded_at: entry.recorded_at,
        place: entry
            .plot_id
            .and_then(|plot| by_id.get(&plot))
            .map(|plot| Place::of(plot)),
        note: entry.note,
        input: entry.input_name,
        interval_days: entry.interval_days,
        teller: by.tellers.teller(Some(entry.seller_id), Some(entry.recorded_by)),
        mark: marked,
        lot: by.origins.called(entry.batch_id),
    });
    let others = events
        .iter()
        .filter(|event| !told.contains(&event.id))
        // What declares an error says the event again: the mark on that is enough.
        .filter(|event| !event.declares_error || !events.iter().any(|other| is_declared(event, other)))
        .map(|event| Stage {
            what: by
                .made
                .kinds
                .get(&event.id)
                .map_or_else(|| What::Event(event.biz_step.clone()), |kind| What::Made(*kind)),
            at: event.event_time,
            recorded_at: event.record_time,
            // What the event's own codes of places mean is another exchange's to say; where goods begin, we know.
            place: plots
                .first()
                .filter(|_| event.seller_id == Some(batch.seller_id) && begins(event))
                // Lots become others in some workshop; and of several plots, which one an earlier lot is of is not told.
                .filter(|_| event.kind == OBJECT && (plots.len() == 1 || !by.made.lots.contains_key(&event.id)))
                .map(Place::of),
            note: String::new(),
            input: None,
            interval_days: None,
            teller: by.tellers.teller(event.seller_id, event.recorded_by),
            mark: mark(event.id),
            lot: by.origins.called(by.made.lots.get(&event.id).copied().flatten()),
        });
    let mut stages: Vec<Stage> = lines.chain(others).collect();
    // An event made from a day alone stands at its midnight; what the diary says of that day went before it.
    stages.sort_by_key(|stage| (stage.at.day(), !matches!(stage.what, What::Diary(_)), stage.at));
    let surplus = stages.len().saturating_sub(MOST_STAGES);
    stages.split_off(surplus)
}

/// Whether `declaration` says that `other` is wrong.
fn is_declared(declaration: &event::Model, other: &event::Model) -> bool {
    other.event_id == declaration.event_id && !other.declares_error
}

/// The kind of an event that observes things or makes them from nothing else.
const OBJECT: &str = "ObjectEvent";
/// The kind of an event that makes lots from others.
const TRANSFORMATION: &str = "TransformationEvent";

/// The steps of a batch that comes into being.
const BEGINNINGS: [&str; 2] = ["creating_class_instance", "commissioning"];

/// Whether `event` is the batch coming into being (CBV 2.0, 7.1: a class instance is created).
fn begins(event: &event::Model) -> bool {
    event.biz_step.as_deref().is_some_and(|step| BEGINNINGS.contains(&step))
}

/// What is known of a product whatever the lot.
#[derive(Clone, Debug)]
pub struct ProductLevel {
    pub product: product::Model,
    pub seller: seller::Model,
    /// Live listings, the cheapest first.
    pub offers: Vec<listing::Model>,
}

pub async fn product_level(db: &impl ConnectionTrait, gtin: &Gtin) -> Result<Option<ProductLevel>, DbErr> {
    match product_by_gtin(db, gtin).await? {
        Some(product) => with_seller(db, product).await,
        None => Ok(None),
    }
}

async fn product_level_of(db: &impl ConnectionTrait, id: ProductId) -> Result<Option<ProductLevel>, DbErr> {
    match product::Entity::find_by_id(id).one(db).await? {
        Some(product) => with_seller(db, product).await,
        None => Ok(None),
    }
}

async fn with_seller(db: &impl ConnectionTrait, product: product::Model) -> Result<Option<ProductLevel>, DbErr> {
    let Some(seller) = seller::Entity::find_by_id(product.seller_id).one(db).await? else {
        return Ok(None);
    };
    let offers = live_of_product(db, product.id, OFFERS).await?;
    Ok(Some(ProductLevel {
        product,
        seller,
        offers,
    }))
}

/// The lots of `product` harvested last.
pub async fn recent_lots(db: &impl ConnectionTrait, product: ProductId) -> Result<Vec<batch::Model>, DbErr> {
    batch::Entity::find()
        .filter(batch::Column::ProductId.eq(product))
        .order_by_desc(batch::Column::HarvestedOn)
        .order_by_desc(batch::Column::Id)
        .limit(RECENT_LOTS)
        .all(db)
        .await
}
