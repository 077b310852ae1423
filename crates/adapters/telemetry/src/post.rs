//! One request to a collector, and what became of it.

use std::io::Write as _;
use std::time::Duration;

use bytes::Bytes;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use http_body_util::{BodyExt as _, Limited};

use crate::settings::{Compression, Destination};
use crate::wire::{self, Message, Rejected};

/// The most of an answer that is read; a collector's is a few bytes.
const MAX_ANSWER: usize = 64 << 10;

/// A client for one destination.
#[derive(Debug)]
pub(crate) struct Post {
    http: reqwest::Client,
    to: Destination,
    headers: HeaderMap,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was taken; perhaps not all of it.
    Taken(Option<Rejected>),
    /// It was not taken, and may be later: the collector is away, or says so.
    Later {
        /// What was the matter, in a few words.
        why: String,
        /// How long the collector wants to be left alone.
        after: Option<Duration>,
    },
    /// It was not taken and never will be.
    Refused(String),
}

impl Post {
    /// A client for this destination.
    ///
    /// # Errors
    /// The machine's TLS settings can't be used.
    pub(crate) fn new(to: Destination) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(to.timeout)
            .pool_idle_timeout(Duration::from_secs(90))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let mut headers = to.headers.clone();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(wire::content_type(to.protocol)));
        if to.compression == Compression::Gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(Self { http, to, headers })
    }

    /// Writes a request as it is sent.
    pub(crate) fn write(&self, message: &Message) -> Bytes {
        let plain = wire::encode(message, self.to.protocol);
        match self.to.compression {
            Compression::None => plain.into(),
            Compression::Gzip => gzip(&plain).into(),
        }
    }

    /// Sends a request, once.
    pub(crate) async fn once(&self, body: Bytes) -> Outcome {
        let exchange = tokio::time::timeout(self.to.timeout, self.exchange(body)).await;
        exchange.unwrap_or_else(|_| later("it did not answer in time"))
    }

    async fn exchange(&self, body: Bytes) -> Outcome {
        let sent = self.http.post(&self.to.url).headers(self.headers.clone()).body(body).send();
        let response = match sent.await {
            Ok(response) => response,
            Err(error) if error.is_builder() => return Outcome::Refused("the request can't be built".into()),
            Err(error) if error.is_connect() => return later("no connection could be made"),
            Err(_) => return later("the connection broke"),
        };
        let (head, body) = http::Response::<reqwest::Body>::from(response).into_parts();
        let status = head.status.as_u16();
        match status {
            200..=299 => match Limited::new(body, MAX_ANSWER).collect().await {
                Ok(body) => Outcome::Taken(wire::rejected(&body.to_bytes(), self.to.protocol)),
                Err(_) => Outcome::Taken(None),
            },
            429 | 502..=504 => {
                Outcome::Later { why: format!("it answered {status}"), after: after(&head.headers) }
            }
            _ => Outcome::Refused(format!("it answered {status}")),
        }
    }
}

fn later(why: &str) -> Outcome {
    Outcome::Later { why: why.to_owned(), after: None }
}

/// `Retry-After` in seconds. A date is left to the pause that would be made anyway: clocks differ.
fn after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory does not fail; if it did, an empty body would be refused and counted.
    encoder.write_all(plain).and_then(|()| encoder.finish()).unwrap_or_default()
}
