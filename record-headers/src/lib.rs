//! Headers of Kafka's records as bytes. rdkafka 0.39 hands header names out as `&str` and panics on a name that is not
//! UTF-8, which any producer may send (`BorrowedHeaders::try_get` in its `message.rs`). This crate reads and writes
//! them through librdkafka itself, and holds the only unsafe code of the workspace. Called by `server::kafka`.

use rdkafka::message::{BorrowedMessage, OwnedHeaders};
use rdkafka_sys::types::{RDKafkaHeaders, RDKafkaRespErr};
use std::ffi::{CStr, c_char, c_void};
use std::ptr;

/// One header, borrowed from its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordHeader<'a> {
    /// Its name, of any bytes but `\0`: librdkafka ends a name at the first one.
    pub name: &'a [u8],
    /// Its value; `None` for null.
    pub value: Option<&'a [u8]>,
}

impl RecordHeader<'_> {
    /// How many bytes name and value have.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.name.len() + self.value.map_or(0, <[u8]>::len)
    }
}

/// The headers of a record, in their order. A name may stand there twice.
#[must_use]
pub fn of<'a>(message: &'a BorrowedMessage<'_>) -> Vec<RecordHeader<'a>> {
    let mut headers: *mut RDKafkaHeaders = ptr::null_mut();
    // SAFETY: `message` holds a valid `rd_kafka_message_t` for as long as it is borrowed. librdkafka parses the headers
    // at the first call and keeps them in the message, which owns them.
    let found = unsafe { rdkafka_sys::rd_kafka_message_headers(message.ptr(), &raw mut headers) };
    if found != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || headers.is_null() {
        return Vec::new();
    }
    // SAFETY: `headers` is valid, as just checked, and lives as long as the message.
    let count = unsafe { rdkafka_sys::rd_kafka_header_cnt(headers) };
    (0..count).filter_map(|index| header_at(message, headers, index)).collect()
}

/// Reads one header; `None` behind the last. `_owner` is the message that owns `headers`.
fn header_at<'a>(
    _owner: &'a BorrowedMessage<'_>,
    headers: *mut RDKafkaHeaders,
    index: usize,
) -> Option<RecordHeader<'a>> {
    let mut name: *const c_char = ptr::null();
    let mut value: *const c_void = ptr::null();
    let mut bytes = 0;
    // SAFETY: `headers` belongs to the owner, which is borrowed; the other pointers are to locals.
    let found =
        unsafe { rdkafka_sys::rd_kafka_header_get_all(headers, index, &raw mut name, &raw mut value, &raw mut bytes) };
    if found != RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR || name.is_null() {
        return None;
    }
    Some(RecordHeader {
        // SAFETY: a name ends with `\0` and lives as long as the message that owns it.
        name: unsafe { CStr::from_ptr(name) }.to_bytes(),
        // SAFETY: a value that is not null has so many bytes, which live as long as the message that owns them.
        value: (!value.is_null()).then(|| unsafe { std::slice::from_raw_parts(value.cast::<u8>(), bytes) }),
    })
}

/// Adds a header of any name and value. Answers whether librdkafka took it.
pub fn add(headers: &mut OwnedHeaders, name: &[u8], value: Option<&[u8]>) -> bool {
    // rdkafka's `as_borrowed` is a reference that points to librdkafka's own list; nothing else gives access to it.
    let list = ptr::from_ref(headers.as_borrowed()).cast::<RDKafkaHeaders>().cast_mut();
    let value_start = value.map_or(ptr::null(), <[u8]>::as_ptr);
    let (Ok(name_bytes), Ok(value_bytes)) =
        (isize::try_from(name.len()), isize::try_from(value.map_or(0, <[u8]>::len)))
    else {
        return false;
    };
    // SAFETY: `list` is the live list of `headers`, which is borrowed alone; librdkafka copies name and value.
    let added = unsafe {
        rdkafka_sys::rd_kafka_header_add(list, name.as_ptr().cast(), name_bytes, value_start.cast(), value_bytes)
    };
    added == RDKafkaRespErr::RD_KAFKA_RESP_ERR_NO_ERROR
}

#[cfg(test)]
mod tests {
    use super::*;
    use rdkafka::message::Headers;

    #[test]
    fn what_is_added_stands_in_rdkafkas_list() {
        let mut headers = OwnedHeaders::new();
        assert!(add(&mut headers, b"trace", Some(b"\0\xff")));
        assert!(add(&mut headers, b"empty", Some(b"")));
        assert!(add(&mut headers, b"null", None));
        assert!(add(&mut headers, b"\xff", Some(b"7")));
        assert_eq!(headers.count(), 4);
        let found: Vec<_> = (0..3).map(|index| headers.get(index)).map(|header| (header.key, header.value)).collect();
        assert_eq!(found, [("trace", Some(&b"\0\xff"[..])), ("empty", Some(&b""[..])), ("null", None)]);
        let copied = headers.clone();
        assert_eq!(copied.count(), 4);
    }
}
