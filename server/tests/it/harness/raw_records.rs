//! Writes records byte by byte over Kafka's protocol: what a client library would refuse to send, a stranger's may not.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const TIMEOUT: Duration = Duration::from_secs(20);
/// The produce request that every broker since 0.11 takes, and its version without compact fields.
const PRODUCE: i16 = 0;
const PRODUCE_VERSION: i16 = 3;
/// Kafka's codes for an unknown partition, none that leads it, and another broker that does.
const NO_LEADER: [i16; 3] = [3, 5, 6];
/// The reversed polynomial of CRC-32C, which covers a batch.
const CRC_32C: u32 = 0x82f6_3b78;
/// How many bytes of a batch stand before what its checksum covers.
const BYTES_BEFORE_ATTRIBUTES: usize = 21;

/// A record of any bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawRecord {
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) headers: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

impl RawRecord {
    pub(crate) fn new(value: impl Into<Vec<u8>>) -> RawRecord {
        RawRecord { value: Some(value.into()), ..RawRecord::default() }
    }

    pub(crate) fn with_header(mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> RawRecord {
        self.headers.push((name.into(), Some(value.into())));
        self
    }
}

/// Writes one batch to a partition that the broker at `bootstrap` leads.
pub(crate) async fn produce(bootstrap: &str, topic: &str, partition: i32, millis: i64, records: &[RawRecord]) {
    let code = offer(bootstrap, topic, partition, millis, records).await;
    assert_eq!(code, 0, "an error code of Kafka's protocol");
}

/// Like [`produce`]; the broker may refuse the batch. Answers the error code of Kafka's protocol, 0 for none.
pub(crate) async fn offer(bootstrap: &str, topic: &str, partition: i32, millis: i64, records: &[RawRecord]) -> i16 {
    let batch = batch(millis, records);
    super::until("a leader to take the batch", async || {
        let answered = tokio::time::timeout(TIMEOUT, try_produce(bootstrap, topic, partition, &batch)).await;
        match answered.expect("the broker answers") {
            // A topic that was just made has no leader at once. Nothing was written.
            code if NO_LEADER.contains(&code) => Err(format!("error code {code}")),
            code => Ok(code),
        }
    })
    .await
}

async fn try_produce(bootstrap: &str, topic: &str, partition: i32, batch: &[u8]) -> i16 {
    let mut request = Vec::new();
    request.extend(PRODUCE.to_be_bytes());
    request.extend(PRODUCE_VERSION.to_be_bytes());
    request.extend(1_i32.to_be_bytes());
    request.extend(string("raw"));
    // No transaction; all replicas; 10 seconds; one topic, one partition.
    request.extend((-1_i16).to_be_bytes());
    request.extend((-1_i16).to_be_bytes());
    request.extend(10_000_i32.to_be_bytes());
    request.extend(1_i32.to_be_bytes());
    request.extend(string(topic));
    request.extend(1_i32.to_be_bytes());
    request.extend(partition.to_be_bytes());
    request.extend(i32::try_from(batch.len()).unwrap().to_be_bytes());
    request.extend(batch);

    let mut stream = TcpStream::connect(bootstrap).await.unwrap();
    stream.write_all(&i32::try_from(request.len()).unwrap().to_be_bytes()).await.unwrap();
    stream.write_all(&request).await.unwrap();
    let bytes = stream.read_i32().await.unwrap();
    let mut answer = vec![0; usize::try_from(bytes).unwrap()];
    stream.read_exact(&mut answer).await.unwrap();
    // The request's number, one topic's name, one partition's number; then the error.
    let at = 4 + 4 + 2 + topic.len() + 4 + 4;
    i16::from_be_bytes([answer[at], answer[at + 1]])
}

/// A record batch of format 2, without compression.
pub(crate) fn batch(millis: i64, records: &[RawRecord]) -> Vec<u8> {
    let count = i32::try_from(records.len()).unwrap();
    let mut batch = Vec::new();
    batch.extend(0_i64.to_be_bytes());
    batch.extend(0_i32.to_be_bytes());
    batch.extend((-1_i32).to_be_bytes());
    batch.push(2);
    batch.extend(0_u32.to_be_bytes());
    batch.extend(0_i16.to_be_bytes());
    batch.extend((count - 1).to_be_bytes());
    batch.extend(millis.to_be_bytes());
    batch.extend(millis.to_be_bytes());
    // No producer id, no epoch, no sequence.
    batch.extend((-1_i64).to_be_bytes());
    batch.extend((-1_i16).to_be_bytes());
    batch.extend((-1_i32).to_be_bytes());
    batch.extend(count.to_be_bytes());
    for (index, record) in records.iter().enumerate() {
        let body = record_body(index, record);
        batch.extend(varint(i64::try_from(body.len()).unwrap()));
        batch.extend(body);
    }
    let bytes = i32::try_from(batch.len() - 12).unwrap();
    batch[8..12].copy_from_slice(&bytes.to_be_bytes());
    let checksum = crc_32c(&batch[BYTES_BEFORE_ATTRIBUTES..]);
    batch[17..21].copy_from_slice(&checksum.to_be_bytes());
    batch
}

fn record_body(index: usize, record: &RawRecord) -> Vec<u8> {
    let mut body = vec![0];
    body.extend(varint(0));
    body.extend(varint(i64::try_from(index).unwrap()));
    body.extend(bytes_or_null(record.key.as_deref()));
    body.extend(bytes_or_null(record.value.as_deref()));
    body.extend(varint(i64::try_from(record.headers.len()).unwrap()));
    for (name, value) in &record.headers {
        body.extend(bytes_or_null(Some(name)));
        body.extend(bytes_or_null(value.as_deref()));
    }
    body
}

fn bytes_or_null(bytes: Option<&[u8]>) -> Vec<u8> {
    let length = bytes.map_or(-1, |bytes| i64::try_from(bytes.len()).unwrap());
    [varint(length), bytes.unwrap_or_default().to_vec()].concat()
}

fn string(text: &str) -> Vec<u8> {
    [i16::try_from(text.len()).unwrap().to_be_bytes().to_vec(), text.as_bytes().to_vec()].concat()
}

/// Zigzag, seven bits a byte, the lowest first.
fn varint(number: i64) -> Vec<u8> {
    let mut rest = ((number << 1) ^ (number >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while rest >= 0x80 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
    bytes
}

fn crc_32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ CRC_32C } else { crc >> 1 })
    })
}

#[test]
fn the_checksum_is_crc_32c() {
    assert_eq!(crc_32c(b"123456789"), 0xe306_9283);
}
