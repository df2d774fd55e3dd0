//! Whose request this is: the client's address and whether its browser speaks https, as the peer says or, where the
//! peer is a trusted proxy, its `X-Forwarded-For` or `Forwarded` header. A layer works it out once for each request;
//! sign-in attempts, rate limits, logs and cookies read it from there.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// The most proxies that are looked through.
const HOPS_MAX: usize = 16;
const FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED: &str = "forwarded";
const FORWARDED_PROTO: &str = "x-forwarded-proto";

/// Addresses and networks. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Arc<[IpNet]>);

impl Networks {
    /// Addresses and networks such as `10.0.0.0/8`, separated by commas.
    ///
    /// # Errors
    /// The first part that is neither.
    pub fn parse(text: &str) -> Result<Networks, String> {
        let network = |part: &str| {
            let part = part.trim();
            let address = part.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
            address.or_else(|_| part.parse::<IpNet>()).map_err(|_| part.to_owned())
        };
        text.split(',').map(network).collect::<Result<_, _>>().map(Networks)
    }

    /// Whether it lies in one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An IPv6 client has a whole /64 network of addresses; limits count the network.
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

/// The client of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) address: IpAddr,
    pub(super) is_https: bool,
}

impl Client {
    /// The client that [`identify`] found. A router that is driven without it, as in tests, knows none.
    pub(super) fn of(extensions: &Extensions) -> Client {
        let unknown = Client { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), is_https: false };
        extensions.get::<Client>().copied().unwrap_or(unknown)
    }

    fn find(peer: IpAddr, headers: &HeaderMap, proxies: &Networks) -> Client {
        let peer = peer.to_canonical();
        if proxies.contains(peer) {
            return Client { address: address(headers, proxies).unwrap_or(peer), is_https: is_https(headers) };
        }
        // Without TRUSTED_PROXIES the scheme is taken from anyone. Whoever lies changes only their own cookies, while a
        // shop behind a proxy that it was not told of keeps `Secure` on its customers' cookies.
        Client { address: peer, is_https: proxies.is_empty() && is_https(headers) }
    }
}

/// The layer that finds the client, for all that follow. What the app reads of the scheme is what was found here.
pub(super) async fn identify(State(proxies): State<Networks>, mut request: Request, next: Next) -> Response {
    let client = Client::find(peer(request.extensions()), request.headers(), &proxies);
    let scheme = HeaderValue::from_static(if client.is_https { "https" } else { "http" });
    request.headers_mut().insert(FORWARDED_PROTO, scheme);
    request.extensions_mut().insert(client);
    next.run(request).await
}

/// Who opened the connection. A router that is driven without a listener, as tests do, has nobody.
pub(super) fn peer(extensions: &Extensions) -> IpAddr {
    let info = extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip())
}

/// The right-most address that is no trusted proxy's; `None` when the headers cannot be believed. A proxy that writes
/// one of the two headers may pass the other on as the client sent it: where they differ, neither is believed.
fn address(headers: &HeaderMap, proxies: &Networks) -> Option<IpAddr> {
    let named = [hops(headers, FORWARDED_FOR, Some), hops(headers, FORWARDED, |element| parameter(element, "for"))]
        .map(|hops| hops.map(|hops| client_among(&hops, proxies)));
    match named {
        [Some(one), Some(other)] => one.filter(|_| one == other),
        [one, other] => one.or(other)?,
    }
}

/// What each proxy said, the nearest last; `None` without this header. An element without an address is an empty text.
fn hops<'a>(headers: &'a HeaderMap, name: &str, named: impl Fn(&'a str) -> Option<&'a str>) -> Option<Vec<&'a str>> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let elements = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    Some(elements.map(|element| named(element.trim()).unwrap_or_default()).collect())
}

fn client_among(hops: &[&str], proxies: &Networks) -> Option<IpAddr> {
    let mut client = None;
    for hop in hops.iter().rev().take(HOPS_MAX) {
        let address = parse_hop(hop)?;
        client = Some(address);
        if !proxies.contains(address) {
            break;
        }
    }
    client
}

/// An address, with or without port: `192.0.2.1:80`, `[2001:db8::1]:80`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let address = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    address.ok().or_else(bracketed).map(|address| address.to_canonical())
}

/// The value of a parameter of a `Forwarded` element, such as `for="[2001:db8::1]:80";proto=https`.
fn parameter<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()?;
    Some(value.trim_matches('"'))
}

