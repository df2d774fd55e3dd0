//! Counts page views: pages that this server rendered.
//!
//! A page never waits for its being counted: where the way to the outbox is full, the view is dropped, and that is
//! counted. A form shown again, a file, the owner's pages and server functions are no page views.

use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, REFERER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use domain::{PagePath, ViewKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::PageView;
use tokio::sync::mpsc;

/// Where a request comes from, as the browser says and no page can forge.
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// The way from a request to the outbox. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PageViewCounter {
    views: mpsc::Sender<PageView>,
    dropped: Arc<AtomicI64>,
}

impl PageViewCounter {
    /// Views go to `views`; those that find it full raise `dropped`.
    #[must_use]
    pub fn new(views: mpsc::Sender<PageView>, dropped: Arc<AtomicI64>) -> Self {
        PageViewCounter { views, dropped }
    }

    fn count(&self, view: PageView) {
        if self.views.try_send(view).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The layer around all routes.
pub(super) async fn count_page(State(counter): State<PageViewCounter>, request: Request, next: Next) -> Response {
    let page = match *request.method() {
        Method::GET => PagePath::parse(request.uri().path()),
        _ => None,
    };
    let is_visit = page.is_some() && begins_visit(request.headers());
    let response = next.run(request).await;
    if let Some(path) = page
        && response.status() == StatusCode::OK
        && is(response.headers(), "text/html")
    {
        counter.count(PageView { path, kind: ViewKind::Page, is_visit });
    }
    response
}

/// Whether a page was asked for from anywhere but the shop itself: then a visit begins. The browser says where from;
/// one that does not is judged by the page that it came from, and by its not having come from any.
fn begins_visit(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (text(SEC_FETCH_SITE), text(REFERER.as_str()), text(HOST.as_str())) {
        (Some(site), ..) => site != "same-origin",
        (None, Some(referer), Some(host)) => !host.eq_ignore_ascii_case(host_of(referer)),
        (None, ..) => true,
    }
}

/// Host and port of an address: `shop.example:3000` of `https://shop.example:3000/order-new`.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether the body is of this type, whatever its character set.
fn is(headers: &HeaderMap, content_type: &str) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(content_type))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::response::IntoResponse;
    use tower::ServiceExt;

    fn counter(queue_length: usize) -> (PageViewCounter, mpsc::Receiver<PageView>) {
        let (sender, receiver) = mpsc::channel(queue_length);
        (PageViewCounter::new(sender, Arc::new(AtomicI64::new(0))), receiver)
    }

    /// What is counted when `method path` is answered with `status` and `content_type`.
    async fn counted(method: Method, path: &str, status: u16, content_type: &'static str) -> Option<PageView> {
        let (counter, mut views) = counter(1);
        let status = StatusCode::from_u16(status).unwrap();
        let app = Router::new()
            .fallback(move || async move { (status, [(CONTENT_TYPE, content_type)]).into_response() })
            .layer(from_fn_with_state(counter, count_page));
        let request = Request::builder().method(method).uri(path);
        app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        views.try_recv().ok()
    }

    #[tokio::test]
    async fn only_pages_of_the_shop_answered_with_200_count() {
        const HTML: &str = "text/html; charset=utf-8";
        let cases = [
            (Method::GET, "/", 200, HTML, Some(PagePath::Home)),
            (Method::GET, "/?from=mail", 200, HTML, Some(PagePath::Home)),
            (Method::GET, "/order-new", 200, HTML, Some(PagePath::OrderNew)),
            (Method::GET, "/order-new-complete?order=1", 200, HTML, Some(PagePath::OrderNewComplete)),
            (Method::GET, "/order-new-complete?order=1", 404, HTML, None),
            (Method::GET, "/my-orders", 200, HTML, Some(PagePath::MyOrders)),
            (Method::HEAD, "/", 200, HTML, None),
            (Method::POST, "/order-new", 422, HTML, None),
            (Method::POST, "/order-new", 200, HTML, None),
            (Method::GET, "/", 503, HTML, None),
            (Method::GET, "/", 200, "text/plain", None),
            (Method::GET, "/admin/metrics", 200, HTML, None),
            (Method::GET, "/goods/rice.svg", 200, "image/svg+xml", None),
            (Method::GET, "/api/goods", 200, HTML, None),
        ];
        for (method, path, status, content_type, expected) in cases {
            let name = format!("{method} {path} {status}");
            let expected = expected.map(|path| PageView { path, kind: ViewKind::Page, is_visit: true });
            assert_eq!(counted(method, path, status, content_type).await, expected, "{name}");
        }
    }

    #[test]
    fn a_visit_begins_outside_of_the_shop() {
        for (headers, begins) in [
            (&[][..], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "cross-site")], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "same-origin"), ("referer", "https://other.example/")], false),
            (&[("host", "shop.example")], true),
            (&[("host", "shop.example"), ("referer", "https://shop.example/order-new?a=b")], false),
            (&[("host", "Shop.example:3000"), ("referer", "http://shop.example:3000")], false),
            (&[("host", "shop.example"), ("referer", "https://shop.example:3000/")], true),
            (&[("host", "shop.example"), ("referer", "https://other.example/shop.example")], true),
            (&[("host", "shop.example"), ("referer", "shop.example")], true),
            (&[("referer", "https://shop.example/")], true),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, HeaderValue::from_static(value));
            }
            assert_eq!(begins_visit(&map), begins, "{headers:?}");
        }
    }

    #[test]
    fn a_full_way_drops_the_view_and_counts_that() {
        let (counter, _views) = counter(1);
        let view = PageView { path: PagePath::Home, kind: ViewKind::Page, is_visit: true };
        counter.count(view);
        counter.count(view);
        assert_eq!(counter.dropped.load(Ordering::Relaxed), 1);
    }
}
