//! The proxy before a server that sends back what it gets.

use super::Proxy;
use crate::harness::{run, until_equal};
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

const MOMENT: Duration = Duration::from_millis(200);

/// A server that sends back what it gets, and a proxy before it.
async fn echo() -> Proxy {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                tokio::io::copy(&mut from, &mut to).await
            });
        }
    });
    Proxy::start(0, port).await
}

async fn connect(proxy: &Proxy) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port)).await.unwrap()
}

/// Sends a text and answers what comes back; `None` when nothing does in a moment.
async fn ask(stream: &mut TcpStream, text: &str) -> Option<String> {
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = vec![0; text.len()];
    let read = tokio::time::timeout(MOMENT * 5, stream.read_exact(&mut answer)).await;
    read.ok().map(|read| read.map(|_| String::from_utf8(answer).unwrap()).unwrap_or_default())
}

#[test]
fn it_carries_late_and_not_at_all() {
    run(async {
        let proxy = echo().await;
        let mut old = connect(&proxy).await;
        assert_eq!(ask(&mut old, "one").await.as_deref(), Some("one"));
        proxy.delay(MOMENT, MOMENT);
        let asked_at = Instant::now();
        assert_eq!(ask(&mut old, "two").await.as_deref(), Some("two"));
        assert!(asked_at.elapsed() >= MOMENT * 2);

        proxy.half_open();
        let mut new = connect(&proxy).await;
        assert_eq!(ask(&mut old, "three").await, None);
        assert_eq!(ask(&mut new, "four").await, None);
        proxy.restore();
        assert_eq!(ask(&mut old, "five").await, None, "a connection that lost bytes carries no others");
        assert_eq!(ask(&mut new, "six").await, None, "a connection that lost bytes carries no others");
        assert_eq!(ask(&mut connect(&proxy).await, "seven").await.as_deref(), Some("seven"));
        proxy.cut();
        assert_eq!(old.read(&mut [0]).await.unwrap_or_default(), 0, "closed");
        until_equal("all connections to be closed", 0, async || proxy.connections()).await;
    });
}

#[test]
fn it_loses_an_answer_once() {
    run(async {
        let proxy = echo().await;
        let (mut one, mut other) = (connect(&proxy).await, connect(&proxy).await);
        assert_eq!(ask(&mut one, "COM").await.as_deref(), Some("COM"), "a half of it");
        let sprung = proxy.lose_answer(b"COMMIT");
        assert_eq!(ask(&mut other, "MIT").await.as_deref(), Some("MIT"), "a half of it elsewhere");
        assert_eq!(ask(&mut one, "MIT;").await.as_deref(), Some(""), "closed without an answer");
        sprung.await.unwrap();
        assert_eq!(ask(&mut other, "COMMIT").await.as_deref(), Some("COMMIT"), "once");
    });
}

#[test]
fn it_forgets_a_connection_once() {
    run(async {
        let proxy = echo().await;
        let (mut one, mut other) = (connect(&proxy).await, connect(&proxy).await);
        let sprung = proxy.forget_question(b"JOIN");
        assert_eq!(ask(&mut one, "JO").await.as_deref(), Some("JO"), "a half of it");
        assert_eq!(ask(&mut one, "IN").await, None, "open without an answer");
        sprung.await.unwrap();
        assert_eq!(ask(&mut one, "more").await, None, "for good");
        assert_eq!(ask(&mut other, "JOIN").await.as_deref(), Some("JOIN"), "once");
    });
}
