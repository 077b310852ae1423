//! Just enough HTTP/1.1 to read a request and to frame an answer.
//!
//! Reads what well-behaved clients send (RFC 9112): a head, then a body by content-length or in
//! chunks. Anything else ends the connection.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Outcome, Recorded};

const MAX_HEAD: usize = 256 * 1024;
const MAX_BODY: usize = 128 * 1024 * 1024;

/// A connection and what was read from it but not yet used.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// The next request; `None` where the caller has gone or does not speak HTTP.
    pub(crate) async fn request(&mut self) -> Option<Recorded> {
        let end = self.head_end().await?;
        let head = String::from_utf8_lossy(&self.take(end)).into_owned();
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let body = self.body(&headers).await?;
        let model = model_in_path(&path).unwrap_or_else(|| model_of(&body));
        Some(Recorded {
            number: 0,
            method,
            path,
            headers,
            body,
            model,
            outcome: Outcome::Running,
            connection: 0,
        })
    }

    /// Returns when the caller has gone away.
    pub(crate) async fn gone(&mut self) {
        let mut byte = [0; 1024];
        while let Ok(read) = self.stream.read(&mut byte).await {
            if read == 0 {
                return;
            }
            self.buffer.extend_from_slice(&byte[..read]);
        }
    }

    async fn body(&mut self, headers: &[(String, String)]) -> Option<Vec<u8>> {
        let header = |name| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        if header("expect").is_some() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
        }
        if header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
            return self.chunked().await;
        }
        let length = header("content-length").map_or(Some(0), |value| value.parse().ok())?;
        self.exactly(length).await
    }

    async fn chunked(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(self.line().await?.split(';').next()?.trim(), 16).ok()?;
            let piece = self.exactly(size).await?;
            self.line().await?;
            if size == 0 {
                return Some(body);
            }
            body.extend_from_slice(&piece);
        }
    }

    async fn line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n") {
                let line = self.take(end + 2);
                return Some(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            self.fill().await?;
        }
    }

    async fn head_end(&mut self) -> Option<usize> {
        loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                return Some(end + 4);
            }
            if self.buffer.len() > MAX_HEAD {
                return None;
            }
            self.fill().await?;
        }
    }

    async fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        if length > MAX_BODY {
            return None;
        }
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Some(self.take(length))
    }

    async fn fill(&mut self) -> Option<()> {
        let read = self.stream.read_buf(&mut self.buffer).await.ok()?;
        (read > 0).then_some(())
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(length);
        std::mem::replace(&mut self.buffer, rest)
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// The model of Google's paths: `/v1beta/models/MODEL:METHOD`.
fn model_in_path(path: &str) -> Option<String> {
    let (_, rest) = path.split('?').next()?.split_once("/v1beta/models/")?;
    rest.rsplit_once(':').map(|(model, _)| model.replace("%2F", "/"))
}

fn model_of(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    value["model"].as_str().unwrap_or_default().to_owned()
}

/// The head of an answer.
pub(crate) fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
    for (name, value) in headers {
        head.push_str(name);
        head.push_str(": ");
        head.push_str(value);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// One chunk of a chunked body.
pub(super) fn chunk(piece: &[u8]) -> Vec<u8> {
    let mut framed = format!("{:x}\r\n", piece.len()).into_bytes();
    framed.extend_from_slice(piece);
    framed.extend_from_slice(b"\r\n");
    framed
}

/// What ends a chunked body.
pub(super) const LAST_CHUNK: &[u8] = b"0\r\n\r\n";
