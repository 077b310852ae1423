//! One running server: its parts, its housekeeping, and its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::head;
use control::{AtStart, Control, Prepared, StartError};
use domain::ids::Seeds;
use domain::proxy::Trusted;
use domain::secret::Secret;
use domain::time::SharedClock;
use gateway::{Gateway, Live, SimulatedPace};
use ledger::Ledger;
use metrics_exporter_prometheus::PrometheusHandle;
use store::Store;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::health::{self, Health};
use super::machine::{self, SystemSeeds};
use super::plane::GatewayPlane;
use super::telling::Telling;
use super::vault::{Looks, Vault};
use super::{Plan, admin};
use crate::args::Durability;

/// Budget warnings that may wait for the control plane.
const WARNINGS: usize = 256;
/// How often the files with providers' credentials are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// A running server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) control: Control,
    pub(crate) gateway: Gateway,
    pub(crate) ledger: Ledger,
    pub(crate) live: Arc<Live>,
    pub(crate) clock: SharedClock,
    pub(crate) vault: Arc<Vault>,
    pub(crate) hash_key: Secret<[u8; 32]>,
    pub(crate) instance: String,
    warnings: Arc<tokio::sync::Mutex<mpsc::Receiver<domain::budget::Warning>>>,
    warn: mpsc::Sender<domain::budget::Warning>,
    metrics: PrometheusHandle,
    telling: Telling,
}

impl Node {
    /// Opens everything. `None` where the workspace is wrong and nothing good is known: what is
    /// wrong has been printed.
    pub(crate) async fn start(
        plan: &Plan,
        clock: SharedClock,
        operator: Secret<String>,
    ) -> anyhow::Result<Option<Self>> {
        let metrics = health::recorder()?;
        let seeds: Arc<dyn Seeds> = Arc::<SystemSeeds>::default();
        let instance = instance(&*seeds);
        let hash_key = machine::hash_key(&plan.data)?;
        let store = open_store(plan)?;
        let settings = settings_in_files(plan);
        let (ledger, recovery) = open_ledger(plan, &instance, &clock, &settings).await?;
        let ledger::Recovery { replayed, lost, away, .. } = recovery;
        tracing::info!(replayed, lost, away, "the ledger is open");
        let parts = control::Parts {
            clock: Arc::clone(&clock),
            seeds: Arc::clone(&seeds),
            secrets: Arc::clone(&seeds),
            store,
            ledger: ledger.clone(),
            workspace: plan.workspace.clone(),
            data: plan.data.clone(),
            instance: instance.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            operator,
            at_start: at_start(plan, &settings),
        };
        let Some(prepared) = prepare(parts).await? else { return Ok(None) };
        let vault = Arc::new(Vault::in_folder(&plan.workspace));
        vault.fill(&prepared.snapshot().workspace);
        let live = Arc::new(Live::new(prepared.snapshot(), prepared.keys(), prepared.board()));
        let (warn, warnings) = mpsc::channel(WARNINGS);
        let telling = Telling::start(&clock, &seeds, &instance)?;
        let gateway = Gateway::new(gateway::Parts {
            clock: Arc::clone(&clock),
            seeds,
            ledger: ledger.clone(),
            live: Arc::clone(&live),
            instance: instance.clone(),
            hash_key: hash_key.clone(),
            warnings: warn.clone(),
            credentials: Arc::clone(&vault) as Arc<dyn gateway::Credentials>,
            simulated_pace: SimulatedPace::Natural,
            telemetry: telling.gateway(),
        })?;
        let plane =
            GatewayPlane { live: Arc::clone(&live), gateway: gateway.clone(), vault: Arc::clone(&vault) };
        let control = prepared.join(Arc::new(plane));
        let node = Self {
            control,
            gateway,
            ledger,
            live,
            clock,
            vault,
            hash_key,
            instance,
            warnings: Arc::new(tokio::sync::Mutex::new(warnings)),
            warn,
            metrics,
            telling,
        };
        node.restore_budgets().await?;
        Ok(Some(node))
    }

    /// Brings the budgets back to what was charged, as far as that is known.
    pub(crate) async fn restore_budgets(&self) -> anyhow::Result<()> {
        let charged = self.control.charges().await.context("reading what was charged")?;
        self.gateway.restore(charged);
        Ok(())
    }

