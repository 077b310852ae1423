//! A body as it arrives from the network, with a limit on how long nothing may come.
//!
//! One timer serves a whole body: it runs on while pieces come, and is set again only when it goes
//! off too early. Setting one for each piece costs more than the piece.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use crate::failure::Failure;
use crate::unpack::Unpack;

/// A body that is still coming. Holds nothing else of the answer: its headers would keep the
/// buffer alive that they were read into.
#[derive(Debug)]
pub(crate) struct Network {
    body: Incoming,
    /// What unpacks it, where it comes packed.
    unpack: Option<Box<Unpack>>,
    /// How long nothing may come.
    longest: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Network {
    pub(crate) fn new(body: Incoming, unpack: Option<Box<Unpack>>, longest: Duration) -> Self {
        Self { body, unpack, longest, timer: Box::pin(tokio::time::sleep(longest)) }
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let asked = Instant::now();
            let piece = poll_fn(|context| match self.poll_piece(context) {
                Poll::Pending => self.poll_overdue(context, asked).map(Err),
                ready @ Poll::Ready(_) => ready,
            })
            .await?;
            let Some(unpack) = &mut self.unpack else { return Ok(piece) };
            let unpacked = match piece {
                Some(piece) => unpack.piece(&piece)?,
                None => {
                    let rest = unpack.end()?;
                    self.unpack = None;
                    rest
                }
            };
            if !unpacked.is_empty() {
                return Ok(Some(unpacked));
            }
        }
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Failure>> {
        loop {
            let frame = std::task::ready!(Pin::new(&mut self.body.frame()).poll(context));
            return Poll::Ready(match frame.transpose() {
                Ok(None) => Ok(None),
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(piece) => Ok(Some(piece)),
                    Err(_trailers) => continue,
                },
                Err(error) => Err(Failure::of_body(&error)),
            });
        }
    }

    fn poll_overdue(&mut self, context: &mut Context<'_>, asked: Instant) -> Poll<Failure> {
        let due = asked + self.longest;
        loop {
            std::task::ready!(self.timer.as_mut().poll(context));
            if Instant::now() >= due {
                return Poll::Ready(Failure::Timeout { phase: "idle", seconds: self.longest.as_secs() });
            }
            self.timer.as_mut().reset(due);
        }
    }
}
