use choque::{catalogue, config::Policy};
use entity::{
    frame::change::{self, Subject},
    identity::role::Office,
    ids::SellerId,
};
use reqwest::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    harness::{Farmer, TestApp, text},
    on_both,
};

/// A day from today, as the API writes it.
fn day(app: &TestApp, from_today: i32) -> String {
    app.app.today().plus_days(from_today).iso()
}

const A_DAY: i64 = 24 * 60 * 60 * 1000;

/// A listing of the farmer's, made when ordered.
async fn offer(farmer: &Farmer) -> Value {
    let product = farmer.makes("Chè tôm nõn").await;
    let offer = json!({"product_id": product["id"], "price": 350_000, "unit": "kg", "on_demand": true});
    farmer
        .client
        .post("/api/v1/listings", &offer)
        .await
        .expect(StatusCode::CREATED)
}

fn basket(listing: &Value) -> Value {
    json!({
        "lines": [{"listing_id": listing["id"], "quantity": {"value": "1", "unit": "kg"}}],
        "buyer": {"name": "Nguyễn Thu Bình", "phone": "0912345678"},
        "ship_to": {"commune_code": "05503", "street": "Số 1"}, "payment_method": "cod",
    })
}

async fn listed(app: &TestApp, farmer: &Farmer) -> u64 {
    app.finds(&format!("seller={}", farmer.seller_id)).await["total"]
        .as_u64()
        .unwrap()
}

async fn seller_changes(app: &TestApp, farmer: &Farmer) -> u64 {
    let seller: SellerId = farmer.seller_id.parse().unwrap();
    change::Entity::find()
        .filter(change::Column::Subject.eq(Subject::Seller))
        .filter(change::Column::SubjectId.eq(seller.0))
        .count(app.app.db().read())
        .await
        .unwrap()
}

on_both!(a_seller_tells_who_they_are_and_only_who_may_know_sees_it, |app| {
    let farmer = app.farmer().await;
    let path = format!("/api/v1/sellers/{}", farmer.seller_id);
    let edit = json!({
        "tax_code": "019 190 001234",
        "pickup": {"commune_code": "05503", "street": "Xóm Hồng Thái 2", "note": "Cạnh nhà văn hóa"},
        "hours": [{"weekday": 7, "opens": "07:00", "closes": "11:30"}, {"weekday": 1, "opens": "07:00", "closes": "17:00"}],
    });
    let told = farmer.client.patch(&path, &edit).await.expect(StatusCode::OK);
    assert_eq!(told["tax_code"], "019190001234");
    assert_eq!(told["role"], "owner");
    assert_eq!(told["standing"], "applying");
    assert_eq!(told["hours"][0]["weekday"], 1);
    assert_eq!(told["pickup"]["street"], "Xóm Hồng Thái 2");
    let public = app.guest().get(&path).await.expect(StatusCode::OK);
    assert_eq!((&public["tax_code"], &public["role"]), (&Value::Null, &Value::Null));
    let officer = app.in_office("0977000001", "Cán bộ", Office::Officer).await;
    assert_eq!(
        officer.get(&path).await.expect(StatusCode::OK)["tax_code"],
        "019190001234"
    );
    let page = app
        .guest()
        .get(&format!("/nguoi-ban/{}", text(&told, "slug")))
        .await
        .text();
    assert!(page.contains("Xóm Hồng Thái 2") && page.contains("07:00–17:00") && page.contains("Chủ nhật"));
    for (bad, pointer) in [
        (json!({"tax_code": "0100109107"}), "/tax_code"),
        (json!({"tax_code": 5}), "/tax_code"),
        (json!({"pickup": {"commune_code": "05503"}}), "/pickup/street"),
        (
            json!({"hours": [{"weekday": 1, "opens": "17:00", "closes": "07:00"}]}),
            "/hours/0/closes",
        ),
        (json!({"hours": "always"}), "/hours"),
    ] {
        let refused = farmer.client.patch(&path, &bad).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer], "{bad}");
    }
    let company =
        json!({"name": "Công ty chè", "kind": "company", "commune_code": "05503", "tax_code": "019190001234"});
    let refused = farmer.client.post("/api/v1/sellers", &company).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/tax_code"]);
});