/// Whether the browser speaks https: to this server never, so to the proxy before it, which says so.
fn is_https(headers: &HeaderMap) -> bool {
    let first = |name| headers.get(name).and_then(|value| value.to_str().ok()?.split(',').next());
    let protocol = match first(FORWARDED_PROTO) {
        Some(protocol) => Some(protocol.trim()),
        None => first(FORWARDED).and_then(|element| parameter(element, "proto")),
    };
    protocol.is_some_and(|protocol| protocol.eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client of a request from `peer` with these headers, when 10.0.0.0/8 and 2001:db8:9::/48 are trusted.
    fn client(peer: &str, lines: &[(&'static str, &str)]) -> (String, bool) {
        let proxies = Networks::parse("10.0.0.0/8, 2001:db8:9::/48").unwrap();
        found(peer, lines, &proxies)
    }

    fn found(peer: &str, lines: &[(&'static str, &str)], proxies: &Networks) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::try_from(*value).unwrap());
        }
        let client = Client::find(peer.parse().unwrap(), &headers, proxies);
        (client.address.to_string(), client.is_https)
    }

    #[test]
    fn the_right_most_untrusted_address_is_the_clients() {
        for (lines, expected) in [
            (&[][..], "10.0.0.1"),
            (&[("x-forwarded-for", "192.0.2.1")], "192.0.2.1"),
            (&[("x-forwarded-for", "198.51.100.7, 192.0.2.1, 10.3.3.3")], "192.0.2.1"),
            (&[("x-forwarded-for", "198.51.100.7"), ("x-forwarded-for", "192.0.2.1")], "192.0.2.1"),
            (&[("x-forwarded-for", "nonsense, 192.0.2.1")], "192.0.2.1"),
            (&[("x-forwarded-for", "10.1.1.1, 10.2.2.2")], "10.1.1.1"),
            (&[("x-forwarded-for", "192.0.2.1:4711")], "192.0.2.1"),
            (&[("x-forwarded-for", "[2001:db8::1]:4711, 2001:db8:9::1")], "2001:db8::1"),
            (&[("x-forwarded-for", "::ffff:192.0.2.1")], "192.0.2.1"),
            (&[("forwarded", "for=192.0.2.1;proto=http")], "192.0.2.1"),
            (&[("forwarded", "for=198.51.100.7, For=\"[2001:db8::1]:80\";by=10.0.0.1")], "2001:db8::1"),
            (&[("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "192.0.2.1")], "192.0.2.1"),
        ] {
            assert_eq!(client("10.0.0.1", lines).0, expected, "{lines:?}");
        }
    }

    #[test]
    fn malformed_headers_fall_back_to_the_peer() {
        for lines in [
            &[("x-forwarded-for", "")][..],
            &[("x-forwarded-for", "192.0.2.1, nonsense")],
            &[("x-forwarded-for", "192.0.2.1, unknown, 10.1.1.1")],
            &[("x-forwarded-for", "192.0.2.1,")],
            &[("x-forwarded-for", "\u{fffd}")],
            &[("forwarded", "for=unknown")],
            &[("forwarded", "for=_hidden")],
            &[("forwarded", "proto=https")],
            &[("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "192.0.2.2")],
        ] {
            assert_eq!(client("10.0.0.1", lines).0, "10.0.0.1", "{lines:?}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let lines = &[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
        assert_eq!(client("10.0.0.1", lines), ("192.0.2.1".to_owned(), true));
        assert_eq!(client("::ffff:10.0.0.1", lines), ("192.0.2.1".to_owned(), true));
        assert_eq!(client("203.0.113.9", lines), ("203.0.113.9".to_owned(), false));
        let forwarded = &[("forwarded", "for=192.0.2.1;proto=https")];
        assert_eq!(client("10.0.0.1", forwarded), ("192.0.2.1".to_owned(), true));
        let unset = Networks::default();
        assert_eq!(found("203.0.113.9", lines, &unset), ("203.0.113.9".to_owned(), true));
    }

    #[test]
    fn networks_are_read_and_others_named() {
        for (text, expected) in [
            ("10.0.0.1", Ok(true)),
            ("192.0.2.0/24 ,10.0.0.0/8", Ok(true)),
            ("::ffff:10.0.0.1", Ok(true)),
            ("2001:db8::/32", Ok(false)),
            ("", Err("")),
            ("10.0.0.1,,", Err("")),
            ("10.0.0.0/33", Err("10.0.0.0/33")),
            ("proxy.example", Err("proxy.example")),
        ] {
            let found = Networks::parse(text).map(|networks| networks.contains("10.0.0.1".parse().unwrap()));
            assert_eq!(found, expected.map_err(str::to_owned), "{text}");
        }
    }
}
