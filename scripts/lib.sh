# What setup, run and test share: where things are, and how to speak. Sourced, never run by itself.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# A fresh shell may not have cargo's folder on its PATH; and the toolchain that the repository pins wins.
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
unset RUSTUP_TOOLCHAIN

target_dir="${CARGO_TARGET_DIR:-target}"
[[ "$target_dir" == /* ]] || target_dir="$PWD/$target_dir"
# shellcheck disable=SC2034 # for those who source this
server="$target_dir/release/server"

# The Python of an environment that has this version of kafka-python, where ./setup could make it.
kafka_python_version=3.0.12
# shellcheck disable=SC2034 # for those who source this
kafka_python="${XDG_CACHE_HOME:-$HOME/.cache}/pantry/kafka-python-$kafka_python_version/bin/python"

# cargo-deny, where ./setup could have it.
cargo_deny_version=0.20.2
# shellcheck disable=SC2034 # for those who source this
cargo_deny="${XDG_CACHE_HOME:-$HOME/.cache}/pantry/cargo-deny-$cargo_deny_version/bin/cargo-deny"

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The browser for the tests: PANTRY_CHROMIUM, or the first one that is installed. Prints nothing when there is none.
find_browser() {
    local name
    if [[ -n "${PANTRY_CHROMIUM:-}" ]]; then
        command -v "$PANTRY_CHROMIUM" || true
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if have "$name"; then
            command -v "$name"
            return
        fi
    done
}

# The Firefox for its journeys, likewise.
find_firefox() {
    local name
    if [[ -n "${PANTRY_FIREFOX:-}" ]]; then
        command -v "$PANTRY_FIREFOX" || true
        return
    fi
    for name in firefox-esr firefox; do
        if have "$name"; then
            command -v "$name"
            return
        fi
    done
}

# Builds server, wasm and style for release; what travels to a browser is compressed, once and for all.
# cargo-leptos may exit with 0 although the build failed, and removes no part that is no longer made: what an earlier build
# made goes first, what this one should have made is checked, and cargo says itself whether the server is there.
release_build() {
    local wasm=target/site/pkg/pantry.wasm
    rm -rf target/site/pkg
    LEPTOS_SITE_ROOT=target/site cargo leptos build --release --precompress || return 1
    [[ -s "$wasm" ]] || return 1
    cargo build --release --quiet --package server || return 1
}
