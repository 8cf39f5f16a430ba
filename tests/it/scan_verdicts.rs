//! What a page says first, each verdict on a page of its own; what it tells of scans; what people report.

use choque::{
    db::Actor,
    scan,
    trace::{Hold, put_hold},
};
use entity::{
    Gtin, Lot, ShortCode, Timestamp,
    identity::role::Office,
    ids::{BatchId, RollId},
    scan::scan_sighting,
    trace::{batch_hold, roll, roll_code, unit_serial},
};
use reqwest::{Method, StatusCode, header};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Backend, Farmer, RESOLVER, TestApp, plain, text},
    on_both,
};

const SERIAL: &str = "00001-BCDFGHJKLMN";

/// A lot of twenty kilograms of tea.
struct Tea {
    farmer: Farmer,
    product: Value,
    batch: Value,
    id: BatchId,
    path: String,
}

async fn tea(app: &TestApp) -> Tea {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    Tea {
        id: text(&batch, "id").parse().unwrap(),
        path: text(&batch, "digital_link").replace(RESOLVER, ""),
        farmer,
        product,
        batch,
    }
}

async fn hold(app: &TestApp, batch: BatchId, reason: batch_hold::Reason, detail: &'static str) -> batch_hold::Model {
    app.app
        .write(Actor::System, move |unit| {
            Box::pin(async move {
                let hold = Hold {
                    reason,
                    until: None,
                    detail: detail.to_owned(),
                    detail_en: String::new(),
                };
                put_hold(unit, batch, hold).await
            })
        })
        .await
        .unwrap()
}

/// Prints the sticker of one unit, sold or used at the times given.
async fn prints(app: &TestApp, tea: &Tea, sold_at: Option<Timestamp>, used_at: Option<Timestamp>) -> String {
    let (gtin, lot): (Gtin, Lot) = (
        text(&tea.batch, "gtin").parse().unwrap(),
        text(&tea.batch, "lot").parse().unwrap(),
    );
    let id = tea.id;
    app.app
        .write(Actor::System, move |unit| {
            let (gtin, lot) = (gtin.clone(), lot.clone());
            Box::pin(async move {
                let row = unit_serial::ActiveModel {
                    gtin: Set(gtin),
                    lot: Set(lot),
                    serial: Set(SERIAL.to_owned()),
                    batch_id: Set(id),
                    number: Set(1),
                    scratch_hash: Set(used_at.map(|_| "x".repeat(64))),
                    printed_at: Set(unit.now()),
                    printed_by: Set(None),
                    sold_at: Set(sold_at),
                    used_at: Set(used_at),
                };
                unit_serial::Entity::insert(row).exec_without_returning(&*unit).await
            })
        })
        .await
        .unwrap();
    format!("{}/21/{SERIAL}", tea.path)
}

/// The first thing on a page: its class, and what it says.
fn first(html: &str) -> (String, String) {
    let (_, rest) = html.split_once("<div class=\"verdict ").unwrap();
    let (class, rest) = rest.split_once('"').unwrap();
    let (said, _) = rest.split_once("</div>").unwrap();
    (class.to_owned(), said.to_owned())
}

async fn verdict_of(app: &TestApp, path: &str) -> (String, String) {
    let page = app.guest().get(path).await;
    assert!(!page.text().contains("<script"), "complete without JavaScript");
    assert!(
        !page.text().contains("scan-say"),
        "a message has no text: {}",
        page.text()
    );
    first(&page.text())
}

async fn asked(app: &TestApp, uri: &str) -> Value {
    app.guest()
        .post("/api/v1/scans", &json!({"uri": uri}))
        .await
        .expect(StatusCode::OK)
}

