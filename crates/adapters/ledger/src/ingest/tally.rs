//! Turns a stretch of journal into rows. Reads no clock and no database.

use std::collections::{BTreeMap, HashMap, HashSet};

use db::{Batch, Sql, Value, args, sql};
use domain::holder::Holder;
use domain::ids::{InferenceId, KeyId};
use domain::inference::Status;
use domain::money::NanoUsd;
use domain::telemetry::Intake;
use domain::time::{DAY_MS, Timestamp, Window};

use super::guards;
use super::guards::{GuardGain, GuardKey};
use super::rows::Slim;
use super::sums::Sums;
use super::telemetry::{Gain, Recorded, Watched};
use super::traffic::{self, Cell, CellKey, MINUTES_KEPT_MS};
use crate::journal::{Chunk, Kind, Line, Position, lines};
use crate::read::holder_columns;

const FACT: Sql = sql!("ingest/fact");
const OPEN: Sql = sql!("ingest/open");
const REOPEN: Sql = sql!("ingest/reopen");
const CLOSE: Sql = sql!("ingest/close");
const SPEND: Sql = sql!("ingest/spend");
const SPEND_KEY: Sql = sql!("ingest/spend_key");
const SPEND_PROMPT: Sql = sql!("ingest/spend_prompt");
const ACCOUNT: Sql = sql!("ingest/account");

/// What a run gains.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct RunGain {
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) sums: Sums,
    pub(super) simulated: i64,
    pub(super) owner: String,
    pub(super) model: String,
    pub(super) status: Status,
}

/// Everything that one stretch of journal adds to the database.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) next: Position,
    pub(super) bytes: u64,
    pub(super) records: u64,
    pub(super) corrupt: u64,
    pub(super) oldest: Option<Timestamp>,
    pub(super) ids: Vec<InferenceId>,
    pub(super) facts: Batch,
    /// Calls that began, turned elsewhere, and ended: to be written in this order.
    pub(super) open: [Batch; 3],
    /// By run and workflow.
    pub(super) runs: BTreeMap<(String, String), RunGain>,
    /// By everything, by key, by version of a prompt.
    pub(super) spend: [Batch; 3],
    /// By day, workflow and unit of work.
    pub(super) units: BTreeMap<(i64, String, String), Sums>,
    pub(super) accounts: Batch,
    pub(super) guards: BTreeMap<GuardKey, GuardGain>,
    pub(super) cells: BTreeMap<CellKey, Cell>,
    pub(super) telemetry: Gain,
}

/// For whom, and when.
#[derive(Clone, Debug)]
pub(super) struct Context {
    pub(super) journal: i64,
    pub(super) now: Timestamp,
    /// Workflows whose calls are compared with telemetry.
    pub(super) watched: Watched,
}

/// Reads the stretch. Facts in `known` are in the database already and add nothing.
pub(super) fn prepare(chunk: &Chunk, context: &Context, known: &HashSet<InferenceId>) -> Prepared {
    let mut sorted = Sorted::read(chunk, known);
    let mut groups = Groups::default();
    let mut facts = Batch::new(FACT);
    let mut ids = Vec::with_capacity(sorted.facts.len());
    let mut recorded = Vec::new();
    for (id, fact, json) in &sorted.facts {
        facts.push(fact_row(*id, fact, json));
        groups.add(fact);
        if context.watched.contains(fact.attribution.workflow) {
            recorded.extend(Recorded::of(*id, fact));
        }
        ids.push(*id);
    }
    let ended: HashSet<_> = sorted.facts.iter().map(|(id, ..)| *id).chain(known.iter().copied()).collect();
    let mut opened = Batch::new(OPEN);
    let mut begun_here = HashSet::new();
    for (id, json) in sorted.opened.drain(..) {
        if ended.contains(&id) {
            begun_here.insert(id);
        } else {
            opened.push(args![id, context.journal, json]);
        }
    }
    let mut reopened = Batch::new(REOPEN);
    for (id, json) in sorted.reopened.into_iter().filter(|(id, _)| !ended.contains(id)) {
        reopened.push(args![id, context.journal, json]);
    }
    let mut closed = Batch::new(CLOSE);
    for id in ended.difference(&begun_here) {
        closed.push(args![*id]);
    }
    Prepared {
        next: chunk.next,
        bytes: u64::try_from(chunk.bytes.len()).unwrap_or(0),
        records: sorted.records,
        corrupt: sorted.corrupt,
        oldest: sorted.facts.first().map(|(_, fact, _)| fact.started),
        ids,
        facts,
        open: [opened, reopened, closed],
        runs: groups.runs,
        spend: [spend_rows(&groups.spend), key_rows(&groups.keys), prompt_rows(&groups.prompts)],
        accounts: account_rows(&groups.spend, &groups.keys),
        units: groups.units,
        guards: groups.guards,
        cells: traffic::spread(groups.minutes, context.now.plus_ms(-MINUTES_KEPT_MS)),
        telemetry: Gain { intakes: sorted.telemetry, recorded },
    }
}

