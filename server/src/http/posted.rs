//! What a browser posted with a plain form: the body, which has a limit, and its fields. Called by whatever takes a
//! form without JavaScript.

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use url::form_urlencoded;

use super::limits;

/// The request and its whole body.
///
/// # Errors
/// The body is larger than any form, or broke off; [`limits::too_large`] is the answer.
pub(super) async fn posted(request: Request) -> Result<(Parts, Bytes), axum::Error> {
    let (parts, body) = request.into_parts();
    Ok((parts, to_bytes(body, limits::BODY_BYTES_MAX).await?))
}

/// The value of the first field of this name.
pub(super) fn field(body: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(body).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_and_a_missing_one_is_none() {
        assert_eq!(field(b"value=%7B%22a%22%3A1%7D+&x=1", "value").as_deref(), Some("{\"a\":1} "));
        assert_eq!(field(b"value=1&value=2", "value").as_deref(), Some("1"));
        assert_eq!(field(b"", "value"), None);
    }
}