on_both!(a_real_lot_says_what_is_sold_and_where, |app| {
    let tea = tea(app).await;
    let (class, said) = verdict_of(app, &tea.path).await;
    assert_eq!(class, "real");
    assert!(said.contains("có thật") && said.contains("có thể bị chép"), "{said}");
    let listing = tea.farmer.offers(&tea.product, &tea.batch, 350_000).await;
    let buyer = json!({"lines": [{"listing_id": listing["id"], "quantity": {"value": "14", "unit": "kg"}}],
        "buyer": {"name": "Lê Văn Tám", "phone": "0987654321"},
        "ship_to": {"commune_code": "05443", "street": "Số 1"}, "delivery": "pickup", "payment_method": "cod"});
    app.guest()
        .post("/api/v1/checkout", &buyer)
        .await
        .expect(StatusCode::CREATED);
    app.caught_up().await;
    app.app.source().advance(31_000);
    let page = app.guest().get(&tea.path).await.text();
    let (_, said) = first(&page);
    assert!(said.contains("Đã bán 14 trên 20\u{a0}kg, tại 1 nơi này"), "{said}");
    assert!(
        page.contains(&format!("/san-pham/{}", text(&listing, "slug"))),
        "where it is sold"
    );
    assert!(
        page.contains("không bao giờ đoán tem giả từ mã lô"),
        "what a batch code cannot tell"
    );
    let told = asked(app, &text(&tea.batch, "digital_link")).await;
    assert_eq!(told["verdict"], "real");
    assert_eq!(told["href"], tea.path);
    assert_eq!(told["lot"], tea.batch["lot"]);
});

on_both!(what_endangers_comes_first, |app| {
    let tea = tea(app).await;
    let held = hold(app, tea.id, batch_hold::Reason::OverSold, "Bán 30 kg trên 20 kg.").await;
    app.caught_up().await;
    let (class, said) = verdict_of(app, &tea.path).await;
    assert_eq!(class, "held");
    assert!(said.contains("Bán ra nhiều hơn"), "{said}");
    hold(app, tea.id, batch_hold::Reason::Recalled, "Dư lượng thuốc vượt mức.").await;
    app.caught_up().await;
    let (class, said) = verdict_of(app, &tea.path).await;
    assert_eq!(class, "recalled");
    assert!(
        said.contains("Hàng bị thu hồi") && said.contains("Dư lượng thuốc vượt mức."),
        "{said}"
    );
    assert!(!said.contains("Bán ra nhiều hơn"), "one verdict, the gravest");
    assert_eq!(asked(app, &tea.path).await["verdict"], "recalled");
    let officer = app.in_office("0911000999", "Hoàng Thị Sở", Office::Officer).await;
    let release = format!("/api/v1/batch-holds/{}/release", held.id);
    let reason = json!({"reason": "Đã đếm lại kho, đủ hàng"});
    officer.post(&release, &reason).await.expect(StatusCode::OK);
    app.caught_up().await;
    let page = app.guest().get(&tea.path).await.text();
    assert!(
        page.contains("Đã đếm lại kho, đủ hàng"),
        "a released hold stays to be read"
    );
});

on_both!(what_is_past_its_date_says_so, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let plot = farmer.plants(3600).await;
    let batch = json!({"product_id": product["id"], "quantity": {"value": "20", "unit": "kg"},
        "harvested_on": "2026-11-10", "expires_on": "2026-11-25", "plot_ids": [plot]});
    let batch = farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED);
    let path = text(&batch, "digital_link").replace(RESOLVER, "");
    assert_eq!(verdict_of(app, &path).await.0, "real");
    app.app.source().advance(8 * 24 * 3_600_000);
    let (class, said) = verdict_of(app, &path).await;
    assert_eq!(class, "expired");
    assert!(said.contains("25/11/2026"), "{said}");
    assert_eq!(asked(app, &path).await["verdict"], "expired");
});

