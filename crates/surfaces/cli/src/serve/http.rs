//! The HTTP server: accepts connections, bounds them, and lets them finish when it stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Response;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::patient::Patient;
use super::untaken;

/// Connections at once. Beyond that new ones wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 16_384;
/// How long a client may take to send its request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client may leave an answer unread.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);
/// How long those may take that came when the server was about to end.
const LAST_ANSWERS: Duration = Duration::from_secs(2);
/// The largest head of a request.
const MAX_HEAD: usize = 64 << 10;

/// Serves until `stop`, then lets requests under way finish for at most `grace`. Whoever comes
/// meanwhile is answered as well, so that a call is told why it is refused and a balancer sees that
/// this server is going; but nobody waits for them.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken, grace: Duration) {
    let door = Door { listener, router, places: Arc::new(Semaphore::new(MAX_CONNECTIONS)) };
    let early = Group::until(stop.clone());
    stop.run_until_cancelled(door.admit(&early)).await;
    let over = CancellationToken::new();
    let late = Group::until(over.clone());
    tokio::select! {
        () = early.finish(grace) => {}
        () = door.admit(&late) => {}
    }
    drop(door);
    over.cancel();
    late.finish(LAST_ANSWERS).await;
}

/// Where connections come in.
struct Door {
    listener: TcpListener,
    router: Router,
    places: Arc<Semaphore>,
}

impl Door {
    /// Lets in whoever comes. Never returns.
    async fn admit(&self, group: &Group) {
        // Nobody closes the semaphore.
        while let Ok(place) = Arc::clone(&self.places).acquire_owned().await {
            let arrived = accept(&self.listener).await;
            group.take(arrived, place, self.router.clone());
        }
        std::future::pending::<()>().await;
    }
}

/// Connections that end together.
struct Group {
    tasks: TaskTracker,
    graceful: GracefulShutdown,
    stop: CancellationToken,
}

impl Group {
    fn until(stop: CancellationToken) -> Self {
        Self { tasks: TaskTracker::new(), graceful: GracefulShutdown::new(), stop }
    }

    fn take(&self, arrived: (TcpStream, SocketAddr), place: OwnedSemaphorePermit, router: Router) {
        let served = connection(arrived, router, self.graceful.watcher(), self.stop.clone());
        self.tasks.spawn(async move {
            served.await;
            drop(place);
        });
    }

    /// Closes what is idle, and waits for the answers that others are owed.
    async fn finish(self, longest: Duration) {
        self.tasks.close();
        if tokio::time::timeout(longest, self.graceful.shutdown()).await.is_err() {
            tracing::warn!("some calls were still running when their time to finish was over; they are cut");
        }
    }
}

/// Accepts, trying again after an error: out of file descriptors, say.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Serves one connection to its end, which comes early where the server stops.
async fn connection(
    (stream, peer): (TcpStream, SocketAddr),
    router: Router,
    watcher: Watcher,
    stop: CancellationToken,
) {
    let Some(Some(version)) = stop.run_until_cancelled(version_of(&stream)).await else { return };
    if let Err(error) = converse(version, (stream, peer), router, watcher).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Answers requests in the version of HTTP that was found.
async fn converse(
    version: Version,
    (stream, peer): (TcpStream, SocketAddr),
    router: Router,
    watcher: Watcher,
) -> Result<(), tower::BoxError> {
    stream.set_nodelay(true)?;
    let service = router.map_request(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    match version {
        Version::One => {
            let service = TowerToHyperService::new(service);
            watcher.watch(one().serve_connection(patient(stream), service)).await?;
        }
        // Boxed: few connections are of this kind, and every connection's task has room for it.
        Version::Two => {
            let service = TowerToHyperService::new(service.map_response(taken()));
            Box::pin(watcher.watch(two().serve_connection(patient(stream), service))).await?;
        }
    }
    Ok(())
}

fn patient<S>(stream: S) -> TokioIo<Patient<S>> {
    TokioIo::new(Patient::new(stream, WRITE_TIMEOUT))
}

/// Makes answers of a connection end that are left unread.
fn taken() -> impl FnOnce(Response<Body>) -> Response<Body> + Clone {
    let watches = TaskTracker::new();
    move |response| response.map(|body| untaken::bounded(body, WRITE_TIMEOUT, &watches))
}

fn one() -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(MAX_HEAD);
    builder
}

fn two() -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .max_header_list_size(64 << 10)
        .max_concurrent_streams(1_024);
    builder
}

/// Which version of HTTP a client speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Version {
    One,
    /// With prior knowledge, as there is no TLS here to agree on it.
    Two,
}

