//! A customer's browser without JavaScript: gets pages, reads the form as it is rendered, and posts it.

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Client, StatusCode};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// A browser; follows no redirect by itself, so that each answer is seen.
#[derive(Clone)]
pub(crate) struct Browser {
    client: Client,
    addr: SocketAddr,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// The order form with what stands in its fields.
#[derive(Clone, Debug)]
pub(crate) struct Form(pub(crate) BTreeMap<String, String>);

/// What a customer wants.
#[derive(Clone, Debug)]
pub(crate) struct Cart<'a> {
    pub(crate) goods: &'a [(&'a str, i64)],
    pub(crate) email: &'a str,
    pub(crate) is_paid: bool,
}

impl Form {
    pub(crate) fn set(&mut self, name: &str, value: impl ToString) {
        self.0.insert(name.to_owned(), value.to_string());
    }

    pub(crate) fn key(&self) -> &str {
        &self.0["submission_key"]
    }

    pub(crate) fn fill(&mut self, cart: &Cart<'_>) {
        for (slug, quantity) in cart.goods {
            self.set(&format!("quantity[{slug}]"), quantity);
        }
        self.set("email", cart.email);
        if cart.is_paid {
            self.set("pay_now", "yes");
        }
    }

    /// The fields of the order form in a page, with their values.
    pub(crate) fn read(html: &str) -> Form {
        let mut forms = html.split("<form").skip(1).filter_map(|rest| rest.split("</form").next());
        let form = forms.find(|form| form.contains("name=\"submission_key\"")).unwrap_or_default();
        let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
        let is_ticked_or_no_box = |input: &&str| !input.contains("type=\"checkbox\"") || input.contains(" checked");
        let field = |input: &str| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()));
        Form(inputs.filter(is_ticked_or_no_box).filter_map(field).collect())
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split('"').next()?.replace("&amp;", "&"))
}

impl Browser {
    pub(crate) fn new(addr: SocketAddr) -> Browser {
        Browser::with_cookies(addr, true)
    }

    /// One that never ordered anything: it keeps no cookie.
    pub(crate) fn stranger(&self) -> Browser {
        Browser::with_cookies(self.addr, false)
    }

    fn with_cookies(addr: SocketAddr, keeps_cookies: bool) -> Browser {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).cookie_store(keeps_cookies);
        Browser { client: client.build().unwrap(), addr }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// The owner's browser, logged in.
    pub(crate) async fn of_owner(addr: SocketAddr) -> Browser {
        let browser = Browser::new(addr);
        assert_eq!(browser.post("/admin/login", &[("password", "a long password")]).await.status, 303);
        browser
    }

    /// Gets a page, or says that nobody answered.
    pub(crate) async fn try_get(&self, path: &str) -> Result<Answer, reqwest::Error> {
        answer(self.client.get(self.url(path)).send().await?).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_get(path).await.unwrap()
    }

    /// Posts a body.
    pub(crate) async fn try_post(&self, path: &str, kind: &str, body: Vec<u8>) -> Result<Answer, reqwest::Error> {
        let post = self.client.post(self.url(path)).header(CONTENT_TYPE, kind).body(body);
        answer(post.send().await?).await
    }

    /// Posts these fields, as the button of a plain form does.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        answer(self.client.post(self.url(path)).form(fields).send().await.unwrap()).await.unwrap()
    }

    /// Sends the form, as the button does.
    pub(crate) async fn try_send(&self, form: &Form) -> Result<Answer, reqwest::Error> {
        answer(self.client.post(self.url("/order-new")).form(&form.0).send().await?).await
    }

    pub(crate) async fn send(&self, form: &Form) -> Answer {
        self.try_send(form).await.unwrap()
    }

    /// Opens the order form.
    pub(crate) async fn form(&self) -> Form {
        let page = self.get("/order-new").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        Form::read(&page.body)
    }

    /// Opens the form, fills it in and sends it; answers the address of the order's page.
    pub(crate) async fn order(&self, cart: &Cart<'_>) -> String {
        let mut form = self.form().await;
        form.fill(cart);
        let answer = self.send(&form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.location.unwrap()
    }
}

async fn answer(response: reqwest::Response) -> Result<Answer, reqwest::Error> {
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok(Answer { status: response.status(), location, body: response.text().await? })
}
