//! Light or dark, where a customer chose one. Without a choice the browser's own preference holds.
//!
//! The choice is a cookie, so that the server writes it into the document and nothing flashes. The page's switch is a
//! form that posts to [`ADDRESS`]; with JavaScript it changes the page at once and keeps the same cookie
//! itself.

/// Where the switch without JavaScript posts to.
pub const ADDRESS: &str = "/theme";
/// The cookie, and the field of the form. Scripts may read it: it is no secret.
pub const NAME: &str = "theme";
/// A year, in seconds.
const AGE_SECONDS_MAX: i64 = 365 * 24 * 60 * 60;

/// A choice of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Theme; 2] = [Theme::Light, Theme::Dark];

    /// As it stands in the cookie, in the form and in the document.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of exactly this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The cookie that keeps it, as `Set-Cookie` and `document.cookie` both take it.
    #[must_use]
    pub fn cookie(self, is_https: bool) -> String {
        let secure = if is_https { "; Secure" } else { "" };
        format!("{NAME}={}; Path=/; Max-Age={AGE_SECONDS_MAX}; SameSite=Lax{secure}", self.name())
    }

    /// What a request's `Cookie` header says.
    #[must_use]
    pub fn of_cookies(cookies: &str) -> Option<Theme> {
        cookies
            .split(';')
            .filter_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='))
            .find_map(Theme::parse)
    }

    /// The choice of the browser whose request leptos is answering.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn of_request() -> Option<Theme> {
        let parts = leptos::prelude::use_context::<axum::http::request::Parts>()?;
        let cookies = parts.headers.get_all(axum::http::header::COOKIE);
        cookies.iter().filter_map(|value| value.to_str().ok()).find_map(Theme::of_cookies)
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn the_choice_is_found_among_cookies() {
        for (cookies, theme) in [
            ("", None),
            ("theme=", None),
            ("theme=blue", None),
            ("theme=DARK", None),
            ("my_theme=dark", None),
            ("themes=dark", None),
            ("theme=dark", Some(Theme::Dark)),
            ("a=b;  theme=light ; c=d", Some(Theme::Light)),
            ("theme=blue; theme=dark", Some(Theme::Dark)),
        ] {
            assert_eq!(Theme::of_cookies(cookies), theme, "{cookies}");
        }
    }

    #[test]
    fn the_cookie_is_read_back() {
        for theme in Theme::ALL {
            let cookie = theme.cookie(true);
            assert_eq!(Theme::of_cookies(cookie.split(';').next().unwrap()), Some(theme));
            assert!(cookie.ends_with("; Path=/; Max-Age=31536000; SameSite=Lax; Secure"), "{cookie}");
        }
    }
}
