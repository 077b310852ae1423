//! Looks at an answer before any of it is passed on: is it one, or is it worth another attempt?
//!
//! A stream is held back until its first content, so that one that fails before it can still be
//! answered by another target; not for longer than a second, nor for more than so many bytes or
//! pieces, and not at all where there is nowhere to turn to. What was looked at is given back to
//! the body, and is passed on as if nobody had looked.

use std::time::Duration;

use axum::http::header::{CONTENT_ENCODING, HeaderValue};
use bytes::Bytes;
use domain::Refusal;
use domain::inference::Endpoint;
use domain::routing::{Class, Effect, Reading, Trouble};
use protocols::answer::StreamReader;
use providers::{Answer, Failure};

use super::super::admit::Admitted;
use super::super::authorise;
use super::super::journey::Stage;
use super::super::open::Call;
use super::super::send::{Outgoing, Unanswered};
use super::super::{plain, relay};
use super::{Last, onward};
use crate::health;

/// How long the beginning of a stream is held back.
const HELD_TIME: Duration = Duration::from_secs(1);
/// How many bytes of it.
const HELD_BYTES: usize = 64 << 10;
/// How many pieces of it.
const HELD_PIECES: usize = 64;

/// Whether the beginning of a stream is worth waiting for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// There is somewhere to turn to if it fails.
    UntilContent,
    /// There is not.
    None,
}

/// What was seen instead of an answer to pass on.
pub(super) struct Seen {
    pub(super) trouble: Trouble,
    pub(super) reading: Reading,
    pub(super) last: Last,
}

impl Seen {
    pub(super) fn unanswered(unanswered: Unanswered) -> Self {
        let Unanswered { class, effect, refusal, what } = unanswered;
        let trouble = Trouble { class, what, effect, retry_at: None };
        Self { trouble, reading: Reading::default(), last: Last::Refusal(refusal) }
    }
}

/// An answer to pass on.
pub(super) struct Fit {
    pub(super) answer: Answer,
    /// What its body says, where it is whole and in words that are known.
    pub(super) read: Option<protocols::answer::Answer>,
}

/// Whether this call could turn elsewhere if its stream failed now.
pub(super) fn patience(admitted: &mut Admitted) -> Patience {
    if onward::has_elsewhere(admitted) { Patience::UntilContent } else { Patience::None }
}

/// Looks at an answer. One that may be passed on comes back whole.
pub(super) async fn at(
    call: &mut Call,
    mut answer: Answer,
    outgoing: &Outgoing,
    patience: Patience,
) -> Result<Fit, Seen> {
    relay::arrived(call, &answer);
    let words = outgoing.answered_at(call.draft.endpoint);
    let reading = health::reading(&answer.headers, call.draft.gateway.now());
    if answer.status.is_redirection() {
        return Err(redirected(call, &answer, reading));
    }
    if !answer.status.is_success() {
        return Err(declined(call, answer, reading, words).await);
    }
    let mut read = None;
    if !relay::streams(&answer, outgoing) {
        let body = match plain::collect(&mut answer).await {
            Ok(body) => body,
            Err(failure) => {
                let unanswered = Unanswered::of(failure, &call.target.provider);
                return Err(Seen { reading, ..Seen::unanswered(unanswered) });
            }
        };
        read = words.map(|words| protocols::answer::read(words, &body));
        let is_error = read.as_ref().is_some_and(|read| read.upstream_error.is_some());
        let body = if is_error { authorise::without_secret(call, body) } else { body };
        answer.body.give_back([Ok(body)]);
        let packed = answer.headers.get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity");
        if let Some((trouble, last)) = read.as_ref().and_then(|read| no_answer(call, read, packed)) {
            return Err(Seen { trouble, reading, last: last.map_or(Last::Answer(answer), Last::Refusal) });
        }
    } else if patience == Patience::UntilContent
        && let Some(words) = words
        && let Some(trouble) = beginning(call, &mut answer, words).await
    {
        return Err(Seen { trouble, reading, last: Last::Answer(answer) });
    }
    let stage = std::mem::replace(&mut call.journey.stage, Stage::Idle);
    if let Stage::Trying(began) = stage {
        call.draft.gateway.lane_well(&call.journey.lane, began, &reading);
        call.journey.stage = Stage::Answering(began);
    }
    Ok(Fit { answer, read })
}

/// What is wrong with a body whose status says that all is well, and what the caller gets for it
/// where that is not the body itself: an SDK takes an error for an empty answer where it asked for
/// a stream.
fn no_answer(
    call: &mut Call,
    read: &protocols::answer::Answer,
    packed: Option<&HeaderValue>,
) -> Option<(Trouble, Option<Refusal>)> {
    let broken = |problem: String| {
        let provider = call.target.provider.clone();
        Some(Refusal::UpstreamBroken { provider, problem })
    };
    if !read.is_json {
        let what = match packed.and_then(|encoding| encoding.to_str().ok()) {
            Some(encoding) => format!("its answer is packed ({encoding}), though it was asked not to"),
            None => "its answer is not JSON".to_owned(),
        };
        let last = broken(what.clone());
        let trouble = Trouble { class: Class::Broken, what, effect: Effect::Possible, retry_at: None };
        return Some((trouble, last));
    }
    let kind = read.upstream_error.as_deref().filter(|_| read.usage.is_none() && read.output_bytes == 0)?;
    let what = format!("{kind} under status {}", call.progress.http_status);
    let last = if call.draft.stream { broken(format!("it answered with an error: {kind}")) } else { None };
    call.progress.declined = true;
    let trouble = Trouble { class: Class::of_stream(kind), what, effect: Effect::None, retry_at: None };
    Some((trouble, last))
}

