//! Two exchanges on one machine, and a few that are not what they say.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use choque::federation::{self, PullError, Pulled, Reach, Unreachable};
use entity::{
    Day,
    catalogue::certificate::{self, Kind, Precision},
    federation::{feed, partner},
    frame::change::{Cause, Subject},
    ids::{CertificateId, ProductId, SellerId},
    listings::remote_listing,
};
use reqwest::StatusCode;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::harness::{Backend, Farmer, TestApp, mark_as_demo, new_database, plain, text};

/// Declares a test with two exchanges on both databases: `between!(name, |ours, theirs| { … });`
macro_rules! between {
    ($name:ident, |$ours:ident, $theirs:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($ours: &TestApp, $theirs: &TestApp) $body

            async fn on(backend: Backend) {
                let Some(ours) = TestApp::start_demo(backend).await else { return };
                let Some(theirs) = TestApp::start(backend).await else { return };
                run(&ours, &theirs).await;
                ours.finish().await;
                theirs.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on(Backend::Postgres).await;
            }
        }
    };
}

fn reach() -> Reach {
    Reach::within(true, Duration::from_secs(10)).unwrap()
}

async fn befriend(ours: &TestApp, url: &str, name: &str) {
    federation::add_partner(&ours.app, url, Some(name), &reach())
        .await
        .unwrap();
}

async fn pull(ours: &TestApp) -> Result<Pulled, PullError> {
    let pulled = federation::pull_all(&ours.app, None, &reach())
        .await
        .unwrap()
        .remove(0)
        .1;
    // What was pulled is looked for next.
    ours.caught_up().await;
    pulled
}

/// Puts `quantity` kg of a new product on sale.
async fn sells(farmer: &Farmer, name: &str, price: i64, quantity: &str) -> Value {
    let product = farmer.makes(name).await;
    let offer =
        json!({"product_id": product["id"], "price": price, "unit": "kg", "stock": {"value": quantity, "unit": "kg"}});
    farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED)
}

fn titles(found: &Value) -> Vec<String> {
    found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(item, "title"))
        .collect()
}

async fn changes(app: &TestApp, query: &str) -> Value {
    app.guest()
        .get(&format!("/federation/v1/changes?{query}"))
        .await
        .expect(StatusCode::OK)
}

/// Their tea stands in every list beside ours, said to be theirs, and its page leads there. Returns it as listed.
async fn assert_shown_as_theirs(ours: &TestApp, here: &Farmer, tea: &Value) -> Value {
    let all = ours.finds("sort=price&facets=1").await;
    assert_eq!(
        titles(&all),
        ["Mật ong rừng", "Chè móc câu nhà", "Chè tôm nõn phương xa"]
    );
    assert_eq!(all["total"], 3);
    assert_eq!(all["facets"]["commune"], json!([{"value": "05503", "count": 3}]));
    for query in [
        "q=phuong%20xa",
        "category=tea&min_price=300000",
        "commune=05503&max_price=400000&q=ph%C6%B0%C6%A1ng",
    ] {
        assert_eq!(titles(&ours.finds(query).await), ["Chè tôm nõn phương xa"], "{query}");
    }
    let remote = &ours.finds("q=phuong%20xa").await["items"][0];
    assert_eq!(remote["origin"]["name"], "Sàn bạn");
    assert_eq!(
        remote["origin"]["url"]
            .as_str()
            .map(|url| url.contains(tea["slug"].as_str().unwrap())),
        Some(true)
    );
    assert_eq!((&remote["price"], &remote["unit"]), (&json!(350_000), &json!("kg")));
    assert_eq!(remote["left"], json!({"value": "20", "unit": "kg"}));
    assert_eq!((&remote["gtin"], &remote["seller"]["id"]), (&Value::Null, &Value::Null));
    assert_eq!(remote["seller"]["name"], "Hộ chè Nguyễn Thị Lan");
    let own = &ours.finds("q=cau%20nha").await["items"][0];
    assert_eq!(own["origin"], Value::Null);
    assert_eq!(
        titles(&ours.finds(&format!("seller={}", here.seller_id)).await),
        ["Chè móc câu nhà"]
    );

    // Its page says whose it is, and leads there.
    let detail = ours
        .guest()
        .get(&format!("/api/v1/listings/{}", text(remote, "id")))
        .await;
    assert_eq!(detail.expect(StatusCode::OK)["origin"]["name"], "Sàn bạn");
    let page = format!("/san-pham/{}", text(remote, "slug"));
    let shown = ours.guest().get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    let shown = shown.text();
    assert!(
        shown.contains("Bán trên sàn Sàn bạn") && shown.contains("350.000\u{a0}₫"),
        "{shown}"
    );
    assert!(shown.contains(&format!("http://choque.test/san-pham/{}", text(tea, "slug"))));
    assert!(
        ours.guest()
            .get("/tim?q=ph%C6%B0%C6%A1ng+xa")
            .await
            .text()
            .contains("Từ Sàn bạn")
    );
    remote.clone()
}

