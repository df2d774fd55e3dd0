//! A mail server: it keeps what it was sent, and does with each connection what the test says: takes the mail, refuses
//! it, closes, or hangs. It speaks as much of SMTP (RFC 5321) as a sender needs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// It takes the mail.
    Takes,
    /// It answers this to whom the mail is for, and names the address, as many do.
    Refuses(u16),
    /// It never greets.
    HangsAtOnce,
    /// It keeps the mail and never says so.
    HangsWithMail,
    /// It takes the mail, and never says good-bye.
    HangsAfterwards,
    /// It closes instead of greeting.
    Closes,
}

/// A mail as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// Whom it is for, as the sender told the server.
    pub(crate) to: Vec<String>,
    raw: String,
}

impl Arrived {
    /// The value of a header, unfolded; empty where it is missing.
    pub(crate) fn header(&self, name: &str) -> String {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let prefix = format!("{name}: ");
        head.split("\r\n").find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default().to_owned()
    }

    /// How many headers have this name.
    pub(crate) fn headers(&self, name: &str) -> usize {
        let head = self.raw.split("\r\n\r\n").next().unwrap_or_default();
        head.split("\r\n").filter(|line| line.to_lowercase().starts_with(&format!("{}:", name.to_lowercase()))).count()
    }

    /// The text.
    pub(crate) fn text(&self) -> String {
        let (_, body) = self.raw.split_once("\r\n\r\n").expect("a body");
        let bytes = match self.header("Content-Transfer-Encoding").as_str() {
            "quoted-printable" => from_quoted_printable(body),
            "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
            "7bit" => body.as_bytes().to_vec(),
            other => panic!("the encoding is {other:?}"),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }

    /// Path and query of the only link of its text that holds this.
    #[track_caller]
    pub(crate) fn link(&self, part: &str, shop: &str) -> String {
        let text = self.text();
        let found = text.lines().find(|line| line.starts_with(shop) && line.contains(part));
        found.unwrap_or_else(|| panic!("{part} in {text}"))[shop.len()..].to_owned()
    }
}

fn from_quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'=' {
            let hex = std::str::from_utf8(&tail[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}

/// The server.
pub(crate) struct MailServer {
    addr: SocketAddr,
    kept: Arc<Mutex<Kept>>,
    serving: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Kept {
    arrived: Vec<Arrived>,
    connections: usize,
    logins: Vec<String>,
    /// For one connection after the other; after the last, mails are taken.
    does: Vec<Does>,
}

impl MailServer {
    /// Starts one on a free port.
    pub(crate) async fn start(does: &[Does]) -> MailServer {
        let kept = Arc::new(Mutex::new(Kept { does: does.to_vec(), ..Kept::default() }));
        // One that the system does not hand out, so that it is free again after a stop.
        let addr = SocketAddr::from(([127, 0, 0, 1], super::unused_port()));
        let mut server = MailServer { addr, kept, serving: None };
        server.open().await;
        server
    }

    /// Opens it again after a [`MailServer::stop`].
    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(self.addr).await.unwrap();
        self.serving = Some(tokio::spawn(serve(listener, Arc::clone(&self.kept))));
    }

    /// Ends it and every connection; nobody listens any more.
    pub(crate) async fn stop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
            let _ = serving.await;
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }

    /// What has arrived so far.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.kept.lock().unwrap().arrived.clone()
    }

    /// How senders said who they are.
    pub(crate) fn logins(&self) -> Vec<String> {
        self.kept.lock().unwrap().logins.clone()
    }

    /// How often somebody came.
    pub(crate) fn connections(&self) -> usize {
        self.kept.lock().unwrap().connections
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn serve(listener: TcpListener, kept: Arc<Mutex<Kept>>) {
    let mut connections = JoinSet::new();
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let does = {
            let mut kept = kept.lock().unwrap();
            kept.connections += 1;
            if kept.does.is_empty() { Does::Takes } else { kept.does.remove(0) }
        };
        let kept = Arc::clone(&kept);
        // Who breaks off in the middle is no failure of the test's.
        connections.spawn(async move { drop(converse(connection, does, &kept).await) });
    }
}

async fn converse(connection: TcpStream, does: Does, kept: &Mutex<Kept>) -> std::io::Result<()> {
    let (reader, mut writer) = connection.into_split();
    let mut lines = BufReader::new(reader);
    match does {
        Does::Closes => return Ok(()),
        Does::HangsAtOnce => std::future::pending().await,
        Does::Takes | Does::Refuses(_) | Does::HangsWithMail | Does::HangsAfterwards => {}
    }
    writer.write_all(b"220 mail.example.com\r\n").await?;
    let mut to = Vec::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let answer = match line.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" => "250-mail.example.com\r\n250-AUTH PLAIN\r\n250 8BITMIME".to_owned(),
            "AUTH" => {
                kept.lock().unwrap().logins.push(line.to_owned());
                "235 welcome".to_owned()
            }
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                to.push(address.clone());
                match does {
                    Does::Refuses(code) => format!("{code} 5.1.1 <{address}> not now"),
                    _ => "250 ok".to_owned(),
                }
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut raw = Vec::new();
                while !raw.ends_with(b"\r\n.\r\n") {
                    if lines.read_until(b'\n', &mut raw).await? == 0 {
                        return Ok(());
                    }
                }
                raw.truncate(raw.len() - 5);
                let raw = String::from_utf8(raw).unwrap().replace("\r\n..", "\r\n.");
                kept.lock().unwrap().arrived.push(Arrived { to: std::mem::take(&mut to), raw });
                if does == Does::HangsWithMail {
                    std::future::pending::<()>().await;
                }
                "250 taken".to_owned()
            }
            "QUIT" if does == Does::HangsAfterwards => std::future::pending().await,
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}
