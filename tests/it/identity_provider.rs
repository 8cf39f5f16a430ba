//! Electronic identity, against a provider of our own that can misbehave in every way a forger would like.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use axum::{
    Form, Json, Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use choque::{app::Source, config::Oidc};
use reqwest::{StatusCode, Url, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::{Backend, Client, TestApp, plain, text};

/// How the provider misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mischief {
    None,
    WrongNonce,
    NoNonce,
    WrongAudience,
    OtherAudienceToo,
    WrongIssuer,
    Expired,
    /// The name is changed after signing.
    Tampered,
    /// Signed with another key of the same name.
    ForeignKey,
    /// `alg: none`.
    Unsigned,
    /// Signed with the client's secret, which others may know.
    SharedSecret,
    NoIdToken,
    /// The endpoint of tokens breaks down.
    Broken,
    Nonsense,
}

struct Granted {
    nonce: String,
    challenge: String,
    claims: Value,
}

struct Inner {
    issuer: String,
    kid: String,
    key: EcdsaKeyPair,
    codes: Mutex<HashMap<String, Granted>>,
    mischief: Mutex<Mischief>,
}

/// A provider of electronic identity.
#[derive(Clone)]
struct Provider(Arc<Inner>);

const CLIENT: &str = "choque";
const SECRET: &str = "bi-mat-cua-san";

impl Provider {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        // A name of its own, as a port may be used again by the next test.
        let name = Source::system().secret()[..12].to_owned();
        let issuer = format!("http://{}/{name}", listener.local_addr().unwrap());
        let provider = Self(Arc::new(Inner {
            issuer,
            kid: name.clone(),
            key: new_key(),
            codes: Mutex::default(),
            mischief: Mutex::new(Mischief::None),
        }));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(provider.clone());
        let router = Router::new().nest(&format!("/{name}"), routes);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        provider
    }

    fn settings(&self) -> Oidc {
        Oidc {
            issuer: self.0.issuer.clone(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned()),
            name: "VNeID".to_owned(),
            scopes: vec!["profile".to_owned(), "phone".to_owned()],
        }
    }

    fn misbehave(&self, mischief: Mischief) {
        *self.0.mischief.lock().unwrap() = mischief;
    }

    /// The person described by `claims` agrees to what the exchange asks at `address`: what they bring back.
    fn agree(&self, address: &str, claims: Value) -> Vec<(&'static str, String)> {
        let address = Url::parse(address).unwrap();
        assert!(address.as_str().starts_with(&format!("{}/authorize?", self.0.issuer)));
        let asked: HashMap<_, _> = address.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT);
        assert_eq!(asked["scope"], "openid profile phone");
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["redirect_uri"], "http://choque.test/dang-nhap/oidc/ve");
        let code = Source::system().secret();
        let granted = Granted {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            claims,
        };
        self.0.codes.lock().unwrap().insert(code.clone(), granted);
        vec![("code", code), ("state", asked["state"].clone())]
    }
}

fn new_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

async fn configuration(State(Provider(inner)): State<Provider>) -> Json<Value> {
    let issuer = &inner.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
    }))
}

async fn keys(State(Provider(inner)): State<Provider>) -> Json<Value> {
    let point = inner.key.public_key().as_ref();
    Json(json!({"keys": [{
        "kty": "EC", "use": "sig", "alg": "ES256", "crv": "P-256", "kid": inner.kid,
        "x": encode(&point[1..33]), "y": encode(&point[33..65]),
    }]}))
}

async fn token(
    State(Provider(inner)): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let mischief = *inner.mischief.lock().unwrap();
    match mischief {
        Mischief::Broken => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mischief::Nonsense => return "<html>".into_response(),
        _ => {}
    }
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT}:{SECRET}"));
    if headers.get("authorization").map(|value| value.as_bytes().to_vec())
        != Some(format!("Basic {basic}").into_bytes())
    {
        return refused("invalid_client");
    }
    // RFC 6749, section 4.1.2: a code is used once.
    let granted = inner.codes.lock().unwrap().remove(&form["code"]);
    let Some(granted) = granted else {
        return refused("invalid_grant");
    };
    if encode(&Sha256::digest(&form["code_verifier"])) != granted.challenge {
        return refused("invalid_grant");
    }
    let mut answer = json!({"access_token": "x", "token_type": "Bearer", "expires_in": 60});
    if mischief != Mischief::NoIdToken {
        answer["id_token"] = json!(id_token(&inner, mischief, &granted));
    }
    Json(answer).into_response()
}

