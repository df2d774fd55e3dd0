//! The owner's door tried from outside, through the whole router with a database of its own: who gets in, who does
//! not, and when a session ends.

use super::{HttpState, LoginDesk, StreamPlaces, router};
use crate::password::hash_password;
use app::{Shop, SiteVersion};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::Snapshot;
use leptos::prelude::LeptosOptions;
use std::path::Path;
use std::sync::Arc;
use store::{Clock, DatabaseOptions, Store};
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

pub(super) const PASSWORD: &str = "correct horse";
const HOUR_MICROS: i64 = 3_600_000_000;

/// A shop's HTTP side without pipeline; requests come from no address.
pub(super) struct Door {
    router: Router,
    state: HttpState,
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) live: watch::Sender<Arc<Snapshot>>,
    pub(super) shutdown: CancellationToken,
    pub(super) folder: TempDir,
}

pub(super) async fn door() -> Door {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::default();
    let store = open(folder.path(), clock.clone()).await;
    let (live, live_receiver) = watch::channel(Arc::new(Snapshot::default()));
    let shutdown = CancellationToken::new();
    let state = HttpState {
        verify_asked: Arc::default(),
        delivery_made: Arc::default(),
        shop: Shop { store: store.clone(), live: live_receiver, webhook: Some("https://hooks.example.com".into()) },
        options: LeptosOptions::builder().output_name("pantry").site_root(folder.path().display().to_string()).build(),
        page_views: mpsc::channel(8).0,
        dropped_page_views: Arc::default(),
        data_dir: folder.path().to_owned(),
        shutdown: shutdown.clone(),
        login_desk: Arc::new(LoginDesk::default()),
        stream_places: StreamPlaces::default(),
        site: SiteVersion("abc".into()),
        reload_port: None,
        clients: super::Clients::default(),
        ingest: super::ingest::Ingest::default(),
    };
    Door { router: router(state.clone()), state, store, clock, live, shutdown, folder }
}

async fn open(folder: &Path, clock: Clock) -> Store {
    let (relay, mut relayed) = mpsc::channel(64);
    tokio::spawn(async move { while relayed.recv().await.is_some() {} });
    let database = DatabaseOptions::at(format!("sqlite://{}/pantry.db", folder.display()));
    let store = Store::open(&database, clock, relay).await.unwrap();
    store.set_owner_password_hash(hash_password(PASSWORD).unwrap()).await.unwrap();
    store
}

impl Door {
    pub(super) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(super) async fn ask(&self, method: Method, path: &str, cookie: &str) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn try_password(&self, password: &str) -> Response<Body> {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/admin/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(format!("username=owner&password={password}"))).unwrap()).await
    }

    /// Logs in; the answer is what the browser then sends as its cookie.
    pub(super) async fn log_in(&self) -> String {
        let response = self.try_password("correct+horse").await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(header_of(&response, header::LOCATION), "/admin/metrics");
        let cookie = header_of(&response, header::SET_COOKIE);
        assert!(cookie.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    }
}

