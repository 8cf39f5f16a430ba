//! How this exchange shows a push service who it is (RFC 8292): one key, made when it is first asked for and kept sealed.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::Timestamp;
use reqwest::Url;
use serde_json::json;

use super::push_cipher::{new_pair, point_of};
use crate::{
    app::App,
    config::Config,
    db::{self, Actor},
    identity::IdentityError,
    vault::Sealed,
};

/// The setting that holds the private key, sealed.
const SETTING: &str = "push_key";
/// For how long a push service may believe one signature. A day is the most it would take.
const LASTS_MS: i64 = 12 * 60 * 60 * 1000;

pub struct Key {
    pair: EcdsaKeyPair,
    point: Vec<u8>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// The key of this exchange.
    pub async fn of(app: &App) -> Result<Self, IdentityError> {
        let kept = if let Some(kept) = db::setting(app.db().read(), SETTING).await? {
            kept
        } else {
            let (scalar, _) = new_pair(app.source());
            let scalar = URL_SAFE_NO_PAD.encode(scalar);
            let sealed = app.vault().seal(app.source(), SETTING, &scalar);
            app.write(Actor::System, move |unit| {
                let sealed = sealed.clone();
                Box::pin(async move { unit.remember(SETTING, &sealed).await })
            })
            .await?;
            // Another process may have been first.
            db::setting(app.db().read(), SETTING).await?.ok_or(Sealed)?
        };
        let scalar = app.vault().open(SETTING, &kept)?;
        let scalar = URL_SAFE_NO_PAD.decode(scalar).map_err(|_| Sealed)?;
        let point = point_of(&scalar).map_err(|_| Sealed)?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &scalar, &point)
            .map_err(|_| Sealed)?;
        Ok(Self { pair, point })
    }

    /// What a browser subscribes with (`applicationServerKey`).
    #[must_use]
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.point)
    }

    /// The `Authorization` of a push to `endpoint`.
    pub fn authorization(&self, endpoint: &Url, subject: &str, now: Timestamp) -> Result<String, IdentityError> {
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": now.plus(LASTS_MS).0 / 1000,
            "sub": subject,
        });
        let head = URL_SAFE_NO_PAD.encode(json!({"typ": "JWT", "alg": "ES256"}).to_string());
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| IdentityError::Hashing)?;
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Ok(format!("vapid t={signed}.{signature}, k={}", self.public()))
    }
}

/// Whom a push service may write to when something is wrong.
#[must_use]
pub fn subject(config: &Config) -> String {
    match &config.messengers.mail_from {
        Some(address) => format!("mailto:{address}"),
        None => config.public_url(),
    }
}