between!(listings_travel_change_and_go, |ours, theirs| {
    let (here, there) = (ours.farmer().await, theirs.farmer().await);
    sells(&here, "Chè móc câu nhà", 200_000, "5").await;
    let tea = sells(&there, "Chè tôm nõn phương xa", 350_000, "20").await;
    let honey = sells(&there, "Mật ong rừng", 180_000, "0.5").await;
    befriend(ours, &theirs.url, "Sàn bạn").await;
    assert_eq!(pull(ours).await.unwrap().received, 2);

    let remote = &assert_shown_as_theirs(ours, &here, &tea).await;
    let page = format!("/san-pham/{}", text(remote, "slug"));

    // A new price, an empty shelf, a withdrawal: on the next pull.
    let path = format!("/api/v1/listings/{}", text(&tea, "id"));
    there
        .client
        .patch(&path, &json!({"price": 360_000}))
        .await
        .expect(StatusCode::OK);
    there
        .client
        .patch(&path, &json!({"stock": {"value": "7", "unit": "kg"}}))
        .await
        .expect(StatusCode::OK);
    let honey_path = format!("/api/v1/listings/{}", text(&honey, "id"));
    there
        .client
        .post(&format!("{honey_path}/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        pull(ours).await.unwrap().received,
        2,
        "two listings changed, whatever often"
    );
    let changed = &ours.finds("q=phuong%20xa").await["items"][0];
    assert_eq!(
        (&changed["price"], &changed["left"]["value"]),
        (&json!(360_000), &json!("7"))
    );
    assert_eq!((&changed["id"], &changed["slug"]), (&remote["id"], &remote["slug"]));
    assert_eq!(ours.finds("").await["total"], 2);
    ours.caught_up().await;
    assert!(
        ours.guest().get(&page).await.text().contains("360.000\u{a0}₫"),
        "the cached page learned of it"
    );

    // What returns is the same listing; what goes leaves its page.
    there
        .client
        .patch(&honey_path, &json!({"state": "live"}))
        .await
        .expect(StatusCode::OK);
    there
        .client
        .post(&format!("{path}/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    pull(ours).await.unwrap();
    assert_eq!(
        titles(&ours.finds("sort=price").await),
        ["Mật ong rừng", "Chè móc câu nhà"]
    );
    ours.caught_up().await;
    assert_eq!(ours.guest().get(&page).await.status, StatusCode::GONE);
    let gone = ours
        .guest()
        .get(&format!("/api/v1/listings/{}", text(remote, "id")))
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);

    // The server pulls by itself, too.
    there
        .client
        .patch(&honey_path, &json!({"price": 190_000}))
        .await
        .expect(StatusCode::OK);
    let [.., partners] = federation::duties();
    (partners.run)(ours.app.clone()).await.unwrap();
    assert_eq!(ours.finds("q=mat%20ong").await["items"][0]["price"], 190_000);

    // What was pulled is not told on.
    let told = changes(ours, "").await;
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    assert_eq!(told["items"][0]["listing"]["title"], "Chè móc câu nhà");
    assert_eq!(pull(ours).await.unwrap().received, 0);
});

between!(one_list_is_paged_over_both, |ours, theirs| {
    let (here, there) = (ours.farmer().await, theirs.farmer().await);
    for number in 0..6_i64 {
        sells(&here, &format!("Chè nhà {number}"), 100_000 + number / 2 * 10_000, "5").await;
        sells(&there, &format!("Chè xa {number}"), 100_000 + number / 2 * 10_000, "5").await;
    }
    befriend(ours, &theirs.url, "Sàn bạn").await;
    pull(ours).await.unwrap();
    for sort in ["price", "-price", "newest", "", "&q=ch%C3%A8"] {
        let (mut seen, mut prices, mut cursor) = (Vec::new(), Vec::new(), String::new());
        loop {
            let page = ours.finds(&format!("sort={sort}&limit=5{cursor}")).await;
            assert_eq!(page["total"], 12, "{sort}");
            seen.extend(titles(&page));
            prices.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["price"].as_i64().unwrap()),
            );
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 12, "{sort}: {seen:?}");
        match sort {
            "price" => assert!(prices.is_sorted(), "{prices:?}"),
            "-price" => assert!(prices.iter().rev().is_sorted(), "{prices:?}"),
            _ => assert_eq!(seen[0], "Chè xa 5", "the newest of both comes first"),
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 12, "{sort}");
    }
});

