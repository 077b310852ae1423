//! The HTTP client to providers.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::connect::{self, Connector};
use crate::failure::{Failure, was_not_begun};
use crate::network::Network;
use crate::simulated::Simulated;
use crate::unpack::Unpack;

/// A pooled client. Cheap to clone. HTTP/1.1 or HTTP/2, as the provider's TLS negotiates.
#[derive(Debug, Clone)]
pub struct Client {
    http: legacy::Client<Connector, Full<Bytes>>,
    proxies: Arc<Matcher>,
    connect_timeout: Duration,
}

/// One request to a provider.
#[derive(Debug)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Headers, credential included.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long the provider may take to its response headers.
    pub first_byte_timeout: Duration,
    /// How long it may pause between two pieces of its body.
    pub idle_timeout: Duration,
}

/// Whether a request had a connection to go out on. Where nothing says otherwise, it had.
#[derive(Debug, Clone, Default)]
pub struct Reached(Option<CaptureConnection>);

impl Reached {
    /// Whether anything of the request can have arrived.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.0.as_ref().is_none_or(|captured| captured.connection_metadata().is_some())
    }
}

/// A provider's answer: status and headers are here, the body is still coming.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers as the provider sent them.
    pub headers: HeaderMap,
    /// The body, piece by piece.
    pub body: Body,
}

/// A body that arrives in pieces. Dropping it ends the call upstream.
#[derive(Debug)]
pub struct Body {
    /// What was looked at and given back; it comes first.
    held: VecDeque<Result<Bytes, Failure>>,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Network(Network),
    Simulated(VecDeque<(Duration, Bytes)>),
}

impl Client {
    /// Builds a client. Proxies are those of the environment as it is now.
    ///
    /// # Errors
    /// [`Failure::Unsendable`] where the machine's root certificates can't be used.
    pub fn new(connect_timeout: Duration) -> Result<Self, Failure> {
        Self::through(Matcher::from_env(), connect_timeout)
    }

    fn through(proxies: Matcher, connect_timeout: Duration) -> Result<Self, Failure> {
        let proxies = Arc::new(proxies);
        let connector = Connector::new(connect_timeout, Arc::clone(&proxies))?;
        let http = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(90))
            .http2_keep_alive_interval(Duration::from_secs(30))
            .http2_adaptive_window(true)
            .build(connector);
        Ok(Self { http, proxies, connect_timeout })
    }

    /// Sends a request and waits for the response headers. `reached` tells meanwhile, and after this
    /// was dropped, whether the provider was reached.
    ///
    /// # Errors
    /// [`Failure`], sorted by whether the provider can have begun to work.
    pub async fn send(&self, request: Request, reached: &mut Reached) -> Result<Answer, Failure> {
        let Request { method, url, headers, body, first_byte_timeout, idle_timeout } = request;
        let uri = Uri::try_from(url).map_err(|error| Failure::Unsendable(error.to_string()))?;
        let mut request = http::Request::new(Full::new(body));
        *request.headers_mut() = headers;
        if let Some(credentials) = connect::forwarding_credentials(&self.proxies, &uri) {
            request.headers_mut().insert(http::header::PROXY_AUTHORIZATION, credentials);
        }
        (*request.method_mut(), *request.uri_mut()) = (method, uri);
        *reached = Reached(Some(capture_connection(&mut request)));
        let response = match tokio::time::timeout(first_byte_timeout, self.sent(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(Failure::of_request(&error, self.connect_timeout.as_secs())),
            Err(_) => {
                let seconds = first_byte_timeout.as_secs();
                return Err(Failure::Timeout { phase: "first byte", seconds });
            }
        };
        let (mut head, body) = response.into_parts();
        let unpack = Unpack::of(&mut head.headers);
        let source = Source::Network(Network::new(body, unpack, idle_timeout));
        Ok(Answer { status: head.status, headers: head.headers, body: Body::of(source) })
    }

    /// Sends it, and once more on another connection where the provider has said that it did not
    /// begin to work on it.
    async fn sent(&self, request: http::Request<Full<Bytes>>) -> Result<Response<Incoming>, legacy::Error> {
        let again = request.clone();
        match self.http.request(request).await {
            Err(error) if was_not_begun(&error) => self.http.request(again).await,
            sent => sent,
        }
    }
}

impl Answer {
    /// An answer of the simulation, in the same form as one from the network.
    #[must_use]
    pub fn simulated(simulated: Simulated) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(simulated.content_type));
        Self {
            status: StatusCode::from_u16(simulated.status).unwrap_or(StatusCode::OK),
            headers,
            body: Body::of(Source::Simulated(simulated.chunks.into())),
        }
    }
}

impl Body {
    const fn of(source: Source) -> Self {
        Self { held: VecDeque::new(), source }
    }

    /// Gives back what was only looked at: the next calls of [`Self::next`] yield it, in this order,
    /// before anything new.
    pub fn give_back(&mut self, seen: impl IntoIterator<Item = Result<Bytes, Failure>>) {
        debug_assert!(self.held.is_empty(), "what was given back is looked at once");
        self.held.extend(seen.into_iter().filter(|piece| !matches!(piece, Ok(piece) if piece.is_empty())));
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Failure::Timeout`] after a pause that is too long, [`Failure::Broken`] where the
    /// connection ended before the body did.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        if let Some(piece) = self.held.pop_front() {
            return piece.map(Some);
        }
        match &mut self.source {
            Source::Network(network) => network.next().await,
            Source::Simulated(pieces) => {
                let Some((delay, piece)) = pieces.pop_front() else { return Ok(None) };
                if !delay.is_zero() {
                    tokio::time::sleep(delay).await;
                }
                Ok(Some(piece))
            }
        }
    }
}

#[cfg(test)]
mod tests;