on_both!(who_is_closed_sells_nothing_and_every_link_leads_where_it_led, |app| {
    let farmer = app.farmer().await;
    let listing = offer(&farmer).await;
    let closures = format!("/api/v1/sellers/{}/closures", farmer.seller_id);
    let (page, detail) = (
        format!("/san-pham/{}", text(&listing, "slug")),
        format!("/api/v1/listings/{}", text(&listing, "id")),
    );
    assert_eq!(listed(app, &farmer).await, 1);
    let close = json!({"until": day(app, 3), "note": "Nghỉ Tết"});
    let closed = farmer.client.post(&closures, &close).await.expect(StatusCode::CREATED);
    app.caught_up().await;
    assert_eq!(listed(app, &farmer).await, 0);
    let told = app.guest().get(&detail).await.expect(StatusCode::OK);
    assert_eq!(
        (told["in_stock"].as_bool(), &told["closed_until"]),
        (Some(false), &close["until"])
    );
    let shown = app.guest().get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    let until = app.app.today().plus_days(3).to_string();
    assert!(
        shown.text().contains(&until) && shown.text().contains("Nghỉ Tết") && !shown.text().contains("name=\"do\"")
    );
    let refused = app.guest().post("/api/v1/checkout", &basket(&listing)).await;
    assert_eq!(refused.wrong(StatusCode::CONFLICT), ["/lines/0"]);
    assert!(refused.json()["errors"][0]["detail"].as_str().unwrap().contains(&until));
    let seller = app.guest().get(&format!("/api/v1/sellers/{}", farmer.seller_id)).await;
    assert_eq!(seller.expect(StatusCode::OK)["closed"]["until"], close["until"]);
    // Open again before its time.
    let one = format!("{closures}/{}", text(&closed, "id"));
    let stranger = app.farmer().await;
    assert_eq!(stranger.client.delete(&one).await.status, StatusCode::NOT_FOUND);
    assert_eq!(farmer.client.delete(&one).await.status, StatusCode::NO_CONTENT);
    app.caught_up().await;
    assert_eq!(listed(app, &farmer).await, 1);
    app.guest()
        .post("/api/v1/checkout", &basket(&listing))
        .await
        .expect(StatusCode::CREATED);
});

on_both!(a_planned_closure_begins_and_ends_by_itself_and_the_log_is_told, |app| {
    let farmer = app.farmer().await;
    let listing = offer(&farmer).await;
    let closures = format!("/api/v1/sellers/{}/closures", farmer.seller_id);
    let before = seller_changes(app, &farmer).await;
    let plan = json!({"from": day(app, 1), "until": day(app, 2)});
    farmer.client.post(&closures, &plan).await.expect(StatusCode::CREATED);
    assert_eq!(seller_changes(app, &farmer).await, before, "nothing is different yet");
    assert_eq!(listed(app, &farmer).await, 1);
    app.app.source().advance(A_DAY);
    catalogue::turn_closures(&app.app).await.unwrap();
    assert_eq!(seller_changes(app, &farmer).await, before + 1);
    app.caught_up().await;
    assert_eq!(listed(app, &farmer).await, 0);
    app.guest()
        .post("/api/v1/checkout", &basket(&listing))
        .await
        .expect(StatusCode::CONFLICT);
    app.app.source().advance(2 * A_DAY);
    catalogue::turn_closures(&app.app).await.unwrap();
    catalogue::turn_closures(&app.app).await.unwrap();
    assert_eq!(seller_changes(app, &farmer).await, before + 2, "it is told once");
    app.caught_up().await;
    assert_eq!(listed(app, &farmer).await, 1);
    for (bad, pointer) in [
        (json!({"from": day(app, 3), "until": day(app, 2)}), "/until"),
        (json!({"until": day(app, 400)}), "/until"),
        (json!({"until": day(app, -1)}), "/until"),
        (json!({"from": day(app, -1), "until": day(app, 1)}), "/from"),
        (json!({}), "/until"),
    ] {
        let refused = farmer.client.post(&closures, &bad).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer], "{bad}");
    }
    let first = json!({"from": day(app, 10), "until": day(app, 12)});
    farmer.client.post(&closures, &first).await.expect(StatusCode::CREATED);
    let overlapping = json!({"from": day(app, 12), "until": day(app, 14)});
    farmer
        .client
        .post(&closures, &overlapping)
        .await
        .expect(StatusCode::CONFLICT);
    let page = farmer
        .client
        .get(&format!("{closures}?limit=1"))
        .await
        .expect(StatusCode::OK);
    assert_eq!(page["items"][0]["until"], first["until"]);
    assert!(page["next_cursor"].is_string());
});

