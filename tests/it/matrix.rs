//! Who reaches what: every route of the description × every kind of caller, at one household's own things.
//!
//! `matrix.txt` says of each route who may use it. A route that is not in it fails the test, so does a line without a
//! route. "May" means that the caller is let in: what they send may still be refused as wrong or too late.

use std::collections::BTreeMap;

use entity::identity::role::Office;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    epcis::encoded,
    harness::{Answer, Client, Farmer, TestApp, document, text},
    on_both,
};

const TABLE: &str = include_str!("matrix.txt");

/// A line of the table.
struct Line {
    method: Method,
    route: String,
    who: Vec<&'static str>,
    body: Value,
}

fn lines() -> Vec<Line> {
    let kept = TABLE
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    kept.map(|line| {
        let mut parts = line.split('|').map(str::trim);
        let (method, route) = parts.next().unwrap().split_once(' ').unwrap();
        let who = parts.next().unwrap_or_else(|| panic!("nobody in: {line}"));
        Line {
            method: method.parse().unwrap(),
            route: route.to_owned(),
            who: who.split_whitespace().collect(),
            body: parts.next().map_or(Value::Null, |body| {
                serde_json::from_str(body).unwrap_or_else(|error| panic!("{line}: {error}"))
            }),
        }
    })
    .collect()
}

#[test]
fn every_route_of_the_description_has_its_line_and_no_other_has() {
    let mut described: Vec<String> = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    let listed: Vec<String> = lines()
        .iter()
        .map(|line| format!("{} {}", line.method, line.route))
        .collect();
    let missing: Vec<_> = described.iter().filter(|route| !listed.contains(route)).collect();
    let gone: Vec<_> = listed.iter().filter(|route| !described.contains(route)).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "without a line: {missing:#?}\nwithout a route: {gone:#?}"
    );
}

/// Everybody who is signed in and acts for nobody.
const SIGNED_IN: [&str; 11] = [
    "stranger", "other", "owner", "staff", "keeper", "buyer", "idle", "officer", "council", "manager", "admin",
];
/// Those who say for whom they act: what is open to everybody is not asked for on somebody's behalf.
const ON_BEHALF: [&str; 2] = ["acting", "revoked"];

/// A caller: a client, and for whom it says it acts.
struct Caller {
    client: Client,
    behalf: Option<String>,
}

impl Caller {
    async fn send(&self, method: &Method, path: &str, body: &Value) -> Answer {
        let mut request = self.client.request(method.clone(), path);
        if let Some(person) = &self.behalf {
            request = request.header("Choque-On-Behalf", person);
        }
        match body {
            Value::Null => {}
            Value::String(piece) => {
                request = request
                    .header("content-type", "application/partial-upload")
                    .header("upload-offset", "0")
                    .body(piece.clone());
            }
            body => request = request.json(body),
        }
        Answer::of(method.clone(), path, request).await
    }
}

/// One household with one of everything, and everybody else.
struct World {
    callers: BTreeMap<&'static str, Caller>,
    /// What stands for a parameter: by the segment before it and its name.
    ids: BTreeMap<&'static str, String>,
    /// What nobody but the household's own people, its helper and the offices may read anywhere.
    private: Vec<String>,
}

impl World {
    fn path(&self, route: &str) -> String {
        let mut before = "";
        let mut path = Vec::new();
        for part in route.split('/') {
            if part.starts_with('{') {
                let key = format!("{before}/{part}");
                let id = self.ids.get(key.as_str());
                path.push(
                    id.unwrap_or_else(|| panic!("{route}: nothing stands for {key}"))
                        .as_str(),
                );
            } else {
                path.push(part);
                before = part;
            }
        }
        path.join("/")
    }
}

async fn me(client: &Client) -> String {
    text(&client.get("/api/v1/accounts/me").await.expect(StatusCode::OK), "id")
}

