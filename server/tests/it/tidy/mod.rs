//! The structure test: house rules and import arrows, checked on every file of the repository.
//!
//! Each rule is a function from files to problems, so that each one is also shown to bite on a bad sample.

mod architecture;
mod arrows;
mod crates;
mod files;
mod kafka_keys;
mod rust_text;
mod sources;
mod variables;

use sources::{Source, sources};

/// Fails with every problem, one a line.
#[track_caller]
fn assert_tidy(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn sample(path: &str, text: &str) -> Vec<Source> {
    vec![Source { path: path.to_owned(), text: text.to_owned() }]
}

#[test]
fn arrows_run_one_way() {
    assert_tidy(&arrows::problems(&sources()));
}

#[test]
fn each_crate_stays_where_it_belongs() {
    assert_tidy(&crates::problems(&sources()));
}

#[test]
fn kafka_alone_spells_its_keys() {
    assert_tidy(&kafka_keys::problems(&sources()));
}

#[test]
fn files_are_small_and_say_what_they_do() {
    assert_tidy(&files::problems(&sources()));
}

#[test]
fn the_architecture_names_what_exists() {
    let sources = sources();
    let file = sources.iter().find(|source| source.path == "ARCHITECTURE.md");
    let file = file.expect("ARCHITECTURE.md is missing: it says how Pantry is built");
    assert_tidy(&architecture::problems(file, |path| sources::root().join(path).exists()));
}

#[test]
fn every_variable_is_explained() {
    assert_tidy(&variables::problems(&sources()));
}
