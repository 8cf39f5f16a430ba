//! Leases: which process may do a job that only one may do at a time. A lease says who *should* work; what must never
//! happen twice is guarded by the rows it touches.

use entity::{Timestamp, frame::lease};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::unit::{Actor, Unit};
use crate::app::App;

/// How long a lease lasts when its holder falls silent.
const LASTS_MS: i64 = 10_000;

/// A job's place in this process.
#[derive(Debug)]
pub struct Lease {
    name: &'static str,
    holder: String,
    renew_at: Timestamp,
    held: bool,
}

impl Lease {
    #[must_use]
    pub fn new(app: &App, name: &'static str) -> Self {
        Self {
            name,
            holder: format!("{:016x}", app.source().random()),
            renew_at: Timestamp(0),
            held: false,
        }
    }

    /// Whether this process holds the lease now; takes or renews it when that is due.
    ///
    /// Leases run on the machine's clock, not the exchange's: a demo that moves its clock by years keeps its jobs.
    pub async fn held(&mut self, app: &App) -> Result<bool, DbErr> {
        let now = app.source().wall_clock();
        if now < self.renew_at {
            return Ok(self.held);
        }
        let (name, holder) = (self.name, self.holder.clone());
        self.held = app
            .db()
            .write(Actor::System, move |unit| {
                Box::pin(take(unit, name, holder.clone(), now))
            })
            .await?;
        self.renew_at = now.plus(if self.held { LASTS_MS / 3 } else { 1000 });
        Ok(self.held)
    }
}

async fn take(unit: &mut Unit, name: &str, holder: String, now: Timestamp) -> Result<bool, DbErr> {
    let free = lease::ActiveModel {
        name: Set(name.to_owned()),
        holder: Set(holder.clone()),
        expires_at: Set(now.plus(LASTS_MS)),
    };
    let absent = OnConflict::column(lease::Column::Name).do_nothing().to_owned();
    match lease::Entity::insert(free)
        .on_conflict(absent)
        .exec_without_returning(&*unit)
        .await
    {
        Ok(_) | Err(DbErr::RecordNotInserted) => {}
        Err(error) => return Err(error),
    }
    let mine_or_over = Condition::any()
        .add(lease::Column::Holder.eq(&holder))
        .add(lease::Column::ExpiresAt.lt(now));
    let taken = lease::Entity::update_many()
        .col_expr(lease::Column::Holder, Expr::value(holder))
        .col_expr(lease::Column::ExpiresAt, Expr::value(now.plus(LASTS_MS)))
        .filter(lease::Column::Name.eq(name))
        .filter(mine_or_over)
        .exec(&*unit)
        .await?;
    Ok(taken.rows_affected == 1)
}
