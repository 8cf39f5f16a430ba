use std::{io::Cursor, time::Duration};

use choque::db::Actor;
use entity::{
    catalogue::certificate::{self, Kind, Precision},
    frame::change::{self, Cause, Subject},
    identity::role::Office,
    ids::CertificateId,
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Method, StatusCode, header};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    dossiers::{in_office, rated},
    harness::{Answer, Farmer, RESOLVER, TestApp, text},
    on_both,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn declared(app: &TestApp, kind: &str, product: &Value) -> Value {
    let today = app.app.today();
    json!({"kind": kind, "product_id": product["id"], "number": "VG-2026-12", "issuer": "Chi cục Trồng trọt",
        "granted_on": today.plus_days(-30).iso(), "ends_on": today.plus_days(700).iso()})
}

async fn declares(farmer: &Farmer, certificate: &Value) -> Value {
    farmer
        .client
        .post("/api/v1/certificates", certificate)
        .await
        .expect(StatusCode::CREATED)
}

fn at(certificate: &Value, rest: &str) -> String {
    format!("/api/v1/certificates/{}{rest}", text(certificate, "id"))
}

fn photograph() -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_pixel(640, 480, Rgb([250, 248, 240])))
        .write_to(&mut jpeg, ImageFormat::Jpeg)
        .unwrap();
    jpeg.into_inner()
}

