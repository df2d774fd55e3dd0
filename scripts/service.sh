# What scripts/apache-kafka and scripts/postgres share: a service that lives in a folder of its own, found by the
# process id that is kept there. Sourced, never run by itself.
# shellcheck shell=bash

# How a script says that what it needs cannot be had here; ./test then skips what rests on it.
readonly exit_skipped=77
# What `status` answers when nothing, or not everything, runs.
# shellcheck disable=SC2034 # for those who source this
readonly exit_stopped=3
# Ports for services are taken from here: below those that the system hands out by itself.
readonly port_first=10000 ports=9000

# Ends with the code for "skipped" and one line that says why.
skip() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit "$exit_skipped"
}

# A loopback port that nobody listens on and that is not among the arguments.
free_port() {
    local port
    while true; do
        port=$((port_first + (RANDOM * 32768 + RANDOM) % ports))
        [[ " $* " == *" $port "* ]] && continue
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    printf '%s\n' "$port"
}

# Calls the command until it succeeds; fails after $1 seconds.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}

# The command line of process $1, or nothing when there is none.
command_line() {
    if [[ -d /proc/self ]]; then
        # shellcheck disable=SC2002 # a process that has just ended is no error
        cat "/proc/$1/cmdline" 2>/dev/null | tr '\0' ' ' || true
    else
        ps -o command= -p "$1" 2>/dev/null || true
    fi
}

# Whether process $1 has ended. One that ended and whose parent has not asked yet counts as ended. A process that is
# just about to become another program has no command line for a moment, so that is not asked.
is_gone() {
    kill -0 "$1" 2>/dev/null || return 0
    if [[ -d /proc/self ]]; then
        grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
    else
        [[ "$(ps -o stat= -p "$1" 2>/dev/null)" == Z* ]]
    fi
}
