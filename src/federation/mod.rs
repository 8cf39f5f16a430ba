//! Federation: what this exchange has on sale, told to others as a feed that anybody may read (`feed`, `read`, `api`), and
//! what others have on sale, pulled from theirs (`partner`, `pull`, `accept`).

mod accept;
mod api;
mod canonical;
mod error;
mod feed;
mod http_signature;
mod key;
mod pages;
mod partner;
mod pull;
mod read;
mod wire;
mod witness;
mod witness_ask;

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::get};
pub use error::FederationError;
pub use feed::follow;
pub use partner::{PartnerError, add_partner, partners, report};
pub use pull::{PullError, Pulled, pull, pull_all, pull_to_the_end};
use utoipa_axum::{router::OpenApiRouter, routes};
pub use witness_ask::{AskError, ask_witnesses};

pub use crate::http::reach::{Reach, Unreachable};
use crate::{
    app::App,
    jobs::{Recurring, Run},
};

const CHANGES: &str = "/federation/v1/changes";
const SNAPSHOT: &str = "/federation/v1/snapshot";
const SCHEMA: &str = "/federation/v1/schema.json";
const PAGE: &str = "/federation";
const ADD_CHECKPOINT: &str = "/federation/v1/witness/add-checkpoint";

/// How far the feed may be behind the change log.
const FOLLOW_EVERY: Duration = Duration::from_millis(100);
/// How often partners are asked for news.
const PULL_EVERY: Duration = Duration::from_mins(1);
/// How often partners that have not signed the newest checkpoint of our log are asked to.
const ASK_EVERY: Duration = Duration::from_secs(2);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(api::describe_exchange))
        .routes(routes!(api::list_changes))
        .routes(routes!(api::get_snapshot))
        .routes(routes!(api::get_schema))
        .routes(routes!(witness::add_checkpoint))
}

/// What people see of this room.
pub fn pages() -> Router<App> {
    Router::new().route(PAGE, get(pages::federation))
}

/// The feed follows the change log; partners are pulled, and asked to witness our log.
#[must_use]
pub fn duties() -> [Recurring; 3] {
    let follow: Run = Arc::new(|app| Box::pin(async move { follow(&app).await.map_err(|error| error.to_string()) }));
    let pull: Run =
        Arc::new(|app| Box::pin(async move { pull_by_itself(&app).await.map_err(|error| error.to_string()) }));
    let ask: Run = Arc::new(|app| {
        Box::pin(async move {
            witness_ask::ask_by_itself(&app)
                .await
                .map_err(|error| error.to_string())
        })
    });
    [
        Recurring {
            name: "log witnesses",
            every: ASK_EVERY,
            run: ask,
        },
        Recurring {
            name: "federation feed",
            every: FOLLOW_EVERY,
            run: follow,
        },
        Recurring {
            name: "federation partners",
            every: PULL_EVERY,
            run: pull,
        },
    ]
}

async fn pull_by_itself(app: &App) -> Result<(), PartnerError> {
    let reach = match Reach::new(app.is_demo()) {
        Ok(reach) => reach,
        Err(error) => {
            tracing::error!(%error, "no partner can be reached");
            return Ok(());
        }
    };
    for (name, outcome) in pull_all(app, None, &reach).await? {
        if let Err(error) = outcome {
            tracing::warn!(%error, partner = name, "a partner could not be pulled to the end");
        }
    }
    Ok(())
}
