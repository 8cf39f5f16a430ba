//! Browsers that messages are pushed to.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{
    identity::push_subscription as subscription,
    ids::{PersonId, PushSubscriptionId, SessionId},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::push_cipher::{Browser, Unsealable};
use crate::{
    app::App,
    checked,
    db::Unit,
    http::{
        input::{Field, Wrong},
        list::Paging,
        reach::Reach,
    },
    identity::IdentityError,
};

const LONGEST_ADDRESS: usize = 1000;
/// Browsers of one person; the oldest makes room.
const MOST: u64 = 20;

/// What a browser gives of its subscription (`PushSubscription.toJSON()`).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct Subscribe {
    /// Where its push service takes messages.
    #[schema(value_type = String, example = "https://push.example.org/abc")]
    pub endpoint: Field<String>,
    #[schema(value_type = SubscribeKeys)]
    pub keys: Field<SubscribeKeys>,
}

/// Both in base64url.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct SubscribeKeys {
    /// The browser's point on P-256, uncompressed.
    #[schema(value_type = String)]
    pub p256dh: Field<String>,
    /// 16 octets.
    #[schema(value_type = String)]
    pub auth: Field<String>,
}

/// Where a push goes and what it is sealed with, as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub endpoint: String,
    p256dh: String,
    auth: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address")
    }
}

const CONTEXT: &str = "push subscription";

impl Address {
    pub fn open(app: &App, row: &subscription::Model) -> Result<Self, IdentityError> {
        let plain = app.vault().open(CONTEXT, &row.sealed)?;
        serde_json::from_str(&plain).map_err(IdentityError::Unreadable)
    }

    pub fn browser(&self) -> Result<Browser, Unsealable> {
        let bytes = |text: &str| {
            URL_SAFE_NO_PAD
                .decode(text.trim_end_matches('='))
                .map_err(|_| Unsealable)
        };
        Ok(Browser {
            point: bytes(&self.p256dh)?,
            auth: bytes(&self.auth)?,
        })
    }
}

impl Subscribe {
    pub fn check(&self, app: &App) -> Result<Address, IdentityError> {
        let mut wrong = Wrong::default();
        let endpoint = wrong.line("/endpoint", &self.endpoint, LONGEST_ADDRESS);
        if let Some(text) = &endpoint {
            let reach = Reach::new(app.is_demo()).map_err(|error| IdentityError::Unbuilt(error.to_string()))?;
            let good = reach
                .address(text)
                .is_ok_and(|url| url.scheme() == "https" || app.is_demo());
            if !good {
                wrong.note("/endpoint", "messages-say-push-address");
            }
        }
        let nothing = SubscribeKeys::default();
        let keys = wrong.required("/keys", &self.keys).unwrap_or(&nothing);
        let p256dh = wrong.line("/keys/p256dh", &keys.p256dh, 200);
        let auth = wrong.line("/keys/auth", &keys.auth, 60);
        checked!(wrong; endpoint, p256dh, auth);
        let address = Address { endpoint, p256dh, auth };
        match address.browser() {
            Ok(browser) if browser.auth.len() != super::push_cipher::AUTH => {
                Err(Wrong::one("/keys/auth", "messages-say-push-keys").into())
            }
            Ok(browser) if browser.is_sound(app.source()) => Ok(address),
            _ => Err(Wrong::one("/keys/p256dh", "messages-say-push-keys").into()),
        }
    }
}

/// Keeps where `person` is pushed to, for as long as `session` lasts. A browser that is known is the same row, and now this
/// person's.
pub async fn subscribe(
    app: &App,
    unit: &mut Unit,
    person: PersonId,
    session: SessionId,
    address: &Address,
) -> Result<subscription::Model, IdentityError> {
    let plain = serde_json::to_string(address).map_err(IdentityError::Unreadable)?;
    let endpoint_hash = app.vault().blind(CONTEXT, &address.endpoint);
    let row = subscription::ActiveModel {
        id: Set(unit.id()),
        person_id: Set(person),
        session_id: Set(session),
        endpoint_hash: Set(endpoint_hash.clone()),
        sealed: Set(app.vault().seal(unit.source(), CONTEXT, &plain)),
        created_at: Set(unit.now()),
        last_sent_at: Set(None),
    };
    let theirs_now = OnConflict::column(subscription::Column::EndpointHash)
        .update_columns([
            subscription::Column::PersonId,
            subscription::Column::SessionId,
            subscription::Column::Sealed,
        ])
        .to_owned();
    subscription::Entity::insert(row)
        .on_conflict(theirs_now)
        .exec_without_returning(&*unit)
        .await?;
    make_room(unit, person).await?;
    subscription::Entity::find()
        .filter(subscription::Column::EndpointHash.eq(endpoint_hash))
        .one(&*unit)
        .await?
        .ok_or(IdentityError::NoSuchThing)
}

async fn make_room(unit: &Unit, person: PersonId) -> Result<(), DbErr> {
    let too_many: Vec<PushSubscriptionId> = subscription::Entity::find()
        .select_only()
        .column(subscription::Column::Id)
        .filter(subscription::Column::PersonId.eq(person))
        .order_by_desc(subscription::Column::Id)
        .offset(MOST)
        .limit(1000)
        .into_tuple()
        .all(unit)
        .await?;
    if too_many.is_empty() {
        return Ok(());
    }
    subscription::Entity::delete_many()
        .filter(subscription::Column::Id.is_in(too_many))
        .exec(unit)
        .await
        .map(|_| ())
}

/// The browsers of `person`, newest first; one more than fits.
pub async fn list(
    db: &impl ConnectionTrait,
    person: PersonId,
    paging: Paging,
) -> Result<Vec<subscription::Model>, DbErr> {
    let mut query = subscription::Entity::find()
        .filter(subscription::Column::PersonId.eq(person))
        .order_by_desc(subscription::Column::Id)
        .limit(paging.limit + 1);
    if let Some(before) = paging.after {
        query = query.filter(subscription::Column::Id.lt(PushSubscriptionId(before)));
    }
    query.all(db).await
}

pub async fn count(db: &impl ConnectionTrait, person: PersonId) -> Result<u64, DbErr> {
    subscription::Entity::find()
        .filter(subscription::Column::PersonId.eq(person))
        .count(db)
        .await
}

/// Pushes nothing more to a browser of `person`.
pub async fn unsubscribe(unit: &Unit, person: PersonId, id: PushSubscriptionId) -> Result<(), IdentityError> {
    let gone = subscription::Entity::delete_many()
        .filter(subscription::Column::Id.eq(id))
        .filter(subscription::Column::PersonId.eq(person))
        .exec(unit)
        .await?;
    if gone.rows_affected == 1 {
        Ok(())
    } else {
        Err(IdentityError::NoSuchThing)
    }
}