/// A household with a plot, a product, a batch on sale, an order, and whatever else has an address.
#[expect(clippy::too_many_lines, reason = "one of everything, a line each")]
async fn world(app: &TestApp) -> World {
    let created = StatusCode::CREATED;
    let owner = app.person("0911000001", "Ma Thị Xuân").await;
    let seller =
        json!({"name": "Hộ chè Ma Thị Xuân", "kind": "household", "commune_code": "05503", "street": "Xóm Hồng Thái"});
    let seller_id = text(&owner.post("/api/v1/sellers", &seller).await.expect(created), "id");
    let farm = Farmer {
        client: owner.clone(),
        seller_id: seller_id.clone(),
    };
    let product = farm.makes("Chè nõn tôm xóm Hồng Thái").await;
    let batch = farm.harvests(&product, "20").await;
    let listing = farm.offers(&product, &batch, 300_000).await;
    let gone = farm.makes("Chè vụn").await;
    let offer = json!({"product_id": gone["id"], "price": 50_000, "unit": "kg", "on_demand": true});
    let gone = owner.post("/api/v1/listings", &offer).await.expect(created);
    let plot = batch["plot_ids"][0].as_str().unwrap().to_owned();
    let entry =
        json!({"plot_id": plot, "activity": "weeding", "happened_at": "2026-11-20T08:00:00+07:00", "note": "Làm cỏ"});
    let entry = owner.post("/api/v1/diary", &entry).await.expect(created);
    let account =
        json!({"bank_bin": "970436", "number": "0123456789", "holder_name": "MA THI XUAN", "notices": "none"});
    let money = format!("/api/v1/sellers/{seller_id}/money-account");
    owner.put(&money, &account).await.expect(StatusCode::OK);

    let other = app.farmer().await;
    let keeper = app.stall_keeper().await;
    let sale = keeper.sells(&json!({"amount": 45_000})).await;
    let stall = keeper.client.get(&keeper.path("")).await.expect(StatusCode::OK);

    let buyer = app.person("0911000002", "Lý Văn Bảo").await;
    let basket = json!({
        "lines": [{"listing_id": listing["id"], "quantity": {"value": "1", "unit": "kg"}}],
        "buyer": {"name": "Lý Văn Bảo", "phone": "0911000002"},
        "ship_to": {"commune_code": "05443", "street": "Số 9"}, "delivery": "ship", "payment_method": "vietqr",
    });
    let bought = buyer.post("/api/v1/checkout", &basket).await.expect(created);

    // One that went all the way, of which goods shall go back; and one that its seller would change.
    let mut at_the_door = basket.clone();
    at_the_door["payment_method"] = json!("cod");
    let done = buyer.post("/api/v1/checkout", &at_the_door).await.expect(created);
    let done = &done["orders"][0];
    let at = |what: &str| format!("/api/v1/orders/{}/{what}", text(done, "id"));
    for what in ["confirm", "pack", "ship", "deliver"] {
        owner.post(&at(what), &json!({})).await.expect(StatusCode::OK);
    }
    let part = json!({"line_id": done["lines"][0]["id"], "quantity": {"value": "1", "unit": "kg"}});
    let wish = json!({"lines": [part], "reason": "quality", "text": "Chè mốc"});
    let returned = buyer.post(&at("return"), &wish).await.expect(created);
    let of_return = |what: &str| format!("/api/v1/returns/{}/{what}", text(&returned, "id"));
    let refused = owner.post(&of_return("refuse"), &json!({"reason": "Hàng tốt"})).await;
    refused.expect(StatusCode::OK);
    let disputed = buyer.post(&of_return("dispute"), &json!({"text": "Mốc thật"})).await;
    disputed.expect(StatusCode::OK);
    let review = json!({"line_id": done["lines"][0]["id"], "stars": 4});
    let review = buyer.post(&at("review"), &review).await.expect(created);
    let changing = buyer.post("/api/v1/checkout", &at_the_door).await.expect(created);
    let changing = &changing["orders"][0];
    let propose = json!({"lines": [{"line_id": changing["lines"][0]["id"], "price": 290_000}]});
    let edits = format!("/api/v1/orders/{}/edits", text(changing, "id"));
    let edit = owner.post(&edits, &propose).await.expect(created);

    let officer = app.in_office("0911000003", "Cán bộ A", Office::Officer).await;
    let council = app.in_office("0911000004", "Cán bộ B", Office::Officer).await;
    let manager = app
        .in_office("0911000005", "Ban quản lý chợ", Office::MarketManager)
        .await;
    let admin = app.in_office("0911000006", "Quản trị", Office::Administrator).await;
    let council_member = format!("/api/v1/council/{}", me(&council).await);
    admin.put(&council_member, &json!({})).await.expect(StatusCode::OK);
    admin
        .put("/api/v1/money-accounts/held", &account)
        .await
        .expect(StatusCode::OK);

    let helper = app.in_office("0911000007", "Hoàng Văn Nam", Office::Helper).await;
    let former = app.in_office("0911000008", "Nông Thị Mai", Office::Helper).await;
    let mut consents = Vec::new();
    for helper in [&helper, &former] {
        let ask = json!({"how": "code", "phone": "0911000001", "name": "Ma Thị Xuân",
            "scope": ["diary", "products", "orders", "dossiers"], "text_version": "2026-11"});
        let asked = text(&helper.post("/api/v1/consents", &ask).await.expect(created), "id");
        let code = app.last_code("0911000001").await;
        let confirm = format!("/api/v1/consents/{asked}/confirm");
        helper
            .post(&confirm, &json!({"code": code}))
            .await
            .expect(StatusCode::OK);
        consents.push(asked);
    }
    let revoke = format!("/api/v1/consents/{}/revoke", consents[1]);
    owner.post(&revoke, &json!({})).await.expect(StatusCode::OK);

    let staff = app.person("0911000009", "Ma Văn Tú").await;
    let invitations = format!("/api/v1/sellers/{seller_id}/invitations");
    let invite = |phone: &str| json!({"phone": phone, "role": "staff"});
    let invited = owner.post(&invitations, &invite("0911000009")).await.expect(created);
    let accept = format!("/api/v1/invitations/{}/accept", text(&invited, "code"));
    staff.post(&accept, &json!({})).await.expect(StatusCode::OK);
    let open = owner.post(&invitations, &invite("0911000010")).await.expect(created);

    let closures = format!("/api/v1/sellers/{seller_id}/closures");
    let (from, until) = (app.app.today().plus_days(200), app.app.today().plus_days(203));
    let closure = json!({"from": from.iso(), "until": until.iso(), "note": "Nghỉ Tết"});
    let closure = owner.post(&closures, &closure).await.expect(created);
    let photo = {
        let path = format!("/api/v1/products/{}/photos", text(&product, "id"));
        let request = owner
            .request(Method::POST, &path)
            .header("content-type", "image/png")
            .body(picture());
        text(&Answer::of(Method::POST, &path, request).await.expect(created), "id")
    };
    let upload = owner
        .post("/api/v1/uploads", &json!({"size": 10}))
        .await
        .expect(created);
    let import = {
        let request = owner
            .request(Method::POST, "/api/v1/imports")
            .header("content-type", "text/csv")
            .body("name,category,unit,price,mode\nChè bồm,tea-green,kg,90000,on_demand\n");
        text(
            &Answer::of(Method::POST, "/api/v1/imports", request)
                .await
                .expect(created),
            "id",
        )
    };
    let report = json!({"subject": "listing", "id": listing["id"], "reason": "other", "text": "Ảnh không giống hàng"});
    let report = app.guest().post("/api/v1/reports", &report).await.expect(created);
    let cycle = json!({"plot_id": plot, "crop": "Chè trung du", "began_on": "2026-09-01"});
    let cycle = owner.post("/api/v1/crop-cycles", &cycle).await.expect(created);
    let part = |value: &str| json!({"product_id": product["id"], "quantity": {"value": value, "unit": "kg"}});
    let split = json!({"kind": "split", "inputs": [{"batch_id": batch["id"], "quantity": {"value": "2", "unit": "kg"}}],
        "outputs": [part("1"), part("1")]});
    let split = owner.post("/api/v1/transformations", &split).await.expect(created);
    // A batch of hers that was harvested too soon after spraying.
    let early = farm.harvests(&product, "3").await;
    let sprayed = json!({"plot_id": early["plot_ids"][0], "activity": "spraying", "happened_at": "2026-11-19", "interval_days": 7});
    owner.post("/api/v1/diary", &sprayed).await.expect(created);
    let holds = officer.get("/api/v1/batch-holds").await.expect(StatusCode::OK);
    let hold = text(&holds["items"][0], "id");
    let recall = json!({"batch_id": early["id"], "reason": "Thu quá sớm"});
    let recall = owner.post("/api/v1/recalls", &recall).await.expect(created);
    let reports = officer.get("/api/v1/reports").await.expect(StatusCode::OK);
    let report_id = text(&reports["items"][0]["reports"][0], "id");
    let takedown = json!({"listing_id": gone["id"], "reason_code": "prohibited", "reason": "Không đủ giấy tờ"});
    let sticker = json!({"uri": "https://id.choque.test/01/09506000134352", "reason": "copy"});
    let scan_report = app.guest().post("/api/v1/scan-reports", &sticker).await.expect(created);
    let takedown = council.post("/api/v1/takedowns", &takedown).await.expect(created);
    let certificate = json!({"kind": "vietgap", "product_id": product["id"], "number": "VG-01", "issuer": "Trung tâm chứng nhận",
        "granted_on": "2026-01-05", "ends_on": "2028-01-05"});
    let certificate = owner.post("/api/v1/certificates", &certificate).await.expect(created);
    let dossier = json!({"kind": "ocop", "product_id": product["id"]});
    let dossier = owner.post("/api/v1/dossiers", &dossier).await.expect(created);
    // A name that leads nowhere: nothing leaves this machine.
    let endpoint = json!({"url": "https://may-ban-hang.invalid/tin"});
    let endpoint = owner.post("/api/v1/webhook-endpoints", &endpoint).await.expect(created);
    let delivery = format!("/api/v1/webhook-endpoints/{}/test", text(&endpoint, "id"));
    let delivery = owner.post(&delivery, &json!({})).await.expect(created);
    let roll = json!({"commune_code": "05503", "count": 3});
    let roll = officer.post("/api/v1/rolls", &roll).await.expect(created);
    let session = json!({"phone": "0911000001", "password": "mật khẩu dài"});
    let session = app.guest().post("/api/v1/sessions", &session).await.expect(created);
    let account = me(&owner).await;

    let ids = BTreeMap::from([
        ("01/{gtin}", text(&batch, "gtin")),
        ("10/{lot}", text(&batch, "lot")),
        ("21/{serial}", "1".to_owned()),
        ("414/{gln}", "8938505970004".to_owned()),
        ("t/{code}", "x".to_owned()),
        ("rolls/{id}", text(&roll, "id")),
        ("stickers/{code}", "22222222P".to_owned()),
        ("scan-reports/{id}", text(&scan_report, "id")),
        ("accounts/{id}", account.clone()),
        ("recalls/{id}", text(&recall, "id")),
        ("roles/{role}", "market_manager".to_owned()),
        ("passkeys/{id}", account.clone()),
        ("push-subscriptions/{id}", account.clone()),
        ("webhook-endpoints/{id}", text(&endpoint, "id")),
        ("deliveries/{delivery}", text(&delivery, "id")),
        ("batches/{id}", text(&batch, "id")),
        ("batch-holds/{id}", hold),
        ("categories/{id}", "tea".to_owned()),
        ("certificates/{id}", text(&certificate, "id")),
        ("closures/{closure}", text(&closure, "id")),
        ("checklist/{item}", "address".to_owned()),
        ("communes/{code}", "05503".to_owned()),
        ("consents/{id}", consents[0].clone()),
        ("council/{id}", me(&council).await),
        ("credits/{seller}", seller_id.clone()),
        ("cycles/{cycle}", account.clone()),
        ("council/{account_id}", me(&council).await),
        (
            "diary/{id}",
            text(&entry["items"].get(0).cloned().unwrap_or(entry.clone()), "id"),
        ),
        ("dossiers/{id}", text(&dossier, "id")),
        ("capture/{captureID}", account.clone()),
        (
            "events/{eventID}",
            encoded(&text(
                &entry["items"].get(0).cloned().unwrap_or(entry.clone()),
                "event_id",
            )),
        ),
        ("nextPageToken/{token}", "x".to_owned()),
        ("eventTypes/{eventType}", "ObjectEvent".to_owned()),
        ("epcs/{epc}", encoded(&text(&batch, "digital_link"))),
        ("bizSteps/{bizStep}", "shipping".to_owned()),
        ("bizLocations/{bizLocation}", "urn:x:nowhere".to_owned()),
        ("readPoints/{readPoint}", encoded(&format!("urn:uuid:{plot}"))),
        ("dispositions/{disposition}", "active".to_owned()),
        ("queries/{queryName}", "none".to_owned()),
        ("subscriptions/{subscriptionID}", account.clone()),
        ("imports/{id}", import.clone()),
        ("invitations/{code}", "x".to_owned()),
        ("invitations/{invitation}", text(&open, "id")),
        ("listings/{id}", text(&listing, "id")),
        ("markets/{id}", text(&stall["market"], "id")),
        ("orders/{id}", text(&bought["orders"][0], "id")),
        ("payments/{id}", text(&bought["payments"][0], "id")),
        ("photos/{photo}", photo),
        // There are none of these here: their own tests say who may.
        ("refunds/{id}", account.clone()),
        ("commission-invoices/{id}", account.clone()),
        ("unmatched/{id}", account.clone()),
        ("payouts/{id}", account.clone()),
        ("commission-rules/{from}", "2199-01-01".to_owned()),
        ("tax-returns/{month}", "2026-10".to_owned()),
        ("crop-cycles/{id}", text(&cycle, "id")),
        ("transformations/{id}", text(&split, "id")),
        ("plots/{id}", plot.clone()),
        ("products/{id}", text(&product, "id")),
        ("by-code/{code}", text(&report, "code")),
        ("reports/{id}", report_id),
        ("order-edits/{id}", text(&edit, "id")),
        ("returns/{id}", text(&returned, "id")),
        ("buyer-reviews/{id}", text(&review, "id")),
        ("reviews/{id}", account.clone()),
        ("sales/{sale_id}", text(&sale, "id")),
        ("sellers/{id}", seller_id),
        ("sessions/{id}", text(&session, "id")),
        ("staff/{person}", me(&staff).await),
        ("stalls/{id}", keeper.stall_id.clone()),
        ("takedowns/{id}", text(&takedown, "id")),
        ("uploads/{id}", text(&upload, "id")),
        ("tile/{L}", "0".to_owned()),
        ("tile/{N}", "000".to_owned()),
        ("entries/{N}", "000".to_owned()),
    ]);
    let private = [
        "diary/{id}",
        "consents/{id}",
        "dossiers/{id}",
        "imports/{id}",
        "uploads/{id}",
        "sessions/{id}",
        "sales/{sale_id}",
        "webhook-endpoints/{id}",
        "deliveries/{delivery}",
    ]
    .into_iter()
    .map(|key| ids[key].clone())
    .chain(["0123456789".to_owned(), "0911000001".to_owned()])
    .collect();
    let alone = |client: Client| Caller { client, behalf: None };
    let callers = BTreeMap::from([
        ("guest", alone(app.guest())),
        ("stranger", alone(app.person("0911000011", "Người lạ").await)),
        ("other", alone(other.client)),
        ("owner", alone(owner)),
        ("staff", alone(staff)),
        ("keeper", alone(keeper.client)),
        ("buyer", alone(buyer)),
        ("idle", alone(helper.clone())),
        ("officer", alone(officer)),
        ("council", alone(council)),
        ("manager", alone(manager)),
        ("admin", alone(admin)),
        (
            "acting",
            Caller {
                client: helper,
                behalf: Some(account.clone()),
            },
        ),
        (
            "revoked",
            Caller {
                client: former,
                behalf: Some(account),
            },
        ),
    ]);
    World { callers, ids, private }
}

