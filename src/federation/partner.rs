//! Partners: adding one, which is the administrator's approval of it, and telling how they are.

use entity::{federation::partner, ids::PartnerId};
use reqwest::Url;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use super::{
    FederationError,
    http_signature::{self, Exchange},
    key::{Identity, Jwk},
};
use crate::{
    app::App,
    db::{self, Actor, Unit},
    http::{
        input::{Field, Wrong},
        reach::{Reach, Unreachable},
    },
    listings::{self, remote::count_live},
    trace::log::note::{Algorithm, VerifierKey},
};

/// Where an exchange describes itself.
const WELL_KNOWN: &str = "/.well-known/choque-exchange";
const LONGEST_NAME: usize = 120;

/// Why a partner was not added or is not there, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    #[error("{address}: {cause}")]
    Unreachable { address: String, cause: Unreachable },
    #[error("{address}: this is not an exchange: {reason}")]
    NotAnExchange { address: String, reason: String },
    #[error("{0}: this is our own exchange; it does not pull from itself")]
    Itself(String),
    #[error("'{0}' is no name for a partner: one line of at most {LONGEST_NAME} characters")]
    BadName(String),
    #[error("another partner is called '{0}' already; give a name of your own with --name")]
    NameTaken(String),
    #[error("there is no partner called '{0}'; `choque partner list` names them")]
    Unknown(String),
    #[error(transparent)]
    Internal(#[from] FederationError),
}

impl From<sea_orm::DbErr> for PartnerError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Internal(error.into())
    }
}

/// What an exchange says of itself, checked.
#[derive(Clone, Debug)]
struct Described {
    exchange_id: String,
    name: String,
    url: String,
    keys: Vec<Jwk>,
    signs: bool,
    changes_url: String,
    snapshot_url: String,
    /// The keys of its log and of its hand as a witness, and where that is asked for; an exchange may have none.
    log_key: Option<String>,
    witness_key: Option<String>,
    witness_url: Option<String>,
}

/// Adds the exchange at `address`, or takes its new address and keys when it is known: its id and keys are those it tells
/// now, and from now on it must be the holder of those keys. Returns the name it goes by.
pub async fn add_partner(app: &App, address: &str, name: Option<&str>, reach: &Reach) -> Result<String, PartnerError> {
    let own = Identity::of(app).await?.exchange_id;
    let mut described = describe(app, address, reach).await?;
    if described.exchange_id == own {
        return Err(PartnerError::Itself(address.to_owned()));
    }
    if let Some(name) = name {
        described.name = one_line(name).ok_or_else(|| PartnerError::BadName(name.to_owned()))?;
    }
    let named = name.is_some();
    app.write(Actor::System, move |unit| {
        let described = described.clone();
        Box::pin(async move { keep(unit, described, named).await })
    })
    .await
}

fn one_line(text: &str) -> Option<String> {
    Wrong::default().line("", &Field::Given(text.to_owned()), LONGEST_NAME)
}

