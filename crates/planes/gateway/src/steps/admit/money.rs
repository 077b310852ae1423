//! The reservation: the most a call may cost, held before it leaves.
//!
//! Far from the end of its budgets a call reserves a likely cost; close to it, one that it can't
//! exceed, so that many calls at once can't pass the limit together. Where not all of the answer
//! is paid for any more, the answer is shortened, and the request says so to the provider.

use domain::budget::{Account, Ask, AtLimit, Books, Line, Reservation};
use domain::inference::{Endpoint, Target, Verdict};
use domain::money::PerMillion;
use domain::time::Window;
use domain::{NanoUsd, Refusal};
use protocols::request::View;

use super::super::open::{Call, Draft};
use super::super::route::{self, Choice, Chosen, Rated};
use super::Admitted;
use super::holders;
use crate::estimate::Weight;

/// Output tokens a model may write where the price book does not say: as much as the largest known.
const ASSUMED_OUTPUT: u64 = 131_072;
/// What is granted to a call without a limit of its own when a budget is nearly spent.
const SLICE: u64 = 4_096;
/// The most answers that any provider gives to one request.
const MOST_CHOICES: u64 = 128;
/// The shortest answer worth paying for.
const FLOOR: u64 = 16;
/// A budget with less than this many times the call's cost left is close to its end.
const CLOSE: i64 = 20;

/// What is known of the request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) view: &'a View,
    pub(super) weight: Weight,
    /// Whether it may write to a prompt cache, which costs up to twice the input price.
    pub(super) cached_writes: bool,
}

/// A call with its money.
#[derive(Debug)]
pub(super) struct Funded<'a> {
    pub(super) chosen: Chosen<'a>,
    pub(super) rated: Rated,
    pub(super) input_tokens: u64,
    pub(super) reservation: Reservation,
}

/// Anthropic's requests mark what they cache; OpenAI caches by itself, and charges for the writes
/// of some models.
pub(super) fn writes_cache(endpoint: Endpoint, body: &[u8]) -> bool {
    match endpoint {
        Endpoint::Chat | Endpoint::Responses => true,
        Endpoint::Messages => memchr::memmem::find(body, b"\"cache_control\"").is_some(),
        // Google's caches itself, and charges nothing for that.
        Endpoint::Gemini | Endpoint::Embeddings | Endpoint::CountTokens | Endpoint::GeminiCount => false,
    }
}

/// Output tokens of an answer that is made in the background: what comes back at once does not
/// say what it will cost, so what was reserved for it is taken.
pub(super) fn unseen_output(view: &View, reservation: &Reservation) -> u64 {
    if !view.background {
        return 0;
    }
    view.max_output.unwrap_or(ASSUMED_OUTPUT).min(reservation.output())
}

/// Reserves money for the call, on the economy route if that is what its budget asks for.
pub(super) fn reserve<'a>(
    draft: &mut Draft,
    choice: &Choice<'a>,
    chosen: Chosen<'a>,
    rated: Rated,
    asked: &Asked<'_>,
) -> Result<Funded<'a>, Refusal> {
    let lines = lines(draft);
    let refusal = match hold(draft, &lines, &chosen, &rated, asked) {
        Ok((input_tokens, reservation)) => {
            return Ok(Funded { chosen, rated, input_tokens, reservation });
        }
        Err(refusal) => refusal,
    };
    let Some(economy) = downgrade(draft, choice, &lines, asked) else { return Err(refusal) };
    let economy = economy?;
    draft.note("budget", Verdict::Change, format!("{refusal}; downgraded to the route economy"));
    Ok(economy)
}

/// The same call on the route `economy`, where a budget says so. Budgets that say so count the
/// call and no longer limit it; the others still do.
fn downgrade<'a>(
    draft: &mut Draft,
    choice: &Choice<'a>,
    lines: &[Line],
    asked: &Asked<'_>,
) -> Option<Result<Funded<'a>, Refusal>> {
    let softened: Vec<Line> = lines
        .iter()
        .map(|line| match line.at_limit {
            AtLimit::Economy => Line { limit: None, ..line.clone() },
            AtLimit::Stop | AtLimit::Ask => line.clone(),
        })
        .collect();
    if softened == lines {
        return None;
    }
    let chosen = route::economy(choice)?.ok()?; // one that can't answer is no way out
    let rated = match super::rate(draft, &chosen) {
        Ok(rated) => rated,
        Err(refusal) => return Some(Err(refusal)),
    };
    let held = hold(draft, &softened, &chosen, &rated, asked);
    Some(held.map(|(input_tokens, reservation)| Funded { chosen, rated, input_tokens, reservation }))
}

fn hold(
    draft: &mut Draft,
    lines: &[Line],
    chosen: &Chosen<'_>,
    rated: &Rated,
    asked: &Asked<'_>,
) -> Result<(u64, Reservation), Refusal> {
    let mut books = draft.gateway.books();
    let (input_tokens, ask) = size(draft, (&books, lines), (&chosen.target, rated), asked);
    let reservation = books.reserve(lines, ask, draft.started)?;
    drop(books);
    note(draft, lines, &reservation);
    Ok((input_tokens, reservation))
}

