//! Settle and record: from what was seen to what is charged, given back, and written down.

use std::sync::Arc;

use bytes::BytesMut;
use domain::abandoned::Abandoned;
use domain::budget::{Reservation, Warning};
use domain::inference::{Control, Endpoint, Fact, PriceLine, Status, Verdict};
use domain::money::Tokens;
use domain::usage::{Mode, Usage, UsageSource};
use domain::{NanoUsd, Refusal, Timestamp};
use hmac::Mac;
use ledger::{Content, Side};
use pricing::Bill;

use super::journey::{self, Journey, Waste};
use super::open::{Call, End, Progress, control_of};
use super::route::Rated;
use super::{cache, guard, record, tell};
use crate::estimate;
use crate::metrics;
use crate::parts::Gateway;

/// Output tokens that a fast model writes in a second.
const TOKENS_A_SECOND: u64 = 100;

/// Closes a call: measures, charges, gives back what it held, records durably. Returns the cost.
///
/// Everything but the record is done before the first wait, and the record sees to itself, so that
/// a caller who hangs up in the middle of this changes nothing.
pub(super) async fn close(mut call: Call, end: End) -> NanoUsd {
    let gateway = call.draft.gateway.clone();
    let now = gateway.now();
    journey::ended(&mut call, &end);
    let (status, refusal) = verdict(&call.progress, end);
    let measured = measure(&call.progress, call.draft.endpoint, call.input_estimate, unseen(&call, now));
    let (mut bill, guess) = bill(&call, &measured);
    let cache_use = cache::settle(&mut call, status, bill.cost);
    let abandoned = put_on(&mut bill, &mut call.journey);
    gateway.running.leave(call.draft.id);
    if let Some(slot) = call.slot.take() {
        gateway.limiter().finish(slot, measured.usage.total(), now);
    }
    if call.progress.usage_final && measured.source == UsageSource::Reported {
        let (provider, model) = (&call.target.provider, &call.target.model);
        gateway.estimator.learn(provider, model, call.weight, measured.usage.input_total());
    }
    let reserved = call.reservation.as_ref().map_or(NanoUsd::ZERO, Reservation::amount);
    let warnings = pay(&mut call, bill.cost, status);
    let content = content(&mut call);
    guard::settle(&mut call);
    let _until_recorded = call.token;
    let progress = std::mem::take(&mut call.progress);
    let told = tell::take(&mut call.draft);
    let snapshot = Arc::clone(&call.draft.caller.snapshot);
    let mut fact = call.draft.into_fact(status, progress.http_status, refusal.as_ref());
    fact.target = Some(call.target);
    fact.simulated = call.simulated;
    fact.cache = cache_use;
    fact.first_byte_ms = progress.first_byte.map(|at| at.since(fact.started).max(0));
    fact.usage = measured.usage;
    fact.usage_source = measured.source;
    fact.cost = bill.cost;
    fact.price = bill.lines;
    fact.price_estimated = guess.is_some();
    fact.abandoned = abandoned;
    fact.reserved = reserved;
    fact.response_bytes = progress.response_bytes;
    fact.response_hash = progress.mac.map(|mac| hex::encode(mac.finalize().into_bytes()));
    fact.upstream_id = progress.upstream_id;
    fact.response_id = progress.response_id;
    fact.error = fact.error.or(progress.upstream_error);
    explain_end(&mut fact, refusal.as_ref(), guess, &warnings);
    tell::ended(&gateway, told, &fact);
    if let Some(content) = content {
        // A body that is dropped leaves a mark of its own in the ledger, and a count.
        let _kept = gateway.parts.ledger.keep(content);
    }
    for warning in warnings {
        warn(&gateway, warning);
    }
    record::fact(&gateway, &snapshot, fact).await;
    bill.cost
}

