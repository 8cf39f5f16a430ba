//! A day turns, and certificates begin or end though nobody wrote anything. The change log tells of each once, so that
//! everything derived from it forgets a star the day it ends; and sellers are reminded before.

use std::{sync::Arc, time::Duration};

use entity::{
    Day,
    catalogue::{certificate, product, seller},
    dossiers::reminder::Topic,
    frame::{
        change::{Cause, Subject},
        setting,
    },
    ids::SellerId,
};
use sea_orm::{ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    app::App,
    catalogue::{
        badge,
        read::{by_id, holds_on},
        tell_staff,
    },
    db::{self, Actor, SubjectId, Unit},
    dossiers::remind::{Coming, deliver, named, note, remind, threshold},
    http::language::Language,
    jobs::{Handler, Outbox, Recurring},
};

/// The setting that remembers the last day whose certificates the change log was told of.
const TOLD: &str = "certificates_told";
/// Days before the end on which a seller is reminded, the nearest first.
const BEFORE_END: [i32; 3] = [7, 30, 90];
/// Change rows written by one statement.
const AT_ONCE: usize = 500;

/// Looks every other second whether the day has turned.
#[must_use]
pub fn duty() -> Recurring {
    Recurring {
        name: "catalogue.certificates",
        every: Duration::from_secs(2),
        run: Arc::new(|app| Box::pin(async move { turn(&app).await.map_err(|error| error.to_string()) })),
    }
}

/// Tells of the certificates that began or ended since the day told of last, when that is not today.
pub async fn turn(app: &App) -> Result<(), DbErr> {
    let today = app.today();
    let told = db::setting(app.db().read(), TOLD).await?;
    let told = told.and_then(|day| Day::from_iso(&day).ok());
    if told.is_some_and(|told| told >= today) {
        return Ok(());
    }
    // First: it may be cut off anywhere, and only what is written last tells that it was done.
    remind_of_ends(app, today).await?;
    app.write(Actor::System, move |unit| {
        Box::pin(async move {
            match told {
                // A new exchange, or one that never told: what was written so far was told of as it was written.
                None => unit.remember(TOLD, &today.iso()).await,
                Some(told) => tell(unit, told, today).await,
            }
        })
    })
    .await
}

async fn tell(unit: &mut Unit, told: Day, today: Day) -> Result<(), DbErr> {
    // Whoever comes second finds another day there, and has nothing to tell.
    let turned = setting::Entity::update_many()
        .col_expr(setting::Column::Value, Expr::value(today.iso()))
        .filter(setting::Column::Name.eq(TOLD))
        .filter(setting::Column::Value.eq(told.iso()))
        .exec(&*unit)
        .await?;
    if turned.rows_affected == 0 {
        return Ok(());
    }
    let between = |column: certificate::Column| Condition::all().add(column.gt(told)).add(column.lte(today));
    let rows = certificate::Entity::find()
        .filter(certificate::Column::RevokedOn.is_null())
        .filter(
            Condition::any()
                .add(between(certificate::Column::GrantedOn))
                .add(between(certificate::Column::EndsOn)),
        )
        .order_by_asc(certificate::Column::Id)
        .all(&*unit)
        .await?;
    let within = |day: Day| told < day && day <= today;
    let ended: Vec<_> = rows.iter().filter(|row| within(row.ends_on)).collect();
    // What was written on the day it began, or later, was told of when it was written.
    let begun: Vec<_> = rows
        .iter()
        .filter(|row| within(row.granted_on) && row.created_at < row.granted_on.start() && today < row.ends_on)
        .collect();
    for (rows, cause) in [(ended, Cause::Ended), (begun, Cause::Made)] {
        for rows in rows.chunks(AT_ONCE) {
            let certificates = rows.iter().map(|row| SubjectId::from(row.id));
            unit.changed_all(Subject::Certificate, certificates, cause).await?;
            let products = rows.iter().filter_map(|row| row.product_id).map(SubjectId::from);
            unit.changed_all(Subject::Product, products, Cause::Edited).await?;
            let sellers = rows.iter().filter(|row| row.product_id.is_none());
            let sellers = sellers.map(|row| SubjectId::from(row.seller_id));
            unit.changed_all(Subject::Seller, sellers, Cause::Edited).await?;
        }
    }
    Ok(())
}

/// Tells of the ends that come near.
pub(in crate::catalogue) fn listens(outbox: Outbox) -> Outbox {
    let tell: Handler = Arc::new(|app, payload| Box::pin(async move { of_certificate(&app, &payload).await }));
    outbox.on(Topic::CertificateEnding.code(), tell)
}

/// The end of a certificate is its seller's: everybody who works there is told.
async fn of_certificate(app: &App, payload: &str) -> Result<(), String> {
    let id = named(payload)?;
    let told = app.write(Actor::System, move |unit| {
        Box::pin(async move {
            let Some(reminder) = deliver(unit, id).await? else {
                return Ok(());
            };
            let note = note("messages-certificate-ending", &reminder);
            tell_staff(unit, SellerId(reminder.party_id), note).await
        })
    });
    told.await.map_err(|error: DbErr| error.to_string())
}

async fn remind_of_ends(app: &App, today: Day) -> Result<(), DbErr> {
    let db = app.db().read();
    let [.., farthest] = BEFORE_END;
    let ending = certificate::Entity::find()
        .filter(holds_on(today))
        .filter(certificate::Column::EndsOn.lte(today.plus_days(farthest)))
        .order_by_asc(certificate::Column::Id)
        .all(db)
        .await?;
    let products = product::Entity::find()
        .filter(product::Column::Id.is_in(ending.iter().filter_map(|row| row.product_id)))
        .all(db)
        .await?;
    let sellers = seller::Entity::find()
        .filter(
            seller::Column::Id.is_in(
                ending
                    .iter()
                    .filter(|row| row.product_id.is_none())
                    .map(|row| row.seller_id),
            ),
        )
        .all(db)
        .await?;
    let (products, sellers) = (by_id(products, |row| row.id), by_id(sellers, |row| row.id));
    let coming = ending.iter().filter_map(|row| {
        let of = match row.product_id {
            Some(product) => &products.get(&product)?.name,
            None => &sellers.get(&row.seller_id)?.name,
        };
        let left = (row.ends_on.0 - today.0).get_days();
        Some(Coming {
            topic: Topic::CertificateEnding,
            subject: row.id.0,
            party: row.seller_id.0,
            title: format!("{} · {of}", badge::label(row.kind, Language::Vietnamese)),
            due_on: row.ends_on,
            days: threshold(&BEFORE_END, left)?,
        })
    });
    remind(app, coming.collect()).await
}