/// A small picture.
pub fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 90]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// Whether the door was shut, whatever was behind it.
fn is_shut(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND
    )
}

fn let_in(who: &[&'static str]) -> Vec<&'static str> {
    who.iter()
        .flat_map(|name| match *name {
            "all" => [&["guest"], &SIGNED_IN[..]].concat(),
            "in" => SIGNED_IN.to_vec(),
            "nobody" => Vec::new(),
            name => {
                assert!(
                    SIGNED_IN.contains(&name) || ON_BEHALF.contains(&name),
                    "there is no {name}"
                );
                vec![name]
            }
        })
        .collect()
}

on_both!(nobody_reaches_what_is_not_theirs, |app| {
    let world = world(app).await;
    let lines: Vec<Line> = lines()
        .into_iter()
        .filter(|line| !line.route.starts_with("/demo"))
        .collect();
    let mut wrong = Vec::new();
    // Those who must not first: nothing has changed yet, and nothing may change by them.
    for line in lines.iter().filter(|line| line.who != ["open"]) {
        let path = world.path(&line.route);
        let may = let_in(&line.who);
        let public = line.who == ["all"];
        let kept_out = |name: &str| !(may.contains(&name) || public && ON_BEHALF.contains(&name));
        for (name, caller) in world.callers.iter().filter(|(name, _)| kept_out(name)) {
            let answer = caller.send(&line.method, &path, &line.body).await;
            if !is_shut(answer.status) {
                wrong.push(format!("{} {}: {name} got {}", line.method, line.route, answer.status));
            }
        }
    }
    // Reading changes nothing, so everybody who may reads; and nobody reads what is the household's alone.
    for line in lines.iter().filter(|line| line.method == Method::GET) {
        if line.route.ends_with("/events") {
            continue;
        }
        let path = world.path(&line.route);
        let may = if line.who == ["open"] {
            let_in(&["all"])
        } else {
            let_in(&line.who)
        };
        for name in may {
            let answer = world.callers[name].send(&line.method, &path, &Value::Null).await;
            if line.who != ["open"] && is_shut(answer.status) {
                wrong.push(format!(
                    "GET {}: {name} was kept out with {}",
                    line.route, answer.status
                ));
            }
            // What is open is a capability: a payment shows where to pay to whoever holds its id.
            if line.who != ["open"] && ["guest", "stranger", "other"].contains(&name) {
                let text = answer.text();
                for secret in world.private.iter().filter(|secret| text.contains(*secret)) {
                    wrong.push(format!("GET {}: {name} read {secret}", line.route));
                }
            }
        }
    }
    // Who comes first in a line may write. After them a thing may be gone.
    for line in lines
        .iter()
        .filter(|line| line.method != Method::GET && line.who != ["open"])
    {
        let Some(first) = let_in(&line.who).first().copied() else {
            continue;
        };
        let answer = world.callers[first]
            .send(&line.method, &world.path(&line.route), &line.body)
            .await;
        if is_shut(answer.status) {
            wrong.push(format!(
                "{} {}: {first} was kept out with {}: {}",
                line.method,
                line.route,
                answer.status,
                answer.text()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} doors:\n{}", wrong.len(), wrong.join("\n"));
});
