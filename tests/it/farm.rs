//! Plots with their borders, what grows on them, the diary with its corrections, and the waiting before a harvest.

use entity::{
    identity::role::Office,
    trace::{diary_entry, event},
};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::{
    harness::{Farmer, text},
    on_both,
};

/// A field of 111 m by 103 m near Tân Cương.
fn field() -> Value {
    json!({"type": "Polygon", "coordinates": [[[105.777, 21.543], [105.778, 21.543], [105.778, 21.544], [105.777, 21.544],
        [105.777, 21.543]]]})
}

async fn diary(farmer: &Farmer, line: &Value) -> Value {
    farmer
        .client
        .post("/api/v1/diary", line)
        .await
        .expect(StatusCode::CREATED)
}

on_both!(a_border_is_measured_and_stays_private, |app| {
    let farmer = app.farmer().await;
    let plot = json!({"name": "Đồi chè sau nhà", "commune_code": "05503", "area_m2": 5000,
        "growing_area_code": "VN-TNOR-0001", "geometry": field()});
    let plot = farmer
        .client
        .post("/api/v1/plots", &plot)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(plot["geometry"], field());
    let computed = plot["computed_area_m2"].as_i64().unwrap();
    assert!((11_480..11_520).contains(&computed), "{computed}");
    assert_eq!(plot["area_differs"], true, "5,000 m² declared, {computed} m² walked");
    let path = format!("/api/v1/plots/{}", text(&plot, "id"));
    let edit = json!({"area_m2": 11_000, "growing_area_code": null});
    let edited = farmer.client.patch(&path, &edit).await.expect(StatusCode::OK);
    assert_eq!(
        (&edited["area_differs"], &edited["growing_area_code"], &edited["name"]),
        (&json!(false), &Value::Null, &json!("Đồi chè sau nhà"))
    );
    // Officers see where it is; another farmer and the public do not.
    let officer = app.in_office("0911000003", "Cán bộ", Office::Officer).await;
    assert_eq!(officer.get(&path).await.expect(StatusCode::OK)["geometry"], field());
    assert_eq!(app.farmer().await.client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.guest().get(&path).await.status, StatusCode::UNAUTHORIZED);
    let neighbour = app.farmer().await;
    assert_eq!(neighbour.client.patch(&path, &edit).await.status, StatusCode::NOT_FOUND);
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = json!({"product_id": product["id"], "quantity": {"value": "5", "unit": "kg"}, "harvested_on": "2026-11-20",
        "plot_ids": [plot["id"]]});
    let batch = farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED);
    let public = [
        app.guest()
            .get(&format!("/api/v1/batches/{}", text(&batch, "id")))
            .await
            .text(),
        app.guest()
            .get(&format!("/01/{}/10/{}", text(&batch, "gtin"), text(&batch, "lot")))
            .await
            .text(),
    ];
    for page in &public {
        assert!(!page.contains("105.777") && !page.contains("21.543"), "{page}");
    }
    let taken_away = farmer
        .client
        .patch(&path, &json!({"geometry": null}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&taken_away["geometry"], &taken_away["computed_area_m2"]),
        (&Value::Null, &Value::Null)
    );
});

on_both!(what_is_no_border_is_refused_at_its_place, |app| {
    let farmer = app.farmer().await;
    let crossed = json!([
        [105.8, 21.5],
        [105.9, 21.6],
        [105.9, 21.5],
        [105.8, 21.6],
        [105.8, 21.5]
    ]);
    let open = json!([[105.8, 21.5], [105.9, 21.5], [105.9, 21.6]]);
    for (geometry, place) in [
        (
            json!({"type": "Polygon", "coordinates": [crossed]}),
            "/geometry/coordinates",
        ),
        (
            json!({"type": "Polygon", "coordinates": [open]}),
            "/geometry/coordinates/0",
        ),
        (json!({"type": "Polygon", "coordinates": []}), "/geometry/coordinates"),
        (
            json!({"type": "Point", "coordinates": [21.5, 105.8]}),
            "/geometry/coordinates",
        ),
        (
            json!({"type": "Point", "coordinates": [105.8]}),
            "/geometry/coordinates",
        ),
        (json!({"type": "MultiPolygon", "coordinates": []}), "/geometry/type"),
        (json!("ở sau nhà"), "/geometry/type"),
    ] {
        let plot = json!({"name": "Đồi chè", "commune_code": "05503", "area_m2": 100, "geometry": geometry});
        assert_eq!(
            farmer
                .client
                .post("/api/v1/plots", &plot)
                .await
                .wrong(StatusCode::UNPROCESSABLE_ENTITY),
            [place],
            "{geometry}"
        );
    }
});

