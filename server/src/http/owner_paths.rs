//! Which paths are the owner's, and how a request without a session is turned away from them. Pure: strings in,
//! decisions out. Called by the guard.

use axum::http::Method;

/// Where the owner logs in; the one of the owner's paths that needs no session.
pub(super) const LOGIN_PATH: &str = "/admin/login";
/// Where the owner arrives.
pub(super) const DASHBOARD_PATH: &str = "/admin/metrics";

/// What becomes of a request for one of the owner's paths that has no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A page: the browser is sent to the log-in.
    ToLogin,
    /// A stream, a file, a form: 401 in words.
    Words,
    /// A server function: 401 with an error that the app understands.
    Function,
}

/// Whether the path belongs to the owner: everything under `/admin` and the owner's server functions. Tolerant on
/// purpose: whatever a later router may take for one of these paths, by decoding it, ignoring case or empty
/// segments, is guarded.
#[must_use]
pub(super) fn is_owners(path: &str) -> bool {
    let decoded = decode(path);
    let segments: Vec<&str> = decoded.split(['/', '\\']).filter(|segment| !matches!(*segment, "" | ".")).collect();
    match segments[..] {
        ["admin", ..] | ["api", "admin", ..] => true,
        // A path that climbs is none that this shop links to.
        _ => segments.contains(&".."),
    }
}

/// Whether the request is the log-in itself.
#[must_use]
pub(super) fn is_login(path: &str) -> bool {
    path.strip_suffix('/').unwrap_or(path) == LOGIN_PATH
}

/// How to turn a request away that has no session.
#[must_use]
pub(super) fn refusal(method: &Method, path: &str) -> Refusal {
    let decoded = decode(path);
    if decoded.trim_start_matches('/').starts_with("api") {
        return Refusal::Function;
    }
    let is_below_dashboard = decoded.strip_prefix(DASHBOARD_PATH).is_some_and(|rest| rest.len() > 1);
    let is_read = method == Method::GET || method == Method::HEAD;
    let is_file = decoded.ends_with(".csv");
    if is_below_dashboard || is_file || !(is_read || decoded == "/admin/logout") {
        Refusal::Words
    } else {
        Refusal::ToLogin
    }
}

/// Percent-decoded as often as anybody might, in lower case.
fn decode(path: &str) -> String {
    let once = decode_once(path);
    decode_once(&once).to_ascii_lowercase()
}

fn decode_once(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |index: usize| tail.get(index).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owners_paths_are_known_in_every_spelling() {
        for (path, owners) in [
            ("/", false),
            ("/order-new", false),
            ("/order-new-complete", false),
            ("/administrator", false),
            ("/api/goods", false),
            ("/pkg/admin.css", false),
            ("/admin", true),
            ("/admin/", true),
            ("/admin/login", true),
            ("/admin/metrics/stream", true),
            ("/admin/anything/else", true),
            ("//admin/metrics", true),
            ("/./admin/metrics", true),
            ("/%61dmin/metrics", true),
            ("/%2561dmin/metrics", true),
            ("/admin%2Fmetrics", true),
            ("/Admin/metrics", true),
            ("/pkg/../admin/metrics", true),
            ("/../admin/metrics", true),
            ("/%2e%2e/admin/metrics", true),
            ("/API/..//admin/snapshot", true),
            ("/api/admin/snapshot", true),
            ("/api//admin/snapshot", true),
            ("/%zz", false),
            ("/%", false),
        ] {
            assert_eq!(is_owners(path), owners, "{path}");
        }
    }

    #[test]
    fn only_the_login_is_the_login() {
        for (path, is) in [
            ("/admin/login", true),
            ("/admin/login/", true),
            ("/admin/login/x", false),
            ("/admin//login", false),
            ("/admin/logins", false),
            ("/admin/metrics", false),
        ] {
            assert_eq!(is_login(path), is, "{path}");
        }
    }

    #[test]
    fn pages_lead_to_the_login_and_the_rest_is_401() {
        for (method, path, how) in [
            (Method::GET, "/admin", Refusal::ToLogin),
            (Method::GET, "/admin/metrics", Refusal::ToLogin),
            (Method::HEAD, "/admin/metrics/", Refusal::ToLogin),
            (Method::GET, "/admin/none", Refusal::ToLogin),
            (Method::POST, "/admin/logout", Refusal::ToLogin),
            (Method::POST, "/admin/metrics", Refusal::Words),
            (Method::GET, "/admin/metrics/stream", Refusal::Words),
            (Method::GET, "/admin/metrics/orders.csv", Refusal::Words),
            (Method::POST, "/api/admin/snapshot", Refusal::Function),
            (Method::GET, "/api/admin/snapshot", Refusal::Function),
        ] {
            assert_eq!(refusal(&method, path), how, "{method} {path}");
        }
    }
}
