//! Witnesses: partners co-sign each other's logs, and only what goes on from what they have seen.

use choque::{
    federation::{self, Reach},
    trace::log::{
        self,
        cosign::consistency,
        key,
        note::{Algorithm, NoteKey},
        verify::{self, Keys},
    },
};
use entity::{federation::partner, trace::log_key::Purpose};
use reqwest::{StatusCode, header};
use sea_orm::EntityTrait;
use serde_json::json;
use std::time::Duration;
use tlog_tiles::Hash;

use crate::{
    harness::{Backend, TestApp, plain, text},
    log::settle,
};

macro_rules! between {
    ($name:ident, |$ours:ident, $theirs:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($ours: &TestApp, $theirs: &TestApp) $body

            async fn on(backend: Backend) {
                let Some(ours) = TestApp::start_demo(backend).await else { return };
                let theirs = TestApp::start_demo(backend).await.unwrap();
                run(&ours, &theirs).await;
                ours.finish().await;
                theirs.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on(Backend::Postgres).await;
            }
        }
    };
}

fn reach() -> Reach {
    Reach::straight(true, Duration::from_secs(10)).unwrap()
}

async fn befriend(ours: &TestApp, theirs: &TestApp) {
    federation::add_partner(&ours.app, &theirs.url, Some("Sàn bạn"), &reach())
        .await
        .unwrap();
}

async fn harvest(app: &TestApp) -> String {
    let farmer = app.farmer().await;
    let product = farmer.makes("Chè tôm nõn").await;
    let batch = farmer.harvests(&product, "20").await;
    settle(app).await;
    text(&batch, "id")
}