on_both!(staff_are_invited_and_owners_alone_do_what_owners_do, |app| {
    let farmer = app.farmer().await;
    let seller = format!("/api/v1/sellers/{}", farmer.seller_id);
    let invitations = format!("{seller}/invitations");
    let lan = app.person("0913000101", "Lan").await;
    let hoa = app.person("0913000102", "Hoa").await;
    let ask = json!({"phone": "0913000101", "role": "staff"});
    let asked = farmer.client.post(&invitations, &ask).await.expect(StatusCode::CREATED);
    let code = text(&asked, "code");
    assert!(text(&asked, "link").ends_with(&format!("/loi-moi/{code}")));
    let accept = format!("/api/v1/invitations/{code}/accept");
    // Bound to the phone: to anybody else there is no such invitation.
    assert_eq!(hoa.post(&accept, &Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        app.guest().post(&accept, &Value::Null).await.status,
        StatusCode::UNAUTHORIZED
    );
    let joined = lan.post(&accept, &Value::Null).await.expect(StatusCode::OK);
    assert_eq!(joined["role"], "staff");
    assert_eq!(
        lan.post(&accept, &Value::Null).await.status,
        StatusCode::GONE,
        "single use"
    );
    farmer
        .client
        .post(&invitations, &ask)
        .await
        .expect(StatusCode::CONFLICT);
    // Staff list and sell; the seller, its money and its staff are the owner's.
    let product = json!({"name": "Chè xanh", "category": "tea", "unit": "kg", "seller_id": farmer.seller_id});
    lan.post("/api/v1/products", &product).await.expect(StatusCode::CREATED);
    lan.patch(&seller, &json!({"about": "x"}))
        .await
        .expect(StatusCode::FORBIDDEN);
    lan.get(&format!("{seller}/staff")).await.expect(StatusCode::FORBIDDEN);
    lan.get(&invitations).await.expect(StatusCode::FORBIDDEN);
    let account = json!({"bank_bin": "970422", "number": "0123456789", "holder_name": "LAN", "notices": "none"});
    lan.put(&format!("{seller}/money-account"), &account)
        .await
        .expect(StatusCode::FORBIDDEN);
    assert_eq!(
        hoa.get(&format!("{seller}/staff")).await.status,
        StatusCode::FORBIDDEN,
        "she sells for nobody"
    );
    let staff = farmer
        .client
        .get(&format!("{seller}/staff"))
        .await
        .expect(StatusCode::OK);
    let of = |role: &str| {
        let all = staff["items"].as_array().unwrap();
        text(all.iter().find(|row| row["role"] == role).unwrap(), "person_id")
    };
    assert_eq!(staff["items"].as_array().unwrap().len(), 2);
    let last = farmer.client.delete(&format!("{seller}/staff/{}", of("owner"))).await;
    assert_eq!(last.status, StatusCode::CONFLICT, "the last owner stays");
    assert_eq!(
        lan.delete(&format!("{seller}/staff/{}", of("owner"))).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        lan.delete(&format!("{seller}/staff/{}", of("staff"))).await.status,
        StatusCode::NO_CONTENT
    );
    lan.post("/api/v1/products", &product)
        .await
        .expect(StatusCode::FORBIDDEN);
    // A week, and taking back.
    let ask = json!({"phone": "0913000102", "role": "owner"});
    let late = farmer.client.post(&invitations, &ask).await.expect(StatusCode::CREATED);
    let back = farmer.client.post(&invitations, &ask).await.expect(StatusCode::CREATED);
    let one = format!("{invitations}/{}", text(&back, "id"));
    assert_eq!(farmer.client.delete(&one).await.status, StatusCode::NO_CONTENT);
    let taken_back = format!("/api/v1/invitations/{}/accept", text(&back, "code"));
    assert_eq!(hoa.post(&taken_back, &Value::Null).await.status, StatusCode::GONE);
    app.app.source().advance(7 * A_DAY);
    let too_late = format!("/api/v1/invitations/{}/accept", text(&late, "code"));
    assert_eq!(hoa.post(&too_late, &Value::Null).await.status, StatusCode::GONE);
    let states: Vec<_> = farmer.client.get(&invitations).await.expect(StatusCode::OK)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| text(row, "state"))
        .collect();
    assert_eq!(states, ["revoked", "expired", "accepted"]);
    let wrong = json!({"phone": "12", "role": "boss"});
    assert_eq!(
        farmer
            .client
            .post(&invitations, &wrong)
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/phone", "/role"]
    );
});

