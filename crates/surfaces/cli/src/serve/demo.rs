//! The demo: a sample workspace, and thirty days of history made by the real code.
//!
//! The history is not written into tables. Each of its calls goes through a gateway of its own,
//! with a clock that stands in the past, to the built-in simulation: the same steps, controls,
//! prices and records as any other call. Every record of it is marked as simulated.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use control::views::NewKey;
use domain::Timestamp;
use domain::people::Principal;
use domain::time::{Clock, DAY_MS, HOUR_MS};
use tower::ServiceExt as _;

use super::node::Node;

/// The sample workspace, as it is in the repository.
const FILES: [(&str, &str); 9] = [
    ("countersign.toml", include_str!("../../../../../examples/acme/countersign.toml")),
    ("prices.toml", include_str!("../../../../../examples/acme/prices.toml")),
    (
        "prompts/support-reply.prompty",
        include_str!("../../../../../examples/acme/prompts/support-reply.prompty"),
    ),
    (
        "workflows/ask-the-handbook.toml",
        include_str!("../../../../../examples/acme/workflows/ask-the-handbook.toml"),
    ),
    ("workflows/code-review.toml", include_str!("../../../../../examples/acme/workflows/code-review.toml")),
    (
        "workflows/invoice-matching.toml",
        include_str!("../../../../../examples/acme/workflows/invoice-matching.toml"),
    ),
    (
        "workflows/sql-migrations.toml",
        include_str!("../../../../../examples/acme/workflows/sql-migrations.toml"),
    ),
    (
        "workflows/support-replies.toml",
        include_str!("../../../../../examples/acme/workflows/support-replies.toml"),
    ),
    (
        "workflows/ticket-triage.toml",
        include_str!("../../../../../examples/acme/workflows/ticket-triage.toml"),
    ),
];

/// What each workflow of the sample does all day: calls a day, words of a prompt, models asked for.
const HABITS: [(&str, i64, usize, [&str; 3]); 6] = [
    ("support-replies", 70, 900, ["standard", "standard", "premium"]),
    ("ticket-triage", 110, 250, ["standard", "standard", "standard"]),
    ("code-review", 30, 2_600, ["standard", "standard", "standard"]),
    ("invoice-matching", 45, 500, ["economy", "economy", "economy"]),
    ("sql-migrations", 6, 1_800, ["premium", "premium", "premium"]),
    ("ask-the-handbook", 55, 700, ["economy", "economy", "economy"]),
];

const DAYS: i64 = 30;
/// Calls of a run.
const STEPS: usize = 3;
const LABEL: &str = "demo history";