/// A redirect is an error of the provider's address, and is not passed on.
fn redirected(call: &Call, answer: &Answer, reading: Reading) -> Seen {
    let what = format!("it answered with a redirect ({})", answer.status.as_u16());
    let trouble = Trouble { class: Class::Server, what, effect: Effect::None, retry_at: None };
    Seen { trouble, reading, last: Last::Refusal(relay::redirected(call, answer.status)) }
}

/// An answer whose status says no. Its body tells why.
async fn declined(call: &Call, mut answer: Answer, reading: Reading, words: Option<Endpoint>) -> Seen {
    let status = answer.status.as_u16();
    let body = match plain::collect(&mut answer).await {
        Ok(body) => body,
        Err(failure) => {
            let Unanswered { refusal, what, .. } = Unanswered::of(failure, &call.target.provider);
            let class = Class::of_status(status, None).unwrap_or(Class::Server);
            let what = format!("{status}, and {what}");
            let trouble = Trouble { class, what, effect: class.effect(), retry_at: reading.retry_at };
            return Seen { trouble, reading, last: Last::Refusal(refusal) };
        }
    };
    let body = authorise::without_secret(call, body);
    let read = words.map(|words| protocols::answer::read(words, &body)).unwrap_or_default();
    let (kind, now) = (read.upstream_error, call.draft.gateway.now());
    let class = Class::of_status(status, kind.as_deref()).unwrap_or(Class::Server);
    let what = kind.map_or_else(|| status.to_string(), |kind| format!("{status} {kind}"));
    answer.body.give_back([Ok(body)]);
    // Google says in the body what others say in a header.
    let told = read.retry_after_ms.map(|ms| now.plus_ms(i64::try_from(ms).unwrap_or(i64::MAX)));
    let trouble = Trouble { class, what, effect: class.effect(), retry_at: reading.retry_at.or(told) };
    Seen { trouble, reading, last: Last::Answer(answer) }
}

/// Holds the beginning of a stream until it has content, and tells what is wrong where it never
/// has.
async fn beginning(call: &mut Call, answer: &mut Answer, words: Endpoint) -> Option<Trouble> {
    let mut reader = StreamReader::new(words);
    let mut held = Held::default();
    let enough = tokio::time::sleep(HELD_TIME);
    tokio::pin!(enough);
    let trouble = loop {
        let piece = tokio::select! {
            biased;
            piece = answer.body.next() => piece,
            () = &mut enough => break None,
        };
        match held.take(piece, &mut reader) {
            Step::More => {}
            Step::Enough => break None,
            Step::Failed(trouble) => break Some(trouble),
        }
    };
    if let Some(trouble) = &trouble {
        let summary = reader.summary();
        // An error in place of an answer, whatever the status said.
        call.progress.declined =
            trouble.effect == Effect::None && summary.usage.is_none() && summary.output_bytes == 0;
        call.progress.usage = summary.usage;
        call.progress.tier = summary.tier;
        call.progress.usage_final = summary.usage_final;
        call.progress.output_bytes = summary.output_bytes;
    }
    answer.body.give_back(held.pieces);
    trouble
}

/// What was looked at.
#[derive(Default)]
struct Held {
    pieces: Vec<Result<Bytes, Failure>>,
    bytes: usize,
}

enum Step {
    More,
    Enough,
    Failed(Trouble),
}

impl Held {
    fn take(&mut self, piece: Result<Option<Bytes>, Failure>, reader: &mut StreamReader) -> Step {
        let piece = match piece {
            Ok(Some(piece)) => piece,
            Ok(None) => return ended(reader),
            Err(failure) => {
                self.pieces.push(Err(failure.clone()));
                return broken(&failure);
            }
        };
        reader.push(&piece);
        self.bytes += piece.len();
        self.pieces.push(Ok(piece));
        let seen = reader.summary();
        if let Some(kind) = seen.error {
            return failed_inside(&kind);
        }
        let full = self.bytes >= HELD_BYTES || self.pieces.len() >= HELD_PIECES;
        if seen.output_bytes > 0 || seen.complete || full { Step::Enough } else { Step::More }
    }
}

/// An error in place of content.
fn failed_inside(kind: &str) -> Step {
    let what = format!("{kind} inside the stream");
    Step::Failed(Trouble { class: Class::of_stream(kind), what, effect: Effect::None, retry_at: None })
}

fn ended(reader: &mut StreamReader) -> Step {
    reader.finish();
    let seen = reader.summary();
    if let Some(kind) = seen.error {
        return failed_inside(&kind);
    }
    if seen.complete || seen.output_bytes > 0 {
        return Step::Enough;
    }
    let what = "the stream ended before its first content".to_owned();
    Step::Failed(Trouble { class: Class::Broken, what, effect: Effect::Possible, retry_at: None })
}

fn broken(failure: &Failure) -> Step {
    let class = match failure {
        Failure::Timeout { .. } => Class::Timeout,
        Failure::Unreachable(_) | Failure::Broken(_) | Failure::Unsendable(_) => Class::Broken,
    };
    let trouble = Trouble { class, what: failure.to_string(), effect: Effect::Possible, retry_at: None };
    Step::Failed(trouble)
}
