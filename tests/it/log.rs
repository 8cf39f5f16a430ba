//! The transparency log: what is recorded is in it, anybody can check it, and nothing in it can be changed unseen.

use choque::{
    db::Actor,
    trace::log::{
        self, Told,
        check::{self, RemoteFault, Report, Verified},
        key,
        note::{Algorithm, NoteKey, VerifierKey},
        verify::{self, Held, Keys, Refusal},
    },
};
use entity::{
    Timestamp,
    frame::counter,
    ids::EventId,
    trace::{event, event_leaf, log_checkpoint, log_cosignature, log_key::Purpose, log_tile},
};
use reqwest::StatusCode;
use sea_orm::{
    ColumnTrait, ConnectionTrait, Database, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, text},
    on_both,
};

/// Brings the log up to now, as the duty does four times a second.
pub async fn settle(app: &TestApp) {
    log::advance(&app.app).await.unwrap();
}

/// A connection past the program.
pub async fn behind_its_back(app: &TestApp) -> DatabaseConnection {
    Database::connect(&app.app.config().database_url).await.unwrap()
}

pub async fn own(app: &TestApp) -> Report {
    check::own(&app.app, None).await.unwrap()
}

async fn remote(app: &TestApp, keys: &Keys, held: Option<&Held>) -> Result<Verified, RemoteFault> {
    check::remote(&app.url, keys, held, |_, _| ()).await
}

/// A batch with a diary, in the log.
pub async fn logged_batch(app: &TestApp) -> Value {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    let entry = json!({"plot_id": batch["plot_ids"][0], "activity": "weeding", "happened_at": "2026-11-10T08:00:00+07:00",
        "note": "Làm cỏ tay"});
    farmer
        .client
        .post("/api/v1/diary", &entry)
        .await
        .expect(StatusCode::CREATED);
    settle(app).await;
    batch
}

async fn checkpoint(app: &TestApp) -> String {
    let answer = app.guest().get("/log/checkpoint").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.text()
}

/// Keys as somebody has them who took the log's from a sticker sheet.
async fn sheet(app: &TestApp) -> Keys {
    log::verifier_key(&app.app).await.unwrap().parse().unwrap()
}

