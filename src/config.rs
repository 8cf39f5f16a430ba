//! Settings: `choque.toml`, then `CHOQUE_*` from the environment, which wins. Everything is parsed once, at the start; a
//! wrong setting stops the start with a sentence that names it.

mod gateways;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
pub use gateways::{Momo, Vnpay, Zalopay};
use gateways::{momo, vnpay, zalopay};
use serde::Deserialize;

/// A setting that cannot be used, in a sentence that names it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongSetting(String);

/// The settings as the program uses them.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the server listens.
    pub listen: SocketAddr,
    pub database_url: String,
    /// The address people know the exchange by, without a slash at its end; by default the one it listens on.
    pub public_url: Option<String>,
    /// What stickers carry; when absent, the first public URL, kept in the database.
    pub resolver_url: Option<String>,
    /// The province's GS1 company prefix, under which products without a GTIN get a global one.
    pub gs1_prefix: Option<String>,
    /// A database of addresses (MaxMind DB), by which scans of unit codes are placed coarsely; without it they are not.
    pub geoip: Option<PathBuf>,
    /// The folder for photographs.
    pub media: PathBuf,
    /// The folder for everything the program keeps outside the database.
    pub state: PathBuf,
    /// Whether sign-in attempts are limited; `off` in demos.
    pub limits: bool,
    /// Whether public pages are kept in memory; `off` only to measure what building them costs.
    pub page_cache: bool,
    pub money: Money,
    /// Which way short messages go.
    pub sms: Sms,
    /// Which way messages go by Zalo and by e-mail.
    pub messengers: Messengers,
    /// The provider of electronic identity, if there is one.
    pub oidc: Option<Oidc>,
    pub policy: Policy,
    pub secrets: Secrets,
}

/// Which way short messages go.
#[derive(Clone, PartialEq, Eq)]
pub enum Sms {
    /// Into a file of this folder, for somebody to read or a program of the province's to send on.
    Folder(PathBuf),
    /// To a provider, as `POST {to, text}`. The address may hold a password, so it is never shown.
    Provider(reqwest::Url),
}

impl std::fmt::Debug for Sms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Folder(_) => "Folder",
            Self::Provider(_) => "Provider",
        })
    }
}

/// Which way messages go that are no short messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Messengers {
    pub zalo: Zalo,
    pub mail: Mail,
    /// From whom e-mail is; by default from nobody at the public address.
    pub mail_from: Option<String>,
}

impl Messengers {
    /// All of them into folders of `state`.
    #[must_use]
    pub fn in_folders(state: &Path) -> Self {
        Self {
            zalo: Zalo::Folder(state.join("zalo")),
            mail: Mail::Folder(state.join("mail")),
            mail_from: None,
        }
    }
}

/// Which way messages by Zalo go.
#[derive(Clone, PartialEq, Eq)]
pub enum Zalo {
    /// Into a file of this folder.
    Folder(PathBuf),
    /// To a service that speaks as Zalo's notification service (ZNS) does.
    Service {
        address: reqwest::Url,
        token: String,
        /// The template that was approved for messages of this exchange.
        template: String,
    },
}

impl std::fmt::Debug for Zalo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Folder(_) => "Folder",
            Self::Service { .. } => "Service",
        })
    }
}

/// Which way e-mail goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Mail {
    /// Into a file of this folder.
    Folder(PathBuf),
    /// To a server; the address may hold a password, so it is never shown.
    Server(String),
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Folder(_) => "Folder",
            Self::Server(_) => "Server",
        })
    }
}

/// A provider of electronic identity that speaks OpenID Connect: VNeID, or a province's own.
#[derive(Clone, PartialEq, Eq)]
pub struct Oidc {
    /// The provider's address, below which its description lies (OpenID Connect Discovery 1.0).
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// What people call it.
    pub name: String,
    pub scopes: Vec<String>,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// What the province asks for before something goes live; by `Default`, nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// A seller is verified first (E-commerce Law 122/2025); never in demos.
    pub verify_sellers: bool,
    /// An officer looks at every new listing, and at every edit of a live one.
    pub review_listings: bool,
}

/// Whose account buyers of orders pay into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Money {
    /// Each seller's own.
    #[default]
    Direct,
    /// A licensed provider's, which holds, splits and pays out.
    Held,
}

impl Money {
    /// The word of the setting.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Held => "held",
        }
    }
}

