//! Pages of the REST binding (EPCIS 2.0, 12.6): `perPage`, `nextPageToken`, and the `Link` to what comes after. A token says
//! where the page before ended and of which question; it holds no secret, and is checked like anything that comes in.

use std::time::Duration;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::Timestamp;
use serde::{Deserialize, Serialize};

use super::EpcisError;
use crate::{
    app::{App, sha256},
    http::{input::Wrong, language::Message, problem::Problem},
};

/// Things on a page unless asked otherwise, as the OpenAPI of EPCIS has it.
const PER_PAGE: usize = 30;
/// Things on a page, at most.
const MOST: usize = 1000;
/// For how long a token is good.
const TOKEN_LASTS: Duration = Duration::from_hours(24);

const TOKEN_EXPIRES: HeaderName = HeaderName::from_static("gs1-next-page-token-expires");

/// What a token holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// What the page before ended with.
    pub after: String,
    /// Its moment, where the question sorts by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// How many more are wanted at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// Until when it is good.
    until: i64,
    /// Of which question.
    of: String,
}

/// Which page is asked for, and of what.
#[derive(Clone, Debug)]
pub struct Paged {
    pub per_page: usize,
    pub token: Option<Token>,
    /// The parameters that are the question: all but those of paging, decoded, in their order.
    pub asked: Vec<(String, String)>,
    path: String,
    digest: String,
}

impl FromRequestParts<App> for Paged {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Self::read(
            parts.uri.path(),
            parts.uri.query().unwrap_or(""),
            app.now(),
        )?)
    }
}

impl Paged {
    fn read(path: &str, query: &str, now: Timestamp) -> Result<Self, EpcisError> {
        let mut wrong = Wrong::default();
        let (mut per_page, mut token, mut asked) = (PER_PAGE, None, Vec::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "perPage" => match value.parse() {
                    Ok(given @ 1..) => per_page = MOST.min(given),
                    _ => wrong.note("?perPage", fault("it is a whole number from 1")),
                },
                "nextPageToken" => token = Some(value.into_owned()),
                // No database text can hold a NUL.
                _ => asked.push((name.replace('\0', ""), value.replace('\0', ""))),
            }
        }
        let digest = sha256(format!("{path}\n{asked:?}"));
        let digest = digest.get(..16).unwrap_or_default().to_owned();
        let token = match token {
            None => None,
            Some(text) => {
                let read = URL_SAFE_NO_PAD.decode(text).ok();
                let read = read.and_then(|bytes| serde_json::from_slice::<Token>(&bytes).ok());
                let good = read.filter(|token| token.of == digest && token.until > now.0);
                if good.is_none() {
                    wrong.note("?nextPageToken", fault("it is over, or belongs to another question"));
                }
                good
            }
        };
        if !wrong.0.is_empty() {
            return Err(EpcisError::Query(wrong));
        }
        Ok(Self {
            per_page,
            token,
            asked,
            path: path.to_owned(),
            digest,
        })
    }

    /// Headers that lead to the page behind the thing `after`.
    #[must_use]
    pub fn next(&self, now: Timestamp, after: impl Into<String>, at: Option<i64>, left: Option<u32>) -> HeaderMap {
        let until = now.plus(i64::try_from(TOKEN_LASTS.as_millis()).unwrap_or(i64::MAX));
        let token = Token {
            after: after.into(),
            at,
            left,
            until: until.0,
            of: self.digest.clone(),
        };
        let json = serde_json::to_vec(&token).unwrap_or_default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.asked);
        query.append_pair("perPage", &self.per_page.to_string());
        query.append_pair("nextPageToken", &URL_SAFE_NO_PAD.encode(json));
        let link = format!("<{}?{}>; rel=\"next\"", self.path, query.finish());
        let mut headers = HeaderMap::new();
        for (name, value) in [(header::LINK, link), (TOKEN_EXPIRES, until.rfc3339())] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// A page of `rows`, of which one more was read than fits, with the headers that lead on.
    pub fn page<R>(&self, now: Timestamp, mut rows: Vec<R>, name: impl Fn(&R) -> String) -> (HeaderMap, Vec<R>) {
        let more = rows.len() > self.per_page;
        rows.truncate(self.per_page);
        let headers = match rows.last() {
            Some(last) if more => self.next(now, name(last), None, None),
            _ => HeaderMap::new(),
        };
        (headers, rows)
    }

    /// What the page before ended with, read as `T`.
    pub fn after<T: std::str::FromStr>(&self) -> Result<Option<T>, EpcisError> {
        let Some(token) = &self.token else { return Ok(None) };
        token
            .after
            .parse()
            .map(Some)
            .map_err(|_| EpcisError::Query(Wrong::one("?nextPageToken", fault("it cannot be read"))))
    }

    /// Refuses parameters where there is nothing to ask.
    pub fn nothing_else(&self) -> Result<(), EpcisError> {
        let mut wrong = Wrong::default();
        for (name, _) in &self.asked {
            wrong.note(format!("?{name}"), fault("there is no such parameter"));
        }
        if wrong.0.is_empty() {
            Ok(())
        } else {
            Err(EpcisError::Query(wrong))
        }
    }
}

/// Why a parameter cannot be used.
pub fn fault(why: impl Into<String>) -> Message {
    Message::new("epcis-say-parameter").with("fault", why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    #[test]
    fn a_token_leads_on_in_its_own_question_for_a_day() {
        let first = Paged::read("/epcis/v2/events", "EQ_bizStep=shipping&perPage=2", NOW).expect("a page");
        let headers = first.next(NOW, "x", Some(7), Some(3));
        let link = headers[header::LINK].to_str().expect("text");
        let query = link
            .split('?')
            .nth(1)
            .and_then(|rest| rest.split('>').next())
            .expect("a query");
        let second = Paged::read("/epcis/v2/events", query, NOW).expect("the next page");
        assert_eq!((second.per_page, second.asked.clone()), (2, first.asked.clone()));
        let token = second.token.expect("a token");
        assert_eq!((token.after.as_str(), token.at, token.left), ("x", Some(7), Some(3)));
        for (path, query, now) in [
            ("/epcis/v2/epcs", query.to_owned(), NOW),
            ("/epcis/v2/events", query.replace("shipping", "packing"), NOW),
            ("/epcis/v2/events", query.to_owned(), NOW.plus(25 * 60 * 60 * 1000)),
            ("/epcis/v2/events", "nextPageToken=zzz".to_owned(), NOW),
            ("/epcis/v2/events", "perPage=0".to_owned(), NOW),
        ] {
            assert!(Paged::read(path, &query, now).is_err(), "{path}?{query}");
        }
    }
}