between!(the_feed_holds_each_listing_once, |_ours, theirs| {
    let farmer = theirs.farmer().await;
    let tea = sells(&farmer, "Chè đinh", 500_000, "3").await;
    let other = sells(&farmer, "Chè búp", 300_000, "3").await;
    let first = changes(theirs, "limit=1").await;
    assert_eq!(first["items"][0]["id"], tea["id"]);
    let path = format!("/api/v1/listings/{}", text(&tea, "id"));
    for price in [510_000, 520_000, 530_000] {
        farmer
            .client
            .patch(&path, &json!({"price": price}))
            .await
            .expect(StatusCode::OK);
    }
    let rest = changes(theirs, &format!("since={}", text(&first, "next_cursor"))).await;
    let told: Vec<_> = rest["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["id"])
        .collect();
    assert_eq!(
        told,
        [&other["id"], &tea["id"]],
        "what changed stands where it changed last"
    );
    assert_eq!(rest["items"][1]["listing"]["price"], 530_000);
    assert!(rest["items"][0]["seq"].as_i64() < rest["items"][1]["seq"].as_i64());
    let end = changes(theirs, &format!("since={}", text(&rest, "next_cursor"))).await;
    assert_eq!(end["items"], json!([]));
    assert_eq!(end["next_cursor"], rest["next_cursor"]);
    assert_eq!(changes(theirs, "").await["items"].as_array().unwrap().len(), 2);

    // A number inside the exchange never leaves as a GTIN, and a change that nobody can see takes no number.
    assert_eq!(rest["items"][1]["listing"].get("gtin"), None);
    let id: SellerId = farmer.seller_id.parse().unwrap();
    theirs
        .app
        .write(choque::db::Actor::System, move |unit| {
            Box::pin(async move { unit.changed(Subject::Seller, id, Cause::Edited).await })
        })
        .await
        .unwrap();
    let end = changes(theirs, &format!("since={}", text(&rest, "next_cursor"))).await;
    assert_eq!(end["items"], json!([]));

    // A long-poll is answered when something happens, and not before.
    let (client, url) = (plain(), theirs.url.clone());
    let cursor = text(&rest, "next_cursor");
    let waiting = tokio::spawn(async move {
        let url = format!("{url}/federation/v1/changes?wait=25&since={cursor}");
        client.get(url).send().await.unwrap().json::<Value>().await.unwrap()
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    farmer
        .client
        .post(&format!("{path}/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let news = tokio::time::timeout(Duration::from_secs(10), waiting)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(news["items"][0]["kind"], "tombstone");
    assert_eq!(news["items"][0]["reason"], "withdrawn");
    assert_eq!(news["items"][0].get("listing"), None);
});

between!(a_badge_leaves_the_feed_the_day_it_ends, |ours, theirs| {
    let farmer = theirs.farmer().await;
    let tea = sells(&farmer, "Chè năm sao", 900_000, "3").await;
    let product: ProductId = text(&tea, "product_id").parse().unwrap();
    let (seller, today): (SellerId, Day) = (farmer.seller_id.parse().unwrap(), theirs.app.today());
    theirs
        .app
        .write(choque::db::Actor::System, move |unit| {
            Box::pin(async move {
                let id: CertificateId = unit.id();
                let row = certificate::Model {
                    id,
                    seller_id: seller,
                    product_id: Some(product),
                    kind: Kind::Ocop,
                    star: Some(5),
                    number: None,
                    issuer: "UBND tỉnh".into(),
                    granted_on: today.plus_months(-35),
                    granted_precision: Precision::Day,
                    ends_on: today.plus_months(1),
                    verified: true,
                    source: None,
                    created_at: unit.now(),
                    revoked_on: None,
                };
                row.into_active_model().insert(&*unit).await?;
                unit.changed(Subject::Certificate, id, Cause::Made).await
            })
        })
        .await
        .unwrap();
    befriend(ours, &theirs.url, "Sàn bạn").await;
    pull(ours).await.unwrap();
    assert_eq!(titles(&ours.finds("star=5").await), ["Chè năm sao"]);
    assert_eq!(
        ours.finds("facets=1").await["facets"]["star"],
        json!([{"value": "5", "count": 1}])
    );
    let before = changes(theirs, "").await;
    assert_eq!(before["items"][0]["listing"]["star"], 5);
    // Two months later nothing was written there; the feed tells it all the same.
    let months: i64 = 62 * 24 * 60 * 60 * 1000;
    theirs.app.source().advance(months);
    for _ in 0..100 {
        let page = changes(theirs, &format!("since={}", text(&before, "next_cursor"))).await;
        if let Some(item) = page["items"].get(0) {
            assert_eq!(item["listing"].get("star"), None);
            assert_eq!(item["listing"]["certificates"], json!([]));
            // Here it ends by itself, pulled or not; so does what nobody vouches for any more.
            ours.app.source().advance(months);
            assert_eq!(ours.finds("").await["total"], 0, "too old to be shown");
            pull(ours).await.unwrap();
            assert_eq!(ours.finds("").await["total"], 1);
            assert_eq!(ours.finds("star=5").await["total"], 0);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the feed did not learn that the certificate ended");
});

between!(cursors_that_lead_nowhere_are_gone, |ours, theirs| {
    let farmer = theirs.farmer().await;
    let tea = sells(&farmer, "Chè đinh", 500_000, "3").await;
    sells(&farmer, "Chè búp", 300_000, "3").await;
    let page = changes(theirs, "").await;
    let (epoch, cursor) = (text(&page, "epoch"), text(&page, "next_cursor"));
    for stale in [
        "0123456789abcdef-1".to_owned(),
        format!("{epoch}-999999"),
        format!("0000000000000000-{}", cursor.len()),
    ] {
        let gone = theirs
            .guest()
            .get(&format!("/federation/v1/changes?since={stale}"))
            .await;
        assert_eq!(gone.headers["content-type"], "application/problem+json");
        let gone = gone.expect(StatusCode::GONE);
        assert_eq!(gone["epoch"], json!(epoch));
        assert_eq!(gone["snapshot"], "/federation/v1/snapshot");
    }
    for nonsense in [
        "since=x",
        "since=..%2F",
        "limit=0",
        "limit=501",
        "limit=x",
        "wait=26",
        "wait=-1",
    ] {
        let wrong = theirs.guest().get(&format!("/federation/v1/changes?{nonsense}")).await;
        assert_eq!(wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY).len(), 1, "{nonsense}");
    }
    assert_eq!(
        theirs
            .guest()
            .get("/federation/v1/snapshot?after=0123456789abcdef-1-0")
            .await
            .status,
        StatusCode::GONE
    );

    // Part by part, the snapshot has each listing once and then names the cursor.
    let (mut path, mut ids) = ("/federation/v1/snapshot?limit=1".to_owned(), Vec::new());
    let end = loop {
        let part = theirs.guest().get(&path).await;
        assert_eq!(part.status, StatusCode::OK);
        let lines: Vec<Value> = part
            .text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let (end, items) = lines.split_last().unwrap();
        ids.extend(items.iter().map(|item| text(item, "id")));
        match end["next"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break text(end, "next_cursor"),
        }
    };
    assert_eq!((ids.len(), end.as_str()), (2, cursor.as_str()));

    // A partner whose cursor died begins anew: what is no longer there goes, what is there stays itself.
    befriend(ours, &theirs.url, "Sàn bạn").await;
    pull(ours).await.unwrap();
    let kept = ours.finds("q=bup").await["items"][0]["id"].clone();
    theirs_forget(theirs, &tea).await;
    forget_cursor(ours, "0123456789abcdef-1").await;
    let pulled = pull(ours).await.unwrap();
    assert!(pulled.snapshot && pulled.removed == 1, "{pulled:?}");
    let left = ours.finds("").await;
    assert_eq!((&left["total"], &left["items"][0]["id"]), (&json!(1), &kept));
    // And it goes on with the feed.
    sells(&farmer, "Chè mới", 100_000, "1").await;
    assert_eq!(
        pull(ours).await.unwrap(),
        Pulled {
            received: 1,
            ..Pulled::default()
        }
    );
});

/// Withdraws `listing` and forgets the tombstone, as an exchange does that was restored from a backup.
async fn theirs_forget(theirs: &TestApp, listing: &Value) {
    let id: entity::ids::ListingId = text(listing, "id").parse().unwrap();
    theirs
        .app
        .write(choque::db::Actor::System, move |unit| {
            Box::pin(async move { feed::Entity::delete_by_id(id).exec(&*unit).await.map(|_| ()) })
        })
        .await
        .unwrap();
}

/// Makes the partner's cursor `cursor`.
async fn forget_cursor(ours: &TestApp, cursor: &'static str) {
    let partner = the_partner(ours).await;
    ours.app
        .write(choque::db::Actor::System, move |unit| {
            let mut row = partner.clone().into_active_model();
            row.cursor = Set(Some(cursor.to_owned()));
            Box::pin(async move { row.update(&*unit).await.map(|_| ()) })
        })
        .await
        .unwrap();
}

async fn the_partner(ours: &TestApp) -> partner::Model {
    partner::Entity::find()
        .one(ours.app.db().read())
        .await
        .unwrap()
        .unwrap()
}

between!(answers_are_signed_as_they_are_sent, |_ours, theirs| {
    let farmer = theirs.farmer().await;
    sells(&farmer, "Chè đinh", 500_000, "3").await;
    let about = theirs
        .guest()
        .get("/.well-known/choque-exchange")
        .await
        .expect(StatusCode::OK);
    let x = URL_SAFE_NO_PAD.decode(about["keys"][0]["x"].as_str().unwrap()).unwrap();
    let key = UnparsedPublicKey::new(&ED25519, x);
    for (path, query, gzip) in [
        ("/.well-known/choque-exchange", "", false),
        ("/federation/v1/changes", "", true),
        ("/federation/v1/changes", "limit=1&since=", false),
        ("/federation/v1/snapshot", "limit=10", true),
        ("/federation/v1/schema.json", "", true),
    ] {
        let mark = if query.is_empty() { "" } else { "?" };
        let mut asked = plain().get(format!("{}{path}{mark}{query}", theirs.url));
        if gzip {
            asked = asked.header("Accept-Encoding", "gzip");
        }
        let answer = asked.send().await.unwrap();
        let headers = answer.headers().clone();
        let header = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(headers.contains_key("content-encoding"), gzip, "{path}");
        assert!(header("cache-control").contains("no-transform"));
        let bytes = answer.bytes().await.unwrap();
        let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&bytes)));
        assert_eq!(header("content-digest"), digest, "{path}: of the bytes as sent");
        let input = header("signature-input");
        let parameters = input.strip_prefix("choque=").unwrap();
        let covered = "(\"@status\" \"content-digest\" \"@method\";req \"@path\";req \"@query\";req)";
        assert!(parameters.starts_with(covered), "{parameters}");
        let base = format!(
            "\"@status\": 200\n\"content-digest\": {digest}\n\"@method\";req: GET\n\"@path\";req: {path}\n\"@query\";req: ?{query}\n\"@signature-params\": {parameters}"
        );
        let signature = header("signature");
        let signature = signature.strip_prefix("choque=:").unwrap().strip_suffix(':').unwrap();
        key.verify(base.as_bytes(), &STANDARD.decode(signature).unwrap())
            .unwrap();
    }
    // The shapes that are told are those that are sent.
    let schema = theirs
        .guest()
        .get("/federation/v1/schema.json")
        .await
        .expect(StatusCode::OK);
    let page = changes(theirs, "").await;
    assert_fits(&schema, "ChangesPage", &page);
    assert_fits(&schema, "ExchangeDocument", &about);
});

/// Checks members, required members and types; what the schemas of the feed say no more than.
fn assert_fits(schema: &Value, name: &str, value: &Value) {
    fits(schema, &schema["$defs"][name], value, name);
}

fn fits(schema: &Value, shape: &Value, value: &Value, place: &str) {
    if let Some(reference) = shape["$ref"].as_str() {
        return fits(
            schema,
            &schema["$defs"][reference.strip_prefix("#/$defs/").unwrap()],
            value,
            place,
        );
    }
    if let Some(choices) = shape["oneOf"].as_array() {
        let inner = choices.iter().find(|choice| choice["type"] != "null").unwrap();
        return fits(schema, inner, value, place);
    }
    match value {
        Value::Object(members) => {
            for required in shape["required"].as_array().into_iter().flatten() {
                assert!(
                    members.contains_key(required.as_str().unwrap()),
                    "{place} lacks {required}"
                );
            }
            for (name, member) in members {
                let known = &shape["properties"][name];
                assert!(known.is_object(), "{place}/{name} is not described");
                fits(schema, known, member, &format!("{place}/{name}"));
            }
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| fits(schema, &shape["items"], item, &format!("{place}/0"))),
        Value::String(_) => assert_eq!(shape["type"], "string", "{place}"),
        Value::Number(_) => assert_eq!(shape["type"], "integer", "{place}"),
        Value::Bool(_) => assert_eq!(shape["type"], "boolean", "{place}"),
        Value::Null => panic!("{place} is null"),
    }
}

/// Starts `router` on a port of its own and returns its address.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

/// A stranger's exchange with a key of its own.
struct Stranger {
    pair: Ed25519KeyPair,
}

impl Stranger {
    fn new(seed: u8) -> Self {
        Self {
            pair: Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap(),
        }
    }

    fn about(&self, id: &str) -> Value {
        json!({
            "name": "Sàn lạ", "exchange_id": id, "epoch": "e",
            "keys": [{"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref())}],
            "endpoints": {"changes": "/changes", "snapshot": "/snapshot"},
        })
    }

    /// Signs an item whose members all have ASCII names, for which sorted and canonical are the same.
    fn signs(&self, mut item: Value) -> Value {
        let signature = self.pair.sign(item.to_string().as_bytes());
        item["signature"] = json!(URL_SAFE_NO_PAD.encode(signature.as_ref()));
        item
    }
}

fn good_item(id: &str, seq: i64) -> Value {
    json!({
        "id": id, "kind": "upsert", "seq": seq, "fresh_until": "2099-01-01T00:00:00Z",
        "listing": {
            "id": id, "url": "https://san.example/san-pham/x", "title": format!("Chè lạ {id}"), "category": "tea-premium",
            "price": 90_000, "unit": "kg", "stock": {"mode": "on_demand"}, "seller": {"name": "HTX Lạ"},
            "commune": {"code": "05503", "name": "Xã Tân Cương", "province": "Thái Nguyên"},
        },
    })
}

between!(what_is_malformed_is_refused_one_by_one, |ours, _theirs| {
    let stranger = Stranger::new(1);
    let with = |id: &str, pointer: &str, value: Value| {
        let mut item = good_item(id, 1);
        *item.pointer_mut(pointer).unwrap() = value;
        stranger.signs(item)
    };
    let mut forged = stranger.signs(good_item("forged", 1));
    forged["listing"]["price"] = json!(1);
    let items = vec![
        stranger.signs(good_item("first", 1)),
        with("free", "/listing/price", json!(0)),
        with("unitless", "/listing/unit", json!("parsec")),
        with("untitled", "/listing/title", Value::Null),
        with("endless", "/listing/title", json!("dài ".repeat(2_500_000))),
        with("elsewhere", "/listing/url", json!("javascript:alert(1)")),
        forged,
        good_item("unsigned", 1),
        Stranger::new(2).signs(good_item("anothers", 1)),
        json!("rubbish"),
        Value::Null,
        json!({"id": 7}),
        stranger.signs(good_item("last", 2)),
    ];
    let refused = items.len() - 2;
    let about = stranger.about("stranger");
    let page = json!({"items": items, "next_cursor": "a", "epoch": "e"});
    let end = json!({"items": [], "next_cursor": "a", "epoch": "e"});
    let url = serve(
        Router::new()
            .route("/.well-known/choque-exchange", get(async move || Json(about)))
            .route(
                "/changes",
                get(async move |request: Request| {
                    let begun = request.uri().query().is_some_and(|query| query.contains("since=a"));
                    Json(if begun { end } else { page })
                }),
            ),
    )
    .await;
    befriend(ours, &url, "Sàn lạ").await;
    let pulled = pull(ours).await.unwrap();
    assert_eq!((pulled.received, pulled.refused), (2, refused));
    let mut seen = titles(&ours.finds("").await);
    seen.sort();
    assert_eq!(seen, ["Chè lạ first", "Chè lạ last"]);
    let report = federation::report(&ours.app).await.unwrap();
    assert!(
        report.contains(&format!("2 on sale, 2 items received, {refused} refused")),
        "{report}"
    );
    assert!(report.contains("last refused: "), "{report}");
});

between!(
    addresses_that_are_no_exchange_are_refused_in_a_sentence,
    |ours, theirs| {
        let inward =
            serve(Router::new().fallback(get(|| async { Redirect::temporary("http://169.254.169.254/latest/") })))
                .await;
        let elsewhere =
            serve(Router::new().fallback(get(|| async { Redirect::temporary("http://choque.example/") }))).await;
        let circle = serve(Router::new().fallback(get(|| async { Redirect::temporary("/again") }))).await;
        let page = serve(Router::new().fallback(get(|| async { "<html>" }))).await;
        let empty =
            serve(Router::new().fallback(get(|| async { Json(json!({"exchange_id": "x", "keys": []})) }))).await;
        let absent = serve(Router::new()).await;
        let silent = serve(Router::new().fallback(get(std::future::pending::<Response>))).await;
        let endless = serve(Router::new().fallback(get(|| async {
            let chunk = Bytes::from(vec![b' '; 1024 * 1024]);
            Body::from_stream(futures_util::stream::repeat_with(move || {
                Ok::<_, std::io::Error>(chunk.clone())
            }))
        })))
        .await;
        let stranger = Stranger::new(1).about("x");
        let wandering = serve(Router::new().fallback(get(async move || {
            let mut about = stranger;
            about["endpoints"]["changes"] = json!("https://other.example/changes");
            Json(about)
        })))
        .await;
        let own = ours.url.clone();
        let closed = "http://127.0.0.1:1".to_owned();
        let short = Reach::within(true, Duration::from_secs(2)).unwrap();
        for (address, says) in [
            (inward.as_str(), "private network"),
            (&elsewhere, "another site"),
            (&circle, "sends us on more than 3 times"),
            (&page, "not JSON"),
            (&empty, "no Ed25519 key"),
            (&absent, "answers 404"),
            (&silent, "did not answer within 2 seconds"),
            (&endless, "larger than"),
            (&wandering, "no address of its own for 'changes'"),
            (&own, "our own exchange"),
            (&closed, "cannot be connected to"),
            ("ftp://san.example", "begins with http:// or https://"),
            ("file:///etc/passwd", "begins with http:// or https://"),
            ("http://lan@san.example", "user name or a password"),
            ("http://169.254.169.254", "private network"),
            ("http://10.1.2.3", "private network"),
            ("san.example", "is not an address"),
        ] {
            let error = federation::add_partner(&ours.app, address, None, &short)
                .await
                .expect_err(address);
            assert!(error.to_string().contains(says), "{address}: {error}");
        }
        assert_eq!(partner::Entity::find().count(ours.app.db().read()).await.unwrap(), 0);

        // Outside a demo this machine is inside, too.
        assert!(!theirs.app.is_demo());
        let strict = Reach::new(theirs.app.is_demo()).unwrap();
        for address in [own.as_str(), "http://[::1]:9", "http://0x7f.1", "http://localhost:9"] {
            let error = federation::add_partner(&theirs.app, address, None, &strict)
                .await
                .expect_err(address);
            assert!(error.to_string().contains("private network"), "{address}: {error}");
        }

        // A partner's name is its own; adding it again takes its new address and keys and keeps its place.
        befriend(ours, &theirs.url, "Sàn bạn").await;
        assert_eq!(
            federation::add_partner(&ours.app, &theirs.url, None, &reach())
                .await
                .unwrap(),
            "Sàn bạn"
        );
        let stranger = Stranger::new(1).about("stranger");
        let other = serve(Router::new().fallback(get(async move || Json(stranger)))).await;
        let taken = federation::add_partner(&ours.app, &other, Some("Sàn bạn"), &reach()).await;
        assert!(taken.expect_err("taken").to_string().contains("--name"));
        assert!(federation::pull_all(&ours.app, Some("Ai đó"), &reach()).await.is_err());
    }
);

/// What stands between two exchanges in a test.
#[derive(Clone)]
struct Between {
    to: String,
    meddle: Arc<dyn Fn(usize, HeaderMap, Bytes) -> Response + Send + Sync>,
    count: Arc<AtomicUsize>,
}

/// A proxy before `to` that hands each answer's headers and bytes to `meddle`, with its number.
async fn proxy(to: &str, meddle: impl Fn(usize, HeaderMap, Bytes) -> Response + Send + Sync + 'static) -> String {
    let state = Between {
        to: to.to_owned(),
        meddle: Arc::new(meddle),
        count: Arc::default(),
    };
    let pass = async |State(between): State<Between>, request: Request| {
        let path = request.uri().path_and_query().unwrap().to_string();
        let mut asked = plain().get(format!("{}{path}", between.to));
        if let Some(coding) = request.headers().get(header::ACCEPT_ENCODING) {
            asked = asked.header(header::ACCEPT_ENCODING, coding);
        }
        let answer = asked.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = answer.bytes().await.unwrap();
        let number = if path.starts_with("/federation/v1/") {
            between.count.fetch_add(1, Ordering::SeqCst)
        } else {
            usize::MAX
        };
        let mut response = (between.meddle)(number, headers, bytes);
        if response.status() == StatusCode::OK {
            *response.status_mut() = status;
        }
        response
    };
    serve(Router::new().fallback(get(pass)).with_state(state)).await
}

/// The answer as it came.
fn untouched(mut headers: HeaderMap, bytes: Bytes) -> Response {
    headers.remove(header::TRANSFER_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    (headers, bytes).into_response()
}

between!(a_page_that_was_touched_is_refused, |ours, theirs| {
    let farmer = theirs.farmer().await;
    sells(&farmer, "Chè đinh", 500_000, "3").await;
    let url = proxy(&theirs.url, |number, mut headers, bytes| match number {
        // The bytes changed; the digest changed with them; the signature taken away; an answer to another question.
        0 => untouched(headers, [&bytes[..], b" "].concat().into()),
        1 => {
            let bytes = Bytes::from_static(b"{\"items\":[],\"next_cursor\":\"x\"}");
            headers.remove(header::CONTENT_ENCODING);
            let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&bytes)));
            headers.insert("content-digest", digest.parse().unwrap());
            untouched(headers, bytes)
        }
        2 => {
            headers.remove("signature");
            headers.remove("signature-input");
            untouched(headers, bytes)
        }
        3 => {
            let query = headers["signature-input"]
                .to_str()
                .unwrap()
                .replace("\"@query\";req", "\"@path\";req");
            headers.insert("signature-input", query.parse().unwrap());
            untouched(headers, bytes)
        }
        _ => untouched(headers, bytes),
    })
    .await;
    befriend(ours, &url, "Sàn bạn").await;
    for says in ["digest", "signature", "not signed", "signature"] {
        let error = pull(ours).await.expect_err(says);
        assert!(error.to_string().contains(says), "{says}: {error}");
        assert_eq!(ours.finds("").await["total"], 0);
        assert_eq!(the_partner(ours).await.cursor, None, "nothing was taken");
        assert!(
            federation::report(&ours.app)
                .await
                .unwrap()
                .contains("last pull failed")
        );
    }
    assert_eq!(pull(ours).await.unwrap().received, 1);
    assert_eq!(ours.finds("").await["total"], 1);
});

/// Each of their listings exactly once, as it is there.
async fn assert_same(ours: &TestApp, theirs: &TestApp) {
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for (app, list) in [(ours, &mut here), (theirs, &mut there)] {
        let mut cursor = String::new();
        loop {
            let page = app.finds(&format!("sort=price&limit=100{cursor}")).await;
            for item in page["items"].as_array().unwrap() {
                list.push((
                    text(item, "title"),
                    item["price"].as_i64().unwrap(),
                    item["left"].to_string(),
                ));
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
    here.sort();
    there.sort();
    assert_eq!(here, there);
}

between!(a_pull_that_breaks_off_loses_and_doubles_nothing, |ours, theirs| {
    let farmer = theirs.farmer().await;
    for number in 0..25 {
        sells(&farmer, &format!("Chè số {number}"), 100_000 + number, "3").await;
    }
    // Every other answer breaks off in the middle.
    let url = proxy(&theirs.url, |number, headers, bytes| {
        if number != usize::MAX && number % 2 == 1 {
            let half = bytes.slice(..bytes.len() / 2);
            let broken = futures_util::stream::iter([Ok(half), Err(std::io::Error::other("cut"))]);
            (headers, Body::from_stream(broken)).into_response()
        } else {
            untouched(headers, bytes)
        }
    })
    .await;
    befriend(ours, &url, "Sàn bạn").await;
    let mut failures = 0;
    for round in 0..40 {
        if round == 6 {
            // The feed moves on meanwhile.
            sells(&farmer, "Chè đến sau", 99_000, "1").await;
        }
        if round == 8 {
            forget_cursor(ours, "0123456789abcdef-1").await;
        }
        match federation::pull_to_the_end(&ours.app, &the_partner(ours).await, &reach(), 4).await {
            Ok(_) if round > 20 => break,
            Ok(_) => {}
            Err(PullError::Unreachable(Unreachable::BrokenOff(_))) => failures += 1,
            Err(error) => panic!("{error}"),
        }
        let rows = remote_listing::Entity::find()
            .count(ours.app.db().read())
            .await
            .unwrap();
        assert!(rows <= 26, "{rows}");
    }
    assert!(failures >= 5, "{failures}");
    assert_same(ours, theirs).await;
    assert_eq!(
        remote_listing::Entity::find()
            .count(ours.app.db().read())
            .await
            .unwrap(),
        26
    );

    // A unit that fails after it has written takes its writing back, and the place with it.
    let before = the_partner(ours).await;
    let exchange = before.exchange_id.clone();
    let failed: Result<(), sea_orm::DbErr> = ours
        .app
        .write(choque::db::Actor::System, move |unit| {
            let exchange = exchange.clone();
            Box::pin(async move {
                choque::listings::withdraw_older(unit, &exchange, i64::MAX, 1000).await?;
                Err(sea_orm::DbErr::Custom("the lights went out".into()))
            })
        })
        .await;
    assert!(failed.is_err());
    assert_same(ours, theirs).await;
    assert_eq!(the_partner(ours).await, before);

    // Two that pull at once take nothing twice either.
    for number in 0..10 {
        sells(&farmer, &format!("Chè thêm {number}"), 200_000 + number, "3").await;
    }
    befriend(ours, &theirs.url, "Sàn bạn").await;
    let (one, other) = tokio::join!(pull(ours), pull(ours));
    one.unwrap();
    other.unwrap();
    assert_same(ours, theirs).await;
    let partner = the_partner(ours).await;
    assert_eq!(
        partner.received - before.received,
        10,
        "each item was taken by one of them"
    );
});

/// `choque partner …` on the database at `url`.
fn command(database: &str, folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_choque"));
    command
        .args(words)
        .args(["--db", database])
        .env("CHOQUE_STATE", folder)
        .env("CHOQUE_LOG", "error")
        .stdin(Stdio::null());
    command
}

fn said(output: &Output) -> (String, String) {
    (
        String::from_utf8(output.stdout.clone()).unwrap(),
        String::from_utf8(output.stderr.clone()).unwrap(),
    )
}

/// The command line against a running exchange, killed again and again.
async fn killed_pullers(backend: Backend) {
    let Some(theirs) = TestApp::start(backend).await else {
        return;
    };
    let Some((database, folder)) = new_database(backend).await else {
        return;
    };
    let farmer = theirs.farmer().await;
    for number in 0..30 {
        sells(&farmer, &format!("Chè số {number}"), 100_000 + number, "3").await;
    }
    mark_as_demo(&database).await;
    let run = |words: &[&str]| said(&command(&database, folder.path(), words).output().unwrap());
    let (_, error) = run(&["partner", "add", "ftp://san.example"]);
    assert!(error.contains("http:// or https://"), "{error}");
    let (told, error) = run(&["partner", "add", &theirs.url, "--name", "Sàn bạn"]);
    assert!(told.contains("Sàn bạn is a partner"), "{told}{error}");

    // A puller dies by SIGKILL at some moment of its work; so does the next, each a little later.
    let mut unfinished = 0;
    for delay in (0..120).step_by(10) {
        let mut child = command(&database, folder.path(), &["partner", "pull"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(delay)).await;
        if child.try_wait().unwrap().is_none() {
            unfinished += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(unfinished > 0);
    let (told, error) = run(&["partner", "pull", "Sàn bạn"]);
    assert!(told.contains("Sàn bạn: ") && error.is_empty(), "{told}{error}");
    let (listed, _) = run(&["partner", "list"]);
    assert!(listed.contains("30 on sale, 30 items received, 0 refused"), "{listed}");
    println!("{backend:?}: {unfinished} pullers killed at work");

    // The program on the page, run as it stands there.
    let file = folder.path().join("listings.json");
    let node = || {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/interop/pull.mjs");
        let output = Command::new("node")
            .args([script, &theirs.url])
            .arg(&file)
            .output()
            .unwrap();
        assert!(output.status.success(), "{:?}", said(&output));
        let state: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        (said(&output).0, state)
    };
    let (_, state) = node();
    assert_eq!(state["listings"].as_object().unwrap().len(), 30);
    let tea = theirs.finds("q=so%2029").await["items"][0].clone();
    let path = format!("/api/v1/listings/{}", text(&tea, "id"));
    let price = |state: &Value| state["listings"][text(&tea, "id")]["price"].clone();
    assert_eq!(price(&state), tea["price"]);
    farmer
        .client
        .patch(&path, &json!({"price": 777_000}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(price(&node().1), 777_000);
    farmer
        .client
        .post(&format!("{path}/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let (told, state) = node();
    assert_eq!((told.trim(), price(&state)), ("29 listings", Value::Null));
    farmer
        .client
        .patch(&path, &json!({"state": "live"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(price(&node().1), 777_000);
    std::fs::write(
        &file,
        json!({"cursor": "0123456789abcdef-1", "listings": {"old": {}}}).to_string(),
    )
    .unwrap();
    assert_eq!(node().0.trim(), "30 listings", "a cursor of another epoch begins anew");
    theirs.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_pullers_on_sqlite() {
    killed_pullers(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_pullers_on_postgres() {
    killed_pullers(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_shows_the_program_that_the_tests_run() {
    let app = TestApp::start(Backend::Sqlite).await.unwrap();
    let page = app.guest().get("/federation").await;
    assert_eq!(page.status, StatusCode::OK);
    let puller = include_str!("../interop/pull.mjs");
    assert!(puller.lines().count() <= 40);
    let line = "const [exchange, file] = process.argv.slice(2);";
    assert!(puller.contains(line) && page.text().contains(line));
    app.finish().await;
}
