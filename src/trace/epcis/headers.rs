//! What client and repository agree on in headers (EPCIS 2.0, 12.5): versions, the form of answers, of EPCs and of words.

use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use entity::trace::capture_job::Behaviour;

use super::EpcisError;
use crate::http::problem::Problem;

/// Events in one document, at most: as many as one unit writes without others waiting for long.
pub const CAPTURE_EVENTS: usize = 1000;
/// Bytes of one document, at most.
pub const CAPTURE_BYTES: usize = 8 * 1024 * 1024;
/// The longest query string that is read.
const LONGEST_QUERY: usize = 8 * 1024;
/// The version of both standards that is spoken here.
const VERSION: (u32, u32) = (2, 0);

const EPCIS_VERSION: HeaderName = HeaderName::from_static("gs1-epcis-version");
const EPCIS_MIN: HeaderName = HeaderName::from_static("gs1-epcis-min");
const EPCIS_MAX: HeaderName = HeaderName::from_static("gs1-epcis-max");
const CBV_VERSION: HeaderName = HeaderName::from_static("gs1-cbv-version");
const CBV_MIN: HeaderName = HeaderName::from_static("gs1-cbv-min");
const CBV_MAX: HeaderName = HeaderName::from_static("gs1-cbv-max");
const EPC_FORMAT: HeaderName = HeaderName::from_static("gs1-epc-format");
const CBV_XML_FORMAT: HeaderName = HeaderName::from_static("gs1-cbv-xml-format");
const EXTENSIONS: HeaderName = HeaderName::from_static("gs1-extensions");
const VENDOR_VERSION: HeaderName = HeaderName::from_static("gs1-vendor-version");
const CAPTURE_LIMIT: HeaderName = HeaderName::from_static("gs1-epcis-capture-limit");
const CAPTURE_FILE_SIZE_LIMIT: HeaderName = HeaderName::from_static("gs1-epcis-capture-file-size-limit");
const CAPTURE_ERROR_BEHAVIOUR: HeaderName = HeaderName::from_static("gs1-capture-error-behaviour");

/// In which form an answer is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Json,
    JsonLd,
    Xml,
}

impl Form {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::JsonLd => "application/ld+json",
            Self::Xml => "application/xml",
        }
    }
}

/// Proof that the request can be answered: its versions are spoken here, and the forms it accepts are written.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    pub form: Form,
}

impl Asked {
    /// The form, where there is no XML.
    pub const fn json(self) -> Result<(), EpcisError> {
        match self.form {
            Form::Json | Form::JsonLd => Ok(()),
            Form::Xml => Err(EpcisError::NotAcceptable),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.len() > LONGEST_QUERY) {
            return Err(EpcisError::TooLong.into());
        }
        asked(&parts.headers).ok_or_else(|| EpcisError::NotAcceptable.into())
    }
}

fn asked(headers: &HeaderMap) -> Option<Asked> {
    for (name, fits) in [
        (EPCIS_MIN, at_most as fn(_) -> _),
        (CBV_MIN, at_most),
        (EPCIS_MAX, at_least),
        (CBV_MAX, at_least),
        (EPCIS_VERSION, exactly),
        (CBV_VERSION, exactly),
    ] {
        if let Some(given) = headers.get(&name) {
            version(given.to_str().ok()?).filter(|version| fits(*version))?;
        }
    }
    // Names of things are given as they came: what a URN's company prefix was cannot be told from a Digital Link.
    for name in [EPC_FORMAT, CBV_XML_FORMAT] {
        if let Some(given) = headers.get(&name) {
            let known = ["No_Preference", "Never_Translates"];
            let written = name == CBV_XML_FORMAT && given == "Always_URN";
            (written || known.iter().any(|word| given == word)).then_some(())?;
        }
    }
    Some(Asked { form: form(headers)? })
}

fn at_most(version: (u32, u32)) -> bool {
    version <= VERSION
}

fn at_least(version: (u32, u32)) -> bool {
    version >= VERSION
}

fn exactly(version: (u32, u32)) -> bool {
    version == VERSION
}

/// `2.0`, `2.0.1` or `2`, its third number aside.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().split('.').map(str::parse::<u32>);
    let major = numbers.next()?.ok()?;
    let minor = numbers.next().unwrap_or(Ok(0)).ok()?;
    numbers.all(|number| number.is_ok()).then_some((major, minor))
}

