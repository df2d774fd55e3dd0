//! The commands with which a PostgreSQL database is backed up and brought back. They name host and database, and never
//! a password: PostgreSQL's programs ask for it, or take it from PGPASSWORD or ~/.pgpass.

use std::path::Path;
use store::shell_word;
use url::Url;

/// Parameters that PostgreSQL's programs know under the same name as `DATABASE_URL`.
const SHARED_PARAMETERS: [&str; 7] = ["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert"];

/// Why no backup is made, and what makes one.
pub(super) fn backup_command(url: &str, file: &Path) -> String {
    format!(
        "a PostgreSQL database is backed up with its own program, beside running servers:\n  \
         pg_dump --format=custom --file={} --dbname={}",
        word(file),
        shell_word(&without_password(url))
    )
}

/// Why nothing is restored, and what does it.
pub(super) fn restore_commands(url: &str, file: &Path) -> String {
    format!(
        "a PostgreSQL database is restored with its own program. Stop every server, make the database anew and empty, \
         then run:\n  \
         pg_restore --exit-on-error --single-transaction --no-owner --dbname={} {}\n  server new-life",
        shell_word(&without_password(url)),
        word(file)
    )
}

fn word(file: &Path) -> String {
    let text = file.to_string_lossy();
    // A name that begins with a dash would be taken for an option.
    shell_word(&if text.starts_with('-') { format!("./{text}") } else { text.into_owned() })
}

fn without_password(url: &str) -> String {
    // The configuration has parsed it before.
    let Ok(mut parsed) = Url::parse(url) else { return String::new() };
    let _ = parsed.set_password(None);
    let shared: Vec<(String, String)> = parsed
        .query_pairs()
        .filter(|(name, _)| SHARED_PARAMETERS.contains(&&**name))
        .map(|(a, b)| (a.into(), b.into()))
        .collect();
    parsed.set_query(None);
    if !shared.is_empty() {
        parsed.query_pairs_mut().extend_pairs(shared);
    }
    parsed.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_host_and_database_and_no_password() {
        let url =
            "postgres://pantry:secret@db.example.com:6432/shop?sslmode=verify-full&password=secret&options=-c%20a=b";
        let command = backup_command(url, Path::new("my backup"));
        let expected = "pg_dump --format=custom --file='my backup' \
                        --dbname='postgres://pantry@db.example.com:6432/shop?sslmode=verify-full'";
        assert!(command.ends_with(expected), "{command}");
        let commands = restore_commands("postgres://pantry:secret@db/shop", Path::new("-a"));
        assert!(commands.contains("--dbname=postgres://pantry@db/shop ./-a\n  server new-life"), "{commands}");
        for text in [command, commands] {
            assert!(!text.contains("secret"), "{text}");
        }
    }
}