fn id_token(inner: &Inner, mischief: Mischief, granted: &Granted) -> String {
    let now = Source::system().wall_clock().0 / 1000;
    let mut claims = granted.claims.clone();
    claims["iss"] = json!(inner.issuer);
    claims["aud"] = json!(CLIENT);
    claims["iat"] = json!(now - 10);
    claims["exp"] = json!(now + 300);
    claims["nonce"] = json!(granted.nonce);
    match mischief {
        Mischief::WrongNonce => claims["nonce"] = json!("khác"),
        Mischief::NoNonce => drop(claims.as_object_mut().unwrap().remove("nonce")),
        Mischief::WrongAudience => claims["aud"] = json!("another"),
        Mischief::OtherAudienceToo => claims["aud"] = json!([CLIENT, "another"]),
        Mischief::WrongIssuer => claims["iss"] = json!("https://elsewhere.example"),
        Mischief::Expired => claims["exp"] = json!(now - 60),
        _ => {}
    }
    let algorithm = match mischief {
        Mischief::Unsigned => "none",
        Mischief::SharedSecret => "HS256",
        _ => "ES256",
    };
    let head = encode(
        json!({"alg": algorithm, "kid": inner.kid, "typ": "JWT"})
            .to_string()
            .as_bytes(),
    );
    let signed = format!("{head}.{}", encode(claims.to_string().as_bytes()));
    let sign = |key: &EcdsaKeyPair| {
        key.sign(&SystemRandom::new(), signed.as_bytes())
            .unwrap()
            .as_ref()
            .to_vec()
    };
    let signature = match mischief {
        Mischief::Unsigned => Vec::new(),
        Mischief::SharedSecret => {
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes());
            aws_lc_rs::hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
        }
        Mischief::ForeignKey => sign(&new_key()),
        _ => sign(&inner.key),
    };
    let signed = if mischief == Mischief::Tampered {
        claims["sub"] = json!("somebody-else");
        format!("{head}.{}", encode(claims.to_string().as_bytes()))
    } else {
        signed
    };
    format!("{signed}.{}", encode(&signature))
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Declares a test with a provider, on both databases.
macro_rules! with_provider {
    ($name:ident, |$app:ident, $provider:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn run($app: &TestApp, $provider: &Provider) $body

            async fn on(backend: Backend) {
                let provider = Provider::start().await;
                let settings = provider.settings();
                let Some(app) = TestApp::start_with(backend, |config| config.oidc = Some(settings)).await else { return };
                run(&app, &provider).await;
                app.finish().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on(Backend::Postgres).await;
            }
        }
    };
}

/// A browser: it keeps the cookies it is given.
struct Browser<'a> {
    app: &'a TestApp,
    cookies: HashMap<String, String>,
}

struct Page {
    status: StatusCode,
    location: String,
    text: String,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            cookies: HashMap::new(),
        }
    }

    async fn take(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let response = request.header(header::COOKIE, cookies.join("; ")).send().await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = set
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = response.headers().get(header::LOCATION);
        Page {
            status: response.status(),
            location: location
                .map(|value| value.to_str().unwrap().to_owned())
                .unwrap_or_default(),
            text: response.text().await.unwrap(),
        }
    }

    async fn get(&mut self, path: &str) -> Page {
        let request = plain().get(format!("{}{path}", self.app.url));
        self.take(request).await
    }

    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = plain().post(format!("{}{path}", self.app.url));
        let request = request.header(header::ORIGIN, &self.app.url).form(form);
        self.take(request).await
    }

    async fn signs_in(&mut self, phone: &str) {
        let page = self
            .post("/dang-nhap", &[("phone", phone), ("password", "mật khẩu dài")])
            .await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
    }

    /// Comes back with `brought`.
    async fn returns(&mut self, brought: &[(&str, String)]) -> Page {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(brought);
        self.get(&format!("/dang-nhap/oidc/ve?{}", query.finish())).await
    }

    /// Goes to the provider, agrees there as `claims`, and comes back.
    async fn goes(&mut self, provider: &Provider, claims: Value) -> Page {
        let sent = self.get("/dang-nhap/oidc?back=/don-hang").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let brought = provider.agree(&sent.location, claims);
        self.returns(&brought).await
    }

    fn is_signed_in(&self) -> bool {
        self.cookies.contains_key("choque_session")
    }
}