pub(super) fn header_of(response: &Response<Body>, name: header::HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

pub(super) async fn text_of(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// While the routes of one shop were being learnt, pages of another one in the same process waited for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn shops_that_open_meanwhile_hold_up_no_page() {
    let door = door().await;
    let cookie = door.log_in().await;
    let stop = CancellationToken::new();
    let opening = {
        let (state, stop) = (door.state.clone(), stop.clone());
        std::thread::spawn(move || {
            while !stop.is_cancelled() {
                drop(router(state.clone()));
            }
        })
    };
    for _ in 0..50 {
        let page = door.ask(Method::GET, "/admin/metrics", &cookie).await;
        assert_eq!(page.status(), StatusCode::OK);
    }
    stop.cancel();
    opening.join().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_of_the_owners_answers_without_a_session() {
    let door = door().await;
    std::fs::write(door.folder.path().join("orders.csv"), "datetime\n").unwrap();
    let made_up = format!("pantry_session={}", "A".repeat(43));
    for cookie in ["", "pantry_session=", made_up.as_str()] {
        for (method, path, status) in [
            (Method::GET, "/admin", 303),
            (Method::GET, "/admin/metrics", 303),
            (Method::GET, "/admin/whatever", 303),
            (Method::GET, "/%61dmin/metrics", 303),
            (Method::GET, "/api/../admin/metrics", 401),
            (Method::POST, "/admin/logout", 303),
            (Method::GET, "/admin/metrics/stream", 401),
            (Method::GET, "/admin/metrics/requests.csv", 401),
            (Method::GET, "/admin/metrics/feedback.csv", 401),
            (Method::GET, "/admin/metrics/live", 401),
            (Method::POST, "/api/admin/report", 401),
            (Method::GET, "/api/admin/report", 401),
            (Method::POST, "/api/admin/other", 401),
            (Method::GET, "/admin/dead-letters", 303),
            (Method::GET, "/admin/dead-letters/1", 303),
            (Method::GET, "/admin/dead-letters/1/redrive", 303),
            (Method::GET, "/admin/dead-letters/redrive-all", 303),
            (Method::POST, "/admin/dead-letters/1/redrive", 401),
            (Method::POST, "/admin/dead-letters/1/discard", 401),
            (Method::POST, "/admin/dead-letters/redrive-all", 401),
            (Method::GET, "/admin/login", 200),
        ] {
            let response = door.ask(method.clone(), path, cookie).await;
            assert_eq!(response.status().as_u16(), status, "{method} {path}");
            assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-store", "{method} {path}");
            if status == 303 {
                assert_eq!(header_of(&response, header::LOCATION).split('?').next(), Some("/admin/login"));
            }
            assert!(!text_of(response).await.contains("taken_at"), "{method} {path}");
        }
        // Other spellings lead to the one address of a page; leptos would render what follows the first two slashes.
        for (path, leads_to) in [
            ("//admin/metrics", "/admin/metrics"),
            ("//elsewhere/admin/metrics", "/elsewhere/admin/metrics"),
            ("/\\elsewhere/admin/metrics", "/elsewhere/admin/metrics"),
        ] {
            let response = door.ask(Method::GET, path, cookie).await;
            assert_eq!(response.status(), StatusCode::MOVED_PERMANENTLY, "{path}");
            assert_eq!(header_of(&response, header::LOCATION), leads_to);
            assert_eq!(text_of(response).await, "", "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_owner_logs_in_sees_figures_and_logs_out() {
    let door = door().await;
    let cookie = door.log_in().await;
    let page = door.ask(Method::GET, "/admin/metrics", &cookie).await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = text_of(page).await;
    for test_id in ["open-requests", "today-revenue", "chart-orders", "closed-minutes", "pipeline-lag", "logout"] {
        assert!(html.contains(&format!("data-testid=\"{test_id}\"")), "{test_id}");
    }
    let query = serde_json::json!({ "query": "range=24h" }).to_string();
    let request = Request::post("/api/admin/report")
        .header(header::COOKIE, &cookie)
        .header(header::CONTENT_TYPE, "application/json");
    let report = door.send(request.body(Body::from(query)).unwrap()).await;
    assert_eq!(report.status(), StatusCode::OK);
    let report = text_of(report).await;
    assert!(report.contains("chart-orders") && report.contains("\"reload_seconds_min\":2"), "{report}");
    assert_eq!(door.ask(Method::GET, "/admin/login", &cookie).await.status(), StatusCode::SEE_OTHER);
    let logged_out = door.ask(Method::POST, "/admin/logout", &cookie).await;
    assert_eq!(header_of(&logged_out, header::LOCATION), "/admin/login");
    assert!(header_of(&logged_out, header::SET_COOKIE).starts_with("pantry_session=; Path=/; Max-Age=0"));
    let page = door.ask(Method::GET, "/admin/metrics", &cookie).await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wrong_password_is_said_and_five_are_enough() {
    let door = door().await;
    for _ in 0..5 {
        let response = door.try_password("wrong").await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(header_of(&response, header::SET_COOKIE), "");
        assert!(text_of(response).await.contains("role=\"alert\""));
    }
    let refused = door.try_password("correct+horse").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let seconds: u32 = header_of(&refused, header::RETRY_AFTER).parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert!(text_of(refused).await.contains("Too many attempts"));
    door.clock.advance_micros(61_000_000);
    door.log_in().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_runs_out_after_twelve_hours() {
    let door = door().await;
    let cookie = door.log_in().await;
    door.clock.advance_micros(11 * HOUR_MICROS);
    assert_eq!(door.ask(Method::GET, "/admin/metrics", &cookie).await.status(), StatusCode::OK);
    door.clock.advance_micros(HOUR_MICROS);
    assert_eq!(door.ask(Method::GET, "/admin/metrics", &cookie).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_files_are_the_owners_alone() {
    let door = door().await;
    let cookie = door.log_in().await;
    let missing = door.ask(Method::GET, "/admin/metrics/orders.csv", &cookie).await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    std::fs::write(door.folder.path().join("orders.csv"), "datetime\n").unwrap();
    let file = door.ask(Method::GET, "/admin/metrics/orders.csv", &cookie).await;
    assert_eq!(header_of(&file, header::CONTENT_TYPE), "text/csv; charset=utf-8");
    assert_eq!(header_of(&file, header::CACHE_CONTROL), "no-store");
    assert_eq!(text_of(file).await, "datetime\n");
}
