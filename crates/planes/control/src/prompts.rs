//! Prompts of the workspace, and what their versions were used for.

use std::collections::BTreeMap;

use config::{Prompt, Workspace};
use domain::ids::PromptId;
use domain::people::{Permit, acts};
use domain::prompt::ModelSettings;
use domain::switch::{Scope, State};
use ledger::PromptRow as Used;

use crate::error::not_found;
use crate::period::Period;
use crate::say::Say;
use crate::views::{
    PeriodQuery, PromptPage, PromptRow, PromptVersion, PromptsPage, Sentence, SettingView, SubjectKind, Tone,
    VariableView,
};
use crate::words::plural;
use crate::{Control, Error, figures, names, spend};

impl Control {
    /// All prompts, by name.
    ///
    /// # Errors
    /// A refusal where the period can't be read, a fault where the ledger can't.
    pub async fn prompts(
        &self,
        _permit: &Permit<acts::Look>,
        query: &PeriodQuery,
    ) -> Result<PromptsPage, Error> {
        let snapshot = self.snapshot();
        let period = self.period_of(query)?;
        let used = self.used(&period, "").await?;
        let mut by_name: BTreeMap<&str, Vec<&Used>> = BTreeMap::new();
        for row in &used {
            by_name.entry(row.prompt.as_str()).or_default().push(row);
        }
        let rows = snapshot.workspace.prompts.values().map(|prompt| {
            let of = by_name.get(prompt.of.name.as_str()).map(Vec::as_slice).unwrap_or_default();
            self.prompt_row(&snapshot.workspace, prompt, of)
        });
        let rows: Vec<PromptRow> = rows.collect();
        Ok(PromptsPage { sentence: sentence(&rows), period: period.view(), rows })
    }

    /// One prompt, its versions and its template.
    ///
    /// # Errors
    /// A refusal where there is none of that name, a fault where the ledger can't be read.
    pub async fn prompt(
        &self,
        permit: &Permit<acts::Look>,
        name: &str,
        query: &PeriodQuery,
    ) -> Result<PromptPage, Error> {
        let snapshot = self.snapshot();
        let workspace = &snapshot.workspace;
        let prompt = known(workspace, name)?;
        let period = self.period_of(query)?;
        let used = self.used(&period, name).await?;
        let row = self.prompt_row(workspace, prompt, &used.iter().collect::<Vec<_>>());
        Ok(PromptPage {
            sentence: said(&row, &period),
            period: period.view(),
            variables: variables(prompt),
            settings: settings(&prompt.settings),
            versions: versions(prompt, &used),
            switch: self.panel(workspace, permit.who(), &scope(prompt)),
            source: prompt.source.clone(),
            config: workspace.hash.clone(),
            row,
        })
    }

    async fn used(&self, period: &Period, name: &str) -> Result<Vec<Used>, Error> {
        self.fresh().await;
        Ok(self.ledger().prompts((period.from, period.to), name).await?)
    }

    fn prompt_row(&self, workspace: &Workspace, prompt: &Prompt, used: &[&Used]) -> PromptRow {
        let (board, now) = (self.board(), self.now());
        let switch = board.over_prompt(Some(&prompt.of.name));
        let rows: Vec<_> = used.iter().map(|row| row.spend.clone()).collect();
        PromptRow {
            name: prompt.of.name.to_string(),
            title: prompt.title.clone(),
            description: prompt.description.clone(),
            version: prompt.of.version.clone(),
            label: prompt.of.label.clone(),
            workflows: prompt.workflows.iter().map(ToString::to_string).collect(),
            state: switch.map_or(State::On, |switch| switch.state).to_string(),
            switch: switch.map(|switch| names::switch(workspace, switch, now)),
            figures: figures::of(&figures::total(&rows)),
            file: prompt.file.clone(),
        }
    }
}

fn scope(prompt: &Prompt) -> Scope {
    Scope::Prompt(prompt.of.name.to_string())
}

