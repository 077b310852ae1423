//! A call to tell of, and how it is shown.

use domain::finish::{Finish, Finishes};
use domain::ids::{AgentId, InferenceId, KeyId, PersonId, PodId, ProviderId, RouteId, RunId, WorkflowId};
use domain::inference::{Attribution, Endpoint, Fact, PriceLine, Status, Target};
use domain::usage::{Usage, UsageSource};
use domain::{NanoUsd, Timestamp};
use genai::{Attribute, Parent, Sampler, Seen, Server, Trace, Value};

pub(crate) const BEGAN: i64 = 1_772_442_000_000;

pub(crate) fn id() -> InferenceId {
    InferenceId::new(Timestamp::from_ms(BEGAN), [7; 10])
}

pub(crate) fn trace() -> Trace {
    let parent = Parent::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    Trace::begin(id(), parent, None, Sampler::default())
}

pub(crate) fn target(model: &str) -> Target {
    Target {
        route: Some(RouteId::new("standard").unwrap()),
        provider: ProviderId::new("main").unwrap(),
        model: model.into(),
    }
}

pub(crate) fn seen() -> Seen {
    let mut finishes = Finishes::default();
    finishes.add(Finish::Stop);
    Seen {
        provider: Some("azure.ai.openai"),
        server: Some(Server { host: "acme.openai.azure.com".into(), port: 443 }),
        label: Some("gpt-4o".into()),
        model: Some("gpt-4o-2024-08-06".into()),
        response: Some("chatcmpl-1".into()),
        finishes,
        attempts: Vec::new(),
    }
}

pub(crate) fn fact() -> Fact {
    Fact {
        id: id(),
        started: Timestamp::from_ms(BEGAN),
        endpoint: Endpoint::Chat,
        attribution: Attribution {
            workflow: WorkflowId::new("support").unwrap(),
            owner: PersonId::new("maya").unwrap(),
            pod: PodId::new("pod").unwrap(),
            key: KeyId::new(Timestamp::from_ms(BEGAN), [1; 10]),
            agent: Some(AgentId::new("drafter").unwrap()),
            session: None,
            trace: None,
            run: RunId::from_caller("run-1").unwrap(),
            step: Some("draft".into()),
            unit: Some("ticket 4711".into()),
            user: Some("someone@acme.example".into()),
            context: vec!["doc-1".into()],
        },
        cache: None,
        prompt: None,
        asked: "standard".into(),
        target: Some(target("gpt-4o")),
        variant: "v1".into(),
        config: "c0ffee".into(),
        stream: true,
        status: Status::Ok,
        http_status: 200,
        code: None,
        error: None,
        first_byte_ms: Some(120),
        duration_ms: 1_500,
        usage: Usage {
            input: 100,
            cache_read: 50,
            cache_write_5m: 20,
            cache_write_1h: 5,
            output: 40,
            reasoning: 10,
        },
        usage_source: UsageSource::Reported,
        cost: NanoUsd::from_nano(1_234_000),
        price: vec![PriceLine {
            unit: "input".into(),
            tokens: 100,
            per_million: NanoUsd::from_nano(1),
            cost: NanoUsd::from_nano(1_234_000),
            row: "openai/gpt-4o".into(),
        }],
        abandoned: Vec::new(),
        price_estimated: false,
        reserved: NanoUsd::ZERO,
        controls: Vec::new(),
        changes: Vec::new(),
        guarded: Vec::new(),
        request_bytes: 1,
        response_bytes: 1,
        request_hash: None,
        response_hash: None,
        upstream_id: None,
        response_id: None,
        simulated: false,
    }
}

/// A call of another kind.
pub(crate) fn with(change: impl FnOnce(&mut Fact)) -> Fact {
    let mut fact = fact();
    change(&mut fact);
    fact
}

/// `key = value`, one a line.
pub(crate) fn shown(attributes: &[Attribute]) -> String {
    let value = |value: &Value| match value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Ms(ms) => format!("{ms} ms"),
        Value::Flag(flag) => flag.to_string(),
        Value::Words(words) => format!("[{}]", words.join(", ")),
    };
    attributes.iter().map(|one| format!("{} = {}\n", one.key, value(&one.value))).collect()
}