fn lan() -> Value {
    json!({"sub": "vneid-0001", "name": "NGUYỄN THỊ LAN", "phone_number": "+84915000001", "phone_number_verified": true})
}

async fn identity(client: &Client) -> Value {
    client.get("/api/v1/accounts/me").await.expect(StatusCode::OK)["electronic_identity"].clone()
}

with_provider!(
    an_identity_is_linked_by_whoever_is_signed_in_and_signs_in_from_then_on,
    |app, provider| {
        let client = app.person("0915000002", "Lan").await;
        assert_eq!(identity(&client).await, Value::Null);
        let mut browser = Browser::new(app);
        browser.signs_in("0915000002").await;
        assert!(browser.get("/tai-khoan").await.text.contains("VNeID"));
        let page = browser.goes(provider, lan()).await;
        assert_eq!(
            (page.status, page.location.as_str()),
            (StatusCode::SEE_OTHER, "/don-hang")
        );
        let linked = identity(&client).await;
        assert_eq!(
            (text(&linked, "name"), text(&linked, "issuer")),
            ("NGUYỄN THỊ LAN".to_owned(), provider.0.issuer.clone())
        );
        assert!(browser.get("/tai-khoan").await.text.contains("NGUYỄN THỊ LAN"));

        let mut other = Browser::new(app);
        assert!(
            other
                .get("/dang-nhap?back=/gio-hang")
                .await
                .text
                .contains("/dang-nhap/oidc?back=")
        );
        let page = other.goes(provider, lan()).await;
        assert_eq!(
            (page.status, page.location.as_str()),
            (StatusCode::SEE_OTHER, "/don-hang")
        );
        assert!(other.is_signed_in());
        assert!(other.get("/tai-khoan").await.text.contains("0915•••002"));

        // Whose it is, is settled.
        app.person("0915000003", "Minh").await;
        let mut minh = Browser::new(app);
        minh.signs_in("0915000003").await;
        let taken = minh.goes(provider, lan()).await;
        assert_eq!(taken.status, StatusCode::CONFLICT);

        // Unlinked, it signs nobody in: the number it vouches for has no account here.
        client
            .delete("/api/v1/accounts/me/electronic-identity")
            .await
            .expect(StatusCode::NO_CONTENT);
        client
            .delete("/api/v1/accounts/me/electronic-identity")
            .await
            .expect(StatusCode::NOT_FOUND);
        let mut third = Browser::new(app);
        let unknown = third.goes(provider, lan()).await;
        assert_eq!(unknown.status, StatusCode::FORBIDDEN);
        assert!(unknown.text.contains("Chưa có tài khoản nào nối"));
        assert!(!third.is_signed_in());
    }
);

with_provider!(
    a_number_that_has_an_account_links_after_its_password,
    |app, provider| {
        let client = app.person("0915000001", "Lan").await;
        // A number that the provider does not vouch for says nothing.
        let mut unsure = lan();
        unsure["phone_number_verified"] = json!(false);
        let mut browser = Browser::new(app);
        assert_eq!(browser.goes(provider, unsure).await.status, StatusCode::FORBIDDEN);

        let page = browser.goes(provider, lan()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("0915•••001") && !page.text.contains("0915000001"));
        assert!(!browser.is_signed_in());
        let (_, rest) = page.text.split_once("name=\"challenge\" value=\"").unwrap();
        let challenge = rest.split('"').next().unwrap().to_owned();
        let link = "/dang-nhap/oidc/mat-khau";
        let wrong = browser
            .post(
                link,
                &[("challenge", &challenge), ("password", "sai"), ("back", "/don-hang")],
            )
            .await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.text.contains(&challenge) && wrong.text.contains("mật khẩu chưa đúng"));
        assert_eq!(identity(&client).await, Value::Null);
        let form = [
            ("challenge", challenge.as_str()),
            ("password", "mật khẩu dài"),
            ("back", "/don-hang"),
        ];
        let entered = browser.post(link, &form).await;
        assert_eq!(
            (entered.status, entered.location.as_str()),
            (StatusCode::SEE_OTHER, "/don-hang")
        );
        assert!(browser.is_signed_in());
        assert_eq!(identity(&client).await["name"], "NGUYỄN THỊ LAN");
        assert_eq!(browser.post(link, &form).await.status, StatusCode::UNAUTHORIZED, "over");
    }
);

