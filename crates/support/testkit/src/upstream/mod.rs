//! A provider that does what its script says.
//!
//! A real HTTP/1.1 server on a port of its own. The model that a request names chooses the
//! [`Script`]: `ok` answers, `hang` never does, `reset-after-3` breaks the connection after three
//! events, and so on; a path that begins with `/play/NAME` chooses it whatever the model is called.
//! The folder's other files hold the parts. It speaks the OpenAI, Anthropic and
//! Google dialects by path, keeps every request it got for assertions, byte for byte, and notices when
//! its caller goes away. The HTTP is written by hand, because half of the scripts break it.
//!
//! It runs on a thread of its own, so that tests of any kind can use it: plain ones, async ones,
//! and those that wait for another process.

mod agent;
mod answers;
mod chat;
mod gemini;
mod messages;
mod plan;
mod responses;
mod script;
mod server;
pub(crate) mod wire;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub use agent::{AGENT_FILE, AGENT_TEXT, AGENT_WORDS};
pub use answers::{INPUT_TOKENS, OUTPUT_TOKENS};
pub use script::Script;

/// How a recorded request went, as this end saw it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The answer is still being given.
    Running,
    /// The script was played to its end.
    Played,
    /// The caller went away before the end.
    CallerLeft,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Counts from 0.
    pub number: usize,
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
    /// The model it named; empty where it named none.
    pub model: String,
    /// How it went.
    pub outcome: Outcome,
    /// Which connection it came on; counts from 0.
    pub connection: usize,
}

impl Recorded {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The text of the last message, or the input where that is a text.
    #[must_use]
    pub fn last_text(&self) -> String {
        let body = self.json();
        if let Some(parts) =
            body["contents"].as_array().and_then(|contents| contents.last()?["parts"].as_array())
        {
            return parts.iter().filter_map(|part| part["text"].as_str()).collect();
        }
        let last = body["messages"].as_array().and_then(|messages| messages.last());
        let text = body["input"].as_str().or_else(|| last?["content"].as_str());
        text.unwrap_or_default().to_owned()
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What the server and its owner share. The lock is held for a list operation at most.
#[derive(Debug, Default)]
struct Book {
    requests: Mutex<Vec<Recorded>>,
}

impl Book {
    fn lock(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, mut request: Recorded) -> usize {
        let mut requests = self.lock();
        request.number = requests.len();
        requests.push(request);
        requests.len() - 1
    }

    fn end(&self, number: usize, outcome: Outcome) {
        if let Some(request) = self.lock().get_mut(number) {
            request.outcome = outcome;
        }
    }
}

/// A running scripted provider. Ends when dropped, with every connection it has.
#[derive(Debug)]
pub struct Upstream {
    address: SocketAddr,
    book: Arc<Book>,
    stop: watch::Sender<bool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Upstream {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// Where no port can be had.
    #[must_use]
    pub fn start() -> Self {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port on 127.0.0.1")
    }

    /// Starts on this address.
    ///
    /// # Errors
    /// The address is taken.
    pub fn start_on(address: SocketAddr) -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let book = Arc::new(Book::default());
        let (stop, stopped) = watch::channel(false);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let theirs = Arc::clone(&book);
        let thread = std::thread::Builder::new()
            .name("scripted-upstream".into())
            .spawn(move || runtime.block_on(server::serve(listener, theirs, stopped)))?;
        Ok(Self { address, book, stop, thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Base URL for `api = "openai"`: with `/v1`.
    #[must_use]
    pub fn openai_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Base URL for `api = "anthropic"`: without `/v1`.
    #[must_use]
    pub fn anthropic_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Base URL for `api = "gemini"`: without a version.
    #[must_use]
    pub fn gemini_url(&self) -> String {
        self.anthropic_url()
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.book.lock().clone()
    }

    /// The latest request.
    ///
    /// # Panics
    /// Where there was none.
    #[must_use]
    #[track_caller]
    pub fn last(&self) -> Recorded {
        self.book.lock().last().cloned().expect("no request has reached the provider")
    }

    /// How many requests have come.
    #[must_use]
    pub fn count(&self) -> usize {
        self.book.lock().len()
    }

    /// How many callers went away before the end of their answer.
    #[must_use]
    pub fn callers_gone(&self) -> usize {
        self.book.lock().iter().filter(|request| request.outcome == Outcome::CallerLeft).count()
    }

    /// Waits until so many requests have come.
    ///
    /// # Panics
    /// After ten seconds.
    #[track_caller]
    pub fn wait_for(&self, count: usize) {
        crate::wait_until(&format!("{count} requests at the provider"), || {
            (self.count() >= count).then_some(())
        });
    }

    /// Waits until so many callers have gone away early.
    ///
    /// # Panics
    /// After ten seconds.
    #[track_caller]
    pub fn wait_for_callers_gone(&self, count: usize) {
        crate::wait_until(&format!("{count} cancelled calls at the provider"), || {
            (self.callers_gone() >= count).then_some(())
        });
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
