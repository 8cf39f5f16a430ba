//! Rolls numbered in advance: ordered, printed, and told later which batch they are stuck on.

use std::str::FromStr as _;

use entity::{
    ShortCode,
    identity::role::Office,
    trace::{roll_binding, roll_code},
};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use crate::{
    harness::{Client, Farmer, RESOLVER, TestApp, text},
    on_both,
};

const COMMUNE: &str = "05503";

async fn helper(app: &TestApp) -> Client {
    app.in_office("0912000001", "Hoàng Văn Nam", Office::Helper).await
}

async fn roll(keeper: &Client, count: i64) -> Value {
    let wanted = json!({"commune_code": COMMUNE, "count": count, "template": "roll-40x25"});
    keeper.post("/api/v1/rolls", &wanted).await.expect(StatusCode::CREATED)
}

/// The codes of a roll's stickers, by running number.
async fn codes(app: &TestApp, roll: &Value) -> Vec<String> {
    let id: entity::ids::RollId = text(roll, "id").parse().unwrap();
    let rows = roll_code::Entity::find()
        .filter(roll_code::Column::RollId.eq(id))
        .order_by_asc(roll_code::Column::Number)
        .all(app.app.db().read())
        .await
        .unwrap();
    rows.into_iter().map(|row| row.code.to_string()).collect()
}

/// Where a short link leads.
async fn leads_to(app: &TestApp, code: &str) -> (StatusCode, Option<String>) {
    let answer = app.guest().get(&format!("/t/{code}")).await;
    let location = answer.headers.get("location").map(|to| to.to_str().unwrap().to_owned());
    (answer.status, location)
}

async fn boxes(farmer: &Farmer, count: &str) -> Value {
    let product = json!({"name": "Chè đinh hộp", "category": "tea-premium", "unit": "hop"});
    let product = farmer
        .client
        .post("/api/v1/products", &product)
        .await
        .expect(StatusCode::CREATED);
    let batch =
        json!({"product_id": product["id"], "quantity": {"value": count, "unit": "hop"}, "harvested_on": "2026-11-20"});
    farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED)
}

on_both!(a_roll_is_ordered_numbered_and_listed, |app| {
    let helper = helper(app).await;
    let first = roll(&helper, 30).await;
    assert_eq!(
        (&first["first"], &first["last"], &first["count"]),
        (&json!(1), &json!(30), &json!(30))
    );
    assert_eq!(
        (text(&first, "commune_code"), &first["bound"]),
        (COMMUNE.to_owned(), &json!(0))
    );
    let second = roll(&helper, 5).await;
    assert_eq!(
        (&second["first"], &second["last"]),
        (&json!(31), &json!(35)),
        "numbers go on"
    );
    let (of_first, of_second) = (codes(app, &first).await, codes(app, &second).await);
    assert_eq!((of_first.len(), of_second.len()), (30, 5));
    let mut all: Vec<_> = of_first.iter().chain(&of_second).collect();
    assert!(all.iter().all(|code| ShortCode::from_str(code).is_ok()));
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 35, "no code is given twice");

    let list = helper.get("/api/v1/rolls?limit=1").await.expect(StatusCode::OK);
    assert_eq!(list["items"][0]["id"], second["id"], "newest first");
    let next = format!("/api/v1/rolls?limit=1&cursor={}", text(&list, "next_cursor"));
    let list = helper.get(&next).await.expect(StatusCode::OK);
    assert_eq!(
        (&list["items"][0]["id"], &list["next_cursor"]),
        (&first["id"], &json!(null))
    );
    let one = helper.get(&format!("/api/v1/rolls/{}", text(&first, "id"))).await;
    assert_eq!(one.expect(StatusCode::OK), first);

    for (body, fields) in [
        (json!({}), vec!["/commune_code", "/count"]),
        (
            json!({"commune_code": "00000", "count": 0}),
            vec!["/commune_code", "/count"],
        ),
        (
            json!({"commune_code": COMMUNE, "count": 5001, "template": "a3"}),
            vec!["/count", "/template"],
        ),
    ] {
        let wrong = helper
            .post("/api/v1/rolls", &body)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong, fields, "{body}");
    }
    let again = json!({"commune_code": COMMUNE, "count": 2});
    let made = helper
        .post_once("/api/v1/rolls", "cuon-1", &again)
        .await
        .expect(StatusCode::CREATED);
    let told = helper
        .post_once("/api/v1/rolls", "cuon-1", &again)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(made, told, "sent twice, ordered once");
});

