//! One gateway with everything around it, made anew for each test.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use config::{SecretRef, Snapshot};
use domain::budget::{Budget, Warning};
use domain::ids::{AgentId, InferenceId, KeyId, WorkflowId};
use domain::inference::Fact;
use domain::keys::{Key, KeyRing};
use domain::limits::Limits;
use domain::secret::Secret;
use domain::switch::{Board, State, Switch};
use domain::time::{SharedClock, Timestamp};
use gateway::{Credentials, Gateway, Live, Parts, SimulatedPace, Telemetry};
use ledger::{Durability, Ledger, Settings, Target};
use serde_json::Value;
use sha2::{Digest, Sha256};
use testkit::prelude::*;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::reply::{CHAT, Reply, chat};

/// The time at which every test begins.
pub(crate) const NOW: &str = "2026-03-02T09:00:00Z";
/// Secret of the ordinary key.
pub(crate) const KEY: &str = "cs_test";

const ROOT: &str = r#"
[organisation]
name = "Test"

[[people]]
id = "maya"
name = "Maya"
email = "maya@test.example"
roles = ["owner"]

[[people]]
id = "gone"
name = "Gone"
email = "gone@test.example"
roles = ["owner"]
left = "2026-01-01"

[[pods]]
id = "pod"
people = ["maya"]
agents = ["drafter"]

[providers.up]
api = "openai"
base_url = "OPENAI_URL"
api_key = "env:UP_KEY"
prices = "contract"

[providers.upa]
api = "anthropic"
base_url = "ANTHROPIC_URL"
api_key = "env:UP_KEY"
prices = "contract"

[providers.upg]
api = "gemini"
base_url = "ANTHROPIC_URL"
api_key = "env:UP_KEY"
prices = "contract"

[providers.keys]
api = "openai"
base_url = "OPENAI_URL"
api_keys = ["env:BAD_KEY", "env:GOOD_KEY"]
prices = "contract"

[providers.sparse]
api = "openai"
base_url = "OPENAI_URL"
prices = "sparse"

[providers.listed]
api = "openai"
base_url = "OPENAI_URL"
prices = "openai"

[providers.down]
api = "openai"
base_url = "DOWN_URL"
prices = "none"

[providers.sim]
api = "simulated"
prices = "none"

[routes.standard]
targets = [{ provider = "up", model = "ok" }, { provider = "upa", model = "ok" }]
fallback = ["economy"]

[routes.economy]
targets = [{ provider = "up", model = "cheap" }, { provider = "upa", model = "cheap" }]
"#;

/// In nano-dollars: 1,000 an input token, 2,000 an output token.
const PRICES: &str = r#"
[[price]]
list = "contract"
model = "*"
input = "1.00"
cached = "0.10"
output = "2.00"
max_output = 1000

[[price]]
list = "sparse"
model = "listed"
input = "10.00"
output = "20.00"
"#;

const WORKFLOW: &str = r#"
title = "T"
owner = "OWNER"
pod = "pod"
operating_model = "assisted"
unit_of_work = "u"
good = "g"

[routes]
default = "standard"
allow = [MORE_ROUTES"economy", "keys/*", "up/*", "upa/*", "upg/*", "sim/*", "sparse/*", "listed/*", "down/*"]
"#;

#[derive(Debug)]
struct Vault;

impl Credentials for Vault {
    fn read(&self, reference: &SecretRef) -> Result<Arc<Secret<String>>, String> {
        match reference {
            SecretRef::Env(name) if name == "BAD_KEY" => Ok(Arc::new(Secret::new("sk-bad".to_owned()))),
            SecretRef::Env(name) if name == "GOOD_KEY" => Ok(Arc::new(Secret::new("sk-good".to_owned()))),
            SecretRef::Env(name) if name == "UP_KEY" => Ok(Arc::new(Secret::new("sk-upstream".to_owned()))),
            _ => Err("it is not set".to_owned()),
        }
    }
}

