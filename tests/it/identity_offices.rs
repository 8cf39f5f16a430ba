//! Appointing people to offices and dismissing them.

use entity::{frame::act, identity::role::Office};
use reqwest::{Method, StatusCode};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;

use crate::{
    harness::{Client, text},
    on_both,
};

async fn id(client: &Client) -> String {
    text(&client.get("/api/v1/accounts/me").await.expect(StatusCode::OK), "id")
}

on_both!(an_administrator_appoints_and_dismisses_and_each_is_noted, |app| {
    let chief = app.in_office("0914000001", "Hoa", Office::Administrator).await;
    let lan = app.person("0914000002", "Lan").await;
    let roles = format!("/api/v1/accounts/{}/roles", id(&lan).await);
    let none = chief.get(&roles).await.expect(StatusCode::OK);
    assert_eq!(none, json!({"items": [], "next_cursor": null, "total": 0}));
    for role in ["officer", "market_manager", "helper", "administrator"] {
        let made = chief.post(&roles, &json!({"role": role})).await;
        assert_eq!(made.expect(StatusCode::CREATED)["role"], role);
        assert_eq!(made.headers["location"].to_str().unwrap(), format!("{roles}/{role}"));
    }
    // Again changes nothing; with the same key it is the same answer.
    let body = json!({"role": "helper"});
    let first = chief.post_once(&roles, "k1", &body).await.expect(StatusCode::CREATED);
    assert_eq!(
        chief.post_once(&roles, "k1", &body).await.expect(StatusCode::CREATED),
        first
    );
    let other = chief.post_once(&roles, "k1", &json!({"role": "officer"})).await;
    other.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let held = chief.get(&roles).await.expect(StatusCode::OK);
    let names: Vec<_> = held["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(item, "role"))
        .collect();
    assert_eq!(names, ["administrator", "helper", "market_manager", "officer"]);
    let me = lan.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    assert_eq!(me["roles"].as_array().unwrap().len(), 4, "at once");

    chief
        .delete(&format!("{roles}/helper"))
        .await
        .expect(StatusCode::NO_CONTENT);
    chief
        .delete(&format!("{roles}/helper"))
        .await
        .expect(StatusCode::NOT_FOUND);
    chief
        .delete(&format!("{roles}/emperor"))
        .await
        .expect(StatusCode::NOT_FOUND);
    let acts = act::Entity::find()
        .order_by_asc(act::Column::Id)
        .all(app.app.db().read())
        .await
        .unwrap();
    let noted: Vec<_> = acts
        .iter()
        .map(|act| (act.method.as_str(), act.route.as_str()))
        .collect();
    assert_eq!(
        noted,
        [
            ("POST", "/api/v1/accounts/{id}/roles"),
            ("POST", "/api/v1/accounts/{id}/roles"),
            ("POST", "/api/v1/accounts/{id}/roles"),
            ("POST", "/api/v1/accounts/{id}/roles"),
            ("POST", "/api/v1/accounts/{id}/roles"),
            ("DELETE", "/api/v1/accounts/{id}/roles/{role}"),
        ],
        "what was refused or only repeated is no act"
    );
    assert!(
        acts.iter()
            .all(|act| act.office == Office::Administrator && act.behalf_id.is_none())
    );
});

on_both!(a_dismissal_ends_the_office_in_the_session_that_is_open, |app| {
    let chief = app.in_office("0914000003", "Hoa", Office::Administrator).await;
    let second = app.in_office("0914000004", "Minh", Office::Administrator).await;
    let ledger = "/api/v1/ledger/trial-balance";
    second.get(ledger).await.expect(StatusCode::OK);
    let roles = format!("/api/v1/accounts/{}/roles/administrator", id(&second).await);
    chief.delete(&roles).await.expect(StatusCode::NO_CONTENT);
    let refused = second.get(ledger).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(refused["type"], "urn:choque:problem:wrong-office");
    second.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
});

on_both!(there_is_always_an_administrator, |app| {
    let chief = app.in_office("0914000005", "Hoa", Office::Administrator).await;
    let own = |id: String| format!("/api/v1/accounts/{id}/roles/administrator");
    let last = chief.delete(&own(id(&chief).await)).await.expect(StatusCode::CONFLICT);
    assert_eq!(last["type"], "urn:choque:problem:last-administrator");
    chief.get("/api/v1/ledger/trial-balance").await.expect(StatusCode::OK);
    // Two that dismiss themselves, or each other, at the same moment: one stays.
    let second = app.in_office("0914000006", "Minh", Office::Administrator).await;
    let (a, b) = (own(id(&chief).await), own(id(&second).await));
    let answers = tokio::join!(chief.delete(&a), second.delete(&b));
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::CONFLICT]);
});

on_both!(nobody_else_appoints_or_looks, |app| {
    let chief = app.in_office("0914000007", "Hoa", Office::Administrator).await;
    let officer = app.in_office("0914000008", "Minh", Office::Officer).await;
    let lan = app.person("0914000009", "Lan").await;
    let roles = format!("/api/v1/accounts/{}/roles", id(&lan).await);
    for (client, status) in [
        (&app.guest(), StatusCode::UNAUTHORIZED),
        (&lan, StatusCode::FORBIDDEN),
        (&officer, StatusCode::FORBIDDEN),
    ] {
        client.get(&roles).await.expect(status);
        client.post(&roles, &json!({"role": "officer"})).await.expect(status);
        client.delete(&format!("{roles}/officer")).await.expect(status);
        let reset = format!("/api/v1/accounts/{}/second-factor", id(&lan).await);
        client.delete(&reset).await.expect(status);
    }
    for body in [json!({}), json!({"role": "emperor"}), json!({"role": 7})] {
        assert_eq!(
            chief.post(&roles, &body).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/role"]
        );
    }
    let nobody = "/api/v1/accounts/0193a6c8-4b1e-7c32-9d40-0f2a4c6e8a10";
    chief
        .get(&format!("{nobody}/roles"))
        .await
        .expect(StatusCode::NOT_FOUND);
    chief
        .post(&format!("{nobody}/roles"), &json!({"role": "officer"}))
        .await
        .expect(StatusCode::NOT_FOUND);
    chief
        .delete(&format!("{nobody}/second-factor"))
        .await
        .expect(StatusCode::NOT_FOUND);
});

on_both!(an_administrator_helps_whoever_lost_every_factor, |app| {
    let chief = app.in_office("0914000010", "Hoa", Office::Administrator).await;
    let lan = app.person("0914000011", "Lan").await;
    let phone = crate::passkey::Authenticator::new("mất rồi");
    let keys = "/api/v1/accounts/me/passkeys";
    let begun = lan
        .post(&format!("{keys}/begin"), &json!({}))
        .await
        .expect(StatusCode::OK);
    let made = json!({"ceremony": begun["ceremony"], "name": "m", "credential": phone.create(&begun)});
    lan.post(&format!("{keys}/finish"), &made)
        .await
        .expect(StatusCode::CREATED);
    let account = json!({"phone": "0914000011", "password": "mật khẩu dài"});
    app.guest()
        .post("/api/v1/sessions", &account)
        .await
        .expect(StatusCode::UNAUTHORIZED);
    let reset = format!("/api/v1/accounts/{}/second-factor", id(&lan).await);
    chief.delete(&reset).await.expect(StatusCode::NO_CONTENT);
    app.guest()
        .post("/api/v1/sessions", &account)
        .await
        .expect(StatusCode::CREATED);
    let acts = act::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!((acts.len(), acts[0].method.as_str()), (1, Method::DELETE.as_str()));
    assert_eq!(acts[0].path, reset);
});