/// Charges what the call cost, to its run as well, whether or not something limited the run when the
/// call began.
fn pay(call: &mut Call, cost: NanoUsd, status: Status) -> Vec<Warning> {
    let mut books = call.draft.gateway.books();
    let paid_in_run = call.reservation.as_ref().is_some_and(Reservation::counts_in_run);
    let warnings = call.reservation.take().map(|held| books.settle(held, cost)).unwrap_or_default();
    match &call.run {
        Some(run) if status == Status::Refused => books.undo_iteration(run),
        Some(run) if !paid_in_run => books.runs.catch_up(run, 0, cost),
        Some(_) => {}
        None if status == Status::Refused || books.runs.is_empty() => {}
        None => {
            let attribution = &call.draft.caller.attribution;
            let run = (attribution.workflow.clone(), attribution.run.clone());
            books.runs.catch_up(&run, 1, if paid_in_run { NanoUsd::ZERO } else { cost });
        }
    }
    warnings
}

fn warn(gateway: &Gateway, warning: Warning) {
    if gateway.parts.warnings.try_send(warning).is_err() {
        metrics::warning_dropped();
    }
}

fn verdict(progress: &Progress, end: End) -> (Status, Option<Refusal>) {
    match end {
        End::Refused(refusal) => (Status::Refused, Some(refusal)),
        End::Failed(refusal) => (Status::Failed, Some(refusal)),
        End::Cut(refusal) => (Status::Cut, Some(refusal)),
        End::Gone => (Status::Cancelled, None),
        End::Answered if progress.upstream_error.is_some() || progress.http_status >= 300 => {
            (Status::UpstreamError, None)
        }
        End::Answered => (Status::Ok, None),
    }
}

/// The attempt under way, if it is given up now and its provider may bill it: what it may cost.
pub(super) fn wasted(call: &Call) -> Option<Waste> {
    let measured = measure(
        &call.progress,
        call.draft.endpoint,
        call.input_estimate,
        unseen(call, call.draft.gateway.now()),
    );
    let (Bill { cost, lines }, _) = bill(call, &measured);
    let (target, why) = (call.target.clone(), call.journey.trouble.clone());
    let attempt = Abandoned { target, why, cost, simulated: call.simulated };
    let lines: Vec<_> = lines.into_iter().map(PriceLine::abandoned).collect();
    (!lines.is_empty()).then_some(Waste { attempt, lines })
}

/// Puts what was given up before the last attempt on the bill, and says under whom each stands.
fn put_on(bill: &mut Bill, journey: &mut Journey) -> Vec<Abandoned> {
    let wasted = std::mem::take(&mut journey.wasted);
    let (attempts, lines): (Vec<_>, Vec<_>) =
        wasted.into_iter().map(|Waste { attempt, lines }| (attempt, lines)).unzip();
    bill.cost += domain::abandoned::total(&attempts);
    bill.lines.splice(0..0, lines.into_iter().flatten());
    attempts
}

#[derive(Debug, PartialEq, Eq)]
struct Measured {
    usage: Usage,
    source: UsageSource,
}

/// Output tokens that the model may have written without anyone here having seen them: of an answer
/// made in the background all that is held; of one that nothing had come of, what a fast model
/// writes in the time, up to what is held. A provider may finish, and bill, what its caller gave up.
fn unseen(call: &Call, now: Timestamp) -> Tokens {
    let progress = &call.progress;
    if progress.output_bytes > 0 || progress.complete || !call.draft.endpoint.writes() {
        return call.unseen_output;
    }
    let ms = u64::try_from(now.since(progress.sent_at)).unwrap_or(0);
    let held = call.reservation.as_ref().map_or(0, Reservation::output);
    call.unseen_output.max((ms.saturating_mul(TOKENS_A_SECOND) / 1_000).min(held))
}

/// What was used: the provider's word where there is one that can be believed, completed by an
/// estimate where the answer was cut, and an estimate where there is none. Nothing was used where
/// nothing was sent, or where the provider answered with an error. `unseen` is what the model may
/// write without its being seen here.
fn measure(progress: &Progress, endpoint: Endpoint, input_estimate: Tokens, unseen: Tokens) -> Measured {
    if !progress.sent || !progress.reached.is_possible() || progress.declined || endpoint.counts() {
        return Measured { usage: Usage::default(), source: UsageSource::Reported };
    }
    let seen = estimate::output_tokens(progress.output_bytes);
    match progress.usage.filter(Usage::is_believable) {
        Some(usage) if progress.usage_final => Measured { usage, source: UsageSource::Reported },
        Some(usage) => {
            let usage = Usage { output: usage.output.max(seen), ..usage };
            Measured { usage, source: UsageSource::Partial }
        }
        None => {
            let output = if endpoint == Endpoint::Embeddings { 0 } else { seen.max(unseen) };
            let usage = Usage { input: input_estimate, output, ..Usage::default() };
            Measured { usage, source: UsageSource::Estimated }
        }
    }
}