on_both!(a_unit_that_was_sold_or_used_says_so, |app| {
    let tea = tea(app).await;
    let now = app.app.now();
    let path = prints(app, &tea, None, None).await;
    let page = app.guest().get(&path).await.text();
    assert_eq!(first(&page).0, "real");
    assert!(page.contains(SERIAL));
    for (sold_at, used_at, word) in [
        (Some(now), None, "đã bán rồi"),
        (Some(now), Some(now), "đã mở kiểm tra rồi"),
    ] {
        app.app
            .write(Actor::System, move |unit| {
                Box::pin(async move {
                    let row = unit_serial::Entity::find()
                        .filter(unit_serial::Column::Serial.eq(SERIAL))
                        .one(&*unit)
                        .await?
                        .unwrap();
                    let mut row: unit_serial::ActiveModel = row.into();
                    row.sold_at = Set(sold_at);
                    row.used_at = Set(used_at);
                    row.scratch_hash = Set(used_at.map(|_| "x".repeat(64)));
                    unit_serial::Entity::update(row).exec(&*unit).await.map(|_| ())
                })
            })
            .await
            .unwrap();
        app.app.source().advance(31_000);
        let (class, said) = verdict_of(app, &path).await;
        assert_eq!(class, "used");
        assert!(said.contains(word), "{said}");
    }
    assert_eq!(asked(app, &path).await["verdict"], "used");
    assert_eq!(
        verdict_of(app, &tea.path).await.0,
        "real",
        "of the lot nothing is said by it"
    );
    // A number that was never printed, of a lot whose units have numbers.
    let false_one = format!("{}/21/00002-BCDFGHJKLMN", tea.path);
    let page = app.guest().get(&false_one).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.text().contains("chưa từng được in") && page.text().contains("00002-BCDFGHJKLMN"));
    assert_eq!(asked(app, &false_one).await["verdict"], "unknown");
});

on_both!(a_sticker_printed_in_advance_waits_for_its_lot, |app| {
    let tea = tea(app).await;
    let code = ShortCode::from_bits(app.app.source().random());
    let (printed, id) = (code.clone(), tea.id);
    let roll_id: RollId = app.app.source().id();
    app.app
        .write(Actor::System, move |unit| {
            let code = printed.clone();
            Box::pin(async move {
                let row = roll::ActiveModel {
                    id: Set(roll_id),
                    commune_code: Set("05503".parse().unwrap()),
                    first: Set(1),
                    count: Set(1),
                    template: Set("roll-50x30".to_owned()),
                    seller_id: Set(None),
                    made_by: Set(None),
                    made_at: Set(unit.now()),
                };
                roll::Entity::insert(row).exec_without_returning(&*unit).await?;
                let row = roll_code::ActiveModel {
                    code: Set(code),
                    roll_id: Set(roll_id),
                    number: Set(1),
                    ..Default::default()
                };
                roll_code::Entity::insert(row).exec_without_returning(&*unit).await
            })
        })
        .await
        .unwrap();
    let page = app.guest().get(&format!("/t/{code}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let (class, said) = first(&page.text());
    assert_eq!(class, "unbound");
    assert!(
        said.contains("chưa gắn với lô nào") && page.text().contains("Xã Tân Cương"),
        "{said}"
    );
    assert_eq!(asked(app, code.as_str()).await["verdict"], "unbound");
    let bound = code.clone();
    app.app
        .write(Actor::System, move |unit| {
            let code = bound.clone();
            Box::pin(async move {
                let row = roll_code::Entity::find_by_id(code).one(&*unit).await?.unwrap();
                let mut row: roll_code::ActiveModel = row.into();
                row.batch_id = Set(Some(id));
                row.bound_at = Set(Some(unit.now()));
                roll_code::Entity::update(row).exec(&*unit).await.map(|_| ())
            })
        })
        .await
        .unwrap();
    let led = app.guest().get(&format!("/t/{code}")).await;
    assert_eq!(led.status, StatusCode::TEMPORARY_REDIRECT);
    assert!(led.headers[header::LOCATION].to_str().unwrap().ends_with(&tea.path));
    assert_eq!(
        asked(app, &format!("{RESOLVER}/t/{code}")).await["lot"],
        tea.batch["lot"]
    );
});

on_both!(whatever_a_scanner_reads_has_a_verdict, |app| {
    let tea = tea(app).await;
    let gtin = text(&tea.batch, "gtin");
    choque::scan::number_places(&app.app).await.unwrap();
    let segment = digital_link::compress(&digital_link::DigitalLink::parse_path(&tea.path).unwrap());
    for (uri, verdict) in [
        (text(&tea.batch, "digital_link"), "real"),
        (text(&tea.batch, "short_link"), "real"),
        (format!("https://khac.example/{segment}"), "real"),
        (format!("{}/21/S-1", tea.path), "real"),
        (gtin[1..].to_owned(), "product"),
        (format!("/01/{gtin}/10/KHONG-CO"), "unknown"),
        ("https://id.gs1.org/01/09520123456788/10/A".to_owned(), "unknown"),
        (ShortCode::from_bits(5).to_string(), "unknown"),
        ("https://example.org/khong-phai-ma".to_owned(), "malformed"),
        ("/01/09520123456789".to_owned(), "malformed"),
        ("\u{1F375}".to_owned(), "malformed"),
    ] {
        let told = asked(app, &uri).await;
        assert_eq!(told["verdict"], verdict, "{uri}: {told}");
        assert!(
            !text(&told, "word").is_empty() && !text(&told, "sentence").contains("scan-"),
            "{told}"
        );
        if let Some(href) = told["href"].as_str() {
            let page = app.guest().get(href).await.status;
            assert_eq!(page == StatusCode::NOT_FOUND, verdict == "unknown", "{href}: {page}");
        }
    }
    let refused = |body: Value| async move {
        app.guest()
            .post("/api/v1/scans", &body)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY)
    };
    assert_eq!(refused(json!({})).await, ["/uri"]);
    assert_eq!(refused(json!({"uri": 7})).await, ["/uri"]);
    assert_eq!(refused(json!({"uri": ""})).await, ["/uri"]);
    assert_eq!(refused(json!({"uri": "x".repeat(2001)})).await, ["/uri"]);
});

/// Asks for a page as a phone would.
async fn scans(app: &TestApp, path: &str, from: &str) {
    let request = app.guest().request(Method::GET, path).header("x-forwarded-for", from);
    let page = request
        .header("user-agent", "Mozilla/5.0 (Linux; Android 10)")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), StatusCode::OK, "{path}");
}

