//! Who this exchange is to others: its id, its epoch, and the key it signs with. And the public keys of others.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::federation::key;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use super::FederationError;
use crate::{
    app::App,
    db::{self, Actor, Unit},
};

/// What others know this exchange by.
#[derive(Debug)]
pub struct Identity {
    pub exchange_id: String,
    /// Random, made once for this database: a cursor of another epoch means nothing here.
    pub epoch: String,
    pub key: SigningKey,
    /// Every key whose signatures are still good.
    pub keys: Vec<Jwk>,
}

const EPOCH: &str = "federation_epoch";
const KEY_SERIES: &str = "federation key";

impl Identity {
    /// Reads it; what is missing is made, once.
    pub async fn of(app: &App) -> Result<Self, FederationError> {
        if let Some(identity) = Self::read(app).await? {
            return Ok(identity);
        }
        let mut seed = [0; 32];
        app.source().fill(&mut seed);
        let pair = SigningKey::from_seed(&seed)?;
        let seed: String = URL_SAFE_NO_PAD.encode(seed);
        let row = key::Model {
            sealed: app.vault().seal(app.source(), &context(&pair.id), &seed),
            public_key: pair.public().x,
            id: pair.id,
            made_at: app.now(),
        };
        app.write(Actor::System, move |unit| Box::pin(make(unit, row.clone())))
            .await?;
        Self::read(app).await?.ok_or(FederationError::Unready)
    }

    async fn read(app: &App) -> Result<Option<Self>, FederationError> {
        let db = app.db().read();
        let (exchange_id, epoch) = (db::setting(db, "exchange_id").await?, db::setting(db, EPOCH).await?);
        let keys = key::Entity::find()
            .order_by_asc(key::Column::MadeAt)
            .order_by_asc(key::Column::Id)
            .all(db)
            .await?;
        let (Some(exchange_id), Some(epoch), Some(newest)) = (exchange_id, epoch, keys.last()) else {
            return Ok(None);
        };
        let seed = app.vault().open(&context(&newest.id), &newest.sealed)?;
        let seed = URL_SAFE_NO_PAD.decode(seed).map_err(|_| FederationError::BadKey)?;
        Ok(Some(Self {
            exchange_id,
            epoch,
            key: SigningKey::from_seed(&seed)?,
            keys: keys.iter().map(|row| Jwk::new(&row.id, &row.public_key)).collect(),
        }))
    }
}

/// What a key is sealed under.
fn context(id: &str) -> String {
    format!("federation_key {id}")
}

async fn make(unit: &mut Unit, row: key::Model) -> Result<(), sea_orm::DbErr> {
    // Two processes that start at once take turns here, and the second finds the key of the first.
    unit.take_numbers(KEY_SERIES, 0).await?;
    if key::Entity::find().one(&*unit).await?.is_none() {
        let row = key::ActiveModel {
            id: Set(row.id),
            public_key: Set(row.public_key),
            sealed: Set(row.sealed),
            made_at: Set(row.made_at),
        };
        key::Entity::insert(row).exec_without_returning(&*unit).await?;
    }
    let epoch = format!("{:016x}", unit.random());
    unit.remember(EPOCH, &epoch).await
}

/// An Ed25519 key pair.
pub struct SigningKey {
    /// Its JWK thumbprint.
    id: String,
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// The pair that grows from 32 random bytes.
    pub fn from_seed(seed: &[u8]) -> Result<Self, FederationError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| FederationError::BadKey)?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Self {
            id: thumbprint(&x),
            pair,
        })
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> Jwk {
        Jwk::new(&self.id, &URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref()))
    }
}

/// RFC 7638, with the members that RFC 8037, section 2, requires.
fn thumbprint(x: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(
        "{{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"{x}\"}}"
    )))
}

/// A public key as a JSON Web Key (RFC 7517, RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// `OKP`.
    kty: String,
    /// `Ed25519`.
    crv: String,
    /// The 32 bytes of the key, base64url.
    x: String,
    #[serde(default)]
    kid: String,
    #[serde(default = "signing", rename = "use")]
    #[schema(rename = "use")]
    usage: String,
}

fn signing() -> String {
    "sig".to_owned()
}

impl Jwk {
    fn new(id: &str, x: &str) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: x.to_owned(),
            kid: id.to_owned(),
            usage: signing(),
        }
    }

    /// Whether it is an Ed25519 key that can verify a signature.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.kty == "OKP" && self.crv == "Ed25519" && self.usage == "sig" && self.bytes().is_some()
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(&self.x).ok().filter(|bytes| bytes.len() == 32)
    }

    /// Whether `signature` over `message` was made with the private half.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.is_usable()
            && self.bytes().is_some_and(|bytes| {
                UnparsedPublicKey::new(&ED25519, bytes)
                    .verify(message, signature)
                    .is_ok()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_as_the_standard_names_it() {
        // RFC 8037, appendix A: the key, its thumbprint, and a signature of it.
        let seed = URL_SAFE_NO_PAD
            .decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
            .expect("base64url");
        let key = SigningKey::from_seed(&seed).expect("a key");
        assert_eq!(key.public().x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let input = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = key.sign(input);
        assert_eq!(
            URL_SAFE_NO_PAD.encode(&signature),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
        assert!(key.public().verifies(input, &signature));
        assert!(!key.public().verifies(b"other", &signature));
    }
}
