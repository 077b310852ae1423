//! Attempt: sends a call to its target, and where that fails before anything was delivered, again or
//! elsewhere, as far as its route and the retry budget allow.
//!
//! Each turn of the loop builds the outgoing request anew for the target it goes to. Nothing is
//! tried again once a byte has gone to the caller. What a failed attempt may have cost is charged,
//! what the next may cost is held, and the ledger knows of the new target before it gets the call.

mod look;
mod onward;

use axum::body::Body;
use axum::http::Response;
use axum::http::request::Parts as Head;
use domain::Refusal;
use domain::routing::{Reading, Trouble};
use providers::Answer;

use super::admit::Admitted;
use super::cut::Cutter;
use super::open::End;
use super::relay::Arrived;
use super::send::Outgoing;
use super::{cache, guard, relay, send, tell};
use onward::Onward;

/// What became of an attempt.
enum Outcome {
    /// An answer to pass on.
    Arrived(Box<Arrived>),
    /// It failed; what to do next is open.
    Setback(Box<Setback>),
    /// The call can't be put into the target's dialect; nothing was sent.
    Unfit(Refusal),
    /// A control ended the call.
    Ended(End),
}

/// A failed attempt.
struct Setback {
    trouble: Trouble,
    /// What the answer's headers said of limits.
    reading: Reading,
    /// What the caller gets if this was the last attempt.
    last: Last,
    cutter: Cutter,
    outgoing: Outgoing,
}

/// What a failed attempt leaves for the caller.
enum Last {
    /// The provider's own answer.
    Answer(Answer),
    /// Ours, because there is none.
    Refusal(Refusal),
}

/// Makes attempts until one is delivered.
pub(super) async fn run(mut admitted: Admitted, head: &Head) -> Response<Body> {
    if let Err(refusal) = guard::request(&mut admitted) {
        return relay::fail(admitted.open, End::Refused(refusal)).await;
    }
    if let Some(found) = cache::find(&mut admitted, head) {
        if let Err(end) = admitted.on_record().await {
            return relay::fail(admitted.open, end).await;
        }
        return Box::pin(cache::answer(admitted, found)).await;
    }
    let changed = admitted.open.call().map_or(0, |call| call.draft.changes.len());
    loop {
        match one(&mut admitted, head).await {
            Outcome::Arrived(arrived) => {
                drop(std::mem::take(&mut admitted.body));
                return relay::deliver(admitted.open, *arrived).await;
            }
            Outcome::Ended(end) => return relay::fail(admitted.open, end).await,
            Outcome::Unfit(refusal) => {
                if let Err(end) = onward::unfit(&mut admitted, refusal).await {
                    return relay::fail(admitted.open, end).await;
                }
                forget(&mut admitted, changed);
            }
            Outcome::Setback(mut setback) => {
                let failed = tell::attempt(&mut admitted, setback.trouble.class);
                match onward::after(&mut admitted, &mut setback).await {
                    Onward::Again => {
                        tell::tried(&mut admitted, failed);
                        forget(&mut admitted, changed);
                    }
                    Onward::Ended(end) => return relay::fail(admitted.open, end).await,
                    Onward::PassOn => return pass_on(admitted, *setback).await,
                }
            }
        }
    }
}

/// Forgets the changes that an attempt made to the request: the next makes its own.
fn forget(admitted: &mut Admitted, changed: usize) {
    if let Some(call) = admitted.open.call() {
        call.draft.changes.truncate(changed);
    }
}

async fn pass_on(admitted: Admitted, setback: Setback) -> Response<Body> {
    let Setback { last, cutter, outgoing, .. } = setback;
    match last {
        Last::Answer(answer) => {
            relay::deliver(admitted.open, Arrived { answer, cutter, outgoing, read: None }).await
        }
        Last::Refusal(refusal) => relay::fail(admitted.open, End::Failed(refusal)).await,
    }
}

/// One attempt, up to where its answer can be judged.
async fn one(admitted: &mut Admitted, head: &Head) -> Outcome {
    if let Err(end) = onward::take_turn(admitted).await {
        return Outcome::Ended(end);
    }
    let outgoing = match send::edit(admitted) {
        Ok(outgoing) => outgoing,
        Err(refusal) => return Outcome::Unfit(refusal),
    };
    let patience = look::patience(admitted);
    let Admitted { open, max_output, .. } = &mut *admitted;
    let Some(call) = open.call() else { return Outcome::Ended(End::Gone) };
    if max_output.is_some() {
        cache::shortened(call);
    }
    let ready = send::prepare(call, head, &outgoing);
    if let Err(end) = admitted.on_record().await {
        return Outcome::Ended(end);
    }
    let Some(call) = admitted.open.call() else { return Outcome::Ended(End::Gone) };
    let mut cutter = Cutter::new(call);
    if let Some(refusal) = cutter.bars() {
        // Turned off while it was being admitted, or between two attempts.
        let first = call.journey.is_first();
        return Outcome::Ended(if first { End::Refused(refusal) } else { End::Cut(refusal) });
    }
    let looked = tokio::select! {
        biased;
        refusal = cutter.cut() => return Outcome::Ended(End::Cut(refusal)),
        looked = async {
            let ready = ready.map_err(|unanswered| look::Seen::unanswered(*unanswered))?;
            let answer = send::send(call, ready).await.map_err(look::Seen::unanswered)?;
            look::at(call, answer, &outgoing, patience).await
        } => looked,
    };
    match looked {
        Ok(look::Fit { answer, read }) => {
            Outcome::Arrived(Box::new(Arrived { answer, cutter, outgoing, read }))
        }
        Err(look::Seen { trouble, reading, last }) => {
            Outcome::Setback(Box::new(Setback { trouble, reading, last, cutter, outgoing }))
        }
    }
}