/// Waits until the page at `path` tells `words`, or does not.
async fn page_tells(app: &TestApp, path: &str, words: &str, tells: bool) {
    for _ in 0..200 {
        if app.guest().get(path).await.text().contains(words) == tells {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path}: {words} {tells}");
}

on_both!(what_a_seller_declares_stands_apart_from_what_was_checked, |app| {
    let farmer = app.farmer().await;
    let (officer, _) = in_office(app, "0923000001", "Trần Quang Huy", Office::Officer).await;
    let product = farmer.makes("Chè búp").await;
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 300_000).await;
    let pages = [
        format!("/san-pham/{}", text(&listing, "slug")),
        text(&batch, "digital_link").replace(RESOLVER, ""),
    ];
    for page in &pages {
        assert!(
            !app.guest().get(page).await.text().contains("VietGAP"),
            "nothing yet, and kept"
        );
    }
    let certificate = declares(&farmer, &declared(app, "vietgap", &product)).await;
    assert_eq!(
        (&certificate["verified"], &certificate["holds"]),
        (&json!(false), &json!(true))
    );
    for page in &pages {
        page_tells(app, page, "VietGAP", true).await;
        page_tells(app, page, "Người bán tự khai, chưa kiểm tra", true).await;
    }
    let by = |query: &'static str| {
        let guest = app.guest();
        async move {
            let list = guest
                .get(&format!("/api/v1/certificates?{query}"))
                .await
                .expect(StatusCode::OK);
            list["items"].as_array().unwrap().len()
        }
    };
    assert_eq!((by("verified=0").await, by("verified=1").await), (1, 0));
    assert_eq!(
        (
            by("kind=vietgap&holds=1").await,
            by("kind=organic").await,
            by("holds=0").await
        ),
        (1, 0, 0)
    );

    // An officer looks at it: could not be confirmed, and then could.
    let no = json!({"verified": false});
    assert_eq!(
        officer
            .post(&at(&certificate, "/verify"), &no)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/reason"]
    );
    let no = json!({"verified": false, "reason": "Số giấy không có trong sổ."});
    assert_eq!(
        farmer.client.post(&at(&certificate, "/verify"), &no).await.status,
        StatusCode::FORBIDDEN
    );
    let seen = officer
        .post(&at(&certificate, "/verify"), &no)
        .await
        .expect(StatusCode::OK);
    assert_eq!(seen["checks"][0]["outcome"], "unverified");
    let yes = officer
        .post(&at(&certificate, "/verify"), &json!({"verified": true}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(yes["verified"], true);
    for page in &pages {
        page_tells(app, page, "Cán bộ đã kiểm tra", true).await;
        page_tells(app, page, "Người bán tự khai", false).await;
    }
    let own = farmer.client.get(&at(&certificate, "")).await.expect(StatusCode::OK);
    assert_eq!(own["checks"].as_array().unwrap().len(), 2);
    let public = app.guest().get(&at(&certificate, "")).await.expect(StatusCode::OK);
    assert_eq!(public["checks"], json!([]), "what officers found is for the seller");

    // It is taken back, and shows nowhere from then on.
    let other = app.farmer().await;
    let why = json!({"reason": "Vùng trồng đã chuyển đổi."});
    assert_eq!(
        other.client.post(&at(&certificate, "/revoke"), &why).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        officer
            .post(&at(&certificate, "/revoke"), &json!({}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/reason"]
    );
    let gone = officer
        .post(&at(&certificate, "/revoke"), &why)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&gone["holds"], text(&gone, "revoked_on")),
        (&json!(false), app.app.today().iso())
    );
    officer
        .post(&at(&certificate, "/revoke"), &why)
        .await
        .expect(StatusCode::CONFLICT);
    officer
        .post(&at(&certificate, "/verify"), &json!({"verified": true}))
        .await
        .expect(StatusCode::CONFLICT);
    for page in &pages {
        page_tells(app, page, "VietGAP", false).await;
    }
});

on_both!(a_certificate_that_cannot_be_is_refused_naming_the_field, |app| {
    let (farmer, other) = (app.farmer().await, app.farmer().await);
    let product = farmer.makes("Chè đinh").await;
    let today = app.app.today();
    let with = |changes: Value| {
        let mut body = declared(app, "organic", &product);
        for (key, value) in changes.as_object().unwrap() {
            body[key] = value.clone();
        }
        let client = farmer.client.clone();
        async move {
            let answer = client.post("/api/v1/certificates", &body).await;
            answer.wrong(StatusCode::UNPROCESSABLE_ENTITY)
        }
    };
    let (before, ahead) = (today.plus_days(-40).iso(), today.plus_days(1).iso());
    let theirs = other.makes("Khác").await;
    for (changes, fields) in [
        (json!({"ends_on": before}), vec!["/ends_on"]),
        (json!({"granted_on": ahead}), vec!["/granted_on"]),
        (json!({"granted_on": "hôm qua"}), vec!["/granted_on"]),
        (json!({"granted_on": "2026-13"}), vec!["/granted_on"]),
        (json!({"granted_on": "9999"}), vec!["/granted_on"]),
        (json!({"kind": "iso9001"}), vec!["/kind"]),
        (json!({"kind": "ocop"}), vec!["/kind"]),
        (json!({"kind": "ocop", "star": 5}), vec!["/kind", "/star"]),
        (json!({"star": 5}), vec!["/star"]),
        (json!({"product_id": theirs["id"]}), vec!["/product_id"]),
        (
            json!({"product_id": null, "seller_id": other.seller_id}),
            vec!["/seller_id"],
        ),
        (json!({"plots": []}), vec!["/plots"]),
        (json!({"kind": "gi"}), vec!["/plots"]),
        (json!({"kind": "gi", "plots": []}), vec!["/plots"]),
        (
            json!({"kind": "gi", "plots": [7, {"plot_id": "x", "name": ""}]}),
            vec!["/plots/0", "/plots/1/plot_id", "/plots/1/name"],
        ),
        (json!({"number": "\u{202e}", "issuer": ""}), vec!["/number", "/issuer"]),
        (
            json!({"evidence": "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10"}),
            vec!["/evidence"],
        ),
    ] {
        assert_eq!(with(changes.clone()).await, fields, "{changes}");
    }
    let buyer = app.person("0923000009", "Minh").await;
    let body = declared(app, "organic", &product);
    assert_eq!(
        buyer.post("/api/v1/certificates", &body).await.status,
        StatusCode::FORBIDDEN
    );
    for query in ["kind=x", "verified=maybe", "holds=2", "product_id=x", "seller_id=y"] {
        let answer = app.guest().get(&format!("/api/v1/certificates?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    // As exactly as it is known, and no more.
    let month = declares(&farmer, &{
        let mut body = declared(app, "organic", &product);
        body["granted_on"] = json!("2026-03");
        body
    })
    .await;
    assert_eq!(
        (&month["granted"], &month["granted_precision"]),
        (&json!("2026-03"), &json!("month"))
    );
});

on_both!(an_indication_is_for_its_plots_and_a_paper_for_those_inside, |app| {
    let farmer = app.farmer().await;
    let (officer, _) = in_office(app, "0923000001", "Trần Quang Huy", Office::Officer).await;
    let product = farmer.makes("Chè Tân Cương").await;
    let (inside, outside) = (farmer.plants(3000).await, farmer.plants(3000).await);
    let from = |plots: Value| {
        let (client, product) = (farmer.client.clone(), product.clone());
        async move {
            let batch = json!({"product_id": product["id"], "quantity": {"value": "5", "unit": "kg"},
                "harvested_on": "2026-11-20", "plot_ids": plots});
            let batch = client.post("/api/v1/batches", &batch).await.expect(StatusCode::CREATED);
            text(&batch, "digital_link").replace(RESOLVER, "")
        }
    };
    let good = from(json!([inside])).await;
    let mixed = from(json!([inside, outside])).await;
    let wrong = from(json!([outside])).await;
    let mut indication = declared(app, "gi", &product);
    indication["plots"] = json!([{"plot_id": inside, "name": "Đồi Hồng Thái"}]);
    let indication = declares(&farmer, &indication).await;
    assert_eq!(
        indication["plots"],
        json!([{"plot_id": inside, "name": "Đồi Hồng Thái"}])
    );
    page_tells(app, &good, "Đồi Hồng Thái", true).await;
    page_tells(app, &good, "Chỉ dẫn địa lý", true).await;
    for other in [mixed, wrong] {
        assert!(
            !app.guest().get(&other).await.text().contains("Chỉ dẫn địa lý"),
            "{other}"
        );
    }

    // The paper itself.
    let path = at(&indication, "/evidence");
    let send = |client: &crate::harness::Client| {
        let request = client
            .request(Method::POST, &path)
            .header(header::CONTENT_TYPE, "image/jpeg")
            .body(photograph());
        let path = path.clone();
        async move { Answer::of(Method::POST, &path, request).await }
    };
    let other = app.farmer().await;
    assert_eq!(send(&other.client).await.status, StatusCode::NOT_FOUND);
    let photo = send(&farmer.client).await.expect(StatusCode::CREATED);
    for (client, evidence) in [
        (&farmer.client, photo["src"].clone()),
        (&officer, photo["src"].clone()),
        (&other.client, Value::Null),
        (&app.guest(), Value::Null),
    ] {
        let seen = client.get(&at(&indication, "")).await.expect(StatusCode::OK);
        assert_eq!(seen["evidence"], evidence);
    }
    // A photograph that was sent before may be named.
    let mut again = declared(app, "organic", &product);
    again["evidence"] = photo["id"].clone();
    assert_eq!(declares(&farmer, &again).await["evidence"], photo["src"]);
});

on_both!(a_certificate_that_begins_is_told_of_on_its_day, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tương lai").await;
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 300_000).await;
    let tomorrow = app.app.today().plus_days(1);
    let id: CertificateId = app.app.source().id();
    let (product_id, seller_id) = (text(&product, "id"), farmer.seller_id.clone());
    choque::catalogue::certificates::turn(&app.app).await.unwrap();
    app.app
        .write(Actor::System, move |unit| {
            let (product, seller) = (product_id.parse().unwrap(), seller_id.parse().unwrap());
            Box::pin(async move {
                let row = certificate::Model {
                    id,
                    seller_id: seller,
                    product_id: Some(product),
                    kind: Kind::Ocop,
                    star: Some(4),
                    number: None,
                    issuer: "UBND tỉnh".to_owned(),
                    granted_on: tomorrow,
                    granted_precision: Precision::Day,
                    ends_on: tomorrow.plus_months(36),
                    verified: true,
                    source: None,
                    created_at: unit.now(),
                    revoked_on: None,
                };
                certificate::Entity::insert(row.into_active_model())
                    .exec_without_returning(&*unit)
                    .await
            })
        })
        .await
        .unwrap();
    let page = format!("/san-pham/{}", text(&listing, "slug"));
    page_tells(app, &page, "4 sao", false).await;
    app.app.source().advance(DAY_MS);
    page_tells(app, &page, "4 sao", true).await;
    choque::catalogue::certificates::turn(&app.app).await.unwrap();
    let told = |cause: Cause| {
        let db = app.app.db().read();
        change::Entity::find()
            .filter(change::Column::Subject.eq(Subject::Certificate))
            .filter(change::Column::SubjectId.eq(id.0))
            .filter(change::Column::Cause.eq(cause))
            .count(db)
    };
    assert_eq!(told(Cause::Made).await.unwrap(), 1);
    // Years pass at once.
    app.app.source().advance(2000 * DAY_MS);
    choque::catalogue::certificates::turn(&app.app).await.unwrap();
    choque::catalogue::certificates::turn(&app.app).await.unwrap();
    assert_eq!(
        (told(Cause::Made).await.unwrap(), told(Cause::Ended).await.unwrap()),
        (1, 1)
    );
});

on_both!(the_register_is_open_to_everybody, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("=HYPERLINK(\"x\"), chè").await;
    let dossier = rated(app, &farmer, &product, 3).await;
    let guest = app.guest();
    let holds = |query: &'static str| {
        let guest = guest.clone();
        async move {
            let list = guest.get(&format!("/api/v1/ocop?{query}")).await.expect(StatusCode::OK);
            let page = guest.get(&format!("/ocop?{query}")).await.text().contains("77/QĐ-UBND");
            let csv = guest
                .get(&format!("/ocop.csv?{query}"))
                .await
                .text()
                .contains("77/QĐ-UBND");
            let found = list["total"] == 1;
            assert_eq!((page, csv), (found, found), "{query}");
            found
        }
    };
    for (query, found) in [
        ("state=active", true),
        ("state=active&star=3&commune=05503&set=11&q=che+hyperlink", true),
        ("state=ended", false),
        ("state=active&star=4", false),
        ("state=active&commune=05443", false),
        ("state=active&set=1", false),
        ("state=active&q=khong+co", false),
    ] {
        assert_eq!(holds(query).await, found, "{query}");
    }
    for query in ["star=9", "set=27", "commune=x", "state=x"] {
        let answer = guest.get(&format!("/api/v1/ocop?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    let csv = guest.get("/ocop.csv").await;
    assert_eq!(
        csv.headers[header::CONTENT_TYPE],
        "text/csv; charset=utf-8; header=present"
    );
    let csv = csv.text();
    let csv = csv
        .strip_prefix('\u{feff}')
        .expect("a spreadsheet knows that it is UTF-8");
    assert_eq!(csv.matches("\r\n").count(), 2);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name: &str| {
        row.get(columns.iter().position(|column| column == name).unwrap())
            .unwrap()
    };
    assert_eq!(
        cell("product"),
        "'=HYPERLINK(\"x\"), chè",
        "nothing runs in a spreadsheet"
    );
    assert_eq!(
        (cell("star"), cell("holds"), cell("commune")),
        ("3", "1", "Xã Tân Cương")
    );
    assert_eq!(cell("gtin"), "", "a restricted number means nothing outside");
    assert_eq!(cell("source"), text(&dossier, "file_number"));
    let page = guest.get("/ocop").await.text();
    for column in &columns {
        assert!(
            page.contains(&format!("<code>{column}</code>")),
            "{column} is explained"
        );
    }
    assert!(!page.contains("ocop-csv-"), "every text is there");
    let sets = guest.get("/api/v1/ocop/product-sets").await.expect(StatusCode::OK);
    assert_eq!(sets["items"].as_array().unwrap().len(), 26);
});
