//! The run: its inferences, what they add up to, where each lies in time.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use config::Workspace;
use domain::Refusal;
use domain::ids::{InferenceId, RunId, WorkflowId};
use domain::inference::{Fact, Status};
use domain::money::NanoUsd;
use domain::people::{Act, Principal, acts};
use domain::usage::UsageSource;
use domain::{Timestamp, Usage};

use super::{content, inference, why};
use crate::error::bad;
use crate::views::{InferenceView, Offset, RunPage, Subject, SubjectKind};
use crate::words::{percent, usage};
use crate::{Control, Error, budgets, names, runs};

/// Most inferences that are shown of a run at once. Every figure is of all of them.
const MOST: usize = 500;
/// Bytes of bodies that are shown at once, beside those of the inference that was asked for.
const CONTENT_BYTES: u64 = 512 * 1_024;

type Others = BTreeMap<WorkflowId, InferenceId>;

/// A run's records, all of one workflow, oldest first; never empty.
struct Run {
    facts: Vec<Fact>,
    /// The other workflows that used the same run id, each with its first inference.
    others: Others,
    /// The inference that was asked for, where it was one.
    selected: Option<InferenceId>,
    /// Which of the records are shown: the inference that was asked for is among them.
    shown: Range<usize>,
    /// Whether the run has more records than are ever read.
    cut_off: bool,
}

impl Control {
    /// Explains a run, or the run of an inference, by its id. Whoever may look sees everything but
    /// content; content is filled in for those who may read it. Where several workflows used the id
    /// of the run, the one that used it last is meant.
    ///
    /// # Errors
    /// A refusal where there is neither, or where `who` may not look; a fault where the ledger
    /// can't be read.
    pub async fn explain(&self, who: &Principal, id: &str) -> Result<RunPage, Error> {
        self.explain_in(who, id, None).await
    }

    /// The same in one workflow: a run id is told apart by it where several used the same.
    ///
    /// # Errors
    /// As [`Control::explain`]; a refusal too where the workflow did not use the id.
    pub async fn explain_in(
        &self,
        who: &Principal,
        id: &str,
        workflow: Option<&str>,
    ) -> Result<RunPage, Error> {
        let _permit = who.permit::<acts::Look>()?;
        let workflow = workflow.map(str::trim).filter(|text| !text.is_empty()).map(WorkflowId::new);
        let workflow = workflow.transpose().map_err(|error| bad("workflow", error.to_string()))?;
        self.fresh().await;
        let run = self.records(id, workflow).await?;
        let mut inferences: Vec<InferenceView> =
            run.shown().map(|(index, fact)| self.inference_view(&run, index, fact)).collect();
        if who.may(Act::ReadContent) {
            self.fill_in_content(&run, &mut inferences).await;
        }
        let snapshot = self.snapshot();
        let page = self.page(&snapshot.workspace, &run, inferences);
        page.ok_or_else(|| not_found(id))
    }

    /// The records of a run, or of the run of an inference, in the workflow that was asked for.
    async fn records(&self, id: &str, asked: Option<WorkflowId>) -> Result<Run, Error> {
        let selected = match id.parse::<InferenceId>() {
            Ok(inference) => self.ledger().inference(inference).await?,
            Err(_) => None,
        };
        let run = match &selected {
            Some(fact) => fact.attribution.run.clone(),
            None => RunId::from_caller(id).map_err(Refusal::from)?,
        };
        let facts = self.ledger().run(&run).await?;
        let cut_off = facts.len() >= ledger::MOST_OF_A_RUN;
        let newest = facts.last().or(selected.as_ref()).ok_or_else(|| not_found(id))?;
        let own = selected.as_ref().unwrap_or(newest).attribution.workflow.clone();
        let workflow = asked.unwrap_or_else(|| own.clone());
        let (mut facts, others) = of(&workflow, facts);
        if own != workflow && (facts.is_empty() || selected.is_some()) {
            return Err(not_there(id, &workflow, &others));
        }
        let selected_id = selected.as_ref().map(|fact| fact.id);
        facts.extend(selected.filter(|one| facts.iter().all(|fact| fact.id != one.id)));
        facts.sort_by_key(|fact| (fact.started, fact.id));
        let chosen = facts.iter().position(|fact| Some(fact.id) == selected_id).unwrap_or(0);
        Ok(Run { shown: page_of(chosen, facts.len()), facts, others, selected: selected_id, cut_off })
    }