/// What a test wants to be different.
#[derive(Default)]
pub(crate) struct Wanted {
    /// More of countersign.toml.
    pub(crate) root: &'static str,
    /// More of the workflow's file.
    pub(crate) workflow: &'static str,
    /// More files of the workspace, or others in place of those that are there: path and text.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// Names of routes in `root`, and patterns of targets, that callers may ask for.
    pub(crate) allow: &'static [&'static str],
    /// Where the provider `down` is; nowhere if not said.
    pub(crate) down: Option<String>,
    /// Bytes of journal that may wait; unlimited if not said.
    pub(crate) max_spool: Option<u64>,
    /// Who observes calls; nobody if not said.
    pub(crate) telemetry: Option<Telemetry>,
    /// A database elsewhere; a file of its own if not said.
    pub(crate) database: Option<Target>,
}

/// A gateway, its provider, its ledger, and a client.
pub(crate) struct World {
    pub(crate) upstream: Upstream,
    pub(crate) gateway: Gateway,
    pub(crate) live: Arc<Live>,
    pub(crate) ledger: Ledger,
    pub(crate) warnings: mpsc::Receiver<Warning>,
    pub(crate) clock: ManualClock,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    stop: CancellationToken,
    pub(crate) data: tempfile::TempDir,
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn workspace(upstream: &Upstream, wanted: &Wanted) -> config::Workspace {
    let root = (ROOT.to_owned() + wanted.root)
        .replace("OPENAI_URL", &upstream.openai_url())
        .replace("ANTHROPIC_URL", &upstream.anthropic_url())
        .replace("DOWN_URL", wanted.down.as_deref().unwrap_or("http://127.0.0.1:1/v1"));
    let more: String = wanted.allow.iter().map(|name| format!("{name:?}, ")).collect();
    let workflow = WORKFLOW.replace("OWNER", "maya").replace("MORE_ROUTES", &more) + wanted.workflow;
    let plain = |owner| WORKFLOW.replace("OWNER", owner).replace("MORE_ROUTES", "");
    let mut files = BTreeMap::from([
        ("countersign.toml".to_owned(), root),
        ("prices.toml".to_owned(), PRICES.to_owned()),
        ("workflows/w.toml".to_owned(), workflow),
        ("workflows/v.toml".to_owned(), plain("maya")),
        ("workflows/orphan.toml".to_owned(), plain("gone")),
    ]);
    files.extend(wanted.files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    config::load(&files).unwrap()
}

fn snapshot(upstream: &Upstream, wanted: &Wanted, now: Timestamp) -> Arc<Snapshot> {
    let workspace = workspace(upstream, wanted);
    let book = pricing::PriceBook::builtin().with(&workspace.prices).unwrap();
    Arc::new(Snapshot::new(workspace, book, now))
}

/// A workflow's file, with more of it.
pub(crate) fn workflow_file(more: &str) -> String {
    WORKFLOW.replace("OWNER", "maya").replace("MORE_ROUTES", "") + more
}

/// A key with this secret.
pub(crate) fn key(secret: &str, workflows: &[&str]) -> Key {
    let now = Timestamp::parse(NOW).unwrap();
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let mut seed = [0; 10];
    seed.copy_from_slice(&hash[..10]);
    Key {
        id: KeyId::new(now, seed),
        hash,
        label: secret.to_owned(),
        workflows: workflows.iter().map(|name| WorkflowId::new(name).unwrap()).collect(),
        agent: None,
        created_by: "maya".into(),
        created: now,
        expires: None,
        revoked: None,
        limits: Limits::default(),
        budget: Budget::default(),
    }
}

/// The keys that every world begins with.
pub(crate) fn keys() -> Vec<Key> {
    let now = Timestamp::parse(NOW).unwrap();
    vec![
        Key { agent: Some(AgentId::new("drafter").unwrap()), ..key(KEY, &["w"]) },
        key("cs_two", &["w", "v"]),
        key("cs_orphan", &["orphan"]),
        key("cs_nowhere", &["deleted"]),
        Key { expires: Some(now), ..key("cs_expired", &["w"]) },
        Key { revoked: Some(now), ..key("cs_revoked", &["w"]) },
    ]
}

pub(crate) async fn world() -> World {
    World::with(Wanted::default()).await
}

impl World {
    pub(crate) async fn with(wanted: Wanted) -> Self {
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let upstream = Upstream::start();
        let clock = ManualClock::at(NOW);
        let shared: SharedClock = clock.shared();
        let data = tempfile::tempdir().unwrap();
        let settings = Settings {
            database: wanted
                .database
                .clone()
                .unwrap_or_else(|| Target::Sqlite(data.path().join("ledger.db"))),
            data: data.path().to_owned(),
            instance: "test-1".into(),
            durability: Durability::Process,
            clock: Arc::clone(&shared),
            body_queue_bytes: 64 << 20,
            max_spool_bytes: wanted.max_spool.unwrap_or(u64::MAX),
        };
        let (ledger, _) = Ledger::open(settings).await.unwrap();
        let snapshot = snapshot(&upstream, &wanted, shared.now());
        let live = Arc::new(Live::new(snapshot, Arc::new(KeyRing::new(keys())), Arc::new(Board::default())));
        let (sender, warnings) = mpsc::channel(64);
        let parts = Parts {
            clock: shared,
            seeds: CountingSeeds::shared(),
            ledger: ledger.clone(),
            live: Arc::clone(&live),
            instance: "test-1".into(),
            hash_key: Secret::new([7; 32]),
            warnings: sender,
            credentials: Arc::new(Vault),
            simulated_pace: SimulatedPace::Instant,
            telemetry: wanted.telemetry,
        };
        let gateway = Gateway::new(parts).unwrap();
        let stop = CancellationToken::new();
        let url = serve(&gateway, stop.clone()).await;
        let http = reqwest::Client::builder().build().unwrap();
        Self { upstream, gateway, live, ledger, warnings, clock, url, http, stop, data }
    }

    /// Publishes other files, as a reload would.
    pub(crate) fn reload(&self, wanted: &Wanted) {
        let now = Timestamp::parse(NOW).unwrap();
        self.live.publish_snapshot(snapshot(&self.upstream, wanted, now));
    }

    /// A request with the ordinary key.
    pub(crate) fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.raw(path, KEY, body.to_string())
    }

    /// A request with a body as it stands.
    pub(crate) fn raw(
        &self,
        path: &str,
        key: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}{path}", self.url))
            .bearer_auth(key)
            .header("content-type", "application/json")
            .body(body)
    }