/// The prompt of this name.
pub(crate) fn known<'a>(workspace: &'a Workspace, name: &str) -> Result<&'a Prompt, Error> {
    let found = PromptId::new(name).ok().and_then(|name| workspace.prompts.get(&name));
    let names = || workspace.prompts.keys().map(PromptId::as_str);
    found.map(AsRef::as_ref).ok_or_else(|| not_found("prompt", name, names()))
}

fn variables(prompt: &Prompt) -> Vec<VariableView> {
    let view = |input: config::Input| VariableView {
        required: input.is_required(),
        name: input.name,
        kind: input.kind.as_str().to_owned(),
        default: input.default.map(|value| value.to_string()),
        description: input.description,
    };
    prompt.variables().into_iter().map(view).collect()
}

fn settings(settings: &ModelSettings) -> Vec<SettingView> {
    let quoted = |text: &String| format!("{text:?}");
    let stop = (!settings.stop.is_empty())
        .then(|| format!("[{}]", settings.stop.iter().map(quoted).collect::<Vec<_>>().join(", ")));
    let all = [
        ("model", settings.model.as_ref().map(quoted)),
        ("temperature", settings.temperature.map(|number| number.to_string())),
        ("top_p", settings.top_p.map(|number| number.to_string())),
        ("max_tokens", settings.max_tokens.map(|number| number.to_string())),
        ("seed", settings.seed.map(|number| number.to_string())),
        ("stop", stop),
        ("response_format", settings.response_format.clone()),
    ];
    let set = all.into_iter().filter_map(|(name, value)| Some((name, value?)));
    set.map(|(name, value)| SettingView { name: name.to_owned(), value }).collect()
}

/// The versions that were used, and the live one.
fn versions(prompt: &Prompt, used: &[Used]) -> Vec<PromptVersion> {
    let live = |version: &str| prompt.of.version == version;
    let mut versions: Vec<PromptVersion> = used
        .iter()
        .map(|row| PromptVersion {
            version: row.version.clone(),
            label: Some(row.label.clone()).filter(|label| !label.is_empty()),
            live: live(&row.version),
            first: Some(row.first.into()),
            last: Some(row.last.into()),
            figures: figures::of(&row.spend),
        })
        .collect();
    if !used.iter().any(|row| live(&row.version)) {
        let fresh = PromptVersion {
            version: prompt.of.version.clone(),
            label: prompt.of.label.clone(),
            live: true,
            first: None,
            last: None,
            figures: figures::of(&figures::total(&[])),
        };
        versions.insert(0, fresh);
    }
    versions
}

fn sentence(rows: &[PromptRow]) -> Sentence {
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let off: Vec<&PromptRow> = rows.iter().filter(|row| row.switch.is_some()).collect();
    let say = Say::new().text(&plural(count, "prompt"));
    match off.as_slice() {
        [] if rows.is_empty() => say.text(" yet."),
        [] if rows.len() == 1 => say.text(", and it is on."),
        [] => say.text(", all of them on."),
        [only] => say.text("; ").toned(Tone::Bad, &format!("{} is {}", only.name, only.state)).text("."),
        many => say.text("; ").toned(Tone::Bad, &format!("{} are not on", many.len())).text("."),
    }
    .end()
}

/// "`support-reply` is live in version 3f2a9c0b17de (4); 240 calls in the last 7 days for $1.20."
fn said(row: &PromptRow, period: &Period) -> Sentence {
    let label = row.label.as_ref().map_or_else(String::new, |label| format!(" ({label})"));
    let say = Say::new().about(SubjectKind::Prompt, &row.name, &row.name);
    let say = match &row.switch {
        None => say.text(&format!(" is live in version {}{label}; ", row.version)),
        Some(switch) => say
            .text(" is ")
            .toned(Tone::Bad, &format!("{}: {}", row.state, switch.reason))
            .text(&format!(", version {}{label}; ", row.version)),
    };
    let figures = &row.figures;
    let calls = plural(figures.calls, "call");
    say.text(&format!("{calls} {} for {}.", spend::on(period), figures.cost.amount())).end()
}
