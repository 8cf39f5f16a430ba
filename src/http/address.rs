//! Where a request comes from, for limits that count by address.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

/// The address a request comes from, where it can be told. Behind a web server of our own (one that reaches us from this
/// machine or a private network) it is the last one that `X-Forwarded-For` names: that server wrote it, while what stands
/// before it may be anybody's invention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self::behind(
            peer.map(|peer| peer.0.ip().to_canonical()),
            &parts.headers,
        ))
    }
}

impl Address {
    fn behind(peer: Option<IpAddr>, headers: &HeaderMap) -> Self {
        if peer.is_some_and(|ip| !is_ours(ip)) {
            return Self(peer);
        }
        // A server of ours that does not say for whom it asks stands for nobody: counting everybody as one would lock all out.
        let named = headers.get_all("x-forwarded-for").iter().next_back();
        let last = named.and_then(|value| value.to_str().ok()?.rsplit(',').next());
        Self(last.and_then(|text| text.trim().parse().ok()))
    }
}

fn is_ours(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_our_own_web_server_is_believed() {
        let headers = HeaderMap::from_iter([(
            "x-forwarded-for".parse().expect("a name"),
            HeaderValue::from_static("1.1.1.1, 203.0.113.9"),
        )]);
        let told = |peer: &str, headers: &HeaderMap| Address::behind(peer.parse().ok(), headers).0;
        assert_eq!(told("127.0.0.1", &headers), "203.0.113.9".parse().ok());
        assert_eq!(told("10.1.2.3", &headers), "203.0.113.9".parse().ok());
        assert_eq!(told("8.8.8.8", &headers), "8.8.8.8".parse().ok());
        assert_eq!(told("127.0.0.1", &HeaderMap::new()), None);
    }
}
