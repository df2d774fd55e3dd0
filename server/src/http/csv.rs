//! `GET /admin/metrics/requests.csv`, `orders.csv` and `feedback.csv`: the files of the data folder, as downloads.
//! Only reads, and only as far as the file went when it was opened. Called by the router, behind the guard.

use super::plain_page::plain_page;
use super::state::HttpState;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::io;
use std::path::Path;
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

/// `GET /admin/metrics/requests.csv`.
pub(super) async fn requests_csv(State(state): State<HttpState>) -> Response {
    download(&state.data_dir, "requests.csv").await
}

/// `GET /admin/metrics/orders.csv`.
pub(super) async fn orders_csv(State(state): State<HttpState>) -> Response {
    download(&state.data_dir, "orders.csv").await
}

/// `GET /admin/metrics/feedback.csv`.
pub(super) async fn feedback_csv(State(state): State<HttpState>) -> Response {
    download(&state.data_dir, "feedback.csv").await
}

async fn download(data_dir: &Path, name: &'static str) -> Response {
    match open(&data_dir.join(name)).await {
        Ok((file, bytes)) => {
            let disposition = format!("attachment; filename=\"{name}\"");
            let mut response = Body::from_stream(ReaderStream::new(file.take(bytes))).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
            if let Ok(disposition) = HeaderValue::from_str(&disposition) {
                headers.insert(header::CONTENT_DISPOSITION, disposition);
            }
            response
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => plain_page(
            StatusCode::NOT_FOUND,
            "There is no such file yet",
            "It is written a few seconds after the first minute of the shop ends.",
        ),
        Err(error) => {
            tracing::warn!(file = name, error = %error, "a file could not be read for a download");
            plain_page(
                StatusCode::SERVICE_UNAVAILABLE,
                "The file cannot be read right now",
                "Try again in a moment. The log of the shop says why.",
            )
        }
    }
}

async fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path).await?;
    let bytes = file.metadata().await?.len();
    Ok((file, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text_of(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 1_024).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_file_is_downloaded_whole() {
        let folder = tempfile::tempdir().unwrap();
        let rows = "datetime,requests_num\n2026-11-22 12:00:00,7\n";
        std::fs::write(folder.path().join("requests.csv"), rows).unwrap();
        let response = download(folder.path(), "requests.csv").await;
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name| response.headers().get(&name).unwrap().to_str().unwrap();
        assert_eq!(header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
        assert_eq!(header(header::CONTENT_DISPOSITION), "attachment; filename=\"requests.csv\"");
        assert_eq!(header(header::CONTENT_LENGTH), rows.len().to_string());
        assert_eq!(text_of(response).await, rows);
    }

    #[tokio::test]
    async fn a_missing_file_is_said_to_come() {
        let folder = tempfile::tempdir().unwrap();
        let response = download(folder.path(), "orders.csv").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
