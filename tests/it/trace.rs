use entity::trace::{event, event_epc};
use reqwest::StatusCode;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::{
    harness::{RESOLVER, text},
    on_both,
};

on_both!(a_batch_gets_a_code_that_scans, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let (gtin, lot) = (text(&batch, "gtin"), text(&batch, "lot"));
    assert_eq!(text(&batch, "digital_link"), format!("{RESOLVER}/01/{gtin}/10/{lot}"));
    assert_eq!(batch["holds"], json!([]));
    let id = text(&batch, "id");
    let png = app.guest().get(&format!("/api/v1/batches/{id}/qr.png?size=300")).await;
    let picture = image::load_from_memory(&png.bytes).unwrap().to_luma8();
    assert_eq!((picture.width(), picture.height()), (300, 300));
    let mut prepared = rqrr::PreparedImage::prepare(picture);
    let (_, decoded) = prepared.detect_grids()[0].decode().unwrap();
    assert_eq!(decoded, text(&batch, "digital_link"));
    assert_eq!(
        app.guest()
            .get(&format!("/api/v1/batches/{id}/qr.png?size=9999"))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?size"]
    );
    let svg = app.guest().get(&format!("/api/v1/batches/{id}/qr.svg")).await;
    assert_eq!(svg.headers["content-type"], "image/svg+xml");
    let labels = format!("/api/v1/batches/{id}/labels.pdf?template=a4-24&count=24");
    assert!(farmer.client.get(&labels).await.bytes.starts_with(b"%PDF-"));
    assert_eq!(app.guest().get(&labels).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        app.farmer().await.client.get(&labels).await.status,
        StatusCode::NOT_FOUND
    );
    let wrong = format!("/api/v1/batches/{id}/labels.pdf?template=a3&count=0");
    assert_eq!(
        farmer.client.get(&wrong).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?template", "?count"]
    );
});

on_both!(lots_are_given_or_made_and_never_twice, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let plot = farmer.plants(3600).await;
    let body = |lot: Option<&str>| {
        let mut body = json!({"product_id": product["id"], "quantity": {"value": "1", "unit": "kg"},
            "harvested_on": "2026-11-20", "plot_ids": [plot]});
        if let Some(lot) = lot {
            body["lot"] = json!(lot);
        }
        body
    };
    let post = |lot| farmer.client.post("/api/v1/batches", Box::leak(Box::new(body(lot))));
    assert_eq!(post(None).await.expect(StatusCode::CREATED)["lot"], "261120-01");
    assert_eq!(
        post(Some("261120-02")).await.expect(StatusCode::CREATED)["lot"],
        "261120-02"
    );
    assert_eq!(post(None).await.expect(StatusCode::CREATED)["lot"], "261120-03");
    assert_eq!(
        post(Some("A/1%")).await.expect(StatusCode::CREATED)["digital_link"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next(),
        Some("A%2F1%25")
    );
    assert_eq!(post(Some("261120-02")).await.wrong(StatusCode::CONFLICT), ["/lot"]);
    for lot in ["có dấu", "", "123456789012345678901"] {
        assert_eq!(
            post(Some(lot)).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/lot"],
            "{lot}"
        );
    }
});

