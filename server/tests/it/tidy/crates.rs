//! Where a crate of others may be used: SQL only in `store`, Kafka only in its rooms, the browser only in `browser`.

use super::rust_text::{paths, rust_text};
use super::sources::Source;

/// A crate, and the files that may use it. Test folders may use all.
const CRATES: [(&str, &[&str]); 9] = [
    ("sqlx", &["store/"]),
    // The configuration asks librdkafka whether it knows a property.
    ("rdkafka", &["record-headers/", "pipeline/", "server/src/config/kafka.rs"]),
    ("record_headers", &["pipeline/src/kafka/", "pipeline/src/batch/"]),
    ("nisshi_broker", &["pipeline/src/kafka/"]),
    ("nisshi_storage", &["pipeline/src/kafka/"]),
    ("web_sys", &["app/src/browser/", "app/src/islands/"]),
    ("leptos", &["app/", "frontend/", "server/"]),
    ("axum", &["app/", "server/src/http/", "server/src/startup"]),
    ("tokio", &["app/", "pipeline/", "server/", "sinks/", "store/"]),
];

pub(super) fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust() && !source.is_test()) {
        for path in paths(&rust_text(&source.text).code) {
            // Any segment counts: `leptos::web_sys` is the same crate.
            let used = CRATES.iter().filter(|(name, _)| path.iter().any(|segment| segment == name));
            for (name, files) in used {
                if !files.iter().any(|files| source.path.starts_with(files)) {
                    problems.push(format!(
                        "{}: {name} belongs in {}, see {}",
                        source.path,
                        files.join(" and "),
                        path.join("::")
                    ));
                }
            }
        }
    }
    problems
}

#[cfg(test)]
mod teeth {
    use super::super::sample;
    use super::problems;

    #[test]
    fn a_crate_in_the_wrong_place_is_reported() {
        for (path, text) in [
            ("server/src/http/router.rs", "use sqlx::Row;"),
            ("server/src/http/router.rs", "fn f(producer: rdkafka::producer::BaseProducer) {}"),
            ("app/src/pages/home.rs", "use leptos::web_sys::Window;"),
            ("app/src/components/good.rs", "use leptos::{prelude::*, web_sys};"),
            ("domain/src/order.rs", "use tokio::time;"),
            ("domain/src/order.rs", "use leptos::prelude::*;"),
            ("store/src/lib.rs", "use axum::Router;"),
        ] {
            assert_eq!(problems(&sample(path, text)).len(), 1, "{path}: {text}");
        }
        assert!(problems(&sample("app/src/browser/dom.rs", "use web_sys::Window;")).is_empty());
        assert!(problems(&sample("server/tests/it/foreign.rs", "use rdkafka::ClientConfig;")).is_empty());
    }
}
