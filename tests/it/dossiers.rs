use std::time::Duration;

use choque::dossiers::calendar::{after, between};
use entity::{
    Day, Timestamp,
    frame::{
        act,
        change::{self, Cause, Subject},
    },
    identity::role::Office,
    ids::PersonId,
};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Client, Farmer, RESOLVER, TestApp, text},
    on_both,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Somebody who holds `office`, and their id.
pub async fn in_office(app: &TestApp, phone: &str, name: &str, office: Office) -> (Client, PersonId) {
    let client = app.in_office(phone, name, office).await;
    let me = client.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    let id: PersonId = text(&me, "id").parse().unwrap();
    (client, id)
}

/// Two officers who sit on the council and one who does not, appointed by an administrator.
struct Office3 {
    first: Client,
    second: Client,
    other: Client,
    administrator: Client,
    first_id: PersonId,
}

async fn office(app: &TestApp) -> Office3 {
    let (administrator, _) = in_office(app, "0922000009", "Quản trị", Office::Administrator).await;
    let (first, first_id) = in_office(app, "0922000001", "Trần Quang Huy", Office::Officer).await;
    let (second, second_id) = in_office(app, "0922000002", "Lê Thu Hà", Office::Officer).await;
    let (other, _) = in_office(app, "0922000003", "Đỗ Văn Bình", Office::Officer).await;
    for id in [first_id, second_id] {
        let member = administrator
            .put(&format!("/api/v1/council/{id}"), &json!({}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(member["holds"], true);
    }
    Office3 {
        first,
        second,
        other,
        administrator,
        first_id,
    }
}

async fn applies(farmer: &Farmer, product: &Value) -> Value {
    let application =
        json!({"kind": "ocop", "product_id": product["id"], "self_score": "81.5", "story": "Chè của làng."});
    farmer
        .client
        .post("/api/v1/dossiers", &application)
        .await
        .expect(StatusCode::CREATED)
}

fn at(dossier: &Value, rest: &str) -> String {
    format!("/api/v1/dossiers/{}{rest}", text(dossier, "id"))
}

fn day(value: &Value, key: &str) -> Day {
    Day::from_iso(&text(value, key)).unwrap()
}

/// Waits until `true`, for what follows the change log.
async fn until<F: Future<Output = bool>>(what: &str, check: impl Fn() -> F) {
    for _ in 0..200 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within ten seconds");
}

/// The whole way of a dossier that is granted `star` stars by ballots of `points`, and its certificate.
pub async fn rated(app: &TestApp, farmer: &Farmer, product: &Value, star: i64) -> Value {
    let office = office(app).await;
    let dossier = applies(farmer, product).await;
    let part = match star {
        5 => json!({"a": "37", "b": "23", "c": "32"}),
        4 => json!({"a": "32", "b": "20", "c": "28"}),
        _ => json!({"a": "24", "b": "14", "c": "20"}),
    };
    let today = app.app.today().iso();
    for (rest, body) in [
        ("/accept", json!({})),
        ("/samples", json!({"count": 5, "received_on": today})),
        ("/score", part),
        (
            "/decide",
            json!({"outcome": "granted", "number": "77/QĐ-UBND", "decided_on": today, "star": star,
            "recognised_by": if star == 5 { "ministry" } else { "province" }}),
        ),
    ] {
        office
            .first
            .post(&at(&dossier, rest), &body)
            .await
            .expect(StatusCode::OK);
    }
    office.first.get(&at(&dossier, "")).await.expect(StatusCode::OK)
}

on_both!(a_dossier_goes_its_way_and_its_star_ends_everywhere, |app| {
    let farmer = app.farmer().await;
    let office = office(app).await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let listing = farmer.offers(&product, &batch, 450_000).await;
    let today = app.app.today();

    // Entered at the commune, with its file number and deadline.
    let dossier = applies(&farmer, &product).await;
    assert_eq!(
        text(&dossier, "file_number"),
        format!("000.19.05503-{}-0001", today.yymmdd())
    );
    assert_eq!(
        (&dossier["state"], &dossier["stage"]),
        (&json!("entered"), &json!("commune"))
    );
    let due = after(today, 5);
    assert_eq!(day(&dossier, "due_on"), due);
    assert_eq!(dossier["remaining_working_days"], 5);
    assert_eq!(dossier["can"], json!(["withdraw"]));
    assert_eq!(dossier["product_set"]["no"], 11);
    let again = json!({"kind": "ocop", "product_id": product["id"]});
    let again = farmer
        .client
        .post("/api/v1/dossiers", &again)
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(again["file_number"], dossier["file_number"]);
    let seen = office.first.get(&at(&dossier, "")).await.expect(StatusCode::OK);
    assert_eq!(seen["can"], json!(["supplement_ask", "accept", "samples", "refuse"]));

    // Something is missing: the clock stands for nine days, and the deadline moves by the working days among them.
    let ask = json!({"ask": "Thiếu phiếu kiểm nghiệm.", "due_on": today.plus_days(20).iso()});
    let stands = office
        .first
        .post(&at(&dossier, "/supplement"), &ask)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (text(&stands, "state"), day(&stands, "stands_since")),
        ("supplement".into(), today)
    );
    office
        .first
        .post(&at(&dossier, "/accept"), &json!({}))
        .await
        .expect(StatusCode::CONFLICT);
    app.app.source().advance(9 * DAY_MS);
    let later = app.app.today();
    let moved = after(due, between(today, later));
    assert!(moved > due);
    let waiting = farmer.client.get(&at(&dossier, "")).await.expect(StatusCode::OK);
    assert_eq!(day(&waiting, "due_on"), moved, "if it were answered today");
    assert_eq!(
        (&waiting["overdue"], &waiting["can"]),
        (&json!(false), &json!(["supplement_answer", "withdraw"]))
    );
    let answered = farmer
        .client
        .post(
            &at(&dossier, "/supplement"),
            &json!({"answer": "Đã bổ sung phiếu số 12."}),
        )
        .await
        .expect(StatusCode::OK);
    assert_eq!(text(&answered, "state"), "entered");
    assert_eq!(day(&answered, "due_on"), moved, "exactly the days it stood");
    assert_eq!(answered["stages"][0]["stood_days"], between(today, later));
    assert_eq!(answered["supplements"][0]["answer"], "Đã bổ sung phiếu số 12.");

    // At the province: samples and ballots.
    let accepted = office
        .first
        .post(&at(&dossier, "/accept"), &json!({"note": "Đủ hồ sơ."}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (text(&accepted, "state"), text(&accepted, "stage")),
        ("accepted".into(), "province".into())
    );
    assert_eq!(day(&accepted, "due_on"), after(later, 30));
    let grant =
        |star: i64| json!({"outcome": "granted", "number": "1201/QĐ-UBND", "decided_on": later.iso(), "star": star});
    let none = office
        .first
        .post(&at(&dossier, "/decide"), &grant(4))
        .await
        .expect(StatusCode::CONFLICT);
    assert!(text(&none, "type").ends_with("no-ballots"));
    let samples = |count: i64| json!({"count": count, "received_on": later.iso(), "note": "gói 100 g"});
    let received = office
        .first
        .post(&at(&dossier, "/samples"), &samples(3))
        .await
        .expect(StatusCode::OK);
    assert_eq!(text(&received, "state"), "assessing");
    let ballot = json!({"a": "35", "b": 20.5, "c": "30.25"});
    let outside = office
        .other
        .post(&at(&dossier, "/score"), &ballot)
        .await
        .expect(StatusCode::FORBIDDEN);
    assert!(text(&outside, "type").ends_with("not-on-council"));
    office
        .first
        .post(&at(&dossier, "/score"), &json!({"a": "40", "b": "25", "c": "35"}))
        .await
        .expect(StatusCode::OK);
    office
        .second
        .post(&at(&dossier, "/score"), &ballot)
        .await
        .expect(StatusCode::OK);
    let scored = office
        .first
        .post(&at(&dossier, "/score"), &ballot)
        .await
        .expect(StatusCode::OK);
    assert_eq!(scored["result"], json!({"ballots": 2, "points": "85.75", "star": 4}));
    let ballots = scored["ballots"].as_array().unwrap();
    assert_eq!(
        ballots.len(),
        2,
        "a second ballot of one member stands in the place of the first"
    );
    let corrected = ballots
        .iter()
        .find(|row| row["member"]["id"] == office.first_id.to_string())
        .unwrap();
    assert_eq!(
        (&corrected["corrected"], &corrected["total"]),
        (&json!(true), &json!("85.75"))
    );
    let hidden = farmer.client.get(&at(&dossier, "")).await.expect(StatusCode::OK);
    assert_eq!((&hidden["ballots"], &hidden["result"]), (&json!([]), &Value::Null));
    let few = office
        .first
        .post(&at(&dossier, "/decide"), &grant(4))
        .await
        .expect(StatusCode::CONFLICT);
    assert!(text(&few, "type").ends_with("samples-missing"));
    office
        .first
        .post(&at(&dossier, "/samples"), &samples(2))
        .await
        .expect(StatusCode::OK);
    for star in [3, 5] {
        let wrong = office.first.post(&at(&dossier, "/decide"), &grant(star)).await;
        assert_eq!(wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/star"], "{star}");
    }

    // Nobody sees a star before it is decided; what is shown is in the cache.
    let slug = text(&listing, "slug");
    let scan = text(&batch, "digital_link").replace(RESOLVER, "");
    app.caught_up().await;
    assert_eq!(stars_shown(app, &slug, &scan).await, Vec::<&str>::new());
    let decided = office
        .first
        .post(&at(&dossier, "/decide"), &grant(4))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (text(&decided, "state"), &decided["due_on"]),
        ("granted".into(), &Value::Null)
    );
    assert_eq!(decided["decision"]["points"], "85.75");
    let certificate = app
        .guest()
        .get(&format!(
            "/api/v1/certificates/{}",
            text(&decided["decision"], "certificate_id")
        ))
        .await
        .expect(StatusCode::OK);
    assert_eq!(certificate["source"], dossier["file_number"]);
    assert_eq!(certificate["issuer"], "UBND tỉnh Thái Nguyên");
    assert_eq!(text(&certificate, "ends_on"), later.plus_months(36).iso());
    assert_eq!(
        (&certificate["holds"], &certificate["verified"]),
        (&json!(true), &json!(true))
    );
    let told = farmer.client.get(&at(&dossier, "")).await.expect(StatusCode::OK);
    assert_eq!((&told["result"]["star"], &told["ballots"]), (&json!(4), &json!([])));
    until("the star shows in all places", || async {
        stars_shown(app, &slug, &scan).await == EVERYWHERE
    })
    .await;

    // 36 months later nobody wrote anything, and it is gone from all of them.
    let end = later.plus_months(36).start();
    app.app.source().advance(end.0 - app.app.now().0 - 1000);
    until("it holds to the last minute of its last day", || async {
        stars_shown(app, &slug, &scan).await == EVERYWHERE
    })
    .await;
    app.app.source().advance(2000);
    until("the star is gone from all places", || async {
        stars_shown(app, &slug, &scan).await.is_empty()
    })
    .await;
    let id: uuid::Uuid = text(&certificate, "id").parse().unwrap();
    let ended = || async {
        change::Entity::find()
            .filter(change::Column::Subject.eq(Subject::Certificate))
            .filter(change::Column::SubjectId.eq(id))
            .filter(change::Column::Cause.eq(Cause::Ended))
            .count(app.app.db().read())
            .await
            .unwrap()
    };
    until("the change log is told", || async { ended().await == 1 }).await;
    app.app.source().advance(DAY_MS);
    choque::catalogue::certificates::turn(&app.app).await.unwrap();
    assert_eq!(ended().await, 1, "once");
    assert!(
        app.guest()
            .get("/ocop?state=ended")
            .await
            .text()
            .contains("1201/QĐ-UBND")
    );
    assert!(!app.guest().get("/ocop").await.text().contains("1201/QĐ-UBND"));
});

const EVERYWHERE: [&str; 9] = [
    "product", "api", "list", "facet", "page", "scan", "json-ld", "feed", "register",
];

/// The places that show four stars of the only product there is.
async fn stars_shown(app: &TestApp, slug: &str, scan: &str) -> Vec<&'static str> {
    let guest = app.guest();
    let mut shown = Vec::new();
    let mut note = |place, shows: bool| {
        if shows {
            shown.push(place);
        }
    };
    let html = |path: String| {
        let guest = &guest;
        async move { guest.get(&path).await.text() }
    };
    note("product", html(format!("/san-pham/{slug}")).await.contains("4 sao"));
    let one = guest
        .get(&format!("/api/v1/listings/{slug}"))
        .await
        .expect(StatusCode::OK);
    note(
        "api",
        one["star"] == 4 || !one["certificates"].as_array().unwrap().is_empty(),
    );
    let list = guest
        .get("/api/v1/listings?star=4&facets=1")
        .await
        .expect(StatusCode::OK);
    note("list", list["items"].as_array().unwrap().len() == 1);
    note("facet", list["facets"]["star"] == json!([{"value": "4", "count": 1}]));
    note("page", html("/tim".to_owned()).await.contains("OCOP 4 sao"));
    note("scan", html(scan.to_owned()).await.contains("4 sao"));
    note(
        "json-ld",
        html(format!("{scan}?as=jsonld")).await.contains("1201/QĐ-UBND"),
    );
    let feed = guest.get("/federation/v1/changes").await.expect(StatusCode::OK);
    note("feed", feed["items"][0]["listing"]["star"] == 4);
    note("register", html("/ocop".to_owned()).await.contains("1201/QĐ-UBND"));
    shown
}

on_both!(who_may_do_what_with_a_dossier, |app| {
    let (farmer, other) = (app.farmer().await, app.farmer().await);
    let office = office(app).await;
    let product = farmer.makes("Chè đinh").await;
    let dossier = applies(&farmer, &product).await;
    assert_eq!(other.client.get(&at(&dossier, "")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        app.guest().get(&at(&dossier, "")).await.status,
        StatusCode::UNAUTHORIZED
    );
    for (rest, body) in [
        ("/supplement", json!({"answer": "của tôi"})),
        ("/withdraw", json!({})),
        ("/accept", json!({})),
    ] {
        assert_eq!(
            other.client.post(&at(&dossier, rest), &body).await.status,
            StatusCode::NOT_FOUND,
            "{rest}"
        );
    }
    let today = app.app.today().iso();
    let office_only = [
        ("/supplement", json!({"ask": "gì đó"})),
        ("/accept", json!({})),
        ("/samples", json!({"count": 5, "received_on": today})),
        ("/score", json!({"a": "1", "b": "1", "c": "1"})),
        (
            "/decide",
            json!({"outcome": "refused", "reason": "không", "decided_on": today}),
        ),
    ];
    for (rest, body) in &office_only {
        assert_eq!(
            farmer.client.post(&at(&dossier, rest), body).await.status,
            StatusCode::FORBIDDEN,
            "{rest}"
        );
    }
    assert_eq!(
        office.first.post(&at(&dossier, "/withdraw"), &json!({})).await.status,
        StatusCode::FORBIDDEN
    );
    let theirs = json!({"kind": "ocop", "product_id": product["id"]});
    assert_eq!(
        other
            .client
            .post("/api/v1/dossiers", &theirs)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/product_id"]
    );
    assert_eq!(
        farmer.client.get("/api/v1/dossiers").await.status,
        StatusCode::FORBIDDEN
    );
    let mine = farmer
        .client
        .get("/api/v1/dossiers?mine=1")
        .await
        .expect(StatusCode::OK);
    assert_eq!((&mine["total"], &mine["items"][0]["id"]), (&json!(1), &dossier["id"]));
    assert_eq!(
        other.client.get("/api/v1/dossiers?mine=1").await.expect(StatusCode::OK)["total"],
        0
    );

    // The council is an administrator's to appoint.
    let path = format!("/api/v1/council/{}", office.first_id);
    assert_eq!(office.first.put(&path, &json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(farmer.client.get("/api/v1/council").await.status, StatusCode::FORBIDDEN);
    let nobody = "/api/v1/council/0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10";
    assert_eq!(
        office.administrator.put(nobody, &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    let upside_down = json!({"from_on": "2026-12-01", "until_on": "2026-11-01"});
    assert_eq!(
        office
            .administrator
            .put(&path, &upside_down)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/until_on"]
    );
    let members = office.first.get("/api/v1/council").await.expect(StatusCode::OK);
    assert_eq!(members["items"].as_array().unwrap().len(), 2);

    // An officer who also sells does not judge their own product.
    let seller = json!({"name": "Hộ nhà Huy", "kind": "household", "commune_code": "05503"});
    office
        .first
        .post("/api/v1/sellers", &seller)
        .await
        .expect(StatusCode::CREATED);
    let own = json!({"name": "Chè nhà", "category": "tea", "unit": "kg"});
    let own = office
        .first
        .post("/api/v1/products", &own)
        .await
        .expect(StatusCode::CREATED);
    let own = json!({"kind": "ocop", "product_id": own["id"]});
    let own = office
        .first
        .post("/api/v1/dossiers", &own)
        .await
        .expect(StatusCode::CREATED);
    for (rest, body) in &office_only {
        let refused = office
            .first
            .post(&at(&own, rest), body)
            .await
            .expect(StatusCode::FORBIDDEN);
        assert!(text(&refused, "type").ends_with("own-dossier"), "{rest}");
    }
    assert_eq!(own["can"], json!(["withdraw"]));

    // A member who was dismissed gives no points any more.
    office
        .second
        .post(&at(&dossier, "/accept"), &json!({}))
        .await
        .expect(StatusCode::OK);
    office.administrator.delete(&path).await.expect(StatusCode::NO_CONTENT);
    office
        .first
        .post(&at(&dossier, "/score"), &office_only[3].1)
        .await
        .expect(StatusCode::FORBIDDEN);
    office
        .second
        .post(&at(&dossier, "/score"), &office_only[3].1)
        .await
        .expect(StatusCode::OK);

    // What an officer did is in the acts, with whose hand it was.
    let acts = act::Entity::find()
        .filter(act::Column::Route.eq("/api/v1/dossiers/{id}/accept"))
        .all(app.app.db().read())
        .await
        .unwrap();
    assert_eq!(acts.iter().map(|act| act.office).collect::<Vec<_>>(), [Office::Officer]);
});

on_both!(what_cannot_be_is_refused_naming_the_field, |app| {
    let farmer = app.farmer().await;
    let office = office(app).await;
    let product = farmer.makes("Chè búp").await;
    let refused = |answer: crate::harness::Answer| answer.wrong(StatusCode::UNPROCESSABLE_ENTITY);
    let bad = json!({"kind": "vietgap", "product_id": "x", "commune_code": "99999", "self_score": "100.5",
        "product_set": 27, "story": "x".repeat(5001)});
    assert_eq!(
        refused(farmer.client.post("/api/v1/dossiers", &bad).await),
        [
            "/kind",
            "/product_id",
            "/commune_code",
            "/product_set",
            "/self_score",
            "/story"
        ]
    );
    let dossier = applies(&farmer, &product).await;
    let post = |rest: &'static str, body: Value| {
        let (client, path) = (office.first.clone(), at(&dossier, rest));
        async move { client.post(&path, &body).await }
    };
    let (today, tomorrow) = (app.app.today().iso(), app.app.today().plus_days(1).iso());
    assert_eq!(refused(post("/supplement", json!({})).await), ["/ask"]);
    assert_eq!(
        refused(post("/supplement", json!({"ask": "a", "due_on": today})).await),
        ["/due_on"]
    );
    assert_eq!(
        refused(post("/supplement", json!({"ask": "a", "answer": ""})).await),
        ["/ask", "/answer"]
    );
    post("/supplement", json!({"answer": "không ai hỏi"}))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(
        refused(post("/samples", json!({"count": 0, "received_on": tomorrow})).await),
        ["/count", "/received_on"]
    );
    assert_eq!(
        refused(post("/samples", json!({"count": 1, "received_on": "2020-01-01"})).await),
        ["/received_on"]
    );
    post("/score", json!({"a": "1", "b": "1", "c": "1"}))
        .await
        .expect(StatusCode::CONFLICT);
    post("/accept", json!({})).await.expect(StatusCode::OK);
    post("/accept", json!({})).await.expect(StatusCode::CONFLICT);
    let bad = json!({"a": "40.01", "b": "-1", "c": "1,5"});
    assert_eq!(refused(post("/score", bad).await), ["/a", "/b", "/c"]);
    post("/samples", json!({"count": 5, "received_on": today}))
        .await
        .expect(StatusCode::OK);
    // 49.99: too little for any star.
    post("/score", json!({"a": "20", "b": "12", "c": "17.99"}))
        .await
        .expect(StatusCode::OK);
    let grant = json!({"outcome": "granted", "number": "1", "decided_on": today, "star": 3});
    assert_eq!(refused(post("/decide", grant).await), ["/star"]);
    let empty = json!({"outcome": "maybe", "decided_on": tomorrow});
    assert_eq!(
        refused(post("/decide", empty).await),
        ["/outcome", "/decided_on", "/reason"]
    );
    let empty = json!({"outcome": "granted", "decided_on": "2020-01-01", "recognised_by": "village"});
    assert_eq!(
        refused(post("/decide", empty).await),
        ["/number", "/star", "/recognised_by"]
    );
    let before = json!({"outcome": "refused", "decided_on": "2020-01-01", "reason": "thiếu điểm"});
    assert_eq!(refused(post("/decide", before).await), ["/decided_on"]);

    // Five stars are the ministry's to give.
    post("/score", json!({"a": "40", "b": "25", "c": "30"}))
        .await
        .expect(StatusCode::OK);
    let mut five = json!({"outcome": "granted", "number": "9/QĐ-BNNMT", "decided_on": today, "star": 5});
    assert_eq!(refused(post("/decide", five.clone()).await), ["/recognised_by"]);
    five["recognised_by"] = json!("ministry");
    let granted = post("/decide", five.clone()).await.expect(StatusCode::OK);
    assert_eq!(granted["decision"]["recognised_by"], "ministry");
    post("/decide", five).await.expect(StatusCode::CONFLICT);
    post("/supplement", json!({"ask": "muộn rồi"}))
        .await
        .expect(StatusCode::CONFLICT);
    farmer
        .client
        .post(&at(&dossier, "/withdraw"), &json!({}))
        .await
        .expect(StatusCode::CONFLICT);

    // A new rating takes the place of the one before.
    let again = applies(&farmer, &product).await;
    assert!(text(&again, "file_number").ends_with("-0002"));
    for (rest, body) in [
        ("/accept", json!({})),
        ("/samples", json!({"count": 5, "received_on": today})),
        ("/score", json!({"a": "30", "b": "20", "c": "25"})),
        (
            "/decide",
            json!({"outcome": "granted", "number": "10/QĐ-UBND", "decided_on": today, "star": 4}),
        ),
    ] {
        office.first.post(&at(&again, rest), &body).await.expect(StatusCode::OK);
    }
    let held = format!("/api/v1/certificates?holds=1&product_id={}", text(&product, "id"));
    let held = app.guest().get(&held).await.expect(StatusCode::OK);
    let stars: Vec<_> = held["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["star"].clone())
        .collect();
    assert_eq!(stars, [json!(4)]);
    for query in ["state=x", "kind=y", "commune=z", "limit=0", "cursor=q"] {
        assert!(
            office
                .first
                .get(&format!("/api/v1/dossiers?{query}"))
                .await
                .status
                .is_client_error(),
            "{query}"
        );
    }
});

on_both!(an_officer_enters_for_somebody_and_a_key_enters_once, |app| {
    let farmer = app.farmer().await;
    let office = office(app).await;
    let product = farmer.makes("Chè móc câu").await;
    let application = json!({"kind": "ocop", "product_id": product["id"], "commune_code": "05443"});
    let first = office.other.post_once("/api/v1/dossiers", "one", &application).await;
    let first = first.expect(StatusCode::CREATED);
    let second = office.other.post_once("/api/v1/dossiers", "one", &application).await;
    assert_eq!(second.expect(StatusCode::CREATED), first);
    assert!(text(&first, "file_number").starts_with("000.19.05443-"));
    let theirs = farmer
        .client
        .get("/api/v1/dossiers?mine=1")
        .await
        .expect(StatusCode::OK);
    assert_eq!(theirs["items"][0]["id"], first["id"], "it is the seller's dossier");
    assert_eq!(first["steps"][0]["by"]["name"], "Đỗ Văn Bình");
    let taken_back = farmer
        .client
        .post(&at(&first, "/withdraw"), &json!({"reason": "để năm sau"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(text(&taken_back, "state"), "withdrawn");
    // What was withdrawn may be applied for again, and many who do so at once get a number each.
    let products = ["A", "B", "C", "D", "E"].map(|name| {
        let farmer = &farmer;
        async move { farmer.makes(name).await }
    });
    let products = futures_util::future::join_all(products).await;
    let dossiers = futures_util::future::join_all(products.iter().map(|product| applies(&farmer, product))).await;
    let numbers: std::collections::BTreeSet<_> = dossiers.iter().map(|dossier| text(dossier, "file_number")).collect();
    assert_eq!(numbers.len(), 5);
});

on_both!(the_queue_is_ordered_by_deadline_and_deadlines_are_kept_or_not, |app| {
    let farmer = app.farmer().await;
    let office = office(app).await;
    let mut dossiers = Vec::new();
    for name in ["A", "B", "C", "D"] {
        let product = farmer.makes(name).await;
        dossiers.push(applies(&farmer, &product).await);
        app.app.source().advance(3 * DAY_MS);
    }
    // The first waits for its applicant, the second is taken back, the third goes on.
    office
        .first
        .post(&at(&dossiers[0], "/supplement"), &json!({"ask": "gì"}))
        .await
        .expect(StatusCode::OK);
    farmer
        .client
        .post(&at(&dossiers[1], "/withdraw"), &json!({}))
        .await
        .expect(StatusCode::OK);
    office
        .first
        .post(&at(&dossiers[2], "/accept"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let mut queue = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = office
            .first
            .get(&format!("/api/v1/dossiers?limit=1{cursor}"))
            .await
            .expect(StatusCode::OK);
        assert_eq!(page["total"], 3);
        queue.extend(page["items"].as_array().unwrap().iter().map(|row| text(row, "title")));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(queue, ["D", "C", "A"], "what stands comes last");
    // The fourth is left lying until it is late.
    app.app.source().advance(14 * DAY_MS);
    let late = office
        .first
        .get("/api/v1/dossiers?overdue=1&commune=05503&kind=ocop")
        .await
        .expect(StatusCode::OK);
    assert_eq!((&late["total"], &late["items"][0]["title"]), (&json!(1), &json!("D")));
    assert!(late["items"][0]["remaining_working_days"].as_i64().unwrap() < 0);
    let report = |query: &'static str| {
        let client = office.first.clone();
        async move { client.get(&format!("/api/v1/dossiers/on-time{query}")).await }
    };
    let kept = report("").await.expect(StatusCode::OK);
    assert_eq!(
        kept["total"],
        json!({"ended": 1, "on_time": 1, "rate": "100.0", "open": 3, "overdue": 1})
    );
    office
        .first
        .post(&at(&dossiers[3], "/accept"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let kept = report("").await.expect(StatusCode::OK);
    assert_eq!(
        kept["total"],
        json!({"ended": 2, "on_time": 1, "rate": "50.0", "open": 3, "overdue": 0})
    );
    let commune = &kept["items"][0];
    assert_eq!(
        (&commune["stage"], &commune["commune"]),
        (&json!("commune"), &json!("Xã Tân Cương"))
    );
    assert_eq!((&commune["ended"], &commune["rate"]), (&json!(2), &json!("50.0")));
    assert_eq!(
        report("?from=2020-01-01&to=2020-12-31").await.expect(StatusCode::OK)["total"]["ended"],
        0
    );
    assert_eq!(
        report("?from=2027-01-01&to=2026-01-01")
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["?from"]
    );
    assert_eq!(
        farmer.client.get("/api/v1/dossiers/on-time").await.status,
        StatusCode::FORBIDDEN
    );
});

on_both!(people_are_reminded_of_days_that_come_near, |app| {
    let farmer = app.farmer().await;
    let office = office(app).await;
    let product = farmer.makes("Chè xanh").await;
    let dossier = applies(&farmer, &product).await;
    let due = day(&dossier, "due_on");
    let reminders = |client: &Client| {
        let client = client.clone();
        async move {
            let list = client.get("/api/v1/reminders").await.expect(StatusCode::OK);
            let of = |row: &Value| (text(row, "topic"), row["days"].as_i64().unwrap());
            list["items"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
        }
    };
    assert_eq!(reminders(&office.first).await, []);
    let before = |days: i32| {
        (0..1000)
            .map(|back| due.plus_days(-back))
            .find(|day| between(day.plus_days(1), due.plus_days(1)) == days)
            .unwrap()
    };
    let go_to = |day: Day| app.app.source().advance(day.start().0 + DAY_MS / 2 - app.app.now().0);
    let told = |days: i64| ("dossier.due".to_owned(), days);
    go_to(before(3));
    until("three working days before", || async {
        reminders(&office.first).await == [told(3)]
    })
    .await;
    go_to(before(1));
    until("one working day before", || async {
        reminders(&office.first).await == [told(3), told(1)]
    })
    .await;
    assert_eq!(reminders(&farmer.client).await, [], "deadlines are the office's");
    office
        .first
        .post(&at(&dossier, "/accept"), &json!({}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(reminders(&office.first).await, [], "done is done");

    // A certificate's end is its seller's.
    let today = app.app.today();
    let other = farmer.makes("Chè nhài").await;
    let ends_on = today.plus_days(100);
    let declared = json!({"kind": "vietgap", "product_id": other["id"], "number": "VG-1", "issuer": "Chi cục",
        "granted_on": today.iso(), "ends_on": ends_on.iso()});
    farmer
        .client
        .post("/api/v1/certificates", &declared)
        .await
        .expect(StatusCode::CREATED);
    let ending = |days: i64| ("certificate.ending".to_owned(), days);
    go_to(ends_on.plus_days(-90));
    // Signed in for thirty days: they sign in anew.
    let farmer_again = again(app, &farmer.client, today).await;
    until("90 days before", || async {
        reminders(&farmer_again).await == [ending(90)]
    })
    .await;
    go_to(ends_on.plus_days(-29));
    until("30 days before", || async {
        reminders(&farmer_again).await == [ending(90), ending(30)]
    })
    .await;
    go_to(ends_on.plus_days(-7));
    until("7 days before", || async { reminders(&farmer_again).await.len() == 3 }).await;
    let list = farmer_again
        .get("/api/v1/reminders?limit=1")
        .await
        .expect(StatusCode::OK);
    assert!(list["next_cursor"].is_string());
    go_to(ends_on.plus_days(1));
    assert_eq!(reminders(&farmer_again).await, [], "over is over");
});

on_both!(two_who_decide_at_once_decide_once, |app| {
    let farmer = app.farmer().await;
    let office = office(app).await;
    let product = farmer.makes("Chè Shan").await;
    let dossier = applies(&farmer, &product).await;
    let today = app.app.today().iso();
    for (rest, body) in [
        ("/accept", json!({})),
        ("/samples", json!({"count": 5, "received_on": today})),
        ("/score", json!({"a": "30", "b": "20", "c": "25"})),
    ] {
        office
            .first
            .post(&at(&dossier, rest), &body)
            .await
            .expect(StatusCode::OK);
    }
    let grant = json!({"outcome": "granted", "number": "1/QĐ", "decided_on": today, "star": 4});
    let refuse = json!({"outcome": "refused", "reason": "thiếu", "decided_on": today});
    let path = at(&dossier, "/decide");
    let (one, two, three) = futures_util::join!(
        office.first.post(&path, &grant),
        office.second.post(&path, &grant),
        office.other.post(&path, &refuse),
    );
    let mut statuses = [one, two, three].map(|answer| answer.status.as_u16());
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    let held = format!("/api/v1/certificates?product_id={}", text(&product, "id"));
    let held = app.guest().get(&held).await.expect(StatusCode::OK);
    assert!(held["items"].as_array().unwrap().len() <= 1);
});

/// The same account under a token that lasts as long as the test does.
async fn again(app: &TestApp, client: &Client, signed_in_on: Day) -> Client {
    let me = client.get("/api/v1/accounts/me").await;
    assert!(
        app.app.today() < signed_in_on.plus_days(30),
        "the old token must still tell who it is"
    );
    let me = me.expect(StatusCode::OK);
    let token = choque::identity::issue_token(&app.app, &text(&me, "phone").parse().unwrap(), "thử")
        .await
        .unwrap();
    Client {
        token: Some(token),
        ..client.clone()
    }
}

/// The day after tomorrow is a day, whatever the machine's clock says.
#[test]
fn the_calendar_of_tests_is_the_programs() {
    let monday = Day::from_iso("2026-11-23").unwrap();
    assert_eq!(
        after(monday, 1),
        Day::from_iso("2026-11-25").unwrap(),
        "the 24th is a holiday"
    );
    assert_eq!(Timestamp(0).day().iso(), "1970-01-01");
}
