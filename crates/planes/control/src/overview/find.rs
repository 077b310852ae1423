//! Finding things by a piece of their name or id.

use config::Workspace;
use domain::ids::InferenceId;
use domain::keys::Key;
use domain::people::{Permit, acts};
use ledger::RunFilter;

use crate::views::{Found, Subject, SubjectKind};
use crate::{Control, Error};

/// Most of one kind.
const MOST: usize = 8;

impl Control {
    /// Finds workflows, prompts, people, keys, providers, runs and inferences by a piece of their name or id.
    /// Runs are found by the beginning of their id.
    ///
    /// # Errors
    /// A fault where the ledger can't be read.
    pub async fn find(&self, _permit: &Permit<acts::Look>, text: &str) -> Result<Vec<Found>, Error> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        self.fresh().await;
        let snapshot = self.snapshot();
        let mut found = named(&snapshot.workspace, &text.to_lowercase());
        found.extend(keys(&self.all_keys(), &text.to_lowercase()));
        if let Ok(id) = text.parse::<InferenceId>() {
            found.extend(self.inference_found(id).await?);
        }
        let filter = RunFilter { text: Some(text.to_owned()), ..RunFilter::default() };
        let runs = self.ledger().runs(&filter, None, u32::try_from(MOST).unwrap_or(8)).await?;
        found.extend(runs.items.iter().map(|run| {
            let detail = format!("{}, {}, {}", run.workflow, run.began, run.cost);
            let found = one(SubjectKind::Run, run.run.as_str(), run.run.as_str(), &detail);
            Found { workflow: Some(run.workflow.to_string()), ..found }
        }));
        Ok(found)
    }

    async fn inference_found(&self, id: InferenceId) -> Result<Option<Found>, Error> {
        let fact = self.ledger().inference(id).await?;
        Ok(fact.map(|fact| {
            let detail = format!("{}, {}, {}", fact.attribution.workflow, fact.started, fact.cost);
            one(SubjectKind::Inference, &id.to_string(), &id.to_string(), &detail)
        }))
    }
}

fn one(kind: SubjectKind, id: &str, title: &str, detail: &str) -> Found {
    let about = Subject { kind, id: id.to_owned() };
    Found { about, title: title.to_owned(), detail: detail.to_owned(), workflow: None }
}

/// What the workspace's files name.
fn named(workspace: &Workspace, text: &str) -> Vec<Found> {
    let has = |names: &[&str]| names.iter().any(|name| name.to_lowercase().contains(text));
    let workflows =
        workspace.workflows.values().filter(|workflow| has(&[workflow.id.as_str(), &workflow.title])).map(
            |workflow| {
                one(SubjectKind::Workflow, workflow.id.as_str(), &workflow.title, workflow.id.as_str())
            },
        );
    let people = workspace
        .people
        .values()
        .filter(|person| has(&[person.id.as_str(), &person.name, &person.email]))
        .map(|person| one(SubjectKind::Person, person.id.as_str(), &person.name, &person.email));
    let providers =
        workspace.providers.values().filter(|provider| has(&[provider.id.as_str()])).map(|provider| {
            let scope = format!("provider/{}", provider.id);
            one(SubjectKind::Scope, &scope, &scope, &provider.base_url)
        });
    let prompts =
        workspace.prompts.values().filter(|prompt| has(&[prompt.of.name.as_str(), &prompt.title])).map(
            |prompt| {
                one(SubjectKind::Prompt, prompt.of.name.as_str(), &prompt.title, prompt.of.name.as_str())
            },
        );
    workflows
        .take(MOST)
        .chain(prompts.take(MOST))
        .chain(people.take(MOST))
        .chain(providers.take(MOST))
        .collect()
}

fn keys(keys: &[Key], text: &str) -> Vec<Found> {
    let fits = |key: &&Key| key.label.to_lowercase().contains(text) || key.id.to_string().starts_with(text);
    let found = keys.iter().filter(fits).take(MOST);
    found.map(|key| one(SubjectKind::Key, &key.id.to_string(), &key.label, &key.id.to_string())).collect()
}