with_provider!(
    whoever_has_a_second_factor_shows_it_after_the_provider_too,
    |app, provider| {
        let client = app.person("0915000004", "Lan").await;
        let mut browser = Browser::new(app);
        browser.signs_in("0915000004").await;
        browser.goes(provider, lan()).await;
        let keys = "/api/v1/accounts/me/passkeys";
        let begun = client
            .post(&format!("{keys}/begin"), &json!({}))
            .await
            .expect(StatusCode::OK);
        let phone = crate::passkey::Authenticator::new("m");
        let made = json!({"ceremony": begun["ceremony"], "name": "m", "credential": phone.create(&begun)});
        let made = client
            .post(&format!("{keys}/finish"), &made)
            .await
            .expect(StatusCode::CREATED);
        let mut other = Browser::new(app);
        let page = other.goes(provider, lan()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("<cq-passkey challenge=") && !other.is_signed_in());
        let (_, rest) = page.text.split_once("name=\"challenge\" value=\"").unwrap();
        let challenge = rest.split('"').next().unwrap().to_owned();
        let code = made["recovery_codes"][0].as_str().unwrap();
        let form = [("challenge", challenge.as_str()), ("code", code), ("back", "/don-hang")];
        let entered = other.post("/dang-nhap/buoc-hai", &form).await;
        assert_eq!(
            (entered.status, entered.location.as_str()),
            (StatusCode::SEE_OTHER, "/don-hang")
        );
    }
);

