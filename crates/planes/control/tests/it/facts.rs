//! Records to explain and to add up.

use bytes::Bytes;
use domain::Timestamp;
use domain::ids::{AgentId, InferenceId, KeyId, PersonId, PodId, ProviderId, RouteId, RunId, WorkflowId};
use domain::inference::{Attribution, Control, Endpoint, Fact, PriceLine, Status, Target, Verdict};
use domain::money::NanoUsd;
use domain::usage::{Usage, UsageSource};
use ledger::{Content, Kept, Side};

use crate::house::House;

/// A call of `support-replies` that went well and cost 0.24 ¢.
pub(crate) fn fact(number: u8, run: &str, started: Timestamp) -> Fact {
    let line = |unit: &str, tokens, per_million, cost| PriceLine {
        unit: unit.into(),
        tokens,
        per_million: NanoUsd::from_nano(per_million),
        cost: NanoUsd::from_nano(cost),
        row: "acme/sim-small@2026-01-01".into(),
    };
    Fact {
        id: InferenceId::new(started, [number; 10]),
        started,
        endpoint: Endpoint::Chat,
        attribution: Attribution {
            workflow: WorkflowId::new("support-replies").unwrap(),
            owner: PersonId::new("tom").unwrap(),
            pod: PodId::new("support").unwrap(),
            key: KeyId::new(Timestamp::from_ms(1), [1; 10]),
            agent: Some(AgentId::new("drafter").unwrap()),
            run: RunId::from_caller(run).unwrap(),
            step: Some(format!("step {number}")),
            unit: Some("ticket 4711".into()),
            user: None,
            session: None,
            trace: None,
            context: vec!["doc-1".into()],
        },
        asked: "standard".into(),
        target: Some(Target {
            route: Some(RouteId::new("standard").unwrap()),
            provider: ProviderId::new("sim").unwrap(),
            model: "sim-small".into(),
        }),
        variant: "v-0a1b2c3d".into(),
        prompt: None,
        cache: None,
        config: "0123456789abcdef".into(),
        stream: false,
        status: Status::Ok,
        http_status: 200,
        code: None,
        error: None,
        first_byte_ms: Some(120),
        duration_ms: 400,
        usage: Usage { input: 1_000, output: 500, ..Usage::default() },
        usage_source: UsageSource::Reported,
        cost: NanoUsd::from_nano(2_400_000),
        price: vec![
            line("input", 1_000, 400_000_000, 400_000),
            line("output", 500, 4_000_000_000, 2_000_000),
        ],
        abandoned: Vec::new(),
        price_estimated: false,
        reserved: NanoUsd::from_nano(5_000_000),
        controls: vec![
            control("key", Verdict::Pass, "the key serves support-replies"),
            control("budget", Verdict::Change, "max_tokens was shrunk from 4,096 to 900"),
        ],
        changes: vec!["max_tokens 4096 → 900".into()],
        guarded: Vec::new(),
        request_bytes: 60,
        response_bytes: 60,
        request_hash: None,
        response_hash: None,
        upstream_id: None,
        response_id: None,
        simulated: true,
    }
}

/// The same, refused by the iteration cap.
pub(crate) fn refused(number: u8, run: &str, started: Timestamp) -> Fact {
    Fact {
        target: None,
        status: Status::Refused,
        http_status: 429,
        code: Some("CS-0306".into()),
        error: Some("the run has made 12 inferences".into()),
        first_byte_ms: None,
        duration_ms: 1,
        usage: Usage::default(),
        cost: NanoUsd::ZERO,
        price: Vec::new(),
        reserved: NanoUsd::ZERO,
        controls: vec![control("iteration-cap", Verdict::Stop, "12 of 12 inferences are made")],
        changes: Vec::new(),
        simulated: false,
        ..fact(number, run, started)
    }
}

pub(crate) fn control(name: &str, verdict: Verdict, why: &str) -> Control {
    Control { name: name.into(), verdict, why: why.into() }
}

impl House {
    /// Records these.
    pub(crate) async fn record(&self, facts: impl IntoIterator<Item = Fact>) {
        for fact in facts {
            self.ledger.record(fact).await.unwrap();
        }
    }

    /// Keeps a question and an answer for a record.
    pub(crate) fn keep(&self, fact: &Fact) {
        let request = r#"{"model":"standard","messages":[{"role":"user","content":"Where is it?"}]}"#;
        let answer = r#"{"choices":[{"message":{"role":"assistant","content":"On its way."}}]}"#;
        let kept = self.ledger.keep(Content {
            inference: fact.id,
            workflow: fact.attribution.workflow.clone(),
            at: fact.started,
            parts: vec![
                (Side::Request, Bytes::from_static(request.as_bytes())),
                (Side::Response, Bytes::from_static(answer.as_bytes())),
            ],
        });
        assert_eq!(kept, Kept::Accepted);
    }
}
