//! Making, opening and refusing a demo, and moving its clock.

use std::collections::HashSet;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use entity::{Day, frame::setting, identity::person, listings::listing, market::market, trace::batch};
use sea_orm::{EntityTrait, PaginatorTrait};
use tower::ServiceExt as _;

use super::{
    DemoError, FillError, Scale, Silent, fill, open, routes,
    tests_fill::{all, on_sqlite, one_setting, small},
};
use crate::{
    app::{App, Source},
    db::Actor,
};

#[tokio::test]
async fn a_demo_made_before_is_only_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = small(folder.path()).await;
    let (id, listings) = (
        one_setting(&first, "exchange_id").await,
        all::<listing::Entity>(&first).await,
    );
    drop(first);
    let again = open(on_sqlite(folder.path()), Scale::Province)
        .await
        .expect("the same demo");
    assert_eq!(one_setting(&again, "exchange_id").await, id);
    assert_eq!(all::<listing::Entity>(&again).await, listings);
    assert_eq!(one_setting(&again, "demo").await.as_deref(), Some("small"));
}

#[tokio::test]
async fn two_demos_of_one_day_tell_the_same_under_different_ids() {
    let (one, other) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    let (one, other) = (small(one.path()).await, small(other.path()).await);
    let told = |rows: Vec<listing::Model>| {
        let mut told: Vec<_> = rows
            .into_iter()
            .map(|row| (row.slug, row.price, row.search_text))
            .collect();
        told.sort_by(|one, other| one.0.cmp(&other.0));
        told
    };
    assert_eq!(
        told(all::<listing::Entity>(&one).await),
        told(all::<listing::Entity>(&other).await)
    );
    assert_ne!(
        one_setting(&one, "exchange_id").await,
        one_setting(&other, "exchange_id").await
    );
    let codes = |rows: Vec<batch::Model>| rows.into_iter().map(|row| row.short_code).collect::<HashSet<_>>();
    assert!(codes(all::<batch::Entity>(&one).await).is_disjoint(&codes(all::<batch::Entity>(&other).await)));
}

#[tokio::test]
async fn somebody_elses_database_is_refused_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::open(on_sqlite(folder.path()), Source::system())
        .await
        .expect("a database");
    let password_hash = "$argon2id$v=19$none".to_owned();
    let row = crate::identity::NewPerson {
        phone: "0912345678".parse().expect("a phone"),
        name: "Người đã có".to_owned(),
        password_hash,
    };
    app.write(Actor::Guest, move |unit| {
        let row = row.clone();
        Box::pin(async move { crate::identity::insert_person(unit, row).await })
    })
    .await
    .expect("a person");
    drop(app);

    let refusal = open(on_sqlite(folder.path()), Scale::Small)
        .await
        .expect_err("it is not empty");
    assert!(matches!(refusal, DemoError::NotEmpty { .. }));
    let sentence = refusal.to_string();
    assert!(
        sentence.starts_with("sqlite://") && sentence.contains("demo.db is not empty and was not made by choque demo")
    );
    let app = App::open(on_sqlite(folder.path()), Source::system())
        .await
        .expect("the database");
    assert!(!app.is_demo());
    assert_eq!(person::Entity::find().count(app.db().read()).await.expect("a count"), 1);
    assert_eq!(market::Entity::find().count(app.db().read()).await.expect("a count"), 0);
}

#[tokio::test]
async fn what_an_interrupted_filling_leaves_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = small(folder.path()).await;
    app.write(Actor::System, |unit| {
        Box::pin(async move { setting::Entity::delete_by_id("demo").exec(&*unit).await.map(|_| ()) })
    })
    .await
    .map_err(|error: sea_orm::DbErr| error)
    .expect("the mark is gone");
    drop(app);
    let refusal = open(on_sqlite(folder.path()), Scale::Small)
        .await
        .expect_err("it is half full");
    assert!(matches!(refusal, DemoError::NotEmpty { .. }), "{refusal}");
}

async fn ask_for(app: &App, body: &str) -> (StatusCode, String) {
    let (router, _) = routes().split_for_parts();
    let request = Request::post("/demo/clock").header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body.to_owned())).expect("a request");
    let response = router
        .with_state(app.clone())
        .oneshot(request)
        .await
        .expect("an answer");
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 10_000)
        .await
        .expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn the_clock_moves_on_and_stays_moved() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = small(folder.path()).await;
    let today: Day = app.today();
    for body in [
        "{}",
        r#"{"advance": 3}"#,
        r#"{"advance": "soon"}"#,
        r#"{"advance": "-P1D"}"#,
        r#"{"advance": "P100Y"}"#,
    ] {
        assert_eq!(ask_for(&app, body).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    assert_eq!(app.today(), today);
    let (status, body) = ask_for(&app, r#"{"advance": "P30M"}"#).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        body.starts_with(&format!(r#"{{"now":"{}T"#, today.plus_months(30).iso())),
        "{body}"
    );
    // Several hands at once add up.
    let (one, other) = tokio::join!(
        ask_for(&app, r#"{"advance": "P10D"}"#),
        ask_for(&app, r#"{"advance": "P20D"}"#)
    );
    assert_eq!((one.0, other.0), (StatusCode::OK, StatusCode::OK));
    let then = today.plus_months(30).plus_days(30);
    assert_eq!(app.today(), then);
    drop(app);
    assert_eq!(small(folder.path()).await.today(), then);
}

#[tokio::test]
async fn nothing_is_written_where_somebody_is_already() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = small(folder.path()).await;
    let before = person::Entity::find().count(app.db().read()).await.expect("a count");
    let refused = fill(&app, Scale::Small, &Silent).await;
    assert!(matches!(refused, Err(FillError::NotEmpty)));
    assert_eq!(
        person::Entity::find().count(app.db().read()).await.expect("a count"),
        before
    );
}
