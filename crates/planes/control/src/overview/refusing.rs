//! Why calls are refused without anybody having turned a switch: owners who left, budgets that are spent.
//!
//! Costs no query, because every page's frame asks. The first page says the same in the rows of its
//! workflows and budgets.

use std::collections::BTreeMap;

use config::{AtLimit, Workflow};
use domain::ids::PersonId;

use crate::views::{Attention, BudgetLine, PersonRef, Subject, SubjectKind, Tone};
use crate::{Control, budgets, names};

impl Control {
    /// What makes calls be refused, each cause once.
    pub(super) fn refusing(&self) -> Vec<Attention> {
        let (snapshot, now) = (self.snapshot(), self.now());
        let workspace = &snapshot.workspace;
        let mut left: BTreeMap<&PersonId, Vec<&Workflow>> = BTreeMap::new();
        for workflow in workspace.workflows.values().filter(|one| workspace.owner_of(one, now).is_none()) {
            left.entry(&workflow.owner).or_default().push(workflow);
        }
        let gone = |(id, workflows): (&PersonId, Vec<&Workflow>)| {
            ownerless(&workflows, names::person(workspace, id.as_str(), now))
        };
        let mut items: Vec<Attention> = left.into_iter().filter_map(gone).collect();
        items.extend(self.standing(&budgets::all(workspace)).iter().filter_map(spent));
        items
    }
}

/// The workflows of someone who left.
fn ownerless(workflows: &[&Workflow], owner: PersonRef) -> Option<Attention> {
    let (first, others) = workflows.split_first()?;
    let (text, action) = match others.len() {
        0 => (
            format!("{}: its owner has left, so its calls are refused", first.id),
            format!("name another owner in {}", first.file),
        ),
        more => (
            format!("{} and {more} more: their owner has left, so their calls are refused", first.id),
            format!("name another owner in {} and the others", first.file),
        ),
    };
    Some(Attention {
        tone: Tone::Bad,
        text,
        action,
        since: None,
        about: Some(Subject { kind: SubjectKind::Workflow, id: first.id.to_string() }),
        owner: Some(owner),
    })
}

/// A budget that is charged to its end. One that sends calls to the economy route refuses none.
fn spent(line: &BudgetLine) -> Option<Attention> {
    let full = line.settled.nano >= line.limit.nano && line.at_limit != AtLimit::Economy.as_str();
    let concern = budgets::concern(line).filter(|_| full)?;
    Some(Attention {
        tone: Tone::Bad,
        text: format!("{}: {concern}, so calls are refused", line.holder),
        action: "see where the money goes, or raise the budget".to_owned(),
        since: None,
        about: Some(Subject { kind: SubjectKind::Spend, id: String::new() }),
        owner: None,
    })
}
