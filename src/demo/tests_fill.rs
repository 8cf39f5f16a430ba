//! What stands in the database once a demo has been made.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use entity::{
    Gtin, Phone, Thousandths, Unit as Measure,
    catalogue::{
        certificate::{self, Kind},
        product::{self, GtinKind},
        seller, staff,
    },
    frame::change::{self, Subject},
    identity::{
        person,
        role::{self, Office},
    },
    listings::{
        listing::{self, State, StockMode},
        pool, pool_lot, stock_move,
    },
    market::{market, stall},
    trace::{batch, batch_plot, diary_entry, event, event_epc, plot},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, SqlxPostgresConnector};

use super::{
    Date, Progress, Scale, World,
    accounts::{ACCOUNTS, FARMER, PASSWORD, STALL_KEEPER, STALL_KEEPERS_MARKET},
    fill, open,
};
use crate::{
    app::{App, Source},
    config::Config,
    db::{self, Actor},
    identity::password,
    trace::events::batch_uri,
};

fn config(database_url: String, folder: &Path) -> Config {
    Config {
        listen: "127.0.0.1:8080".parse().expect("an address"),
        database_url,
        public_url: None,
        resolver_url: Some("https://id.example.vn".to_owned()),
        gs1_prefix: None,
        geoip: None,
        media: folder.join("media"),
        state: folder.to_owned(),
        limits: false,
        page_cache: true,
        money: crate::config::Money::Direct,
        sms: crate::config::Sms::Folder(folder.join("sms")),
        messengers: crate::config::Messengers::in_folders(folder),
        oidc: None,
        policy: crate::config::Policy::default(),
        secrets: crate::config::Secrets::default(),
    }
}

pub(super) fn on_sqlite(folder: &Path) -> Config {
    config(format!("sqlite://{}", folder.join("demo.db").display()), folder)
}

pub(super) async fn small(folder: &Path) -> App {
    open(on_sqlite(folder), Scale::Small).await.expect("a small demo")
}

pub(super) async fn all<E: EntityTrait>(app: &App) -> Vec<E::Model> {
    E::find().all(app.db().read()).await.expect("rows")
}

pub(super) async fn one_setting(app: &App, name: &str) -> Option<String> {
    db::setting(app.db().read(), name).await.expect("a setting")
}

/// The world that a demo made today shows.
fn world(app: &App, scale: Scale) -> World {
    let today = app.today().0;
    World::generate(scale, Date::new(today.year(), today.month(), today.day()))
}

/// What every demo must keep, whatever its scale and its database.
async fn keeps_its_promises(app: &App, scale: Scale) {
    let world = world(app, scale);
    assert_eq!(one_setting(app, "demo").await.as_deref(), Some(scale.code()));
    assert_eq!(all::<seller::Entity>(app).await.len(), world.sellers.len());
    assert_eq!(all::<market::Entity>(app).await.len(), world.markets.len());
    assert_eq!(all::<stall::Entity>(app).await.len(), world.stalls.len());
    let products = all::<product::Entity>(app).await;
    assert_eq!(products.len(), scale.sizes().products);
    assert_eq!(all::<listing::Entity>(app).await.len(), products.len());
    let people = all::<person::Entity>(app).await;
    let unnamed = ACCOUNTS.iter().filter(|account| account.name.is_some()).count();
    assert_eq!(people.len(), world.sellers.len() + world.stalls.len() + unnamed);

    the_accounts_open(app, &people).await;
    the_farmer_can_show_the_walk(app).await;
    every_stage_is_an_event(app).await;
    badges_are_as_the_world_says(app, &world).await;
    stock_adds_up(app).await;
    numbers_go_on(app, &products).await;
    everything_public_is_in_the_change_log(app).await;
}

async fn the_accounts_open(app: &App, people: &[person::Model]) {
    let by_phone: HashMap<&str, &person::Model> = people.iter().map(|person| (person.phone.as_str(), person)).collect();
    let offices: HashMap<_, _> = all::<role::Entity>(app)
        .await
        .into_iter()
        .map(|row| (row.person_id, row.role))
        .collect();
    for account in ACCOUNTS {
        let person = by_phone[account.phone];
        assert_eq!(offices.get(&person.id).copied(), account.office, "{}", account.phone);
    }
    assert_eq!(ACCOUNTS[6].office, Some(Office::Administrator));
    let hashes: HashSet<&str> = people.iter().map(|person| person.password_hash.as_str()).collect();
    assert_eq!(hashes.len(), 1);
    for hash in hashes {
        assert!(
            password::verify(Some(hash.to_owned()), PASSWORD.to_owned())
                .await
                .expect("a hash")
        );
        assert!(
            !password::verify(Some(hash.to_owned()), "choque".to_owned())
                .await
                .expect("a hash")
        );
    }
    let keeper = by_phone[STALL_KEEPER].id;
    let stalls = all::<stall::Entity>(app).await;
    let kept: Vec<_> = stalls.iter().filter(|stall| stall.person_id == Some(keeper)).collect();
    let markets = all::<market::Entity>(app).await;
    assert_eq!(kept.len(), 1);
    assert!(
        markets
            .iter()
            .any(|market| market.id == kept[0].market_id && market.name == STALL_KEEPERS_MARKET)
    );
}

