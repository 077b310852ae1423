//! Fills a ledger with a year of traffic: `fill DATA_FOLDER ROWS`.
//!
//! For measuring how fast pages and questions are. Records go in through the ledger's own front
//! door, in the order of their time, so that the journal, the roll-ups and the indexes are what that
//! year would have left. The same number of rows gives the same records, but for the day they end on.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use domain::ids::{InferenceId, KeyId, PersonId, PodId, ProviderId, RouteId, RunId, WorkflowId};
use domain::inference::{Attribution, Control, Endpoint, Fact, PriceLine, Status, Target, Verdict};
use domain::money::PerMillion;
use domain::time::DAY_MS;
use domain::usage::{Usage, UsageSource};
use domain::{NanoUsd, Timestamp};
use ledger::{Durability, Ledger, Settings};
use testkit::ManualClock;
use tokio::task::JoinSet;

const DAYS: i64 = 365;
const WRITERS: usize = 256;
/// Records between two waits for the database, so that the journal stays small.
const BATCH: u64 = 200_000;
const WORKFLOWS: [&str; 12] = [
    "bench",
    "replies",
    "triage",
    "review",
    "invoices",
    "migrations",
    "handbook",
    "leads",
    "minutes",
    "contracts",
    "search",
    "tests",
];
/// Provider, model, nano-dollars a million tokens in and out.
const MODELS: [(&str, &str, i64, i64); 6] = [
    ("openai", "gpt-4o", 2_500_000_000, 10_000_000_000),
    ("openai", "gpt-4o-mini", 150_000_000, 600_000_000),
    ("openai", "gpt-4.1", 2_000_000_000, 8_000_000_000),
    ("anthropic", "claude-sonnet-4-5", 3_000_000_000, 15_000_000_000),
    ("anthropic", "claude-haiku-4-5", 1_000_000_000, 5_000_000_000),
    ("local", "qwen-7b", 0, 0),
];

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let data = PathBuf::from(args.next().context("usage: fill DATA_FOLDER ROWS")?);
    let rows: u64 = args.next().context("usage: fill DATA_FOLDER ROWS")?.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(fill(data, rows))
}

async fn fill(data: PathBuf, rows: u64) -> anyhow::Result<()> {
    std::fs::create_dir_all(&data)?;
    let end = now();
    let clock = ManualClock::new(end);
    let settings = Settings {
        database: ledger::Target::Sqlite(data.join("ledger.db")),
        data,
        instance: "fill".into(),
        durability: Durability::Process,
        clock: clock.shared(),
        body_queue_bytes: 1 << 20,
        max_spool_bytes: 16 << 30,
    };
    let (ledger, _) = Ledger::open(settings).await.context("the ledger can't be opened")?;
    let facts = Arc::new(Facts::new(end, rows)?);
    let mut done = 0;
    while done < rows {
        let until = rows.min(done + BATCH);
        batch(&ledger, &facts, done, until).await?;
        if !ledger.caught_up(Duration::from_secs(300)).await {
            bail!("the database is five minutes behind");
        }
        done = until;
        if done.is_multiple_of(BATCH * 5) {
            writeln!(std::io::stdout(), "{done} of {rows}")?;
        }
    }
    ledger.shutdown().await;
    Ok(())
}

async fn batch(ledger: &Ledger, facts: &Arc<Facts>, from: u64, until: u64) -> anyhow::Result<()> {
    let next = Arc::new(AtomicU64::new(from));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (ledger, facts, next) = (ledger.clone(), Arc::clone(facts), Arc::clone(&next));
        writers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= until {
                    return anyhow::Ok(());
                }
                ledger.record(facts.fact(number)).await?;
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    Ok(())
}

/// Makes the record of any number.
struct Facts {
    start: Timestamp,
    /// Milliseconds from one record to the next, times 1,000.
    step: i64,
    workflows: Vec<WorkflowId>,
    owner: PersonId,
    pod: PodId,
    providers: Vec<ProviderId>,
    route: RouteId,
}

impl Facts {
    fn new(end: Timestamp, rows: u64) -> anyhow::Result<Self> {
        let step = DAYS * DAY_MS * 1000 / i64::try_from(rows.max(1))?;
        Ok(Self {
            start: end.plus_ms(-DAYS * DAY_MS),
            step,
            workflows: WORKFLOWS.iter().map(|name| WorkflowId::new(name)).collect::<Result<_, _>>()?,
            owner: PersonId::new("maya")?,
            pod: PodId::new("support")?,
            providers: MODELS.iter().map(|(name, ..)| ProviderId::new(name)).collect::<Result<_, _>>()?,
            route: RouteId::new("standard")?,
        })
    }

