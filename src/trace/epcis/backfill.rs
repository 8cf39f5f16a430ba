//! Events of before their hash was kept get it, and the columns beside it, a few at a time.

use std::{sync::Arc, time::Duration};

use entity::trace::event;
use epcis::Event;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

use super::index;
use crate::{app::App, db::Actor, jobs::Recurring, trace::events};

/// Rows in one unit: others write in between.
const AT_ONCE: u64 = 200;

pub fn duty() -> Recurring {
    Recurring {
        name: "trace.epcis.hashes",
        every: Duration::from_mins(1),
        run: Arc::new(|app| Box::pin(async move { fill(&app).await.map_err(|error| error.to_string()) })),
    }
}

/// The hash of a stored event; of one that cannot be read, a word that is none.
#[must_use]
pub fn hash_of(row: &event::Model) -> String {
    serde_json::from_str::<Event>(&row.document).map_or_else(
        |_| "unreadable".to_owned(),
        |event| epcis::hash::hash(&event, &events::namespaces()).to_string(),
    )
}

async fn fill(app: &App) -> Result<(), DbErr> {
    loop {
        let rows = event::Entity::find()
            .filter(event::Column::Hash.eq(""))
            .order_by_asc(event::Column::Id)
            .limit(AT_ONCE)
            .all(app.db().read())
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let (rows, resolver) = (Arc::new(rows), app.resolver_url().to_owned());
        app.write(Actor::System, move |unit| {
            let (rows, resolver) = (Arc::clone(&rows), resolver.clone());
            Box::pin(async move {
                for row in rows.iter() {
                    let read = serde_json::from_str::<Event>(&row.document).ok();
                    let read =
                        read.and_then(|event| index::recorded(row.id, event, &events::namespaces(), &resolver).ok());
                    let mut update = event::Entity::update_many();
                    update = match &read {
                        Some(known) => update
                            .col_expr(event::Column::Hash, Expr::value(known.hash.clone()))
                            .col_expr(event::Column::Action, Expr::value(known.action.clone()))
                            .col_expr(event::Column::Disposition, Expr::value(known.disposition.clone()))
                            .col_expr(event::Column::ReadPoint, Expr::value(known.read_point.clone()))
                            .col_expr(event::Column::BizLocation, Expr::value(known.biz_location.clone()))
                            // Until now only our own rooms told events; those of a batch name it by its class.
                            .col_expr(event::Column::Public, Expr::value(names_a_batch(&resolver, known))),
                        None => update.col_expr(event::Column::Hash, Expr::value(hash_of(row))),
                    };
                    update.filter(event::Column::Id.eq(row.id)).exec(&*unit).await?;
                }
                Ok::<_, DbErr>(())
            })
        })
        .await?;
    }
}

fn names_a_batch(resolver: &str, known: &events::Recorded) -> bool {
    known
        .epcs
        .iter()
        .any(|(_, epc)| index::batch_named(resolver, epc).is_some())
}
