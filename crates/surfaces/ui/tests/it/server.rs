//! A server without a socket: requests go straight into the router.

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use config::Snapshot;
use control::{Control, Parts, Plane, Prepared, Reach};
use domain::budget::{Account, Standing};
use domain::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RouteId, RunId, WorkflowId};
use domain::inference::{Attribution, Endpoint, Fact, Status, Target};
use domain::keys::KeyRing;
use domain::secret::Secret;
use domain::switch::{Board, Scope};
use domain::usage::UsageSource;
use domain::{NanoUsd, Usage};
use http_body_util::BodyExt;
use ledger::Ledger;
use store::Store;
use tempfile::TempDir;
use testkit::{CountingSeeds, ManualClock};
use tower::ServiceExt;

/// Remembers the switches it was given.
#[derive(Default)]
pub(crate) struct Remembering(Mutex<Vec<String>>);

impl Plane for Remembering {
    fn publish_snapshot(&self, _: Arc<Snapshot>) {}
    fn publish_keys(&self, _: Arc<KeyRing>) {}
    fn publish_switches(&self, board: Arc<Board>) -> Reach {
        let scopes = board.iter().map(|switch| format!("{} {}", switch.scope, switch.state));
        *self.0.lock().unwrap() = scopes.collect();
        Reach { ended: 3 }
    }
    fn running(&self, _: &Scope) -> u64 {
        3
    }
    fn standing(&self, accounts: &[Account]) -> Vec<Standing> {
        accounts.iter().map(|_| Standing::default()).collect()
    }
}

impl Remembering {
    /// The switches that are not on.
    pub(crate) fn switches(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Everything a test touches.
pub(crate) struct Server {
    pub(crate) control: Control,
    pub(crate) ledger: Ledger,
    pub(crate) plane: Arc<Remembering>,
    pub(crate) clock: ManualClock,
    pub(crate) router: Router,
    _folders: TempDir,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// What stands between two pieces of the body.
    #[track_caller]
    pub(crate) fn between(&self, before: &str, after: &str) -> String {
        let (_, rest) =
            self.body.split_once(before).unwrap_or_else(|| panic!("no {before:?} in {}", self.body));
        rest.split_once(after).unwrap().0.to_owned()
    }
}

fn write_sample(folder: &Path) {
    for (path, text) in config::sample() {
        let place = folder.join(path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(place, text).unwrap();
    }
}

/// Starts a server on the sample workspace.
pub(crate) async fn start() -> Server {
    let folders = tempfile::tempdir().unwrap();
    let (workspace, data) = (folders.path().join("workspace"), folders.path().join("data"));
    write_sample(&workspace);
    std::fs::create_dir_all(&data).unwrap();
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
        operator: Secret::new("operator".to_owned()),
    };
    let plane = Arc::new(Remembering::default());
    let as_plane: Arc<dyn Plane> = Arc::clone(&plane) as Arc<dyn Plane>;
    let control = Prepared::load(parts).await.unwrap().join(as_plane);
    let ui = ui::Settings { clock: clock.shared(), https: false, environment: None };
    let router = ui::router(control.clone(), ui);
    Server { control, ledger, plane, clock, router, _folders: folders }
}

impl Server {
    /// Sends a request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    /// Gets a page.
    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
    }

    /// Posts a form.
    pub(crate) async fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let request = Request::post(path)
            .header("cookie", cookie)
            .header("host", "here")
            .header("origin", "http://here")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Signs the first admin in through the one-time link. Gives the cookie.
    pub(crate) async fn sign_in(&self) -> String {
        let link = self.control.first_link().await.unwrap().expect("nobody has signed in yet");
        let shown = self.get(&link.path, "").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let answer = self.post(&link.path, "", "password=four+unrelated+words+here").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.body);
        session_cookie(&answer)
    }

    /// The token of the forms of a session.
    pub(crate) async fn token(&self, cookie: &str) -> String {
        self.get("/account", cookie).await.between("name=\"token\" value=\"", "\"")
    }

    /// Records a call, and waits until it can be read.
    pub(crate) async fn record(&self, number: u8, run: &str) -> InferenceId {
        let fact = fact(self.clock_now(), number, run);
        let id = fact.id;
        self.ledger.record(fact).await.unwrap();
        assert!(self.ledger.caught_up(std::time::Duration::from_secs(20)).await);
        id
    }

    fn clock_now(&self) -> domain::Timestamp {
        use domain::time::Clock;
        self.clock.now()
    }
}

/// The session cookie an answer sets.
#[track_caller]
pub(crate) fn session_cookie(answer: &Answer) -> String {
    let set: Vec<&str> =
        answer.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    let line = set.iter().find(|line| line.starts_with("cs_session=")).expect("a session cookie");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

fn fact(now: domain::Timestamp, number: u8, run: &str) -> Fact {
    Fact {
        id: InferenceId::new(now.plus_ms(i64::from(number)), [number; 10]),
        started: now.plus_ms(-60_000),
        endpoint: Endpoint::Chat,
        attribution: Attribution {
            workflow: WorkflowId::new("first-answers").unwrap(),
            owner: PersonId::new("admin").unwrap(),
            pod: PodId::new("first").unwrap(),
            key: KeyId::new(now, [9; 10]),
            agent: None,
            run: RunId::from_caller(run).unwrap(),
            step: Some("draft".into()),
            unit: None,
            user: None,
            context: vec![],
        },
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
        usage: Usage { input: 812, output: 164, ..Usage::default() },
        usage_source: UsageSource::Reported,
        cost: NanoUsd::from_nano(31_200_000),
        price: vec![],
        price_estimated: false,
        reserved: NanoUsd::from_nano(50_000_000),
        controls: vec![],
        changes: vec![],
        request_bytes: 900,
        response_bytes: 700,
        request_hash: None,
        response_hash: None,
        upstream_id: None,
        simulated: true,
    }
}
