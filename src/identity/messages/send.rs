//! Sends what is due. Every process takes from the same table: a row is claimed before it is tried and let go with the
//! outcome, so no two try it at once, and one whose process died is tried again when the claim is over.

use std::{sync::Arc, time::Duration};

use entity::{
    Phone, Timestamp,
    identity::{
        message,
        message_delivery::{self as delivery, Channel, State},
        person, person_email, push_subscription,
    },
    ids::MessageDeliveryId,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use tokio::sync::OnceCell;

use super::{
    About,
    channels::{self, Letter, Untaken, mail, push::Pusher, zalo},
    choices, proof,
    subscriptions::Address,
};
use crate::{
    app::App,
    db::{Actor, Unit},
    http::language::{Language, Message},
    identity::{IdentityError, limits},
    jobs::Lanes,
};

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Messages sent at once, by all channels and by one.
const AT_ONCE: usize = 32;
const BY_ONE_CHANNEL: usize = 12;
/// For how long a claim keeps others away: longer than an attempt may take.
const CLAIM_MS: i64 = 30_000;
/// For how long a message is worth sending.
const WORTH_MS: i64 = 24 * 60 * 60 * 1000;
const LONGEST_PAUSE_MS: i64 = 60 * 60 * 1000;
/// What is kept of why it failed.
const LONGEST_ERROR: usize = 200;

/// How long to wait after the `attempts`th attempt: 5 s, 20 s, 80 s … up to an hour.
fn pause(attempts: i32) -> i64 {
    let quadrupled = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    Ord::min(5000 * 4_i64.pow(quadrupled), LONGEST_PAUSE_MS)
}

/// Sends as long as the program runs.
pub(super) async fn run(app: App) {
    let mut lanes = Lanes::new(AT_ONCE);
    let pusher = Arc::new(OnceCell::new());
    loop {
        for channel in Channel::ALL {
            let room = lanes.room(&channel, BY_ONE_CHANNEL);
            if room == 0 {
                continue;
            }
            match claim(&app, channel, room).await {
                Ok((token, ids)) => {
                    for id in ids {
                        let (app, token, pusher) = (app.clone(), token.clone(), Arc::clone(&pusher));
                        lanes.start(channel, async move {
                            if let Err(error) = errand(&app, id, &token, &pusher).await {
                                tracing::warn!(%error, "a message could not be sent; it is tried again later");
                            }
                        });
                    }
                }
                Err(error) => tracing::warn!(%error, "messages could not be read; they wait"),
            }
        }
        lanes.rest(LOOK_EVERY).await;
    }
}

/// Claims up to `most` deliveries by `channel` that are due.
async fn claim(app: &App, channel: Channel, most: usize) -> Result<(String, Vec<MessageDeliveryId>), DbErr> {
    let token = format!("{:016x}", app.source().random());
    // Looked for with a reader first: mostly there is nothing to write.
    if due(app.db().read(), channel, app.now(), app.source().wall_clock(), 1)
        .await?
        .is_empty()
    {
        return Ok((token, Vec::new()));
    }
    let claim = token.clone();
    let ids = app
        .write(Actor::System, move |unit| {
            let token = claim.clone();
            Box::pin(async move { claim_some(unit, channel, most as u64, token).await })
        })
        .await?;
    Ok((token, ids))
}

async fn due(
    db: &impl ConnectionTrait,
    channel: Channel,
    now: Timestamp,
    wall: Timestamp,
    most: u64,
) -> Result<Vec<MessageDeliveryId>, DbErr> {
    delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::Column::State.eq(State::Waiting))
        .filter(delivery::Column::Channel.eq(channel))
        .filter(delivery::Column::DueAt.lte(now))
        .filter(delivery::Column::ClaimedUntil.lte(wall))
        .order_by_asc(delivery::Column::DueAt)
        .order_by_asc(delivery::Column::Id)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}

async fn claim_some(
    unit: &mut Unit,
    channel: Channel,
    most: u64,
    token: String,
) -> Result<Vec<MessageDeliveryId>, DbErr> {
    let (now, wall) = (unit.now(), unit.source().wall_clock());
    let ids = due(&*unit, channel, now, wall, most).await?;
    delivery::Entity::update_many()
        .col_expr(delivery::Column::Claim, Expr::value(token.clone()))
        .col_expr(delivery::Column::ClaimedUntil, Expr::value(wall.plus(CLAIM_MS)))
        .col_expr(delivery::Column::Attempts, Expr::col(delivery::Column::Attempts).add(1))
        .filter(delivery::Column::Id.is_in(ids.iter().copied()))
        .filter(delivery::Column::State.eq(State::Waiting))
        .filter(delivery::Column::ClaimedUntil.lte(wall))
        .exec(&*unit)
        .await?;
    delivery::Entity::find()
        .select_only()
        .column(delivery::Column::Id)
        .filter(delivery::Column::Id.is_in(ids))
        .filter(delivery::Column::Claim.eq(token))
        .into_tuple()
        .all(&*unit)
        .await
}