on_both!(a_roll_belongs_to_whoever_ordered_it, |app| {
    let helper = helper(app).await;
    let of_commune = roll(&helper, 3).await;
    let officer = app.in_office("0912000002", "Cán bộ xã", Office::Officer).await;
    let path = format!("/api/v1/rolls/{}", text(&of_commune, "id"));
    assert_eq!(officer.get(&path).await.expect(StatusCode::OK), of_commune);

    let wanted = json!({"commune_code": COMMUNE, "count": 4});
    let household = app.person("0912000003", "Ma Thị Xuân").await;
    let seller = json!({"name": "Hộ Ma Thị Xuân", "kind": "household", "commune_code": COMMUNE});
    household
        .post("/api/v1/sellers", &seller)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        household.post("/api/v1/rolls", &wanted).await.status,
        StatusCode::FORBIDDEN
    );
    let group = app.person("0912000004", "Lý Văn Hợp").await;
    let seller = json!({"name": "HTX Tân Hương", "kind": "cooperative", "commune_code": COMMUNE});
    group.post("/api/v1/sellers", &seller).await.expect(StatusCode::CREATED);
    let own = group.post("/api/v1/rolls", &wanted).await.expect(StatusCode::CREATED);
    let elsewhere = json!({"commune_code": "05443", "count": 4});
    assert_eq!(
        group
            .post("/api/v1/rolls", &elsewhere)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/commune_code"]
    );

    let list = group.get("/api/v1/rolls").await.expect(StatusCode::OK);
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "only its own");
    assert_eq!(group.get(&path).await.status, StatusCode::NOT_FOUND);
    let path = format!("/api/v1/rolls/{}", text(&own, "id"));
    assert_eq!(household.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        household.get(&format!("{path}/labels.pdf")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        household.get(&format!("{path}/bindings")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(officer.get(&path).await.expect(StatusCode::OK), own);
    assert_eq!(app.guest().get("/api/v1/rolls").await.status, StatusCode::UNAUTHORIZED);
    let buyer = app.person("0912000005", "Người mua").await;
    assert_eq!(buyer.get("/api/v1/rolls").await.status, StatusCode::FORBIDDEN);
});

on_both!(the_stickers_of_a_roll_are_printed_and_read, |app| {
    let helper = helper(app).await;
    let roll = roll(&helper, 12).await;
    let codes = codes(app, &roll).await;
    let path = format!("/api/v1/rolls/{}/labels", text(&roll, "id"));
    let zpl = helper.get(&format!("{path}.zpl?from=3&count=2")).await;
    assert_eq!(zpl.headers["content-type"], "application/zpl");
    let name = zpl.headers["content-disposition"].to_str().unwrap();
    assert_eq!(name, format!("attachment; filename=\"cuon-{COMMUNE}-000003.zpl\""));
    assert_eq!(zpl.text().matches("^XA").count(), 2);
    let escpos = helper.get(&format!("{path}.escpos")).await;
    assert_eq!(escpos.headers["content-type"], "application/octet-stream");
    let read = crate::labels::read_escpos(&escpos.bytes);
    let links: Vec<String> = codes.iter().map(|code| format!("{RESOLVER}/t/{code}")).collect();
    assert_eq!(read, links, "all of the roll, in order");
    let pdf = helper.get(&format!("{path}.pdf?template=a4-65")).await;
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    for (query, field) in [
        ("from=13", "?from"),
        ("from=12&count=2", "?count"),
        ("template=a3", "?template"),
    ] {
        let wrong = helper
            .get(&format!("{path}.pdf?{query}"))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(wrong, [field], "{query}");
    }
});

on_both!(
    a_phone_binds_a_range_offline_and_the_stickers_lead_to_the_batch,
    |app| {
        let helper = helper(app).await;
        let roll = roll(&helper, 10).await;
        let codes = codes(app, &roll).await;
        let farmer = app.farmer().await;
        let product = farmer.makes("Chè tôm nõn").await;
        let batch = farmer.harvests(&product, "20").await;
        let (status, location) = leads_to(app, &codes[4]).await;
        assert!(
            status != StatusCode::TEMPORARY_REDIRECT && location.is_none(),
            "not yet bound"
        );

        let draft = json!({"id": "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10", "batch_id": batch["id"], "from_code": codes[2].to_lowercase(),
        "to_code": codes[6], "happened_at": "2026-11-21T09:30:00+07:00"});
        let bound = farmer
            .client
            .post("/api/v1/rolls/bind", &draft)
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(text(&bound, "id"), "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10");
        assert_eq!((&bound["bound"], &bound["clashes"]), (&json!(5), &json!(0)));
        assert_eq!((&bound["from_number"], &bound["to_number"]), (&json!(3), &json!(7)));
        assert_eq!(text(&bound, "happened_at"), "2026-11-21T09:30:00.000+07:00");
        let again = farmer
            .client
            .post("/api/v1/rolls/bind", &draft)
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(again, bound, "sent twice, recorded once");
        let other = json!({"id": draft["id"], "batch_id": batch["id"], "from_code": codes[2], "to_code": codes[7]});
        assert_eq!(
            farmer
                .client
                .post("/api/v1/rolls/bind", &other)
                .await
                .wrong(StatusCode::CONFLICT),
            ["/id"]
        );

        let link = format!("/01/{}/10/{}", text(&batch, "gtin"), text(&batch, "lot"));
        for code in &codes[2..=6] {
            assert_eq!(
                leads_to(app, code).await,
                (StatusCode::TEMPORARY_REDIRECT, Some(link.clone()))
            );
        }
        for code in [&codes[1], &codes[7]] {
            assert!(leads_to(app, code).await.1.is_none(), "beyond the range");
        }
        let one = helper
            .get(&format!("/api/v1/rolls/{}", text(&roll, "id")))
            .await
            .expect(StatusCode::OK);
        assert_eq!(one["bound"], 5);
        let bindings = helper
            .get(&format!("/api/v1/rolls/{}/bindings", text(&roll, "id")))
            .await;
        assert_eq!(bindings.expect(StatusCode::OK)["items"], json!([bound]));
        let sticker = farmer
            .client
            .get(&format!("/api/v1/stickers/{}", codes[2]))
            .await
            .expect(StatusCode::OK);
        assert_eq!((&sticker["number"], &sticker["batch_id"]), (&json!(3), &batch["id"]));
        assert_eq!(
            farmer.client.get("/api/v1/stickers/22222222P").await.status,
            StatusCode::NOT_FOUND
        );
        let printed = format!("/api/v1/batches/{}/printed", text(&batch, "id"));
        let printed = farmer.client.get(&printed).await.expect(StatusCode::OK);
        assert_eq!(
            printed,
            json!({"serials": 0, "bound": 5, "produced": null, "over": 0}),
            "kilograms say nothing of packs"
        );
    }
);

on_both!(a_sticker_told_to_be_on_two_batches_stays_and_is_marked, |app| {
    let helper = helper(app).await;
    let roll = roll(&helper, 10).await;
    let codes = codes(app, &roll).await;
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let (one, two) = (
        farmer.harvests(&product, "20").await,
        farmer.harvests(&product, "10").await,
    );
    let draft = |batch: &Value, from: usize, to: usize| json!({"batch_id": batch["id"], "from_code": codes[from], "to_code": codes[to]});
    let drafts = json!([draft(&one, 0, 4), draft(&two, 8, 3)]);
    let told = farmer
        .client
        .post("/api/v1/rolls/bind", &drafts)
        .await
        .expect(StatusCode::CREATED);
    let (first, second) = (&told["items"][0], &told["items"][1]);
    assert_eq!((&first["bound"], &first["clashes"]), (&json!(5), &json!(0)));
    assert_eq!(
        (&second["bound"], &second["clashes"]),
        (&json!(4), &json!(2)),
        "told from the last to the first"
    );
    assert_eq!(
        second["clashing"][0],
        json!({"code": codes[3], "number": 4, "batch_id": one["id"], "lot": one["lot"]})
    );
    let lot = |batch: &Value| Some(format!("/01/{}/10/{}", text(batch, "gtin"), text(batch, "lot")));
    assert_eq!(
        leads_to(app, &codes[3]).await.1,
        lot(&one),
        "what was told first stands"
    );
    assert_eq!(leads_to(app, &codes[5]).await.1, lot(&two));

    // Another seller's batch does not give its stickers away, however it is told.
    let stranger = app.farmer().await;
    let own = stranger.makes("Miến dong").await;
    let other = stranger.harvests(&own, "5").await;
    let mut steal = draft(&other, 0, 9);
    steal["corrects"] = json!(true);
    let told = stranger
        .client
        .post("/api/v1/rolls/bind", &steal)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!((&told["bound"], &told["clashes"]), (&json!(1), &json!(9)));

    // Whoever sells both batches says which was wrong.
    let mut right = draft(&two, 3, 4);
    right["corrects"] = json!(true);
    let told = farmer
        .client
        .post("/api/v1/rolls/bind", &right)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!((&told["bound"], &told["clashes"]), (&json!(2), &json!(0)));
    assert_eq!(leads_to(app, &codes[3]).await.1, lot(&two));
    let kept = roll_binding::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!(kept.len(), 4, "every telling is kept");
});

on_both!(what_cannot_be_bound_is_named, |app| {
    let helper = helper(app).await;
    let (one, two) = (roll(&helper, 3).await, roll(&helper, 3).await);
    let (of_one, of_two) = (codes(app, &one).await, codes(app, &two).await);
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let stranger = app.farmer().await;
    let slip = format!(
        "{}{}",
        &of_one[0][..8],
        if of_one[0].ends_with('2') { '3' } else { '2' }
    );
    let unknown = ShortCode::from_bits(1).to_string();
    let bind = |body: Value| {
        let client = farmer.client.clone();
        async move { client.post("/api/v1/rolls/bind", &body).await }
    };
    for (body, fields) in [
        (json!({}), vec!["/batch_id", "/from_code"]),
        (json!({"batch_id": batch["id"], "from_code": slip}), vec!["/from_code"]),
        (
            json!({"batch_id": batch["id"], "from_code": unknown}),
            vec!["/from_code"],
        ),
        (
            json!({"batch_id": batch["id"], "from_code": of_one[0], "to_code": of_two[0]}),
            vec!["/to_code"],
        ),
        (
            json!({"batch_id": one["id"], "from_code": of_one[0]}),
            vec!["/batch_id"],
        ),
        (
            json!([{"batch_id": batch["id"], "from_code": of_one[0]}, {"id": 1, "batch_id": batch["id"], "from_code": "x", "happened_at": "gestern"}]),
            vec!["/1/id", "/1/from_code", "/1/happened_at"],
        ),
        (json!([]), vec![""]),
    ] {
        assert_eq!(
            bind(body.clone()).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            fields,
            "{body}"
        );
    }
    let foreign = json!({"batch_id": batch["id"], "from_code": of_one[0]});
    let buyer = app.person("0912000006", "Người mua").await;
    let answer = buyer.post("/api/v1/rolls/bind", &foreign).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "who sells nothing binds nothing");
    let answer = stranger.client.post("/api/v1/rolls/bind", &foreign).await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/batch_id"]);
    // Nothing of an array that is refused is recorded.
    let half =
        json!([{"batch_id": batch["id"], "from_code": of_one[0]}, {"batch_id": batch["id"], "from_code": unknown}]);
    assert_eq!(
        bind(half).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/1/from_code"]
    );
    assert!(leads_to(app, &of_one[0]).await.1.is_none());
});