async fn the_farmer_can_show_the_walk(app: &App) {
    let phone: Phone = FARMER.parse().expect("a phone");
    let farmer = person::Entity::find()
        .filter(person::Column::Phone.eq(phone))
        .one(app.db().read())
        .await
        .expect("a row");
    let farmer = farmer.expect("the farmer");
    let staff = all::<staff::Entity>(app).await;
    let own: Vec<_> = staff
        .iter()
        .filter(|row| row.person_id == farmer.id)
        .map(|row| row.seller_id)
        .collect();
    assert_eq!(own.len(), 1);
    let sellers = all::<seller::Entity>(app).await;
    let seller = sellers
        .iter()
        .find(|row| row.id == own[0])
        .expect("the farmer's cooperative");
    assert_eq!(
        (seller.name.as_str(), seller.slug.as_str()),
        ("HTX chè Hảo Đạt", "htx-che-hao-dat")
    );

    let today = app.today();
    let sprayed = |entry: &diary_entry::Model| {
        entry
            .interval_days
            .is_some_and(|days| entry.happened_at.day().plus_days(days) > today)
    };
    let barred: HashSet<_> = all::<diary_entry::Entity>(app)
        .await
        .into_iter()
        .filter(sprayed)
        .filter_map(|entry| entry.plot_id)
        .collect();
    let plots = all::<plot::Entity>(app).await;
    assert!(
        plots
            .iter()
            .any(|plot| plot.seller_id == seller.id && !barred.contains(&plot.id)),
        "a plot free of intervals"
    );

    let (products, batches) = (all::<product::Entity>(app).await, all::<batch::Entity>(app).await);
    let listings = all::<listing::Entity>(app).await;
    let shown = products.iter().any(|product| {
        product.seller_id == seller.id
            && product.unit == Measure::Kilogram
            && batches.iter().any(|batch| batch.product_id == product.id)
            && listings
                .iter()
                .any(|row| row.product_id == product.id && row.state == State::Live && row.unit == product.unit)
    });
    assert!(shown, "a product by the kilogram with a batch and a live listing");
    let found = listings
        .iter()
        .find(|row| row.title == "Chè tôm nõn")
        .expect("a listing of the farmer");
    assert_eq!(found.slug.as_str(), "che-tom-non");
    for word in ["che tom non", "htx che hao dat", "xa tan cuong", "thai nguyen"] {
        assert!(found.search_text.contains(word), "{} lacks {word}", found.search_text);
    }
}

async fn every_stage_is_an_event(app: &App) {
    let events: HashMap<_, _> = all::<event::Entity>(app)
        .await
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let (entries, batches) = (all::<diary_entry::Entity>(app).await, all::<batch::Entity>(app).await);
    assert_eq!(events.len(), entries.len() + batches.len());
    for row in events.values() {
        let event: epcis::Event = serde_json::from_str(&row.document).expect("an event reads back");
        event
            .check()
            .unwrap_or_else(|broken| panic!("{broken:?} in {}", row.document));
        assert!(row.event_time <= row.record_time && row.record_time <= app.now());
    }
    for entry in &entries {
        let event = &events[&entry.event_id];
        assert_eq!(
            (event.event_time, event.record_time),
            (entry.happened_at, entry.recorded_at)
        );
        assert_eq!(
            (event.seller_id, event.recorded_by),
            (Some(entry.seller_id), Some(entry.recorded_by))
        );
    }
    let epcs = all::<event_epc::Entity>(app).await;
    let of: HashMap<&str, Vec<_>> = epcs.iter().fold(HashMap::new(), |mut of: HashMap<_, Vec<_>>, row| {
        of.entry(row.epc.as_str()).or_default().push(&events[&row.event_id]);
        of
    });
    let grown: HashSet<_> = all::<batch_plot::Entity>(app)
        .await
        .into_iter()
        .map(|row| row.batch_id)
        .collect();
    assert!(!grown.is_empty());
    for batch in &batches {
        let uri = batch_uri(app.resolver_url(), &batch.gtin, &batch.lot);
        let made = of[uri.as_str()]
            .iter()
            .filter(|event| event.biz_step.as_deref() == Some("creating_class_instance"));
        assert_eq!(made.count(), 1, "{uri}");
        assert!(uri.starts_with("https://id.example.vn/01/0"), "{uri}");
        assert!(batch.recorded_at.day() >= batch.packed_on.expect("it is packed"));
    }
}

