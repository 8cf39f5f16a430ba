//! Calling goods back: what they went into, who is told, what partners and pages say, and what comes back when it is over.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use choque::{
    db::Actor,
    federation::{self, Reach},
    recall::{drill::drill, follow},
    trace::graph,
};
use entity::{
    Gtin, Lot,
    identity::role::Office,
    ids::{EventId, ListingId},
    listings::{
        listing::{self, State},
        remote_listing,
    },
    recall::{recalled_order, recalled_stall},
    trace::{batch_hold, trace_edge},
};
use reqwest::StatusCode;
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Backend, Client, Farmer, TestApp, text},
    messages::until,
    on_both,
    orders::{basket, checks_out, holder, line},
    orders_lifecycle::{assert_books_agree, delivered, paid, refunded, seen},
};

const REASON: &str = "Dư lượng thuốc vượt mức cho phép.";

/// What somebody else's event would draw.
async fn arrow(app: &TestApp, from: &str, to: &str) {
    let edge = trace_edge::Model {
        from_epc: graph::key(from),
        to_epc: graph::key(to),
        event_id: app.app.source().id::<EventId>(),
    };
    app.app
        .write(Actor::System, move |unit| {
            let edge = edge.clone();
            Box::pin(async move {
                trace_edge::Entity::insert(edge.into_active_model())
                    .exec_without_returning(&*unit)
                    .await
            })
        })
        .await
        .unwrap();
}

/// A batch of `product` made from `inputs`.
async fn makes_from(farmer: &Farmer, product: &Value, inputs: &[&Value], quantity: &str) -> Value {
    let inputs: Vec<Value> = inputs
        .iter()
        .map(|batch| json!({"batch_id": batch["id"], "quantity": {"value": "5", "unit": "kg"}}))
        .collect();
    let batch = json!({"product_id": product["id"], "quantity": {"value": quantity, "unit": "kg"},
        "harvested_on": "2026-11-20", "inputs": inputs});
    farmer
        .client
        .post("/api/v1/batches", &batch)
        .await
        .expect(StatusCode::CREATED)
}

async fn holds(app: &TestApp, batch: &Value) -> Vec<String> {
    let path = format!("/api/v1/batches/{}", text(batch, "id"));
    let batch = app.guest().get(&path).await.expect(StatusCode::OK);
    let holds = batch["holds"].as_array().unwrap();
    holds.iter().map(|hold| text(hold, "reason")).collect()
}

async fn state(app: &TestApp, listing: &Value) -> State {
    let id: ListingId = text(listing, "id").parse().unwrap();
    let row = listing::Entity::find_by_id(id).one(app.app.db().read()).await.unwrap();
    row.unwrap().state
}

/// What partners are told of `listing` last.
async fn fed(app: &TestApp, listing: &Value) -> (String, Value) {
    let feed = app
        .guest()
        .get("/federation/v1/changes?limit=100")
        .await
        .expect(StatusCode::OK);
    let items = feed["items"].as_array().unwrap();
    let item = items.iter().rfind(|item| item["id"] == listing["id"]).unwrap();
    (text(item, "kind"), item["reason"].clone())
}

async fn spread(app: &TestApp) {
    until("the recall to spread", || async {
        let db = app.app.db().read();
        let orders = recalled_order::Entity::find().all(db).await.unwrap();
        let stalls = recalled_stall::Entity::find().all(db).await.unwrap();
        orders.iter().all(|row| row.outcome != recalled_order::Outcome::Waiting)
            && stalls.iter().all(|row| row.told_at.is_some())
    })
    .await;
}

async fn recalls(client: &Client, body: &Value) -> Value {
    client.post("/api/v1/recalls", body).await.expect(StatusCode::CREATED)
}

