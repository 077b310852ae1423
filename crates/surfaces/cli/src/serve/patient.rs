//! A connection whose client must take what it is sent.
//!
//! A client that leaves an answer unread would hold its call, and what was reserved for it, for as
//! long as it likes: nothing is polled while the socket takes no more bytes, so no switch and no
//! time-out of the call is looked at either. Here the wait for the socket has an end; the connection
//! then breaks, and the call is settled and recorded as one whose caller went away.

use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// A stream that gives up writing when nothing is taken for too long.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    /// How long nothing may be taken.
    longest: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) const fn new(stream: S, longest: Duration) -> Self {
        Self { stream, longest, waiting: None }
    }

    /// What came of a write, or the end of patience with it.
    fn judge(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.waiting = None;
            return written;
        }
        let longest = self.longest;
        let timer = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(longest)));
        let problem = "the client takes nothing of its answer";
        timer.as_mut().poll(context).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, problem)))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const LONGEST: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_now_and_then_gets_everything() {
        let (ours, mut theirs) = tokio::io::duplex(8);
        let mut ours = Patient::new(ours, LONGEST);
        let writing = async { ours.write_all(b"twenty bytes of text").await };
        let reading = async {
            let mut text = Vec::new();
            while text.len() < 20 {
                tokio::time::sleep(LONGEST - Duration::from_secs(1)).await;
                let mut piece = [0; 4];
                let read = theirs.read(&mut piece).await?;
                text.extend_from_slice(&piece[..read]);
            }
            Ok::<_, io::Error>(text)
        };
        let (written, text) = tokio::join!(writing, reading);
        written.unwrap();
        assert_eq!(text.unwrap(), b"twenty bytes of text");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (ours, _theirs) = tokio::io::duplex(8);
        let mut ours = Patient::new(ours, LONGEST);
        let begun = tokio::time::Instant::now();
        let error = ours.write_all(b"twenty bytes of text").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((LONGEST..LONGEST * 2).contains(&begun.elapsed()));
    }
}
