//! A control plane with everything around it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use config::Snapshot;
use control::{AtStart, Control, Parts, Plane, Prepared, Reach, StartError};
use db::Target;
use domain::budget::{Account, Standing};
use domain::ids::PersonId;
use domain::keys::KeyRing;
use domain::money::NanoUsd;
use domain::people::{Permit, Principal, Role, acts};
use domain::routing::{Health, LaneState, Transition};
use domain::secret::Secret;
use domain::switch::{Board, Scope};
use domain::time::Timestamp;
use ledger::{Charged, Durability, Ledger, Settings};
use store::Store;
use tempfile::TempDir;
use testkit::{CountingSeeds, ManualClock};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) const ROOT: &str = r#"
[organisation]
name = "Acme"

[organisation.budget]
day = "100 USD"

[[people]]
id = "maya"
name = "Maya Chen"
email = "maya@acme.example"
roles = ["admin"]

[[people]]
id = "tom"
name = "Tom Ode"
email = "tom@acme.example"
roles = ["owner"]

[[people]]
id = "vic"
name = "Vic Lee"
email = "vic@acme.example"
roles = ["viewer"]

[[people]]
id = "zoe"
name = "Zoe Adams"
email = "zoe@acme.example"
roles = ["admin"]
left = "2026-01-01"

[[pods]]
id = "support"
people = ["maya", "tom"]
agents = ["drafter"]

[providers.sim]
api = "simulated"

[routes.standard]
targets = [{ provider = "sim", model = "sim-small" }]
"#;

pub(crate) const REPLIES: &str = r#"
title = "Draft replies to support tickets"
owner = "tom"
deputy = "maya"
escalation = ["maya"]
pod = "support"
operating_model = "assisted"
unit_of_work = "reply sent"
good = "Correct by policy and polite."

[routes]
default = "standard"

[limits]
requests_per_minute = 600
iterations_per_run = 12

[budget]
day = "40 USD"
run = "0.50 USD"
warn_at = [50, 80]

[content]
mode = "full"
"#;

pub(crate) const SQL: &str = r#"
title = "Write migrations"
owner = "zoe"
pod = "support"
operating_model = "copilot"
unit_of_work = "migration"
good = "It can be rolled back."

[routes]
default = "standard"
"#;

/// A data plane that notes what it is told.
#[derive(Default)]
pub(crate) struct NotedPlane {
    board: Mutex<Arc<Board>>,
    keys: Mutex<Arc<KeyRing>>,
    snapshot: Mutex<Option<Arc<Snapshot>>>,
    pub(crate) running: AtomicU64,
    /// Calls that no switch ends.
    pub(crate) stuck: AtomicU64,
    pub(crate) settled: AtomicU64,
    pub(crate) health: Mutex<Health>,
    /// How often it was told to read the providers' credentials again.
    pub(crate) reread: AtomicU64,
    /// What it was told last was charged, and under which configuration that was.
    pub(crate) restored: Mutex<(Option<String>, Vec<Charged>)>,
}

impl Plane for NotedPlane {
    fn publish_snapshot(&self, snapshot: Arc<Snapshot>) {
        *self.snapshot.lock().unwrap() = Some(snapshot);
    }

    fn reread_credentials(&self) {
        self.reread.fetch_add(1, Ordering::SeqCst);
    }

    fn publish_keys(&self, keys: Arc<KeyRing>) {
        *self.keys.lock().unwrap() = keys;
    }

    fn publish_switches(&self, board: Arc<Board>) -> Reach {
        *self.board.lock().unwrap() = board;
        Reach { ended: self.running.swap(0, Ordering::SeqCst) }
    }

    fn restore(&self, charged: Vec<Charged>) {
        *self.restored.lock().unwrap() = (self.config(), charged);
    }

    fn running(&self, _: &Scope) -> u64 {
        self.running.load(Ordering::SeqCst) + self.stuck.load(Ordering::SeqCst)
    }

    fn refuses(&self, scope: &Scope) -> bool {
        let board = self.board.lock().unwrap();
        [scope, &Scope::All].into_iter().any(|one| board.get(one).is_some())
    }

    fn standing(&self, accounts: &[Account]) -> Vec<Standing> {
        let settled = i64::try_from(self.settled.load(Ordering::SeqCst)).unwrap();
        let standing = Standing { settled: NanoUsd::from_nano(settled), reserved: NanoUsd::ZERO };
        vec![standing; accounts.len()]
    }

    fn lanes(&self) -> Vec<LaneState> {
        self.health.lock().unwrap().states(Timestamp::parse("2026-11-23T12:00:00Z").unwrap())
    }

    fn transitions(&self) -> Vec<Transition> {
        self.health.lock().unwrap().transitions().cloned().collect()
    }
}

impl NotedPlane {
    /// The switches that are not on, as `scope=state`.
    pub(crate) fn thrown(&self) -> Vec<String> {
        self.board.lock().unwrap().iter().map(|one| format!("{}={}", one.scope, one.state)).collect()
    }

