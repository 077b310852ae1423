//! One record as pages show it.

use domain::abandoned::Abandoned;
use domain::cache::{CacheUse, Hit};
use domain::inference::{Control, Fact, Target, Verdict};
use domain::prompt::PromptUse;

use super::{content, why};
use crate::prices;
use crate::runs;
use crate::views::{
    AbandonedView, CacheView, ControlView, InferenceView, Offset, PromptRef, TargetView, Tone,
};
use crate::words::usage;

/// One inference, without its place in time and its content.
pub(super) fn view(fact: &Fact, number: u64, key_label: Option<String>) -> InferenceView {
    let at = &fact.attribution;
    InferenceView {
        id: fact.id.to_string(),
        number,
        step: at.step.clone(),
        started: fact.started.into(),
        offset: Offset::default(),
        first_byte_ms: fact.first_byte_ms,
        duration_ms: fact.duration_ms,
        path: fact.endpoint.called_at(&fact.asked, fact.stream),
        asked: fact.asked.clone(),
        target: fact.target.as_ref().map(target),
        stream: fact.stream,
        status: fact.status.as_str().to_owned(),
        tone: runs::tone(fact.status),
        http_status: fact.http_status,
        code: fact.code.clone(),
        error: fact.error.clone(),
        usage: usage(&fact.usage, fact.usage_source.as_str()),
        cost: fact.cost.into(),
        price: fact.price.iter().map(prices::row).collect(),
        abandoned: fact.abandoned.iter().map(abandoned).collect(),
        price_estimated: fact.has_estimated_price(),
        reserved: fact.reserved.into(),
        controls: fact.controls.iter().map(control).collect(),
        changes: fact.changes.clone(),
        why: why::of_inference(fact, key_label.as_deref()),
        variant: fact.variant.clone(),
        prompt: fact.prompt.as_deref().map(prompt),
        cache: fact.cache.map(cache),
        config: fact.config.clone(),
        key: at.key.to_string(),
        key_label,
        agent: at.agent.as_ref().map(ToString::to_string),
        context: at.context.clone(),
        request_bytes: fact.request_bytes,
        response_bytes: fact.response_bytes,
        request_hash: fact.request_hash.clone(),
        response_hash: fact.response_hash.clone(),
        upstream_id: fact.upstream_id.clone(),
        response_id: fact.response_id.clone(),
        trace: at.trace.clone(),
        session: at.session.clone(),
        simulated: fact.simulated,
        content: content::not_permitted(),
    }
}

fn target(target: &Target) -> TargetView {
    TargetView {
        route: target.route.as_ref().map(ToString::to_string),
        provider: target.provider.to_string(),
        model: target.model.clone(),
    }
}

fn abandoned(attempt: &Abandoned) -> AbandonedView {
    let Abandoned { why, cost, .. } = attempt;
    AbandonedView { target: target(&attempt.target), why: why.clone(), cost: (*cost).into() }
}

fn prompt(prompt: &PromptUse) -> PromptRef {
    let PromptUse { name, version, label } = prompt.clone();
    PromptRef { name: name.to_string(), version, label }
}

fn cache(cache: CacheUse) -> CacheView {
    match cache {
        CacheUse::Miss => CacheView { result: "miss".to_owned(), from: None, age_ms: None, saved: None },
        CacheUse::Hit(Hit { from, age_ms, saved }) => CacheView {
            result: "hit".to_owned(),
            from: Some(from.to_string()),
            age_ms: Some(age_ms),
            saved: Some(saved.into()),
        },
    }
}

fn control(control: &Control) -> ControlView {
    ControlView {
        name: control.name.clone(),
        verdict: control.verdict.as_str().to_owned(),
        tone: match control.verdict {
            Verdict::Pass => Tone::Good,
            Verdict::Change => Tone::Info,
            Verdict::Warn => Tone::Warn,
            Verdict::Stop => Tone::Bad,
        },
        why: control.why.clone(),
    }
}
