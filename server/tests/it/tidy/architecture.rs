//! Every path that ARCHITECTURE.md names between backticks exists, and it stays short enough to be read.

use super::sources::Source;

const LINES_MAX: usize = 120;
const EXTENSIONS: [&str; 8] = [".rs", ".toml", ".md", ".sql", ".css", ".ts", ".sh", ".sample"];
/// What running makes, so that it is named and need not be there.
const MADE_BY_RUNNING: [&str; 2] = ["data/", "target/"];

pub(super) fn problems(file: &Source, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = file.text.lines().count();
    if lines > LINES_MAX {
        problems.push(format!("{}: {lines} lines, more than {LINES_MAX}", file.path));
    }
    let named = file.text.split('`').skip(1).step_by(2).filter(|text| is_path(text));
    for path in named {
        // Of a pattern, the folder before it must be there.
        let fixed = path.split(['*', '{', '<']).next().unwrap_or_default();
        let fixed =
            if fixed.len() < path.len() { fixed.rsplit_once('/').map_or("", |(folder, _)| folder) } else { path };
        if !exists(fixed) {
            problems.push(format!("{}: {path} does not exist, seen from the repository's root", file.path));
        }
    }
    problems
}

/// Whether a text between backticks is a path of the repository: not an address, not a command.
fn is_path(text: &str) -> bool {
    let is_named = text.contains('/') || EXTENSIONS.iter().any(|extension| text.ends_with(extension));
    let is_other = text.starts_with('/') || text.contains("://") || text.contains(char::is_whitespace);
    is_named && !is_other && !MADE_BY_RUNNING.iter().any(|made| text.starts_with(made))
}

#[test]
fn a_path_that_does_not_exist_is_reported() {
    let text =
        "`server/src/gone.rs`, `README.md`, `/admin/metrics`, `data/requests.csv`, `kafka://a/b`, `./run --demo`,
        `store/migrations/*`, `gone/*.sql`, `a -> b/c`, `order_id`";
    let file = Source { path: "ARCHITECTURE.md".to_owned(), text: text.to_owned() };
    let found = problems(&file, |path| ["README.md", "store/migrations"].contains(&path));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("server/src/gone.rs") && found[1].contains("gone/*.sql"), "{found:?}");
    let long = Source { path: "ARCHITECTURE.md".to_owned(), text: "\n".repeat(121) };
    assert_eq!(problems(&long, |_| true).len(), 1);
}
