//! What a call looks like in the ledger.

use domain::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RouteId, RunId, WorkflowId};
use domain::inference::{Attribution, Control, Endpoint, Fact, PriceLine, Status, Target, Verdict};
use domain::usage::UsageSource;
use domain::{NanoUsd, Timestamp, Usage};

/// A simulated call of the workflow `first-answers`, owned by `maya`, a minute ago. Everything about
/// it follows from `number`.
///
/// # Panics
/// Where `run` is no run id.
#[must_use]
pub fn fact(now: Timestamp, number: u8, run: &str) -> Fact {
    let cost = NanoUsd::from_nano(1_220_000);
    let line = PriceLine {
        unit: "input".into(),
        tokens: 3_050,
        per_million: NanoUsd::from_nano(400_000_000),
        cost,
        row: "workspace:simulated/sim-small".into(),
    };
    Fact {
        id: InferenceId::new(now.plus_ms(i64::from(number)), [number; 10]),
        started: now.plus_ms(i64::from(number) * 1_000 - 60_000),
        endpoint: Endpoint::Chat,
        attribution: attribution(now, run),
        asked: "standard".into(),
        target: Some(Target {
            route: Some(RouteId::new("standard").unwrap()),
            provider: ProviderId::new("sim").unwrap(),
            model: "sim-small".into(),
        }),
        variant: "v-00000000".into(),
        prompt: None,
        cache: None,
        config: "0".repeat(64),
        stream: false,
        status: Status::Ok,
        http_status: 200,
        code: None,
        error: None,
        first_byte_ms: Some(120),
        duration_ms: 912,
        usage: Usage { input: 3_050, ..Usage::default() },
        usage_source: UsageSource::Reported,
        cost,
        price: vec![line],
        abandoned: Vec::new(),
        price_estimated: false,
        reserved: NanoUsd::from_nano(50_000_000),
        controls: vec![Control {
            name: "budget".into(),
            verdict: Verdict::Pass,
            why: "enough is left".into(),
        }],
        changes: vec!["model: standard → sim-small".into()],
        guarded: Vec::new(),
        request_bytes: 900,
        response_bytes: 700,
        request_hash: None,
        response_hash: None,
        upstream_id: None,
        response_id: None,
        simulated: true,
    }
}

fn attribution(now: Timestamp, run: &str) -> Attribution {
    Attribution {
        workflow: WorkflowId::new("first-answers").unwrap(),
        owner: PersonId::new("maya").unwrap(),
        pod: PodId::new("support").unwrap(),
        key: KeyId::new(now, [9; 10]),
        agent: None,
        run: RunId::from_caller(run).unwrap(),
        step: Some("draft".into()),
        unit: Some("T-1".into()),
        user: None,
        session: None,
        trace: None,
        context: vec![],
    }
}