    fn fact(&self, number: u64) -> Fact {
        let chance = scramble(number);
        // Three calls make a run; a run has one workflow.
        let run = number / 3;
        let workflow = pick(scramble(run ^ 0x51ED), WORKFLOWS.len());
        let model = pick(chance, MODELS.len());
        let started = self.start.plus_ms(i64::try_from(number).unwrap_or(0) * self.step / 1000);
        let status = match chance >> 32 & 0xFF {
            0..=2 => Status::UpstreamError,
            3 => Status::Failed,
            4 => Status::Cancelled,
            5..=7 => Status::Refused,
            _ => Status::Ok,
        };
        let mut fact = self.blank(started, number, workflow, model);
        fact.status = status;
        fact.attribution.run = RunId::new(self.start.plus_ms(i64::try_from(run).unwrap_or(0)), seed(run));
        fact.duration_ms = 200 + i64::from(u16::try_from(chance & 0xFFF).unwrap_or(0));
        match status {
            Status::Refused => {
                fact.http_status = 429;
                fact.code = Some("CS-0303".into());
                fact.target = None;
            }
            Status::UpstreamError | Status::Failed => fact.http_status = 500,
            _ => charge(&mut fact, chance, model),
        }
        fact
    }

    fn blank(&self, started: Timestamp, number: u64, workflow: usize, model: usize) -> Fact {
        let target = Target {
            route: Some(self.route.clone()),
            provider: self.providers[model].clone(),
            model: MODELS[model].1.to_owned(),
        };
        let attribution = Attribution {
            workflow: self.workflows[workflow].clone(),
            owner: self.owner.clone(),
            pod: self.pod.clone(),
            key: KeyId::new(self.start, seed(workflow as u64)),
            agent: None,
            run: RunId::new(started, [0; 10]),
            step: None,
            unit: number.is_multiple_of(4).then(|| format!("T-{}", number / 30)),
            user: None,
            session: None,
            trace: None,
            context: Vec::new(),
        };
        Fact {
            id: InferenceId::new(started, seed(number)),
            started,
            endpoint: Endpoint::Chat,
            attribution,
            asked: "standard".into(),
            target: Some(target),
            variant: "v-0011aabb".into(),
            prompt: None,
            cache: None,
            config: "0123456789abcdef".into(),
            stream: number.is_multiple_of(2),
            status: Status::Ok,
            http_status: 200,
            code: None,
            error: None,
            first_byte_ms: Some(150),
            duration_ms: 0,
            usage: Usage::default(),
            usage_source: UsageSource::Reported,
            cost: NanoUsd::ZERO,
            price: Vec::new(),
            abandoned: Vec::new(),
            price_estimated: false,
            reserved: NanoUsd::from_nano(50_000_000),
            controls: vec![Control {
                name: "key".into(),
                verdict: Verdict::Pass,
                why: "it serves the workflow".into(),
            }],
            changes: Vec::new(),
            guarded: Vec::new(),
            request_bytes: 2_000,
            response_bytes: 1_200,
            request_hash: None,
            response_hash: None,
            upstream_id: None,
            response_id: None,
            simulated: false,
        }
    }
}

/// Usage, and the bill that belongs to it.
fn charge(fact: &mut Fact, chance: u64, model: usize) {
    let (provider, name, input, output) = MODELS[model];
    fact.usage =
        Usage { input: 300 + (chance >> 8 & 0x7FF), output: 50 + (chance >> 20 & 0x1FF), ..Usage::default() };
    let line = |unit: &str, tokens: u64, price: i64| {
        let per_million = NanoUsd::from_nano(price);
        let cost = PerMillion::new(per_million).cost(tokens).unwrap_or_default();
        PriceLine {
            unit: unit.into(),
            tokens,
            per_million,
            cost,
            row: format!("{provider}/{name}@2025-01-01"),
        }
    };
    fact.price = vec![line("input", fact.usage.input, input), line("output", fact.usage.output, output)];
    fact.cost = fact.price.iter().map(|line| line.cost).sum();
}

/// Well mixed bits of a number (splitmix64).
const fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Low numbers more often: the first of twelve gets a quarter of the traffic.
fn pick(chance: u64, count: usize) -> usize {
    let (a, b) = (
        usize::try_from(chance >> 40 & 0xFFFF).unwrap_or(0),
        usize::try_from(chance >> 16 & 0xFFFF).unwrap_or(0),
    );
    (a % count).min(b % count)
}

fn seed(number: u64) -> [u8; 10] {
    let mut seed = [7; 10];
    seed[2..].copy_from_slice(&scramble(number).to_be_bytes());
    seed
}

#[expect(clippy::disallowed_methods, reason = "the year ends today, so that the pages of today are full")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(0))
}
