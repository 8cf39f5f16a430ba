//! The secrets of an endpoint. None is in the database: a secret is derived from its id and the exchange's own, so a stolen
//! database or backup signs nothing.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entity::{
    catalogue::webhook_secret as secret,
    ids::{WebhookEndpointId, WebhookSecretId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Expr,
};

use crate::{app::App, db::Unit};

/// For how long the secret before signs, too: 24 hours.
const OVERLAP_MS: i64 = 24 * 60 * 60 * 1000;
/// Secrets that sign at once; of more, the oldest end.
const MOST: usize = 4;

/// The bytes to sign with.
#[must_use]
pub fn bytes(app: &App, id: WebhookSecretId) -> Vec<u8> {
    let hex = app.vault().blind("webhook secret", &id.to_string());
    (0..hex.len() / 2)
        .filter_map(|place| u8::from_str_radix(&hex[place * 2..place * 2 + 2], 16).ok())
        .collect()
}

/// The secret as its owner is shown it.
#[must_use]
pub fn text(app: &App, id: WebhookSecretId) -> String {
    format!("whsec_{}", STANDARD.encode(bytes(app, id)))
}

/// Gives `endpoint` a new secret; the one before goes on signing for a day.
pub async fn rotate(unit: &mut Unit, endpoint: WebhookEndpointId) -> Result<WebhookSecretId, DbErr> {
    secret::Entity::update_many()
        .col_expr(secret::Column::Until, Expr::value(unit.now().plus(OVERLAP_MS)))
        .filter(secret::Column::EndpointId.eq(endpoint))
        .filter(secret::Column::Until.is_null())
        .exec(&*unit)
        .await?;
    let before = signing(&*unit, endpoint, unit.now()).await?;
    let over: Vec<_> = before.into_iter().skip(MOST - 1).collect();
    secret::Entity::delete_many()
        .filter(secret::Column::EndpointId.eq(endpoint))
        .filter(
            Condition::any()
                .add(secret::Column::Id.is_in(over))
                .add(secret::Column::Until.lte(unit.now())),
        )
        .exec(&*unit)
        .await?;
    let id = unit.id::<WebhookSecretId>();
    let row = secret::ActiveModel {
        id: Set(id),
        endpoint_id: Set(endpoint),
        made_at: Set(unit.now()),
        until: Set(None),
    };
    secret::Entity::insert(row).exec_without_returning(&*unit).await?;
    Ok(id)
}

/// The secrets that sign for `endpoint` now, the newest first.
pub async fn signing(
    db: &impl ConnectionTrait,
    endpoint: WebhookEndpointId,
    now: entity::Timestamp,
) -> Result<Vec<WebhookSecretId>, DbErr> {
    let rows = secret::Entity::find()
        .filter(secret::Column::EndpointId.eq(endpoint))
        .filter(
            Condition::any()
                .add(secret::Column::Until.is_null())
                .add(secret::Column::Until.gt(now)),
        )
        .order_by_desc(secret::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