/// How HTTP/2 begins (RFC 9113 §3.4). No method of HTTP/1 has this name.
const PREFACE: &[u8] = b"PRI ";

/// Looks at the first bytes without taking them; `None` where none come. (To take them and put them back, as hyper-util's
/// `auto` does, doubles the buffer of every connection.)
async fn version_of(stream: &TcpStream) -> Option<Version> {
    let look = async {
        let mut first = [0; PREFACE.len()];
        let mut seen = 0;
        loop {
            let read = stream.peek(&mut first).await.unwrap_or(0);
            let begun = &first[..read];
            if read == 0 {
                return None;
            } else if !PREFACE.starts_with(begun) {
                return Some(Version::One);
            } else if read == PREFACE.len() {
                return Some(Version::Two);
            } else if read == seen {
                // There is something to read, and so there will be until the rest has come.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            seen = read;
        }
    };
    tokio::time::timeout(HEAD_TIMEOUT, look).await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::body::Bytes;
    use axum::routing::get;
    use futures_util::stream;
    use hyper::client::conn::http2 as client;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::{Notify, mpsc};
    use tokio::time::Instant;

    use super::*;

    /// Tells when it is dropped.
    struct Held(mpsc::Sender<()>);

    impl Drop for Held {
        fn drop(&mut self) {
            let _told = self.0.try_send(());
        }
    }

    /// A page without end, which tells when it is dropped.
    fn endless(over: mpsc::Sender<()>) -> Router {
        let piece = |held| async { Some((Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 4096])), held)) };
        let page = async move || Body::from_stream(stream::unfold(Held(over.clone()), piece));
        Router::new().route("/", get(page)).route("/alive", get(async || "yes"))
    }

    #[tokio::test(start_paused = true)]
    async fn one_answer_that_is_left_unread_ends_and_its_connection_goes_on() {
        let (over, mut dropped) = mpsc::channel(1);
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let tasks = TaskTracker::new();
        let service = TowerToHyperService::new(
            endless(over)
                .map_request(|request: hyper::Request<Incoming>| request.map(Body::new))
                .map_response(taken()),
        );
        tasks.spawn(two().serve_connection(patient(ours), service));
        let (mut sender, connection) = client::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(16_384)
            .handshake(TokioIo::new(theirs))
            .await
            .unwrap();
        tasks.spawn(connection);
        let mut ask = async |path: &str| {
            let request = hyper::Request::get(format!("http://server{path}")).body(String::new()).unwrap();
            sender.send_request(request).await.unwrap()
        };
        let unread = ask("/").await;
        assert_eq!(unread.status(), 200);
        let begun = Instant::now();
        assert_eq!(dropped.recv().await, Some(()));
        assert!((WRITE_TIMEOUT..WRITE_TIMEOUT * 2).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        assert_eq!(ask("/alive").await.status(), 200);
        let read = Body::new(unread.into_body());
        assert!(axum::body::to_bytes(read, usize::MAX).await.is_err(), "it does not look whole");
    }

    async fn asking(address: SocketAddr, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
        stream
    }

    async fn answer(stream: &mut TcpStream, end: &str) -> String {
        let (mut text, mut piece) = (String::new(), [0; 256]);
        while !text.ends_with(end) {
            let read = stream.read(&mut piece).await.unwrap();
            assert_ne!(read, 0, "hung up after {text:?}");
            text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        }
        text
    }

    #[tokio::test]
    async fn who_comes_while_calls_finish_is_answered_and_not_waited_for() {
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (told, waits) = (Arc::clone(&begun), Arc::clone(&go));
        let slow = move || {
            let (told, waits) = (Arc::clone(&told), Arc::clone(&waits));
            async move {
                told.notify_one();
                waits.notified().await;
                "done"
            }
        };
        let router = Router::new().route("/slow", get(slow)).route("/", get(|| async { "here" }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let serving =
            TaskTracker::new().spawn(serve(listener, router, stop.clone(), Duration::from_secs(60)));

        let mut idle = asking(address, "/").await;
        answer(&mut idle, "here").await;
        let mut slow = asking(address, "/slow").await;
        begun.notified().await;
        stop.cancel();
        assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "what is idle is closed");
        let mut late = asking(address, "/").await;
        answer(&mut late, "here").await;
        let _silent = TcpStream::connect(address).await.unwrap();
        assert!(!serving.is_finished());

        go.notify_one();
        answer(&mut slow, "done").await;
        serving.await.unwrap();
        assert_eq!(late.read(&mut [0]).await.unwrap(), 0);
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    }
}