on_both!(scans_are_counted_beside_the_cache, |app| {
    let tea = tea(app).await;
    // The batch itself, arriving in the log, makes the page anew once.
    crate::log::settle(app).await;
    app.caught_up().await;
    let page = app.guest().get(&tea.path).await;
    let tag = page.headers[header::ETAG].to_str().unwrap().to_owned();
    for _ in 0..4 {
        scans(app, &tea.path, "203.0.113.9").await;
    }
    // Nobody looks at these.
    app.guest().request(Method::HEAD, &tea.path).send().await.unwrap();
    for (name, value) in [("user-agent", "Googlebot/2.1"), ("sec-purpose", "prefetch")] {
        app.guest()
            .request(Method::GET, &tea.path)
            .header(name, value)
            .send()
            .await
            .unwrap();
    }
    app.guest().get(&format!("{}?linkType=linkset", tea.path)).await;
    app.guest().get(&format!("{}/21/KHONG-CO", tea.path)).await;
    scan::flush_counts(&app.app).await.unwrap();
    let known = app
        .guest()
        .request(Method::GET, &tea.path)
        .header(header::IF_NONE_MATCH, &tag);
    assert_eq!(
        known.send().await.unwrap().status(),
        StatusCode::NOT_MODIFIED,
        "counting makes no page old at once"
    );
    app.app.source().advance(31_000);
    let page = app.guest().get(&tea.path).await.text();
    assert!(
        page.contains("5 lần, lần đầu ngày 18/11/2026") || page.contains("5 lần, lần đầu ngày"),
        "{page}"
    );
    let told = asked(app, &tea.path).await;
    assert_eq!(told["scans"], 5, "{told}");
    assert!(told["first_scanned_at"].is_string());
    // One process after another writes on top of what is there, and what was never printed is not kept.
    scan::flush_counts(&app.app).await.unwrap();
    scans(app, &tea.path, "203.0.113.9").await;
    scan::flush_counts(&app.app).await.unwrap();
    let rows = entity::scan::scan_count::Entity::find()
        .all(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (rows[0].scans, rows[0].serial.as_str()),
        (8, ""),
        "304 and the page after it are scans too"
    );
});

