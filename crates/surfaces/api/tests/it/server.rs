//! A control plane over temporary databases, with the API in front and no data plane behind.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request};
use config::Snapshot;
use control::{Control, Parts, Plane, Prepared, Reach};
use domain::budget::{Account, Standing};
use domain::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RouteId, RunId, WorkflowId};
use domain::inference::{Attribution, Control as Acted, Endpoint, Fact, PriceLine, Status, Target, Verdict};
use domain::keys::KeyRing;
use domain::secret::Secret;
use domain::switch::{Board, Scope};
use domain::time::Clock as _;
use domain::usage::UsageSource;
use domain::{NanoUsd, Timestamp, Usage};
use http_body_util::BodyExt as _;
use ledger::Ledger;
use serde_json::Value;
use store::Store;
use tempfile::TempDir;
use testkit::{CountingSeeds, ManualClock};
use tower::ServiceExt as _;

/// The operator's token.
pub(crate) const TOKEN: &str = "operator-token";

const ROOT: &str = r#"
[organisation]
name = "Acme"

[[people]]
id = "maya"
name = "Maya Chen"
email = "maya@acme.example"
roles = ["admin", "owner"]

[[people]]
id = "vera"
name = "Vera Lind"
email = "vera@acme.example"
roles = ["viewer"]

[[pods]]
id = "support"
people = ["maya"]

[providers.sim]
api = "simulated"
prices = "none"

[routes.standard]
targets = [{ provider = "sim", model = "sim-small" }]
"#;

const WORKFLOW: &str = r#"
title = "First answers"
owner = "maya"
pod = "support"
operating_model = "assisted"
unit_of_work = "answer"
good = "Correct and polite."

[routes]
default = "standard"

[budget]
month = "10 USD"
run = "0.50 USD"
"#;

/// No data plane: nothing runs, nothing is ended.
struct Still;

impl Plane for Still {
    fn publish_snapshot(&self, _: Arc<Snapshot>) {}
    fn publish_keys(&self, _: Arc<KeyRing>) {}
    fn publish_switches(&self, _: Arc<Board>) -> Reach {
        Reach::default()
    }
    fn running(&self, _: &Scope) -> u64 {
        0
    }
    fn standing(&self, accounts: &[Account]) -> Vec<Standing> {
        accounts.iter().map(|_| Standing::default()).collect()
    }
}

/// Everything a test touches.
pub(crate) struct Server {
    pub(crate) control: Control,
    pub(crate) router: Router,
    ledger: Ledger,
    clock: ManualClock,
    pub(crate) folders: TempDir,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The code of a "no".
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or_default())
    }
}

/// Starts on a small workspace.
pub(crate) async fn start() -> Server {
    let folders = tempfile::tempdir().unwrap();
    let (workspace, data) = (folders.path().join("workspace"), folders.path().join("data"));
    std::fs::create_dir_all(&data).unwrap();
    std::fs::create_dir_all(workspace.join("workflows")).unwrap();
    std::fs::write(workspace.join("countersign.toml"), ROOT).unwrap();
    std::fs::write(workspace.join("workflows/first-answers.toml"), WORKFLOW).unwrap();
    let clock = ManualClock::at("2026-11-23T14:02:07Z");
    let settings = ledger::Settings {
        database: db::Target::Sqlite(data.join("ledger.db")),
        data: data.clone(),
        instance: "test".into(),
        durability: ledger::Durability::Process,
        clock: clock.shared(),
        body_queue_bytes: 1 << 20,
        max_spool_bytes: 1 << 30,
    };
    let (ledger, _) = Ledger::open(settings).await.unwrap();
    let parts = Parts {
        clock: clock.shared(),
        seeds: CountingSeeds::shared(),
        secrets: CountingSeeds::shared(),
        store: Store::open(db::Target::Sqlite(data.join("store.db"))).await.unwrap(),
        ledger: ledger.clone(),
        workspace,
        data,
        instance: "test".into(),
        version: "0.0.0".into(),
        operator: Secret::new(TOKEN.to_owned()),
    };
    let control = Prepared::load(parts).await.unwrap().join(Arc::new(Still));
    Server { router: api::router(control.clone()), control, ledger, clock, folders }
}

impl Server {
    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {bytes:?}"));
        Answer { status, headers, body }
    }

    /// Sends a request of the operator.
    pub(crate) async fn ask(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Reads as the operator.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path), Body::empty()).await
    }

    /// Records a call of a run, and waits until it can be read.
    pub(crate) async fn record(&self, number: u8, run: &str) -> InferenceId {
        let fact = fact(self.clock.now(), number, run);
        let id = fact.id;
        self.ledger.record(fact).await.unwrap();
        assert!(self.ledger.caught_up(Duration::from_secs(20)).await, "the ledger did not catch up");
        id
    }
}

fn fact(now: Timestamp, number: u8, run: &str) -> Fact {
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
        price_estimated: false,
        reserved: NanoUsd::from_nano(50_000_000),
        controls: vec![Acted { name: "budget".into(), verdict: Verdict::Pass, why: "enough is left".into() }],
        changes: vec!["model: standard → sim-small".into()],
        request_bytes: 900,
        response_bytes: 700,
        request_hash: None,
        response_hash: None,
        upstream_id: None,
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
        context: vec![],
    }
}
