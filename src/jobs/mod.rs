//! What runs by itself: the sequencer that numbers changes, the poller that reads them in every process, the runner that
//! delivers what units left in the outbox, the listener that wakes open pages, what recurs, and the sweeper. The jobs
//! themselves live in the rooms.

mod lanes;
pub mod live;
mod outbox;
mod recurring;
mod sweep;

use std::time::Duration;

use futures_util::future::BoxFuture;
pub use lanes::Lanes;
pub use live::Live;
pub use outbox::{Handler, Outbox};
pub use recurring::{Recurring, Run};
pub use sweep::sweep;
use tokio::task::JoinSet;

use crate::{
    app::App,
    db::{self, Actor, Lease},
};

/// How long a change may wait for its number when nobody rings.
const SEQUENCE_EVERY: Duration = Duration::from_millis(200);
/// How long a numbered change may wait to be read by another process.
const POLL_EVERY: Duration = Duration::from_millis(150);
/// Changes handled in one go.
const AT_ONCE: u64 = 500;

/// The jobs of this process; dropping it stops them.
#[derive(Debug)]
pub struct Jobs {
    _running: JoinSet<()>,
}

/// What the rooms want done by itself.
#[derive(Debug, Default)]
pub struct Duties {
    pub outbox: Outbox,
    pub recurring: Vec<Recurring>,
    pub projections: Vec<Projection>,
}

/// What every process does for as long as it runs: keeps something for itself out of the change log, or takes what is due
/// out of a table that several may take from.
#[derive(Clone, Copy, Debug)]
pub struct Projection {
    pub name: &'static str,
    /// Never returns.
    pub run: fn(App) -> BoxFuture<'static, ()>,
}

/// Starts everything that runs by itself.
pub async fn start(app: &App, duties: Duties) -> Result<Jobs, sea_orm::DbErr> {
    app.pages().begin(db::newest_change(app.db().read()).await?);
    let mut running = JoinSet::new();
    running.spawn(sequence(app.clone()));
    running.spawn(poll(app.clone()));
    running.spawn(live::listen(app.clone()));
    running.spawn(duties.outbox.run(app.clone()));
    for recurring in duties.recurring {
        running.spawn(recurring.run(app.clone()));
    }
    for projection in duties.projections {
        running.spawn((projection.run)(app.clone()));
    }
    running.spawn(sweep::hourly(app.clone()));
    Ok(Jobs { _running: running })
}

/// Numbers committed changes, in whichever process holds the lease.
async fn sequence(app: App) {
    let mut lease = Lease::new(&app, "sequencer");
    loop {
        let rung = app.db().changed.notified();
        match number_all(&app, &mut lease).await {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "changes could not be numbered; they wait"),
        }
        let _ = tokio::time::timeout(SEQUENCE_EVERY, rung).await;
    }
}

async fn number_all(app: &App, lease: &mut Lease) -> Result<(), sea_orm::DbErr> {
    while lease.held(app).await? {
        // Looked for with a reader first: with nothing to number there is nothing to write.
        if !db::any_unnumbered(app.db().read()).await? {
            return Ok(());
        }
        app.write(Actor::System, |unit| {
            Box::pin(async move { db::sequence(unit, AT_ONCE).await })
        })
        .await?;
        read_all(app).await?;
    }
    Ok(())
}

/// Reads what was numbered, here or elsewhere, into this process's projections.
async fn poll(app: App) {
    loop {
        if let Err(error) = read_all(&app).await {
            tracing::warn!(%error, "the change log could not be read; pages may be old");
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
}

async fn read_all(app: &App) -> Result<(), sea_orm::DbErr> {
    loop {
        let changes = db::changes_after(app.db().read(), app.pages().cursor(), AT_ONCE).await?;
        if changes.is_empty() {
            return Ok(());
        }
        app.pages().note(&changes);
    }
}
