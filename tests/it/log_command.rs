//! `choque log …` as somebody runs it.

use std::process::{Command, Output};

use choque::trace::log;
use sea_orm::ConnectionTrait;

use crate::{
    harness::{TestApp, text},
    log::{behind_its_back, logged_batch, rewrite},
    on_both,
};

fn choque(app: &TestApp, arguments: &[&str]) -> Output {
    let config = app.app.config();
    Command::new(env!("CARGO_BIN_EXE_choque"))
        .args(arguments)
        .env("CHOQUE_STATE", &config.state)
        .env("CHOQUE_DATABASE_URL", &config.database_url)
        .env("CHOQUE_PUBLIC_URL", config.public_url())
        .output()
        .unwrap()
}

on_both!(the_command_line_says_what_is_wrong_and_ends_with_2, |app| {
    let batch = logged_batch(app).await;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let bundle = app
        .guest()
        .get(&format!("/log/proof?batch={}", text(&batch, "id")))
        .await;
    std::fs::write(at("good.json"), &bundle.bytes).unwrap();
    let forged = bundle.text().replace("weeding", "watering");
    assert_ne!(forged, bundle.text());
    std::fs::write(at("bad.json"), forged).unwrap();
    let key = log::verifier_key(&app.app).await.unwrap();
    std::fs::write(at("keys"), format!("# tờ tem\n{key}\n")).unwrap();

    let good = choque(app, &["log", "verify", "--bundle", &at("good.json"), "--key", &key]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let good = choque(
        app,
        &["log", "verify", "--bundle", &at("good.json"), "--keys", &at("keys")],
    );
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let bad = choque(app, &["log", "verify", "--bundle", &at("bad.json")]);
    assert_eq!(bad.status.code(), Some(2));
    let said = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert!(said.contains("it was changed"), "{said}");
    let missing = choque(app, &["log", "verify", "--bundle", &at("none.json")]);
    assert_eq!(missing.status.code(), Some(1));

    let saved = at("held");
    let over_http = choque(app, &["log", "verify", &app.url, "--key", &key, "--save", &saved]);
    assert_eq!(over_http.status.code(), Some(0), "{over_http:?}");
    let own = choque(app, &["log", "verify", "--checkpoint", &saved]);
    assert_eq!(own.status.code(), Some(0), "{own:?}");
    rewrite(app).await;
    let again = choque(app, &["log", "verify", &app.url, "--key", &key, "--checkpoint", &saved]);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    assert!(String::from_utf8_lossy(&again.stderr).contains("history was rewritten"));
    let own = choque(app, &["log", "verify", "--checkpoint", &saved]);
    assert_eq!(own.status.code(), Some(2), "{own:?}");
    let printed = choque(app, &["log", "key"]);
    assert!(String::from_utf8_lossy(&printed.stdout).contains(&key));
    let db = behind_its_back(app).await;
    db.execute_unprepared("update event set document = replace(document, '2026', '2025')")
        .await
        .unwrap();
    db.close().await.unwrap();
    let own = choque(app, &["log", "verify"]);
    assert_eq!(own.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&own.stderr).contains("leaf 0 (event urn:uuid:"),
        "{own:?}"
    );
});