/// The first form of those accepted that is written here; what is refused by `q=0` is not given.
fn form(headers: &HeaderMap) -> Option<Form> {
    let mut accepted: Vec<(u16, Form)> = Vec::new();
    let mut any = false;
    for value in headers.get_all(header::ACCEPT) {
        for part in value.to_str().ok()?.split(',') {
            let mut part = part.split(';').map(str::trim);
            let kind = part.next().unwrap_or("").to_ascii_lowercase();
            let weight = part.find_map(|parameter| parameter.strip_prefix("q="));
            let weight = weight.map_or(Some(1.0), |weight| weight.parse::<f32>().ok());
            any |= !kind.is_empty();
            let form = match kind.as_str() {
                "application/json" | "application/*" | "*/*" => Form::Json,
                "application/ld+json" => Form::JsonLd,
                "application/xml" | "text/xml" => Form::Xml,
                _ => continue,
            };
            let thousandths = [1000_u16, 900, 800, 700, 600, 500, 400, 300, 200, 100];
            let rank = thousandths
                .into_iter()
                .find(|rank| weight.is_some_and(|weight| weight * 1000.0 + 0.5 >= f32::from(*rank)));
            let positive = weight.is_none_or(|weight| weight > 0.0);
            if positive {
                accepted.push((rank.unwrap_or(1), form));
            }
        }
    }
    if !any {
        return Some(Form::Json);
    }
    // The sort keeps the order of those that weigh the same.
    accepted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    accepted.first().map(|(_, form)| *form)
}

/// What happens to the rest of a document when an event of it cannot be kept.
#[derive(Clone, Copy, Debug)]
pub struct ErrorBehaviour(pub Behaviour);

impl<S: Send + Sync> FromRequestParts<S> for ErrorBehaviour {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match parts.headers.get(CAPTURE_ERROR_BEHAVIOUR).map(HeaderValue::as_bytes) {
            None | Some(b"rollback") => Ok(Self(Behaviour::Rollback)),
            Some(b"proceed") => Ok(Self(Behaviour::Proceed)),
            Some(_) => Err(EpcisError::NotAcceptable.into()),
        }
    }
}

/// Every answer says what is spoken; `OPTIONS` is answered with that alone.
pub async fn discover(request: Request, next: Next) -> Response {
    let asks = request.method() == Method::OPTIONS;
    let captures = request.uri().path().ends_with("/capture");
    let (mut parts, body) = request.into_parts();
    let mut response = if asks {
        match Asked::from_request_parts(&mut parts, &()).await {
            // The handler of OPTIONS says which methods there are.
            Ok(_) => next.run(Request::from_parts(parts, body)).await,
            Err(problem) => problem.into_response(),
        }
    } else {
        next.run(Request::from_parts(parts, body)).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (EPCIS_VERSION, "2.0.0"),
        (CBV_VERSION, "2.0.0"),
        (EXTENSIONS, "choque=https://choque.vn/epcis/1/"),
        (EPC_FORMAT, "Never_Translates"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if asks {
        for (name, value) in [
            (EPCIS_MIN, "2.0.0"),
            (EPCIS_MAX, "2.0.0"),
            (CBV_MIN, "2.0.0"),
            (CBV_MAX, "2.0.0"),
            (CBV_XML_FORMAT, "Always_URN"),
            (VENDOR_VERSION, env!("CARGO_PKG_VERSION")),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if captures {
        headers.insert(CAPTURE_LIMIT, HeaderValue::from(CAPTURE_EVENTS));
        headers.insert(CAPTURE_FILE_SIZE_LIMIT, HeaderValue::from(CAPTURE_BYTES));
        headers.insert(CAPTURE_ERROR_BEHAVIOUR, HeaderValue::from_static("rollback"));
    }
    response
}

/// 204 with the methods there are.
#[must_use]
pub fn allow(methods: &'static str) -> Response {
    (StatusCode::NO_CONTENT, [(header::ALLOW, methods)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&'static str, &'static str)]) -> Option<Form> {
        let headers = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        asked(&headers).map(|asked| asked.form)
    }

    #[test]
    fn versions_and_forms_that_are_spoken() {
        assert_eq!(of(&[]), Some(Form::Json));
        assert_eq!(
            of(&[("accept", "text/html, application/xml;q=0.9, */*;q=0.1")]),
            Some(Form::Xml)
        );
        assert_eq!(of(&[("accept", "application/ld+json")]), Some(Form::JsonLd));
        assert_eq!(of(&[("accept", "text/html")]), None);
        assert_eq!(of(&[("accept", "application/json;q=0")]), None);
        assert_eq!(
            of(&[("gs1-epcis-min", "1.2"), ("gs1-epcis-max", "2.0.0")]),
            Some(Form::Json)
        );
        for wrong in [
            ("gs1-epcis-min", "2.1"),
            ("gs1-epcis-max", "1.2"),
            ("gs1-cbv-version", "1.2"),
            ("gs1-epcis-version", "two"),
            ("gs1-epc-format", "Always_EPC_URN"),
            ("gs1-cbv-xml-format", "Always_Web_URI"),
        ] {
            assert_eq!(of(&[wrong]), None, "{wrong:?}");
        }
        assert_eq!(of(&[("gs1-epc-format", "Never_Translates")]), Some(Form::Json));
    }
}