    /// A gateway beside the serving one, over the same ledger and configuration.
    pub(crate) fn second_gateway(&self, clock: SharedClock) -> anyhow::Result<Gateway> {
        Ok(Gateway::new(gateway::Parts {
            clock,
            seeds: Arc::<SystemSeeds>::default(),
            ledger: self.ledger.clone(),
            live: Arc::clone(&self.live),
            instance: self.instance.clone(),
            hash_key: self.hash_key.clone(),
            warnings: self.warn.clone(),
            credentials: Arc::clone(&self.vault) as Arc<dyn gateway::Credentials>,
            simulated_pace: SimulatedPace::Instant,
            telemetry: None,
        })?)
    }

    /// Every path of the server.
    pub(crate) fn router(&self, address: SocketAddr, trusted: Trusted) -> Router {
        let health = Health {
            control: self.control.clone(),
            gateway: self.gateway.clone(),
            ledger: self.ledger.clone(),
            metrics: self.metrics.clone(),
            instance: self.instance.clone(),
        };
        let settings = ui::Settings { clock: Arc::clone(&self.clock), trusted, environment: None };
        tracing::debug!(url = %admin::url(address), "routes are ready");
        gateway::router(self.gateway.clone())
            .merge(api::router(self.control.clone()))
            .merge(health::router(health))
            .merge(ui::router(self.control.clone(), settings))
            .route("/", head(gateway::alive))
            .fallback(nowhere)
    }

    /// Starts what runs beside the calls; ends with `stop`.
    pub(crate) fn keep_house(&self, stop: &CancellationToken) -> impl Future<Output = ()> + use<> {
        let tasks = tokio_util::task::TaskTracker::new();
        tasks.spawn(watch(self.clone(), stop.clone()));
        tasks.spawn(warn(self.clone(), stop.clone()));
        tasks.spawn(lanes(self.clone(), stop.clone()));
        tasks.spawn(tidy(self.clone(), stop.clone()));
        tasks.spawn(credentials(Arc::clone(&self.vault), stop.clone()));
        if self.control.copies_charges() {
            tasks.spawn(copy_charges(self.clone(), stop.clone()));
            tasks.spawn(catch_up_charges(self.clone(), stop.clone()));
        }
        tasks.spawn(upkeep(self.metrics.clone(), stop.clone()));
        tasks.close();
        async move { tasks.wait().await }
    }

    /// Ends what still runs, and puts every record on disk.
    pub(crate) async fn shut_down(&self) {
        self.gateway.drain().await;
        if self.control.copies_charges() {
            keep_charges(self, &self.gateway.charged()).await;
        }
        tokio::join!(self.ledger.shutdown(), self.telling.end());
    }
}

/// A path that nothing serves: a client is told in its dialect, a person on a page.
async fn nowhere(request: Request) -> Response {
    gateway::lost(&request).unwrap_or_else(|| ui::not_found(request.uri().path()))
}

async fn watch(node: Node, stop: CancellationToken) {
    node.control.watch(stop).await;
}

/// Passes budget warnings to the control plane.
async fn warn(node: Node, stop: CancellationToken) {
    let mut warnings = node.warnings.lock().await;
    loop {
        let warning = tokio::select! {
            () = stop.cancelled() => return,
            warning = warnings.recv() => warning,
        };
        let Some(warning) = warning else { return };
        node.control.budget_warned(warning).await;
    }
}

/// Tells the control plane when a breaker has moved.
async fn lanes(node: Node, stop: CancellationToken) {
    let mut moved = node.gateway.watch_lanes();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = moved.changed() => if changed.is_err() { return },
        }
        node.control.lanes_moved();
    }
}

/// Forgets budget windows that have ended.
async fn tidy(node: Node, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(600)) => {}
        }
        node.gateway.prune();
    }
}

/// Reads credentials again when one of their files has changed and stands still since the last
/// look, so that half of a key is not taken for one.
async fn credentials(vault: Arc<Vault>, stop: CancellationToken) {
    let mut before = None;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let (vault, seen) = (Arc::clone(&vault), before.take());
        before = tokio::task::spawn_blocking(move || look(&vault, seen.as_ref())).await.ok().flatten();
    }
}

fn look(vault: &Vault, before: Option<&Looks>) -> Option<Looks> {
    let now = vault.changed()?;
    if before == Some(&now) {
        vault.refill();
    }
    Some(now)
}

/// Keeps a copy of what was charged, for a start without the database.
async fn copy_charges(node: Node, stop: CancellationToken) {
    let mut copied = Vec::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
        let charged = node.gateway.charged();
        if charged == copied {
            continue;
        }
        if keep_charges(&node, &charged).await {
            copied = charged;
        }
    }
}

