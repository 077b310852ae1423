//! What guards the workflows, compiled once per snapshot and never per call.
//!
//! Workflows that look for the same share one scanner. A workflow that looks for nothing, allows
//! every tool and keeps no redacted content has no entry, so that a call of it costs nothing here.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::WorkflowId;
use guardrails::{Action, Kind, Kinds, Rule, Scanner, ToolPolicy};

use crate::{ContentMode, Redaction, RedactionKind, RedactionMode, RedactionRule, Workflow, Workspace};

/// What guards one workflow.
#[derive(Debug, Clone)]
pub struct Guards {
    /// What the workflow looks for.
    pub scanner: Arc<Scanner>,
    /// What is done with hits on the way in; `None` looks for nothing.
    pub request: Option<Action>,
    /// What is done with hits on the way out.
    pub response: Option<Action>,
    /// The tools it may use; `None` allows every tool.
    pub tools: Option<ToolPolicy>,
    /// Whether what is kept of its calls goes through the scanner first.
    pub keeps: Kept,
}

/// How requests and answers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// What [`ContentMode`] says, as it came.
    AsTheyAre,
    /// A masked copy.
    Masked,
}

type Compiled = BTreeMap<(Vec<RedactionKind>, Vec<String>), Arc<Scanner>>;

/// The guards of every workflow that has some.
pub(crate) fn compile(workspace: &Workspace) -> BTreeMap<WorkflowId, Guards> {
    let mut compiled = Compiled::new();
    let guarded = |workflow: &Workflow| Some((workflow.id.clone(), guards(workflow, &mut compiled)?));
    workspace.workflows.values().filter_map(guarded).collect()
}

fn guards(workflow: &Workflow, compiled: &mut Compiled) -> Option<Guards> {
    let redaction = &workflow.redaction;
    let (request, response) = (action(redaction.request), action(redaction.response));
    let tools = workflow.tools.allow.clone().map(ToolPolicy::new);
    let masked = workflow.content.mode == ContentMode::Redacted;
    if request.is_none() && response.is_none() && tools.is_none() && !masked {
        return None;
    }
    let keeps = if masked { Kept::Masked } else { Kept::AsTheyAre };
    Some(Guards { scanner: scanner(redaction, compiled), request, response, tools, keeps })
}

/// The scanner for what a workflow looks for: everything, where it does not say.
fn scanner(redaction: &Redaction, compiled: &mut Compiled) -> Arc<Scanner> {
    let rules = redaction.rules.iter().map(|rule| format!("{rule:?}")).collect();
    let key = (redaction.kinds.clone(), rules);
    let scanner = compiled.entry(key).or_insert_with(|| {
        let kinds: Kinds = match redaction.kinds.as_slice() {
            [] if redaction.rules.is_empty() => Kinds::all(),
            kinds => kinds.iter().map(|kind| kind_of(*kind)).collect(),
        };
        Arc::new(Scanner::new(kinds, redaction.rules.iter().filter_map(rule).collect()))
    });
    Arc::clone(scanner)
}

/// A rule, compiled. Its pattern was tried when its file was read.
fn rule(rule: &RedactionRule) -> Option<Rule> {
    let compiled = Rule::new(&rule.name, &rule.pattern, rule.action.and_then(action));
    debug_assert!(compiled.is_ok(), "the pattern of {} was tried", rule.name);
    compiled.ok()
}

const fn action(mode: RedactionMode) -> Option<Action> {
    match mode {
        RedactionMode::Off => None,
        RedactionMode::Detect => Some(Action::Detect),
        RedactionMode::Mask => Some(Action::Mask),
        RedactionMode::Pseudonym => Some(Action::Pseudonym),
        RedactionMode::Block => Some(Action::Block),
    }
}

const fn kind_of(kind: RedactionKind) -> Kind {
    match kind {
        RedactionKind::Email => Kind::Email,
        RedactionKind::Phone => Kind::Phone,
        RedactionKind::Card => Kind::Card,
        RedactionKind::Iban => Kind::Iban,
        RedactionKind::Ssn => Kind::Ssn,
        RedactionKind::NationalId => Kind::NationalId,
        RedactionKind::Ip => Kind::Ip,
        RedactionKind::Mac => Kind::Mac,
        RedactionKind::Passport => Kind::Passport,
        RedactionKind::BirthDate => Kind::BirthDate,
        RedactionKind::Address => Kind::Address,
        RedactionKind::Person => Kind::Person,
        RedactionKind::Secret => Kind::Secret,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_workspace_are_those_of_the_kinds() {
        let words: Vec<_> =
            RedactionKind::ALL.iter().map(|kind| (kind.as_str(), kind_of(*kind).as_str())).collect();
        assert_eq!(words.len(), Kind::ALL.len());
        assert!(words.iter().all(|(word, kind)| word == kind), "{words:?}");
    }
}
