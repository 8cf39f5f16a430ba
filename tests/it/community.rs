use entity::identity::role::Office;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, TestApp, text},
    on_both,
};

const ALL: [&str; 4] = ["diary", "products", "orders", "dossiers"];

/// A helper who acts for somebody.
struct Acting<'a> {
    helper: &'a Client,
    farmer: String,
}

impl Acting<'_> {
    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self
            .helper
            .request(method.clone(), path)
            .header("Choque-On-Behalf", &self.farmer);
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::of(method, path, request).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }
}

async fn helper(app: &TestApp, phone: &str) -> Client {
    app.in_office(phone, "Hoàng Văn Nam", Office::Helper).await
}

/// Asks for consent by a code and confirms it; returns the consent.
async fn by_code(app: &TestApp, helper: &Client, phone: &str, scope: &[&str]) -> Value {
    let ask = json!({"how": "code", "phone": phone, "name": "Ma Thị Xuân", "scope": scope, "text_version": "2026-11"});
    let asked = helper.post("/api/v1/consents", &ask).await.expect(StatusCode::CREATED);
    assert_eq!(
        (&asked["state"], &asked["farmer"]["id"]),
        (&json!("pending"), &Value::Null)
    );
    let code = app.last_code(phone).await;
    let confirm = format!("/api/v1/consents/{}/confirm", text(&asked, "id"));
    helper
        .post(&confirm, &json!({"code": code}))
        .await
        .expect(StatusCode::OK)
}

/// Asks for consent before a witness; returns the consent.
async fn by_witness(helper: &Client, scope: &[&str]) -> Value {
    let ask = json!({
        "how": "witness", "name": "Triệu Thị Mùi", "scope": scope, "text_version": "2026-11",
        "witness": {"name": "Triệu Văn Lâm", "role": "Trưởng thôn", "place": "Nhà văn hóa thôn Khuổi Chạo"},
    });
    helper.post("/api/v1/consents", &ask).await.expect(StatusCode::CREATED)
}

fn acting<'a>(helper: &'a Client, consent: &Value) -> Acting<'a> {
    Acting {
        helper,
        farmer: text(&consent["farmer"], "id"),
    }
}

fn kind(answer: &Answer) -> String {
    text(&answer.expect(StatusCode::FORBIDDEN), "type").replace("urn:choque:problem:", "")
}

/// Opens a seller and names a plot of it; returns the plot's id.
async fn settles(acting: &Acting<'_>) -> String {
    let seller = json!({"name": "Hộ Ma Thị Xuân", "kind": "household", "commune_code": "05503"});
    acting
        .post("/api/v1/sellers", &seller)
        .await
        .expect(StatusCode::CREATED);
    let plot = json!({"name": "Đồi sau nhà", "commune_code": "05503", "area_m2": 900});
    text(
        &acting.post("/api/v1/plots", &plot).await.expect(StatusCode::CREATED),
        "id",
    )
}

fn entry(plot: &str) -> Value {
    json!({"plot_id": plot, "activity": "weeding", "happened_at": "2026-11-20", "note": "Làm cỏ"})
}