on_both!(a_seller_is_verified_item_by_item_before_anything_goes_live, |app| {
    let farmer = app.farmer().await;
    let officer = app.in_office("0977000002", "Cán bộ xã", Office::Officer).await;
    let seller = format!("/api/v1/sellers/{}", farmer.seller_id);
    let checklist = format!("{seller}/checklist");
    let item = |name: &str| format!("{checklist}/{name}");
    let strict = Policy {
        verify_sellers: true,
        ..Policy::default()
    };
    let id: SellerId = farmer.seller_id.parse().unwrap();
    let blocked = || async {
        let db = app.app.db().read();
        catalogue::may_go_live(db, strict, id).await.unwrap().blocked_by()
    };
    assert_eq!(blocked().await, ["identity", "address", "money_account", "terms"]);
    let db = app.app.db().read();
    let easy = catalogue::may_go_live(db, Policy::default(), id).await.unwrap();
    assert_eq!(easy, catalogue::GoLive::Yes, "a province may ask for nothing");
    // What is not there yet cannot be given.
    for (name, body, pointer) in [
        ("identity", json!({}), "/method"),
        ("identity", json!({"method": "electronic"}), "/method"),
        ("address", json!({}), "/item"),
        ("tax_code", json!({}), "/item"),
        ("money_account", json!({}), "/item"),
        ("terms", json!({"version": "1999-01"}), "/version"),
    ] {
        let refused = farmer.client.post(&item(name), &body).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), [pointer], "{name}");
    }
    let verify = json!({"state": "verified"});
    officer
        .post(&item("identity"), &verify)
        .await
        .expect(StatusCode::CONFLICT);
    // The owner gives.
    farmer
        .client
        .patch(&seller, &json!({"street": "Xóm Hồng Thái 2"}))
        .await
        .expect(StatusCode::OK);
    let account = json!({"bank_bin": "970422", "number": "0123456789", "holder_name": "LAN", "notices": "none"});
    farmer
        .client
        .put(&format!("{seller}/money-account"), &account)
        .await
        .expect(StatusCode::OK);
    let terms = json!({"version": "2026-11"});
    farmer.client.post(&item("terms"), &terms).await.expect(StatusCode::OK);
    farmer
        .client
        .post(&item("address"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let paper = json!({"method": "paper", "note": "Căn cước công dân"});
    let given = farmer
        .client
        .post(&item("identity"), &paper)
        .await
        .expect(StatusCode::OK);
    let state = |list: &Value, name: &str| {
        let all = list["items"].as_array().unwrap();
        text(all.iter().find(|row| row["item"] == name).unwrap(), "state")
    };
    assert_eq!(
        ["identity", "tax_code", "address", "money_account", "terms"].map(|name| state(&given, name)),
        ["given", "open", "given", "given", "verified"]
    );
    assert_eq!(given["items"][0]["given_by"]["name"], "Nguyễn Thị Lan");
    // Who may not decide, and who may.
    farmer
        .client
        .post(&item("identity"), &verify)
        .await
        .expect(StatusCode::FORBIDDEN);
    let stranger = app.farmer().await;
    assert_eq!(stranger.client.get(&checklist).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        stranger.client.post(&item("identity"), &verify).await.status,
        StatusCode::NOT_FOUND
    );
    let queue = officer
        .get("/api/v1/sellers?standing=applying")
        .await
        .expect(StatusCode::OK);
    assert!(
        queue["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["id"] == farmer.seller_id)
    );
    farmer
        .client
        .get("/api/v1/sellers?standing=applying")
        .await
        .expect(StatusCode::FORBIDDEN);
    app.guest()
        .get("/api/v1/sellers?standing=applying")
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let unreasoned = officer.post(&item("identity"), &json!({"state": "refused"})).await;
    assert_eq!(unreasoned.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/reason"]);
    let refuse = json!({"state": "refused", "reason": "Ảnh mờ, không đọc được."});
    let refused = officer.post(&item("identity"), &refuse).await.expect(StatusCode::OK);
    assert_eq!(refused["items"][0]["reason"], "Ảnh mờ, không đọc được.");
    farmer
        .client
        .post(&item("identity"), &paper)
        .await
        .expect(StatusCode::OK);
    for name in ["identity", "address", "money_account"] {
        officer.post(&item(name), &verify).await.expect(StatusCode::OK);
    }
    assert_eq!(blocked().await, Vec::<&str>::new());
    let told = app.guest().get(&seller).await.expect(StatusCode::OK);
    assert_eq!(told["standing"], "verified");
    // What is verified stays so when it is given again; what changes is looked at again.
    let again = farmer
        .client
        .post(&item("identity"), &paper)
        .await
        .expect(StatusCode::OK);
    assert_eq!(state(&again, "identity"), "verified");
    farmer
        .client
        .patch(&seller, &json!({"street": "Xóm Hồng Thái 2"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(blocked().await, Vec::<&str>::new());
    farmer
        .client
        .patch(&seller, &json!({"street": "Nơi khác"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(blocked().await, ["address"]);
    let other = json!({"bank_bin": "970422", "number": "9876543210", "holder_name": "LAN", "notices": "none"});
    farmer
        .client
        .put(&format!("{seller}/money-account"), &other)
        .await
        .expect(StatusCode::OK);
    assert_eq!(blocked().await, ["address", "money_account"]);
    // An officer's acts are in the log, with their reason.
    let acts = officer.get("/api/v1/acts").await.expect(StatusCode::OK);
    let reasons: Vec<_> = acts["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|act| act["reason"].as_str())
        .collect();
    assert_eq!(reasons, ["Ảnh mờ, không đọc được."]);
    assert_eq!(acts["items"][0]["what"], "seller-checked");
});

on_both!(
    nobody_verifies_a_seller_they_work_for_and_companies_need_a_tax_code,
    |app| {
        let officer = app.in_office("0977000003", "Cán bộ", Office::Officer).await;
        let company = json!({"name": "Công ty chè", "kind": "company", "commune_code": "05503", "street": "Số 1"});
        let own = officer
            .post("/api/v1/sellers", &company)
            .await
            .expect(StatusCode::CREATED);
        let checklist = format!("/api/v1/sellers/{}/checklist", text(&own, "id"));
        officer
            .post(&format!("{checklist}/address"), &json!({}))
            .await
            .expect(StatusCode::OK);
        let verify = json!({"state": "verified"});
        let refused = officer.post(&format!("{checklist}/address"), &verify).await;
        assert_eq!(
            refused.expect(StatusCode::FORBIDDEN)["type"],
            "urn:choque:problem:own-seller"
        );
        let list = officer.get(&checklist).await.expect(StatusCode::OK);
        assert!(
            list["items"]
                .as_array()
                .unwrap()
                .iter()
                .all(|row| row["required"] == true)
        );
        assert_eq!(
            officer.post(&format!("{checklist}/shoe_size"), &verify).await.status,
            StatusCode::NOT_FOUND
        );
    }
);