fn lots(recall: &Value) -> BTreeSet<String> {
    recall["batches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|batch| text(batch, "id"))
        .collect()
}

fn ids(batches: &[&Value]) -> BTreeSet<String> {
    batches.iter().map(|batch| text(batch, "id")).collect()
}

on_both!(all_that_a_lot_went_into_is_recalled_and_everybody_is_told, |app| {
    let officer = app.in_office("0911000003", "Cán bộ A", Office::Officer).await;
    let here = app.farmer().await;
    let there = app.farmer().await;
    for farmer in [&here, &there] {
        crate::orders::banks(farmer, "sepay").await;
    }
    // Two harvests are mixed and packed; somebody else roasts of it, and another seller packs what they roasted.
    let leaf = here.makes("Chè búp tươi").await;
    let tea = here.makes("Chè đinh").await;
    let (bad, good) = (here.harvests(&leaf, "20").await, here.harvests(&leaf, "20").await);
    let mixed = makes_from(&here, &tea, &[&bad, &good], "9").await;
    let sibling = makes_from(&here, &tea, &[&good], "4").await;
    let packed = makes_from(&here, &tea, &[&mixed], "4").await;
    let roasted = there.makes("Chè rang").await;
    let sold_on = there.harvests(&roasted, "30").await;
    let partners = "https://id.partner.example/01/09506000134352/10/X1";
    arrow(app, &text(&packed, "digital_link"), partners).await;
    arrow(app, partners, &text(&sold_on, "digital_link")).await;

    let listed = here.offers(&tea, &packed, 100_000).await;
    let safe_product = here.makes("Chè nhài").await;
    let safe_batch = makes_from(&here, &safe_product, &[&good], "5").await;
    let safe = here.offers(&safe_product, &safe_batch, 90_000).await;
    let theirs = there.offers(&roasted, &sold_on, 200_000).await;

    let (waiting_buyer, waiting) = paid(app, &listed, "1").await;
    let mut both = basket(&[line(&listed, "1"), line(&safe, "2")]);
    both["payment_method"] = json!("cod");
    let both = checks_out(&app.guest(), &both).await;
    let (both_buyer, both) = (holder(app, &both), both["orders"][0].clone());
    let mut gone = basket(&[line(&theirs, "1")]);
    gone["payment_method"] = json!("cod");
    gone["buyer"]["phone"] = json!("0912 345 679");
    let gone = checks_out(&app.guest(), &gone).await;
    let (gone_buyer, gone) = (holder(app, &gone), gone["orders"][0].clone());
    delivered(&there, &gone_buyer, &gone).await;
    let keeper = app.stall_keeper().await;
    keeper
        .sells(&json!({"lines": [{"name": "Chè đinh", "price": 120_000, "batch_id": packed["id"]}]}))
        .await;

    // Before anybody decides: what it would reach, and nothing has happened.
    let wish = json!({"batch_id": bad["id"], "reason": REASON, "scope": "downstream"});
    let preview = officer
        .post("/api/v1/recalls/preview", &wish)
        .await
        .expect(StatusCode::OK);
    assert_eq!(lots(&preview), ids(&[&bad, &mixed, &packed, &sold_on]));
    assert_eq!(preview["counts"]["foreign_epcs"], 1);
    assert_eq!(preview["counts"]["listings"], 2);
    assert_eq!(preview["counts"]["orders"], 3);
    assert_eq!(preview["counts"]["orders_told"], 1);
    assert_eq!(preview["counts"]["stalls"], 1);
    assert_eq!(holds(app, &bad).await, Vec::<String>::new());
    assert_eq!(fed(app, &listed).await.0, "upsert");

    let recall = recalls(&officer, &wish).await;
    assert_eq!(recall["state"], "in_force");
    assert_eq!(recall["by"], "officer");
    assert_eq!(lots(&recall), ids(&[&bad, &mixed, &packed, &sold_on]));
    for batch in [&bad, &mixed, &packed, &sold_on] {
        assert_eq!(holds(app, batch).await, ["recalled"]);
    }
    for batch in [&good, &sibling, &safe_batch] {
        assert_eq!(
            holds(app, batch).await,
            Vec::<String>::new(),
            "a sibling is not affected"
        );
    }
    // No officer lets one of them go by itself: the recall is lifted for all of it or not at all.
    let held = app
        .guest()
        .get(&format!("/api/v1/batches/{}", text(&packed, "id")))
        .await
        .expect(StatusCode::OK);
    let release = format!("/api/v1/batch-holds/{}/release", text(&held["holds"][0], "id"));
    let alone = officer.post(&release, &json!({"reason": "Xem rồi."})).await;
    assert_eq!(alone.status, StatusCode::CONFLICT);
    assert_eq!(holds(app, &packed).await, ["recalled"]);
    // At once, by the same unit.
    assert_eq!(state(app, &listed).await, State::Withdrawn);
    assert_eq!(fed(app, &listed).await, ("tombstone".to_owned(), json!("recall")));
    assert_eq!(fed(app, &theirs).await, ("tombstone".to_owned(), json!("recall")));
    assert_eq!(fed(app, &safe).await.0, "upsert");
    let wanted = basket(&[line(&listed, "1")]);
    let refused = app.guest().post("/api/v1/checkout", &wanted).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    checks_out(&app.guest(), &basket(&[line(&safe, "1")])).await;

    spread(app).await;
    // Nothing of it had left: given up, and the money goes back.
    let order = seen(&waiting_buyer, &waiting).await;
    assert_eq!(order["state"], "cancelled", "{order}");
    let token = waiting_buyer.token.clone().unwrap();
    let page = app
        .guest()
        .get(&format!("/don-hang/{}?t={token}", text(&waiting, "id")))
        .await
        .text();
    assert!(page.contains("bị thu hồi, nên sàn huỷ đơn") && !page.contains("không nhận đơn kịp"));
    assert_eq!(refunded(app, &order).await, 100_000);
    // A part of it: the rest is still to come.
    let order = seen(&both_buyer, &both).await;
    assert_eq!(order["state"], "placed");
    assert_eq!(order["total"], 180_000);
    assert_eq!(order["lines"][0]["given_up"]["value"], "1");
    assert_eq!(order["lines"][1]["quantity"]["value"], "2");
    // It has left: its buyer is told, and the order says it.
    let order = seen(&gone_buyer, &gone).await;
    assert_eq!(order["state"], "completed");
    assert_eq!(order["lines"][0]["lots"][0]["recalled"], true);
    let token = gone_buyer.token.clone().unwrap();
    let page = app
        .guest()
        .get(&format!("/don-hang/{}?t={token}", text(&gone, "id")))
        .await
        .text();
    assert!(page.contains("thu hồi"), "the page of the order says it");
    assert_books_agree(app).await;
    let told = app.messages("0912345679").await;
    assert!(told.iter().any(|message| message.contains("thu hoi")), "{told:?}");
    let told = keeper
        .client
        .get("/api/v1/accounts/me/messages")
        .await
        .expect(StatusCode::OK);
    assert!(told.to_string().contains("thu hồi"), "{told}");
    for farmer in [&here, &there] {
        let told = farmer
            .client
            .get("/api/v1/accounts/me/messages")
            .await
            .expect(StatusCode::OK);
        assert!(told.to_string().contains("bị thu hồi"), "{told}");
    }

    // The public page, the detail, and the spreadsheet.
    let id = text(&recall, "id");
    let list = app.guest().get("/thu-hoi").await.text();
    assert!(list.contains(REASON) && list.contains(&format!("/thu-hoi/{id}")));
    let page = app.guest().get(&format!("/thu-hoi/{id}")).await.text();
    assert!(page.contains(&text(&packed, "lot")) && page.contains("Chè rang"));
    let path = format!("/api/v1/recalls/{id}");
    let public = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!(
        public["foreign"],
        Value::Null,
        "what partners did is for those who deal with it"
    );
    assert_eq!(public["trace_xlsx"], Value::Null);
    let seen = officer.get(&path).await.expect(StatusCode::OK);
    assert_eq!(seen["counts"]["orders_given_up"], 2);
    assert_eq!(seen["counts"]["orders_told"], 1);
    assert_eq!(seen["foreign"][0]["epc"], "https://id.gs1.org/01/09506000134352/10/X1");
    let sheet = format!("{path}/trace.xlsx");
    for client in [&officer, &here.client] {
        let book = client.get(&sheet).await;
        assert_eq!(book.status, StatusCode::OK);
        assert!(book.bytes.starts_with(b"PK"));
        let found = sheets(&book.bytes);
        assert_eq!(
            found.keys().collect::<Vec<_>>(),
            ["Các lô", "Hàng đã bán", "Nguồn", "Người mua cần báo", "Sự kiện"]
        );
        assert!(found["Các lô"].contains(&text(&packed, "lot")));
        assert!(found["Người mua cần báo"].contains("0912345679"));
        assert!(found["Hàng đã bán"].contains("A-12"), "what the stall sold");
        assert!(found["Nguồn"].contains("Đồi chè sau nhà"));
    }
    assert_eq!(there.client.get(&sheet).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.guest().get(&sheet).await.status, StatusCode::UNAUTHORIZED);

    // Again: the same recall, and nobody is told again.
    let told = here
        .client
        .get("/api/v1/accounts/me/messages")
        .await
        .expect(StatusCode::OK);
    let again = officer.post("/api/v1/recalls", &wish).await.expect(StatusCode::OK);
    assert_eq!(again["id"], recall["id"]);
    spread(app).await;
    let told_again = here
        .client
        .get("/api/v1/accounts/me/messages")
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        told["items"].as_array().unwrap().len(),
        told_again["items"].as_array().unwrap().len()
    );
    assert_eq!(batch_hold::Entity::find().count(app.app.db().read()).await.unwrap(), 4);

    // Over: what it held is free, and what it took off sale is back. Orders stay given up.
    let end = format!("{path}/end");
    let why = json!({"reason": "Mẫu kiểm lại đạt."});
    assert_eq!(here.client.post(&end, &why).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        officer
            .post(&end, &json!({}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/reason"]
    );
    let ended = officer.post(&end, &why).await.expect(StatusCode::OK);
    assert_eq!(ended["state"], "ended");
    assert_eq!(officer.post(&end, &why).await.status, StatusCode::CONFLICT);
    for batch in [&bad, &mixed, &packed, &sold_on] {
        assert_eq!(holds(app, batch).await, Vec::<String>::new());
    }
    assert_eq!(state(app, &listed).await, State::Live);
    assert_eq!(fed(app, &theirs).await.0, "upsert");
    checks_out(&app.guest(), &wanted).await;
    assert!(!app.guest().get("/thu-hoi").await.text().contains(REASON));
    // It can be called back anew.
    let anew = recalls(&officer, &wish).await;
    assert_ne!(anew["id"], recall["id"]);
    spread(app).await;
    assert_books_agree(app).await;
});

/// The texts of each sheet of a workbook.
fn sheets(bytes: &[u8]) -> BTreeMap<String, String> {
    use calamine::Reader as _;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes.to_vec())).unwrap();
    book.worksheets()
        .into_iter()
        .map(|(name, range)| {
            let cells = range
                .used_cells()
                .map(|(_, _, cell)| cell.to_string())
                .collect::<Vec<_>>();
            (name, cells.join("\n"))
        })
        .collect()
}