impl Prepared {
    /// Moves the position, and nothing else: past a record that can't be stored.
    pub(super) fn nothing(chunk: &Chunk) -> Self {
        let empty = Chunk { bytes: Vec::new(), next: chunk.next };
        let context = Context { journal: 0, now: Timestamp::default(), watched: Watched::default() };
        let mut prepared = prepare(&empty, &context, &HashSet::new());
        prepared.bytes = u64::try_from(chunk.bytes.len()).unwrap_or(0);
        prepared.records = 1;
        prepared
    }
}

/// The records of a stretch by kind, each id once.
struct Sorted<'a> {
    facts: Vec<(InferenceId, Slim<'a>, &'a str)>,
    opened: Vec<(InferenceId, &'a str)>,
    /// The last word on each.
    reopened: BTreeMap<InferenceId, &'a str>,
    telemetry: Vec<Intake>,
    records: u64,
    corrupt: u64,
}

impl<'a> Sorted<'a> {
    fn read(chunk: &'a Chunk, known: &HashSet<InferenceId>) -> Self {
        let mut sorted = Self {
            facts: Vec::new(),
            opened: Vec::new(),
            reopened: BTreeMap::new(),
            telemetry: Vec::new(),
            records: 0,
            corrupt: 0,
        };
        let mut seen: HashSet<InferenceId> = known.clone();
        for (_, line) in lines(&chunk.bytes) {
            sorted.records += 1;
            match line {
                Line::Record { kind, id, json } => sorted.sort(kind, id, json, &mut seen),
                Line::Corrupt => sorted.corrupt += 1,
            }
        }
        sorted
    }

    fn sort(&mut self, kind: Kind, id: [u8; 16], json: &'a str, seen: &mut HashSet<InferenceId>) {
        let call = InferenceId::from_bytes(id);
        match kind {
            Kind::Opened => self.opened.push((call, json)),
            Kind::Reopened => {
                self.reopened.insert(call, json);
            }
            Kind::Fact if seen.contains(&call) => {}
            Kind::Fact => match serde_json::from_str(json) {
                Ok(fact) => {
                    seen.insert(call);
                    self.facts.push((call, fact, json));
                }
                Err(_) => self.corrupt += 1,
            },
            Kind::Telemetry => match serde_json::from_str(json) {
                Ok(intake) => self.telemetry.push(intake),
                Err(_) => self.corrupt += 1,
            },
        }
    }
}

fn fact_row(id: InferenceId, fact: &Slim<'_>, json: &str) -> Vec<Value> {
    let of = &fact.attribution;
    args![id, fact.started, of.workflow, &*of.run, fact.status.as_str(), fact.cost, json]
}

type PromptKey<'a> = (i64, &'a str, &'a str, &'a str);
type SpendKey<'a> = (i64, &'a str, &'a str, &'a str, &'a str, &'a str);

#[derive(Default)]
struct Groups<'a> {
    runs: BTreeMap<(String, String), RunGain>,
    spend: HashMap<SpendKey<'a>, Sums>,
    keys: HashMap<(i64, &'a str, KeyId), Sums>,
    /// By day, workflow, prompt and version; with its label.
    prompts: BTreeMap<PromptKey<'a>, (&'a str, Sums)>,
    units: BTreeMap<(i64, String, String), Sums>,
    guards: BTreeMap<GuardKey, GuardGain>,
    minutes: BTreeMap<(i64, &'a str), Cell>,
}

impl<'a> Groups<'a> {
    fn add(&mut self, fact: &'a Slim<'a>) {
        let (of, day) = (&fact.attribution, fact.started.day());
        let figures = fact.figures();
        let sums = Sums::of(&figures);
        let answered = fact.target.as_ref().map_or(("", ""), |target| (target.provider, &*target.model));
        self.add_spend(fact, answered, &Sums::answered(&figures));
        for attempt in &fact.abandoned {
            let target = (attempt.target.provider.as_str(), attempt.target.model.as_str());
            self.add_spend(fact, target, &Sums::abandoned(attempt));
        }
        self.keys.entry((day, of.workflow, of.key)).or_default().add(&sums);
        if let Some(prompt) = &fact.prompt {
            let key = (day, of.workflow, prompt.name.as_str(), prompt.version.as_str());
            let label = prompt.label.as_deref().unwrap_or_default();
            self.prompts.entry(key).or_insert((label, Sums::default())).1.add(&sums);
        }
        if let Some(unit) = &of.unit {
            self.units.entry((day, of.workflow.to_owned(), unit.clone())).or_default().add(&sums);
        }
        guards::add(&mut self.guards, fact);
        self.minutes.entry((fact.started.minute(), of.workflow)).or_default().count(&sums, fact.duration_ms);
        self.add_run(fact, &sums);
    }

