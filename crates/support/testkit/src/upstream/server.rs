//! Accepts connections and plays scripts on them.

use std::sync::Arc;

use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::plan::{self, Step};
use super::wire::Connection;
use super::{Book, Outcome};

/// Serves until told to stop; then every connection ends at once.
pub(super) async fn serve(listener: std::net::TcpListener, book: Arc<Book>, mut stop: watch::Receiver<bool>) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let mut connections = JoinSet::new();
    let mut count = 0;
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(converse(stream, Arc::clone(&book), count));
                    count += 1;
                }
            }
        }
    }
}

async fn converse(stream: TcpStream, book: Arc<Book>, connection: usize) {
    drop(stream.set_nodelay(true));
    let mut caller = Connection::new(stream);
    while let Some(mut request) = caller.request().await {
        request.connection = connection;
        let steps = plan::of(&request);
        let last = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let number = book.add(request);
        match play(&mut caller, steps).await {
            Played::Open if !last => book.end(number, Outcome::Played),
            Played::Open | Played::Closed => {
                drop(caller.stream.shutdown().await);
                return book.end(number, Outcome::Played);
            }
            Played::Left => return book.end(number, Outcome::CallerLeft),
        }
    }
}

enum Played {
    /// The connection can carry another request.
    Open,
    /// The script ended the connection.
    Closed,
    /// The caller ended it.
    Left,
}

async fn play(caller: &mut Connection, steps: Vec<Step>) -> Played {
    for step in steps {
        match step {
            Step::Write(bytes) => {
                if caller.stream.write_all(&bytes).await.is_err() {
                    return Played::Left;
                }
            }
            Step::Wait(time) => {
                tokio::select! {
                    () = tokio::time::sleep(time) => {}
                    () = caller.gone() => return Played::Left,
                }
            }
            Step::Hang => {
                caller.gone().await;
                return Played::Left;
            }
            Step::Close => return Played::Closed,
            Step::Reset => {
                drop(caller.stream.set_zero_linger());
                return Played::Closed;
            }
        }
    }
    Played::Open
}
