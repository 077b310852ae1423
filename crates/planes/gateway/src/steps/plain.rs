//! Relays an answer that is not a stream: whole, because its usage decides its price.

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use domain::Refusal;
use providers::{Answer, Failure};

use super::open::{End, Open};
use super::pieces::Pieces;
use super::relay::Arrived;
use super::translation::Reported;
use super::{cache, guard, relay, send};

/// The largest answer that is held back; nothing of the five endpoints comes near.
const MAX_ANSWER: usize = 64 << 20;

/// Collects the answer, settles, and passes it on.
pub(super) async fn relay(mut open: Open, arrived: Arrived) -> Response<Body> {
    let Arrived { mut answer, mut cutter, outgoing, read } = arrived;
    let mut translation = outgoing.translation;
    let collected = tokio::select! {
        biased;
        refusal = cutter.cut() => Err(End::Cut(refusal)),
        collected = collect(&mut answer) => collected.map_err(|failure| End::Failed(failed(&mut open, failure))),
    };
    let body = match collected {
        Ok(body) => body,
        Err(end) => return relay::fail(open, end).await,
    };
    let Some(call) = open.call() else { return Response::new(Body::empty()) };
    let own = translation.as_ref().map_or(Some(call.draft.endpoint), |translation| translation.answered_at());
    let read = read.or_else(|| own.map(|own| protocols::answer::read(own, &body))).unwrap_or_default();
    let (body, read, reported) = match &mut translation {
        Some(translation) => {
            let (body, reported) = translation.answer(call, &mut answer, (&body, read.tier));
            let read = protocols::answer::read(call.draft.endpoint, &body);
            (body, read, reported)
        }
        None => {
            let reported = Reported { usage: read.usage, tier: read.tier };
            (body, read, reported)
        }
    };
    if let Some(told) = &mut call.draft.told {
        told.identify(&protocols::answer::Identity::of_body(call.draft.endpoint, &body));
    }
    if answer.status.is_success() {
        if !read.is_json {
            let problem = "its answer is not JSON".to_owned();
            let refusal = Refusal::UpstreamBroken { provider: call.target.provider.clone(), problem };
            return relay::fail(open, End::Failed(refusal)).await;
        }
        // A translated answer may have a figure where the provider gave none: its own word counts.
        call.progress.usage = reported.usage;
        call.progress.tier = reported.tier;
        call.progress.usage_final = call.progress.usage.is_some();
        call.progress.output_bytes = read.output_bytes;
        call.progress.response_id = read.response_id;
        call.progress.upstream_error = read.upstream_error;
    } else {
        let status = || Some(format!("HTTP {}", answer.status.as_u16()));
        call.progress.upstream_error = read.upstream_error.or_else(status);
    }
    let body = match guard::answer(call, answer.status, body) {
        Ok(body) => body,
        Err(refusal) => return relay::fail(open, End::Cut(refusal)).await,
    };
    call.progress.complete = true;
    call.saw(&body);
    let mut response = relay::response(call, answer.status, &answer.headers, Body::from(body));
    if let Some(translation) = &translation {
        translation.mark(response.headers_mut());
    }
    cache::described(call, response.headers());
    cache::came(call);
    let cost = open.close(End::Answered).await;
    relay::set_cost(response.headers_mut(), cost);
    response
}

/// Reads the body. One piece that is the whole of it is not copied.
pub(super) async fn collect(answer: &mut Answer) -> Result<Bytes, Failure> {
    let mut pieces = Pieces::default();
    while let Some(piece) = answer.body.next().await? {
        pieces.push(piece);
        if pieces.len() > MAX_ANSWER {
            return Err(Failure::Broken("its answer is larger than 64 MiB".into()));
        }
    }
    Ok(pieces.join())
}

fn failed(open: &mut Open, failure: Failure) -> Refusal {
    match open.call() {
        Some(call) => send::refusal_of(failure, &call.target.provider),
        None => Refusal::ShuttingDown,
    }
}