/// Asks until the newest checkpoint has a witness: the duty asks, too, and one of both is first.
async fn cosigned(app: &TestApp) -> String {
    for _ in 0..100 {
        federation::ask_witnesses(&app.app, &reach()).await.unwrap();
        let note = app.guest().get("/log/checkpoint").await.text();
        if note.matches("— ").count() == 2 {
            return note;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no witness has signed: {:?}", the_partner(app).await.witness_failure);
}

async fn the_partner(app: &TestApp) -> partner::Model {
    partner::Entity::find().one(app.app.db().read()).await.unwrap().unwrap()
}

/// What the witness answers to `body`.
async fn add_checkpoint(witness: &TestApp, body: String) -> (StatusCode, String, String) {
    let url = format!("{}/federation/v1/witness/add-checkpoint", witness.url);
    let answer = plain().post(url).body(body).send().await.unwrap();
    let kind = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .map(|kind| kind.to_str().unwrap().to_owned());
    (answer.status(), kind.unwrap_or_default(), answer.text().await.unwrap())
}

between!(partners_sign_what_goes_on_and_bundles_carry_it, |ours, theirs| {
    befriend(ours, theirs).await;
    befriend(theirs, ours).await;
    let about = ours.guest().get("/.well-known/choque-exchange").await.json();
    assert_eq!(about["log"]["key"], json!(log::verifier_key(&ours.app).await.unwrap()));
    let batch = harvest(ours).await;
    let note = cosigned(ours).await;
    assert!(note.contains(&log::witness_key(&theirs.app).await.unwrap()[..20]));

    let keys: Keys = format!(
        "{}\n{}\n",
        log::verifier_key(&ours.app).await.unwrap(),
        log::witness_key(&theirs.app).await.unwrap()
    )
    .parse()
    .unwrap();
    let bundle = ours.guest().get(&format!("/log/proof?batch={batch}")).await;
    let proven = verify::bundle(&bundle.bytes, &keys, None).unwrap();
    assert_eq!(proven.witnesses.len(), 1);
    // With a witness's key, its signature is asked for: that of another does not do.
    let stranger: Keys = format!(
        "{}\n{}\n",
        log::verifier_key(&ours.app).await.unwrap(),
        log::witness_key(&ours.app).await.unwrap()
    )
    .parse()
    .unwrap();
    assert_eq!(
        verify::bundle(&bundle.bytes, &stranger, None),
        Err(verify::Refusal::NoWitness)
    );
    // Again, from where it was.
    harvest(ours).await;
    let later = cosigned(ours).await;
    assert_ne!(later, note);
    assert!(
        federation::report(&ours.app)
            .await
            .unwrap()
            .contains("has witnessed our log up to")
    );
});

between!(a_witness_refuses_as_the_standard_says, |ours, theirs| {
    befriend(ours, theirs).await;
    befriend(theirs, ours).await;
    harvest(ours).await;
    let first = cosigned(ours).await;
    let size: u64 = first.lines().nth(1).unwrap().parse().unwrap();
    let log_key = key::key(&ours.app, Purpose::Log).await.unwrap();

    let (status, ..) = add_checkpoint(theirs, "nonsense".to_owned()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let stranger = NoteKey::from_seed("unknown.example/log", Algorithm::Ed25519, &[3; 32]).unwrap();
    let body = format!("old 0\n\n{}", stranger.checkpoint(1, Hash([1; 32])));
    assert_eq!(add_checkpoint(theirs, body).await.0, StatusCode::NOT_FOUND);
    let forger = NoteKey::from_seed(log_key.public().name(), Algorithm::Ed25519, &[3; 32]).unwrap();
    let body = format!("old {size}\n\n{}", forger.checkpoint(size, Hash([1; 32])));
    assert_eq!(add_checkpoint(theirs, body).await.0, StatusCode::FORBIDDEN);
    let body = format!("old {}\n\n{}", size + 1, log_key.checkpoint(size, Hash([1; 32])));
    assert_eq!(add_checkpoint(theirs, body).await.0, StatusCode::BAD_REQUEST);
    // Who asks from another size is told the one that is known.
    let body = format!("old 0\n\n{}", log_key.checkpoint(size + 9, Hash([1; 32])));
    let (status, kind, told) = add_checkpoint(theirs, body).await;
    assert_eq!(
        (status, kind.as_str(), told),
        (StatusCode::CONFLICT, "text/x.tlog.size", format!("{size}\n"))
    );
    // Another tree of the same size, signed with the log's own key, is what a witness is there for.
    let body = format!("old {size}\n\n{}", log_key.checkpoint(size, Hash([1; 32])));
    assert_eq!(add_checkpoint(theirs, body).await.0, StatusCode::CONFLICT);
    let body = format!(
        "old {size}\n{}\n\n{}",
        Hash([2; 32]),
        log_key.checkpoint(size + 9, Hash([1; 32]))
    );
    assert_eq!(add_checkpoint(theirs, body).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    // The same again is signed again, and what goes on is signed.
    let note = first.split_inclusive('\n').take(5).collect::<String>();
    let (status, _, line) = add_checkpoint(theirs, format!("old {size}\n\n{note}")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(line.starts_with("— ") && line.ends_with('\n'));
    harvest(ours).await;
    cosigned(ours).await;
    assert!(
        consistency(ours.app.db().read(), size, size + 1).await.unwrap().len() <= 63,
        "a proof is short"
    );
});

between!(
    who_is_no_partner_is_not_signed_for_and_a_log_begun_anew_is_another,
    |ours, theirs| {
        befriend(ours, theirs).await;
        harvest(ours).await;
        assert_eq!(federation::ask_witnesses(&ours.app, &reach()).await.unwrap(), 0);
        let failure = the_partner(ours).await.witness_failure.unwrap();
        assert!(failure.contains("404"), "{failure}");
        befriend(theirs, ours).await;
        cosigned(ours).await;
        key::begin_anew(&ours.app).await.unwrap();
        settle(ours).await;
        for _ in 0..100 {
            federation::ask_witnesses(&ours.app, &reach()).await.unwrap();
            if the_partner(ours).await.witness_failure.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(the_partner(ours).await.witness_failure.unwrap().contains("404"));
        befriend(theirs, ours).await;
        cosigned(ours).await;
    }
);
