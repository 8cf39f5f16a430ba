//! Refusals as answers. A room's error says what kind of refusal it is and which words tell it; only this file knows
//! status codes, RFC 9457, and the page that shows a problem to a person.

use askama::Template;
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    input::{FieldError, Wrong},
    language::{Language, Message},
    layers::RequestId,
    shell::Shell,
};
use crate::app::App;

/// Why something was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not readable as what it should be.
    Malformed,
    /// Readable, but not acceptable.
    Invalid,
    Unauthenticated,
    Forbidden,
    /// Not there, or not for you to know.
    NotFound,
    /// Was there, and was taken away for good.
    Gone,
    MethodNotAllowed,
    Conflict,
    TooLarge,
    /// The address is longer than is read.
    TooLong,
    /// There is no answer in the form that is asked for.
    NotAcceptable,
    UnsupportedType,
    TooMany,
    Unavailable,
    /// Ours to mend; the cause is in the log under the request's id.
    Internal,
}

impl Kind {
    const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooLong => StatusCode::URI_TOO_LONG,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A refusal on its way out. The layer [`render`] writes it as JSON or as a page, in the reader's language.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    code: &'static str,
    /// The `type` where a standard gives it; else it is made of the code.
    standard: Option<&'static str>,
    detail: Message,
    wrong: Wrong,
    retry_after_s: Option<u32>,
    /// Boxed, because nearly every `Result` of a handler carries a problem, and hardly any problem carries members.
    members: Option<Box<Map<String, Value>>>,
}

impl Problem {
    /// A refusal with its code, which is also the last part of its `type` and of the id of its words
    /// (`problem-<code>`, given whole so that a search for the id finds this place).
    pub fn new(kind: Kind, code: &'static str, detail: impl Into<Message>) -> Self {
        Self {
            kind,
            code,
            standard: None,
            detail: detail.into(),
            wrong: Wrong::default(),
            retry_after_s: None,
            members: None,
        }
    }

    /// Something of ours broke. `cause` goes to the log and nowhere else.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(error = %chain(cause), "a request failed");
        Self::new(Kind::Internal, "internal", "problem-internal")
    }

    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "not-found", "problem-not-found")
    }

    #[must_use]
    pub const fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Adds a member of this kind of problem (RFC 9457, section 3.2); JSON alone tells it.
    #[must_use]
    pub fn with_member(mut self, name: &str, value: impl Into<Value>) -> Self {
        let members = self.members.get_or_insert_default();
        members.insert(name.to_owned(), value.into());
        self
    }

    /// The same refusal under a `type` that a standard has for it.
    #[must_use]
    pub const fn of_type(mut self, standard: &'static str) -> Self {
        self.standard = Some(standard);
        self
    }

    /// The same refusal, naming what in the request it is about.
    #[must_use]
    pub fn with_fields(mut self, wrong: Wrong) -> Self {
        self.wrong = wrong;
        self
    }

    /// The same refusal, told under another kind and code.
    #[must_use]
    pub const fn of_kind(mut self, kind: Kind, code: &'static str) -> Self {
        self.kind = kind;
        self.code = code;
        self
    }

    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// What in the request it is about, for a page that shows it beside its fields.
    #[must_use]
    pub const fn fields(&self) -> &Wrong {
        &self.wrong
    }

    /// The words, for a page that shows them itself.
    #[must_use]
    pub const fn detail(&self) -> &Message {
        &self.detail
    }
}

/// An error and everything that caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl From<Wrong> for Problem {
    fn from(wrong: Wrong) -> Self {
        Self {
            wrong,
            ..Self::new(Kind::Invalid, "invalid", "problem-invalid")
        }
    }
}

impl From<sea_orm::DbErr> for Problem {
    fn from(error: sea_orm::DbErr) -> Self {
        if matches!(error, sea_orm::DbErr::ConnectionAcquire(_) | sea_orm::DbErr::Conn(_)) {
            tracing::error!(error = %chain(&error), "the database cannot be reached");
            return Self::new(Kind::Unavailable, "unavailable", "problem-unavailable").retry_after(5);
        }
        Self::internal(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// RFC 9457 problem details.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDetails {
    /// `urn:choque:problem:<code>`, the code being stable; below `/epcis`, the exception that EPCIS has for it.
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// Every wrong field.
    errors: Vec<ProblemField>,
    /// The id under which the request is logged.
    request_id: String,
    /// Members that this kind of problem has beside the common ones.
    #[serde(flatten)]
    #[schema(ignore)]
    members: Map<String, Value>,
}

/// A wrong field of a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemField {
    /// JSON Pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    pub detail: String,
    /// What could still be had, where too much was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub left: Option<ProblemLeft>,
}

/// What could still be had.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemLeft {
    /// A decimal number as text.
    pub value: String,
    pub unit: &'static str,
}