/// How the call was processed: what the provider said; where it answered and did not say, as
/// standard; where it was cut before it could say, the dearest way that was asked for.
fn mode(progress: &Progress, asked: Mode) -> Mode {
    let unsaid = if progress.usage_final { Mode::Standard } else { asked };
    progress.tier.unwrap_or(unsaid)
}

/// The bill, and why its prices are an estimate where they are one.
fn bill(call: &Call, measured: &Measured) -> (Bill, Option<String>) {
    let nothing = Bill { cost: NanoUsd::ZERO, lines: Vec::new() };
    if measured.usage.total() == 0 {
        return (nothing, None);
    }
    let mode = mode(&call.progress, call.tier);
    match &call.rated {
        Rated::Free => (nothing, None),
        Rated::Known(rate) => (charge(rate, mode, measured, call), untiered(rate, mode)),
        Rated::Dearest(rate) => {
            let why = "the model has no price of its own; the dearest of its list is charged, marked as an estimate";
            (charge(rate, mode, measured, call), Some(why.to_owned()))
        }
    }
}

fn untiered(rate: &pricing::Rate, mode: Mode) -> Option<String> {
    rate.schedule(mode).is_none().then(|| {
        let tier = mode.as_str();
        format!("the service tier ({tier}) has no price of its own; the standard price is charged, marked as an estimate")
    })
}

/// The charge by a rate. Counts are bounded, so it fits; if it did not, the reservation stands.
fn charge(rate: &pricing::Rate, mode: Mode, measured: &Measured, call: &Call) -> Bill {
    rate.bill_as(mode, &measured.usage).unwrap_or_else(|_| {
        let cost = call.reservation.as_ref().map_or(NanoUsd::MAX, domain::budget::Reservation::amount);
        let line = PriceLine {
            unit: "reservation".into(),
            tokens: measured.usage.total(),
            per_million: NanoUsd::ZERO,
            cost,
            row: rate.row.clone(),
        };
        Bill { cost, lines: vec![line] }
    })
}

fn explain_end(fact: &mut Fact, refusal: Option<&Refusal>, guess: Option<String>, warnings: &[Warning]) {
    let stopped = matches!(fact.status, Status::Refused | Status::Cut);
    if let Some(refusal) = refusal.filter(|r| stopped || matches!(r, Refusal::UpstreamTimeout { .. })) {
        let name = control_of(refusal).to_owned();
        fact.controls.push(Control { name, verdict: Verdict::Stop, why: refusal.to_string() });
    }
    let given_up = || "what abandoned attempts may cost is an estimate".to_owned();
    if let Some(why) = guess.or_else(|| (!fact.abandoned.is_empty()).then(given_up)) {
        fact.controls.push(Control { name: "price".into(), verdict: Verdict::Warn, why });
    }
    for warning in warnings {
        let why = format!(
            "{} has passed {} % of its budget: {} of {}",
            warning.account, warning.mark, warning.settled, warning.limit
        );
        fact.controls.push(Control { name: "budget".into(), verdict: Verdict::Warn, why });
    }
}

/// What is kept of the request and the answer, where the workflow keeps content. The request is
/// cut where its messages begin and end, so that the turns an agent sends again are stored once.
fn content(call: &mut Call) -> Option<Content> {
    let request = call.request.take()?;
    let mut whole = BytesMut::new();
    call.progress.pieces.take()?.iter().for_each(|piece| whole.extend_from_slice(piece));
    let (request, answer) = guard::kept(call, request, whole.freeze())?;
    let mut parts = Vec::new();
    let mut from = 0;
    for span in protocols::transcript::message_spans(call.draft.endpoint, &request) {
        parts.push((Side::Request, request.slice(from..span.start)));
        parts.push((Side::Request, request.slice(span.clone())));
        from = span.end;
    }
    parts.push((Side::Request, request.slice(from..)));
    parts.push((Side::Response, answer));
    parts.retain(|(_, part)| !part.is_empty());
    let workflow = call.draft.caller.attribution.workflow.clone();
    Some(Content { inference: call.draft.id, workflow, at: call.draft.started, parts })
}