on_both!(a_partner_that_pulled_hears_of_it, |app| {
    let beside = TestApp::start_demo(Backend::Sqlite).await.unwrap();
    let officer = app.in_office("0911000003", "Cán bộ A", Office::Officer).await;
    let farmer = app.farmer().await;
    let tea = farmer.makes("Chè phương xa").await;
    let batch = farmer.harvests(&tea, "20").await;
    let listing = farmer.offers(&tea, &batch, 100_000).await;
    let reach = Reach::within(true, Duration::from_secs(10)).unwrap();
    federation::add_partner(&beside.app, &app.url, Some("Sàn bạn"), &reach)
        .await
        .unwrap();
    let there = async || {
        federation::pull_all(&beside.app, None, &reach)
            .await
            .unwrap()
            .remove(0)
            .1
            .unwrap();
        let rows = remote_listing::Entity::find()
            .all(beside.app.db().read())
            .await
            .unwrap();
        rows.into_iter()
            .find(|row| row.remote_id == text(&listing, "id"))
            .unwrap()
            .state
    };
    assert_eq!(there().await, remote_listing::State::Live);
    recalls(&officer, &json!({"batch_id": batch["id"], "reason": REASON})).await;
    assert_eq!(there().await, remote_listing::State::Gone);
    beside.finish().await;
});

