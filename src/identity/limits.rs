//! How often something may be tried. Counted in the database, so that two processes count together.

use entity::{Timestamp, identity::attempt};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::IdentityError;
use crate::{
    app::{App, sha256},
    db::{Actor, Unit},
};

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// So much of one thing for one subject (a phone, an address, a person) in one window of time.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    what: &'static str,
    allowed: i32,
    minutes: i64,
}

/// Sign-ins of one phone that failed.
pub(super) const SIGN_INS: Limit = Limit::new("sign-in", 10, 15);
/// Sign-ins from one address that failed. Many: behind one address there may be a whole network of phones.
pub(super) const SIGN_INS_FROM: Limit = Limit::new("sign-in from", 100, 15);
/// Second factors of one person that were wrong.
pub(super) const SECOND_FACTORS: Limit = Limit::new("second factor", 10, 15);
/// Codes sent to one phone.
pub(super) const CODES: Limit = Limit::new("code to", 5, 60);
/// Codes asked for from one address.
pub(super) const CODES_FROM: Limit = Limit::new("code from", 30, 60);
/// Codes sent to one address of e-mail, or for one person.
pub(super) const MAIL_CODES: Limit = Limit::new("mail code to", 5, 60);
/// Messages to one phone that nobody there asked for.
pub(super) const MESSAGES: Limit = Limit::new("message to", 10, 60);

impl Limit {
    /// At most `allowed` of `what` for one subject in each window of `minutes`.
    #[must_use]
    pub const fn new(what: &'static str, allowed: i32, minutes: i64) -> Self {
        Self { what, allowed, minutes }
    }

    fn subject(self, whom: &str) -> String {
        sha256(format!("{} {whom}", self.what))
    }

    fn window(self, now: Timestamp) -> Timestamp {
        let length = self.minutes * MINUTE_MS;
        Timestamp(now.0 / length * length)
    }

    /// Minutes until the window that holds `now` is over.
    fn left(self, now: Timestamp) -> usize {
        let over = self.window(now).0 + self.minutes * MINUTE_MS;
        usize::try_from((over - now.0) / MINUTE_MS + 1).unwrap_or(1)
    }

    /// For how many minutes `whom` has to wait, if at all.
    pub(super) async fn wait(self, app: &App, whom: &str) -> Result<Option<usize>, DbErr> {
        if !apply(app) {
            return Ok(None);
        }
        let now = app.now();
        let row = attempt::Entity::find_by_id((self.subject(whom), self.window(now)))
            .one(app.db().read())
            .await?;
        Ok(row
            .is_some_and(|row| row.failures >= self.allowed)
            .then(|| self.left(now)))
    }

    /// Counts one more, and tells for how many minutes to wait when that was one too many.
    pub(super) async fn count(self, unit: &mut Unit, whom: &str) -> Result<Option<usize>, DbErr> {
        let (subject, window) = (self.subject(whom), self.window(unit.now()));
        attempt::Entity::delete_many()
            .filter(attempt::Column::WindowStart.lt(window.plus(-DAY_MS)))
            .exec(&*unit)
            .await?;
        let first = attempt::ActiveModel {
            subject: Set(subject.clone()),
            window_start: Set(window),
            failures: Set(1),
        };
        let count_on = OnConflict::columns([attempt::Column::Subject, attempt::Column::WindowStart])
            .value(
                attempt::Column::Failures,
                Expr::col((attempt::Entity, attempt::Column::Failures)).add(1),
            )
            .to_owned();
        attempt::Entity::insert(first)
            .on_conflict(count_on)
            .exec_without_returning(&*unit)
            .await?;
        let row = attempt::Entity::find_by_id((subject, window)).one(&*unit).await?;
        Ok(row
            .is_some_and(|row| row.failures > self.allowed)
            .then(|| self.left(unit.now())))
    }
}

/// Whether limits apply at all: not in demos, and not where the setting says so.
pub(super) fn apply(app: &App) -> bool {
    app.config().limits && !app.is_demo()
}

/// Refuses when one of `limits` is reached.
pub async fn refuse_when_over(app: &App, limits: &[(Limit, String)]) -> Result<(), IdentityError> {
    for (limit, whom) in limits {
        if let Some(minutes) = limit.wait(app, whom).await? {
            return Err(IdentityError::TooMany { minutes });
        }
    }
    Ok(())
}

/// Notes a failure under each of `limits`.
pub async fn note_failure(app: &App, limits: Vec<(Limit, String)>) -> Result<(), IdentityError> {
    if !apply(app) {
        return Ok(());
    }
    app.write(Actor::Guest, move |unit| {
        let limits = limits.clone();
        Box::pin(async move {
            for (limit, whom) in &limits {
                limit.count(unit, whom).await?;
            }
            Ok(())
        })
    })
    .await
}
