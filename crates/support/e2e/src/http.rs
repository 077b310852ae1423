//! A caller over plain sockets: says exactly what it is told, and shows exactly what came back.
//!
//! The SDKs hide what these tests are about: when the first byte came, whether the body was whole,
//! what a header said. Blocking, so that two hundred callers are two hundred threads.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Call {
    address: SocketAddr,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    /// A request without a body.
    #[must_use]
    pub fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        Self { address, method: method.into(), path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Adds `authorization: Bearer …`.
    #[must_use]
    pub fn bearer(self, secret: &str) -> Self {
        self.header("authorization", &format!("Bearer {secret}"))
    }

    /// Sets the body to this JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").bytes(body.to_string())
    }

    /// Sets the body to these bytes.
    #[must_use]
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends it and reads the whole answer.
    ///
    /// # Panics
    /// Where nobody answers.
    #[track_caller]
    #[must_use]
    pub fn send(&self) -> Reply {
        match self.try_send() {
            Ok(reply) => reply,
            Err(error) => panic!("{} {} was not answered: {error}", self.method, self.path),
        }
    }

    /// Sends it and reads the whole answer.
    ///
    /// # Errors
    /// Nobody answers.
    pub fn try_send(&self) -> io::Result<Reply> {
        self.try_open()?.rest()
    }

    /// Sends it and reads the head of the answer alone.
    ///
    /// # Panics
    /// Where nobody answers.
    #[track_caller]
    #[must_use]
    pub fn open(&self) -> Open {
        match self.try_open() {
            Ok(open) => open,
            Err(error) => panic!("{} {} was not answered: {error}", self.method, self.path),
        }
    }

    /// Sends it and reads nothing. Dropping the socket hangs up.
    ///
    /// # Panics
    /// Where nobody listens.
    #[track_caller]
    #[must_use]
    pub fn sent(&self) -> TcpStream {
        let mut stream = self.connect().expect("someone listens");
        stream.write_all(self.head().as_bytes()).expect("can be sent");
        stream.write_all(&self.body).expect("can be sent");
        stream
    }

    fn try_open(&self) -> io::Result<Open> {
        let mut stream = self.connect()?;
        stream.write_all(self.head().as_bytes())?;
        // A server may refuse before it has read everything; its answer still counts.
        let sent = stream.write_all(&self.body);
        Open::read(stream).map_err(|error| sent.err().unwrap_or(error))
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    fn head(&self) -> String {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n",
            self.method, self.path, self.address
        );
        for (name, value) in &self.headers {
            head.extend([name.as_str(), ": ", value, "\r\n"]);
        }
        let framed =
            self.headers.iter().any(|(name, _)| name == "content-length" || name == "transfer-encoding");
        if !framed && (!self.body.is_empty() || self.method == "POST") {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        head
    }
}

/// How long to wait for anything at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer whose body is still coming. Dropping it hangs up.
#[derive(Debug)]
pub struct Open {
    stream: TcpStream,
    buffer: Vec<u8>,
    events: Vec<u8>,
    /// HTTP status.
    pub status: u16,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    length: Length,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Length {
    Bytes(usize),
    Chunked,
    UntilClosed,
}

impl Open {
    fn read(stream: TcpStream) -> io::Result<Self> {
        let mut open = Self {
            stream,
            buffer: Vec::new(),
            events: Vec::new(),
            status: 0,
            headers: Vec::new(),
            length: Length::UntilClosed,
        };
        let end = loop {
            if let Some(end) = find(&open.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if !open.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let head = String::from_utf8_lossy(&open.take(end)).into_owned();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|word| word.parse().ok());
        open.status = status.ok_or(io::ErrorKind::InvalidData)?;
        open.headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        open.length = match (open.header("transfer-encoding"), open.header("content-length")) {
            (Some("chunked"), _) => Length::Chunked,
            (_, Some(length)) => Length::Bytes(length.parse().map_err(|_| io::ErrorKind::InvalidData)?),
            _ => Length::UntilClosed,
        };
        Ok(open)
    }

    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// The next server-sent event, without its final blank line; `None` at the end.
    ///
    /// # Panics
    /// Where nothing comes for twenty seconds.
    #[track_caller]
    pub fn event(&mut self) -> Option<String> {
        loop {
            if let Some(end) = find(&self.events, b"\n\n") {
                let rest = self.events.split_off(end + 2);
                let event = std::mem::replace(&mut self.events, rest);
                return Some(String::from_utf8_lossy(&event).trim_end().to_owned());
            }
            let piece = self.chunk().expect("the next event in time");
            if piece.is_empty() {
                return None;
            }
            self.events.extend_from_slice(&piece);
        }
    }

    /// Everything that still comes.
    ///
    /// # Errors
    /// Nothing comes for twenty seconds.
    pub fn rest(mut self) -> io::Result<Reply> {
        let (body, complete) = match self.length {
            Length::Chunked => self.chunks()?,
            Length::Bytes(length) => {
                while self.buffer.len() < length && self.fill()? {}
                let complete = self.buffer.len() >= length;
                (std::mem::take(&mut self.buffer), complete)
            }
            Length::UntilClosed => {
                while self.fill()? {}
                (std::mem::take(&mut self.buffer), true)
            }
        };
        Ok(Reply { status: self.status, headers: self.headers, body, complete })
    }

    fn chunks(&mut self) -> io::Result<(Vec<u8>, bool)> {
        let mut body = std::mem::take(&mut self.events);
        loop {
            match self.chunk() {
                Ok(piece) if piece.is_empty() => return Ok((body, true)),
                Ok(piece) => body.extend_from_slice(&piece),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(error),
                Err(_) => return Ok((body, false)),
            }
        }
    }

    /// The next chunk; empty at the end.
    fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let line = loop {
            if let Some(end) = find(&self.buffer, b"\r\n") {
                break self.take(end + 2);
            }
            self.need()?;
        };
        let size = usize::from_str_radix(String::from_utf8_lossy(&line).trim(), 16);
        let size = size.map_err(|_| io::ErrorKind::InvalidData)?;
        while self.buffer.len() < size + 2 {
            self.need()?;
        }
        let mut piece = self.take(size + 2);
        piece.truncate(size);
        Ok(piece)
    }

    fn need(&mut self) -> io::Result<()> {
        if self.fill()? { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn fill(&mut self) -> io::Result<bool> {
        let mut piece = [0; 16384];
        let read = match self.stream.read(&mut piece) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => 0,
            Err(error) => return Err(error),
        };
        self.buffer.extend_from_slice(&piece[..read]);
        Ok(read > 0)
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(length);
        std::mem::replace(&mut self.buffer, rest)
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, chunks joined.
    pub body: Vec<u8>,
    /// Whether the body ended as it should: by its length, or by its last chunk.
    pub complete: bool,
}

impl Reply {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        first(&self.headers, name)
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// Where it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON ({}): {}", self.status, self.text()))
    }

    /// The stable code of an error, in any dialect; empty where there is none.
    #[must_use]
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let code = body["error"]["code"].as_str().or_else(|| body["error"]["details"][0]["reason"].as_str());
        code.unwrap_or_default().to_owned()
    }

    /// The id of the inference.
    ///
    /// # Panics
    /// Where the answer names none.
    #[must_use]
    #[track_caller]
    pub fn inference(&self) -> String {
        let id = self.header("x-countersign-inference");
        id.unwrap_or_else(|| panic!("no x-countersign-inference ({}): {}", self.status, self.text()))
            .to_owned()
    }

    /// Fails the test unless the status is this.
    ///
    /// # Panics
    /// Where it is another.
    #[track_caller]
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

fn first<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