    fn inference_view(&self, run: &Run, index: usize, fact: &Fact) -> InferenceView {
        let keys = self.all_keys();
        let key = keys.iter().find(|key| key.id == fact.attribution.key).map(|key| key.label.clone());
        let mut view = inference::view(fact, u64::try_from(index + 1).unwrap_or(u64::MAX), key);
        view.offset = offset(fact, run.begins(), run.length());
        view
    }

    /// Fills in content: of the inference that was asked for in any case, of the others from the
    /// oldest on, as much as one answer should hold.
    async fn fill_in_content(&self, run: &Run, inferences: &mut [InferenceView]) {
        let mut left = CONTENT_BYTES;
        let chosen = run.selected.or_else(|| run.facts.first().map(|fact| fact.id));
        for ((_, fact), view) in run.shown().zip(inferences) {
            let bytes = fact.request_bytes.saturating_add(fact.response_bytes);
            view.content = if Some(fact.id) == chosen {
                self.content_of(fact).await
            } else if bytes <= left {
                left -= bytes;
                self.content_of(fact).await
            } else {
                content::not_loaded()
            };
        }
    }

    fn page(&self, workspace: &Workspace, run: &Run, inferences: Vec<InferenceView>) -> Option<RunPage> {
        let (first, last) = (run.facts.first()?, run.facts.last()?);
        let now = self.now();
        let at = &last.attribution;
        let workflow = workspace.workflows.get(&at.workflow);
        let line = workflow.and_then(|workflow| budgets::run_line(workflow, &at.run));
        let budget = line.and_then(|line| self.standing(&[line]).pop());
        let agents: BTreeSet<String> = run
            .facts
            .iter()
            .filter_map(|fact| fact.attribution.agent.as_ref())
            .map(ToString::to_string)
            .collect();
        let owner = names::person(workspace, at.owner.as_str(), now);
        let totals = run.totals();
        let mut why = why::of_run(&run.facts, &owner, &totals);
        for (other, id) in &run.others {
            why.push(format!("The workflow {other} used the same run id for calls of its own, such as {id}; they are another run."));
        }
        if run.cut_off {
            why.push(format!("Its id was used for more than {} inferences; only the oldest ones are read, and the figures are of those.", ledger::MOST_OF_A_RUN));
        }
        Some(RunPage {
            sentence: why::sentence(at, workflow, &owner, &run.facts, &totals),
            run: at.run.to_string(),
            selected: run.selected.map(|id| id.to_string()),
            workflow: at.workflow.to_string(),
            workflow_title: workflow.map(|workflow| workflow.title.clone()),
            owner,
            pod: at.pod.to_string(),
            agents: agents.into_iter().collect(),
            started: first.started.into(),
            ended: run.ends().into(),
            duration_ms: run.length(),
            status: last.status.as_str().to_owned(),
            tone: runs::tone(last.status),
            usage: usage(&totals.usage, totals.source.as_str()),
            cost: totals.cost.into(),
            estimated_cost: totals.estimated.into(),
            simulated: run.facts.iter().any(|fact| fact.simulated),
            unit: newest(&run.facts, |fact| fact.attribution.unit.clone()),
            user: newest(&run.facts, |fact| fact.attribution.user.clone()),
            budget,
            iteration_cap: workflow.and_then(|workflow| workflow.limits.iterations_per_run),
            why,
            others: run.others.keys().map(ToString::to_string).collect(),
            off: off(last),
            inferences,
            truncated: run.shown.len() < run.facts.len(),
            left_out: u64::try_from(run.facts.len() - run.shown.len()).unwrap_or(u64::MAX),
            earlier: run.shown.start.checked_sub(1).and_then(|before| run.id_at(before)),
            later: run.id_at(run.shown.end),
        })
    }
}

fn not_found(id: &str) -> Error {
    Refusal::NotFound { noun: "run or inference", name: id.to_owned(), hint: String::new() }.into()
}

fn not_there(id: &str, workflow: &WorkflowId, others: &Others) -> Error {
    let others: Vec<&str> = others.keys().map(WorkflowId::as_str).collect();
    let hint = format!(" in the workflow {workflow}; this id is of {}", others.join(", "));
    Refusal::NotFound { noun: "run or inference", name: id.to_owned(), hint }.into()
}

/// The records of one workflow, and who else used the id of the run.
fn of(workflow: &WorkflowId, facts: Vec<Fact>) -> (Vec<Fact>, Others) {
    let (own, foreign): (Vec<Fact>, Vec<Fact>) =
        facts.into_iter().partition(|fact| fact.attribution.workflow == *workflow);
    let mut others = Others::new();
    for fact in foreign {
        others.entry(fact.attribution.workflow).or_insert(fact.id);
    }
    (own, others)
}

