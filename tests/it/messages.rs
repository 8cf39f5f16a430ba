//! What people are told: into whose list, by which channels, how often, in which language.

use std::{future::Future, time::Duration};

use choque::{
    db::Actor,
    dossiers::remind::{Coming, remind},
    http::language::{Language, Message},
    identity::messages::{About, Note, To, tell},
};
use entity::{
    dossiers::reminder::Topic,
    identity::{message, message_delivery, role::Office},
    ids::PersonId,
};
use reqwest::{Method, StatusCode};
use sea_orm::{DbErr, EntityTrait};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, Client, TestApp, text},
    on_both,
};

pub const MESSAGES: &str = "/api/v1/accounts/me/messages";
pub const CHOICES: &str = "/api/v1/accounts/me/message-choices";
const HOUR_MS: i64 = 60 * 60 * 1000;

pub async fn until<F: Future<Output = bool>>(what: &str, check: impl Fn() -> F) {
    for _ in 0..600 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not happen within half a minute");
}

pub async fn id_of(client: &Client) -> PersonId {
    let me = client.get("/api/v1/accounts/me").await.expect(StatusCode::OK);
    text(&me, "id").parse().unwrap()
}

/// What somebody is told in these tests: `what` stands in it.
pub fn note(about: About, what: &str) -> Note {
    Note::new(about, Message::new("messages-webhook-gone").with("host", what)).linked("/don-hang/cq-1")
}

pub async fn told(app: &TestApp, to: To, note: Note) {
    app.app
        .write(Actor::System, move |unit| {
            let (to, note) = (to.clone(), note.clone());
            Box::pin(async move { tell(unit, to, note).await })
        })
        .await
        .unwrap();
}

/// The list of what somebody was told, once there is nothing left to decide or to try.
pub async fn list(app: &TestApp, client: &Client) -> Value {
    until("everything is told", || async { app.undelivered().await == 0 }).await;
    client.get(MESSAGES).await.expect(StatusCode::OK)
}

on_both!(whoever_has_an_account_is_told_in_a_list_and_by_short_message, |app| {
    let lan = app.person("0918000001", "Lan").await;
    let me = id_of(&lan).await;
    assert_eq!(
        list(app, &lan).await,
        json!({"items": [], "next_cursor": null, "unread": 0})
    );
    let order = Note::new(
        About::Orders,
        Message::new("messages-dossier-due")
            .with("title", "Chè nõn tôm")
            .with("due", "21/11/2026")
            .with("days", 1200_usize),
    );
    told(app, To::person(me), order.linked("/don-hang/cq-1")).await;
    told(app, To::person(me), note(About::Money, "tien.vn")).await;
    let listed = list(app, &lan).await;
    assert_eq!(listed["unread"], 2);
    let newest = &listed["items"][0];
    assert_eq!((&newest["about"], &newest["read_at"]), (&json!("money"), &json!(null)));
    let first = &listed["items"][1];
    assert_eq!(
        first["text"],
        "Hồ sơ Chè nõn tôm đến hạn ngày 21/11/2026, còn 1.200 ngày làm việc."
    );
    assert_eq!(
        (&first["about"], &first["link"]),
        (&json!("orders"), &json!("/don-hang/cq-1"))
    );
    assert_eq!(
        app.messages("0918000001").await,
        ["Ho so Che non tom den han ngay 21/11/2026, con 1.200 ngay lam viec. http://choque.test/don-hang/cq-1"],
        "money goes by short message only to who wants that"
    );
    let english = lan.request(Method::GET, MESSAGES).header("accept-language", "en");
    let english = Answer::of(Method::GET, MESSAGES, english).await.expect(StatusCode::OK);
    assert_eq!(
        english["items"][1]["text"],
        "Dossier Chè nõn tôm is due on 21/11/2026: 1,200 working days are left."
    );

    let page = lan.get(&format!("{MESSAGES}?limit=1")).await.expect(StatusCode::OK);
    let next = format!("{MESSAGES}?limit=1&cursor={}", text(&page, "next_cursor"));
    assert_eq!(
        lan.get(&next).await.expect(StatusCode::OK)["items"][0]["id"],
        first["id"]
    );
    let read = format!("{MESSAGES}/read");
    lan.post(&read, &json!({"ids": [first["id"]]}))
        .await
        .expect(StatusCode::NO_CONTENT);
    let unread = lan.get(&format!("{MESSAGES}?unread=1")).await.expect(StatusCode::OK);
    assert_eq!(
        (&unread["unread"], unread["items"].as_array().unwrap().len()),
        (&json!(1), 1)
    );
    let refused = lan.post(&read, &json!({"ids": ["x", 5]})).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/ids/0", "/ids/1"]);

    // Another's messages are not to be read, nor marked.
    let other = app.person("0918000002", "Hoa").await;
    assert_eq!(list(app, &other).await["items"], json!([]));
    other
        .post(&read, &json!({"ids": [newest["id"]]}))
        .await
        .expect(StatusCode::NO_CONTENT);
    other.post(&read, &json!({})).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(list(app, &lan).await["unread"], 1);
    lan.post(&read, &json!({})).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(list(app, &lan).await["unread"], 0);
    app.guest().get(MESSAGES).await.expect(StatusCode::UNAUTHORIZED);
});