on_both!(
    a_helper_signs_up_a_farmer_by_a_code_and_acts_until_it_is_revoked,
    |app| {
        let helper = helper(app, "0977000011").await;
        let words = app.guest().get("/api/v1/consents/text").await.expect(StatusCode::OK);
        assert_eq!(
            (words["version"].as_str(), words["lasts_months"].as_i64()),
            (Some("2026-11"), Some(12))
        );
        assert!(text(&words, "text").contains("đồng ý"));
        let ask = json!({"how": "code", "phone": "0913000201", "name": "Ma Thị Xuân", "scope": ALL, "text_version": "2026-11"});
        let asked = helper.post("/api/v1/consents", &ask).await.expect(StatusCode::CREATED);
        let confirm = format!("/api/v1/consents/{}/confirm", text(&asked, "id"));
        let code = app.last_code("0913000201").await;
        let other = if code == "000000" { "000001" } else { "000000" };
        let wrong = helper.post(&confirm, &json!({"code": other})).await;
        assert_eq!(wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/code"]);
        let stranger = self::helper(app, "0977000012").await;
        assert_eq!(
            stranger.post(&confirm, &json!({"code": code})).await.status,
            StatusCode::NOT_FOUND
        );
        let given = helper
            .post(&confirm, &json!({"code": code}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(given["state"], "active");
        assert_eq!(given["until"], app.app.today().plus_months(12).iso());
        assert_eq!(
            helper.post(&confirm, &json!({"code": code})).await.status,
            StatusCode::CONFLICT
        );
        // Acting.
        let xuan = acting(&helper, &given);
        let me = xuan.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
        assert_eq!((&me["id"], &me["roles"]), (&given["farmer"]["id"], &json!([])));
        let plot = settles(&xuan).await;
        let key = "0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10";
        for _ in 0..2 {
            let request = helper
                .request(Method::POST, "/api/v1/diary")
                .header("Choque-On-Behalf", &xuan.farmer)
                .header("Idempotency-Key", key)
                .json(&entry(&plot));
            Answer::of(Method::POST, "/api/v1/diary", request)
                .await
                .expect(StatusCode::CREATED);
        }
        assert_eq!(
            helper.get("/api/v1/sellers?mine=1").await.expect(StatusCode::OK)["items"],
            json!([])
        );
        // The log: the farmer reads who did what, once each; others do not.
        let farmer = by_phone(app, "0913000201").await;
        let acts = farmer.get("/api/v1/acts").await.expect(StatusCode::OK);
        let did: Vec<_> = acts["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|act| text(act, "what"))
            .collect();
        assert_eq!(did, ["diary-recorded", "plot-named", "seller-opened"]);
        let newest = &acts["items"][0];
        assert_eq!(
            (
                &newest["by"]["name"],
                &newest["office"],
                &newest["said"],
                &newest["path"]
            ),
            (
                &json!("Hoàng Văn Nam"),
                &json!("helper"),
                &json!("Ghi nhật ký canh tác"),
                &json!("/api/v1/diary")
            )
        );
        assert_eq!(newest["behalf"]["id"], given["farmer"]["id"]);
        assert_eq!(
            stranger.get("/api/v1/acts").await.expect(StatusCode::OK)["items"],
            json!([])
        );
        let page = farmer.get("/api/v1/acts?limit=1").await.expect(StatusCode::OK);
        let rest = farmer
            .get(&format!("/api/v1/acts?cursor={}", text(&page, "next_cursor")))
            .await;
        assert_eq!(rest.expect(StatusCode::OK)["items"].as_array().unwrap().len(), 2);
        let mistaken = farmer.get("/api/v1/acts?office=boss&from=yesterday&person=me").await;
        assert_eq!(
            mistaken.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["?person", "?office", "?from"]
        );
        // Revoked, the next draft is refused, whatever was written before.
        let revoke = format!("/api/v1/consents/{}/revoke", text(&given, "id"));
        assert_eq!(stranger.post(&revoke, &json!({})).await.status, StatusCode::NOT_FOUND);
        let ended = farmer
            .post(&revoke, &json!({"reason": "Con tôi giúp được rồi"}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (&ended["state"], &ended["revoked_by"]["id"]),
            (&json!("revoked"), &given["farmer"]["id"])
        );
        assert_eq!(kind(&xuan.post("/api/v1/diary", &entry(&plot)).await), "not-acting");
        assert_eq!(kind(&xuan.get("/api/v1/plots?mine=1").await), "not-acting");
        let again = farmer.post(&revoke, &json!({})).await.expect(StatusCode::OK);
        assert_eq!(again["revoked_at"], ended["revoked_at"]);
        assert_eq!(
            farmer.get("/api/v1/diary?mine=1").await.expect(StatusCode::OK)["items"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
);

/// Somebody signs in by a code on their own phone.
async fn by_phone(app: &TestApp, phone: &str) -> Client {
    let guest = app.guest();
    let ask = json!({"phone": phone, "purpose": "sign_in"});
    guest
        .post("/api/v1/phone-codes", &ask)
        .await
        .expect(StatusCode::ACCEPTED);
    let code = app.last_code(phone).await;
    let session = guest
        .post("/api/v1/sessions", &json!({"phone": phone, "code": code}))
        .await;
    let token = text(&session.expect(StatusCode::CREATED), "token");
    Client {
        token: Some(token),
        ..guest
    }
}

on_both!(nobody_acts_without_consent_and_a_consent_covers_what_it_says, |app| {
    let helper = helper(app, "0977000021").await;
    let farmer = app.farmer().await;
    let me = farmer.client.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    let uninvited = Acting {
        helper: &helper,
        farmer: text(&me, "id"),
    };
    let plot = json!({"name": "Đồi", "commune_code": "05503", "area_m2": 900});
    assert_eq!(kind(&uninvited.post("/api/v1/plots", &plot).await), "not-acting");
    let nobody = Acting {
        helper: &helper,
        farmer: "somebody".to_owned(),
    };
    assert_eq!(kind(&nobody.post("/api/v1/plots", &plot).await), "not-acting");
    // Only who holds the office of a helper, and only with the header.
    let consent = by_code(app, &helper, &text(&me, "phone"), &["diary"]).await;
    assert_eq!(consent["farmer"]["id"], me["id"], "the account that was there");
    assert_eq!(
        consent["farmer"]["name"], "Nguyễn Thị Lan",
        "an account keeps its own name"
    );
    let lan = acting(&helper, &consent);
    lan.post("/api/v1/plots", &plot).await.expect(StatusCode::CREATED);
    let impostor = Acting {
        helper: &farmer.client,
        farmer: text(&me, "id"),
    };
    assert_eq!(kind(&impostor.post("/api/v1/plots", &plot).await), "not-acting");
    // The account that wrote a draft is the helper's own.
    let own = helper.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    for (account, status) in [(&own, StatusCode::CREATED), (&me, StatusCode::UNAUTHORIZED)] {
        let request = helper
            .request(Method::POST, "/api/v1/plots")
            .header("Choque-On-Behalf", &lan.farmer)
            .header("Choque-Account", text(account, "id"))
            .json(&plot);
        Answer::of(Method::POST, "/api/v1/plots", request).await.expect(status);
    }
    // Beyond its scope.
    let product = json!({"name": "Chè", "category": "tea", "unit": "kg"});
    assert_eq!(kind(&lan.post("/api/v1/products", &product).await), "out-of-scope");
    assert_eq!(kind(&lan.get("/api/v1/orders?mine=1").await), "out-of-scope");
    // In person only, with any scope.
    let consent = by_code(app, &helper, &text(&me, "phone"), &ALL).await;
    let lan = acting(&helper, &consent);
    let seller = format!("/api/v1/sellers/{}", farmer.seller_id);
    let account = json!({"bank_bin": "970422", "number": "0123456789", "holder_name": "NAM", "notices": "none"});
    let put = lan
        .send(Method::PUT, &format!("{seller}/money-account"), Some(&account))
        .await;
    assert_eq!(kind(&put), "in-person-only");
    for path in [
        format!("{seller}/staff"),
        format!("{seller}/money-account"),
        "/api/v1/sessions".to_owned(),
        "/api/v1/consents".to_owned(),
    ] {
        assert_eq!(kind(&lan.get(&path).await), "in-person-only", "{path}");
    }
    let invite = json!({"phone": "0913000299", "role": "owner"});
    assert_eq!(
        kind(&lan.post(&format!("{seller}/invitations"), &invite).await),
        "in-person-only"
    );
    assert_eq!(
        kind(&lan.post("/api/v1/accounts/me/totp", &json!({})).await),
        "in-person-only"
    );
    let revoke = format!("/api/v1/consents/{}/revoke", text(&consent, "id"));
    assert_eq!(kind(&lan.post(&revoke, &json!({})).await), "in-person-only");
    // What a guest may do does not become a guest's because the consent does not reach.
    assert_eq!(kind(&lan.post("/api/v1/checkout", &json!({})).await), "in-person-only");
    assert_eq!(
        lan.get("/api/v1/communes?q=tan").await.status,
        StatusCode::OK,
        "what all may read"
    );
    lan.post("/api/v1/products", &product).await.expect(StatusCode::CREATED);
    // The former consent was replaced, and time ends this one.
    let list = helper.get("/api/v1/consents").await.expect(StatusCode::OK);
    let states: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| text(row, "state"))
        .collect();
    assert_eq!(states, ["active", "revoked"]);
    app.app.source().advance(366 * 24 * 60 * 60 * 1000);
    let helper = Client {
        token: Some(
            choque::identity::issue_token(&app.app, &"0977000021".parse().unwrap(), "next year")
                .await
                .unwrap(),
        ),
        ..helper
    };
    let lan = acting(&helper, &consent);
    assert_eq!(kind(&lan.post("/api/v1/products", &product).await), "not-acting");
});

on_both!(
    who_has_no_phone_agrees_before_a_witness_and_signs_in_once_there_is_one,
    |app| {
        let helper = helper(app, "0977000031").await;
        let consent = by_witness(&helper, &ALL).await;
        assert_eq!(
            (&consent["state"], &consent["how"]),
            (&json!("active"), &json!("witness"))
        );
        assert_eq!(consent["farmer"]["phone"], Value::Null);
        assert_eq!(consent["witness"]["role"], "Trưởng thôn");
        let second = by_witness(&helper, &["diary"]).await;
        assert_ne!(
            second["farmer"]["id"], consent["farmer"]["id"],
            "two people of one name"
        );
        let mui = acting(&helper, &consent);
        assert_eq!(
            mui.get("/api/v1/accounts/me").await.expect(StatusCode::OK)["phone"],
            Value::Null
        );
        settles(&mui).await;
        for number in ["0000000001", "0000000002"] {
            let refused = app
                .guest()
                .post(
                    "/api/v1/sessions",
                    &json!({"phone": number, "password": "mật khẩu dài"}),
                )
                .await;
            assert_eq!(
                refused.wrong(StatusCode::UNPROCESSABLE_ENTITY),
                ["/phone"],
                "nobody can type it"
            );
        }
        // A phone at last.
        let phone = format!("/api/v1/accounts/{}/phone", mui.farmer);
        let stranger = self::helper(app, "0977000032").await;
        let number = json!({"phone": "0913000301"});
        assert_eq!(stranger.post(&phone, &number).await.status, StatusCode::NOT_FOUND);
        helper.post(&phone, &number).await.expect(StatusCode::ACCEPTED);
        let code = app.last_code("0913000301").await;
        let other = if code == "000000" { "000001" } else { "000000" };
        let wrong = helper
            .post(&phone, &json!({"phone": "0913000301", "code": other}))
            .await;
        assert_eq!(wrong.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/code"]);
        let given = helper
            .post(&phone, &json!({"phone": "0913000301", "code": code}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(given["phone"], "0913000301");
        assert_eq!(helper.post(&phone, &number).await.status, StatusCode::CONFLICT);
        let farmer = by_phone(app, "0913000301").await;
        let sellers = farmer.get("/api/v1/sellers?mine=1").await.expect(StatusCode::OK);
        assert_eq!(sellers["items"][0]["role"], "owner");
        // What the farmer sees of it, and the button that ends it.
        let page = farmer.get("/tai-khoan").await;
        // The page knows browsers, not tokens of programs; either is the farmer's own hand.
        assert_eq!(page.status, StatusCode::OK);
        let shown = page.text();
        assert!(
            shown.contains("Hoàng Văn Nam") && shown.contains("Mở gian hàng"),
            "{shown}"
        );
        let button = format!("/tai-khoan/nguoi-giup/{}", text(&consent, "id"));
        assert!(shown.contains(&button));
        let pressed = farmer.request(Method::POST, &button).send().await.unwrap();
        assert_eq!(pressed.status(), StatusCode::SEE_OTHER);
        assert_eq!(kind(&mui.get("/api/v1/plots?mine=1").await), "not-acting");
        assert!(farmer.get("/tai-khoan").await.text().contains("không ai được làm thay"));
    }
);

on_both!(what_a_farmer_does_alone_is_counted, |app| {
    let helper = helper(app, "0977000041").await;
    let consent = by_code(app, &helper, "0913000401", &ALL).await;
    let xuan = acting(&helper, &consent);
    let plot = settles(&xuan).await;
    let skill = format!("/api/v1/consents/{}/skill", text(&consent, "id"));
    let diary = |told: &Value| -> Value {
        let kinds = told["months"][0]["kinds"].as_array().unwrap();
        kinds.iter().find(|kind| kind["kind"] == "diary").unwrap().clone()
    };
    xuan.post("/api/v1/diary", &entry(&plot))
        .await
        .expect(StatusCode::CREATED);
    let told = helper.get(&skill).await.expect(StatusCode::OK);
    assert_eq!(told["months"][0]["month"], app.app.today().month());
    assert_eq!(
        diary(&told),
        json!({"kind": "diary", "alone": 0, "helped": 2, "alone_percent": 0})
    );
    let farmer = by_phone(app, "0913000401").await;
    for _ in 0..2 {
        farmer
            .post("/api/v1/diary", &entry(&plot))
            .await
            .expect(StatusCode::CREATED);
    }
    // What was refused taught nothing, and reading is no deed.
    farmer
        .post("/api/v1/diary", &json!({}))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    farmer.get("/api/v1/diary?mine=1").await.expect(StatusCode::OK);
    let told = farmer.get(&skill).await.expect(StatusCode::OK);
    assert_eq!(
        diary(&told),
        json!({"kind": "diary", "alone": 2, "helped": 2, "alone_percent": 50})
    );
    let stranger = self::helper(app, "0977000042").await;
    assert_eq!(stranger.get(&skill).await.status, StatusCode::NOT_FOUND);
    let summary = helper.get("/api/v1/community/summary").await.expect(StatusCode::OK);
    assert_eq!(
        (&summary["farmers"], &summary["active_consents"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        (&summary["months"][0]["alone"], &summary["months"][0]["helped"]),
        (&json!(2), &json!(2))
    );
    let none = stranger.get("/api/v1/community/summary").await.expect(StatusCode::OK);
    assert_eq!((&none["farmers"], &none["months"]), (&json!(0), &json!([])));
    farmer
        .get("/api/v1/community/summary")
        .await
        .expect(StatusCode::FORBIDDEN);
    let administrator = app.in_office("0977000043", "Quản trị", Office::Administrator).await;
    let all = administrator
        .get("/api/v1/community/summary")
        .await
        .expect(StatusCode::OK);
    assert_eq!(all["farmers"], 1);
    assert_eq!(
        administrator.get("/api/v1/consents?all=1").await.expect(StatusCode::OK)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    helper.get("/api/v1/consents?all=1").await.expect(StatusCode::FORBIDDEN);
    let everything = administrator
        .get(&format!("/api/v1/acts?office=helper&person={}", xuan.farmer))
        .await;
    assert_eq!(everything.expect(StatusCode::OK)["items"].as_array().unwrap().len(), 3);
    let none = administrator
        .get("/api/v1/acts?to=2020-01-01")
        .await
        .expect(StatusCode::OK);
    assert_eq!(none["items"], json!([]));
});

on_both!(a_consent_that_is_not_one_is_refused_field_by_field, |app| {
    let helper = helper(app, "0977000051").await;
    let farmer = app.farmer().await;
    let path = "/api/v1/consents";
    let good =
        json!({"how": "code", "phone": "0913000501", "name": "A", "scope": ["diary"], "text_version": "2026-11"});
    farmer.client.post(path, &good).await.expect(StatusCode::FORBIDDEN);
    app.guest().post(path, &good).await.expect(StatusCode::UNAUTHORIZED);
    let witness = json!({"name": "B", "role": "C", "place": "D"});
    for (name, value, pointers) in [
        ("how", json!("loudly"), vec!["/how"]),
        ("phone", json!("0977000051"), vec!["/phone"]),
        ("phone", json!("0000000001"), vec!["/phone"]),
        ("scope", json!([]), vec!["/scope"]),
        ("scope", json!(["diary", "everything", 3]), vec!["/scope/1", "/scope/2"]),
        ("text_version", json!("2020-01"), vec!["/text_version"]),
        ("name", json!("\u{202e}"), vec!["/name"]),
        ("witness", witness.clone(), vec!["/witness"]),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        let refused = helper.post(path, &bad).await;
        assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{bad}");
    }
    let me = farmer.client.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    let mut with_phone = json!({"how": "witness", "scope": ["diary"], "text_version": "2026-11", "witness": witness});
    with_phone["person_id"] = me["id"].clone();
    let refused = helper.post(path, &with_phone).await;
    assert_eq!(
        refused.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/person_id"],
        "who has a phone is asked on it"
    );
    let unseen =
        json!({"how": "witness", "name": "A", "phone": "0913000501", "scope": ["diary"], "text_version": "2026-11"});
    let refused = helper.post(path, &unseen).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/phone", "/witness"]);
});
