//! Which part may use which: the arrows of the design, `a -> b` only where the table says so.

use super::rust_text::{paths, rust_text};
use super::sources::Source;

/// The parts that arrows are drawn between: crates, and the rooms inside `app`, `pipeline` and `server`.
const PARTS: [&str; 19] = [
    "app",
    "domain",
    "frontend",
    "pipeline",
    "server",
    "sinks",
    "store",
    "streams",
    "app::api",
    "app::browser",
    "app::components",
    "app::islands",
    "app::pages",
    "app::shell",
    "pipeline::kafka",
    "server::cli",
    "server::config",
    "server::http",
    "server::startup",
];

/// A part's files, and the parts that they may use beside themselves. What is not listed here may use all.
const ARROWS: [(&str, &[&str]); 16] = [
    ("domain/", &[]),
    ("streams/", &["domain"]),
    ("store/", &["domain", "streams"]),
    ("frontend/", &["app"]),
    (
        "app/src/",
        &[
            "domain",
            "store",
            "streams",
            "app::api",
            "app::browser",
            "app::components",
            "app::islands",
            "app::pages",
            "app::shell",
        ],
    ),
    ("app/src/api/", &["domain", "store"]),
    ("app/src/browser/", &["domain"]),
    ("app/src/components/", &["domain", "streams"]),
    ("app/src/islands/", &["domain", "app::api", "app::browser"]),
    ("app/src/pages/", &["domain", "streams", "app::api", "app::components", "app::islands"]),
    ("app/src/shell/", &["app::components", "app::pages"]),
    ("pipeline/", &["domain", "sinks", "store", "streams", "pipeline::kafka"]),
    ("pipeline/src/kafka/", &["domain", "streams"]),
    ("server/src/cli/", &["domain", "pipeline", "store", "streams", "server::config"]),
    ("server/src/http/", &["domain", "pipeline", "sinks", "store", "streams", "app"]),
    ("sinks/", &["domain", "streams"]),
];

/// Rooms that may not use the rest of their crate either.
const CLOSED: [&str; 1] = ["pipeline::kafka"];

pub(super) fn problems(sources: &[Source]) -> Vec<String> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| source.is_rust()) {
        let arrows: Vec<_> = ARROWS.iter().filter(|(files, _)| source.path.starts_with(files)).collect();
        let module = module_of(&source.path);
        for path in paths(&rust_text(&source.text).code) {
            let Some(part) = part_of(&resolved(&path, &module)) else {
                continue;
            };
            let room = part_of(&module).filter(|room| CLOSED.contains(room));
            let is_own = room.map_or_else(|| module.join("::").starts_with(part), |room| room == part);
            let may_use = |allowed: &&str| part == *allowed || part.starts_with(&format!("{allowed}::"));
            if !is_own && arrows.iter().any(|(_, allowed)| !allowed.iter().any(may_use)) {
                problems.push(format!("{}: may not use {part}, as {} does", source.path, path.join("::")));
            }
        }
    }
    problems.dedup();
    problems
}

/// The most exact part that a path leads into.
fn part_of(path: &[String]) -> Option<&'static str> {
    let leads_into = |part: &&str| part.split("::").eq(path.iter().map(String::as_str).take(part.split("::").count()));
    PARTS.into_iter().filter(leads_into).max_by_key(|part| part.len())
}

/// `pipeline/src/decode/mod.rs` is `pipeline::decode`.
fn module_of(path: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod").trim_end_matches("/lib");
    stem.split('/').filter(|name| *name != "src").map(str::to_owned).collect()
}

/// A path from the crate's root: `crate`, `self` and `super` replaced by what they stand for in this module.
fn resolved(path: &[String], module: &[String]) -> Vec<String> {
    let supers = path.iter().take_while(|segment| *segment == "super").count();
    let base = match path[0].as_str() {
        "crate" => &module[..1],
        "self" => module,
        "super" => &module[..module.len().saturating_sub(supers).max(1)],
        _ => return path.to_vec(),
    };
    let rest = path.iter().skip_while(|segment| ["crate", "self", "super"].contains(&segment.as_str()));
    base.iter().chain(rest).cloned().collect()
}

#[cfg(test)]
mod teeth {
    use super::super::sample;
    use super::problems;

    #[test]
    fn a_wrong_arrow_is_reported() {
        for (path, text) in [
            ("domain/src/order.rs", "use store::Store;"),
            ("store/src/lib.rs", "use {domain::Money, app::App};"),
            ("app/src/components/tile.rs", "use crate::{api::admin, components::chart};"),
            ("app/src/pages/home.rs", "fn f() { store::Store::open() }"),
            ("app/src/api/admin.rs", "use super::super::pages::Home;"),
            ("app/src/islands/order_form/mod.rs", "use crate::components::OrderSummary;"),
            ("sinks/src/csv/mod.rs", "use store::Store;"),
            ("sinks/src/lib.rs", "use pipeline::kafka::Cluster;"),
            ("pipeline/src/live.rs", "fn f() -> server::http::Router { g() }"),
            ("server/src/http/csv.rs", "use crate::startup::start;"),
            ("pipeline/src/kafka/topics.rs", "use store::Store;"),
            ("pipeline/src/kafka/client.rs", "use crate::link::Link;"),
            ("server/src/cli/verify.rs", "use crate::startup::start;"),
        ] {
            assert_eq!(problems(&sample(path, text)).len(), 1, "{path}: {text}");
        }
    }

    #[test]
    fn a_right_arrow_is_not() {
        for (path, text) in [
            ("server/src/http/csv.rs", "use sinks::csv::CsvKind; use crate::http::HttpState; use app::pages::Home;"),
            ("pipeline/src/decode/mod.rs", "use super::batch::Batch; use crate::kafka::Cluster;"),
            ("server/src/startup.rs", "use crate::http; use pipeline::kafka::Cluster; use app::pages::Home;"),
            ("sinks/src/csv/mod.rs", "use super::file::Draft; // never store::Store"),
            ("app/src/pages/home.rs", "use crate::components::Good; use crate::api::goods; use super::Page;"),
            ("domain/src/order.rs", "use crate::Money; fn f() { std::mem::drop(\"store::Store\") }"),
        ] {
            assert_eq!(problems(&sample(path, text)), Vec::<String>::new(), "{path}");
        }
    }
}
