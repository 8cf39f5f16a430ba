//! Reaching an address that somebody else named (another exchange, a seller's own system, a browser's push service) and
//! never the inside of our own network. Every address is checked when it is connected to, not when it is typed, so a name
//! that points elsewhere a moment later leads nowhere.

use std::{
    borrow::Cow,
    error::Error,
    io::Read as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, header};
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};

/// The longest a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest a whole page may take.
const WHOLE: Duration = Duration::from_secs(30);
/// The largest page that is read, before and after decompression. A page of ours is a tenth of it; the rest is room to
/// refuse a monstrous item by itself and go on.
const LARGEST: usize = 32 * 1024 * 1024;
const REDIRECTS: usize = 3;

/// Why an address was not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    #[error("'{0}' is not an address")]
    NotAnAddress(String),
    #[error("'{0}:' is not spoken here: an address begins with http:// or https://")]
    Scheme(String),
    #[error("the address must not hold a user name or a password")]
    Credentials,
    #[error("{0} is an address inside a private network, and nothing is reached there")]
    Inward(String),
    #[error("the name {0} is not known")]
    UnknownName(String),
    #[error("it sends us on to {0}, which is another site")]
    OtherSite(String),
    #[error("it sends us on more than {REDIRECTS} times")]
    TooManyRedirects,
    #[error("it did not answer within {} seconds", .0.as_secs_f32())]
    Silent(Duration),
    #[error("it cannot be connected to: {0}")]
    Unconnected(String),
    #[error("its answer broke off: {0}")]
    BrokenOff(String),
    #[error("its answer is larger than {} MB", LARGEST / 1024 / 1024)]
    TooLarge,
    #[error("its answer is compressed in a way that cannot be read")]
    Encoding,
}

/// What may be reached, and how long it may take.
#[derive(Clone, Debug)]
pub struct Reach {
    client: Client,
    door: Door,
    whole: Duration,
}

/// An answer.
#[derive(Debug)]
pub struct Heard {
    /// Where it came from in the end.
    pub url: Url,
    pub status: u16,
    pub headers: HeaderMap,
    /// The bytes as they were sent: what a digest is about.
    pub sent: Vec<u8>,
}

impl Heard {
    /// The bytes as they are read. Nothing is unpacked before this is asked for, so what is not believed never is.
    pub fn body(&self) -> Result<Cow<'_, [u8]>, Unreachable> {
        match self.headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
            None | Some(b"" | b"identity") => Ok(Cow::Borrowed(&self.sent)),
            Some(b"gzip") => unzipped(&self.sent).map(Cow::Owned),
            Some(_) => Err(Unreachable::Encoding),
        }
    }
}

impl Reach {
    /// `loopback`: whether this machine itself may be reached, as it may in demos.
    pub fn new(loopback: bool) -> Result<Self, Unreachable> {
        Self::within(loopback, WHOLE)
    }

    /// Like [`Reach::new`], for pages that take no longer than `whole`.
    pub fn within(loopback: bool, whole: Duration) -> Result<Self, Unreachable> {
        let door = Door { loopback };
        Self::built(door, whole, Policy::custom(move |attempt| follow(attempt, door)))
    }

    /// For [`Reach::post`]: what is sent goes to the address it is for and is not sent on, within `whole`.
    pub fn straight(loopback: bool, whole: Duration) -> Result<Self, Unreachable> {
        Self::built(Door { loopback }, whole, Policy::none())
    }

