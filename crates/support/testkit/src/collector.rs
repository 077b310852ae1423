//! An OpenTelemetry collector that answers as it is told to.
//!
//! A real HTTP/1.1 server on a port of its own. It keeps every request, byte for byte, and answers
//! each with the next reply of its script; with an empty 200 once the script is at its end. It
//! never reads what it gets: tests do.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::upstream::Recorded;
use crate::upstream::wire::{Connection, head};

/// What a collector does with a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// Answers with this status and this body.
    Answer(u16, Vec<u8>),
    /// Answers with this status and `Retry-After` in seconds.
    RetryAfter(u16, u32),
    /// Never answers.
    Hang,
    /// Closes the connection.
    Close,
}

impl Reply {
    /// Answers with this status and nothing else.
    #[must_use]
    pub const fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new())
    }
}

#[derive(Debug, Default)]
struct Book {
    requests: Vec<Recorded>,
    script: VecDeque<Reply>,
}

/// A running collector. Ends when dropped.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
    stop: watch::Sender<bool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Collector {
    /// Starts on a free port of 127.0.0.1, to answer by this script.
    ///
    /// # Panics
    /// Where no port can be had.
    #[must_use]
    pub fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0)), script).expect("a free port on 127.0.0.1")
    }

    /// Starts on this address.
    ///
    /// # Errors
    /// The address is taken.
    pub fn start_on(address: SocketAddr, script: impl IntoIterator<Item = Reply>) -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let book = Arc::new(Mutex::new(Book { requests: Vec::new(), script: script.into_iter().collect() }));
        let (stop, stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let theirs = Arc::clone(&book);
        let thread = std::thread::Builder::new()
            .name("collector".into())
            .spawn(move || runtime.block_on(serve(listener, theirs, stopped)))?;
        Ok(Self { address, book, stop, thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.book).requests.clone()
    }

    /// Waits until so many requests have come, and gives them.
    ///
    /// # Panics
    /// After ten seconds.
    #[must_use]
    #[track_caller]
    pub fn wait_for(&self, count: usize) -> Vec<Recorded> {
        crate::wait_until(&format!("{count} requests at the collector"), || {
            Some(self.requests()).filter(|requests| requests.len() >= count)
        })
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn lock(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: std::net::TcpListener, book: Arc<Mutex<Book>>, mut stop: watch::Receiver<bool>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(converse(stream, Arc::clone(&book)));
                }
            }
        }
    }
}

async fn converse(stream: TcpStream, book: Arc<Mutex<Book>>) {
    let mut caller = Connection::new(stream);
    while let Some(mut request) = caller.request().await {
        let reply = {
            let mut book = lock(&book);
            request.number = book.requests.len();
            book.requests.push(request);
            book.script.pop_front().unwrap_or_else(|| Reply::status(200))
        };
        let (status, more, body) = match reply {
            Reply::Answer(status, body) => (status, None, body),
            Reply::RetryAfter(status, seconds) => (status, Some(seconds.to_string()), Vec::new()),
            Reply::Hang => return caller.gone().await,
            Reply::Close => return,
        };
        let length = body.len().to_string();
        let mut headers = vec![("content-length", length.as_str())];
        headers.extend(more.as_deref().map(|seconds| ("retry-after", seconds)));
        let answer = [head(status, &headers), body].concat();
        if caller.stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}