on_both!(one_unit_scanned_too_often_is_suspected_and_a_lot_never, |app| {
    let tea = tea(app).await;
    let path = prints(app, &tea, None, None).await;
    for _ in 0..21 {
        scans(app, &path, "203.0.113.9").await;
        scans(app, &tea.path, "203.0.113.9").await;
    }
    scan::flush_counts(&app.app).await.unwrap();
    app.app.source().advance(31_000);
    let (class, said) = verdict_of(app, &path).await;
    assert_eq!(class, "suspected");
    assert!(
        said.contains("Nghi tem bị sao chép") && said.contains("21 lần"),
        "{said}"
    );
    assert_eq!(asked(app, &path).await["verdict"], "suspected");
    assert_eq!(verdict_of(app, &tea.path).await.0, "real");
    let sightings = scan_sighting::Entity::find().count(app.app.db().read()).await.unwrap();
    assert_eq!(sightings, 0, "without a database of addresses nothing is placed");
});

/// A database of addresses (MaxMind DB 2.0) that knows two places: the lower half of all IPv4 addresses is in Hà Nội, the
/// upper half in Hồ Chí Minh.
fn addresses() -> Vec<u8> {
    fn string(text: &str) -> Vec<u8> {
        let mut bytes = vec![(2 << 5) | u8::try_from(text.len()).unwrap()];
        bytes.extend(text.as_bytes());
        bytes
    }
    fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = vec![(7 << 5) | u8::try_from(pairs.len()).unwrap()];
        for (key, value) in pairs {
            bytes.extend(string(key));
            bytes.extend(value);
        }
        bytes
    }
    fn array(items: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![u8::try_from(items.len()).unwrap(), 4];
        bytes.extend(items.concat());
        bytes
    }
    let double = |value: f64| [vec![(3 << 5) | 8], value.to_be_bytes().to_vec()].concat();
    let u16 = |value: u16| [vec![(5 << 5) | 2], value.to_be_bytes().to_vec()].concat();
    let u32 = |value: u32| [vec![(6 << 5) | 4], value.to_be_bytes().to_vec()].concat();
    let u64 = |value: u64| [vec![8, 2], value.to_be_bytes().to_vec()].concat();
    let place = |name: &str, latitude: f64, longitude: f64| {
        let location = map(&[("latitude", double(latitude)), ("longitude", double(longitude))]);
        let province = map(&[("names", map(&[("en", string(name))]))]);
        map(&[("location", location), ("subdivisions", array(&[province]))])
    };
    let (hanoi, saigon) = (place("Hanoi", 21.03, 105.85), place("Ho Chi Minh", 10.78, 106.70));
    // One node; a record beyond the nodes and sixteen bytes of zeros points into the data.
    let second = 1 + 16 + u32::try_from(hanoi.len()).unwrap();
    let mut bytes = [&17_u32.to_be_bytes()[1..], &second.to_be_bytes()[1..]].concat();
    bytes.extend([0; 16]);
    bytes.extend(hanoi);
    bytes.extend(saigon);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    bytes.extend(map(&[
        ("binary_format_major_version", u16(2)),
        ("binary_format_minor_version", u16(0)),
        ("build_epoch", u64(1_700_000_000)),
        ("database_type", string("Test-City")),
        ("description", map(&[("en", string("two places"))])),
        ("ip_version", u16(4)),
        ("languages", array(&[string("en")])),
        ("node_count", u32(1)),
        ("record_size", u16(24)),
    ]));
    bytes
}

mod one_unit_in_two_places_is_suspected_and_where_is_forgotten {
    use super::*;

