//! Passwords: argon2id, off the async threads, a bounded number at a time, because each costs a core for a while.

use std::sync::LazyLock;

use argon2::{
    Argon2, Params,
    password_hash::{CustomizedPasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::IdentityError;
use crate::app::App;

/// Hashes computed at a time. One core is left for everything else.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| {
    Semaphore::new(std::thread::available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).max(1)))
});

/// A hash that no password has, verified when the phone is unknown, so that an answer takes as long either way.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now("nobody's password", &[0; 16]).unwrap_or_default());

/// The PHC string to store for `password`.
pub async fn hash(app: &App, password: String) -> Result<String, IdentityError> {
    let mut salt = [0; 16];
    app.source().fill(&mut salt);
    bounded(move || hash_now(&password, &salt)).await?
}

/// Whether `password` is the one behind `stored`; `None` stands for an account that does not exist.
pub async fn verify(stored: Option<String>, password: String) -> Result<bool, IdentityError> {
    bounded(move || {
        let known = stored.is_some();
        let text = stored.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&text) else {
            return false;
        };
        Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known
    })
    .await
}

fn hash_now(password: &str, salt: &[u8]) -> Result<String, IdentityError> {
    let hasher = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, Params::default());
    let hash = hasher.hash_password_customized(password.as_bytes(), salt, None, None, Params::default());
    hash.map(|hash| hash.to_string()).map_err(|_| IdentityError::Hashing)
}

async fn bounded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, IdentityError> {
    let _turn = AT_ONCE.acquire().await.map_err(|_| IdentityError::Hashing)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| IdentityError::Hashing)
}
