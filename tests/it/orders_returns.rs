//! Goods go back: asked for, talked about, settled, or left to silence.

use choque::orders::{care, earn_due};
use entity::identity::role::Office;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, TestApp, text},
    matrix::picture,
    on_both,
    orders::{act, basket, checks_out, holder, left, line, opens, pays, sends, shop},
    orders_lifecycle::{HOUR, assert_books_agree, delivered, does, on_delivery, paid, parts, refunded, seen},
};

const DAY: i64 = 24 * HOUR;

fn wish(order: &Value, quantities: &[&str]) -> Value {
    json!({"lines": parts(order, quantities), "reason": "quality", "text": "Chè bị mốc"})
}

async fn asks(buyer: &Client, order: &Value, quantity: &str) -> Value {
    does(buyer, order, "return", &wish(order, &[quantity]))
        .await
        .expect(StatusCode::CREATED)
}

async fn says(client: &Client, returned: &Value, what: &str, body: &Value) -> Answer {
    let path = format!("/api/v1/returns/{}/{what}", text(returned, "id"));
    client.post(&path, body).await
}

async fn shown(client: &Client, returned: &Value) -> Value {
    let path = format!("/api/v1/returns/{}", text(returned, "id"));
    client.get(&path).await.expect(StatusCode::OK)
}