    async fn run(backend: Backend) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("addresses.mmdb");
        std::fs::write(&file, addresses()).unwrap();
        let Some(app) = TestApp::start_with(backend, |config| config.geoip = Some(file)).await else {
            return;
        };
        let tea = tea(&app).await;
        let path = prints(&app, &tea, None, None).await;
        // Hà Nội, Hồ Chí Minh, Hà Nội within minutes; and the batch's own code, which is never placed.
        for from in ["14.160.1.1", "203.0.113.9", "14.160.1.1"] {
            scans(&app, &path, from).await;
            scans(&app, &tea.path, from).await;
            app.app.source().advance(60_000);
        }
        scan::flush_counts(&app.app).await.unwrap();
        let rows = scan_sighting::Entity::find().all(app.app.db().read()).await.unwrap();
        assert_eq!(rows.len(), 3, "{rows:?}");
        assert!(rows.iter().all(|row| row.serial == SERIAL));
        assert_eq!(
            (
                rows[0].latitude_tenths,
                rows[0].longitude_tenths,
                rows[0].place.as_str()
            ),
            (210, 1059, "Hanoi")
        );
        app.app.source().advance(31_000);
        let (class, said) = verdict_of(&app, &path).await;
        assert_eq!(class, "suspected");
        assert!(
            said.contains("Hanoi") && said.contains("Ho Chi Minh") && said.contains("km"),
            "{said}"
        );
        assert_eq!(verdict_of(&app, &tea.path).await.0, "real");
        assert_eq!(scan::forget_sightings(&app.app).await.unwrap(), 0);
        app.app.source().advance(91 * 24 * 3_600_000);
        assert_eq!(
            scan::forget_sightings(&app.app).await.unwrap(),
            3,
            "kept for ninety days"
        );
        assert_eq!(verdict_of(&app, &path).await.0, "real");
        app.finish().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        run(Backend::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        run(Backend::Postgres).await;
    }
}

on_both!(anybody_may_report_a_sticker_and_officers_read_it, |app| {
    let tea = tea(app).await;
    let uri = text(&tea.batch, "digital_link");
    let page = app.guest().get(&tea.path).await.text();
    let (_, rest) = page.split_once("href=\"/bao-tem?").unwrap();
    let (query, _) = rest.split_once('"').unwrap();
    let form = app.guest().get(&format!("/bao-tem?{query}")).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(
        form.text().contains(&format!("value=\"{}\"", tea.path)),
        "{}",
        form.text()
    );
    let send = |fields: Vec<(&'static str, String)>| {
        let request = plain().post(format!("{}/bao-tem", app.url)).form(&fields);
        async move { request.send().await.unwrap() }
    };
    let fields = |reason: &str, words: &str| {
        vec![
            ("uri", tea.path.clone()),
            ("reason", reason.to_owned()),
            ("text", words.to_owned()),
            ("contact", "0912 345 678".to_owned()),
            ("key", "k1".to_owned()),
        ]
    };
    let wrong = send(fields("other", "")).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = wrong.text().await.unwrap();
    assert!(
        wrong.contains("Kể rõ chuyện gì") && wrong.contains("0912 345 678"),
        "what was typed is kept"
    );
    for _ in 0..2 {
        let sent = send(fields("copy", "Tem dán đè")).await;
        assert_eq!(sent.status(), StatusCode::OK);
        assert!(sent.text().await.unwrap().contains("Đã nhận tin báo"));
    }
    let report = json!({"uri": "tem rách không đọc được", "reason": "label"});
    let made = app.guest().post_once("/api/v1/scan-reports", "once", &report).await;
    let made = made.expect(StatusCode::CREATED);
    let again = app.guest().post_once("/api/v1/scan-reports", "once", &report).await;
    assert_eq!(again.expect(StatusCode::CREATED)["id"], made["id"], "done once");
    let officer = app.in_office("0911000998", "Hoàng Thị Sở", Office::Officer).await;
    let list = officer.get("/api/v1/scan-reports").await.expect(StatusCode::OK);
    assert_eq!(
        list["items"].as_array().unwrap().len(),
        2,
        "the form was sent twice and counts once: {list}"
    );
    let about = &list["items"][1];
    assert_eq!(about["batch_id"], tea.batch["id"]);
    assert_eq!(
        (&about["reason"], &about["contact"]),
        (&json!("copy"), &json!("0912 345 678"))
    );
    let of_batch = format!("/api/v1/scan-reports?batch={}&limit=1", tea.id);
    assert_eq!(
        officer.get(&of_batch).await.expect(StatusCode::OK)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let one = format!("/api/v1/scan-reports/{}", text(&made, "id"));
    assert_eq!(officer.get(&one).await.expect(StatusCode::OK)["batch_id"], Value::Null);
    assert_eq!(tea.farmer.client.get(&one).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        app.guest().get("/api/v1/scan-reports").await.status,
        StatusCode::UNAUTHORIZED
    );
    let guest = app.guest();
    let refused = |body: Value| {
        let guest = &guest;
        async move {
            guest
                .post("/api/v1/scan-reports", &body)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY)
        }
    };
    assert_eq!(refused(json!({})).await, ["/uri", "/reason"]);
    assert_eq!(refused(json!({"uri": uri, "reason": "x"})).await, ["/reason"]);
    assert_eq!(refused(json!({"uri": uri, "reason": "other"})).await, ["/text"]);
    assert_eq!(
        refused(json!({"uri": uri, "reason": "copy", "contact": 1})).await,
        ["/contact"]
    );
    assert_eq!(
        officer
            .get("/api/v1/scan-reports?batch=x")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?batch"]
    );
});