    pub(crate) fn number(&self) -> u64 {
        self.board.lock().unwrap().number()
    }

    pub(crate) fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.keys.lock().unwrap())
    }

    /// The hash of the configuration that was published last.
    pub(crate) fn config(&self) -> Option<String> {
        self.snapshot.lock().unwrap().as_ref().map(|snapshot| snapshot.workspace.hash.clone())
    }
}

/// A control plane with everything around it.
pub(crate) struct House {
    pub(crate) control: Control,
    pub(crate) plane: Arc<NotedPlane>,
    pub(crate) clock: ManualClock,
    pub(crate) ledger: Ledger,
    pub(crate) store: Store,
    folder: Arc<TempDir>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl House {
    /// With the workspace of this file, on SQLite.
    pub(crate) async fn open() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        write(folder.path(), "countersign.toml", ROOT);
        write(folder.path(), "workflows/support-replies.toml", REPLIES);
        write(folder.path(), "workflows/sql.toml", SQL);
        Self::start(folder, ManualClock::at("2026-11-23T12:00:00Z"), None).await.unwrap()
    }

    /// The same, with the control tables in this database.
    pub(crate) async fn open_on(target: Target) -> Self {
        let first = Self::open().await;
        let (folder, clock) = first.close().await;
        Self::start(folder, clock, Some(target)).await.unwrap()
    }

    /// Starts in a folder.
    pub(crate) async fn start(
        folder: Arc<TempDir>,
        clock: ManualClock,
        target: Option<Target>,
    ) -> Result<Self, StartError> {
        let records = Target::Sqlite(folder.path().join("data/ledger.db"));
        Self::start_with(folder, clock, target, records).await
    }

    /// Starts in a folder, with the records in this database.
    pub(crate) async fn start_with(
        folder: Arc<TempDir>,
        clock: ManualClock,
        target: Option<Target>,
        records: Target,
    ) -> Result<Self, StartError> {
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        let store = Store::new(target.unwrap_or_else(|| Target::Sqlite(data.join("control.db"))));
        let (ledger, _) = Ledger::open(Settings {
            database: records,
            data: data.clone(),
            instance: format!("test-{}", clock.shared().now().ms()),
            durability: Durability::Process,
            clock: clock.shared(),
            body_queue_bytes: 1 << 20,
            max_spool_bytes: 1 << 30,
        })
        .await
        .unwrap();
        let prepared = Prepared::load(Parts {
            clock: clock.shared(),
            seeds: CountingSeeds::shared(),
            secrets: CountingSeeds::shared(),
            store: store.clone(),
            ledger: ledger.clone(),
            workspace: folder.path().to_owned(),
            data,
            instance: "test".into(),
            version: "0.0.0".into(),
            operator: Secret::new("operator-token".into()),
            at_start: AtStart::of(&config::Gateway::default()),
        })
        .await;
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                ledger.shutdown().await;
                return Err(error);
            }
        };
        let plane = Arc::new(NotedPlane::default());
        plane.publish_snapshot(prepared.snapshot());
        plane.publish_keys(prepared.keys());
        plane.publish_switches(prepared.board());
        let control = prepared.join(Arc::clone(&plane) as Arc<dyn Plane>);
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        Ok(Self { control, plane, clock, ledger, store, folder, tasks, stop })
    }

    /// Runs the background.
    pub(crate) fn watch(&self) {
        let (control, stop) = (self.control.clone(), self.stop.clone());
        self.tasks.spawn(async move { control.watch(stop).await });
    }

    /// Ends it; the folder stays.
    pub(crate) async fn close(self) -> (Arc<TempDir>, ManualClock) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.ledger.shutdown().await;
        self.store.close().await;
        (self.folder, self.clock)
    }

    /// Ends it and starts it again.
    pub(crate) async fn restart(self) -> Self {
        let (folder, clock) = self.close().await;
        clock.advance(Duration::from_secs(60));
        Self::start(folder, clock, None).await.unwrap()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        write(self.folder.path(), path, text);
    }

    /// What the audit log says, newest first: `who action subject`.
    pub(crate) async fn log(&self) -> Vec<String> {
        let entries = self.store.audit(&store::AuditFilter::default(), None, 100).await.unwrap();
        entries.iter().map(|one| format!("{} {} {}", one.who, one.action.as_str(), one.subject)).collect()
    }
}

pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Somebody with these roles.
pub(crate) fn person(id: &str, roles: &[Role]) -> Principal {
    Principal::Person { id: PersonId::new(id).unwrap(), roles: roles.to_vec() }
}

/// The admin Maya.
pub(crate) fn admin() -> Principal {
    person("maya", &[Role::Admin])
}

/// Permission for an act, as the admin Maya.
pub(crate) fn permit<A: acts::ActKind>() -> Permit<A> {
    admin().permit().unwrap()
}

/// Asks again and again until there is an answer.
pub(crate) async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), asking)
        .await
        .unwrap_or_else(|_| panic!("waited 15 s for {what}"))
}
