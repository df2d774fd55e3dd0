//! A document that says one thing and has no data and no script, for when no page can be rendered: it looks as every
//! page of the shop does, and stands where leptos answers no request. Called by the server's layers.

use leptos::prelude::*;
use std::borrow::Cow;
use std::fmt;

use crate::Theme;
use crate::components::{SiteFooter, SiteHeader};
use crate::shell::document;

/// What the document says. Displays as the same in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainWords {
    /// What happened.
    pub title: &'static str,
    /// What to do about it.
    pub text: Cow<'static, str>,
    /// Where to go from here.
    pub way: Way,
}

/// Where a document without data leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the shop's first page.
    Shop,
    /// To the owner's dashboard.
    Dashboard,
    /// To the owner's log-in, in a new tab: what was sent can be sent again from this one.
    Login,
}

impl Way {
    const fn link(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Way::Shop => ("/", "Back to the shop", None),
            Way::Dashboard => ("/admin/metrics", "Back to the dashboard", None),
            Way::Login => ("/admin/login", "Log in, in a new tab", Some("_blank")),
        }
    }
}

impl fmt::Display for PlainWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (href, name, _) = self.way.link();
        writeln!(f, "{}. {}\n{name}: {href}", self.title, self.text)
    }
}

/// The document as HTML, in the colours that its reader chose.
#[must_use]
pub fn plain_document(words: PlainWords, theme: Option<Theme>) -> String {
    let PlainWords { title, text, way } = words;
    let (href, name, target) = way.link();
    // The owner's pages have no ways into the shop above them.
    let class = if way == Way::Shop { "notice" } else { "notice owners" };
    Owner::new().with(|| {
        let head = view! { <title inner_html=title></title> };
        let body = view! {
            <SiteHeader path=String::new() />
            <main id="main">
                <section class=class>
                    <img src="/empty-shelf.svg" alt="" width="240" height="150" />
                    <h1>{title}</h1>
                    <p>{text}</p>
                    <p>
                        <a class="button secondary" href=href target=target>
                            {name}
                        </a>
                    </p>
                </section>
            </main>
            <SiteFooter path=String::new() />
        };
        document(theme, head, body).to_html()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_whole_document_with_one_way_on() {
        for (way, link) in [
            (Way::Shop, "<a href=\"/\" class=\"button secondary\">Back to the shop"),
            (Way::Dashboard, "<a href=\"/admin/metrics\" class=\"button secondary\">Back to the dashboard"),
            (Way::Login, "<a href=\"/admin/login\" target=\"_blank\" class=\"button secondary\">Log in, in a new tab"),
        ] {
            let words = PlainWords { title: "That was too much", text: "<Nothing> was done.".into(), way };
            let html = plain_document(words, Some(Theme::Dark));
            assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\" data-theme=\"dark\"><head>"), "{html}");
            for part in [
                "<title>That was too much</title>",
                "<h1>That was too much",
                "<p>&lt;Nothing&gt; was done.",
                "/pkg/pantry.css",
                link,
            ] {
                assert!(html.contains(part), "{part}: {html}");
            }
            assert!(!html.contains("<script"), "{html}");
        }
    }
}