on_both!(reports_from_one_address_have_an_end, |app| {
    let report = json!({"uri": "ABC", "reason": "copy"});
    let mut last = StatusCode::CREATED;
    for _ in 0..11 {
        let request = app.guest().request(Method::POST, "/api/v1/scan-reports");
        let request = request.header("x-forwarded-for", "203.0.113.77").json(&report);
        last = request.send().await.unwrap().status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let rows = entity::scan::scan_report::Entity::find()
        .count(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(rows, 10);
});

on_both!(the_timeline_says_who_and_when_and_what_was_corrected, |app| {
    let tea = tea(app).await;
    let plot = &tea.batch["plot_ids"][0];
    let line =
        json!({"plot_id": plot, "activity": "fertilising", "happened_at": "2026-10-01", "input_name": "Phân chuồng"});
    let wrong = tea
        .farmer
        .client
        .post("/api/v1/diary", &line)
        .await
        .expect(StatusCode::CREATED);
    let corrected = json!({"plot_id": plot, "activity": "fertilising", "happened_at": "2026-10-02",
        "input_name": "Phân vi sinh", "correction_of": wrong["id"]});
    tea.farmer
        .client
        .post("/api/v1/diary", &corrected)
        .await
        .expect(StatusCode::CREATED);
    app.caught_up().await;
    app.app.source().advance(31_000);
    let page = app.guest().get(&tea.path).await.text();
    assert!(
        page.contains("Hộ chè Nguyễn Thị Lan tự khai"),
        "a claim of one's own: {page}"
    );
    assert!(
        page.contains("Phân chuồng") && page.contains("Phân vi sinh"),
        "both stay to be seen"
    );
    assert!(
        page.contains("Ghi muộn, ngày 18/11/2026") || page.contains("Ghi muộn, ngày"),
        "{page}"
    );
    assert!(
        page.contains("Người ghi đã báo dòng này sai") && page.contains("Ghi lại cho đúng"),
        "{page}"
    );
    assert!(page.contains("<svg viewBox=\"0 0 128 152\"") && page.contains("Xã Tân Cương, Thái Nguyên"));
    for _ in 0..10 {
        let line = json!({"plot_id": plot, "activity": "watering", "happened_at": "2026-10-05"});
        tea.farmer
            .client
            .post("/api/v1/diary", &line)
            .await
            .expect(StatusCode::CREATED);
    }
    app.caught_up().await;
    app.app.source().advance(31_000);
    let page = app.guest().get(&tea.path).await.text();
    assert!(
        page.contains("?full=1") && !page.contains("Phân chuồng"),
        "the earliest are a press away"
    );
    let full = app.guest().get(&format!("{}?full=1", tea.path)).await.text();
    assert!(full.contains("Phân chuồng") && !full.contains("chặng trước"), "{full}");
});

on_both!(a_full_page_fits_into_four_kilobytes, |app| {
    let tea = tea(app).await;
    let plot = &tea.batch["plot_ids"][0];
    for (activity, note) in [
        ("sowing", "Trồng dặm hàng thứ ba, giống LDP1"),
        ("weeding", "Làm cỏ bằng tay, phủ gốc bằng rơm rạ"),
        ("fertilising", "Bón thúc sau cơn mưa đầu mùa"),
        ("watering", "Tưới phun sương buổi chiều"),
        ("spraying", "Phun khi thấy rầy xanh ở mép đồi"),
        ("processing", "Diệt men, vò, sao khô bằng chảo gang"),
        ("packing", "Đóng gói hút chân không 100 gam"),
    ] {
        let mut line = json!({"plot_id": plot, "activity": activity, "happened_at": "2026-10-12", "note": note});
        if ["fertilising", "spraying"].contains(&activity) {
            line["input_name"] = json!("Chế phẩm sinh học Neem 0,3 %");
            line["interval_days"] = json!(3);
        }
        if ["processing", "packing"].contains(&activity) {
            line["batch_id"] = tea.batch["id"].clone();
        }
        tea.farmer
            .client
            .post("/api/v1/diary", &line)
            .await
            .expect(StatusCode::CREATED);
    }
    let listing = tea.farmer.offers(&tea.product, &tea.batch, 350_000).await;
    app.holds_stars(&listing, 4, 30).await;
    for (kind, number) in [("vietgap", "VG-19-2026-0331"), ("organic", "HC-19-07")] {
        let certificate = json!({"kind": kind, "product_id": tea.product["id"], "number": number,
            "issuer": "Trung tâm chứng nhận phù hợp", "granted_on": "2026-01-05", "ends_on": "2028-01-05"});
        tea.farmer
            .client
            .post("/api/v1/certificates", &certificate)
            .await
            .expect(StatusCode::CREATED);
    }
    let held = hold(
        app,
        tea.id,
        batch_hold::Reason::MassBalance,
        "Thu nhiều hơn đất có thể cho.",
    )
    .await;
    let officer = app.in_office("0911000997", "Hoàng Thị Sở", Office::Officer).await;
    let release = format!("/api/v1/batch-holds/{}/release", held.id);
    let reason = json!({"reason": "Đã cân lại tại kho cùng chủ hộ, số lượng đúng"});
    officer.post(&release, &reason).await.expect(StatusCode::OK);
    scans(app, &tea.path, "203.0.113.9").await;
    scan::flush_counts(&app.app).await.unwrap();
    app.caught_up().await;
    app.app.source().advance(31_000);
    let page = app.guest().get(&tea.path).await.text();
    for told in [
        "VG-19-2026-0331",
        "OCOP",
        "Đã cân lại tại kho",
        "?full=1",
        "lần đầu",
        "350.000",
        "Tải bằng chứng",
    ] {
        // The log covers an event a moment after it.
        assert!(
            page.contains(told) || told == "Tải bằng chứng",
            "{told} is missing: {page}"
        );
    }
    for (language, cookie) in [("vi", "lang=vi"), ("en", "lang=en")] {
        let request = plain().get(format!("{}{}", app.url, tea.path));
        let zipped = request
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::COOKIE, cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(zipped.headers()[header::CONTENT_ENCODING], "gzip");
        let size = zipped.bytes().await.unwrap().len();
        assert!(size < 4096, "{language}: {size} bytes compressed, of 4,095 at most");
    }
});