on_both!(circles_and_things_of_others_are_followed, |app| {
    let officer = app.in_office("0911000003", "Cán bộ A", Office::Officer).await;
    let farmer = app.farmer().await;
    let tea = farmer.makes("Chè đinh").await;
    let (first, second) = (farmer.harvests(&tea, "5").await, farmer.harvests(&tea, "5").await);
    let [from, to] = [&first, &second].map(|batch| text(batch, "digital_link"));
    let foreign = "urn:epc:class:lgtin:9506000.013435.X1";
    for (from, to) in [
        (from.as_str(), to.as_str()),
        (&to, &from),
        (foreign, &from),
        (&to, "urn:epc:id:sscc:9506000.1234567890"),
    ] {
        arrow(app, from, to).await;
    }
    // A seller reaches their own batches alone; what nobody ever named is not there.
    let by_seller = json!({"epc": foreign, "reason": REASON});
    let answer = farmer.client.post("/api/v1/recalls", &by_seller).await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/epc"]);
    let nobodys = json!({"epc": "urn:epc:class:lgtin:9506000.013435.X2", "reason": REASON});
    let answer = officer.post("/api/v1/recalls", &nobodys).await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/epc"]);
    // By another way of writing the same thing.
    let wish = json!({"epc": "https://brand.example/01/09506000134352/10/X1", "reason": REASON});
    let recall = recalls(&officer, &wish).await;
    assert_eq!(recall["batch_id"], Value::Null);
    assert_eq!(recall["lot"], Value::Null);
    assert_eq!(lots(&recall), ids(&[&first, &second]));
    let foreign: Vec<_> = recall["foreign"]
        .as_array()
        .unwrap()
        .iter()
        .map(|thing| text(thing, "epc"))
        .collect();
    assert_eq!(foreign.len(), 2, "{foreign:?}");
    // The batch alone, then wider: the same recall reaches further.
    let alone = json!({"batch_id": second["id"], "reason": "Mốc", "scope": "batch"});
    let alone = recalls(&officer, &alone).await;
    assert_eq!(lots(&alone), ids(&[&second]));
    let wider = json!({"batch_id": second["id"], "reason": "Mốc", "scope": "upstream_and_downstream"});
    let wider = officer.post("/api/v1/recalls", &wider).await.expect(StatusCode::OK);
    assert_eq!(
        (&wider["id"], &wider["scope"]),
        (&alone["id"], &json!("upstream_and_downstream"))
    );
    assert_eq!(lots(&wider), ids(&[&first, &second]));
    assert_eq!(holds(app, &first).await, ["recalled", "recalled"]);
    // Lifting one leaves what the other holds.
    let end = format!("/api/v1/recalls/{}/end", text(&alone, "id"));
    officer
        .post(&end, &json!({"reason": "Nhầm lô"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(holds(app, &first).await, ["recalled"]);
});

on_both!(a_seller_calls_back_their_own_and_what_it_becomes_later_follows, |app| {
    let farmer = app.farmer().await;
    let other = app.farmer().await;
    let tea = farmer.makes("Chè đinh").await;
    let batch = farmer.harvests(&tea, "20").await;
    let wish = json!({"batch_id": batch["id"], "reason": REASON});
    let answer = other.client.post("/api/v1/recalls", &wish).await;
    assert_eq!(
        answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/batch_id"],
        "another's is not there"
    );
    let buyer = app.person("0911000002", "Lý Văn Bảo").await;
    assert_eq!(buyer.post("/api/v1/recalls", &wish).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        app.guest().post("/api/v1/recalls", &wish).await.status,
        StatusCode::UNAUTHORIZED
    );
    let recall = farmer
        .client
        .post_once("/api/v1/recalls", "k-1", &wish)
        .await
        .expect(StatusCode::CREATED);
    let again = farmer
        .client
        .post_once("/api/v1/recalls", "k-1", &wish)
        .await
        .expect(StatusCode::CREATED);
    assert_eq!(again["id"], recall["id"]);
    assert_eq!(recall["by"], "seller");
    assert_eq!(recall["scope"], "downstream");
    let later = makes_from(&farmer, &tea, &[&batch], "2").await;
    follow(&app.app).await.unwrap();
    assert_eq!(holds(app, &later).await, ["recalled"]);
    let mine = farmer
        .client
        .get("/api/v1/recalls?mine=1&state=in_force")
        .await
        .expect(StatusCode::OK);
    assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    let mine = other.client.get("/api/v1/recalls?mine=1").await.expect(StatusCode::OK);
    assert_eq!(mine["items"], json!([]));
    let ended = app
        .guest()
        .get("/api/v1/recalls?state=ended")
        .await
        .expect(StatusCode::OK);
    assert_eq!(ended["items"], json!([]));

    // By what stands on the sticker; another's is not there.
    let short = text(&batch, "short_link");
    for sought in [
        text(&batch, "lot"),
        text(&batch, "digital_link"),
        short,
        format!("{}/{}", text(&batch, "gtin"), text(&batch, "lot")),
    ] {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &sought)
            .finish();
        let path = format!("/api/v1/recalls/batches?{query}");
        let found = farmer.client.get(&path).await.expect(StatusCode::OK);
        assert_eq!(found["items"][0]["id"], batch["id"], "{sought}");
        let found = other.client.get(&path).await.expect(StatusCode::OK);
        assert_eq!(found["items"], json!([]), "{sought}");
    }
    let answer = farmer.client.get("/api/v1/recalls/batches").await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?q"]);

    // What is wrong is told by its field.
    for (body, fields) in [
        (json!({}), vec!["/batch_id", "/reason"]),
        (
            json!({"batch_id": batch["id"], "epc": "urn:a", "reason": REASON}),
            vec!["/batch_id"],
        ),
        (
            json!({"batch_id": "x", "reason": REASON, "scope": "all"}),
            vec!["/batch_id", "/scope"],
        ),
        (
            json!({"batch_id": batch["id"], "reason": "x".repeat(1001)}),
            vec!["/reason"],
        ),
        (json!({"epc": 7, "reason": " "}), vec!["/epc", "/reason"]),
    ] {
        let answer = farmer.client.post("/api/v1/recalls", &body).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), fields, "{body}");
    }
    let answer = app.guest().get("/api/v1/recalls?state=x&limit=0").await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["?state"]);
    for path in [
        "/api/v1/recalls/x",
        "/thu-hoi/x",
        "/thu-hoi/01930000-0000-7000-8000-000000000000",
    ] {
        assert_eq!(app.guest().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
});

on_both!(goods_in_a_closed_parcel_are_taken_out_again, |app| {
    let officer = app.in_office("0911000003", "Cán bộ A", Office::Officer).await;
    let farmer = app.farmer().await;
    crate::orders::banks(&farmer, "sepay").await;
    let tea = farmer.makes("Chè đinh").await;
    let (bad, good) = (farmer.harvests(&tea, "2").await, farmer.harvests(&tea, "9").await);
    let offer = json!({"product_id": tea["id"], "price": 100_000, "unit": "kg", "lots": [bad["id"], good["id"]]});
    let listing = farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED);
    // Two kilos of the one lot and one of the other.
    let (buyer, order) = paid(app, &listing, "3").await;
    for what in ["confirm", "pack"] {
        crate::orders::act(&farmer.client, &order, what)
            .await
            .expect(StatusCode::OK);
    }
    recalls(&officer, &json!({"batch_id": bad["id"], "reason": REASON})).await;
    spread(app).await;
    let seen = seen(&buyer, &order).await;
    assert_eq!(seen["state"], "confirmed");
    assert_eq!(seen["lines"][0]["quantity"]["value"], "1");
    assert_eq!(seen["lines"][0]["given_up"]["value"], "2");
    assert_eq!(seen["lines"][0]["lots"][0]["batch_id"], good["id"]);
    assert_eq!(refunded(app, &seen).await, 200_000);
    assert_eq!(
        crate::orders::left(app, &listing).await,
        "8",
        "the good lot stays on sale"
    );
    assert_eq!(state(app, &listing).await, State::Live);
    assert_books_agree(app).await;
    // What is left goes its way.
    let sent = delivered(&farmer, &buyer, &seen).await;
    assert_eq!(sent["state"], "completed");
    assert_books_agree(app).await;
});