/// Replaces what a call holds by what it may cost at another target, with what its abandoned
/// attempts cost on top. Where that does not fit, nothing changes.
pub(in super::super) fn hold_again(
    admitted: &mut Admitted,
    (target, rated): (&Target, &Rated),
    wasted: NanoUsd,
) -> Result<(), Refusal> {
    let Admitted { open, view, cached_writes, .. } = &mut *admitted;
    let Some(call) = open.call() else { return Ok(()) };
    let asked = Asked { view, weight: call.weight, cached_writes: *cached_writes };
    let Call { draft, reservation: Some(held), .. } = call else { return Ok(()) };
    let lines: Vec<Line> = held.lines().cloned().collect();
    let mut books = draft.gateway.books();
    let (input_tokens, mut ask) = size(draft, (&books, &lines), (target, rated), &asked);
    ask.input = ask.input.checked_add(wasted).unwrap_or(NanoUsd::MAX);
    books.exchange(held, ask, draft.started)?;
    drop(books);
    call.unseen_output = unseen_output(view, held);
    call.input_estimate = input_tokens;
    admitted.fit();
    Ok(())
}

/// How much to ask for: the likely cost, or where that comes close to a limit, the most.
fn size(
    draft: &Draft,
    (books, lines): (&Books, &[Line]),
    (target, rated): (&Target, &Rated),
    asked: &Asked<'_>,
) -> (u64, Ask) {
    let (provider, model) = (&target.provider, target.model.as_str());
    let estimator = &draft.gateway.estimator;
    let (likely, bound) =
        (estimator.likely(provider, model, asked.weight), estimator.bound(provider, model, asked.weight));
    let ask = ask(draft, rated, asked, likely);
    let close = lines.iter().any(|line| {
        line.limit.is_some_and(|limit| {
            let standing = books.standing(&line.account, draft.started);
            let left = limit.saturating_less(standing.settled + standing.reserved);
            let cost = ask.input + ask.output_price.cost(ask.output).unwrap_or(NanoUsd::MAX);
            left.nano() / CLOSE < cost.nano()
        })
    });
    let input_tokens = if close { likely.max(bound) } else { likely };
    let ask = if close { self::ask(draft, rated, asked, input_tokens) } else { ask };
    (input_tokens, ask)
}

fn ask(draft: &Draft, rated: &Rated, asked: &Asked<'_>, input_tokens: u64) -> Ask {
    let (view, rate) = (asked.view, rated.rate());
    let choices = view.choices.clamp(1, MOST_CHOICES);
    // More than the model can write is not worth holding anything for.
    let known = if matches!(rated, Rated::Known(_)) { rate } else { None };
    let most = known.and_then(|rate| rate.max_output_tokens).unwrap_or(ASSUMED_OUTPUT);
    let limit = view.max_output.filter(|wanted| *wanted <= most);
    let output = if draft.endpoint.writes() { limit.unwrap_or(most).saturating_mul(choices) } else { 0 };
    let input = match rate {
        None => Ok(NanoUsd::ZERO),
        Some(rate) if asked.cached_writes => rate.dearest_input_cost(view.tier, input_tokens),
        Some(rate) => rate.input_cost(view.tier, input_tokens),
    };
    Ask {
        id: draft.id,
        input: input.unwrap_or(NanoUsd::MAX),
        output_price: rate
            .map_or_else(PerMillion::default, |rate| rate.output_price(view.tier, input_tokens)),
        output,
        floor: output.min(FLOOR.max(view.least_output).saturating_mul(choices)),
        slice: limit.is_none().then_some(SLICE.saturating_mul(choices)),
    }
}

/// The accounts a call is counted against: each holder's day and month, and the run.
fn lines(draft: &Draft) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut run: Option<Line> = None;
    for (holder, _, budget) in holders::of(draft) {
        let Some(budget) = budget.filter(|budget| !budget.is_open()) else { continue };
        let line = |account, limit| Line {
            account,
            limit: Some(limit),
            warn_at: budget.warn_at.clone(),
            at_limit: budget.at_limit,
        };
        for (window, limit) in [(Window::Day, budget.day), (Window::Month, budget.month)] {
            lines.extend(limit.map(|limit| line(Account::Held(holder.clone(), window), limit)));
        }
        if let Some(limit) =
            budget.run.filter(|limit| run.as_ref().is_none_or(|line| line.limit > Some(*limit)))
        {
            let attribution = &draft.caller.attribution;
            run = Some(line(Account::Run(attribution.workflow.clone(), attribution.run.clone()), limit));
        }
    }
    lines.extend(run);
    lines
}

fn note(draft: &mut Draft, lines: &[Line], reservation: &Reservation) {
    if lines.is_empty() {
        return;
    }
    let accounts = lines.iter().map(|line| line.account.to_string()).collect::<Vec<_>>().join(", ");
    let held = reservation.amount();
    if reservation.is_shrunk() {
        let why = format!("{held} held for {accounts}: enough for {} output tokens", reservation.output());
        draft.note("budget", Verdict::Change, why);
    } else {
        draft.note("budget", Verdict::Pass, format!("{held} held for {accounts}"));
    }
}
