//! Every committed input once more, without a fuzzer: what was found stays fixed.

use super::*;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Hands every input of `fuzz/corpus/<target>` to it, and says which one it was that failed.
fn replay(target: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let inputs = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut replayed = 0;
    for input in inputs {
        let path = input.unwrap().path();
        let data = fs::read(&path).unwrap();
        let checked = catch_unwind(AssertUnwindSafe(|| check(&data)));
        assert!(checked.is_ok(), "{}: see above", path.display());
        replayed += 1;
    }
    assert!(replayed > 0, "{} is empty", folder.display());
}

#[test]
fn addresses_of_the_corpus() {
    replay("addresses", addresses);
}

#[test]
fn cookies_of_the_corpus() {
    replay("cookies", cookies);
}

#[test]
fn environments_of_the_corpus() {
    replay("environment", environment);
}

#[test]
fn fields_of_the_corpus() {
    replay("fields", fields);
}

#[test]
fn files_of_the_corpus() {
    let folder = tempfile::tempdir().unwrap();
    replay("files", |data| files(data, folder.path()));
}

#[test]
fn letters_of_the_corpus() {
    replay("letters", letters);
}

#[test]
fn order_forms_of_the_corpus() {
    replay("order_form", order_form);
}

#[test]
fn records_of_the_corpus() {
    replay("records", records);
}

#[test]
fn reports_of_the_corpus() {
    replay("reports", reports);
}

#[test]
fn rules_of_the_corpus() {
    replay("rules", rules);
}
