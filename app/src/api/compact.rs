//! Compact bytes as the server functions speak them.

use bytes::Bytes;
use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::compact::{CompactError, from_bytes, to_bytes};

/// Arguments and answers in the bodies of a `POST`.
pub type Compact = Post<CompactBytes>;

/// The shop's own encoding, see `compact`.
pub struct CompactBytes;

impl ContentType for CompactBytes {
    const CONTENT_TYPE: &'static str = "application/octet-stream";
}

impl FormatType for CompactBytes {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: Serialize> Encodes<T> for CompactBytes {
    type Error = CompactError;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        to_bytes(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for CompactBytes {
    type Error = CompactError;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        from_bytes(&bytes)
    }
}