    fn built(door: Door, whole: Duration, redirects: Policy) -> Result<Self, Unreachable> {
        let client = Client::builder()
            .connect_timeout(CONNECT.min(whole))
            .timeout(whole)
            .redirect(redirects)
            .dns_resolver(Arc::new(door))
            // A proxy would connect for us, to wherever it likes.
            .no_proxy()
            .user_agent(concat!("choque/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Unreachable::Unconnected(error.to_string()))?;
        Ok(Self { client, door, whole })
    }

    /// The address `text`, if it may be reached as far as can be told from it.
    pub fn address(&self, text: &str) -> Result<Url, Unreachable> {
        let url = Url::parse(text.trim()).map_err(|_| Unreachable::NotAnAddress(text.to_owned()))?;
        self.door.check(&url)?;
        Ok(url)
    }

    /// Asks for `url`.
    pub async fn get(&self, url: Url) -> Result<Heard, Unreachable> {
        self.door.check(&url)?;
        let asked = self.client.get(url).header(header::ACCEPT_ENCODING, "gzip");
        let mut answer = asked.send().await.map_err(|error| self.why(&error))?;
        let (url, status, headers) = (answer.url().clone(), answer.status().as_u16(), answer.headers().clone());
        let mut sent = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.why(&error))? {
            if sent.len() + chunk.len() > LARGEST {
                return Err(Unreachable::TooLarge);
            }
            sent.extend_from_slice(&chunk);
        }
        Ok(Heard {
            url,
            status,
            headers,
            sent,
        })
    }

    /// Posts `body` under `headers`. What is answered counts once its status has come; of its body at most `most` bytes
    /// are read, and none are waited for longer than the whole may take.
    pub async fn post(&self, url: Url, headers: HeaderMap, body: Vec<u8>, most: usize) -> Result<Heard, Unreachable> {
        self.door.check(&url)?;
        let asked = self.client.post(url).headers(headers).body(body);
        let mut answer = asked.send().await.map_err(|error| self.why(&error))?;
        let (url, status, headers) = (answer.url().clone(), answer.status().as_u16(), answer.headers().clone());
        let mut sent = Vec::new();
        while sent.len() < most
            && let Ok(Some(chunk)) = answer.chunk().await
        {
            sent.extend_from_slice(&chunk[..chunk.len().min(most - sent.len())]);
        }
        Ok(Heard {
            url,
            status,
            headers,
            sent,
        })
    }

    /// What went wrong, in our words where they are the cause.
    fn why(&self, error: &reqwest::Error) -> Unreachable {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        let mut innermost = error.to_string();
        while let Some(error) = cause {
            if let Some(ours) = error.downcast_ref::<Unreachable>() {
                return ours.clone();
            }
            innermost = error.to_string();
            cause = error.source();
        }
        if error.is_timeout() {
            Unreachable::Silent(self.whole)
        } else if error.is_connect() {
            Unreachable::Unconnected(innermost)
        } else {
            Unreachable::BrokenOff(innermost)
        }
    }
}

fn unzipped(bytes: &[u8]) -> Result<Vec<u8>, Unreachable> {
    let mut body = Vec::new();
    let limit = LARGEST as u64 + 1;
    flate2::read::MultiGzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut body)
        .map_err(|_| Unreachable::Encoding)?;
    if body.len() > LARGEST {
        return Err(Unreachable::TooLarge);
    }
    Ok(body)
}

fn follow(attempt: reqwest::redirect::Attempt<'_>, door: Door) -> reqwest::redirect::Action {
    if let Err(error) = door.check(attempt.url()) {
        return attempt.error(error);
    }
    if attempt.previous().len() > REDIRECTS {
        return attempt.error(Unreachable::TooManyRedirects);
    }
    let first = attempt.previous().first().map(Url::origin);
    if first.is_some_and(|first| first != attempt.url().origin()) {
        let to = attempt.url().origin().ascii_serialization();
        return attempt.error(Unreachable::OtherSite(to));
    }
    attempt.follow()
}

/// Which addresses may be connected to.
#[derive(Clone, Copy, Debug)]
struct Door {
    loopback: bool,
}

impl Door {
    fn check(self, url: &Url) -> Result<(), Unreachable> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Unreachable::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unreachable::Credentials);
        }
        let Some(host) = url.host_str() else {
            return Err(Unreachable::NotAnAddress(url.to_string()));
        };
        // A host that is a number is never looked up, so it is looked at here. The address was parsed as the web does
        // (WHATWG URL), so 0x7f.1 stands here as 127.0.0.1.
        let literal: Option<IpAddr> = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
        match literal {
            Some(ip) if !self.lets(ip) => Err(Unreachable::Inward(host.to_owned())),
            _ => Ok(()),
        }
    }

    fn lets(self, ip: IpAddr) -> bool {
        is_outside(ip) || self.loopback && is_loopback(ip)
    }
}

