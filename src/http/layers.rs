//! What every request passes through, outermost first: its id and measure, headers that protect, compression, a limit
//! on time, the door against other sites, refusals written out, and a net under panics.

use std::{
    any::Any,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, Predicate as _, predicate::DefaultPredicate},
    csrf::CsrfLayer,
    timeout::TimeoutLayer,
};
use tracing::Instrument as _;
use uuid::Uuid;

use super::{cookies, problem};
use crate::app::App;

/// The name of the cookie that holds a browser's session.
pub const SESSION_COOKIE: &str = "choque_session";

/// The largest body that is read unless a route says otherwise.
const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// Longer than the longest long-poll the contract allows.
const TIME_LIMIT: Duration = Duration::from_mins(1);

/// The id under which a request is logged.
#[derive(Clone, Debug, Default)]
pub struct RequestId(pub String);

/// Nothing is loaded from elsewhere, no script runs that is not ours, nobody frames us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers every answer carries unless the route set its own.
static PROTECTION: LazyLock<[(HeaderName, HeaderValue); 6]> = LazyLock::new(|| {
    [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("strict-origin-when-cross-origin"),
        ),
        (
            HeaderName::from_static("permissions-policy"),
            // A farmer says where a plot lies by standing in it.
            HeaderValue::from_static("geolocation=(self), microphone=(), payment=()"),
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ]
});

/// Puts the whole stack around `router`.
pub fn around(app: &App, router: Router) -> Router {
    metrics_handle();
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(refuse_blind_cookies))
        .layer(CsrfLayer::new())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(hear_out))
        .layer(middleware::from_fn_with_state(app.clone(), problem::render))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            TIME_LIMIT,
        ))
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(may_be_transformed)))
        .layer(middleware::from_fn(protect))
        .layer(middleware::from_fn_with_state(app.clone(), measure))
}

/// Bytes whose digest is told (RFC 9530) must arrive as they were digested.
fn may_be_transformed(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    !headers.contains_key("content-digest")
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in &*PROTECTION {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}

/// Refuses a request that would write with a browser's cookie but says nothing of where it comes from. Browsers always
/// say; programs use a bearer token (ADR 0004).
async fn refuse_blind_cookies(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let says = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    let bearer = headers.contains_key(header::AUTHORIZATION);
    if !safe && !says && !bearer && cookies::get(headers, SESSION_COOKIE).is_some() {
        return problem::Problem::new(problem::Kind::Forbidden, "cross-site", "problem-cross-site").into_response();
    }
    next.run(request).await
}

/// Reads on, and throws away, what is left of a body that was refused half-way: a client that is still sending would
/// otherwise see its connection break and not the refusal. There is an end to patience, too.
async fn hear_out(request: Request, next: Next) -> Response {
    const PATIENCE: Duration = Duration::from_secs(10);
    const MOST: usize = 64 * 1024 * 1024;
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let shared = SharedBody(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(shared.clone()))).await;
    if response.status().is_client_error() {
        let mut rest = shared;
        let reading = async {
            let mut read = 0;
            while let Some(Ok(frame)) = rest.frame().await {
                read += frame.data_ref().map_or(0, Bytes::len);
                if read > MOST {
                    break;
                }
            }
        };
        let _ = tokio::time::timeout(PATIENCE, reading).await;
    }
    response
}

/// A body that the handler reads from and that can be read on after it.
#[derive(Clone)]
struct SharedBody(Arc<Mutex<Body>>);

impl SharedBody {
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}

/// Gives the request an id, a span in the log, and a place in the metrics.
async fn measure(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId(app.source().id::<Uuid>().simple().to_string());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = request.method().clone();
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", id = %id.0, %method, path = %request.uri().path());
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span).await;
    let status = response.status().as_u16();
    metrics::counter!("http_requests_total", "method" => method.to_string(), "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("http_request_seconds", "route" => route).record(begun.elapsed().as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(&problem::X_REQUEST_ID, value);
    }
    response
}

/// The process's metrics; the first call starts collecting them.
pub fn metrics_handle() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // Another recorder can only be there if an embedding program set one; then ours stays empty.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}

/// The token of an `Authorization: Bearer` header.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