/// Secrets given from outside. None of them is ever shown.
#[derive(Clone, Default)]
pub struct Secrets {
    /// `CHOQUE_SECRET`: seals what must not be readable in the database; without it, one kept in the state folder.
    pub seal: Option<String>,
    /// With which the provider signs the notices of accounts without a credential of their own.
    pub sepay_secret: Option<String>,
    pub sepay_api_key: Option<String>,
    pub casso_secret: Option<String>,
    pub payos_checksum_key: Option<String>,
    pub vnpay: Option<Vnpay>,
    pub momo: Option<Momo>,
    pub zalopay: Option<Zalopay>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

/// The settings as they are written.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    listen: String,
    database_url: Option<String>,
    public_url: Option<String>,
    resolver_url: Option<String>,
    gs1_prefix: Option<Text>,
    geoip: Option<String>,
    media: Option<String>,
    state: String,
    limits: Text,
    page_cache: Text,
    money: Option<String>,
    verify_sellers: Text,
    review_listings: Text,
    secret: Option<Text>,
    sepay_secret: Option<Text>,
    sepay_api_key: Option<Text>,
    casso_secret: Option<Text>,
    payos_checksum_key: Option<Text>,
    vnpay_tmn_code: Option<Text>,
    vnpay_hash_secret: Option<Text>,
    vnpay_url: Option<String>,
    vnpay_api_url: Option<String>,
    momo_partner_code: Option<Text>,
    momo_access_key: Option<Text>,
    momo_secret_key: Option<Text>,
    momo_endpoint: Option<String>,
    zalopay_app_id: Option<Text>,
    zalopay_key1: Option<Text>,
    zalopay_key2: Option<Text>,
    zalopay_endpoint: Option<String>,
    sms_url: Option<String>,
    zalo_url: Option<String>,
    zalo_token: Option<Text>,
    zalo_template: Option<Text>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    oidc_issuer: Option<String>,
    oidc_client_id: Option<Text>,
    oidc_client_secret: Option<Text>,
    oidc_name: Option<Text>,
    oidc_scopes: Option<String>,
}

/// Text that a TOML or environment reader may have taken for a number or a yes.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Text {
    Words(String),
    Number(u64),
    Flag(bool),
}

impl Text {
    fn into_string(self) -> String {
        match self {
            Self::Words(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Flag(true) => "on".to_owned(),
            Self::Flag(false) => "off".to_owned(),
        }
    }
}

impl Default for Written {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            database_url: None,
            public_url: None,
            resolver_url: None,
            gs1_prefix: None,
            geoip: None,
            media: None,
            state: "data".to_owned(),
            limits: Text::Words("on".to_owned()),
            page_cache: Text::Words("on".to_owned()),
            money: None,
            verify_sellers: Text::Flag(true),
            review_listings: Text::Flag(false),
            secret: None,
            sepay_secret: None,
            sepay_api_key: None,
            casso_secret: None,
            payos_checksum_key: None,
            vnpay_tmn_code: None,
            vnpay_hash_secret: None,
            vnpay_url: None,
            vnpay_api_url: None,
            momo_partner_code: None,
            momo_access_key: None,
            momo_secret_key: None,
            momo_endpoint: None,
            zalopay_app_id: None,
            zalopay_key1: None,
            zalopay_key2: None,
            zalopay_endpoint: None,
            sms_url: None,
            zalo_url: None,
            zalo_token: None,
            zalo_template: None,
            smtp_url: None,
            mail_from: None,
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret: None,
            oidc_name: None,
            oidc_scopes: None,
        }
    }
}

/// What is taken from the environment. Other names that begin with `CHOQUE_` belong to other programs; in `choque.toml`,
/// which is ours alone, an unknown name stops the start.
const FROM_ENVIRONMENT: [&str; 41] = [
    "listen",
    "database_url",
    "public_url",
    "resolver_url",
    "gs1_prefix",
    "geoip",
    "media",
    "state",
    "limits",
    "page_cache",
    "money",
    "verify_sellers",
    "review_listings",
    "secret",
    "sepay_secret",
    "sepay_api_key",
    "casso_secret",
    "payos_checksum_key",
    "vnpay_tmn_code",
    "vnpay_hash_secret",
    "vnpay_url",
    "vnpay_api_url",
    "momo_partner_code",
    "momo_access_key",
    "momo_secret_key",
    "momo_endpoint",
    "zalopay_app_id",
    "zalopay_key1",
    "zalopay_key2",
    "zalopay_endpoint",
    "sms_url",
    "zalo_url",
    "zalo_token",
    "zalo_template",
    "smtp_url",
    "mail_from",
    "oidc_issuer",
    "oidc_client_id",
    "oidc_client_secret",
    "oidc_name",
    "oidc_scopes",
];

