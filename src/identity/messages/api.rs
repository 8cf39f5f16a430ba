//! Messages over HTTP: what I was told, by which channels, and to which browsers. Nobody does any of it for somebody else.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use entity::{
    Timestamp,
    identity::{message, message_delivery::Channel, push_subscription},
    ids::PushSubscriptionId,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    choices::{self, Choose},
    email::{self, ConfirmEmail, GiveEmail},
    mark::{self, MarkRead},
    read,
    subscriptions::{self, Subscribe},
    vapid::Key,
};
use crate::{
    app::App,
    http::{
        body::{Body, Id, Params},
        idempotency::{Answer, Once, write_once},
        input::Field,
        language::Language,
        list::{List, PageParams},
        problem::{Problem, ProblemDetails},
    },
    identity::InPerson,
};

/// Something that I was told.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageWire {
    id: String,
    /// `orders`, `money` or `reminders`.
    about: &'static str,
    /// In the language of the request.
    text: String,
    /// Where to read more: a path of this exchange.
    link: Option<String>,
    at: String,
    read_at: Option<String>,
}

/// What I was told, with how much of it I have not read.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagesWire {
    items: Vec<MessageWire>,
    /// Give it as `?cursor=` to get the next page; `null` at the end.
    next_cursor: Option<String>,
    /// All that is unread, on this page or not.
    unread: u64,
}

/// Which of them.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessageParams {
    /// Items on a page, 1 to 100; 24 by default.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub limit: Field<String>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Field<String>,
    /// `1`: only what I have not read.
    #[param(value_type = Option<String>)]
    pub unread: Field<String>,
}

/// What I was told, newest first.
#[utoipa::path(get, path = "/api/v1/accounts/me/messages", tag = "identity", params(MessageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = MessagesWire)))]
pub async fn list_messages(
    State(app): State<App>,
    caller: InPerson,
    headers: HeaderMap,
    Params(params): Params<MessageParams>,
) -> Result<Json<MessagesWire>, Problem> {
    let only_unread = params
        .unread
        .given()
        .is_some_and(|value| value == "1" || value == "true");
    let paging = PageParams {
        limit: params.limit,
        cursor: params.cursor,
        mine: Field::Missing,
    }
    .paging()?;
    let (db, person, language) = (app.db().read(), caller.person(), Language::of_api(&headers));
    // Counted before they are listed: what is counted is then in the list, whatever is told meanwhile.
    let unread = read::unread(db, person).await?;
    let rows = read::messages(db, person, only_unread, paging).await?;
    let page = List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        |row: message::Model| MessageWire {
            id: row.id.to_string(),
            about: row.about.code(),
            text: language.say_kept(&row.text_id, &row.arguments),
            link: row.link,
            at: row.made_at.rfc3339(),
            read_at: row.read_at.map(Timestamp::rfc3339),
        },
    );
    Ok(Json(MessagesWire {
        items: page.items,
        next_cursor: page.next_cursor,
        unread,
    }))
}

/// Marks what I have read.
#[utoipa::path(post, path = "/api/v1/accounts/me/messages/read", tag = "identity", request_body = MarkRead,
    security(("bearer" = []), ("session" = [])), responses((status = NO_CONTENT, description = "They are read.")))]
