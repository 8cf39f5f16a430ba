//! Reading and setting cookies.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

/// The value of the cookie `name`, when the request carries one.
#[must_use]
pub fn get(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// A `Set-Cookie` header that scripts cannot read and other sites' forms do not send.
#[must_use]
pub fn set(name: &'static str, value: &str, days: i64, secure: bool) -> HeaderValue {
    set_cookie(name, value, days, secure, true)
}

/// The same for what is no secret: the console reads it too, and without signal it is the only place to read it from.
#[must_use]
pub fn set_open(name: &'static str, value: &str, days: i64, secure: bool) -> HeaderValue {
    set_cookie(name, value, days, secure, false)
}

fn set_cookie(name: &'static str, value: &str, days: i64, secure: bool, hidden: bool) -> HeaderValue {
    let cookie = Cookie::build((name, value.to_owned()))
        .path("/")
        .http_only(hidden)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(Duration::days(days));
    HeaderValue::from_str(&cookie.build().to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
