//! What a record costs: CPU per inference from `opened` to the roll-ups, everything included.
//!
//! ```text
//! cargo run --release -p ledger --example ingest -- [CALLS] [CALLS_PER_SECOND] [postgres://…]
//! ```
//!
//! Without a rate it goes as fast as it can. SQLite in a temporary folder unless a URL is given.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::NanoUsd;
use domain::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RunId, WorkflowId};
use domain::inference::{
    Attribution, Control, Endpoint, Fact, Opened, PriceLine, Status, Target as Goal, Verdict,
};
use domain::time::{Clock, Timestamp};
use domain::usage::{Usage, UsageSource};
use ledger::{Durability, Ledger, Settings, Target};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A thousand calls a second on this clock, so that batches look as they would in service.
struct Ticking(Instant);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(1_770_000_000_000 + i64::try_from(self.0.elapsed().as_millis()).unwrap_or(0))
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let calls: u32 = arguments.next().map_or(Ok(100_000), |text| text.parse())?;
    let rate: u32 = arguments.next().map_or(Ok(0), |text| text.parse())?;
    let folder = tempfile::tempdir()?;
    let database = match arguments.next() {
        Some(url) => Target::parse(&url).ok_or("not a database URL")?,
        None => Target::Sqlite(folder.path().join("ledger.db")),
    };
    let settings = Settings {
        database,
        data: folder.path().to_owned(),
        instance: "bench".into(),
        durability: Durability::Process,
        clock: Arc::new(Ticking(Instant::now())),
        body_queue_bytes: 1 << 20,
        max_spool_bytes: 4 << 30,
    };
    let (ledger, _) = Ledger::open(settings).await?;
    let idle = measure(async { build_only(calls) }).await?;
    let busy = measure(drive(ledger.clone(), calls, rate)).await?;
    busy.1?;
    let mut out = io::stdout();
    let micros =
        |spent: Duration| u64::try_from(spent.as_micros()).unwrap_or(u64::MAX) / u64::from(calls.max(1));
    writeln!(
        out,
        "calls            {calls} in {:.2} s ({} a second)",
        busy.2.as_secs_f64(),
        per_second(calls, busy.2)
    )?;
    writeln!(out, "cpu per call     {} us, of which {} us made the records", micros(busy.0), micros(idle.0))?;
    writeln!(out, "ledger's share   {} us", micros(busy.0.saturating_sub(idle.0)))?;
    writeln!(out, "resident memory  {} MB", resident_mb()?)?;
    for (name, size) in sizes(folder.path())? {
        writeln!(out, "{name:<16} {} MB", size >> 20)?;
    }
    let problems = ledger.verify().await?;
    writeln!(out, "verify           {problems:?}")?;
    ledger.shutdown().await;
    Ok(())
}

/// Calls in 64 lanes: each opened, then recorded, and at the end everything readable.
async fn drive(ledger: Ledger, calls: u32, rate: u32) -> Result<(), Failure> {
    const LANES: u32 = 64;
    let mut lanes = tokio::task::JoinSet::new();
    let start = tokio::time::Instant::now();
    for lane in 0..LANES {
        let ledger = ledger.clone();
        lanes.spawn(async move {
            for number in (lane..calls).step_by(64) {
                if rate > 0 {
                    tokio::time::sleep_until(start + Duration::from_secs(1) * number / rate).await;
                }
                let (opened, fact) = records(number);
                ledger.opened(opened).await?;
                ledger.record(fact).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(lane) = lanes.join_next().await {
        lane??;
    }
    if ledger.caught_up(Duration::from_secs(600)).await {
        Ok(())
    } else {
        Err("the ledger did not catch up".into())
    }
}

fn build_only(calls: u32) {
    for number in 0..calls {
        std::hint::black_box(records(number));
    }
}

/// What the process spent on it, what came out, how long it took.
async fn measure<T>(work: impl Future<Output = T>) -> Result<(Duration, T, Duration), Failure> {
    let (before, start) = (spent()?, Instant::now());
    let done = work.await;
    Ok((spent()?.saturating_sub(before), done, start.elapsed()))
}

/// CPU time of the whole process, from `/proc/self/stat` (fields 14 and 15, in hundredths of a second).
fn spent() -> Result<Duration, Failure> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let fields = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}

fn resident_mb() -> Result<u64, Failure> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().next().unwrap_or("0").parse::<u64>()? >> 10)
}

fn sizes(folder: &std::path::Path) -> Result<Vec<(String, u64)>, Failure> {
    let mut sizes = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        sizes.push((entry.file_name().to_string_lossy().into_owned(), entry.metadata()?.len()));
    }
    sizes.sort();
    Ok(sizes)
}

