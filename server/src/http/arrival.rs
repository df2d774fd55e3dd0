//! Where the owner arrives after the log-in: at the page that was asked for, such as a range of the dashboard that
//! somebody shared, or else at the dashboard. Pure: addresses in, addresses out. Called by the guard and the log-in.

use super::owner_paths::{DASHBOARD_PATH, LOGIN_PATH};
use super::posted::field;
use axum::http::Uri;
use url::form_urlencoded;

/// The name of the page that was asked for, in the log-in's address.
const NEXT: &str = "next";
/// The longest address that the log-in leads to, in bytes; that of a range has about 80.
const ADDRESS_BYTES_MAX: usize = 512;

/// The log-in's address, for whoever asked for this one without a session.
pub(super) fn login_address(asked_for: &Uri) -> String {
    let address = asked_for.path_and_query().map_or("", |address| address.as_str());
    if address == DASHBOARD_PATH || !is_owners_page(address) {
        return LOGIN_PATH.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair(NEXT, address).finish();
    format!("{LOGIN_PATH}?{query}")
}

/// Where to arrive from the log-in's address. Never at another site's: what is not one of the owner's pages is the
/// dashboard.
pub(super) fn arrival(login: &Uri) -> String {
    let next = field(login.query().unwrap_or_default().as_bytes(), NEXT);
    next.filter(|address| is_owners_page(address)).unwrap_or_else(|| DASHBOARD_PATH.to_owned())
}

/// Whether one of the owner's pages stands at this path and query; the log-in itself is none to arrive at.
fn is_owners_page(address: &str) -> bool {
    let path = address.split_once('?').map_or(address, |(path, _)| path);
    address.len() <= ADDRESS_BYTES_MAX
        && address.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#'))
        && is_page(path)
}

fn is_page(path: &str) -> bool {
    match path.split('/').skip(1).collect::<Vec<_>>()[..] {
        ["admin", "metrics" | "time-zone" | "account" | "alerts" | "dead-letters"] => true,
        ["admin", "streams" | "dead-letters", id] | ["admin", "dead-letters", id, "redrive" | "discard"] => {
            !id.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(text: &str) -> Uri {
        text.parse().unwrap()
    }

    #[test]
    fn the_login_leads_back_to_the_page_that_was_asked_for() {
        for (asked_for, login) in [
            ("/admin/metrics", "/admin/login"),
            ("/admin/metrics?range=7d", "/admin/login?next=%2Fadmin%2Fmetrics%3Frange%3D7d"),
            (
                "/admin/metrics?range=7d&compare=week",
                "/admin/login?next=%2Fadmin%2Fmetrics%3Frange%3D7d%26compare%3Dweek",
            ),
            ("/admin/dead-letters/7", "/admin/login?next=%2Fadmin%2Fdead-letters%2F7"),
        ] {
            let address = login_address(&uri(asked_for));
            assert_eq!(address, login);
            assert_eq!(arrival(&uri(&address)), asked_for);
        }
    }

    #[test]
    fn every_page_of_the_owners_but_the_login_is_one_to_arrive_at() {
        let routes = leptos_axum::generate_route_list(app::App);
        let owners = routes.iter().map(|route| route.path().replace("{id}", "7").replace("{topic}", "air"));
        let owners: Vec<String> = owners.filter(|path| path.starts_with("/admin")).collect();
        assert_eq!(owners.len(), 10, "{owners:?}");
        for path in owners {
            assert_eq!(is_owners_page(&path), path != LOGIN_PATH, "{path}");
        }
    }

    #[test]
    fn what_is_no_page_to_arrive_at_leads_to_the_dashboard() {
        let long = format!("/admin/metrics?{}", "a".repeat(ADDRESS_BYTES_MAX));
        for asked_for in [
            "/admin",
            "/admin/logout",
            "/admin/none",
            "/Admin/alerts",
            "/admin/login?next=/admin/alerts",
            long.as_str(),
        ] {
            assert_eq!(login_address(&uri(asked_for)), "/admin/login", "{asked_for}");
        }
        for next in [
            "",
            "?next=",
            "?next=/",
            "?next=/my-orders",
            "?next=//elsewhere.example/admin/metrics",
            "?next=https://elsewhere.example/admin/metrics",
            "?next=/\\elsewhere.example/admin/metrics",
            "?next=/admin/login",
            "?next=/admin/metrics/stream",
            "?next=/admin/metrics%0d%0aX:y",
            "?next=/admin/dead-letters/%5C..%5C",
            "?next=/admin/dead-letters/%C3%A9",
            "?other=/admin/alerts",
        ] {
            assert_eq!(arrival(&format!("/admin/login{next}").parse().unwrap()), "/admin/metrics", "{next}");
        }
    }
}