on_both!(what_happened_is_recorded_and_held, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let plot = farmer.plants(1000).await;
    let spray = json!({"plot_id": plot, "activity": "spraying", "happened_at": "2026-11-15",
        "input_name": "Abamectin 1.8EC", "interval_days": 7});
    farmer
        .client
        .post("/api/v1/diary", &spray)
        .await
        .expect(StatusCode::CREATED);
    let harvest = |day: &str, quantity: &str| json!({"product_id": product["id"], "quantity": {"value": quantity, "unit": "kg"}, "harvested_on": day, "plot_ids": [plot]});
    let early = farmer
        .client
        .post("/api/v1/batches", &harvest("2026-11-20", "10"))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(early["holds"][0]["reason"], "pre_harvest_interval");
    assert_eq!(early["holds"][0]["until"], "2026-11-22");
    let huge = farmer
        .client
        .post("/api/v1/batches", &harvest("2026-11-14", "100000"))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(huge["holds"][0]["reason"], "mass_balance");
    let good = farmer
        .client
        .post("/api/v1/batches", &harvest("2026-11-14", "10"))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(good["holds"], json!([]));
    // A spraying told late holds a harvest told before.
    let late = json!({"plot_id": plot, "activity": "spraying", "happened_at": "2026-11-12T07:00:00+07:00", "interval_days": 5});
    farmer
        .client
        .post("/api/v1/diary", &late)
        .await
        .expect(StatusCode::CREATED);
    let good = farmer
        .client
        .get(&format!("/api/v1/batches/{}", text(&good, "id")))
        .await
        .expect(StatusCode::OK);
    assert_eq!(good["holds"][0]["until"], "2026-11-17");
    // More out than in.
    let mixed = json!({"product_id": product["id"], "quantity": {"value": "3", "unit": "ta"}, "harvested_on": "2026-11-21",
        "inputs": [{"batch_id": good["id"], "quantity": {"value": "20", "unit": "kg"}}]});
    let mixed = farmer
        .client
        .post("/api/v1/batches", &mixed)
        .await
        .expect(StatusCode::CREATED);
    let reasons: Vec<_> = mixed["holds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hold| text(hold, "reason"))
        .collect();
    assert_eq!(
        reasons,
        ["mass_balance", "mass_balance", "pre_harvest_interval"],
        "more out than in, more taken than there was, and of a batch that is held"
    );
});

on_both!(a_diary_written_offline_is_recorded_once, |app| {
    let farmer = app.farmer().await;
    let plot = farmer.plants(500).await;
    let line = |number: u32, note: &str| {
        json!({"id": format!("0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a{number:02}"), "plot_id": plot, "activity": "watering",
            "happened_at": "2026-11-19T05:00:00+07:00", "note": note})
    };
    let drafts = json!([line(1, "sáng"), line(2, "trưa"), line(3, "chiều")]);
    let kept = farmer
        .client
        .post("/api/v1/diary", &drafts)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(kept["items"].as_array().unwrap().len(), 3);
    let again = farmer
        .client
        .post("/api/v1/diary", &json!([line(2, "trưa"), line(4, "tối")]))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(again["items"][0], kept["items"][1]);
    let diary = farmer.client.get("/api/v1/diary").await.expect(StatusCode::OK);
    assert_eq!(diary["items"].as_array().unwrap().len(), 4);
    assert_eq!(
        farmer
            .client
            .post("/api/v1/diary", &json!([line(5, "x"), line(1, "khác")]))
            .await
            .wrong(StatusCode::CONFLICT),
        ["/1/id"]
    );
    let diary = farmer.client.get("/api/v1/diary").await.expect(StatusCode::OK);
    assert_eq!(diary["items"].as_array().unwrap().len(), 4, "all or none");
    let wrong = json!([{"activity": "flying"}, {"plot_id": plot, "activity": "harvest", "happened_at": "mai", "interval_days": -1}]);
    assert_eq!(
        farmer
            .client
            .post("/api/v1/diary", &wrong)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/0/plot_id", "/0/activity", "/1/happened_at", "/1/interval_days"]
    );
    let neighbour = app.farmer().await;
    let theirs = json!({"plot_id": plot, "activity": "watering"});
    assert_eq!(
        neighbour
            .client
            .post("/api/v1/diary", &theirs)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/plot_id"]
    );
});

on_both!(every_stage_is_an_epcis_event, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let plot = batch["plot_ids"][0].as_str().unwrap().to_owned();
    for (activity, about) in [
        ("fertilising", "plot_id"),
        ("processing", "batch_id"),
        ("packing", "batch_id"),
    ] {
        let id = if about == "plot_id" {
            plot.clone()
        } else {
            text(&batch, "id")
        };
        farmer
            .client
            .post("/api/v1/diary", &json!({about: id, "activity": activity}))
            .await
            .expect(StatusCode::CREATED);
    }
    let db = app.app.db().read();
    let events = event::Entity::find().all(db).await.unwrap();
    assert_eq!(events.len(), 4);
    for row in &events {
        let event: epcis::Event = serde_json::from_str(&row.document).unwrap();
        event.check().unwrap();
        assert_eq!(event.kind(), row.kind);
    }
    let named = event_epc::Entity::find().all(db).await.unwrap();
    assert_eq!(
        named
            .iter()
            .filter(|row| row.epc == text(&batch, "digital_link"))
            .count(),
        3
    );
});
