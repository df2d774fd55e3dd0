//! `POST /theme`: the switch between light and dark without JavaScript. It keeps the choice in a cookie and leads back
//! to the page that it was sent from, never to another site.

use app::Theme;
use app::cookies::came_over_https;
use axum::extract::Request;
use axum::http::header::{REFERER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use url::Url;

use super::limits;
use super::posted::{field, posted};

/// What is no choice changes nothing.
pub(super) async fn choose(request: Request) -> Response {
    let Ok((parts, body)) = posted(request).await else { return limits::too_large() };
    let theme = chosen(&body);
    let mut response = Redirect::to(&page_before(&parts.headers)).into_response();
    let cookie = theme.map(|theme| theme.cookie(came_over_https(&parts.headers)));
    if let Some(Ok(cookie)) = cookie.map(HeaderValue::try_from) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn chosen(body: &[u8]) -> Option<Theme> {
    field(body, app::theme::NAME).and_then(|name| Theme::parse(&name))
}

/// Path and query of the page with the switch. It begins with one slash exactly: with two, a browser would take what
/// follows for another site's name.
fn page_before(headers: &HeaderMap) -> String {
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let Some(page) = referer.and_then(|text| Url::parse(text).ok()) else {
        return "/".to_owned();
    };
    let query = page.query().map_or(String::new(), |query| format!("?{query}"));
    format!("/{}{query}", page.path().trim_start_matches(['/', '\\']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_in_the_shop() {
        for (referer, address) in [
            ("http://pantry.example/", "/"),
            ("http://pantry.example/order-new?add=rice", "/order-new?add=rice"),
            ("https://elsewhere.example/order-new", "/order-new"),
            ("http://pantry.example//elsewhere.example/", "/elsewhere.example/"),
            ("http://pantry.example/\\elsewhere.example/", "/elsewhere.example/"),
            ("nonsense", "/"),
            ("data:text/html,x", "/text/html,x"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, HeaderValue::from_static(referer));
            assert_eq!(page_before(&headers), address, "{referer}");
        }
        assert_eq!(page_before(&HeaderMap::new()), "/");
    }

    #[test]
    fn only_a_theme_is_chosen() {
        for (body, theme) in [("theme=dark", Some(Theme::Dark)), ("theme=blue", None), ("", None), ("a=dark", None)] {
            assert_eq!(chosen(body.as_bytes()), theme, "{body}");
        }
    }
}