on_both!(a_guest_is_told_on_the_phone_of_the_order_alone, |app| {
    let phone = "0918000003";
    told(
        app,
        To::guest(phone.parse().unwrap(), Language::English),
        note(About::Money, "a.vn"),
    )
    .await;
    told(
        app,
        To {
            phone: Some(phone.parse().unwrap()),
            ..To::default()
        },
        note(About::Reminders, "b.vn"),
    )
    .await;
    let nobody = entity::Phone::none(7).unwrap();
    told(
        app,
        To::guest(nobody, Language::Vietnamese),
        note(About::Orders, "c.vn"),
    )
    .await;
    told(app, To::default(), note(About::Orders, "d.vn")).await;
    let sent = app.messages(phone).await;
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().any(|text| text.starts_with("Your system at a.vn says")));
    assert!(
        sent.iter()
            .any(|text| text.starts_with("He thong cua ban tai b.vn bao"))
    );
    let kept = message::Entity::find().all(app.app.db().read()).await.unwrap();
    assert_eq!(kept.len(), 2, "nothing is kept of whoever cannot be told");

    // Who has an account is told by their own choice, whatever phone an order names.
    let lan = app.person("0918000004", "Lan").await;
    let to = To {
        phone: Some(phone.parse().unwrap()),
        ..To::person(id_of(&lan).await)
    };
    told(app, to, note(About::Orders, "e.vn")).await;
    assert_eq!(app.messages("0918000004").await.len(), 1);
    assert_eq!(app.messages(phone).await.len(), 2);
});

on_both!(people_choose_channels_and_a_language, |app| {
    let lan = app.person("0918000005", "Lan").await;
    let me = id_of(&lan).await;
    let usual = lan.get(CHOICES).await.expect(StatusCode::OK);
    assert_eq!(usual["channels"]["orders"], json!(["sms", "push"]));
    assert_eq!((&usual["language"], &usual["email"]), (&json!("vi"), &json!(null)));
    let wrong =
        json!({"language": "fr", "channels": {"orders": ["pigeon", "sms", 5], "money": "sms", "reminders": []}});
    let mut pointers = lan.put(CHOICES, &wrong).await.wrong(StatusCode::UNPROCESSABLE_ENTITY);
    pointers.sort();
    assert_eq!(
        pointers,
        [
            "/channels/money",
            "/channels/orders/0",
            "/channels/orders/2",
            "/language"
        ]
    );
    assert_eq!(
        lan.put(CHOICES, &json!({"channels": 5}))
            .await
            .wrong(StatusCode::UNPROCESSABLE_ENTITY),
        ["/channels"]
    );
    let chosen = json!({"language": "en", "channels": {"orders": ["zalo", "zalo"], "reminders": ["sms", "email"]}});
    let chosen = lan.put(CHOICES, &chosen).await.expect(StatusCode::OK);
    assert_eq!(
        chosen["channels"],
        json!({"orders": ["zalo"], "money": ["push", "email"], "reminders": ["sms", "email"]})
    );
    assert_eq!(chosen["language"], "en");
    assert_eq!(
        lan.put(CHOICES, &json!({})).await.expect(StatusCode::OK),
        chosen,
        "what is absent stays"
    );

    told(app, To::person(me), note(About::Orders, "a.vn")).await;
    told(app, To::person(me), note(About::Reminders, "b.vn")).await;
    told(app, To::person(me), note(About::Money, "c.vn")).await;
    let sent = app.messages("0918000005").await;
    assert_eq!(sent.len(), 1);
    assert!(sent[0].starts_with("Your system at b.vn"), "{sent:?}");
    let zalo = std::fs::read_to_string(app.app.config().state.join("zalo/messages.jsonl")).unwrap();
    let zalo: Value = serde_json::from_str(zalo.trim()).unwrap();
    assert_eq!(
        zalo["text"],
        "Your system at a.vn says that it is gone. The exchange no longer sends there."
    );
    assert_eq!(
        (&zalo["to"], &zalo["link"]),
        (&json!("0918000005"), &json!("http://choque.test/don-hang/cq-1"))
    );
    assert_eq!(list(app, &lan).await["unread"], 3, "everything is in the list");
    let silent = json!({"channels": {"orders": [], "money": [], "reminders": []}});
    lan.put(CHOICES, &silent).await.expect(StatusCode::OK);
    told(app, To::person(me), note(About::Orders, "d.vn")).await;
    assert_eq!(list(app, &lan).await["unread"], 4);
    assert_eq!(
        message_delivery::Entity::find()
            .all(app.app.db().read())
            .await
            .unwrap()
            .len(),
        2
    );
});