on_both!(goods_go_back_and_money_follows, |app| {
    let (lan, tea) = shop(app, "Chè mốc", 100_001, "10").await;
    let (guest, order) = paid(app, &tea, "3").await;
    let early = does(&guest, &order, "return", &wish(&order, &["1"]))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(early["type"], "urn:choque:problem:return-over");
    let done = delivered(&lan, &guest, &order).await;
    assert!(done["further"].as_array().unwrap().contains(&json!("return")));
    does(&lan.client, &order, "return", &wish(&order, &["1"]))
        .await
        .expect(StatusCode::FORBIDDEN);
    for (body, pointers) in [
        (json!({}), vec!["/lines", "/reason", "/text"]),
        (wish(&order, &["4"]), vec!["/lines/0/quantity"]),
        (wish(&order, &["0"]), vec!["/lines/0/quantity/value"]),
        (
            json!({"lines": parts(&order, &["1"]), "reason": "x", "text": "a", "credit": true}),
            vec!["/reason"],
        ),
        (
            json!({"lines": parts(&order, &["1"]), "reason": "late", "text": "a", "credit": true}),
            vec!["/credit"],
        ),
        (
            json!({"lines": parts(&order, &["1"]), "reason": "late", "text": "a", "photos": [text(&order, "id")]}),
            vec!["/photos/0"],
        ),
    ] {
        let answer = does(&guest, &order, "return", &body).await;
        assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), pointers, "{body}");
    }

    let returned = asks(&guest, &order, "1").await;
    assert_eq!(
        (&returned["state"], &returned["amount"]),
        (&json!("asked"), &json!(100_001))
    );
    assert_eq!(
        returned["default_outcome"]["outcome"], "refunded",
        "silence is told from the start"
    );
    assert_eq!(returned["actions"], json!(["withdraw"]));
    assert_eq!(seen(&guest, &order).await["returns"], json!([returned["id"]]));
    app.guest()
        .get(&format!("/api/v1/returns/{}", text(&returned, "id")))
        .await
        .expect(StatusCode::NOT_FOUND);
    says(&guest, &returned, "accept", &json!({"goods": "back"}))
        .await
        .expect(StatusCode::FORBIDDEN);

    // They write to each other.
    for (client, words) in [
        (&lan.client, "Chị gửi ảnh được không?"),
        (&guest, "Tôi không biết gửi ảnh."),
    ] {
        let written = says(client, &returned, "messages", &json!({"text": words}))
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(written["messages"].as_array().unwrap().last().unwrap()["text"], words);
    }
    assert_eq!(
        says(&guest, &returned, "messages", &json!({}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/text"]
    );
    let wanted = says(&lan.client, &returned, "accept", &json!({"goods": "back"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&wanted["state"], &wanted["default_outcome"]["outcome"]),
        (&json!("goods_wanted"), &json!("closed"))
    );
    let sent = says(&guest, &returned, "send", &json!({"carrier": "Bưu điện"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&sent["state"], &sent["carrier"]), (&json!("sent"), &json!("Bưu điện")));
    let received = says(&lan.client, &returned, "receive", &json!({"restock": true}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&received["state"], &received["restocked"]),
        (&json!("refunded"), &json!(true))
    );
    assert_eq!(received["refund"]["kind"], "transfer");
    assert_eq!(received["decision"]["by"], "seller");
    says(&lan.client, &returned, "receive", &json!({"restock": true}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(left(app, &tea).await, "8", "put back once");
    let after = seen(&guest, &order).await;
    assert_eq!(
        (&after["total"], &after["given_back"]),
        (&json!(300_003), &json!(100_001))
    );
    assert_eq!(refunded(app, &after).await, 100_001, "though it was earned");

    // The rest, and the buyer keeps it; never a đồng off.
    let answer = does(&guest, &order, "return", &wish(&order, &["2.1"])).await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/lines/0/quantity"]);
    let returned = asks(&guest, &order, "2").await;
    let kept = says(&lan.client, &returned, "accept", &json!({"goods": "keep"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!((&kept["state"], &kept["amount"]), (&json!("refunded"), &json!(200_002)));
    let after = seen(&guest, &order).await;
    assert_eq!(
        (&after["given_back"], &after["summary"]),
        (&json!(300_003), &json!("refunded"))
    );
    assert_eq!(left(app, &tea).await, "8");
    assert_books_agree(app).await;
});

on_both!(silence_comes_to_what_was_told, |app| {
    let (lan, tea) = shop(app, "Chè cũ", 100_000, "20").await;
    // The seller says nothing.
    let (guest, order) = paid(app, &tea, "1").await;
    delivered(&lan, &guest, &order).await;
    let returned = asks(&guest, &order, "1").await;
    app.app.source().advance(4 * DAY);
    care(&app.app).await.unwrap();
    assert_eq!(shown(&guest, &returned).await["state"], "asked");
    app.app.source().advance(2 * DAY);
    care(&app.app).await.unwrap();
    let settled = shown(&guest, &returned).await;
    assert_eq!(
        (&settled["state"], &settled["decision"]["by"]),
        (&json!("refunded"), &json!("exchange"))
    );
    assert_eq!(refunded(app, &seen(&guest, &order).await).await, 100_000);

    // The goods are wanted, and the buyer says nothing. What is not earned yet waits for that.
    let (guest, order) = paid(app, &tea, "1").await;
    for what in ["confirm", "pack", "ship", "deliver"] {
        act(&lan.client, &order, what).await.expect(StatusCode::OK);
    }
    let returned = asks(&guest, &order, "1").await;
    says(&lan.client, &returned, "accept", &json!({"goods": "back"}))
        .await
        .expect(StatusCode::OK);
    app.app.source().advance(7 * DAY - HOUR);
    earn_due(&app.app).await.unwrap();
    assert_eq!(seen(&guest, &order).await["earned_at"], Value::Null);
    app.app.source().advance(2 * HOUR);
    care(&app.app).await.unwrap();
    assert_eq!(shown(&guest, &returned).await["state"], "closed");
    assert!(seen(&guest, &order).await["earned_at"].is_string());
    assert_eq!(refunded(app, &seen(&guest, &order).await).await, 0);
    let over = does(&guest, &order, "return", &wish(&order, &["1"]))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(over["type"], "urn:choque:problem:return-over");

    // The buyer lets it be, and may ask again.
    let (guest, order) = paid(app, &tea, "1").await;
    delivered(&lan, &guest, &order).await;
    let returned = asks(&guest, &order, "1").await;
    let let_be = says(&guest, &returned, "withdraw", &json!({}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&let_be["state"], &let_be["default_outcome"]),
        (&json!("withdrawn"), &Value::Null)
    );
    let closed = says(&lan.client, &returned, "accept", &json!({"goods": "keep"}))
        .await
        .expect(StatusCode::CONFLICT);
    assert_eq!(closed["type"], "urn:choque:problem:return-state");
    asks(&guest, &order, "1").await;
    assert_books_agree(app).await;
});

on_both!(an_officer_decides_what_is_disputed, |app| {
    let (lan, tea) = shop(app, "Chè tranh", 100_000, "20").await;
    let officer = app.in_office("0987000020", "Cán bộ", Office::Officer).await;
    let why = json!({"text": "Chè mốc thật mà"});
    let mut disputed = Vec::new();
    for _ in 0..3 {
        let (guest, order) = paid(app, &tea, "1").await;
        delivered(&lan, &guest, &order).await;
        let returned = asks(&guest, &order, "1").await;
        let early = says(&guest, &returned, "dispute", &why)
            .await
            .expect(StatusCode::CONFLICT);
        assert_eq!(early["type"], "urn:choque:problem:too-early");
        officer
            .get(&format!("/api/v1/returns/{}", text(&returned, "id")))
            .await
            .expect(StatusCode::NOT_FOUND);
        let refused = says(&lan.client, &returned, "refuse", &json!({"reason": "Hàng tốt"}))
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (&refused["state"], &refused["default_outcome"]["outcome"]),
            (&json!("refused"), &json!("closed"))
        );
        let now = says(&guest, &returned, "dispute", &why).await.expect(StatusCode::OK);
        assert_eq!(
            (&now["state"], &now["default_outcome"]["outcome"]),
            (&json!("disputed"), &json!("refunded"))
        );
        disputed.push((guest, order, returned));
    }
    let queue = officer.get("/api/v1/returns?as=officer").await.expect(StatusCode::OK);
    assert_eq!(queue["items"].as_array().unwrap().len(), 3);
    lan.client
        .get("/api/v1/returns?as=officer")
        .await
        .expect(StatusCode::FORBIDDEN);
    let sold = lan
        .client
        .get("/api/v1/returns?as=seller&state=disputed&limit=2")
        .await
        .expect(StatusCode::OK);
    assert!(sold["next_cursor"].is_string() && sold["items"].as_array().unwrap().len() == 2);
    lan.client
        .get("/api/v1/returns?as=x")
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    lan.client
        .get("/api/v1/returns?state=x")
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    app.guest()
        .get("/api/v1/returns")
        .await
        .expect(StatusCode::UNAUTHORIZED);

    let (guest, order, returned) = &disputed[0];
    says(
        &lan.client,
        returned,
        "decide",
        &json!({"outcome": "closed", "reason": "a"}),
    )
    .await
    .expect(StatusCode::FORBIDDEN);
    let nothing = says(&officer, returned, "decide", &json!({"outcome": "x"})).await;
    assert_eq!(nothing.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/outcome", "/reason"]);
    says(&officer, returned, "messages", &json!({"text": "Hai bên gửi ảnh."}))
        .await
        .expect(StatusCode::CREATED);
    let decided = json!({"outcome": "refunded", "reason": "Ảnh cho thấy chè mốc"});
    let decided = says(&officer, returned, "decide", &decided)
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&decided["state"], &decided["decision"]["by"]),
        (&json!("refunded"), &json!("officer"))
    );
    assert_eq!(refunded(app, &seen(guest, order).await).await, 100_000);

    let (guest, order, returned) = &disputed[1];
    let decided = json!({"outcome": "closed", "reason": "Không thấy mốc"});
    says(&officer, returned, "decide", &decided)
        .await
        .expect(StatusCode::OK);
    assert_eq!(refunded(app, &seen(guest, order).await).await, 0);

    // A seller who answers has it decided by an officer; one who does not has agreed.
    let (guest, order, returned) = &disputed[2];
    let before = text(&shown(guest, returned).await["default_outcome"], "at");
    says(&lan.client, returned, "messages", &json!({"text": "Không mốc"}))
        .await
        .expect(StatusCode::CREATED);
    assert!(text(&shown(guest, returned).await["default_outcome"], "at") > before);
    app.app.source().advance(4 * DAY);
    care(&app.app).await.unwrap();
    assert_eq!(shown(guest, returned).await["state"], "disputed");
    app.app.source().advance(11 * DAY);
    care(&app.app).await.unwrap();
    assert_eq!(shown(guest, returned).await["state"], "refunded");
    assert_eq!(refunded(app, &seen(guest, order).await).await, 100_000);
    assert_books_agree(app).await;
});

/// A picture that `client` sent before.
async fn uploaded(client: &Client) -> String {
    let bytes = picture();
    let upload = client
        .post("/api/v1/uploads", &json!({"size": bytes.len()}))
        .await
        .expect(StatusCode::CREATED);
    let path = format!("/api/v1/uploads/{}", text(&upload, "id"));
    let request = client
        .request(Method::PATCH, &path)
        .header("content-type", "application/partial-upload")
        .header("upload-offset", "0")
        .body(bytes);
    let sent = Answer::of(Method::PATCH, &path, request).await;
    assert!(sent.status.is_success(), "{}", sent.text());
    text(&upload, "id")
}

/// A paid and delivered order of somebody with an account.
async fn bought(app: &TestApp, lan: &crate::harness::Farmer, listing: &Value, buyer: &Client) -> Value {
    let receipt = checks_out(buyer, &basket(&[line(listing, "1")])).await;
    let amount = receipt["payments"][0]["amount"].as_i64().unwrap();
    pays(app, &receipt["payments"][0], amount).await;
    let order = receipt["orders"][0].clone();
    delivered(lan, buyer, &order).await;
    order
}

on_both!(photographs_are_shown_and_credit_is_taken_instead, |app| {
    let (lan, tea) = shop(app, "Chè ảnh", 100_000, "20").await;
    let buyer = app.person("0987000030", "Lê Thị Hoa").await;
    let order = bought(app, &lan, &tea, &buyer).await;
    let photo = uploaded(&buyer).await;
    let mut body = wish(&order, &["1"]);
    body["photos"] = json!([photo]);
    body["credit"] = json!(true);
    let path = format!("/api/v1/orders/{}/return", text(&order, "id"));
    let returned = buyer.post_once(&path, "tra-1", &body).await.expect(StatusCode::CREATED);
    let again = buyer.post_once(&path, "tra-1", &body).await.expect(StatusCode::CREATED);
    assert_eq!(returned, again);
    assert_eq!(returned["photos"].as_array().unwrap().len(), 1);
    let mine = buyer.get("/api/v1/returns").await.expect(StatusCode::OK);
    assert_eq!(mine["items"][0]["id"], returned["id"]);
    let kept = says(&lan.client, &returned, "accept", &json!({"goods": "keep"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(kept["refund"]["kind"], "credit");
    let credit = buyer
        .get(&format!("/api/v1/credits/{}", lan.seller_id))
        .await
        .expect(StatusCode::OK);
    assert_eq!(credit["balance"], 100_000);
    // A stranger's upload is nobody's.
    let other = app.person("0987000031", "Người khác").await;
    let order = bought(app, &lan, &tea, &other).await;
    let mut body = wish(&order, &["1"]);
    body["photos"] = json!([uploaded(&buyer).await]);
    let answer = does(&other, &order, "return", &body).await;
    assert_eq!(answer.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/photos/0"]);

    // Paid at the door, given back by hand.
    let (guest, order) = on_delivery(app, &tea, "1").await;
    for what in ["confirm", "pack", "ship", "deliver"] {
        act(&lan.client, &order, what).await.expect(StatusCode::OK);
    }
    let returned = asks(&guest, &order, "1").await;
    let kept = says(&lan.client, &returned, "accept", &json!({"goods": "keep"}))
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        (&kept["refund"]["kind"], &kept["amount"]),
        (&json!("cash"), &json!(100_000))
    );
    assert_books_agree(app).await;
});

on_both!(a_guest_does_all_of_it_on_pages_without_script, |app| {
    let (lan, tea) = shop(app, "Chè trang", 100_000, "20").await;
    let receipt = checks_out(&app.guest(), &basket(&[line(&tea, "2")])).await;
    pays(app, &receipt["payments"][0], 200_000).await;
    let (order, token) = (&receipt["orders"][0], text(&receipt, "access_token"));
    let id = text(order, "id");
    let below = |what: &str| format!("/don-hang/{id}{what}?t={token}");
    let page = opens(app, &below(""), "").await.text();
    for words in [
        "Đặt hàng",
        "Trả tiền",
        "Chưa tới",
        "tự huỷ và bạn được hoàn tiền",
        "Huỷ đơn này",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Trả lại hàng"), "nothing is there yet");

    // What the seller proposes is agreed to by pressing a button.
    let propose = json!({"note": "Bớt cho anh", "lines": [{"line_id": order["lines"][0]["id"], "price": 90_000}]});
    let edit = does(&lan.client, order, "edits", &propose)
        .await
        .expect(StatusCode::CREATED);
    let page = opens(app, &below(""), "").await.text();
    assert!(
        page.contains("Bớt cho anh") && page.contains("Bạn được bớt 20.000"),
        "{page}"
    );
    let path = below(&format!("/sua/{}", text(&edit, "id")));
    let agreed = sends(app, &path, "", &[("do", "dong-y")]).await;
    assert_eq!(agreed.status, StatusCode::SEE_OTHER);
    let page = opens(app, &below(""), "").await.text();
    assert!(
        page.contains("180.000") && page.contains("số tài khoản để nhận lại tiền"),
        "{page}"
    );

    // Where the refund goes.
    let form = page.split("/hoan-tien/").nth(1).unwrap().split('?').next().unwrap();
    let path = below(&format!("/hoan-tien/{form}"));
    assert_eq!(opens(app, &path, "").await.status, StatusCode::OK);
    let wrong = sends(
        app,
        &path,
        "",
        &[("bank_bin", "970436"), ("number", ""), ("holder_name", "A")],
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let named = [
        ("bank_bin", "970436"),
        ("number", "0123456789"),
        ("holder_name", "Trần Văn Minh"),
    ];
    assert_eq!(sends(app, &path, "", &named).await.status, StatusCode::SEE_OTHER);
    let stranger = format!("/don-hang/{id}/hoan-tien/{form}");
    assert_eq!(opens(app, &stranger, "").await.status, StatusCode::NOT_FOUND);

    for what in ["confirm", "pack", "ship"] {
        act(&lan.client, order, what).await.expect(StatusCode::OK);
    }
    assert_eq!(
        sends(app, &below("/da-nhan"), "", &[]).await.status,
        StatusCode::SEE_OTHER
    );
    let page = opens(app, &below(""), "").await.text();
    for words in ["Trả lại hàng", "Đánh giá", "trả lại được đến"] {
        assert!(page.contains(words), "{words}");
    }
    // It goes back.
    let form = opens(app, &below("/tra-hang"), "").await.text();
    let line_id = text(&order["lines"][0], "id");
    let field = format!("q-{line_id}");
    assert!(form.contains(&field), "{form}");
    let too_much = sends(
        app,
        &below("/tra-hang"),
        "",
        &[(&field, "3"), ("reason", "quality"), ("text", "Mốc")],
    )
    .await;
    assert_eq!(too_much.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(too_much.text().contains("Nhiều hơn số còn lại"), "{}", too_much.text());
    let asked = sends(
        app,
        &below("/tra-hang"),
        "",
        &[(&field, "0,5"), ("reason", "quality"), ("text", "Mốc")],
    )
    .await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let guest = holder(app, &receipt);
    let returned = seen(&guest, order).await["returns"][0].as_str().unwrap().to_owned();
    let path = below(&format!("/tra-hang/{returned}"));
    let page = opens(app, &path, "").await.text();
    assert!(page.contains("45.000") && page.contains("bạn được hoàn tiền"), "{page}");
    let written = sends(app, &path, "", &[("do", "nhan-tin"), ("text", "Chị xem giúp")]).await;
    assert_eq!(written.status, StatusCode::SEE_OTHER);
    let path_of = format!("/api/v1/returns/{returned}/accept");
    lan.client
        .post(&path_of, &json!({"goods": "back"}))
        .await
        .expect(StatusCode::OK);
    let sent = sends(app, &path, "", &[("do", "gui"), ("carrier", "Bưu điện"), ("text", "")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = opens(app, &path, "").await.text();
    assert!(
        page.contains("Chị xem giúp") && page.contains("Hàng đang gửi trả"),
        "{page}"
    );
    // And is reviewed.
    let form = [("line_id", line_id.as_str()), ("stars", "2"), ("text", "Hơi mốc")];
    assert_eq!(
        sends(app, &below("/danh-gia"), "", &form).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        sends(app, &below("/danh-gia"), "", &form).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    app.caught_up().await;
    let page = opens(app, &format!("/san-pham/{}", text(&tea, "slug")), "")
        .await
        .text();
    assert!(page.contains("2,0 / 5 sao, 1 đánh giá"), "{page}");
    let page = opens(app, &format!("/san-pham/{}/danh-gia", text(&tea, "slug")), "")
        .await
        .text();
    assert!(page.contains("Hơi mốc") && page.contains("Minh T."), "{page}");
    assert_eq!(
        opens(app, "/nguoi-ban/khong-co/danh-gia", "").await.status,
        StatusCode::NOT_FOUND
    );
});

on_both!(a_guest_shows_what_is_wrong, |app| {
    let (lan, tea) = shop(app, "Chè mốc", 100_000, "10").await;
    let (guest, order) = paid(app, &tea, "1").await;
    delivered(&lan, &guest, &order).await;
    let returned = asks(&guest, &order, "1").await;
    let id = text(&returned, "id");
    let path = format!("/api/v1/returns/{id}/photos");
    let sends_photo = async |client: &Client, path: &str, bytes: Vec<u8>| {
        let request = client
            .request(Method::POST, path)
            .header("content-type", "image/png")
            .body(bytes);
        Answer::of(Method::POST, path, request).await
    };
    let shown_now = sends_photo(&guest, &path, picture()).await.expect(StatusCode::CREATED);
    assert_eq!(shown_now["photos"].as_array().unwrap().len(), 1);
    assert_eq!(shown(&lan.client, &returned).await["photos"], shown_now["photos"]);
    // Pressed twice on the page: one more, not two.
    let page = format!(
        "/don-hang/{}/tra-hang/{id}/anh?t={}",
        text(&order, "id"),
        guest.token.as_deref().unwrap()
    );
    for _ in 0..2 {
        let part = reqwest::multipart::Part::bytes(picture()).file_name("moc.png");
        let form = reqwest::multipart::Form::new().part("photo", part);
        let request = app.guest().request(Method::POST, &page).multipart(form);
        assert_eq!(
            Answer::of(Method::POST, &page, request).await.status,
            StatusCode::SEE_OTHER
        );
    }
    assert_eq!(shown(&guest, &returned).await["photos"].as_array().unwrap().len(), 2);

    sends_photo(&app.guest(), &path, picture())
        .await
        .wrong(StatusCode::NOT_FOUND);
    sends_photo(&lan.client, &path, picture())
        .await
        .wrong(StatusCode::FORBIDDEN);
    sends_photo(&guest, &path, b"no picture".to_vec())
        .await
        .wrong(StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 2..8 {
        sends_photo(&guest, &path, picture()).await.expect(StatusCode::CREATED);
    }
    let full = sends_photo(&guest, &path, picture()).await;
    assert_eq!(full.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/photo"]);
    says(&lan.client, &returned, "accept", &json!({"goods": "keep"}))
        .await
        .expect(StatusCode::OK);
    sends_photo(&guest, &path, picture()).await.wrong(StatusCode::CONFLICT);
});