/// What a run adds up to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Totals {
    pub(super) usage: Usage,
    pub(super) source: UsageSource,
    pub(super) cost: NanoUsd,
    pub(super) estimated: NanoUsd,
    pub(super) duration_ms: i64,
}

/// The page of the records on which one lies: every page holds [`MOST`], the last one the rest.
fn page_of(index: usize, count: usize) -> Range<usize> {
    let start = index / MOST * MOST;
    start..count.min(start + MOST)
}

impl Run {
    /// The records that are shown, with their places in the run.
    fn shown(&self) -> impl Iterator<Item = (usize, &Fact)> {
        self.shown.clone().zip(self.facts.get(self.shown.clone()).unwrap_or_default())
    }

    fn id_at(&self, index: usize) -> Option<String> {
        self.facts.get(index).map(|fact| fact.id.to_string())
    }

    fn begins(&self) -> Timestamp {
        self.facts.first().map_or(Timestamp::default(), |fact| fact.started)
    }

    fn ends(&self) -> Timestamp {
        self.facts.iter().map(ended).max().unwrap_or_default()
    }

    fn length(&self) -> i64 {
        self.ends().since(self.begins()).max(0)
    }

    fn totals(&self) -> Totals {
        let mut usage = Usage::default();
        for fact in &self.facts {
            usage = sum(usage, fact.usage);
        }
        let counted = || self.facts.iter().filter(|fact| fact.status != Status::Refused);
        let sources: Vec<UsageSource> = counted().map(|fact| fact.usage_source).collect();
        let has = |source| sources.contains(&source);
        Totals {
            usage,
            source: match () {
                () if has(UsageSource::Estimated) => UsageSource::Estimated,
                () if has(UsageSource::Partial) => UsageSource::Partial,
                () => UsageSource::Reported,
            },
            cost: self.facts.iter().map(|fact| fact.cost).sum(),
            estimated: counted().map(Fact::estimated_cost).sum(),
            duration_ms: self.length(),
        }
    }
}

/// Whether what a call cost rests on an estimate, in part at least.
pub(super) const fn is_estimate(fact: &Fact) -> bool {
    fact.usage_source.is_estimate() || fact.has_estimated_price()
}

const fn sum(one: Usage, other: Usage) -> Usage {
    Usage {
        input: one.input.saturating_add(other.input),
        cache_read: one.cache_read.saturating_add(other.cache_read),
        cache_write_5m: one.cache_write_5m.saturating_add(other.cache_write_5m),
        cache_write_1h: one.cache_write_1h.saturating_add(other.cache_write_1h),
        output: one.output.saturating_add(other.output),
        reasoning: one.reasoning.saturating_add(other.reasoning),
    }
}

fn ended(fact: &Fact) -> Timestamp {
    fact.started.plus_ms(fact.duration_ms)
}

fn newest<T>(facts: &[Fact], of: impl Fn(&Fact) -> Option<T>) -> Option<T> {
    facts.iter().rev().find_map(of)
}

/// Where an inference's bar lies.
fn offset(fact: &Fact, begins: Timestamp, length: i64) -> Offset {
    let start_ms = fact.started.since(begins).max(0);
    let share = |ms: i64| percent(ms.max(0), length).unwrap_or(if ms > 0 { 100.0 } else { 0.0 }).min(100.0);
    let start_percent = share(start_ms);
    let width_percent = if length == 0 { 100.0 } else { share(fact.duration_ms).min(100.0 - start_percent) };
    Offset {
        start_ms,
        start_percent,
        wait_percent: share(fact.first_byte_ms.unwrap_or(0)).min(width_percent),
        width_percent,
    }
}

/// The switches that would stop such a run, narrowest first.
fn off(fact: &Fact) -> Vec<Subject> {
    let scope = |id: String| Subject { kind: SubjectKind::Scope, id };
    let agent = fact.attribution.agent.iter().map(|agent| scope(format!("agent/{agent}")));
    let workflow = [scope(format!("workflow/{}", fact.attribution.workflow))];
    let target = fact.target.iter().flat_map(|target| {
        let model = format!("model/{}/{}", target.provider, target.model);
        [scope(model), scope(format!("provider/{}", target.provider))]
    });
    agent.chain(workflow).chain(target).chain([scope("all".to_owned())]).collect()
}