on_both!(more_stickers_than_boxes_hold_the_batch, |app| {
    let helper = helper(app).await;
    let roll = roll(&helper, 10).await;
    let codes = codes(app, &roll).await;
    let farmer = app.farmer().await;
    let batch = boxes(&farmer, "6").await;
    let holds = |path: String| {
        let client = farmer.client.clone();
        async move { client.get(&path).await.expect(StatusCode::OK)["holds"].clone() }
    };
    let path = format!("/api/v1/batches/{}", text(&batch, "id"));
    let before = holds(path.clone()).await.as_array().unwrap().len();
    let bind =
        |from: usize, to: usize| json!({"batch_id": batch["id"], "from_code": codes[from], "to_code": codes[to]});
    farmer
        .client
        .post("/api/v1/rolls/bind", &bind(0, 5))
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(
        holds(path.clone()).await.as_array().unwrap().len(),
        before,
        "six on six"
    );
    farmer
        .client
        .post("/api/v1/rolls/bind", &bind(6, 6))
        .await
        .expect(StatusCode::CREATED);
    farmer
        .client
        .post("/api/v1/rolls/bind", &bind(7, 7))
        .await
        .expect(StatusCode::CREATED);
    let held = holds(path.clone()).await;
    let over: Vec<_> = held
        .as_array()
        .unwrap()
        .iter()
        .filter(|hold| hold["reason"] == "over_printed")
        .collect();
    assert_eq!(over.len(), 1, "said once: {held}");
    assert!(over[0]["detail"].as_str().unwrap().contains('7'), "{held}");
    let printed = farmer
        .client
        .get(&format!("{path}/printed"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(printed, json!({"serials": 0, "bound": 8, "produced": 6, "over": 2}));
});
