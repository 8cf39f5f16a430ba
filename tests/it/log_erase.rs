//! Erasing a person: nothing of them is left in the database, and the log still verifies.

use choque::{
    erase::{EraseError, erase_person},
    trace::log::verify,
};
use entity::{Phone, identity::role::Office};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::json;

use crate::{
    harness::{TestApp, text},
    log::{own, settle},
    on_both,
};

const NAME: &str = "Lò Văn Khuyến Nông";
const SHOP: &str = "Hộ chè Lò Văn Khuyến Nông";
const NOTE: &str = "Bón phân chuồng của bác Sìn bản Mường";
const PHONE: &str = "0987654321";
const LAND: &str = "Nương sau nhà ông Khuyến Nông";
const STREET: &str = "Số 5 ngõ Mường Thín";

/// Whether any of the database's bytes are those of `needle`.
async fn holds(app: &TestApp, needle: &str) -> Vec<String> {
    let url = &app.app.config().database_url;
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mut found = Vec::new();
        for end in ["", "-wal", "-shm"] {
            let file = format!("{path}{end}");
            let bytes = std::fs::read(&file).unwrap_or_default();
            if bytes.windows(needle.len()).any(|window| window == needle.as_bytes()) {
                found.push(file);
            }
        }
        return found;
    }
    let db = Database::connect(url).await.unwrap();
    let tables = "select table_name::text from information_schema.tables where table_schema = 'public'";
    let mut found = Vec::new();
    for row in db
        .query_all_raw(Statement::from_string(DbBackend::Postgres, tables))
        .await
        .unwrap()
    {
        let table: String = row.try_get_by_index(0).unwrap();
        let count = format!("select count(*) from \"{table}\" as held where held::text like '%{needle}%'");
        let row = db
            .query_one_raw(Statement::from_string(DbBackend::Postgres, count))
            .await
            .unwrap()
            .unwrap();
        if row.try_get_by_index::<i64>(0).unwrap() > 0 {
            found.push(table);
        }
    }
    db.close().await.unwrap();
    found
}

on_both!(an_erased_farmer_is_nowhere_and_the_log_still_verifies, |app| {
    let farmer = app.person(PHONE, NAME).await;
    let seller = json!({"name": SHOP, "kind": "household", "commune_code": "05503", "street": STREET, "about": NOTE});
    farmer
        .post("/api/v1/sellers", &seller)
        .await
        .expect(StatusCode::CREATED);
    let product = json!({"name": "Chè tôm nõn", "category": "tea-premium", "unit": "kg", "description": NOTE});
    let product = farmer
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::CREATED);
    let plot = json!({"name": LAND, "commune_code": "05503", "area_m2": 3600});
    let plot = farmer.post("/api/v1/plots", &plot).await.expect(StatusCode::CREATED);
    let entry = json!({"plot_id": plot["id"], "activity": "fertilising", "happened_at": "2026-11-10T08:00:00+07:00", "note": NOTE});
    farmer
        .post_once("/api/v1/diary", "0c9c6d3e-7f0e-4d4e-9d55-3f0d3c7d1b01", &entry)
        .await
        .expect(StatusCode::CREATED);
    let batch = json!({"product_id": product["id"], "quantity": {"value": "20", "unit": "kg"},
        "harvested_on": "2026-11-20", "plot_ids": [plot["id"]]});
    let batch = farmer.post("/api/v1/batches", &batch).await.expect(StatusCode::CREATED);
    let listing = json!({"product_id": product["id"], "price": 300_000, "unit": "kg", "lots": [batch["id"]]});
    farmer
        .post("/api/v1/listings", &listing)
        .await
        .expect(StatusCode::CREATED);
    // Somebody else's is not touched.
    let other = app.farmer().await;
    let others = other.makes("Chè đinh").await;
    let others = other.harvests(&others, "3").await;
    settle(app).await;
    for needle in [NAME, PHONE, NOTE, LAND, STREET] {
        assert!(!holds(app, needle).await.is_empty(), "{needle} was there");
    }
    let before = own(app).await;
    assert!(before.is_right(), "{:?}", before.faults);
    app.caught_up().await;

    let phone: Phone = PHONE.parse().unwrap();
    let erased = erase_person(&app.app, &phone).await.unwrap();
    assert_eq!((erased.sellers, erased.events), (1, 2));
    for needle in [NAME, SHOP, PHONE, NOTE, LAND, STREET, "lo-van-khuyen-nong"] {
        let found = holds(app, needle).await;
        assert!(found.is_empty(), "{needle} is still in {found:?}");
    }
    let after = own(app).await;
    assert!(after.is_right(), "{:?}", after.faults);
    assert_eq!((after.leaves, after.erased), (before.leaves, 2));
    assert_eq!(after.events, before.events - 2);

    // Their token opens nothing, and their number is free.
    assert_eq!(farmer.get("/api/v1/accounts/me").await.status, StatusCode::UNAUTHORIZED);
    assert!(matches!(
        erase_person(&app.app, &phone).await,
        Err(EraseError::NoSuchPerson(_))
    ));
    // The batch's bundle counts what was erased; that of the other proves as it did.
    let bundle = app
        .guest()
        .get(&format!("/log/proof?batch={}", text(&batch, "id")))
        .await;
    let proven = verify::bundle(&bundle.bytes, &verify::Keys::default(), None).unwrap();
    assert_eq!((proven.events, proven.erased), (0, 1));
    let bundle = app
        .guest()
        .get(&format!("/log/proof?batch={}", text(&others, "id")))
        .await;
    let proven = verify::bundle(&bundle.bytes, &verify::Keys::default(), None).unwrap();
    assert_eq!((proven.events, proven.erased), (1, 0));
    // The scan page still opens.
    let link = text(&batch, "digital_link");
    let page = app
        .guest()
        .get(link.strip_prefix("https://id.choque.test").unwrap())
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains(NAME));
});

on_both!(nobody_is_erased_who_holds_an_office_or_has_open_orders, |app| {
    app.in_office("0912000001", "Cán bộ Hoa", Office::Officer).await;
    let phone: Phone = "0912000001".parse().unwrap();
    assert!(matches!(
        erase_person(&app.app, &phone).await,
        Err(EraseError::InOffice(_))
    ));
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè đinh").await;
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 300_000).await;
    let buyer = app.person("0912000002", "Trần Người Mua").await;
    let checkout = json!({"lines": [{"listing_id": listing["id"], "quantity": {"value": "1", "unit": "kg"}}],
        "buyer": {"name": "Trần Người Mua", "phone": "0912000002"},
        "ship_to": {"commune_code": "05503", "street": "Xóm 3"}, "delivery": "ship", "payment_method": "cod"});
    let bought = buyer
        .post("/api/v1/checkout", &checkout)
        .await
        .expect(StatusCode::CREATED);
    let phone: Phone = "0912000002".parse().unwrap();
    assert!(matches!(
        erase_person(&app.app, &phone).await,
        Err(EraseError::OpenOrders(1))
    ));
    let cancel = format!("/api/v1/orders/{}/cancel", text(&bought["orders"][0], "id"));
    let cancelled = buyer.post(&cancel, &json!({"reason": "Đổi ý"})).await;
    assert!(cancelled.status.is_success(), "{}", cancelled.text());
    app.caught_up().await;
    for _ in 0..100 {
        if app.undelivered().await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let erased = erase_person(&app.app, &phone).await.unwrap();
    assert_eq!((erased.sellers, erased.events), (0, 0));
    for needle in ["Trần Người Mua", "0912000002"] {
        let found = holds(app, needle).await;
        assert!(found.is_empty(), "{needle} is still in {found:?}");
    }
});