fn per_second(calls: u32, took: Duration) -> u128 {
    u128::from(calls) * 1_000 / took.as_millis().max(1)
}

/// Twenty workflows, three models, forty keys, a run every three calls.
fn records(number: u32) -> (Opened, Fact) {
    let mut seed = [0; 10];
    seed[6..].copy_from_slice(&number.to_be_bytes());
    let started = Timestamp::from_ms(1_770_000_000_000 + i64::from(number));
    let attribution = attribution(number, started);
    let goal = goal(number);
    let opened = Opened {
        id: InferenceId::new(started, seed),
        instance: "bench-0193".into(),
        started,
        endpoint: Endpoint::Chat,
        attribution,
        asked: "standard".into(),
        target: goal,
        variant: "v-00c0ffee".into(),
        prompt: None,
        config: "0123456789abcdef".into(),
        reserved: NanoUsd::from_nano(9_000_000),
        abandoned: Vec::new(),
        input_estimate: 260,
        simulated: false,
    };
    let fact = fact(number, opened.clone());
    (opened, fact)
}

fn fact(number: u32, opened: Opened) -> Fact {
    let line = |unit: &str, tokens, cost| PriceLine {
        unit: unit.into(),
        tokens,
        per_million: NanoUsd::from_nano(2_500_000_000),
        cost: NanoUsd::from_nano(cost),
        row: "openai/gpt-4o@2024-08-06".into(),
    };
    let control =
        |name: &str, why: &str| Control { name: name.into(), verdict: Verdict::Pass, why: why.into() };
    Fact {
        stream: number.is_multiple_of(2),
        status: Status::Ok,
        http_status: 200,
        first_byte_ms: Some(180),
        duration_ms: 200 + i64::from(number % 900),
        usage: Usage { input: 250, output: 40, ..Usage::default() },
        usage_source: UsageSource::Reported,
        cost: NanoUsd::from_nano(1_025_000),
        price: vec![line("input", 250, 625_000), line("output", 40, 400_000)],
        abandoned: Vec::new(),
        price_estimated: false,
        controls: vec![
            control("key", "key_0193 of support-replies, agent drafter"),
            control("owner", "maya"),
            control("switch", "on"),
            control("rate-limit", "12 of 600 requests this minute"),
            control("iteration-cap", "2 of 12"),
            control("budget", "$3.20 of $40.00 this day, $0.009 held"),
            control("route", "standard -> openai/gpt-4o"),
        ],
        changes: vec!["model: standard -> gpt-4o".into()],
        guarded: Vec::new(),
        request_bytes: 1_100,
        response_bytes: 640,
        request_hash: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
        response_hash: Some("60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752".into()),
        upstream_id: Some("req_0123456789abcdef".into()),
        response_id: Some("chatcmpl-0123456789abcdef".into()),
        ..Fact::lost(opened, Timestamp::default())
    }
    .without_error()
}

trait Ended {
    fn without_error(self) -> Self;
}
impl Ended for Fact {
    fn without_error(mut self) -> Self {
        self.error = None;
        self
    }
}

fn attribution(number: u32, started: Timestamp) -> Attribution {
    let part = u8::try_from(number % 40).unwrap_or(0);
    let name = |noun: &str, of: u32| format!("{noun}-{:02}", number % of);
    let mut seed = [0; 10];
    seed[6..].copy_from_slice(&(number / 3).to_be_bytes());
    Attribution {
        workflow: WorkflowId::new(&name("workflow", 20)).unwrap_or_else(|_| unreachable()),
        owner: PersonId::new(&name("person", 10)).unwrap_or_else(|_| unreachable()),
        pod: PodId::new(&name("pod", 5)).unwrap_or_else(|_| unreachable()),
        key: KeyId::new(Timestamp::from_ms(1_760_000_000_000), [part; 10]),
        agent: None,
        run: RunId::new(started, seed),
        step: None,
        unit: None,
        user: None,
        session: None,
        trace: None,
        context: Vec::new(),
    }
}

fn goal(number: u32) -> Goal {
    let models = ["gpt-4o", "gpt-4.1-mini", "o4-mini"];
    let model = models.into_iter().cycle().nth(usize::try_from(number % 3).unwrap_or(0)).unwrap_or_default();
    Goal {
        route: None,
        provider: ProviderId::new("openai").unwrap_or_else(|_| unreachable()),
        model: model.into(),
    }
}

#[expect(clippy::panic, reason = "the names are written above")]
fn unreachable<T>() -> T {
    panic!("a name of this example is not a name")
}