pub async fn read_messages(
    State(app): State<App>,
    caller: InPerson,
    Body { value, .. }: Body<MarkRead>,
) -> Result<StatusCode, Problem> {
    let (ids, person) = (value.check()?, caller.person());
    app.write(caller.actor(), move |unit| {
        let ids = ids.clone();
        Box::pin(async move { mark::mark(unit, person, ids).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// By which channels I am told of what: `sms`, `zalo`, `email`, `push`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelsWire {
    orders: Vec<&'static str>,
    money: Vec<&'static str>,
    reminders: Vec<&'static str>,
}

/// Where I read e-mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmailWire {
    address: String,
    /// Nothing but the code goes to an address that is not.
    confirmed: bool,
}

/// How I am told things. Whatever is chosen, everything is in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChoicesWire {
    /// `vi` or `en`.
    language: &'static str,
    channels: ChannelsWire,
    email: Option<EmailWire>,
    /// Browsers that are pushed to.
    push_subscriptions: u64,
}

async fn choices(app: &App, caller: &InPerson, headers: &HeaderMap) -> Result<Json<ChoicesWire>, Problem> {
    let (db, person) = (app.db().read(), caller.person());
    let chosen = choices::of(db, person).await?;
    let email = email::of(db, person).await?;
    let codes = |channels: &[Channel]| channels.iter().map(|channel| channel.code()).collect();
    Ok(Json(ChoicesWire {
        language: chosen.language.unwrap_or_else(|| Language::of_api(headers)).code(),
        channels: ChannelsWire {
            orders: codes(&chosen.orders),
            money: codes(&chosen.money),
            reminders: codes(&chosen.reminders),
        },
        email: email.map(|email| EmailWire {
            confirmed: email.confirmed_at.is_some(),
            address: email.address,
        }),
        push_subscriptions: subscriptions::count(db, person).await?,
    }))
}

/// How I am told things.
#[utoipa::path(get, path = "/api/v1/accounts/me/message-choices", tag = "identity",
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ChoicesWire)))]
pub async fn get_choices(
    State(app): State<App>,
    caller: InPerson,
    headers: HeaderMap,
) -> Result<Json<ChoicesWire>, Problem> {
    choices(&app, &caller, &headers).await
}

/// Chooses how I am told things; what is absent stays as it is.
#[utoipa::path(put, path = "/api/v1/accounts/me/message-choices", tag = "identity", request_body = Choose,
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = ChoicesWire)))]
pub async fn put_choices(
    State(app): State<App>,
    caller: InPerson,
    headers: HeaderMap,
    Body { value, .. }: Body<Choose>,
) -> Result<Json<ChoicesWire>, Problem> {
    let (chosen, person, at_hand) = (value.check()?, caller.person(), Language::of_api(&headers));
    app.write(caller.actor(), move |unit| {
        let chosen = chosen.clone();
        Box::pin(async move { choices::choose(unit, person, chosen, at_hand).await })
    })
    .await?;
    choices(&app, &caller, &headers).await
}

/// That a code is on its way to an address.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmailCodeWire {
    /// Seconds for which it is good.
    expires_in: i64,
}

/// Says where I read e-mail. A code goes there; until it is told, nothing else does.
#[utoipa::path(put, path = "/api/v1/accounts/me/email", tag = "identity", request_body = GiveEmail,
    security(("bearer" = []), ("session" = [])),
    responses((status = ACCEPTED, body = EmailCodeWire),
        (status = TOO_MANY_REQUESTS, description = "Too many codes; `Retry-After` says how long to wait.",
            body = ProblemDetails, content_type = "application/problem+json")))]
pub async fn put_email(
    State(app): State<App>,
    caller: InPerson,
    headers: HeaderMap,
    Body { value, .. }: Body<GiveEmail>,
) -> Result<(StatusCode, Json<EmailCodeWire>), Problem> {
    let (address, person, language) = (value.check()?, caller.person(), Language::of_api(&headers));
    let keeper = app.clone();
    app.write(caller.actor(), move |unit| {
        let (keeper, address) = (keeper.clone(), address.clone());
        Box::pin(async move { email::give(&keeper, unit, person, &address, language).await })
    })
    .await?;
    let expires_in = email::LASTS_MINUTES * 60;
    Ok((StatusCode::ACCEPTED, Json(EmailCodeWire { expires_in })))
}

/// Tells the code that came to my address.
#[utoipa::path(post, path = "/api/v1/accounts/me/email/confirm", tag = "identity", request_body = ConfirmEmail,
    security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "From now on e-mail goes there.")))]