async fn describe(app: &App, address: &str, reach: &Reach) -> Result<Described, PartnerError> {
    let unreachable = |cause| PartnerError::Unreachable {
        address: address.to_owned(),
        cause,
    };
    let not = |reason: &str| PartnerError::NotAnExchange {
        address: address.to_owned(),
        reason: reason.to_owned(),
    };
    let base = reach.address(address).map_err(unreachable)?;
    let well_known = base
        .join(WELL_KNOWN)
        .map_err(|_| unreachable(Unreachable::NotAnAddress(address.to_owned())))?;
    let heard = reach.get(well_known).await.map_err(unreachable)?;
    if heard.status != 200 {
        return Err(not(&format!("{WELL_KNOWN} answers {}", heard.status)));
    }
    let body = heard.body().map_err(unreachable)?;
    let document: Value = serde_json::from_slice(&body).map_err(|_| not(&format!("{WELL_KNOWN} is not JSON")))?;
    let exchange_id = document["exchange_id"].as_str().unwrap_or("");
    if exchange_id.is_empty() || exchange_id.chars().count() > 100 || exchange_id.chars().any(char::is_control) {
        return Err(not("it tells no exchange_id"));
    }
    // A key that cannot be used is not trusted, and the others may be.
    let keys: Vec<Jwk> = document["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .filter(Jwk::is_usable)
        .take(20)
        .collect();
    if keys.is_empty() {
        return Err(not("it tells no Ed25519 key"));
    }
    let asked = Exchange {
        status: heard.status,
        method: "GET",
        path: heard.url.path(),
        query: heard.url.query().unwrap_or(""),
    };
    let signs = http_signature::verify(&keys, asked, &heard.headers, &heard.sent, app.source().wall_clock())
        .map_err(|error| not(&error.to_string()))?;
    let endpoint = |name: &str| -> Result<String, PartnerError> {
        let path = document["endpoints"][name].as_str().unwrap_or("");
        let url: Option<Url> = (!path.is_empty()).then(|| heard.url.join(path).ok()).flatten();
        url.filter(|url| url.origin() == heard.url.origin())
            .map(Into::into)
            .ok_or_else(|| not(&format!("it tells no address of its own for '{name}'")))
    };
    let url = heard.url.origin().ascii_serialization();
    let verifier = |name: &str, algorithm: Algorithm| {
        let key: VerifierKey = document["log"][name].as_str()?.parse().ok()?;
        (key.algorithm() == algorithm).then(|| key.to_string())
    };
    let (log_key, witness_key) = (
        verifier("key", Algorithm::Ed25519),
        verifier("witness_key", Algorithm::Cosignature),
    );
    let asked_at = document["log"]["add_checkpoint"].as_str().unwrap_or("");
    let witness_url = (!asked_at.is_empty()).then(|| heard.url.join(asked_at).ok()).flatten();
    let witness_url = witness_url.filter(|url| url.origin() == heard.url.origin() && witness_key.is_some());
    Ok(Described {
        log_key,
        witness_key,
        witness_url: witness_url.map(Into::into),
        name: document["name"]
            .as_str()
            .and_then(one_line)
            .unwrap_or_else(|| url.clone()),
        changes_url: endpoint("changes")?,
        snapshot_url: endpoint("snapshot")?,
        exchange_id: exchange_id.to_owned(),
        url,
        keys,
        signs,
    })
}

async fn keep(unit: &mut Unit, mut new: Described, named: bool) -> Result<String, PartnerError> {
    let known = partner::Entity::find()
        .filter(partner::Column::ExchangeId.eq(&new.exchange_id))
        .one(&*unit)
        .await?;
    if let Some(known) = &known
        && !named
    {
        // It was given its name by whoever added it.
        new.name.clone_from(&known.name);
    }
    let keys = serde_json::to_string(&new.keys).map_err(FederationError::from)?;
    listings::keep_exchange(unit, &new.exchange_id, &new.name, &new.url).await?;
    let mut row = partner::ActiveModel {
        name: Set(new.name.clone()),
        url: Set(new.url),
        keys: Set(keys),
        signs: Set(new.signs),
        changes_url: Set(new.changes_url),
        snapshot_url: Set(new.snapshot_url),
        log_key: Set(new.log_key),
        witness_key: Set(new.witness_key),
        witness_url: Set(new.witness_url),
        witnessed_size: Set(None),
        witness_failure: Set(None),
        ..Default::default()
    };
    let written = if let Some(known) = known {
        row.id = Set(known.id);
        row.update(unit).await.map(|_| ())
    } else {
        row.id = Set(unit.id::<PartnerId>());
        row.exchange_id = Set(new.exchange_id);
        row.generation = Set(0);
        row.received = Set(0);
        row.refused = Set(0);
        row.added_at = Set(unit.now());
        partner::Entity::insert(row)
            .exec_without_returning(&*unit)
            .await
            .map(|_| ())
    };
    match written {
        Err(error) if db::is_duplicate(&error) => Err(PartnerError::NameTaken(new.name)),
        other => Ok(other.map(|()| new.name)?),
    }
}

/// The partners by name, or the one called `name`.
pub async fn partners(app: &App, name: Option<&str>) -> Result<Vec<partner::Model>, PartnerError> {
    let mut find = partner::Entity::find().order_by_asc(partner::Column::Name);
    if let Some(name) = name {
        find = find.filter(partner::Column::Name.eq(name));
    }
    let found = find.all(app.db().read()).await?;
    match name {
        Some(name) if found.is_empty() => Err(PartnerError::Unknown(name.to_owned())),
        _ => Ok(found),
    }
}

/// A few lines on each partner, for the command line.
pub async fn report(app: &App) -> Result<String, PartnerError> {
    let mut lines = Vec::new();
    for partner in partners(app, None).await? {
        let live = count_live(app.db().read(), &partner.exchange_id).await?;
        lines.push(format!(
            "{}  {}\n  {live} on sale, {} items received, {} refused",
            partner.name, partner.url, partner.received, partner.refused
        ));
        if let Some(refusal) = &partner.last_refusal {
            lines.push(format!("  last refused: {refusal}"));
        }
        lines.push(match partner.last_pull_at {
            Some(at) => format!("  last pulled {}", at.rfc3339()),
            None => "  never pulled".to_owned(),
        });
        if let Some(size) = partner.witnessed_size {
            lines.push(format!("  has witnessed our log up to {size} leaves"));
        }
        if let Some(failure) = &partner.witness_failure {
            lines.push(format!("  does not witness our log: {failure}"));
        }
        if let Some(failure) = &partner.last_failure {
            lines.push(format!("  last pull failed: {failure}"));
        }
    }
    if lines.is_empty() {
        return Ok("There are no partners. `choque partner add URL` adds one.".to_owned());
    }
    Ok(lines.join("\n"))
}
