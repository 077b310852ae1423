//! A call to tell of.

use domain::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RunId, WorkflowId};
use domain::inference::{Attribution, Endpoint, Fact, Status, Target};
use domain::usage::{Usage, UsageSource};
use domain::{NanoUsd, Timestamp};

/// A call that used 10 and 5 tokens in 250 ms.
pub(crate) fn fact(id: InferenceId) -> Fact {
    let started = Timestamp::from_ms(1_772_442_000_000);
    Fact {
        id,
        started,
        endpoint: Endpoint::Chat,
        attribution: Attribution {
            workflow: WorkflowId::new("w").unwrap(),
            owner: PersonId::new("maya").unwrap(),
            pod: PodId::new("pod").unwrap(),
            key: KeyId::new(started, [1; 10]),
            agent: None,
            session: None,
            trace: None,
            run: RunId::from_caller("run").unwrap(),
            step: None,
            unit: None,
            user: None,
            context: Vec::new(),
        },
        cache: None,
        prompt: None,
        asked: "m".into(),
        target: Some(Target { route: None, provider: ProviderId::new("up").unwrap(), model: "m".into() }),
        variant: "v".into(),
        config: "c".into(),
        stream: false,
        status: Status::Ok,
        http_status: 200,
        code: None,
        error: None,
        first_byte_ms: Some(10),
        duration_ms: 250,
        usage: Usage { input: 10, output: 5, ..Usage::default() },
        usage_source: UsageSource::Reported,
        cost: NanoUsd::ZERO,
        price: Vec::new(),
        abandoned: Vec::new(),
        price_estimated: false,
        reserved: NanoUsd::ZERO,
        controls: Vec::new(),
        changes: Vec::new(),
        guarded: Vec::new(),
        request_bytes: 0,
        response_bytes: 0,
        request_hash: None,
        response_hash: None,
        upstream_id: None,
        response_id: None,
        simulated: false,
    }
}