impl ProblemField {
    /// `error` in words of `language`.
    #[must_use]
    pub fn of(language: Language, error: &FieldError) -> Self {
        Self {
            pointer: error.pointer.clone(),
            detail: language.say(&error.message),
            left: error.left.map(|left| ProblemLeft {
                value: left.amount.to_string(),
                unit: left.unit.code(),
            }),
        }
    }
}

/// `application/problem+json`, RFC 9457.
static PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Writes every [`Problem`] that comes out of the routes, and every bare error status of the frame, in the reader's
/// form and language.
pub async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let path = request.uri().path().to_owned();
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let response = next.run(request).await;
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None => match bare(&response) {
            Some(problem) => problem,
            None => return response,
        },
    };
    let mut rendered = if wants_json(&path, &headers) {
        as_json(&problem, &headers, &id)
    } else {
        as_page(&app, &problem, &headers, &path, &id)
    };
    // What a layer below already said about this answer (Allow, Retry-After, Set-Cookie) still holds.
    for (name, value) in response.headers() {
        if !rendered.headers().contains_key(name) && name != header::CONTENT_LENGTH {
            rendered.headers_mut().append(name.clone(), value.clone());
        }
    }
    if let Some(seconds) = problem.retry_after_s {
        rendered
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.kind == Kind::Unauthenticated {
        rendered
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    *rendered.status_mut() = problem.kind.status();
    rendered
}

/// Error statuses that axum and tower-http give by themselves, without a body worth keeping.
fn bare(response: &Response) -> Option<Problem> {
    let told = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    if told {
        return None;
    }
    let problem = match response.status() {
        StatusCode::BAD_REQUEST => Problem::new(Kind::Malformed, "malformed", "problem-malformed"),
        StatusCode::FORBIDDEN => Problem::new(Kind::Forbidden, "cross-site", "problem-cross-site"),
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(Kind::MethodNotAllowed, "method", "problem-method"),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::TooLarge, "too-large", "problem-too-large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(Kind::UnsupportedType, "type", "problem-type"),
        StatusCode::UNPROCESSABLE_ENTITY => Problem::new(Kind::Invalid, "invalid", "problem-invalid"),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => {
            Problem::new(Kind::Unavailable, "unavailable", "problem-unavailable").retry_after(5)
        }
        StatusCode::INTERNAL_SERVER_ERROR => Problem::new(Kind::Internal, "internal", "problem-internal"),
        _ => return None,
    };
    Some(problem)
}

fn wants_json(path: &str, headers: &HeaderMap) -> bool {
    let machine = [
        "/api/v1",
        "/api/openapi",
        "/epcis",
        "/federation/v1",
        "/log/",
        "/webhooks",
        "/demo/",
        "/readyz",
        "/metrics",
    ];
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    machine.iter().any(|start| path.starts_with(start)) || (accept.contains("json") && !accept.contains("text/html"))
}

fn as_json(problem: &Problem, headers: &HeaderMap, id: &RequestId) -> Response {
    let language = Language::of_api(headers);
    let body = ProblemDetails {
        r#type: problem
            .standard
            .map_or_else(|| format!("urn:choque:problem:{}", problem.code), str::to_owned),
        title: language.say(&Message::new(title(problem.kind))),
        status: problem.kind.status().as_u16(),
        detail: language.say(&problem.detail),
        errors: problem
            .wrong
            .0
            .iter()
            .map(|error| ProblemField::of(language, error))
            .collect(),
        request_id: id.0.clone(),
        members: problem.members.as_deref().cloned().unwrap_or_default(),
    };
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, PROBLEM_JSON.clone());
    response
        .headers_mut()
        .insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

const fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Malformed => "title-malformed",
        Kind::Invalid => "title-invalid",
        Kind::Unauthenticated => "title-unauthenticated",
        Kind::Forbidden => "title-forbidden",
        Kind::NotFound => "title-not-found",
        Kind::Gone => "title-gone",
        Kind::MethodNotAllowed => "title-method",
        Kind::Conflict => "title-conflict",
        Kind::TooLarge => "title-too-large",
        Kind::TooLong => "title-too-long",
        Kind::NotAcceptable => "title-not-acceptable",
        Kind::UnsupportedType => "title-type",
        Kind::TooMany => "title-too-many",
        Kind::Unavailable => "title-unavailable",
        Kind::Internal => "title-internal",
    }
}

#[derive(Template)]
#[template(path = "site/problem.html")]
struct ProblemPage {
    shell: Shell,
    status: u16,
    heading: String,
    message: String,
    request_id: String,
    field_problems: Vec<String>,
}

fn as_page(app: &App, problem: &Problem, headers: &HeaderMap, path: &str, id: &RequestId) -> Response {
    let shell = Shell::new(app, headers, path);
    let language = shell.language();
    let page = ProblemPage {
        status: problem.kind.status().as_u16(),
        heading: language.say(&Message::new(title(problem.kind))),
        message: language.say(&problem.detail),
        request_id: id.0.clone(),
        field_problems: problem
            .wrong
            .0
            .iter()
            .map(|error| language.say(&error.message))
            .collect(),
        shell,
    };
    let mut response = match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Header names of our own.
pub static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
