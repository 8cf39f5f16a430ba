//! Open pages are woken, by this process and by another one.

use std::time::Duration;

use choque::{
    app::{App, Source},
    db::Actor,
    duties, jobs,
};
use sea_orm::DbErr;
use tokio::time::timeout;

use crate::{
    harness::{Backend, config, new_database},
    on_both,
};

const SOON: Duration = Duration::from_secs(10);

async fn signal(app: &App, topic: &'static str) {
    app.write(Actor::System, move |unit| {
        Box::pin(async move { unit.signal(topic.to_owned()).await })
    })
    .await
    .unwrap();
}

on_both!(a_signal_wakes_who_waits_for_its_topic_alone, |app| {
    let mut mine = app.app.live().subscribe("payment:1");
    let mut other = app.app.live().subscribe("payment:2");
    signal(&app.app, "payment:1").await;
    assert!(timeout(SOON, mine.changed()).await.unwrap());
    // Once: the same row does not ring again while it lies in the window.
    assert!(timeout(Duration::from_millis(600), mine.changed()).await.is_err());
    assert!(timeout(Duration::from_millis(1), other.changed()).await.is_err());
});

on_both!(a_unit_that_fails_wakes_nobody, |app| {
    let mut waiting = app.app.live().subscribe("payment:1");
    let failed: Result<(), DbErr> = app
        .app
        .write(Actor::System, |unit| {
            Box::pin(async move {
                unit.signal("payment:1".to_owned()).await?;
                Err(DbErr::Custom("refused".to_owned()))
            })
        })
        .await;
    assert!(failed.is_err());
    assert!(timeout(Duration::from_millis(600), waiting.changed()).await.is_err());
});

on_both!(who_waits_is_told_when_the_program_stops, |app| {
    let mut waiting = app.app.live().subscribe("stall:1");
    app.app.live().close();
    assert!(!timeout(SOON, waiting.changed()).await.unwrap());
    assert!(!app.app.live().subscribe("stall:1").changed().await);
});

async fn another_process_is_heard(backend: Backend) {
    let Some((url, folder)) = new_database(backend).await else {
        return;
    };
    // Two programs on one database; they share the folder and so the secret.
    let one = App::open(config(url.clone(), &folder), Source::system()).await.unwrap();
    let two = App::open(config(url, &folder), Source::system()).await.unwrap();
    let _jobs = jobs::start(&one, duties::all()).await.unwrap();
    let mut waiting = one.live().subscribe("stall:1");
    signal(&two, "stall:1").await;
    assert!(timeout(SOON, waiting.changed()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_is_heard_on_sqlite() {
    another_process_is_heard(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_is_heard_on_postgres() {
    another_process_is_heard(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_sealed_with_another_secret_is_refused_by_name() {
    let (url, folder) = new_database(Backend::Sqlite).await.unwrap();
    drop(App::open(config(url.clone(), &folder), Source::system()).await.unwrap());
    let mut settings = config(url, &folder);
    drop(App::open(settings.clone(), Source::system()).await.unwrap());
    settings.secrets.seal = Some("a secret that sealed nothing here".to_owned());
    let refused = App::open(settings, Source::system()).await.unwrap_err();
    assert!(refused.to_string().starts_with("CHOQUE_SECRET: "), "{refused}");
}