impl Config {
    /// Reads `choque.toml` in the working folder and the environment.
    pub fn read() -> Result<Self, WrongSetting> {
        let environment = Env::prefixed("CHOQUE_").only(&FROM_ENVIRONMENT);
        Self::from_figment(&Figment::new().merge(Toml::file("choque.toml")).merge(environment))
    }

    fn from_figment(figment: &Figment) -> Result<Self, WrongSetting> {
        let written: Written = figment.extract().map_err(|error| {
            let name = error.path.join("_").to_uppercase();
            let name = if name.is_empty() {
                String::new()
            } else {
                format!("CHOQUE_{name}: ")
            };
            WrongSetting(match &error.kind {
                figment::error::Kind::UnknownField(field, _) => {
                    format!("CHOQUE_{}: there is no such setting", field.to_uppercase())
                }
                kind => format!("{name}{kind}"),
            })
        })?;
        written.check()
    }

    /// The address people know the exchange by, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", self.listen))
    }
}

impl Written {
    #[expect(clippy::too_many_lines, reason = "one setting after the other")]
    fn check(self) -> Result<Config, WrongSetting> {
        let listen = self.listen.parse().map_err(|_| {
            WrongSetting(format!(
                "CHOQUE_LISTEN: '{}' is not an address and port, as in 127.0.0.1:8080",
                self.listen
            ))
        })?;
        let limits = switch("CHOQUE_LIMITS", self.limits)?;
        let page_cache = switch("CHOQUE_PAGE_CACHE", self.page_cache)?;
        let policy = Policy {
            verify_sellers: switch("CHOQUE_VERIFY_SELLERS", self.verify_sellers)?,
            review_listings: switch("CHOQUE_REVIEW_LISTINGS", self.review_listings)?,
        };
        let gs1_prefix = self.gs1_prefix.map(Text::into_string);
        if let Some(prefix) = &gs1_prefix
            && !is_company_prefix(prefix)
        {
            return Err(WrongSetting(format!(
                "CHOQUE_GS1_PREFIX: '{prefix}' is not a GS1 company prefix of 7 to 11 digits for goods in trade"
            )));
        }
        let geoip = self.geoip.map(PathBuf::from);
        if let Some(path) = &geoip
            && let Err(error) = std::fs::File::open(path)
        {
            return Err(WrongSetting(format!(
                "CHOQUE_GEOIP: '{}' cannot be opened: {error}",
                path.display()
            )));
        }
        let money = match self.money.as_deref() {
            None | Some("direct") => Money::Direct,
            Some("held") => Money::Held,
            Some(other) => {
                return Err(WrongSetting(format!(
                    "CHOQUE_MONEY: '{other}' is neither direct nor held"
                )));
            }
        };
        let secrets = Secrets {
            seal: secret("CHOQUE_SECRET", self.secret, 32)?,
            sepay_secret: secret("CHOQUE_SEPAY_SECRET", self.sepay_secret, 8)?,
            sepay_api_key: secret("CHOQUE_SEPAY_API_KEY", self.sepay_api_key, 8)?,
            casso_secret: secret("CHOQUE_CASSO_SECRET", self.casso_secret, 8)?,
            payos_checksum_key: secret("CHOQUE_PAYOS_CHECKSUM_KEY", self.payos_checksum_key, 8)?,
            vnpay: vnpay(
                self.vnpay_tmn_code,
                self.vnpay_hash_secret,
                self.vnpay_url,
                self.vnpay_api_url,
            )?,
            momo: momo(
                self.momo_partner_code,
                self.momo_access_key,
                self.momo_secret_key,
                self.momo_endpoint,
            )?,
            zalopay: zalopay(
                self.zalopay_app_id,
                self.zalopay_key1,
                self.zalopay_key2,
                self.zalopay_endpoint,
            )?,
        };
        let state = PathBuf::from(self.state);
        let sms = sms(self.sms_url.as_deref(), &state)?;
        let messengers = Messengers {
            zalo: zalo(self.zalo_url.as_deref(), self.zalo_token, self.zalo_template, &state)?,
            mail: mail(self.smtp_url.as_deref(), &state)?,
            mail_from: self.mail_from.as_deref().map(mail_from).transpose()?,
        };
        let oidc = match (self.oidc_issuer, self.oidc_client_id.map(Text::into_string)) {
            (None, None) => None,
            (Some(issuer), Some(client_id)) => Some(Oidc {
                issuer: safe_address("CHOQUE_OIDC_ISSUER", &issuer)?,
                client_id,
                client_secret: secret("CHOQUE_OIDC_CLIENT_SECRET", self.oidc_client_secret, 8)?,
                name: self
                    .oidc_name
                    .map_or_else(|| "Định danh điện tử".to_owned(), Text::into_string),
                scopes: self
                    .oidc_scopes
                    .as_deref()
                    .unwrap_or("openid profile phone")
                    .split_whitespace()
                    .filter(|scope| *scope != "openid")
                    .map(ToOwned::to_owned)
                    .collect(),
            }),
            (Some(_), None) => {
                return Err(WrongSetting(
                    "CHOQUE_OIDC_CLIENT_ID: CHOQUE_OIDC_ISSUER needs one".to_owned(),
                ));
            }
            (None, Some(_)) => {
                return Err(WrongSetting(
                    "CHOQUE_OIDC_ISSUER: CHOQUE_OIDC_CLIENT_ID needs one".to_owned(),
                ));
            }
        };
        let media = match self.media.as_deref() {
            None => state.join("media"),
            Some(text) => match text.strip_prefix("file://") {
                Some(path) if !path.is_empty() => PathBuf::from(path),
                _ => {
                    return Err(WrongSetting(format!(
                        "CHOQUE_MEDIA: '{text}' is not of the form file://folder"
                    )));
                }
            },
        };
        let database_url = self
            .database_url
            .unwrap_or_else(|| format!("sqlite://{}", state.join("choque.db").display()));
        if !["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| database_url.starts_with(scheme))
        {
            return Err(WrongSetting(format!(
                "CHOQUE_DATABASE_URL: '{database_url}' is neither sqlite://… nor postgres://…"
            )));
        }
        Ok(Config {
            listen,
            database_url,
            public_url: self
                .public_url
                .map(|url| web_address("CHOQUE_PUBLIC_URL", &url))
                .transpose()?,
            resolver_url: self
                .resolver_url
                .map(|url| web_address("CHOQUE_RESOLVER_URL", &url))
                .transpose()?,
            gs1_prefix,
            geoip,
            media,
            state,
            limits,
            page_cache,
            money,
            sms,
            messengers,
            oidc,
            policy,
            secrets,
        })
    }
}

/// Whether numbers of goods can be made under `prefix`: long enough to be a company's, and in no range that GS1 has set
/// aside.
fn is_company_prefix(prefix: &str) -> bool {
    let numbers = |digits: &str| digital_link::Gtin::from_body(digits).ok();
    (7..=11).contains(&prefix.len())
        && prefix.bytes().all(|b| b.is_ascii_digit())
        && numbers(&format!("0{prefix:0<12}")).is_some_and(|gtin| gtin.set_aside().is_none())
}

fn switch(name: &str, given: Text) -> Result<bool, WrongSetting> {
    match given.into_string().as_str() {
        "on" => Ok(true),
        "off" => Ok(false),
        other => Err(WrongSetting(format!("{name}: '{other}' is neither on nor off"))),
    }
}

/// A secret of at least `least` characters; the sentence that refuses it does not repeat it.
fn secret(name: &str, given: Option<Text>, least: usize) -> Result<Option<String>, WrongSetting> {
    match given.map(Text::into_string) {
        Some(text) if text.trim().chars().count() < least => Err(WrongSetting(format!(
            "{name}: a secret has at least {least} characters"
        ))),
        text => Ok(text.map(|text| text.trim().to_owned())),
    }
}

/// Which way short messages go; by default into a folder of the state.
fn sms(given: Option<&str>, state: &Path) -> Result<Sms, WrongSetting> {
    let Some(text) = given else {
        return Ok(Sms::Folder(state.join("sms")));
    };
    if let Some(folder) = text.strip_prefix("file://")
        && !folder.is_empty()
    {
        return Ok(Sms::Folder(PathBuf::from(folder)));
    }
    // What it sends is not for others to read on the way.
    match reqwest::Url::parse(text) {
        Ok(url) if url.scheme() == "https" || url.scheme() == "http" && is_this_machine(&url) => Ok(Sms::Provider(url)),
        _ => Err(WrongSetting(
            "CHOQUE_SMS_URL: it is of the form file:///folder or https://address".to_owned(),
        )),
    }
}

/// Which way messages by Zalo go; by default into a folder of the state.
fn zalo(given: Option<&str>, token: Option<Text>, template: Option<Text>, state: &Path) -> Result<Zalo, WrongSetting> {
    let Some(text) = given else {
        return Ok(Zalo::Folder(state.join("zalo")));
    };
    if let Some(folder) = text.strip_prefix("file://")
        && !folder.is_empty()
    {
        return Ok(Zalo::Folder(PathBuf::from(folder)));
    }
    let address = reqwest::Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "https" || url.scheme() == "http" && is_this_machine(url))
        .ok_or_else(|| {
            WrongSetting("CHOQUE_ZALO_URL: it is of the form file:///folder or https://address".to_owned())
        })?;
    let needed = |name: &str| WrongSetting(format!("{name}: CHOQUE_ZALO_URL needs one"));
    Ok(Zalo::Service {
        address,
        token: secret("CHOQUE_ZALO_TOKEN", token, 8)?.ok_or_else(|| needed("CHOQUE_ZALO_TOKEN"))?,
        template: template
            .map(Text::into_string)
            .filter(|template| !template.trim().is_empty())
            .ok_or_else(|| needed("CHOQUE_ZALO_TEMPLATE"))?,
    })
}