/// Writes the sample workspace where there is none yet; people may then edit it.
pub(crate) fn write_workspace(data: &Path) -> anyhow::Result<PathBuf> {
    let folder = data.join("workspace");
    for (name, text) in FILES {
        let path = folder.join(name);
        if path.exists() {
            continue;
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(folder)
}

/// Makes the history, once. Returns how many calls it made.
pub(crate) async fn history(node: &Node) -> anyhow::Result<usize> {
    if has_history(node).await? {
        return Ok(0);
    }
    let now = node.clock.now();
    let mut made = 0;
    for (workflow, calls, words, models) in HABITS {
        let key = create_key(node, workflow, LABEL).await?;
        let clock = Arc::new(PastClock::new(now.plus_ms(-DAYS * DAY_MS)));
        let router = gateway::router(node.second_gateway(Arc::clone(&clock) as Arc<dyn Clock>)?);
        let mut chance = Chance::new(workflow);
        let mut past = Past { router, key, workflow, words, models, clock: &clock };
        for day in (0..=DAYS).rev() {
            let date = now.plus_ms(-day * DAY_MS);
            made += past.live_through(date, now, calls, &mut chance).await?;
        }
    }
    node.ledger.caught_up(Duration::from_secs(60)).await;
    node.restore_budgets().await?;
    Ok(made)
}

/// What a person can try, with a key that works.
pub(crate) struct Welcome {
    /// How many calls the history has, where it was made now.
    pub(crate) made: usize,
    pub(crate) key: String,
    /// A command that makes a call.
    pub(crate) curl: String,
}

/// Makes the key, and says what to try.
pub(crate) async fn welcome(node: &Node, url: &str, made: usize) -> anyhow::Result<Welcome> {
    let key = create_key(node, "support-replies", "demo").await?;
    let curl = format!(
        "curl {url}/v1/chat/completions -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \\\n  \
         -d '{{\"model\": \"standard\", \"messages\": [{{\"role\": \"user\", \"content\": \"Where is my order?\"}}]}}'"
    );
    Ok(Welcome { made, key, curl })
}

impl Welcome {
    /// For a person.
    pub(crate) fn words(&self) -> String {
        let Self { made, key, curl } = self;
        let history = if *made > 0 {
            format!("{made} simulated calls were made for the pages.\n")
        } else {
            String::new()
        };
        format!(
            "\nThis is a demo: the provider is a simulation, and says so in every answer.\n{history}\
             key for the workflow support-replies: {key}\n\ntry:\n{curl}\n"
        )
    }
}

async fn has_history(node: &Node) -> anyhow::Result<bool> {
    node.ledger.caught_up(Duration::from_secs(10)).await;
    let page = node.ledger.runs(&ledger::RunFilter::default(), None, 1).await?;
    Ok(!page.items.is_empty())
}

async fn create_key(node: &Node, workflow: &str, label: &str) -> anyhow::Result<String> {
    let new =
        NewKey { workflows: vec![workflow.to_owned()], label: Some(label.to_owned()), ..NewKey::default() };
    let created = node.control.create_key(&Principal::Operator, &new).await?;
    Ok(created.key)
}

/// A clock in the past. Every look moves it a little, so that calls take time.
#[derive(Debug)]
struct PastClock {
    now: AtomicI64,
    step: AtomicI64,
}

impl PastClock {
    const fn new(start: Timestamp) -> Self {
        Self { now: AtomicI64::new(start.ms()), step: AtomicI64::new(1) }
    }

    fn set(&self, now: Timestamp, step: i64) {
        self.now.store(now.ms(), Ordering::Relaxed);
        self.step.store(step, Ordering::Relaxed);
    }
}

impl Clock for PastClock {
    fn now(&self) -> Timestamp {
        let step = self.step.load(Ordering::Relaxed);
        Timestamp::from_ms(self.now.fetch_add(step, Ordering::Relaxed))
    }
}

/// One workflow's past.
struct Past<'a> {
    router: Router,
    key: String,
    workflow: &'static str,
    words: usize,
    models: [&'static str; 3],
    clock: &'a PastClock,
}

impl Past<'_> {
    /// One day: busy in working hours, quiet at weekends and at night, a bad hour now and then.
    async fn live_through(
        &mut self,
        date: Timestamp,
        now: Timestamp,
        calls: i64,
        chance: &mut Chance,
    ) -> anyhow::Result<usize> {
        let weekday = (date.day() + 3).rem_euclid(7); // 0 is Monday: the epoch was a Thursday
        let calls = if weekday >= 5 { calls / 4 } else { calls } + chance.below(calls / 5 + 1);
        let bad_hour = chance.below(60) == 0;
        let mut times: Vec<i64> = (0..calls)
            .map(|_| {
                let hour = if chance.below(6) == 0 {
                    chance.below(24)
                } else {
                    7 + (chance.below(6) + chance.below(6))
                };
                date.start_of_day().ms() + hour * HOUR_MS + chance.below(HOUR_MS)
            })
            .collect();
        times.sort_unstable();
        let mut made = 0;
        for number in 0..times.len() {
            // The steps of a run follow each other within a minute or two.
            let (first, step) = (number - number % STEPS, i64::try_from(number % STEPS).unwrap_or(0));
            let at = times[first] + step * (15_000 + chance.below(45_000));
            if at >= now.ms() - 60_000 {
                break;
            }
            self.clock.set(Timestamp::from_ms(at), 40 + chance.below(160));
            let fails = (bad_hour && chance.below(2) == 0) || chance.below(90) == 0;
            self.call(date, number, fails, chance).await?;
            made += 1;
        }
        Ok(made)
    }

    /// Support names its prompt; whoever asks the handbook asks what others have asked, more often
    /// than not.
    fn body(&self, model: &str, stream: bool, chance: &mut Chance) -> serde_json::Value {
        let text = prompt(self.workflow, self.words, chance);
        let text = match self.workflow {
            "ask-the-handbook" if chance.below(3) > 0 => {
                let number = usize::try_from(chance.below(12)).unwrap_or(0);
                format!("Invented example. {}", QUESTIONS[number])
            }
            _ => text,
        };
        if self.workflow == "support-replies" {
            let variables = serde_json::json!({"ticket": text});
            let prompt = serde_json::json!({"name": "support-reply", "variables": variables});
            return serde_json::json!({"model": model, "stream": stream, "prompt_ref": prompt});
        }
        let messages = serde_json::json!([{"role": "user", "content": text}]);
        serde_json::json!({"model": model, "max_tokens": 800, "stream": stream, "messages": messages})
    }

    async fn call(
        &mut self,
        date: Timestamp,
        number: usize,
        fails: bool,
        chance: &mut Chance,
    ) -> anyhow::Result<()> {
        let name = date.date();
        let unit = number / STEPS;
        let model = match (fails, self.workflow) {
            (true, "support-replies" | "code-review") => "simulated/sim-error-529",
            _ => self.models[usize::try_from(chance.below(3)).unwrap_or(0)],
        };
        let stream = chance.below(3) == 0;
        let messages = self.workflow == "code-review";
        let path = if messages { "/v1/messages" } else { "/v1/chat/completions" };
        let mut body = self.body(model, stream, chance);
        if messages {
            body["tools"] = tools(chance);
        }
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", "application/json")
            .header("anthropic-version", "2023-06-01")
            .header("x-countersign-run", format!("{}/{name}/{unit}", self.workflow))
            .header("x-countersign-step", ["draft", "check", "finish"][number % STEPS])
            .header("x-countersign-unit", format!("{}-{name}-{unit}", self.workflow))
            .body(Body::from(body.to_string()))?;
        let response = self.router.clone().oneshot(request).await?;
        // Reading the answer to its end is what settles and records the call.
        let _answer = axum::body::to_bytes(response.into_body(), 1 << 20).await;
        Ok(())
    }
}

/// Tools that a reviewer's agent offers: now and then one more than it may use.
fn tools(chance: &mut Chance) -> serde_json::Value {
    let tool = |name: &str| serde_json::json!({"name": name, "input_schema": {"type": "object"}});
    let mut tools = vec![tool("read_file"), tool("comment")];
    if chance.below(5) == 0 {
        tools.push(tool("shell"));
    }
    tools.into()
}
/// The questions that everyone asks.
const QUESTIONS: [&str; 12] = [
    "How many days of leave do I have?",
    "Who approves travel?",
    "What may I spend on a team dinner?",
    "How do I report a lost laptop?",
    "When is the next payday?",
    "May I work from abroad?",
    "How do I ask for parental leave?",
    "Where is the expense form?",
    "Who is on call this week?",
    "How do I change my bank account?",
    "What is the dress code?",
    "How do I book a meeting room?",
];

/// A prompt about `words` words long. Invented, and says so.
fn prompt(workflow: &str, words: usize, chance: &mut Chance) -> String {
    const WORDS: [&str; 24] = [
        "the", "order", "customer", "arrived", "late", "refund", "policy", "within", "days", "invoice",
        "total", "column", "index", "table", "rollback", "review", "function", "returns", "error", "ticket",
        "urgent", "please", "check", "again",
    ];
    let length = words / 2 + usize::try_from(chance.below(i64::try_from(words).unwrap_or(1))).unwrap_or(0);
    let mut text = format!("Invented example for {workflow}. ");
    // Addresses and numbers that belong to nobody: reserved for examples.
    for (one_in, contact) in [
        (3, "Mail ann.lee@example.com. "),
        (7, "Call +44 20 7946 0958. "),
        (40, "Card 4111 1111 1111 1111. "),
    ] {
        if chance.below(one_in) == 0 {
            text.push_str(contact);
        }
    }
    for _ in 0..length {
        text.push_str(WORDS[usize::try_from(chance.below(24)).unwrap_or(0)]);
        text.push(' ');
    }
    text
}

/// Repeatable chance: the same history on every machine. (Knuth's MMIX linear congruential
/// generator, high bits.)
struct Chance(u64);

impl Chance {
    fn new(seed: &str) -> Self {
        Self(seed.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// A number from 0 to `bound` − 1.
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = i64::try_from(self.0 >> 33).unwrap_or(0);
        high % bound.max(1)
    }
}
