//! This exchange's log before its partners: each is shown the newest checkpoint and asked to co-sign it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use entity::{federation::partner, trace::log_checkpoint};
use futures_util::future::join_all;
use reqwest::Url;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use super::FederationError;
use crate::{
    app::App,
    db::Actor,
    http::reach::{Reach, Unreachable},
    trace::log::{
        self,
        bundle::noted,
        cosign::{consistency, keep_cosignature},
        note::{VerifierKey, cosignature_in},
    },
};

/// How long a witness may take: it is asked again soon enough.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of an answer as much is read: a line for each of a witness's keys.
const LONGEST: usize = 64 * 1024;

/// Why a witness has not signed, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    #[error("it answers {0}: {1}")]
    Status(u16, &'static str),
    #[error(
        "it has seen {seen} leaves of our log, and ours has {ours}: the database is older than what was signed. \
         `choque log renew` begins a new log"
    )]
    WeAreBehind { seen: u64, ours: u64 },
    #[error("its answer has no signature of the key that it had when it was added")]
    NoSignature,
    #[error("its key cannot be read; add the partner again")]
    BadKey,
    #[error(transparent)]
    Internal(#[from] FederationError),
}

impl From<sea_orm::DbErr> for AskError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Internal(error.into())
    }
}

/// Shows the newest checkpoint to every partner that has not signed it, all at once: one that is slow delays no other.
/// Returns how many have signed now.
pub async fn ask_witnesses(app: &App, reach: &Reach) -> Result<usize, FederationError> {
    let Some(checkpoint) = log::newest(app.db().read()).await? else {
        return Ok(0);
    };
    let partners = partner::Entity::find()
        .filter(partner::Column::WitnessUrl.is_not_null())
        .order_by_asc(partner::Column::Id)
        .all(app.db().read())
        .await?;
    let (_, signers) = noted(app.db().read(), &checkpoint).await?;
    let has_signed = |partner: &partner::Model| partner.witness_key.as_ref().is_some_and(|key| signers.contains(key));
    let behind = partners.into_iter().filter(|partner| !has_signed(partner));
    let asked = behind.map(async |partner| {
        let outcome = ask(app, reach, &partner, &checkpoint).await;
        note(app, &partner, &checkpoint, outcome).await
    });
    let mut signed = 0;
    for outcome in join_all(asked).await {
        signed += usize::from(outcome?);
    }
    Ok(signed)
}

/// The line with which `partner` signs `checkpoint`.
async fn ask(
    app: &App,
    reach: &Reach,
    partner: &partner::Model,
    checkpoint: &log_checkpoint::Model,
) -> Result<(VerifierKey, String), AskError> {
    let address = partner.witness_url.as_deref().unwrap_or("");
    let url = reach.address(address)?;
    let witness: VerifierKey = partner
        .witness_key
        .as_deref()
        .and_then(|key| key.parse().ok())
        .ok_or(AskError::BadKey)?;
    let ours = u64::try_from(checkpoint.size).unwrap_or(0);
    let mut old = partner
        .witnessed_size
        .and_then(|size| u64::try_from(size).ok())
        .filter(|size| *size <= ours)
        .unwrap_or(0);
    // Once more with the size that it tells: it may have lost what it knew, or learnt it from another of our processes.
    for _ in 0..2 {
        let heard = send(app, reach, url.clone(), checkpoint, old).await?;
        match heard {
            (200, body) => {
                let (text, _) = checkpoint.note.rsplit_once("\n\n").unwrap_or_default();
                let line = cosignature_in(&body, &format!("{text}\n"), &witness).ok_or(AskError::NoSignature)?;
                return Ok((witness, line));
            }
            (409, body) => {
                let seen: u64 = body
                    .trim()
                    .parse()
                    .map_err(|_| AskError::Status(409, "without a size"))?;
                if seen > ours {
                    return Err(AskError::WeAreBehind { seen, ours });
                }
                if seen == old {
                    return Err(AskError::Status(409, "it has seen another tree of this size"));
                }
                old = seen;
            }
            (404, _) => {
                return Err(AskError::Status(
                    404,
                    "it does not know our log; it must add us as a partner",
                ));
            }
            (403, _) => return Err(AskError::Status(403, "it knows another key of our log")),
            (422, _) => return Err(AskError::Status(422, "our log does not go on from what it has seen")),
            (status, _) => return Err(AskError::Status(status, "it does not sign")),
        }
    }
    Err(AskError::Status(409, "its size keeps changing"))
}

async fn send(
    app: &App,
    reach: &Reach,
    url: Url,
    checkpoint: &log_checkpoint::Model,
    old: u64,
) -> Result<(u16, String), AskError> {
    let size = u64::try_from(checkpoint.size).unwrap_or(0);
    let proof = consistency(app.db().read(), old, size)
        .await
        .map_err(FederationError::from)?;
    let mut body = format!("old {old}\n");
    for hash in proof {
        body.push_str(&hash.to_string());
        body.push('\n');
    }
    body.push('\n');
    body.push_str(&checkpoint.note);
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    let heard = reach.post(url, headers, body.into_bytes(), LONGEST).await?;
    Ok((heard.status, String::from_utf8_lossy(&heard.sent).into_owned()))
}

/// Writes down what came of it; whether it has signed.
async fn note(
    app: &App,
    partner: &partner::Model,
    checkpoint: &log_checkpoint::Model,
    outcome: Result<(VerifierKey, String), AskError>,
) -> Result<bool, FederationError> {
    let failure = match &outcome {
        Ok(_) => None,
        Err(error) => {
            let sentence: String = error.to_string().chars().take(500).collect();
            if partner.witness_failure.as_ref() != Some(&sentence) {
                tracing::warn!(%error, partner = partner.name, "a witness has not signed our log");
            }
            Some(sentence)
        }
    };
    if failure.is_some() && partner.witness_failure == failure {
        return Ok(false);
    }
    let (id, checkpoint, signed) = (partner.id, checkpoint.clone(), outcome.ok());
    let is_signed = signed.is_some();
    app.write(Actor::System, move |unit| {
        let (checkpoint, signed, failure) = (checkpoint.clone(), signed.clone(), failure.clone());
        Box::pin(async move {
            let mut row = partner::Entity::update_many()
                .col_expr(partner::Column::WitnessFailure, Expr::value(failure))
                .filter(partner::Column::Id.eq(id));
            if let Some((witness, line)) = &signed {
                keep_cosignature(unit, &checkpoint, witness, line).await?;
                row = row.col_expr(partner::Column::WitnessedSize, Expr::value(checkpoint.size));
            }
            row.exec(&*unit).await?;
            Ok::<_, FederationError>(())
        })
    })
    .await?;
    Ok(is_signed)
}

/// As a duty: within reach, and patient only so long.
pub(super) async fn ask_by_itself(app: &App) -> Result<(), FederationError> {
    match Reach::straight(app.is_demo(), PATIENCE) {
        Ok(reach) => ask_witnesses(app, &reach).await.map(|_| ()),
        Err(error) => {
            tracing::error!(%error, "no witness can be reached");
            Ok(())
        }
    }
}