with_provider!(what_a_forger_brings_is_refused, |app, provider| {
    let client = app.person("0915000001", "Lan").await;
    for (mischief, status) in [
        (Mischief::WrongNonce, StatusCode::UNAUTHORIZED),
        (Mischief::NoNonce, StatusCode::UNAUTHORIZED),
        (Mischief::WrongAudience, StatusCode::UNAUTHORIZED),
        (Mischief::OtherAudienceToo, StatusCode::UNAUTHORIZED),
        (Mischief::WrongIssuer, StatusCode::UNAUTHORIZED),
        (Mischief::Expired, StatusCode::UNAUTHORIZED),
        (Mischief::Tampered, StatusCode::UNAUTHORIZED),
        (Mischief::ForeignKey, StatusCode::UNAUTHORIZED),
        (Mischief::Unsigned, StatusCode::UNAUTHORIZED),
        (Mischief::SharedSecret, StatusCode::UNAUTHORIZED),
        (Mischief::NoIdToken, StatusCode::UNAUTHORIZED),
        (Mischief::Broken, StatusCode::SERVICE_UNAVAILABLE),
        (Mischief::Nonsense, StatusCode::SERVICE_UNAVAILABLE),
    ] {
        provider.misbehave(mischief);
        for signed_in in [false, true] {
            let mut browser = Browser::new(app);
            if signed_in {
                browser.signs_in("0915000001").await;
            }
            let page = browser.goes(provider, lan()).await;
            assert_eq!(page.status, status, "{mischief:?}");
            assert!(page.text.contains("rang định danh"), "{mischief:?}: {}", page.text);
            assert_eq!(browser.is_signed_in(), signed_in, "{mischief:?}");
            assert_eq!(identity(&client).await, Value::Null, "{mischief:?}");
        }
    }
    provider.misbehave(Mischief::None);
    let mut browser = Browser::new(app);
    browser.signs_in("0915000001").await;
    assert_eq!(browser.goes(provider, lan()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(identity(&client).await["name"], "NGUYỄN THỊ LAN");
});

with_provider!(
    only_the_browser_that_went_comes_back_once_and_in_time,
    |app, provider| {
        app.person("0915000005", "Lan").await;
        let mut browser = Browser::new(app);
        browser.signs_in("0915000005").await;
        assert_eq!(browser.goes(provider, lan()).await.status, StatusCode::SEE_OTHER);

        let mut browser = Browser::new(app);
        let sent = browser.get("/dang-nhap/oidc").await;
        let brought = provider.agree(&sent.location, lan());
        // Another browser, another state, none at all, an answer without a code.
        assert_eq!(
            browser
                .returns(&[("code", "x".to_owned()), ("state", "0".repeat(64))])
                .await
                .status,
            StatusCode::BAD_REQUEST
        );
        assert_eq!(
            browser.returns(&[("code", "x".to_owned())]).await.status,
            StatusCode::BAD_REQUEST
        );
        let foreign = Browser::new(app).returns(&brought).await;
        assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
        assert!(foreign.text.contains("trình duyệt khác"));
        // It was tried once: the right browser is too late now.
        assert_eq!(browser.returns(&brought).await.status, StatusCode::BAD_REQUEST);
        assert!(!browser.is_signed_in());

        let sent = browser.get("/dang-nhap/oidc").await;
        let brought = provider.agree(&sent.location, lan());
        assert_eq!(browser.returns(&brought).await.status, StatusCode::SEE_OTHER);
        assert_eq!(
            browser.returns(&brought).await.status,
            StatusCode::BAD_REQUEST,
            "replayed"
        );

        // A code that was used already, smuggled into a journey of one's own.
        let mut thief = Browser::new(app);
        let sent = thief.get("/dang-nhap/oidc").await;
        let state = provider.agree(&sent.location, lan())[1].clone();
        assert_eq!(
            thief.returns(&[brought[0].clone(), state]).await.status,
            StatusCode::UNAUTHORIZED
        );
        // One that was not, but belongs to another journey: PKCE.
        let victim = Browser::new(app).get("/dang-nhap/oidc").await;
        let stolen = provider.agree(&victim.location, lan())[0].clone();
        let sent = thief.get("/dang-nhap/oidc").await;
        let state = provider.agree(&sent.location, lan())[1].clone();
        assert_eq!(thief.returns(&[stolen, state]).await.status, StatusCode::UNAUTHORIZED);
        assert!(!thief.is_signed_in());

        let sent = browser.get("/dang-nhap/oidc").await;
        let brought = provider.agree(&sent.location, lan());
        app.app.source().advance(5 * 60 * 1000 + 1);
        assert_eq!(browser.returns(&brought).await.status, StatusCode::BAD_REQUEST);

        let mut browser = Browser::new(app);
        let sent = browser.get("/dang-nhap/oidc").await;
        let state = provider.agree(&sent.location, lan())[1].clone();
        let declined = browser.returns(&[("error", "access_denied".to_owned()), state]).await;
        assert_eq!(declined.status, StatusCode::FORBIDDEN);
        assert!(declined.text.contains("chưa đồng ý"));
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_down_is_said_to_be() {
    let port = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let settings = Oidc {
        issuer: format!("http://127.0.0.1:{port}/down"),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        name: "VNeID".to_owned(),
        scopes: Vec::new(),
    };
    let app = TestApp::start_with(Backend::Sqlite, |config| config.oidc = Some(settings))
        .await
        .unwrap();
    let mut browser = Browser::new(&app);
    let page = browser.get("/dang-nhap/oidc").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text.contains("rang định danh"));
    let request = plain()
        .get(format!("{}/dang-nhap/oidc", app.url))
        .header("accept", "application/json");
    let problem: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(problem["type"], "urn:choque:problem:identity-unavailable");
    app.finish().await;
    // Where no provider is set up, there is no such page and no such button.
    let app = TestApp::start(Backend::Sqlite).await.unwrap();
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/dang-nhap/oidc").await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get("/dang-nhap").await.text.contains("oidc"));
    app.finish().await;
}
