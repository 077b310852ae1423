//! How a connection to a provider is made: straight, or through the proxy that the environment
//! names (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, less what `NO_PROXY` lists), with TLS on top
//! where the provider's URL says https, all of it within a time limit.
//!
//! Through a proxy, https goes by CONNECT (RFC 9110 §9.3.6), so that the proxy sees no more than the
//! host; http is forwarded, with the whole URL in the request line (RFC 9112 §3.2.2). The system's
//! root certificates decide whom to trust.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::uri::Scheme;
use http::{HeaderValue, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::failure::{self, Failure};

type Error = Box<dyn std::error::Error + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;
type Tcp = TokioIo<TcpStream>;

/// Makes connections, and gives up on one that takes too long.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: HttpsConnector<Road>,
    longest: Duration,
}

/// The way through a proxy is closed. Without a source: the innermost cause alone would read as the
/// provider's. Of the proxy, its host and port, never its credentials.
#[derive(Debug, thiserror::Error)]
#[error("through the proxy {at} that the environment names: {problem}")]
struct ProxyFailed {
    at: String,
    problem: String,
}

impl ProxyFailed {
    /// What went wrong on the way through this proxy. That it took too long is told as for any way.
    fn name(proxy: &Uri, error: Error) -> Error {
        if failure::causes(&*error).any(failure::is_too_slow) {
            return error;
        }
        let port = proxy.port_u16().map_or_else(String::new, |port| format!(":{port}"));
        let at = format!("{}{port}", proxy.host().unwrap_or_default());
        Self { at, problem: failure::cause(&*error) }.into()
    }
}

/// A connection was not made in time.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {} s", .0.as_secs())]
pub(crate) struct TooSlow(Duration);

impl Connector {
    /// A connector that takes no longer than this, name, proxy and TLS included.
    ///
    /// # Errors
    /// [`Failure::Unsendable`] where the machine has no root certificates that can be read.
    pub(crate) fn new(longest: Duration, proxies: Arc<Matcher>) -> Result<Self, Failure> {
        let network = network(longest);
        let trust = trust()?;
        let proxy = HttpsConnectorBuilder::new()
            .with_tls_config(trust.clone())
            .https_only()
            .enable_http1()
            .wrap_connector(network.clone());
        let road = Road { network, proxy, proxies };
        let inner = HttpsConnectorBuilder::new()
            .with_tls_config(trust)
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(road);
        Ok(Self { inner, longest })
    }
}

/// TCP, whose time is shared out among the addresses of a name: one that does not answer must not
/// keep the others from being tried. A peer that is gone is noticed within a minute or two.
fn network(longest: Duration) -> HttpConnector {
    let mut network = HttpConnector::new();
    network.enforce_http(false);
    network.set_connect_timeout(Some(longest));
    network.set_nodelay(true);
    network.set_keepalive(Some(Duration::from_secs(60)));
    network.set_keepalive_interval(Some(Duration::from_secs(15)));
    network.set_keepalive_retries(Some(3));
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    network.set_tcp_user_timeout(Some(Duration::from_secs(30)));
    network
}

fn trust() -> Result<ClientConfig, Failure> {
    let unusable = |error: rustls::Error| Failure::Unsendable(error.to_string());
    let tls = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(tls).with_safe_default_protocol_versions();
    let config = config.and_then(|config| config.with_platform_verifier()).map_err(unusable)?;
    Ok(config.with_no_client_auth())
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Wire>;
    type Error = Error;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connecting, longest) = (self.inner.call(uri), self.longest);
        Box::pin(async move {
            match tokio::time::timeout(longest, connecting).await {
                Ok(connected) => connected,
                Err(_) => Err(TooSlow(longest).into()),
            }
        })
    }
}

/// The way to a provider, before its own TLS.
#[derive(Clone)]
struct Road {
    network: HttpConnector,
    /// To proxies that speak TLS themselves.
    proxy: HttpsConnector<HttpConnector>,
    proxies: Arc<Matcher>,
}

impl Service<Uri> for Road {
    type Response = Wire;
    type Error = Error;
    type Future = Connecting<Wire>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let mut road = self.clone();
        Box::pin(async move {
            match road.proxies.intercept(&uri) {
                Some(proxy) => {
                    let through = road.through(&proxy, uri).await;
                    through.map_err(|error| ProxyFailed::name(proxy.uri(), error))
                }
                None => Ok(Wire::direct(road.network.call(uri).await?)),
            }
        })
    }
}

impl Road {
    async fn through(mut self, proxy: &Intercept, uri: Uri) -> Result<Wire, Error> {
        let at = proxy.uri().clone();
        let tunnels = uri.scheme() == Some(&Scheme::HTTPS);
        let speaks_tls = match at.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            other => {
                let scheme = other.unwrap_or("none");
                return Err(format!("its scheme is `{scheme}`; http and https can be used").into());
            }
        };
        let io = match (speaks_tls, tunnels) {
            (false, false) => Io::Plain(self.network.call(at).await?),
            (true, false) => Io::Tls(Box::new(self.proxy.call(at).await?)),
            (false, true) => Io::Plain(tunnel(self.network, at, proxy).call(uri).await?),
            (true, true) => Io::Tls(Box::new(tunnel(self.proxy, at, proxy).call(uri).await?)),
        };
        Ok(Wire { io, forwards: !tunnels })
    }
}

fn tunnel<C>(connector: C, at: Uri, proxy: &Intercept) -> Tunnel<C> {
    let tunnel = Tunnel::new(at, connector);
    match proxy.basic_auth() {
        Some(credentials) => tunnel.with_auth(credentials.clone()),
        None => tunnel,
    }
}

/// What a proxy that forwards `uri` is to be shown; what goes through a tunnel shows it to no proxy.
pub(crate) fn forwarding_credentials(proxies: &Matcher, uri: &Uri) -> Option<HeaderValue> {
    if uri.scheme() != Some(&Scheme::HTTP) {
        return None;
    }
    proxies.intercept(uri)?.basic_auth().cloned()
}

/// A connection before the provider's own TLS.
pub(crate) struct Wire {
    io: Io,
    /// Whether a proxy reads the requests, and needs the whole URL in them.
    forwards: bool,
}

enum Io {
    Plain(Tcp),
    /// Boxed, because hardly anyone has a proxy of this kind.
    Tls(Box<MaybeHttpsStream<Tcp>>),
}

impl Wire {
    const fn direct(tcp: Tcp) -> Self {
        Self { io: Io::Plain(tcp), forwards: false }
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        let connected = match &self.io {
            Io::Plain(tcp) => tcp.connected(),
            Io::Tls(tls) => tls.connected(),
        };
        connected.proxy(self.forwards)
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_read(context, buffer),
            Io::Tls(tls) => Pin::new(tls).poll_read(context, buffer),
        }
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Io::Tls(tls) => Pin::new(tls).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Io::Tls(tls) => Pin::new(tls).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Io::Tls(tls) => Pin::new(tls).poll_shutdown(context),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Plain(tcp) => tcp.is_write_vectored(),
            Io::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_write_vectored(context, slices),
            Io::Tls(tls) => Pin::new(tls).poll_write_vectored(context, slices),
        }
    }
}