impl Resolve for Door {
    fn resolve(&self, name: Name) -> Resolving {
        let door = *self;
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0))
                .await
                .map_err(|_| Unreachable::UnknownName(host.clone()))?;
            let let_in: Vec<SocketAddr> = found.filter(|address| door.lets(address.ip())).collect();
            if let_in.is_empty() {
                return Err(Unreachable::Inward(host).into());
            }
            Ok(Box::new(let_in.into_iter()) as Addrs)
        })
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
    }
}

/// Whether `ip` is an address of the open internet (IANA's special-purpose registries, RFC 6890).
fn is_outside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_outside_v4(ip),
        IpAddr::V6(ip) => is_outside_v6(ip),
    }
}

fn is_outside_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        // This network, private, shared (RFC 6598), loopback, link-local, protocol assignments, documentation, 6to4 relays,
        // benchmarks.
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    // Multicast and what is reserved above it.
    !special && a < 224
}

fn is_outside_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let embedded = |at: usize| {
        let ([a, b], [c, d]) = (segments[at].to_be_bytes(), segments[at + 1].to_be_bytes());
        is_outside_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // An IPv4 address in another form: mapped, translated (RFC 6052), 6to4.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => embedded(6),
        [0x2002, ..] => embedded(1),
        // Teredo, ORCHID and other assignments, documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // Global unicast is 2000::/3; unspecified, loopback, local and multicast addresses lie outside it.
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(loopback: bool) -> Reach {
        Reach::new(loopback).expect("a client")
    }

    #[test]
    fn nothing_inside_can_be_named_however_it_is_written() {
        for loopback in [false, true] {
            let reach = door(loopback);
            for inside in [
                "http://10.0.0.1",
                "http://172.16.0.1/",
                "https://192.168.1.1",
                "http://169.254.169.254/latest/meta-data",
                "http://100.64.0.1",
                "http://0.0.0.0",
                "http://0",
                "http://224.0.0.1",
                "http://255.255.255.255",
                "http://0xa9fea9fe",
                "http://[fe80::1]",
                "http://[fc00::1]",
                "http://[fd00:ec2::254]",
                "http://[::ffff:10.0.0.1]",
                "http://[::ffff:a9fe:a9fe]",
                "http://[64:ff9b::a9fe:a9fe]",
                "http://[2002:a9fe:a9fe::1]",
                "http://[2001:db8::1]",
                "http://[ff02::1]",
                "http://[::]",
            ] {
                assert!(
                    matches!(reach.address(inside), Err(Unreachable::Inward(_))),
                    "{inside} {:?}",
                    reach.address(inside)
                );
            }
        }
    }

    #[test]
    fn this_machine_is_reached_in_demos_only() {
        for own in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://0x7f.1",
            "http://2130706433",
            "http://017700000001",
            "http://[::1]:8080",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(matches!(door(false).address(own), Err(Unreachable::Inward(_))), "{own}");
            assert!(door(true).address(own).is_ok(), "{own}");
        }
    }

    #[test]
    fn only_plain_web_addresses_are_taken() {
        let reach = door(true);
        for (address, why) in [
            ("ftp://example.org", Unreachable::Scheme("ftp".into())),
            ("file:///etc/passwd", Unreachable::Scheme("file".into())),
            ("gopher://example.org", Unreachable::Scheme("gopher".into())),
            ("http://lan@example.org", Unreachable::Credentials),
            ("http://:secret@example.org", Unreachable::Credentials),
            ("example.org", Unreachable::NotAnAddress("example.org".into())),
            ("", Unreachable::NotAnAddress(String::new())),
        ] {
            assert_eq!(reach.address(address), Err(why), "{address}");
        }
        for address in [
            "https://example.org",
            "http://example.org:8080/",
            "http://8.8.8.8",
            "http://[2606:4700::1]",
        ] {
            assert!(reach.address(address).is_ok(), "{address}");
        }
    }

    #[tokio::test]
    async fn a_name_is_looked_at_when_it_is_resolved() {
        // Every machine knows this name, and where it leads.
        let url = door(false)
            .address("http://localhost:9")
            .expect("a name says nothing yet");
        assert!(matches!(door(false).get(url).await, Err(Unreachable::Inward(_))));
    }
}
