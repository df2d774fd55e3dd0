//! The site's files: where they are, and which build they are of.

use crate::config::Config;
use crate::http;
use app::SiteVersion;
use leptos::config::{Env, LeptosOptions};
use std::net::SocketAddr;

/// Under `cargo leptos watch` the files change while the shop runs.
pub(super) fn version(config: &Config) -> SiteVersion {
    if config.site.reload_port.is_some() {
        return SiteVersion::default();
    }
    http::version_of(&config.site.root.join("pkg"))
}

/// What leptos is told of it.
pub(super) fn leptos_options(config: &Config, addr: SocketAddr) -> LeptosOptions {
    let reload_port = config.site.reload_port;
    LeptosOptions::builder()
        .output_name("pantry")
        .site_root(config.site.root.display().to_string())
        .site_pkg_dir("pkg")
        .site_addr(addr)
        .reload_port(u32::from(reload_port.unwrap_or_default()))
        .env(if reload_port.is_some() { Env::DEV } else { Env::PROD })
        .build()
}
