use reqwest::{Method, StatusCode, header};
use serde_json::json;

use crate::{
    harness::{RESOLVER, plain, text},
    on_both,
};

on_both!(a_buyer_scans_a_sticker, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let path = text(&batch, "digital_link").replace(RESOLVER, "");
    let page = app.guest().get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    let html = page.text();
    for told in [
        "Chè tôm nõn",
        &text(&batch, "lot"),
        "Hộ chè Nguyễn Thị Lan",
        "Xã Tân Cương",
        "20/11/2026",
        "20\u{a0}kg",
    ] {
        assert!(html.contains(told), "{told} is missing");
    }
    assert!(!html.contains("<script"), "complete without JavaScript");
    let zipped = plain()
        .get(format!("{}{path}", app.url))
        .header(header::ACCEPT_ENCODING, "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(zipped.headers()[header::CONTENT_ENCODING], "gzip");
    let policy = zipped.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(policy.contains("'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert!(zipped.bytes().await.unwrap().len() <= 14 * 1024);
    let short = app.guest().get(&text(&batch, "short_link").replace(RESOLVER, "")).await;
    assert_eq!(short.status, StatusCode::TEMPORARY_REDIRECT);
    assert!(short.headers[header::LOCATION].to_str().unwrap().ends_with(&path));
});

on_both!(a_page_follows_its_batch, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let path = text(&batch, "digital_link").replace(RESOLVER, "");
    // The batch itself, arriving in the log, makes the page anew once.
    crate::log::settle(app).await;
    app.caught_up().await;
    let first = app.guest().get(&path).await;
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    let again = app
        .guest()
        .request(Method::GET, &path)
        .header(header::IF_NONE_MATCH, &tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let plot = &batch["plot_ids"][0];
    let spray = json!({"plot_id": plot, "activity": "spraying", "happened_at": "2026-11-18", "input_name": "Thuốc trừ rầy", "interval_days": 7});
    farmer
        .client
        .post("/api/v1/diary", &spray)
        .await
        .expect(StatusCode::CREATED);
    app.caught_up().await;
    let held = app
        .guest()
        .request(Method::GET, &path)
        .header(header::IF_NONE_MATCH, &tag)
        .send()
        .await
        .unwrap();
    assert_eq!(held.status(), StatusCode::OK);
    let html = held.text().await.unwrap();
    assert!(
        html.contains("Thuốc trừ rầy") && html.contains("verdict held"),
        "the page tells of the hold"
    );
});

on_both!(unknown_and_malformed_codes_each_have_their_page, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let gtin = text(&product, "gtin");
    for path in [
        format!("/01/{gtin}/10/KHONGCO"),
        "/01/09520123456788/10/A".to_owned(),
        "/01/09520123456788".to_owned(),
        "/414/9520123456788".to_owned(),
    ] {
        let page = app.guest().get(&path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.text().contains("<html"), "{path}");
    }
    let bad_check = format!("/01/{}{}", &gtin[..13], (gtin[13..].parse::<u8>().unwrap() + 1) % 10);
    for path in [
        bad_check.as_str(),
        "/01/",
        "/01/123",
        "/01/09520123456788/21/1/10/A",
        "/01/09520123456788/10/",
        "/01/09520123456788/10/%00",
        "/01/09520123456788/10/%zz",
        "/01/09520123456788/10/ABCDEFGHIJKLMNOPQRSTU",
        "/01/09520123456788/10/ch%C3%A8",
        "/01/09520123456788?17=261301",
    ] {
        let page = app.guest().get(path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(app.guest().get("/t/ABCDEFGHJ").await.status, StatusCode::NOT_FOUND);
});

on_both!(machines_read_the_same_address, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let path = text(&batch, "digital_link").replace(RESOLVER, "");
    let ask = |accept: &'static str| {
        app.guest()
            .request(Method::GET, &path)
            .header(header::ACCEPT, accept)
            .send()
    };
    let linked = ask("application/ld+json").await.unwrap();
    assert!(
        linked.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("application/ld+json")
    );
    assert!(linked.text().await.unwrap().contains(&text(&batch, "lot")));
    let linkset = ask("application/linkset+json").await.unwrap();
    assert!(
        linkset.headers()[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("application/linkset+json")
    );
    assert!(linkset.json::<serde_json::Value>().await.unwrap()["linkset"].is_array());
    let asked = app.guest().get(&format!("{path}?linkType=linkset")).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert_eq!(
        app.guest()
            .get(&format!("{path}?linkType=gs1:nothingOfTheKind"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    let head = app.guest().request(Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    app.guest().get("/.well-known/gs1resolver").await.expect(StatusCode::OK);
});

on_both!(preferences_are_kept_without_scripts, |app| {
    let chosen = plain()
        .post(format!("{}/tuy-chon", app.url))
        .form(&[("lang", "en"), ("back", "//elsewhere.example")])
        .send()
        .await
        .unwrap();
    assert_eq!(chosen.status(), StatusCode::SEE_OTHER);
    assert_eq!(chosen.headers()[header::LOCATION], "/");
    let cookie = chosen.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let page = plain()
        .get(format!("{}/tro-giup", app.url))
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("lang=\"en\""));
    assert!(
        app.guest().get("/tro-giup").await.text().contains("lang=\"vi\""),
        "Vietnamese first"
    );
});