/// What an attempt came to.
#[derive(Clone, Debug)]
enum Outcome {
    Sent,
    /// Not tried at all before then.
    NotBefore(Timestamp),
    Untaken(Untaken),
    /// It is too old, or there is nobody to send it to any more.
    Pointless(&'static str),
}

/// To where a message goes.
enum Whither {
    Phone(Phone),
    Email(String),
    Browser(Address),
    Nowhere,
}

async fn errand(
    app: &App,
    id: MessageDeliveryId,
    token: &str,
    pusher: &OnceCell<Arc<Pusher>>,
) -> Result<(), IdentityError> {
    let db = app.db().read();
    let Some(row) = delivery::Entity::find_by_id(id).one(db).await? else {
        return Ok(());
    };
    let Some(message) = message::Entity::find_by_id(row.message_id).one(db).await? else {
        return Ok(());
    };
    let whither = whither(app, &row, &message).await?;
    let outcome = if app.now() >= message.made_at.plus(WORTH_MS) {
        Outcome::Pointless("it took too long")
    } else if let Some(until) = kept_quiet(app, &row, &whither).await? {
        Outcome::NotBefore(until)
    } else {
        let letter = letter(app, &row, &message).await?;
        let sent = match &whither {
            Whither::Phone(phone) if row.channel == Channel::Zalo => zalo::send(app, phone, &letter).await,
            Whither::Phone(phone) => channels::sms(app, phone.as_str(), &letter).await,
            Whither::Email(address) => mailed(app, address, &letter).await,
            Whither::Browser(address) => match pusher.get_or_try_init(|| Pusher::of(app)).await {
                Ok(pusher) => pusher.send(app, address, &letter).await,
                Err(untaken) => Err(untaken),
            },
            Whither::Nowhere => Err(Untaken::Gone("nobody is there".to_owned())),
        };
        sent.map_or_else(Outcome::Untaken, |()| Outcome::Sent)
    };
    let token = token.to_owned();
    app.write(Actor::System, move |unit| {
        let (row, message, token, outcome) = (row.clone(), message.clone(), token.clone(), outcome.clone());
        Box::pin(async move { settle(unit, &row, &message, &token, outcome).await })
    })
    .await?;
    Ok(())
}

async fn whither(app: &App, row: &delivery::Model, message: &message::Model) -> Result<Whither, IdentityError> {
    let db = app.db().read();
    Ok(match (row.channel, message.person_id) {
        (Channel::Sms | Channel::Zalo, Some(id)) => person::Entity::find_by_id(id)
            .one(db)
            .await?
            .filter(|person| person.phone.can_be_dialled())
            .map_or(Whither::Nowhere, |person| Whither::Phone(person.phone)),
        (Channel::Sms | Channel::Zalo, None) => message.phone.clone().map_or(Whither::Nowhere, Whither::Phone),
        (Channel::Email, Some(id)) => person_email::Entity::find_by_id(id)
            .one(db)
            .await?
            .filter(|email| email.confirmed_at.is_some())
            .map_or(Whither::Nowhere, |email| Whither::Email(email.address)),
        (Channel::Push, Some(_)) => {
            let Some(id) = row.subscription_id else {
                return Ok(Whither::Nowhere);
            };
            match push_subscription::Entity::find_by_id(id).one(db).await? {
                Some(kept) => Whither::Browser(Address::open(app, &kept)?),
                None => Whither::Nowhere,
            }
        }
        (Channel::Email | Channel::Push, None) => Whither::Nowhere,
    })
}

/// Until when a phone that got many messages within the hour is left in peace.
async fn kept_quiet(app: &App, row: &delivery::Model, whither: &Whither) -> Result<Option<Timestamp>, DbErr> {
    let Whither::Phone(phone) = whither else {
        return Ok(None);
    };
    // What is tried again was counted the first time.
    if row.attempts > 1 || !limits::apply(app) {
        return Ok(None);
    }
    let phone = phone.clone();
    let minutes = app
        .write(Actor::System, move |unit| {
            let phone = phone.clone();
            Box::pin(async move { limits::MESSAGES.count(unit, phone.as_str()).await })
        })
        .await?;
    let until = |minutes: usize| app.now().plus(i64::try_from(minutes).unwrap_or(60) * 60_000);
    Ok(minutes.map(until))
}

async fn letter(app: &App, row: &delivery::Model, message: &message::Model) -> Result<Letter, DbErr> {
    let chosen = match message.person_id {
        Some(person) => choices::of(app.db().read(), person).await?.language,
        None => None,
    };
    let at_hand = message.language.as_deref().and_then(Language::from_code);
    let language = chosen.or(at_hand).unwrap_or_default();
    let title = match message.about {
        About::Orders => "messages-title-orders",
        About::Money => "messages-title-money",
        About::Reminders => "messages-title-reminders",
    };
    let link = message.link.clone().map(|path| match &message.phone {
        Some(phone) => format!("{path}?t={}", proof(app.vault(), phone, &path)),
        None => path,
    });
    Ok(Letter {
        id: row.id,
        title: language.say(&Message::new(title)),
        text: language.say_kept(&message.text_id, &message.arguments),
        link,
        calm: message.about == About::Reminders,
    })
}

async fn mailed(app: &App, to: &str, letter: &Letter) -> Result<(), Untaken> {
    let public = app.config().public_url();
    let link = letter
        .link
        .as_ref()
        .map_or(String::new(), |path| format!("\n\n{public}{path}"));
    let email = mail::Email {
        to,
        subject: &letter.title,
        text: format!("{}{link}\n", letter.text),
    };
    mail::send(app, &email, &letter.id.to_string()).await
}

/// Writes down what became of an attempt, if it is still this one's to tell.
async fn settle(
    unit: &mut Unit,
    row: &delivery::Model,
    message: &message::Model,
    token: &str,
    outcome: Outcome,
) -> Result<(), DbErr> {
    let now = unit.now();
    let free = delivery::Entity::update_many()
        .col_expr(delivery::Column::Claim, Expr::value(None::<String>))
        .col_expr(delivery::Column::ClaimedUntil, Expr::value(Timestamp(0)));
    let ended = |state: State, error: Option<String>| {
        free.clone()
            .col_expr(delivery::Column::State, Expr::value(state))
            .col_expr(delivery::Column::EndedAt, Expr::value(now))
            .col_expr(delivery::Column::LastError, Expr::value(error))
    };
    let short = |error: String| error.chars().take(LONGEST_ERROR).collect::<String>();
    let mut instead = false;
    let update = match outcome {
        Outcome::Sent => {
            if let Some(subscription) = row.subscription_id {
                push_subscription::Entity::update_many()
                    .col_expr(push_subscription::Column::LastSentAt, Expr::value(now))
                    .filter(push_subscription::Column::Id.eq(subscription))
                    .exec(&*unit)
                    .await?;
            }
            ended(State::Sent, None)
        }
        Outcome::NotBefore(until) => free
            .col_expr(delivery::Column::DueAt, Expr::value(until))
            .col_expr(delivery::Column::Attempts, Expr::value(row.attempts - 1)),
        Outcome::Pointless(why) => ended(State::Failed, Some(why.to_owned())),
        Outcome::Untaken(Untaken::Gone(why)) => {
            if let Some(subscription) = row.subscription_id {
                // The delivery goes with it.
                push_subscription::Entity::delete_by_id(subscription)
                    .exec(&*unit)
                    .await?;
                return Ok(());
            }
            ended(State::Dropped, Some(short(why)))
        }
        Outcome::Untaken(Untaken::Never(why)) => {
            instead = row.channel == Channel::Zalo;
            ended(State::Failed, Some(short(why)))
        }
        Outcome::Untaken(Untaken::Later(why)) => free
            .col_expr(delivery::Column::DueAt, Expr::value(now.plus(pause(row.attempts))))
            .col_expr(delivery::Column::LastError, Expr::value(Some(short(why)))),
    };
    let mine = update
        .filter(delivery::Column::Id.eq(row.id))
        .filter(delivery::Column::Claim.eq(token))
        .exec(&*unit)
        .await?;
    if mine.rows_affected == 1 && instead {
        by_sms_instead(unit, message).await?;
    }
    Ok(())
}

/// Whoever cannot be reached by Zalo gets a short message, unless they get one anyway.
async fn by_sms_instead(unit: &mut Unit, message: &message::Model) -> Result<(), DbErr> {
    let there = delivery::Entity::find()
        .filter(delivery::Column::MessageId.eq(message.id))
        .filter(delivery::Column::Channel.eq(Channel::Sms))
        .count(&*unit)
        .await?;
    if there > 0 {
        return Ok(());
    }
    let row = delivery::ActiveModel {
        id: Set(unit.id()),
        message_id: Set(message.id),
        channel: Set(Channel::Sms),
        subscription_id: Set(None),
        state: Set(State::Waiting),
        attempts: Set(0),
        due_at: Set(unit.now()),
        claim: Set(None),
        claimed_until: Set(Timestamp(0)),
        last_error: Set(None),
        ended_at: Set(None),
    };
    delivery::Entity::insert(row)
        .exec_without_returning(&*unit)
        .await
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        assert_eq!([1, 2, 3].map(pause), [5_000, 20_000, 80_000]);
        assert_eq!([7, 30, i32::MAX].map(pause), [LONGEST_PAUSE_MS; 3]);
    }
}
