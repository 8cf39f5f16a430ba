//! What is done again and again, in whichever process holds the lease.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use crate::{app::App, db::Lease};

/// Does it once. It may be cut off anywhere and run again elsewhere.
pub type Run = Arc<dyn Fn(App) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// A job that recurs.
pub struct Recurring {
    /// Its lease; one process at a time does it.
    pub name: &'static str,
    /// The rest between two runs.
    pub every: Duration,
    pub run: Run,
}

impl std::fmt::Debug for Recurring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} every {:?}", self.name, self.every)
    }
}

impl Recurring {
    pub(super) async fn run(self, app: App) {
        let mut lease = Lease::new(&app, self.name);
        loop {
            let done = match lease.held(&app).await {
                Ok(true) => (self.run)(app.clone()).await,
                Ok(false) => Ok(()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = done {
                tracing::warn!(%error, name = self.name, "a recurring job failed; the next round tries again");
            }
            tokio::time::sleep(self.every).await;
        }
    }
}
