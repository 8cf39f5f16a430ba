//! An owner changes an endpoint, switches it off or on again, or takes it away.

use entity::{
    Timestamp,
    catalogue::webhook_endpoint::{self as endpoint, Reason, State},
    ids::WebhookEndpointId,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::Deserialize;
use utoipa::ToSchema;

use super::open::{kinds, note, url};
use crate::{
    app::App,
    catalogue::CatalogueError,
    db::Unit,
    http::input::{Field, Wrong},
};

/// What to change; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Change {
    #[schema(value_type = Option<String>)]
    pub url: Field<String>,
    /// Empty: of everything.
    #[schema(value_type = Option<Vec<String>>)]
    pub kinds: Field<Vec<Field<String>>>,
    #[schema(value_type = Option<String>)]
    pub note: Field<String>,
    /// `false`: nothing is sent; `true`: what waits is sent, also where the program had given up.
    #[schema(value_type = Option<bool>)]
    pub on: Field<bool>,
}

/// A change that may be made.
#[derive(Clone, Debug)]
pub struct Changes {
    url: Option<String>,
    kinds: Option<String>,
    note: Option<String>,
    on: Option<bool>,
}

impl Change {
    pub fn check(&self, app: &App) -> Result<Changes, Wrong> {
        let mut wrong = Wrong::default();
        let changes = Changes {
            url: wrong
                .optional("/url", &self.url, |wrong, pointer, field| {
                    url(app, wrong, pointer, field)
                })
                .flatten(),
            kinds: wrong.optional("/kinds", &self.kinds, kinds).flatten(),
            note: wrong.optional("/note", &self.note, note).flatten(),
            on: wrong
                .optional("/on", &self.on, |wrong, pointer, field| {
                    wrong.required(pointer, field).copied()
                })
                .flatten(),
        };
        wrong.result()?;
        Ok(changes)
    }
}

pub async fn change(
    unit: &mut Unit,
    id: WebhookEndpointId,
    changes: Changes,
) -> Result<endpoint::Model, CatalogueError> {
    let mut update = endpoint::Entity::update_many().col_expr(endpoint::Column::UpdatedAt, Expr::value(unit.now()));
    for (column, value) in [
        (endpoint::Column::Url, changes.url),
        (endpoint::Column::Kinds, changes.kinds),
        (endpoint::Column::Note, changes.note),
    ] {
        if let Some(value) = value {
            update = update.col_expr(column, Expr::value(value));
        }
    }
    if let Some(on) = changes.on {
        update = update
            .col_expr(
                endpoint::Column::State,
                Expr::value(if on { State::On } else { State::Off }),
            )
            .col_expr(endpoint::Column::DisabledReason, Expr::value(None::<Reason>))
            .col_expr(endpoint::Column::FailingSince, Expr::value(None::<Timestamp>));
    }
    update.filter(endpoint::Column::Id.eq(id)).exec(&*unit).await?;
    let row = endpoint::Entity::find_by_id(id).one(&*unit).await?;
    row.ok_or(CatalogueError::NoSuchThing)
}

/// Takes it away, with everything that waited for it.
pub async fn remove(unit: &mut Unit, id: WebhookEndpointId) -> Result<(), CatalogueError> {
    endpoint::Entity::delete_by_id(id).exec(&*unit).await?;
    Ok(())
}
