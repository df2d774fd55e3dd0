//! `server password` and `server renew-keys`: the owner's account from the command line, beside running servers. The
//! new password comes from the terminal, unseen, from standard input, or is made.

use super::COULD_NOT;
use crate::config::DataConfig;
use crate::password::{hash_password, password_problem, random_password};
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::process::{Command, ExitCode, Stdio};
use store::{Clock, NewPassword, OwnerDesk};

/// No more is read from standard input, in bytes.
const INPUT_BYTES_MAX: u64 = 4_096;

/// How the password is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
pub struct Options {
    /// Make a random password and print it.
    #[arg(long)]
    generate: bool,
    /// Turn the second factor off, as for an owner who lost the phone and the recovery codes.
    #[arg(long)]
    without_second_factor: bool,
}

/// Exit 0: the password is set; 2: it is not.
pub(super) async fn main(options: Options, vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let set = async {
        let mut desk = open(vars).await?;
        let password = if options.generate {
            random_password().map_err(|error| error.to_string())?
        } else {
            read_password().await?
        };
        if let Some(problem) = password_problem(&password) {
            return Err(problem);
        }
        let hash = hash_password(&password).map_err(|error| error.to_string())?;
        let without_second_factor = options.without_second_factor;
        let new = NewPassword { hash, without_second_factor, ..NewPassword::default() };
        desk.set_password(&new).await.map_err(|error| error.to_string())?;
        desk.close().await;
        Ok(if options.generate { format!("{password}\n") } else { String::new() })
    };
    let factor = if options.without_second_factor { " The second factor is off." } else { "" };
    let done = format!("The password is set, and every session has ended.{factor}");
    finish("set the password", set.await, &done)
}

/// Exit 0: the key is renewed; 2: it is not.
pub(super) async fn renew_keys(vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let renewed = async {
        let mut desk = open(vars).await?;
        desk.renew_cookie_key().await.map_err(|error| error.to_string())?;
        desk.close().await;
        Ok(String::new())
    };
    let done = "The key that signs cookies is renewed. Running servers take it within a minute. Cookies of the key before \
                are accepted for a year, or until you renew again.";
    finish("renew the key", renewed.await, done)
}

async fn open(vars: impl Iterator<Item = (String, String)>) -> Result<OwnerDesk, String> {
    let data = DataConfig::from_env(vars).map_err(|error| error.to_string())?;
    OwnerDesk::open(&data.database.url(), Clock::default()).await.map_err(|error| error.to_string())
}

/// What is printed for a program goes to standard output, what is said to a person to standard error.
fn finish(what: &str, result: Result<String, String>, done: &str) -> ExitCode {
    match result {
        Ok(printed) => {
            let _ = io::stdout().write_all(printed.as_bytes());
            let _ = writeln!(io::stderr(), "{done}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "pantry: cannot {what}: {error}");
            ExitCode::from(COULD_NOT)
        }
    }
}

async fn read_password() -> Result<String, String> {
    if !io::stdin().is_terminal() {
        let mut text = String::new();
        io::stdin().take(INPUT_BYTES_MAX).read_to_string(&mut text).map_err(|error| error.to_string())?;
        return Ok(first_line(&text).to_owned());
    }
    echo(false)?;
    let typed = tokio::select! {
        typed = tokio::task::spawn_blocking(ask_twice) => typed.map_err(|error| error.to_string()).flatten(),
        // A terminal must not be left without its echo.
        _ = tokio::signal::ctrl_c() => Err("given up".to_owned()),
    };
    echo(true)?;
    if typed.is_err() {
        // The thread that reads the terminal would hold up the end.
        let error = typed.err().unwrap_or_default();
        let _ = writeln!(io::stderr(), "\npantry: cannot set the password: {error}");
        std::process::exit(COULD_NOT.into());
    }
    typed
}

fn ask_twice() -> Result<String, String> {
    let ask = |prompt: &str| {
        let _ = write!(io::stderr(), "{prompt}");
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
        let _ = writeln!(io::stderr());
        Ok::<_, String>(first_line(&line).to_owned())
    };
    let password = ask("New password: ")?;
    if ask("New password again: ")? == password { Ok(password) } else { Err("the two are not the same".to_owned()) }
}

/// Whether the terminal shows what is typed.
fn echo(is_shown: bool) -> Result<(), String> {
    let how = if is_shown { "echo" } else { "-echo" };
    let done = Command::new("stty").arg(how).stdin(Stdio::inherit()).stderr(Stdio::null()).status();
    match done {
        Ok(status) if status.success() => Ok(()),
        _ => Err("the terminal would show the password; pipe it in, or use --generate".to_owned()),
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn a_password_is_the_first_line_as_it_is() {
        for (text, password) in [("secret\n", "secret"), (" a b \r\nx", " a b "), ("x", "x"), ("", ""), ("\nx", "")] {
            assert_eq!(first_line(text), password);
        }
    }
}