pub async fn confirm_email(
    State(app): State<App>,
    caller: InPerson,
    Body { value, .. }: Body<ConfirmEmail>,
) -> Result<StatusCode, Problem> {
    email::confirm(&app, caller.actor(), caller.person(), value.check()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets where I read e-mail.
#[utoipa::path(delete, path = "/api/v1/accounts/me/email", tag = "identity",
    security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "No e-mail goes there any more.")))]
pub async fn remove_email(State(app): State<App>, caller: InPerson) -> Result<StatusCode, Problem> {
    let person = caller.person();
    app.write(caller.actor(), move |unit| {
        Box::pin(async move { email::forget(unit, person).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// With which key a browser subscribes.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushKeyWire {
    /// A point on P-256, uncompressed, in base64url (RFC 8292): `applicationServerKey`.
    public_key: String,
}

/// With which key a browser subscribes to what is pushed.
#[utoipa::path(get, path = "/api/v1/push-key", tag = "identity", responses((status = OK, body = PushKeyWire)))]
pub async fn get_push_key(State(app): State<App>) -> Result<Json<PushKeyWire>, Problem> {
    let public_key = Key::of(&app).await?.public();
    Ok(Json(PushKeyWire { public_key }))
}

/// A browser that messages are pushed to.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionWire {
    id: String,
    created_at: String,
    last_sent_at: Option<String>,
}

impl From<push_subscription::Model> for SubscriptionWire {
    fn from(row: push_subscription::Model) -> Self {
        Self {
            id: row.id.to_string(),
            created_at: row.created_at.rfc3339(),
            last_sent_at: row.last_sent_at.map(Timestamp::rfc3339),
        }
    }
}

/// The browsers that I am pushed to, newest first.
#[utoipa::path(get, path = "/api/v1/accounts/me/push-subscriptions", tag = "identity", params(PageParams),
    security(("bearer" = []), ("session" = [])), responses((status = OK, body = List<SubscriptionWire>)))]
pub async fn list_subscriptions(
    State(app): State<App>,
    caller: InPerson,
    Params(params): Params<PageParams>,
) -> Result<Json<List<SubscriptionWire>>, Problem> {
    let paging = params.paging()?;
    let rows = subscriptions::list(app.db().read(), caller.person(), paging).await?;
    Ok(Json(List::page(
        rows,
        paging.limit,
        |row| row.id.to_string(),
        SubscriptionWire::from,
    )))
}

/// Pushes messages to this browser from now on, until the session ends in which it asks. A browser that is known is the
/// same subscription, and now mine.
#[utoipa::path(post, path = "/api/v1/accounts/me/push-subscriptions", tag = "identity", request_body = Subscribe,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = []), ("session" = [])),
    responses((status = CREATED, body = SubscriptionWire)))]
pub async fn create_subscription(
    State(app): State<App>,
    caller: InPerson,
    once: Once,
    Body { value, digest }: Body<Subscribe>,
) -> Result<Answer, Problem> {
    let address = value.check(&app)?;
    let (person, session) = (caller.person(), caller.caller().session());
    let keeper = app.clone();
    write_once(&app, caller.actor(), once, &digest, move |unit| {
        let (keeper, address) = (keeper.clone(), address.clone());
        Box::pin(async move {
            let row = subscriptions::subscribe(&keeper, unit, person, session, &address).await?;
            let place = format!("/api/v1/accounts/me/push-subscriptions/{}", row.id);
            Answer::created(place, &SubscriptionWire::from(row))
        })
    })
    .await
}

/// Pushes nothing more to one of my browsers.
#[utoipa::path(delete, path = "/api/v1/accounts/me/push-subscriptions/{id}", tag = "identity",
    params(("id" = String, Path)), security(("bearer" = []), ("session" = [])),
    responses((status = NO_CONTENT, description = "Nothing is pushed there any more.")))]
pub async fn remove_subscription(
    State(app): State<App>,
    caller: InPerson,
    Id(id): Id<PushSubscriptionId>,
) -> Result<StatusCode, Problem> {
    let person = caller.person();
    app.write(caller.actor(), move |unit| {
        Box::pin(async move { subscriptions::unsubscribe(unit, person, id).await })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
