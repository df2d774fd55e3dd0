//! `server serve`: starts the shop, says where everything is, and stops it on a signal.

use crate::config::Config;
use crate::startup::{self, RunningShop, StartError};
use crate::telemetry;
use std::io::Write;
use std::process::ExitCode;
use store::Clock;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Runs the shop that these environment variables ask for, until SIGTERM or Ctrl-C; anything else that ends it is a
/// failure.
pub async fn serve(vars: impl Iterator<Item = (String, String)>) -> ExitCode {
    let ran = match Config::from_env(vars) {
        Ok(config) => {
            if let Some(step) = &config.crash_at
                && let Err(problem) = crash::arm(step)
            {
                let _ = writeln!(std::io::stderr(), "pantry: PANTRY_CRASH_AT: {problem}");
                return ExitCode::FAILURE;
            }
            telemetry::start_logging(config.log_filter.as_deref(), config.is_log_json);
            run(&config).await
        }
        Err(error) => Err(error.into()),
    };
    match ran {
        Ok(code) => code,
        Err(error) => {
            tracing::debug!(?error, "the shop did not start");
            let _ = writeln!(std::io::stderr(), "pantry: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: &Config) -> Result<ExitCode, StartError> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    config.site.check_root()?;
    let mut shop = tokio::select! {
        started = startup::start(config, Clock::default()) => started?,
        () = signalled(&mut terminate, &mut interrupt) => {
            tracing::info!("stopped before the shop was open");
            return Ok(ExitCode::SUCCESS);
        }
    };
    // A closed standard output is no reason not to sell.
    let _ = std::io::stdout().write_all(welcome(config, &shop).as_bytes());
    let code = tokio::select! {
        () = signalled(&mut terminate, &mut interrupt) => {
            tracing::info!("stopping: finishing requests, writing what is queued");
            ExitCode::SUCCESS
        }
        task = shop.failed() => {
            tracing::error!(task, "a part of the shop ended that should not; stopping");
            ExitCode::FAILURE
        }
    };
    tokio::select! {
        () = shop.stop() => tracing::info!("stopped"),
        () = signalled(&mut terminate, &mut interrupt) => tracing::warn!("stopped at once, as asked again"),
    }
    Ok(code)
}

async fn signalled(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// The block that greets whoever starts the shop.
fn welcome(config: &Config, shop: &RunningShop) -> String {
    let addr = shop.addr;
    let password = match (&shop.generated_password, &config.admin_password) {
        (Some(password), _) => format!("{password}   (made now, shown only this once)"),
        (None, Some(_)) => "as in ADMIN_PASSWORD".to_owned(),
        (None, None) => "as shown at the first start; set ADMIN_PASSWORD to change it".to_owned(),
    };
    format!(
        "\n  Pantry is open.\n\n    Shop       http://{addr}\n    Dashboard  http://{addr}/admin/metrics\n    Password   {password}\n    Data       {}\n    Broker     {}\n    Metrics    http://{}/metrics\n\n",
        config.data.dir.display(),
        shop.broker,
        shop.metrics_addr,
    )
}
