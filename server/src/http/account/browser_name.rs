//! A browser in words, for the owner's list of sessions: words of the shop's own, so that nothing that a stranger sends
//! is stored or shown.

use axum::http::{HeaderMap, header};

/// No more of the header is looked at, in bytes.
const HEADER_BYTES_MAX: usize = 512;
/// Part of the header, and the browser. The first that fits: most browsers also name those that they resemble.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// Such as "Firefox on Linux"; "Unknown browser" for what names none of those known.
pub(in crate::http) fn browser_name(headers: &HeaderMap) -> String {
    let header = headers.get(header::USER_AGENT).map(|value| value.as_bytes()).unwrap_or_default();
    let header = String::from_utf8_lossy(header.get(..header.len().min(HEADER_BYTES_MAX)).unwrap_or_default());
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(part, _)| header.contains(part)).map(|found| found.1);
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Unknown browser on {system}"),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn browsers_are_named() {
        let windows =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0";
        for (header, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
            (&format!("{windows} Safari/537.36"), "Chrome on Windows"),
            (&format!("{windows} Safari/537.36 Edg/141.0.0.0"), "Edge on Windows"),
            (&format!("{windows} Safari/537.36 OPR/120.0.0.0"), "Opera on Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.6 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.5.0", "curl"),
            ("<script>alert(1)</script>", "Unknown browser"),
            ("", "Unknown browser"),
            (&format!("{}Firefox/1 Linux", "x".repeat(HEADER_BYTES_MAX)), "Unknown browser"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, HeaderValue::try_from(header).unwrap());
            assert_eq!(browser_name(&headers), name, "{header}");
        }
        assert_eq!(browser_name(&HeaderMap::new()), "Unknown browser");
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_bytes(b"\xff\xfe Firefox/1").unwrap());
        assert_eq!(browser_name(&headers), "Firefox");
    }
}