async fn badges_are_as_the_world_says(app: &App, world: &World) {
    let today = app.today();
    let names: HashMap<_, _> = all::<seller::Entity>(app)
        .await
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();
    let products: HashMap<_, _> = all::<product::Entity>(app)
        .await
        .into_iter()
        .map(|row| (row.id, (names[&row.seller_id].clone(), row.name)))
        .collect();
    let mut held: HashMap<_, Vec<certificate::Model>> = HashMap::new();
    for row in all::<certificate::Entity>(app).await {
        let product = row.product_id.expect("the demo's certificates are of products");
        held.entry(products[&product].clone()).or_default().push(row);
    }
    let mut lapsed = 0;
    for (seller, product) in world
        .sellers
        .iter()
        .flat_map(|seller| seller.products.iter().map(move |product| (seller, product)))
    {
        // Two invented households may share a name; what they hold is then told together.
        if world.sellers.iter().filter(|other| other.name == seller.name).count() > 1 {
            continue;
        }
        let rows = held
            .get(&(seller.name.clone(), product.name.clone()))
            .map_or(&[][..], Vec::as_slice);
        let (stars, standards): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.kind == Kind::Ocop);
        assert_eq!(standards.len(), product.certificates.len(), "{}", product.name);
        for (row, told) in standards.iter().zip(&product.certificates) {
            assert_eq!(row.number.as_deref(), Some(told.number.as_str()));
            assert!(!seller.real, "{} is real and has an invented certificate", seller.name);
        }
        assert!(stars.len() <= 1);
        let badge = stars.iter().find(|row| row.ends_on > today).and_then(|row| row.star);
        let day = Date::new(today.0.year(), today.0.month(), today.0.day());
        assert_eq!(badge, product.badge_on(day).map(i32::from), "{}", product.name);
        for row in &stars {
            assert!(row.verified && row.number.is_none());
            assert_eq!(row.ends_on, row.granted_on.plus_months(36));
            lapsed += usize::from(row.ends_on <= today);
        }
    }
    assert!(lapsed > 0, "some recognitions have run out");
}

async fn stock_adds_up(app: &App) {
    let batches: HashMap<_, _> = all::<batch::Entity>(app)
        .await
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let mut lots: HashMap<_, i64> = HashMap::new();
    for lot in all::<pool_lot::Entity>(app).await {
        assert!(lot.received > Thousandths::ZERO && lot.received <= batches[&lot.batch_id].quantity);
        assert!(batches[&lot.batch_id].expires_on.is_some_and(|day| day > app.today()));
        *lots.entry(lot.pool_id).or_default() += lot.received.0;
    }
    let mut moved: HashMap<_, i64> = HashMap::new();
    for row in all::<stock_move::Entity>(app).await {
        *moved.entry(row.pool_id).or_default() += row.delta.0;
    }
    let pools: HashMap<_, _> = all::<pool::Entity>(app)
        .await
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    for pool in pools.values() {
        assert_eq!(moved[&pool.id], pool.left().0);
        assert!(lots.get(&pool.id).is_none_or(|sum| *sum == pool.left().0));
    }
    for row in all::<listing::Entity>(app).await {
        let pool = row.pool_id.map(|id| &pools[&id]);
        assert_eq!(row.stock_mode == StockMode::Stock, pool.is_some());
        assert!(pool.is_none_or(|pool| pool.product_id == row.product_id && pool.unit == row.unit));
        let published = row.published_at.expect("it is live");
        assert!(published < app.now() && published.day() >= app.today().plus_days(-366));
    }
}