on_both!(what_is_recorded_is_in_the_log_and_anybody_can_check_it, |app| {
    assert_eq!(
        app.guest().get("/log/checkpoint").await.status,
        StatusCode::NOT_FOUND,
        "nothing is signed before there is something"
    );
    logged_batch(app).await;
    let events = event::Entity::find().count(app.app.db().read()).await.unwrap();
    let verified = remote(app, &sheet(app).await, None).await.unwrap();
    assert_eq!(verified.size, events);
    assert!(!verified.own_key && verified.witnesses.is_empty());
    assert!(remote(app, &Keys::default(), None).await.unwrap().own_key);
    let report = own(app).await;
    assert!(report.is_right(), "{:?}", report.faults);
    assert_eq!((report.leaves, report.events, report.waiting), (events, events, 0));

    let key = app.guest().get("/log/key").await.text();
    assert_eq!(key.trim(), log::verifier_key(&app.app).await.unwrap());
    let tile = app.guest().get(&format!("/log/tile/0/000.p/{events}")).await;
    assert_eq!(tile.status, StatusCode::OK);
    assert_eq!(tile.bytes.len() as u64, events * 32);
    assert_eq!(tile.headers["content-type"], "application/octet-stream");
    assert!(tile.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(tile.headers["access-control-allow-origin"], "*");
    let entries = app.guest().get("/log/tile/entries/000.p/1").await;
    assert_eq!((entries.bytes.len(), entries.bytes[..3].to_vec()), (35, vec![0, 33, 1]));
    for missing in [
        "0/000".to_owned(),
        "1/000".to_owned(),
        "1/000.p/1".to_owned(),
        "0/001.p/1".to_owned(),
        format!("0/000.p/{}", events + 1),
        format!("entries/000.p/{}", events + 1),
        "entries/000".to_owned(),
        "0/000.p/0".to_owned(),
        "0/0".to_owned(),
        "63/000".to_owned(),
        "255/000".to_owned(),
        "data/000".to_owned(),
        "entries/x999/x999/x999/x999/x999/999".to_owned(),
    ] {
        let answer = app.guest().get(&format!("/log/tile/{missing}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
    }
    // What was signed goes on from what was signed before.
    let held = Held::read(checkpoint(app).await.as_bytes(), &sheet(app).await).unwrap();
    logged_batch(app).await;
    let later = remote(app, &sheet(app).await, Some(&held)).await.unwrap();
    assert!(later.size > held.size && later.since == Some(held.size));
    assert!(check::own(&app.app, Some(&held)).await.unwrap().is_right());
});

on_both!(the_duty_signs_by_itself, |app| {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè đinh").await;
    farmer.harvests(&product, "3").await;
    for _ in 0..200 {
        if app.guest().get("/log/checkpoint").await.status == StatusCode::OK {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no checkpoint");
});

on_both!(a_proof_bundle_is_accepted_and_what_was_changed_in_it_is_not, |app| {
    let batch = logged_batch(app).await;
    let path = format!("/log/proof?batch={}", text(&batch, "id"));
    let answer = app.guest().get(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    let bundle = answer.json();
    assert_eq!(bundle["batch"]["uri"], batch["digital_link"]);
    let keys = sheet(app).await;
    let proven = verify::bundle(&answer.bytes, &keys, None).unwrap();
    // The harvest, and the weeding before it.
    assert_eq!((proven.events, proven.erased, proven.waiting), (2, 0, 0));
    assert!(!proven.own_key);

    let refused = |pointer: &str, value: Value| {
        let mut forged = bundle.clone();
        *forged.pointer_mut(pointer).unwrap() = value;
        verify::bundle(forged.to_string().as_bytes(), &keys, None).unwrap_err()
    };
    let document = bundle["leaves"][0]["document"].as_str().unwrap();
    let longer = Value::from(document.replace("OBSERVE", "observe").replace("ADD", "add"));
    assert!(matches!(refused("/leaves/0/document", longer), Refusal::Leaf { .. }));
    assert!(matches!(
        refused("/leaves/0/recorded_at", json!("2020-01-01T00:00:00Z")),
        Refusal::Leaf { .. }
    ));
    assert!(matches!(refused("/leaves/0/index", json!(7)), Refusal::Leaf { .. }));
    assert_eq!(
        refused("/batch/uri", json!("https://id.choque.test/01/1/10/2")),
        Refusal::OtherBatch("https://id.choque.test/01/1/10/2".to_owned())
    );
    // Another's log with another's key is not this exchange's, however well it fits together.
    let other = NoteKey::from_seed(keys.logs[0].name(), Algorithm::Ed25519, &[9; 32]).unwrap();
    let others = Keys {
        logs: vec![other.public().clone()],
        ..Keys::default()
    };
    assert!(verify::bundle(&answer.bytes, &others, None).is_err());

    for (query, status) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("?batch=x", StatusCode::NOT_FOUND),
        ("?batch=019a0000-0000-7000-8000-000000000000", StatusCode::NOT_FOUND),
    ] {
        let answer = app.guest().get(&format!("/log/proof{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
    let page = app.guest().get("/kiem-chung").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("cq-checker"));
    let script = page.text();
    let script = script.split("src=\"").find(|part| part.contains("/checker")).unwrap();
    let script = app.guest().get(script.split('"').next().unwrap()).await.text();
    // A saved page runs it as a classic script.
    assert!(!script.starts_with("import") && !script.contains("import{") && !script.contains("export{"));
});

on_both!(a_byte_changed_behind_the_programs_back_is_named, |app| {
    logged_batch(app).await;
    let leaf = event_leaf::Entity::find()
        .order_by_desc(event_leaf::Column::LeafIndex)
        .one(app.app.db().read())
        .await
        .unwrap()
        .unwrap();
    let db = behind_its_back(app).await;
    let told = event::Entity::find_by_id(leaf.event_id)
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    let place = format!("leaf {} (event {})", leaf.leaf_index.unwrap(), told.event_id);
    let set = |column: event::Column, value: sea_orm::Value| {
        let id = told.id;
        event::Entity::update_many()
            .col_expr(column, Expr::value(value))
            .filter(event::Column::Id.eq(id))
            .exec(&db)
    };
    let document = told.document.clone();
    for (column, changed, before) in [
        (
            event::Column::Document,
            document.replacen('e', "f", 1).into(),
            document.into(),
        ),
        (
            event::Column::RecordTime,
            told.record_time.plus(-1).into(),
            told.record_time.into(),
        ),
        (
            event::Column::EventTime,
            told.event_time.plus(-1).into(),
            told.event_time.into(),
        ),
    ] {
        set(column, changed).await.unwrap();
        let report = own(app).await;
        assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
        assert!(report.faults[0].starts_with(&place), "{:?}", report.faults);
        set(column, before).await.unwrap();
        assert!(own(app).await.is_right());
    }
    // Changing what the log holds of it does not help: the tree does not fit any more.
    event_leaf::Entity::update_many()
        .col_expr(event_leaf::Column::Commitment, Expr::value(vec![7_u8; 32]))
        .filter(event_leaf::Column::EventId.eq(told.id))
        .exec(&db)
        .await
        .unwrap();
    let faults = own(app).await.faults.join("\n");
    assert!(
        faults.contains("tile 0/0") && faults.contains("root that was signed"),
        "{faults}"
    );
    assert!(matches!(
        remote(app, &sheet(app).await, None).await,
        Err(RemoteFault::Tile(_))
    ));
    event_leaf::Entity::update_many()
        .col_expr(event_leaf::Column::Commitment, Expr::value(leaf.commitment))
        .filter(event_leaf::Column::EventId.eq(told.id))
        .exec(&db)
        .await
        .unwrap();
    // Nor does taking the salt away, as if the event had been erased.
    event_leaf::Entity::update_many()
        .col_expr(event_leaf::Column::Salt, Expr::value(None::<Vec<u8>>))
        .filter(event_leaf::Column::EventId.eq(told.id))
        .exec(&db)
        .await
        .unwrap();
    assert!(own(app).await.faults[0].contains("was not erased"));
    db.close().await.unwrap();
});

/// Rebuilds the log from what the database holds now, as an operator could who has the server and its key.
pub async fn rewrite(app: &TestApp) {
    let salt = [5; 32];
    app.app
        .write(Actor::System, move |unit| {
            Box::pin(async move {
                let first = event::Entity::find()
                    .order_by_asc(event::Column::Id)
                    .one(&*unit)
                    .await?
                    .unwrap();
                let document = first.document.replacen("\"quantity\":20", "\"quantity\":90", 1);
                assert_ne!(document, first.document);
                let told = Told {
                    event: first.id,
                    recorded_at: first.record_time,
                    seller: first.seller_id,
                    document: &document,
                    context: first.context.as_deref(),
                };
                let commitment = told.commitment(&salt).to_vec();
                event::Entity::update_many()
                    .col_expr(event::Column::Document, Expr::value(document))
                    .filter(event::Column::Id.eq(first.id))
                    .exec(&*unit)
                    .await?;
                event_leaf::Entity::update_many()
                    .col_expr(event_leaf::Column::Salt, Expr::value(Some(salt.to_vec())))
                    .col_expr(event_leaf::Column::Commitment, Expr::value(commitment))
                    .filter(event_leaf::Column::EventId.eq(first.id))
                    .exec(&*unit)
                    .await?;
                event_leaf::Entity::update_many()
                    .col_expr(event_leaf::Column::LeafIndex, Expr::value(None::<i64>))
                    .exec(&*unit)
                    .await?;
                log_cosignature::Entity::delete_many().exec(&*unit).await?;
                log_checkpoint::Entity::delete_many().exec(&*unit).await?;
                log_tile::Entity::delete_many().exec(&*unit).await?;
                counter::Entity::delete_by_id("log leaf").exec(&*unit).await?;
                Ok::<_, sea_orm::DbErr>(())
            })
        })
        .await
        .unwrap();
    settle(app).await;
}

on_both!(
    a_rewritten_history_fits_together_and_is_refused_by_who_holds_a_checkpoint,
    |app| {
        logged_batch(app).await;
        let keys = sheet(app).await;
        let held = Held::read(checkpoint(app).await.as_bytes(), &keys).unwrap();
        let before = own(app).await;
        rewrite(app).await;
        // With the server's own key, and nothing held from before, it cannot be told.
        let after = own(app).await;
        assert!(after.is_right(), "{:?}", after.faults);
        assert_eq!(after.leaves, before.leaves);
        assert!(remote(app, &keys, None).await.is_ok());
        // Whoever holds what was signed before tells.
        let refused = remote(app, &keys, Some(&held)).await.unwrap_err();
        assert!(
            matches!(refused, RemoteFault::Refused(Refusal::Rewritten { held: size }) if size == held.size),
            "{refused}"
        );
        let report = check::own(&app.app, Some(&held)).await.unwrap();
        assert!(
            report.faults.join(" ").contains("history was rewritten"),
            "{:?}",
            report.faults
        );
        // So does who holds a longer history, or one of another log.
        let longer = Held {
            size: held.size + 1,
            ..held.clone()
        };
        assert!(matches!(
            remote(app, &keys, Some(&longer)).await,
            Err(RemoteFault::Refused(Refusal::Shorter { .. }))
        ));
    }
);

on_both!(two_processes_do_not_fork_the_log, |app| {
    let other = app.beside().await;
    let told = |n: u128| {
        let app = app.app.clone();
        async move {
            app.write(Actor::System, move |unit| {
                Box::pin(async move {
                    let documents: Vec<String> = (0..25).map(|at| format!("{{\"n\": {n}, \"at\": {at}}}")).collect();
                    let recorded_at = unit.now();
                    let ids: Vec<EventId> = documents.iter().map(|_| unit.id()).collect();
                    let told = documents.iter().zip(ids).map(|(document, event)| Told {
                        event,
                        recorded_at,
                        seller: None,
                        document,
                        context: None,
                    });
                    log::commit_to(unit, told).await
                })
            })
            .await
            .unwrap();
        }
    };
    for n in 0..12 {
        let ((), ours, theirs) = tokio::join!(told(n), log::advance(&app.app), log::advance(&other.app));
        ours.unwrap();
        theirs.unwrap();
    }
    settle(app).await;
    let verified = remote(app, &sheet(app).await, None).await.unwrap();
    assert_eq!(verified.size, 300);
    assert_eq!(remote(&other, &sheet(&other).await, None).await.unwrap().size, 300);
    let places: Vec<i64> = event_leaf::Entity::find()
        .order_by_asc(event_leaf::Column::LeafIndex)
        .all(app.app.db().read())
        .await
        .unwrap()
        .into_iter()
        .map(|leaf| leaf.leaf_index.unwrap())
        .collect();
    assert_eq!(places, (0..300).collect::<Vec<i64>>());
    other.finish().await;
});

on_both!(a_log_of_three_levels_is_read_tile_by_tile, |app| {
    app.app
        .write(Actor::System, |unit| {
            Box::pin(async move {
                let ids: Vec<EventId> = (0..65_800).map(|_| unit.id()).collect();
                let told = ids.iter().map(|event| Told {
                    event: *event,
                    recorded_at: Timestamp(0),
                    seller: None,
                    document: "{}",
                    context: None,
                });
                log::commit_to(unit, told).await
            })
        })
        .await
        .unwrap();
    settle(app).await;
    let verified = remote(app, &sheet(app).await, None).await.unwrap();
    assert_eq!(verified.size, 65_800);
    for (path, bytes) in [
        ("2/000.p/1", 32),
        ("1/000", 8192),
        ("1/001.p/1", 32),
        ("0/257.p/8", 256),
        ("0/256", 8192),
    ] {
        let tile = app.guest().get(&format!("/log/tile/{path}")).await;
        assert_eq!((tile.status, tile.bytes.len()), (StatusCode::OK, bytes), "{path}");
    }
});

on_both!(a_log_that_begins_anew_never_signs_under_its_old_name, |app| {
    logged_batch(app).await;
    let old_keys = sheet(app).await;
    let old_note = checkpoint(app).await;
    let held = Held::read(old_note.as_bytes(), &old_keys).unwrap();
    let new: VerifierKey = key::begin_anew(&app.app).await.unwrap();
    assert_ne!(new.name(), old_keys.logs[0].name());
    assert_ne!(new.public(), old_keys.logs[0].public());
    logged_batch(app).await;
    let keys = sheet(app).await;
    assert_eq!(keys.logs, std::slice::from_ref(&new));
    let verified = remote(app, &keys, None).await.unwrap();
    assert_eq!(verified.origin, new.name());
    assert!(verified.size > held.size);
    // Whoever trusts the old key alone is told that this is another log.
    assert!(matches!(
        remote(app, &old_keys, None).await,
        Err(RemoteFault::Refused(Refusal::NoKey(_)))
    ));
    assert!(matches!(
        remote(app, &keys, Some(&held)).await,
        Err(RemoteFault::Refused(Refusal::OtherLog { .. }))
    ));
    let of_old: Vec<i64> = log_checkpoint::Entity::find()
        .filter(log_checkpoint::Column::Origin.eq(held.origin.clone()))
        .all(app.app.db().read())
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.size)
        .collect();
    assert_eq!(
        of_old.iter().max().copied(),
        i64::try_from(held.size).ok(),
        "the old log is frozen"
    );
    assert!(own(app).await.is_right());
    // A restored database is behind what a witness may have; a key that was made twice would sign two histories.
    let stored = key::key(&app.app, Purpose::Log).await.unwrap();
    assert_eq!(stored.public(), &new);
});

on_both!(events_of_before_the_log_get_their_leaves, |app| {
    logged_batch(app).await;
    let db = behind_its_back(app).await;
    // A database of before: no leaf, and no word that there is a log.
    db.execute_unprepared(
        "begin; delete from event_leaf; delete from log_checkpoint; delete from log_tile; \
         delete from counter where name = 'log leaf'; delete from setting where name = 'log_begun'; commit",
    )
    .await
    .unwrap();
    settle(app).await;
    let report = own(app).await;
    assert!(report.is_right() && report.events > 0, "{:?}", report.faults);
    // Once it has begun, an event that is put in past the program is found out.
    db.execute_unprepared("delete from event_leaf where leaf_index = (select max(leaf_index) from event_leaf)")
        .await
        .unwrap();
    db.close().await.unwrap();
    let faults = own(app).await.faults.join("\n");
    assert!(faults.contains("is missing"), "{faults}");
});