/// Whether the copy could be written.
async fn keep_charges(node: &Node, charged: &[ledger::Charged]) -> bool {
    let written = node.control.copy_charges(charged).await;
    if let Err(fault) = &written {
        tracing::warn!(error = fault.chain(), "the copy of what was charged can't be written");
    }
    written.is_ok()
}

/// Takes over what the database says was charged, where it was away at the start.
async fn catch_up_charges(node: Node, stop: CancellationToken) {
    if stop.run_until_cancelled(node.ledger.attached()).await == Some(true)
        && let Err(error) = node.restore_budgets().await
    {
        tracing::warn!(%error, "what was charged could not be read; budgets go on from what is known here");
    }
}

/// Histograms keep their samples until they are drained.
async fn upkeep(metrics: PrometheusHandle, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_secs(5)) => metrics.run_upkeep(),
        }
    }
}

/// Waits until the server is told to stop. SIGHUP reloads the configuration meanwhile.
pub(crate) async fn wait_for_signal(node: &Node) {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    let caught = |kind| -> Option<Signal> { signal(kind).ok() };
    let streams =
        (caught(SignalKind::terminate()), caught(SignalKind::interrupt()), caught(SignalKind::hangup()));
    let (Some(mut terminate), Some(mut interrupt), Some(mut hangup)) = streams else {
        tracing::error!("signals can't be received; stopping");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = reload_on(&mut hangup, node) => {}
    }
}

async fn reload_on(hangup: &mut tokio::signal::unix::Signal, node: &Node) {
    while hangup.recv().await.is_some() {
        if let Err(error) = node.control.reload().await {
            tracing::error!(%error, "the configuration could not be reloaded");
        }
    }
}

/// Loads what the control plane starts from. `None` where the files are wrong and nothing good is
/// known; what is wrong has been printed then.
async fn prepare(parts: control::Parts) -> anyhow::Result<Option<Prepared>> {
    match Prepared::load(parts).await {
        Ok(prepared) => {
            if let Some(problems) = prepared.refused() {
                tracing::error!("the workspace is broken; starting on the last good configuration");
                crate::output::problems(problems)?;
            }
            Ok(Some(prepared))
        }
        Err(StartError::Refused(problems)) => {
            crate::output::problems(&problems)?;
            Ok(None)
        }
        Err(StartError::Fault(fault)) => Err(anyhow::Error::new(fault)),
    }
}

/// A name for this life of this server.
fn instance(seeds: &dyn Seeds) -> String {
    seeds.seed().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn target(plan: &Plan, file: &str) -> anyhow::Result<db::Target> {
    match &plan.listening.database {
        None => Ok(db::Target::Sqlite(plan.data.join(file))),
        Some(url) => db::Target::parse(url)
            .with_context(|| "--database: expected postgres://user@host/name".to_owned()),
    }
}

fn open_store(plan: &Plan) -> anyhow::Result<Store> {
    Ok(Store::new(target(plan, "control.db")?))
}

/// What the files say about the ledger; the defaults where they are wrong, which is told later.
/// These settings are taken at the start only.
fn settings_in_files(plan: &Plan) -> config::Gateway {
    let files = control::read_folder(&plan.workspace).ok();
    let workspace = files.and_then(|files| config::load(&files).ok());
    workspace.map(|workspace| workspace.gateway).unwrap_or_default()
}

/// Which of them a later change of the files would not reach. The flag counts before the files.
fn at_start(plan: &Plan, settings: &config::Gateway) -> AtStart {
    let taken = AtStart::of(settings);
    AtStart { durability: taken.durability.filter(|_| plan.listening.durability.is_none()), ..taken }
}

async fn open_ledger(
    plan: &Plan,
    instance: &str,
    clock: &SharedClock,
    settings: &config::Gateway,
) -> anyhow::Result<(Ledger, ledger::Recovery)> {
    let power = match plan.listening.durability {
        Some(flag) => flag == Durability::Power,
        None => settings.durability == config::Durability::Power,
    };
    let durability = if power { ledger::Durability::Power } else { ledger::Durability::Process };
    Ledger::open(ledger::Settings {
        database: target(plan, "ledger.db")?,
        data: plan.data.clone(),
        instance: instance.to_owned(),
        durability,
        clock: Arc::clone(clock),
        body_queue_bytes: usize::try_from(settings.content_queue).unwrap_or(usize::MAX),
        max_spool_bytes: settings.max_spool,
    })
    .await
    .context("opening the ledger")
}