async fn numbers_go_on(app: &App, products: &[product::Model]) {
    let numbers: HashSet<&Gtin> = products.iter().map(|product| &product.gtin).collect();
    assert_eq!(numbers.len(), products.len());
    assert!(
        products
            .iter()
            .all(|product| product.gtin.is_restricted() && product.gtin_kind == GtinKind::Restricted)
    );
    assert!(
        products
            .iter()
            .any(|product| product.gtin.to_string().starts_with("0210000000001"))
    );
    let next = app
        .write(Actor::System, |unit| {
            Box::pin(async move { unit.next_number("gtin-21").await })
        })
        .await;
    let next: Result<i64, sea_orm::DbErr> = next;
    assert_eq!(
        next.expect("a number"),
        i64::try_from(products.len()).expect("a few") + 1
    );
}

async fn everything_public_is_in_the_change_log(app: &App) {
    let mut told: HashMap<Subject, HashSet<_>> = HashMap::new();
    for row in all::<change::Entity>(app).await {
        assert!(row.seq.is_some(), "whoever serves the demo finds nothing to number");
        told.entry(row.subject).or_default().insert(row.subject_id);
    }
    let rows = |ids: Vec<uuid::Uuid>| ids.into_iter().collect::<HashSet<_>>();
    assert_eq!(
        told[&Subject::Seller],
        rows(
            all::<seller::Entity>(app)
                .await
                .into_iter()
                .map(|row| row.id.0)
                .collect()
        )
    );
    assert_eq!(
        told[&Subject::Product],
        rows(
            all::<product::Entity>(app)
                .await
                .into_iter()
                .map(|row| row.id.0)
                .collect()
        )
    );
    assert_eq!(
        told[&Subject::Listing],
        rows(
            all::<listing::Entity>(app)
                .await
                .into_iter()
                .map(|row| row.id.0)
                .collect()
        )
    );
    assert_eq!(
        told[&Subject::Batch],
        rows(
            all::<batch::Entity>(app)
                .await
                .into_iter()
                .map(|row| row.id.0)
                .collect()
        )
    );
    let certificates = all::<certificate::Entity>(app).await;
    assert_eq!(
        told[&Subject::Certificate],
        rows(certificates.into_iter().map(|row| row.id.0).collect())
    );
}

#[tokio::test]
async fn a_small_demo_keeps_its_promises() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = small(folder.path()).await;
    assert!(app.is_demo());
    keeps_its_promises(&app, Scale::Small).await;
}

#[tokio::test]
async fn a_province_keeps_them_too_and_says_how_far_it_is() {
    #[derive(Default)]
    struct Seen(std::sync::Mutex<(u64, u64, bool)>);

    impl Progress for Seen {
        fn begin(&self, total: u64) {
            self.0.lock().expect("not poisoned").0 = total;
        }

        fn advance(&self, count: u64) {
            self.0.lock().expect("not poisoned").1 += count;
        }

        fn finish(&self) {
            self.0.lock().expect("not poisoned").2 = true;
        }
    }

    let folder = tempfile::tempdir().expect("a folder");
    let app = App::open(on_sqlite(folder.path()), Source::seeded("province"))
        .await
        .expect("a database");
    let seen = Seen::default();
    let summary = fill(&app, Scale::Province, &seen).await.expect("a province");
    assert_eq!(*seen.0.lock().expect("not poisoned"), (2_700, 2_700, true));
    assert_eq!(
        (summary.products, summary.listings, summary.markets, summary.stalls),
        (2_700, 2_700, 20, 2_100)
    );
    eprintln!("{} rows: {summary:?}", summary.total());
    keeps_its_promises(&app, Scale::Province).await;
}

#[tokio::test]
async fn postgresql_holds_the_same() {
    let Ok(server) = std::env::var("CHOQUE_TEST_POSTGRES") else {
        assert!(
            std::env::var("CI").is_err(),
            "CI must name a server in CHOQUE_TEST_POSTGRES"
        );
        eprintln!("skipped: CHOQUE_TEST_POSTGRES names no server");
        return;
    };
    let name = format!("choque_demo_{:x}", Source::system().random());
    let pool = sqlx::PgPool::connect(&server).await.expect("a server");
    let pool = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    pool.execute_unprepared(&format!("create database {name}"))
        .await
        .expect("a database");
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(format!("{base}/{name}"), folder.path());
    for scale in [Scale::Province, Scale::Small] {
        // The second time it is only opened: the scale that was asked for first stays.
        let app = open(config.clone(), scale).await.expect("a demo");
        assert!(app.is_demo());
        assert_eq!(all::<product::Entity>(&app).await.len(), 2_700);
    }
    let app = open(config, Scale::Province).await.expect("a demo");
    keeps_its_promises(&app, Scale::Province).await;
    drop(app);
    pool.execute_unprepared(&format!("drop database {name} with (force)"))
        .await
        .expect("the database is gone");
}