on_both!(a_drill_leaves_nothing_but_its_time, |app| {
    let farmer = app.farmer().await;
    assert!(drill(&app.app, None).await.unwrap().is_none(), "there is no batch");
    let tea = farmer.makes("Chè đinh").await;
    let batch = farmer.harvests(&tea, "20").await;
    let made = makes_from(&farmer, &tea, &[&batch], "4").await;
    let listing = farmer.offers(&tea, &made, 100_000).await;
    let drilled = drill(&app.app, None).await.unwrap().unwrap();
    assert_eq!(
        drilled.batch.id.to_string(),
        text(&batch, "id"),
        "the one that went into most others"
    );
    assert_eq!((drilled.row.batches, drilled.row.listings), (2, 1));
    assert!(drilled.to_string().contains(" 2 lots"), "{drilled}");
    assert_eq!(holds(app, &made).await, Vec::<String>::new());
    assert_eq!(state(app, &listing).await, State::Live);
    let recalls = app.guest().get("/api/v1/recalls").await.expect(StatusCode::OK);
    assert_eq!(recalls["items"], json!([]));
    let drills = app.guest().get("/api/v1/recall-drills").await.expect(StatusCode::OK);
    assert_eq!(drills["items"][0]["batches"], 2);
    assert!(drills["items"][0]["total_ms"].as_f64().unwrap() > 0.0);
    assert!(app.guest().get("/thu-hoi").await.text().contains(&text(&batch, "lot")));
});