on_both!(a_plot_grows_one_thing_at_a_time, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let plot = farmer.plants(1000).await;
    // Told before the cycle was: it belongs to it all the same.
    let early = diary(
        &farmer,
        &json!({"plot_id": plot, "activity": "weeding", "happened_at": "2026-09-05"}),
    )
    .await;
    assert_eq!(early["cycle_id"], Value::Null);
    let begin = json!({"plot_id": plot, "product_id": product["id"], "crop": "Chè trung du", "began_on": "2026-09-01",
        "expected_yield_kg": 100});
    let first = farmer.client.post_once("/api/v1/crop-cycles", "vu-1", &begin).await;
    let first = first.expect(StatusCode::CREATED);
    let again = farmer.client.post_once("/api/v1/crop-cycles", "vu-1", &begin).await;
    assert_eq!(again.expect(StatusCode::CREATED), first);
    let early = farmer
        .client
        .get(&format!("/api/v1/diary/{}", text(&early, "id")))
        .await;
    assert_eq!(early.expect(StatusCode::OK)["cycle_id"], first["id"]);
    let line = diary(&farmer, &json!({"plot_id": plot, "activity": "watering"})).await;
    assert_eq!(line["cycle_id"], first["id"]);
    let shown = farmer
        .client
        .get(&format!("/api/v1/plots/{plot}"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(shown["open_cycle"]["crop"], "Chè trung du");
    let second = json!({"plot_id": plot, "crop": "Lạc", "began_on": "2026-10-01"});
    assert_eq!(
        farmer
            .client
            .post("/api/v1/crop-cycles", &second)
            .await
            .wrong(StatusCode::CONFLICT),
        ["/plot_id"]
    );
    let end = format!("/api/v1/crop-cycles/{}/end", text(&first, "id"));
    assert_eq!(
        farmer
            .client
            .post(&end, &json!({"ended_on": "2026-08-01"}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/ended_on"]
    );
    assert_eq!(
        app.farmer().await.client.post(&end, &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    let ended = farmer.client.post(&end, &json!({"ended_on": "2026-10-15"})).await;
    assert_eq!(ended.expect(StatusCode::OK)["ended_on"], "2026-10-15");
    farmer.client.post(&end, &json!({})).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        farmer
            .client
            .post("/api/v1/crop-cycles", &second)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/began_on"]
    );
    let second = json!({"plot_id": plot, "crop": "Lạc", "began_on": "2026-10-16"});
    farmer
        .client
        .post("/api/v1/crop-cycles", &second)
        .await
        .expect(StatusCode::CREATED);
    let all = farmer
        .client
        .get(&format!("/api/v1/crop-cycles?plot={plot}&limit=1"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(all["items"][0]["crop"], "Lạc");
    let next = format!("/api/v1/crop-cycles?plot={plot}&cursor={}", text(&all, "next_cursor"));
    let next = farmer.client.get(&next).await.expect(StatusCode::OK);
    assert_eq!(next["items"][0]["id"], first["id"]);
    let neighbour = app.farmer().await;
    let theirs = json!({"plot_id": plot, "crop": "Ngô", "began_on": "2026-11-01"});
    assert_eq!(
        neighbour
            .client
            .post("/api/v1/crop-cycles", &theirs)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/plot_id"]
    );
});

on_both!(a_cycle_that_gives_more_than_was_declared_is_held, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè búp tươi").await;
    let plot = farmer.plants(1000).await;
    let begin = json!({"plot_id": plot, "crop": "Chè trung du", "began_on": "2026-09-01", "expected_yield_kg": 100});
    let cycle = farmer
        .client
        .post("/api/v1/crop-cycles", &begin)
        .await
        .expect(StatusCode::CREATED);
    let harvest = async |kg: &str, day: &str| {
        let body = json!({"product_id": product["id"], "quantity": {"value": kg, "unit": "kg"}, "harvested_on": day,
            "plot_ids": [plot]});
        farmer
            .client
            .post("/api/v1/batches", &body)
            .await
            .expect(StatusCode::CREATED)
    };
    assert_eq!(harvest("70", "2026-10-01").await["holds"], json!([]));
    assert_eq!(
        harvest("5", "2026-10-20").await["holds"],
        json!([]),
        "a fifth over is let pass"
    );
    // 70 + 5 + 46 = 121: more than 120.
    let held = harvest("46", "2026-11-01").await;
    assert_eq!(held["holds"][0]["reason"], "mass_balance");
    let detail = text(&held["holds"][0], "detail");
    assert!(detail.contains("121\u{a0}kg") && detail.contains("100 kg"), "{detail}");
    let english = text(&held["holds"][0], "detail_en");
    assert!(
        english.contains("121 kg") && english.contains("100 kg declared"),
        "{english}"
    );
    // The next cycle begins from nothing.
    let end = format!("/api/v1/crop-cycles/{}/end", text(&cycle, "id"));
    farmer
        .client
        .post(&end, &json!({"ended_on": "2026-11-05"}))
        .await
        .expect(StatusCode::OK);
    let begin = json!({"plot_id": plot, "crop": "Chè trung du", "began_on": "2026-11-06"});
    farmer
        .client
        .post("/api/v1/crop-cycles", &begin)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(harvest("2900", "2026-11-20").await["holds"], json!([]));
    let held = harvest("200", "2026-11-21").await;
    let detail = text(&held["holds"][0], "detail");
    assert!(
        detail.contains("3.100\u{a0}kg") && detail.contains("3000 kg"),
        "{detail}"
    );
});

on_both!(a_correction_stands_beside_what_it_corrects, |app| {
    let farmer = app.farmer().await;
    let plot = farmer.plants(1000).await;
    let interval = async |on: &str| {
        let path = format!("/api/v1/plots/{plot}/interval?on={on}");
        farmer.client.get(&path).await.expect(StatusCode::OK)
    };
    let wrong = json!({"plot_id": plot, "activity": "spraying", "happened_at": "2026-11-19", "input_name": "Abamectin",
        "interval_days": 70, "quantity": {"value": "0.5", "unit": "lit"}});
    let wrong = diary(&farmer, &wrong).await;
    assert_eq!(wrong["quantity"], json!({"value": "0.5", "unit": "lit"}));
    assert_eq!(wrong["late"], false);
    let told = interval("2026-11-23").await;
    assert_eq!((&told["free"], &told["free_on"]), (&json!(false), &json!("2027-01-28")));
    assert_eq!(told["because"]["diary_id"], wrong["id"]);
    let right = json!([{"id": "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a77", "plot_id": plot, "activity": "spraying",
        "happened_at": "2026-11-19", "input_name": "Abamectin", "interval_days": 7, "correction_of": wrong["id"]}]);
    let right = diary(&farmer, &right).await["items"][0].clone();
    assert_eq!(right["correction_of"], wrong["id"]);
    let told = interval("2026-11-23").await;
    assert_eq!(
        (
            &told["free_on"],
            &told["because"]["interval_days"],
            &told["because"]["product"]
        ),
        (&json!("2026-11-26"), &json!(7), &json!("Abamectin"))
    );
    assert_eq!(interval("2026-11-26").await["free"], true);
    assert_eq!(interval("2026-11-26").await["because"], Value::Null);
    let list = farmer
        .client
        .get(&format!("/api/v1/diary?plot={plot}"))
        .await
        .expect(StatusCode::OK);
    let both: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["id"].clone())
        .collect();
    // The draft's own id is from the day it was written on the phone, so it may be the older one.
    assert_eq!(both, [wrong["id"].clone(), right["id"].clone()], "both stay to be seen");
    assert_eq!(list["items"][0]["corrected_by"], right["id"]);
    for (query, count) in [("activity=spraying", 2), ("activity=watering", 0)] {
        let of = farmer.client.get(&format!("/api/v1/diary?{query}")).await;
        assert_eq!(
            of.expect(StatusCode::OK)["items"].as_array().unwrap().len(),
            count,
            "{query}"
        );
    }
    assert_eq!(
        farmer
            .client
            .get("/api/v1/diary?activity=flying&plot=x")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY)
            .len(),
        1
    );
    // The event of the first is declared wrong, and names the one that is to be read instead.
    let told = event::Entity::find()
        .filter(event::Column::EventId.eq(text(&wrong, "event_id")))
        .order_by_asc(event::Column::Id)
        .all(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(
        told.iter().map(|row| row.declares_error).collect::<Vec<_>>(),
        [false, true]
    );
    let declared: epcis::Event = serde_json::from_str(&told[1].document).unwrap();
    declared.check().unwrap();
    let declared: Value = serde_json::from_str(&told[1].document).unwrap();
    assert_eq!(
        declared["errorDeclaration"]["correctiveEventIDs"],
        json!([right["event_id"]])
    );
    assert_eq!(declared["errorDeclaration"]["reason"], "incorrect_data");
    assert_eq!(
        told[0].hash, told[1].hash,
        "a declaration is no part of what an event says"
    );
    // The batch is judged by what stands.
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = json!({"product_id": product["id"], "quantity": {"value": "5", "unit": "kg"}, "harvested_on": "2026-11-26",
        "plot_ids": [plot]});
    let batch = farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(batch["holds"], json!([]));
    // A line of somebody else's, or of nobody's, is not there to be corrected.
    let neighbour = app.farmer().await;
    let theirs = neighbour.plants(100).await;
    let line = json!({"plot_id": theirs, "activity": "watering", "correction_of": wrong["id"]});
    assert_eq!(
        neighbour
            .client
            .post("/api/v1/diary", &json!([line]))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/0/correction_of"]
    );
    let path = format!("/api/v1/plots/{plot}/interval");
    assert_eq!(neighbour.client.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        farmer
            .client
            .get(&format!("{path}?on=mai"))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?on"]
    );
});

on_both!(what_was_written_down_late_says_so, |app| {
    let farmer = app.farmer().await;
    let plot = farmer.plants(1000).await;
    let late = diary(
        &farmer,
        &json!({"plot_id": plot, "activity": "fertilising", "happened_at": "2026-11-01"}),
    )
    .await;
    let soon = diary(
        &farmer,
        &json!({"plot_id": plot, "activity": "fertilising", "happened_at": "2026-11-22"}),
    )
    .await;
    assert_eq!((&late["late"], &soon["late"]), (&json!(true), &json!(false)));
    let db = app.app.db().read();
    for line in diary_entry::Entity::find().all(db).await.unwrap() {
        let event = event::Entity::find_by_id(line.event_id).one(db).await.unwrap().unwrap();
        assert!(event.document.contains("choque:activity"));
    }
});

on_both!(products_to_spray_come_with_their_source, |app| {
    let known = app.guest().get("/api/v1/plant-protection").await.expect(StatusCode::OK);
    let items = known["items"].as_array().unwrap();
    assert_eq!(known["total"], items.len());
    for item in items {
        assert!(!text(item, "source").is_empty() && text(item, "as_of").len() == 7);
    }
});