/// Which way e-mail goes; by default into a folder of the state.
fn mail(given: Option<&str>, state: &Path) -> Result<Mail, WrongSetting> {
    let Some(text) = given else {
        return Ok(Mail::Folder(state.join("mail")));
    };
    if let Some(folder) = text.strip_prefix("file://")
        && !folder.is_empty()
    {
        return Ok(Mail::Folder(PathBuf::from(folder)));
    }
    match reqwest::Url::parse(text) {
        // A password, and what it opens the way for, is not for others to read on the way.
        Ok(url)
            if url.scheme() == "smtp"
                && !url.query().is_some_and(|query| query.contains("tls=required"))
                && !is_this_machine(&url)
                && url.password().is_some() =>
        {
            Err(WrongSetting(
                "CHOQUE_SMTP_URL: with a password it is smtps://…, or smtp://… that ends with ?tls=required".to_owned(),
            ))
        }
        Ok(url) if matches!(url.scheme(), "smtp" | "smtps") && url.has_host() && is_mail_server(text) => {
            Ok(Mail::Server(text.to_owned()))
        }
        _ => Err(WrongSetting(
            "CHOQUE_SMTP_URL: it is of the form file:///folder, smtps://name:password@host or smtp://host:25"
                .to_owned(),
        )),
    }
}

