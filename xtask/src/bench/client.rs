//! The caller: one kept-alive HTTP/1.1 connection, cheap enough not to be what is measured.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What is asked, ready to be written.
#[derive(Clone)]
pub(super) struct Request(Vec<u8>);

impl Request {
    /// A chat completion with a prompt of a kilobyte.
    pub(super) fn chat(key: &str, model: &str, stream: bool, extra: &str) -> Self {
        let prompt = "Write a polite reply to a customer whose parcel is late. ".repeat(18);
        let streaming = if stream { ",\"stream\":true" } else { "" };
        let body = format!(
            "{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"{prompt}\"}}],\"max_tokens\":400{streaming}}}"
        );
        Self::post("/v1/chat/completions", key, extra, &body)
    }

    fn post(path: &str, key: &str, extra: &str, body: &str) -> Self {
        Self(
            format!(
                "POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n{extra}content-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    }

    /// A form, as a browser sends it.
    pub(super) fn form(path: &str, body: &str) -> Self {
        Self(
            format!(
                "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        )
    }

    /// A question to the control plane.
    pub(super) fn get(path: &str, headers: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{headers}\r\n").into_bytes())
    }
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) inference: Option<String>,
    pub(super) cookie: Option<String>,
    pub(super) first_byte: Duration,
    pub(super) whole: Duration,
    pub(super) body: Vec<u8>,
}

/// A connection.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8192) })
    }

    /// Sends a request and reads its answer to the end.
    pub(super) async fn call(&mut self, request: &Request) -> anyhow::Result<Answer> {
        let began = Instant::now();
        let (head, first_byte) = self.begin(request, began).await?;
        let body = self.body(&head).await?;
        Ok(Answer {
            status: status(&head)?,
            inference: header(&head, "x-countersign-inference").map(str::to_owned),
            cookie: header(&head, "set-cookie")
                .and_then(|cookie| cookie.split(';').next())
                .map(str::to_owned),
            first_byte,
            whole: began.elapsed(),
            body,
        })
    }

    /// Sends a request and reads its head alone, for streams that stay open.
    pub(super) async fn open_stream(&mut self, request: &Request) -> anyhow::Result<u16> {
        let (head, _) = self.begin(request, Instant::now()).await?;
        if self.buffer.is_empty() {
            self.fill().await?;
        }
        status(&head)
    }

    /// The head of the answer, and the time until the first byte of what follows it.
    async fn begin(&mut self, request: &Request, began: Instant) -> anyhow::Result<(String, Duration)> {
        self.stream.write_all(&request.0).await?;
        let end = loop {
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.fill().await?;
        };
        let head = String::from_utf8_lossy(&self.take(end)).to_ascii_lowercase();
        if self.buffer.is_empty() && header(&head, "content-length") != Some("0") {
            self.fill().await?;
        }
        Ok((head, began.elapsed()))
    }

    async fn body(&mut self, head: &str) -> anyhow::Result<Vec<u8>> {
        if let Some(length) = header(head, "content-length") {
            let length = length.parse::<usize>()?;
            while self.buffer.len() < length {
                self.fill().await?;
            }
            return Ok(self.take(length));
        }
        let mut body = Vec::new();
        loop {
            let line = self.line().await?;
            let size = usize::from_str_radix(line.trim(), 16).context("not a chunk size")?;
            while self.buffer.len() < size + 2 {
                self.fill().await?;
            }
            body.extend_from_slice(&self.take(size));
            self.take(2);
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn line(&mut self) -> anyhow::Result<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                return Ok(String::from_utf8_lossy(&self.take(end + 2)).into_owned());
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the connection ended");
        }
        Ok(())
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(length);
        std::mem::replace(&mut self.buffer, rest)
    }
}

fn status(head: &str) -> anyhow::Result<u16> {
    head.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no HTTP status")
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| *key == name)
        .map(|(_, v)| v.trim())
}