on_both!(an_address_is_written_to_once_its_owner_told_the_code, |app| {
    let lan = app.person("0918000006", "Lan").await;
    let me = id_of(&lan).await;
    let address = "/api/v1/accounts/me/email";
    for bad in [
        json!({"address": "lan"}),
        json!({"address": "lan@"}),
        json!({"address": 5}),
        json!({}),
    ] {
        assert_eq!(
            lan.put(address, &bad).await.wrong(StatusCode::UNPROCESSABLE_ENTITY),
            ["/address"]
        );
    }
    lan.put(address, &json!({"address": "lan@example.vn"}))
        .await
        .expect(StatusCode::ACCEPTED);
    told(app, To::person(me), note(About::Money, "a.vn")).await;
    list(app, &lan).await;
    let mails = || {
        let lines = std::fs::read_to_string(app.app.config().state.join("mail/messages.jsonl")).unwrap();
        lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .collect::<Vec<_>>()
    };
    let sent = mails();
    assert_eq!(
        sent.len(),
        1,
        "nothing but the code goes to an address that nobody confirmed"
    );
    let words = text(&sent[0], "text");
    let code = words
        .split(|c: char| !c.is_ascii_digit())
        .find(|word| word.len() == 6)
        .unwrap()
        .to_owned();
    let confirm = format!("{address}/confirm");
    let wrong = if code == "123456" { "654321" } else { "123456" };
    let refused = lan.post(&confirm, &json!({"code": wrong})).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/code"]);
    // Somebody else's code is no help.
    let other = app.person("0918000007", "Hoa").await;
    let refused = other.post(&confirm, &json!({"code": code})).await;
    assert_eq!(refused.wrong(StatusCode::UNPROCESSABLE_ENTITY), ["/code"]);
    lan.post(&confirm, &json!({"code": code}))
        .await
        .expect(StatusCode::NO_CONTENT);
    lan.post(&confirm, &json!({"code": code}))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let choices = lan.get(CHOICES).await.expect(StatusCode::OK);
    assert_eq!(
        choices["email"],
        json!({"address": "lan@example.vn", "confirmed": true})
    );
    told(app, To::person(me), note(About::Money, "b.vn")).await;
    list(app, &lan).await;
    let last = mails().pop().unwrap();
    assert_eq!(
        (&last["to"], &last["subject"]),
        (&json!("lan@example.vn"), &json!("Chợ Quê: tiền"))
    );
    assert!(
        text(&last, "text").contains("b.vn") && text(&last, "text").ends_with("http://choque.test/don-hang/cq-1\n")
    );

    // Five guesses, and no sixth.
    lan.put(address, &json!({"address": "lan2@example.vn"}))
        .await
        .expect(StatusCode::ACCEPTED);
    list(app, &lan).await;
    let words = text(mails().last().unwrap(), "text");
    let code = words
        .split(|c: char| !c.is_ascii_digit())
        .find(|word| word.len() == 6)
        .unwrap()
        .to_owned();
    let wrong = if code == "123456" { "654321" } else { "123456" };
    for _ in 0..5 {
        lan.post(&confirm, &json!({"code": wrong}))
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    lan.post(&confirm, &json!({"code": code}))
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..3 {
        lan.put(address, &json!({"address": "lan3@example.vn"}))
            .await
            .expect(StatusCode::ACCEPTED);
    }
    lan.put(address, &json!({"address": "lan4@example.vn"}))
        .await
        .expect(StatusCode::TOO_MANY_REQUESTS);
    lan.delete(address).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(lan.get(CHOICES).await.expect(StatusCode::OK)["email"], json!(null));
});

on_both!(equal_messages_that_nobody_read_are_one, |app| {
    let lan = app.person("0918000008", "Lan").await;
    let me = id_of(&lan).await;
    for _ in 0..3 {
        told(app, To::person(me), note(About::Orders, "a.vn")).await;
    }
    list(app, &lan).await;
    told(app, To::person(me), note(About::Orders, "a.vn")).await;
    told(app, To::person(me), note(About::Orders, "b.vn")).await;
    assert_eq!(list(app, &lan).await["unread"], 2);
    assert_eq!(app.messages("0918000008").await.len(), 2);
    lan.post(&format!("{MESSAGES}/read"), &json!({}))
        .await
        .expect(StatusCode::NO_CONTENT);
    told(app, To::person(me), note(About::Orders, "a.vn")).await;
    assert_eq!(list(app, &lan).await["unread"], 1, "what was read may be told again");
    told(app, To::person(me), note(About::Orders, "a.vn")).await;
    app.app.source().advance(HOUR_MS + 1);
    told(app, To::person(me), note(About::Orders, "a.vn")).await;
    assert_eq!(list(app, &lan).await["unread"], 2, "an hour later it may be told again");
});

on_both!(no_phone_gets_more_than_ten_messages_an_hour, |app| {
    let phone = "0918000009";
    // The hour is counted from its beginning: stand well within one.
    let into = app.app.now().0 % HOUR_MS;
    app.app.source().advance(HOUR_MS - into + 60_000);
    for number in 0..14 {
        let to = To::guest(phone.parse().unwrap(), Language::Vietnamese);
        told(app, to, note(About::Orders, &format!("so-{number}.vn"))).await;
    }
    until("ten are sent", || async { app.messages(phone).await.len() == 10 }).await;
    assert_eq!(app.messages(phone).await.len(), 10, "and the rest waits");
    app.app.source().advance(HOUR_MS);
    until("the rest is sent", || async { app.messages(phone).await.len() == 14 }).await;
});

on_both!(two_processes_send_each_message_once, |app| {
    let beside = app.beside().await;
    for number in 0..40 {
        let on = if number % 2 == 0 { app } else { &beside };
        let phone = format!("09180{number:05}");
        told(
            on,
            To::guest(phone.parse().unwrap(), Language::Vietnamese),
            note(About::Orders, "a.vn"),
        )
        .await;
    }
    until("all are sent", || async { app.undelivered().await == 0 }).await;
    for number in 0..40 {
        assert_eq!(app.messages(&format!("09180{number:05}")).await.len(), 1, "{number}");
    }
    beside.finish().await;
});

on_both!(nobody_is_told_of_what_was_rolled_back, |app| {
    let undone = app.app.write(Actor::System, |unit| {
        Box::pin(async move {
            let to = To::guest("0918000010".parse().unwrap(), Language::Vietnamese);
            tell(unit, to, note(About::Orders, "a.vn")).await?;
            Err::<(), _>(DbErr::Custom("not after all".to_owned()))
        })
    });
    assert!(undone.await.is_err());
    assert!(app.messages("0918000010").await.is_empty());
});

on_both!(reminders_reach_officers_and_sellers, |app| {
    let officer = app.in_office("0918000011", "Cán bộ", Office::Officer).await;
    let farmer = app.farmer().await;
    let coming = |topic: Topic, title: &str| Coming {
        topic,
        subject: app.app.source().id(),
        party: farmer.seller_id.parse().unwrap(),
        title: title.to_owned(),
        due_on: app.app.today().plus_days(3),
        days: 3,
    };
    let (dossier, certificate) = (
        coming(Topic::DossierDue, "TN-1 · Chè"),
        coming(Topic::CertificateEnding, "VietGAP · Chè"),
    );
    // Told once, however often it is looked.
    for _ in 0..2 {
        remind(&app.app, vec![dossier.clone()]).await.unwrap();
        remind(&app.app, vec![certificate.clone()]).await.unwrap();
        list(app, &officer).await;
    }
    let due = dossier.due_on.0.strftime("%d/%m/%Y");
    let told = list(app, &officer).await;
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        told["items"][0]["text"],
        format!("Hồ sơ TN-1 · Chè đến hạn ngày {due}, còn 3 ngày làm việc.")
    );
    let told = list(app, &farmer.client).await;
    assert_eq!(told["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        told["items"][0]["text"],
        format!("VietGAP · Chè hết hạn ngày {due}, còn 3 ngày.")
    );
    assert_eq!(told["items"][0]["about"], "reminders");
});