fn is_mail_server(text: &str) -> bool {
    lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(text).is_ok()
}

/// An address that e-mail may be from.
fn mail_from(given: &str) -> Result<String, WrongSetting> {
    match given.trim().split_once('@') {
        Some((name, host)) if !name.is_empty() && host.contains('.') => Ok(given.trim().to_owned()),
        _ => Err(WrongSetting(format!(
            "CHOQUE_MAIL_FROM: '{given}' is not an address, as in cho@example.gov.vn"
        ))),
    }
}

fn is_this_machine(url: &reqwest::Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// An address whose answers nobody on the way can change: of https, or of this machine.
fn safe_address(name: &str, url: &str) -> Result<String, WrongSetting> {
    let address = web_address(name, url)?;
    match reqwest::Url::parse(&address) {
        Ok(parsed) if parsed.scheme() == "https" || is_this_machine(&parsed) => Ok(url.to_owned()),
        _ => Err(WrongSetting(format!("{name}: '{url}' is not an https:// address"))),
    }
}

fn web_address(name: &str, url: &str) -> Result<String, WrongSetting> {
    let wrong = || {
        WrongSetting(format!(
            "{name}: '{url}' is not an http:// or https:// address without a query"
        ))
    };
    let uri: axum::http::Uri = url.parse().map_err(|_| wrong())?;
    let good = matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.host().is_some_and(|host| !host.is_empty())
        && uri.query().is_none();
    if good {
        Ok(url.trim_end_matches('/').to_owned())
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use figment::providers::Serialized;

    use super::*;

    fn with(name: &str, value: &str) -> Result<Config, String> {
        Config::from_figment(&Figment::new().merge(Serialized::default(name, value))).map_err(|wrong| wrong.to_string())
    }

    #[test]
    fn a_wrong_setting_is_refused_by_name() {
        for (name, value) in [
            ("listen", "8080"),
            ("database_url", "mysql://x"),
            ("public_url", "example.org"),
            ("resolver_url", "ftp://example.org"),
            ("gs1_prefix", "89x"),
            ("gs1_prefix", "893850"),
            ("gs1_prefix", "893850597419"),
            ("gs1_prefix", "2012345"),
            ("gs1_prefix", "9791234"),
            ("geoip", "no/such/file.mmdb"),
            ("media", "/photos"),
            ("limits", "maybe"),
            ("page_cache", "maybe"),
            ("money", "later"),
            ("verify_sellers", "perhaps"),
            ("review_listings", "1"),
            ("secret", "short"),
            ("sepay_secret", "x"),
            ("sms_url", "ftp://example.org"),
            ("sms_url", "http://example.org"),
            ("zalo_url", "http://example.org"),
            ("smtp_url", "https://example.org"),
            ("smtp_url", "smtp://cho:matkhau@example.org"),
            ("mail_from", "nobody"),
            ("lisen", "127.0.0.1:1"),
        ] {
            let sentence = with(name, value).expect_err(name);
            assert!(
                sentence.starts_with(&format!("CHOQUE_{}: ", name.to_uppercase())),
                "{sentence}"
            );
        }
    }

    #[test]
    fn a_provider_of_identity_is_set_whole_or_not_at_all() {
        let all = |pairs: &[(&str, &str)]| {
            let figment = pairs.iter().fold(Figment::new(), |figment, (name, value)| {
                figment.merge(Serialized::default(name, value))
            });
            Config::from_figment(&figment).map_err(|wrong| wrong.to_string())
        };
        let (issuer, id) = (("oidc_issuer", "https://id.example.vn"), ("oidc_client_id", "choque"));
        let config = all(&[issuer, id]).expect("good settings");
        assert_eq!(
            config.oidc.expect("a provider").scopes,
            ["profile", "phone"],
            "openid is asked for anyway"
        );
        let sentence = |pairs: &[(&str, &str)]| all(pairs).expect_err("refused");
        assert!(sentence(&[issuer]).starts_with("CHOQUE_OIDC_CLIENT_ID: "));
        assert!(sentence(&[id]).starts_with("CHOQUE_OIDC_ISSUER: "));
        assert!(sentence(&[("oidc_issuer", "http://id.example.vn"), id]).starts_with("CHOQUE_OIDC_ISSUER: "));
        assert!(sentence(&[issuer, id, ("oidc_client_secret", "x")]).starts_with("CHOQUE_OIDC_CLIENT_SECRET: "));
    }

    #[test]
    fn zalo_is_set_whole_or_not_at_all() {
        let wrong = with("zalo_url", "https://zns.example.vn/template").expect_err("no token");
        assert!(wrong.starts_with("CHOQUE_ZALO_TOKEN: "), "{wrong}");
        let folder = with("zalo_url", "file:///var/zalo").expect("a folder");
        assert_eq!(folder.messengers.zalo, Zalo::Folder("/var/zalo".into()));
        let mail = with("smtp_url", "smtps://cho:matkhau@smtp.example.vn").expect("a server");
        assert_eq!(
            format!("{:?}", mail.messengers.mail),
            "Server",
            "the password is not shown"
        );
    }

    #[test]
    fn what_is_absent_has_a_sensible_default() {
        let config = with("listen", "127.0.0.1:9000").expect("good settings");
        assert_eq!(config.database_url, "sqlite://data/choque.db");
        assert_eq!(config.public_url(), "http://127.0.0.1:9000");
        assert!(config.limits);
        assert!(config.policy.verify_sellers && !config.policy.review_listings);
    }

    #[test]
    fn a_company_prefix_leaves_room_for_numbers() {
        for prefix in ["8938505", "89385059741", "0360002"] {
            assert_eq!(
                with("gs1_prefix", prefix).expect("a prefix").gs1_prefix.as_deref(),
                Some(prefix)
            );
        }
    }
}