/// What a walk should find, by the plainest means.
fn reached(arrows: &[(usize, usize)], from: usize) -> BTreeSet<usize> {
    let mut seen = BTreeSet::from([from]);
    loop {
        let more: Vec<_> = arrows
            .iter()
            .filter(|(from, to)| seen.contains(from) && !seen.contains(to))
            .map(|(_, to)| *to)
            .collect();
        if more.is_empty() {
            seen.remove(&from);
            return seen;
        }
        seen.extend(more);
    }
}

on_both!(walks_find_what_a_plain_search_finds, |app| {
    // A generator of its own, so that each run walks the same graphs; some of their arrows close circles.
    let mut state: u64 = 20_261_122;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below as u64).unwrap()
    };
    let db = app.app.db().read();
    for round in 0..6 {
        let things = 5 + random(60);
        let arrows: BTreeSet<(usize, usize)> = (0..things * 2)
            .map(|_| (random(things), random(things)))
            .filter(|(from, to)| from != to)
            .collect();
        let arrows: Vec<_> = arrows.into_iter().collect();
        let name = |thing: usize| format!("urn:graph:{round}:{thing}");
        let rows: Vec<_> = arrows
            .iter()
            .map(|(from, to)| trace_edge::Model {
                from_epc: name(*from),
                to_epc: name(*to),
                event_id: app.app.source().id::<EventId>(),
            })
            .collect();
        app.app
            .write(Actor::System, move |unit| {
                let rows = rows.clone();
                Box::pin(async move {
                    let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
                    trace_edge::Entity::insert_many(rows)
                        .exec_without_returning(&*unit)
                        .await
                })
            })
            .await
            .unwrap();
        let back: Vec<_> = arrows.iter().map(|(from, to)| (*to, *from)).collect();
        for start in 0..things.min(12) {
            let cut = graph::forward(db, &[name(start)], 3).await.unwrap();
            assert!(cut.epcs.len() <= 3);
            assert_eq!(cut.truncated, reached(&arrows, start).len() > 3);
            for (arrows, walked) in [
                (&arrows, graph::forward(db, &[name(start)], 1000).await.unwrap()),
                (&back, graph::backward(db, &[name(start)], 1000).await.unwrap()),
            ] {
                let found: BTreeSet<String> = walked.epcs.iter().cloned().collect();
                let wanted = reached(arrows, start);
                assert_eq!(found, wanted.iter().map(|thing| name(*thing)).collect());
                assert_eq!(found.len(), walked.epcs.len(), "each once");
                assert!(!walked.truncated);
            }
        }
    }
    let (gtin, lot): (Gtin, Lot) = ("09506000134352".parse().unwrap(), "A/1".parse().unwrap());
    assert_eq!(graph::batch_of(&graph::batch_key(&gtin, &lot)), Some((gtin, lot)));
});
