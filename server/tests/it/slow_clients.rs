//! Clients that hold connections and send next to nothing: customers order meanwhile, memory stays bounded, and every
//! such connection ends.

use crate::harness::process::ServerProcess;
use crate::harness::{Browser, Cart, Place, run};
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const CART: Cart<'static> = Cart { goods: &[("rice", 1)], email: "a@example.com", is_paid: true };
const SLOW_CLIENTS: usize = 5_000;
/// Customers who order while the others hold on.
const CUSTOMERS: usize = 30;
/// What so many slow clients may add to the server's memory.
const GROWTH_BYTES_MAX: u64 = 110 * 1024 * 1024;
/// Longer than any time limit of a connection that waits for its client, also on a busy machine.
const ENDED_WITHIN: Duration = Duration::from_secs(90);

/// What slow clients send before they go silent: nothing, half a head, half a body.
const BEGINNINGS: [&[u8]; 3] = [
    b"",
    b"GET / HTTP/1.1\r\nHost: pantry.example\r\nX-Slow: ",
    b"POST /order-new HTTP/1.1\r\nHost: pantry.example\r\nContent-Length: 60\r\n\r\nsubmission_key=",
];

async fn hold(addr: SocketAddr, beginning: &[u8]) -> TcpStream {
    let mut client = TcpStream::connect(addr).await.unwrap();
    // One that was closed already is none that holds on.
    let _ = client.write_all(beginning).await;
    client
}

/// Reads until the server closes.
async fn ended(mut client: TcpStream) {
    let mut rest = Vec::new();
    let _ = client.read_to_end(&mut rest).await;
}

/// The resident memory of a process, in bytes.
fn resident_bytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[test]
fn five_thousand_slow_clients_keep_no_customer_out() {
    run(async {
        let place = Place::at_wall_clock();
        let server = ServerProcess::start(&place).await;
        Browser::new(server.addr).order(&CART).await;
        let before = resident_bytes(server.id());

        let mut slow = JoinSet::new();
        for number in 0..SLOW_CLIENTS {
            slow.spawn(ended(hold(server.addr, BEGINNINGS[number % BEGINNINGS.len()]).await));
        }
        for _ in 0..CUSTOMERS {
            // Each comes with a connection of their own.
            Browser::new(server.addr).order(&CART).await;
        }
        let growth = resident_bytes(server.id()).saturating_sub(before);
        let all_ended = tokio::time::timeout(ENDED_WITHIN, async { while slow.join_next().await.is_some() {} }).await;
        assert!(all_ended.is_ok(), "{} of {SLOW_CLIENTS} slow clients still hold on, {growth} bytes more", slow.len());
        assert!(growth < GROWTH_BYTES_MAX, "{growth} bytes more");
        server.terminate().await;
        assert_eq!(server.wait().await.code(), Some(0));
    });
}