#[cfg(test)]
mod tests {
    use domain::ids::ProviderId;

    use super::*;

    const SAID: Usage =
        Usage { input: 100, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 7, reasoning: 0 };

    const ABSURD: Usage = Usage { output: u64::MAX, ..SAID };

    /// A call that was sent, of whose answer 40 bytes of text were seen.
    fn sent(usage: Option<Usage>, usage_final: bool) -> Progress {
        Progress { sent: true, http_status: 200, usage, usage_final, output_bytes: 40, ..Progress::default() }
    }

    #[test]
    fn what_was_used_is_the_providers_word_or_an_estimate_that_says_so() {
        use Endpoint::{Chat, CountTokens, Embeddings, Messages, Responses};
        let declined = Progress { declined: true, ..sent(None, false) };
        let table = [
            ("nothing was sent", Progress::default(), Chat, 0, "reported 0+0"),
            ("the provider declined", declined, Chat, 0, "reported 0+0"),
            ("counting is free", sent(Some(SAID), true), CountTokens, 0, "reported 0+0"),
            ("its last word", sent(Some(SAID), true), Chat, 0, "reported 100+7"),
            ("its last word, whatever was unseen", sent(Some(SAID), true), Responses, 500, "reported 100+7"),
            ("a word before the last", sent(Some(SAID), false), Messages, 0, "partial 100+10"),
            ("no word", sent(None, false), Chat, 0, "estimated 33+10"),
            ("no word, made in the background", sent(None, false), Responses, 500, "estimated 33+500"),
            ("a word beyond belief", sent(Some(ABSURD), true), Chat, 0, "estimated 33+10"),
            ("no word on vectors", sent(None, false), Embeddings, 0, "estimated 33+0"),
        ];
        for (what, progress, endpoint, unseen, expected) in table {
            let Measured { usage, source } = measure(&progress, endpoint, 33, unseen);
            assert_eq!(
                format!("{} {}+{}", source.as_str(), usage.input_total(), usage.output),
                expected,
                "{what}"
            );
        }
    }

    #[test]
    fn the_tier_is_the_providers_word_or_what_was_held_for() {
        let said = |tier, usage_final| Progress { tier, ..sent(Some(SAID), usage_final) };
        let table = [
            (said(Some(Mode::Flex), true), Mode::Standard, Mode::Flex),
            (said(Some(Mode::Standard), true), Mode::Priority, Mode::Standard),
            (said(None, true), Mode::Priority, Mode::Standard),
            (said(None, false), Mode::Priority, Mode::Priority),
            (said(Some(Mode::Other), false), Mode::Standard, Mode::Other),
        ];
        for (progress, asked, expected) in table {
            assert_eq!(mode(&progress, asked), expected, "{:?} {asked:?}", progress.tier);
        }
    }

    #[test]
    fn how_a_call_ended() {
        let provider = ProviderId::new("up").unwrap();
        let broken = || Refusal::UpstreamTruncated { provider: provider.clone() };
        let said = Progress { upstream_error: Some("server_error".into()), ..sent(None, false) };
        let status = Progress { http_status: 429, ..sent(None, false) };
        let table = [
            (sent(None, false), End::Answered, Status::Ok, None),
            (said, End::Answered, Status::UpstreamError, None),
            (status, End::Answered, Status::UpstreamError, None),
            (sent(None, false), End::Gone, Status::Cancelled, None),
            (sent(None, false), End::Failed(broken()), Status::Failed, Some("CS-0404")),
            (sent(None, false), End::Cut(Refusal::ShuttingDown), Status::Cut, Some("CS-0309")),
            (Progress::default(), End::Refused(Refusal::ShuttingDown), Status::Refused, Some("CS-0309")),
        ];
        for (progress, end, expected, code) in table {
            let (status, refusal) = verdict(&progress, end);
            assert_eq!((status, refusal.map(|r| r.code().to_string()).as_deref()), (expected, code));
        }
    }
}
