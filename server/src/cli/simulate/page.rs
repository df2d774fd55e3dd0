//! One visitor's browser: a cookie jar and connections of its own, and the headers that browsers send.

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, LOCATION, ORIGIN};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use std::time::Duration;
use url::Url;

const USER_AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 \
                          Safari/537.36 PantrySimulate";
/// How long a connection may take, in seconds.
const CONNECT_SECS_MAX: u64 = 5;
/// How long an answer may take with all its bytes, in seconds.
const ANSWER_SECS_MAX: u64 = 30;

pub(super) struct Browser {
    shop: Url,
    client: Client,
}

/// An answer, read to its end.
pub(super) struct Page {
    pub(super) status: StatusCode,
    /// Where a redirect leads, when it stays in the shop.
    pub(super) location: Option<String>,
    pub(super) html: String,
}

impl Browser {
    pub(super) fn new(shop: Url) -> reqwest::Result<Browser> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en-GB,en;q=0.9"));
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .default_headers(headers)
            .cookie_store(true)
            // An order is acknowledged by its redirect, so that each is seen.
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(CONNECT_SECS_MAX))
            .timeout(Duration::from_secs(ANSWER_SECS_MAX))
            .build()?;
        Ok(Browser { shop, client })
    }

    /// Whether the shop answers, whatever it says.
    pub(super) async fn answers(&self) -> bool {
        self.client.get(self.address("/healthz")).send().await.is_ok()
    }

    pub(super) async fn get(&self, path: &str) -> reqwest::Result<Page> {
        read(self.client.get(self.address(path))).await
    }

    /// Posts a form as the shop's own page would.
    pub(super) async fn post(&self, path: &str, fields: &[(String, String)]) -> reqwest::Result<Page> {
        let origin = self.shop.origin().ascii_serialization();
        let request = self
            .client
            .post(self.address(path))
            .header(ORIGIN, origin)
            .header(HeaderName::from_static("sec-fetch-site"), "same-origin")
            .form(fields);
        read(request).await
    }

    fn address(&self, path: &str) -> Url {
        let mut address = self.shop.clone();
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        address.set_path(path);
        address.set_query(query);
        address
    }
}

async fn read(request: RequestBuilder) -> reqwest::Result<Page> {
    let response: Response = request.send().await?;
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok()).map(ToOwned::to_owned);
    Ok(Page { status: response.status(), location, html: response.text().await? })
}
