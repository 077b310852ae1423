//! A control plane over temporary databases, for tests of what stands in front of it.
//!
//! Requests go straight into a router: there is no socket. The data plane behind only remembers
//! the switches it was given, and says that every turn ended three calls. A house that can't be
//! built fails its test.
#![expect(
    clippy::unwrap_used,
    reason = "only tests link this crate, and a fixture that can't be set up has to fail its test"
)]

mod fact;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use config::{Files, Snapshot};
use control::{AtStart, Control, Parts, Plane, Prepared, Reach};
use domain::budget::{Account, Standing};
use domain::ids::InferenceId;
use domain::inference::Fact;
use domain::keys::KeyRing;
use domain::secret::Secret;
use domain::switch::{Board, Scope};
use http_body_util::BodyExt as _;
use ledger::Ledger;
use store::Store;
use tempfile::TempDir;
use testkit::{CountingSeeds, ManualClock};
use tower::ServiceExt as _;

pub use fact::fact;

/// The operator's token.
pub const TOKEN: &str = "operator-token";

/// A data plane that remembers the switches it was given.
#[derive(Debug, Default)]
pub struct Remembering(Mutex<Vec<String>>);

impl Remembering {
    /// The switches that are not on: `all off`.
    #[must_use]
    pub fn switches(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Plane for Remembering {
    fn publish_snapshot(&self, _: Arc<Snapshot>) {}
    fn publish_keys(&self, _: Arc<KeyRing>) {}
    fn publish_switches(&self, board: Arc<Board>) -> Reach {
        let scopes = board.iter().map(|switch| format!("{} {}", switch.scope, switch.state));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = scopes.collect();
        Reach { ended: 3 }
    }
    fn restore(&self, _: Vec<ledger::Charged>) {}
    fn running(&self, _: &Scope) -> u64 {
        if self.switches().is_empty() { 3 } else { 0 }
    }
    fn refuses(&self, scope: &Scope) -> bool {
        self.switches().contains(&format!("{scope} off"))
    }
    fn standing(&self, accounts: &[Account]) -> Vec<Standing> {
        accounts.iter().map(|_| Standing::default()).collect()
    }
}

/// Everything a test touches.
pub struct House {
    /// The use cases.
    pub control: Control,
    /// The ledger they read.
    pub ledger: Ledger,
    /// What they tell the data plane.
    pub plane: Arc<Remembering>,
    /// What time it is.
    pub clock: ManualClock,
    /// Where the workspace and the data are.
    pub folders: TempDir,
}

impl House {
    /// Opens a house on a workspace of these files.
    ///
    /// # Panics
    /// Where it can't be opened.
    pub async fn open(files: &Files) -> Self {
        let folders = tempfile::tempdir().unwrap();
        let (workspace, data) = (folders.path().join("workspace"), folders.path().join("data"));
        std::fs::create_dir_all(&data).unwrap();
        files.iter().for_each(|(path, text)| write(&workspace.join(path), text));
        let clock = ManualClock::at("2026-11-23T14:02:07Z");
        let (ledger, _) = Ledger::open(settings(&data, &clock)).await.unwrap();
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
            at_start: AtStart::of(&config::Gateway::default()),
        };
        let plane = Arc::new(Remembering::default());
        let shared: Arc<dyn Plane> = Arc::<Remembering>::clone(&plane);
        let control = Prepared::load(parts).await.unwrap().join(shared);
        Self { control, ledger, plane, clock, folders }
    }

    /// Records a call, and waits until it can be read.
    ///
    /// # Panics
    /// Where the ledger does not take it, or does not catch up.
    pub async fn record(&self, fact: Fact) -> InferenceId {
        let id = fact.id;
        self.ledger.record(fact).await.unwrap();
        assert!(self.ledger.caught_up(Duration::from_secs(20)).await, "the ledger did not catch up");
        id
    }
}

fn write(place: &Path, text: &str) {
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    std::fs::write(place, text).unwrap();
}

fn settings(data: &Path, clock: &ManualClock) -> ledger::Settings {
    ledger::Settings {
        database: db::Target::Sqlite(data.join("ledger.db")),
        data: data.to_owned(),
        instance: "test".into(),
        durability: ledger::Durability::Process,
        clock: clock.shared(),
        body_queue_bytes: 1 << 20,
        max_spool_bytes: 1 << 30,
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Reply {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

/// Sends a request into a router.
///
/// # Panics
/// Where the answer can't be read, or is not UTF-8.
pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Reply { status, headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
}