    /// Asks for a chat completion, or a stream of one, and waits for all of it.
    pub(crate) async fn chat(&self, model: &str, stream: bool) -> Reply {
        Reply::of(self.post(CHAT, &chat(model, stream))).await
    }

    /// What the ledger says of an inference, once it has ended.
    pub(crate) async fn fact(&self, id: InferenceId) -> Fact {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            assert!(self.ledger.caught_up(Duration::from_secs(5)).await, "the ledger takes records in");
            if let Some(fact) = self.ledger.inference(id).await.unwrap() {
                assert_eq!(domain::invariants::violations(&fact), Vec::<&str>::new(), "{fact:?}");
                return fact;
            }
            assert!(Instant::now() < deadline, "no fact about {id}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Throws a switch, as the control plane would.
    pub(crate) fn throw(&self, scope: &str, state: State) {
        let switch = Switch {
            scope: scope.parse().unwrap(),
            state,
            reason: "wrong answers".into(),
            by: "maya".into(),
            since: Timestamp::parse(NOW).unwrap(),
        };
        self.live.publish_board(Arc::new(Board::new(1, [switch])));
    }

    /// Waits until no call is under way, so that everything was given back.
    pub(crate) async fn until_quiet(&self) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.gateway.running_under(&domain::switch::Scope::All) > 0 {
            assert!(Instant::now() < deadline, "calls are still under way");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn serve(gateway: &Gateway, stop: CancellationToken) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = gateway::router(gateway.clone());
    TaskTracker::new().spawn(async move {
        let server = axum::serve(listener, router);
        tokio::select! {
            ended = server => ended.unwrap(),
            () = stop.cancelled() => {}
        }
    });
    url
}
