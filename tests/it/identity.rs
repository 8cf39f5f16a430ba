use reqwest::{Method, StatusCode, header};
use serde_json::json;

use crate::{
    harness::{Answer, plain},
    on_both,
};

on_both!(an_account_is_made_and_signs_in, |app| {
    let lan = app.person("0912345678", "Lan").await;
    let accounts = lan.get("/api/v1/accounts").await.expect(StatusCode::OK);
    assert_eq!(accounts["items"].as_array().unwrap().len(), 1, "one sees oneself");
    assert_eq!(accounts["items"][0]["phone"], "0912345678");
    // The same number, written otherwise, is the same account.
    let again = json!({"phone": "+84 912 345 678", "name": "Ai đó", "password": "12345678"});
    assert_eq!(
        app.guest()
            .post("/api/v1/accounts", &again)
            .await
            .wrong(StatusCode::CONFLICT),
        ["/phone"]
    );
    let wrong = json!({"phone": "0912345678", "password": "không phải"});
    app.guest()
        .post("/api/v1/sessions", &wrong)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let unknown = json!({"phone": "0999999999", "password": "không phải"});
    app.guest()
        .post("/api/v1/sessions", &unknown)
        .await
        .expect(StatusCode::UNAUTHORIZED);
});

on_both!(every_wrong_field_is_named, |app| {
    let nothing = app.guest().post("/api/v1/accounts", &json!({})).await;
    assert_eq!(
        nothing.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/phone", "/name", "/password"]
    );
    let all_wrong = json!({"phone": "12", "name": ["Lan"], "password": "ngắn"});
    let answer = app.guest().post("/api/v1/accounts", &all_wrong).await;
    assert_eq!(
        answer.wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/phone", "/name", "/password"]
    );
});

on_both!(a_token_ends_when_it_is_revoked, |app| {
    let lan = app.person("0912345679", "Lan").await;
    let sessions = lan.get("/api/v1/sessions").await.expect(StatusCode::OK);
    let id = sessions["items"][0]["id"].as_str().unwrap().to_owned();
    let other = app.person("0912345680", "Minh").await;
    assert_eq!(
        other.get(&format!("/api/v1/sessions/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        other.delete(&format!("/api/v1/sessions/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        lan.delete(&format!("/api/v1/sessions/{id}")).await.status,
        StatusCode::NO_CONTENT
    );
    lan.get("/api/v1/accounts").await.expect(StatusCode::UNAUTHORIZED);
});

on_both!(guessing_is_stopped_for_a_while, |app| {
    app.person("0912345681", "Lan").await;
    let guess = json!({"phone": "0912345681", "password": "đoán mò thôi"});
    for _ in 0..10 {
        app.guest()
            .post("/api/v1/sessions", &guess)
            .await
            .expect(StatusCode::UNAUTHORIZED);
    }
    let stopped = app.guest().post("/api/v1/sessions", &guess).await;
    stopped.expect(StatusCode::TOO_MANY_REQUESTS);
    assert!(stopped.headers.contains_key(header::RETRY_AFTER));
    app.app.source().advance(16 * 60 * 1000);
    app.guest()
        .post("/api/v1/sessions", &guess)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let right = json!({"phone": "0912345681", "password": "mật khẩu dài"});
    app.guest()
        .post("/api/v1/sessions", &right)
        .await
        .expect(StatusCode::CREATED);
});

on_both!(a_browser_signs_in_and_other_sites_cannot_use_its_cookie, |app| {
    app.person("0912345682", "Lan").await;
    let form = [
        ("phone", "0912345682"),
        ("password", "mật khẩu dài"),
        ("back", "https://elsewhere.example/"),
    ];
    let entered = plain()
        .post(format!("{}/dang-nhap", app.url))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(entered.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        entered.headers()[header::LOCATION],
        "/tai-khoan",
        "back leads nowhere but into this site"
    );
    let cookie = entered.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let account = plain()
        .get(format!("{}/tai-khoan", app.url))
        .header(header::COOKIE, &cookie)
        .send()
        .await
        .unwrap();
    assert!(account.text().await.unwrap().contains("0912•••682"));
    let write = |origin: Option<&str>, site: Option<&str>| {
        let mut request = plain()
            .post(format!("{}/api/v1/sellers", app.url))
            .header(header::COOKIE, &cookie)
            .json(&json!({"name": "A", "kind": "household", "commune_code": "05503"}));
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        if let Some(site) = site {
            request = request.header("Sec-Fetch-Site", site);
        }
        Answer::of(Method::POST, "/api/v1/sellers", request)
    };
    assert_eq!(write(None, None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        write(Some("https://elsewhere.example"), None).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        write(Some(&app.url), Some("cross-site")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        write(Some(&app.url), Some("same-origin")).await.status,
        StatusCode::CREATED
    );
    assert_eq!(write(Some(&app.url), None).await.status, StatusCode::CREATED);
});

on_both!(what_one_wrote_is_not_sent_by_whoever_signed_in_since, |app| {
    let lan = app.person("0912345683", "Lan").await;
    let minh = app.person("0912345684", "Minh").await;
    let me = lan.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    assert_eq!(me["phone"], "0912345683");
    app.guest()
        .get("/api/v1/accounts/me")
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let id = me["id"].as_str().unwrap().to_owned();
    let household = json!({"name": "Nhà Lan", "kind": "household", "commune_code": "05503"});
    let send = |client: &crate::harness::Client| {
        let request = client
            .request(Method::POST, "/api/v1/sellers")
            .header("Choque-Account", &id)
            .json(&household);
        Answer::of(Method::POST, "/api/v1/sellers", request)
    };
    send(&minh).await.expect(StatusCode::UNAUTHORIZED);
    send(&lan).await.expect(StatusCode::CREATED);
});

on_both!(a_sign_in_leads_back_to_the_console, |app| {
    app.person("0912345685", "Lan").await;
    for name in ["back", "next"] {
        let form = [
            ("phone", "0912345685"),
            ("password", "mật khẩu dài"),
            (name, "/app/nhat-ky"),
        ];
        let entered = plain()
            .post(format!("{}/dang-nhap", app.url))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(entered.status(), StatusCode::SEE_OTHER);
        assert_eq!(entered.headers()[header::LOCATION], "/app/nhat-ky");
    }
});

on_both!(a_refused_form_keeps_what_was_typed, |app| {
    let form = [("phone", "0912345699"), ("password", "sai bét nhè")];
    let refused = plain()
        .post(format!("{}/dang-nhap", app.url))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let page = refused.text().await.unwrap();
    assert!(
        page.contains("0912345699") && page.contains("mật khẩu chưa đúng"),
        "{page}"
    );
    assert!(!page.contains("sai bét nhè"), "a password is never shown again");
    let form = [("phone", "<b>1</b>"), ("name", "\"Lan\""), ("password", "x")];
    let refused = plain()
        .post(format!("{}/dang-ky", app.url))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("&#34;Lan&#34;") && !page.contains("<b>1</b>"), "{page}");
});