    /// Adds what stands under one provider and model.
    fn add_spend(&mut self, fact: &'a Slim<'a>, (provider, model): (&'a str, &'a str), sums: &Sums) {
        let (of, day) = (&fact.attribution, fact.started.day());
        self.spend.entry((day, of.workflow, of.pod, of.owner, provider, model)).or_default().add(sums);
    }

    fn add_run(&mut self, fact: &Slim<'_>, sums: &Sums) {
        let of = &fact.attribution;
        let ended = fact.started.plus_ms(fact.duration_ms.max(0));
        let run = self.runs.entry((of.run.to_string(), of.workflow.to_owned())).or_insert_with(|| RunGain {
            began: fact.started,
            ended,
            sums: Sums::default(),
            simulated: 0,
            owner: String::new(),
            model: String::new(),
            status: fact.status,
        });
        run.began = run.began.min(fact.started);
        run.ended = run.ended.max(ended);
        run.sums.add(sums);
        run.simulated += i64::from(fact.simulated);
        of.owner.clone_into(&mut run.owner);
        if fact.target.is_some() {
            run.model = fact.model();
        }
        run.status = fact.status;
    }
}

fn spend_rows(groups: &HashMap<SpendKey<'_>, Sums>) -> Batch {
    let mut batch = Batch::new(SPEND);
    let mut groups: Vec<_> = groups.iter().collect();
    groups.sort_unstable_by_key(|(key, _)| **key);
    for ((day, workflow, pod, owner, provider, model), sums) in groups {
        let key = args![*day, *workflow, *pod, *owner, *provider, *model];
        batch.push(key.into_iter().chain(sums.values()));
    }
    batch
}

fn key_rows(groups: &HashMap<(i64, &str, KeyId), Sums>) -> Batch {
    let mut batch = Batch::new(SPEND_KEY);
    let mut groups: Vec<_> = groups.iter().collect();
    groups.sort_unstable_by_key(|(key, _)| **key);
    for ((day, workflow, key), sums) in groups {
        batch.push(args![*day, *workflow, *key].into_iter().chain(sums.values()));
    }
    batch
}

fn prompt_rows(groups: &BTreeMap<PromptKey<'_>, (&str, Sums)>) -> Batch {
    let mut batch = Batch::new(SPEND_PROMPT);
    for ((day, workflow, prompt, version), (label, sums)) in groups {
        let key = args![*day, *workflow, *prompt, *version, *label];
        batch.push(key.into_iter().chain(sums.values()));
    }
    batch
}

/// What each holder is charged, by day and by month, in the windows in which the calls began.
fn account_rows(spend: &HashMap<SpendKey<'_>, Sums>, keys: &HashMap<(i64, &str, KeyId), Sums>) -> Batch {
    let mut charged: BTreeMap<(&str, i64, &str, String), NanoUsd> = BTreeMap::new();
    let mut charge = |day: i64, holder: (&'static str, String), cost: NanoUsd| {
        let at = Timestamp::from_ms(day * DAY_MS);
        for window in [Window::Day, Window::Month] {
            let key = (window.as_str(), window.start(at).ms(), holder.0, holder.1.clone());
            *charged.entry(key).or_default() += cost;
        }
    };
    for ((day, workflow, pod, ..), sums) in spend.iter().filter(|(_, sums)| sums.cost != NanoUsd::ZERO) {
        charge(*day, holder_columns(&Holder::Organisation), sums.cost);
        charge(*day, ("pod", (*pod).to_owned()), sums.cost);
        charge(*day, ("workflow", (*workflow).to_owned()), sums.cost);
    }
    for ((day, _, key), sums) in keys.iter().filter(|(_, sums)| sums.cost != NanoUsd::ZERO) {
        charge(*day, holder_columns(&Holder::Key(*key)), sums.cost);
    }
    let mut batch = Batch::new(ACCOUNT);
    for ((span, start, holder, name), cost) in charged {
        batch.push(args![holder, name, span, start, cost]);
    }
    batch
}
