//! The configuration as pages show it.

use std::path::Path;

use config::{Files, PriceList, Problem, Provider, Route, Severity};
use domain::Refusal;
use domain::people::{Permit, acts};
use domain::switch::Scope;
use store::LiveConfig;

use super::watch::changes;
use super::{Configured, Refused};
use crate::random::fingerprint;
use crate::say::Say;
use crate::views::{
    ConfigBrief, ConfigError, ConfigVersion, ConfigurationPage, FileView, ProblemView, ProviderView,
    RouteView, Sentence, SubjectKind, Tone,
};
use crate::words::plural;
use crate::{Control, Error};

const HISTORY: u32 = 50;

impl Control {
    /// The configuration as it is live, what is wrong with the files, and what was live before.
    ///
    /// # Errors
    /// A fault where the history can't be read.
    pub async fn configuration(&self, _permit: &Permit<acts::Look>) -> Result<ConfigurationPage, Error> {
        let live = self.configured();
        let workspace = &live.snapshot.workspace;
        let history = self.store().configs(HISTORY).await.map_err(crate::Fault::from);
        let board = self.board();
        let state = |provider: &Provider| {
            board.get(&Scope::Provider(provider.id.clone())).map_or("on", |switch| switch.state.as_str())
        };
        Ok(ConfigurationPage {
            sentence: sentence(&live),
            brief: brief(&live, &self.inner.parts.workspace),
            warnings: live.warnings().iter().map(problem).collect(),
            files: files(&live.files),
            providers: workspace.providers.values().map(|one| provider(one, state(one))).collect(),
            routes: workspace.routes.values().map(route).collect(),
            history: versions(&history?, live.hash()),
        })
    }

    /// The files of a configuration that was live, by its hash or the beginning of it.
    ///
    /// # Errors
    /// A refusal where none has that hash.
    pub async fn configuration_files(
        &self,
        _permit: &Permit<acts::Look>,
        hash: &str,
    ) -> Result<Vec<FileView>, Error> {
        let live = self.configured();
        if !hash.is_empty() && live.hash().starts_with(hash) {
            return Ok(files(&live.files));
        }
        let found = self.store().config(hash).await?;
        let none = || Refusal::NotFound { noun: "configuration", name: hash.to_owned(), hint: String::new() };
        Ok(files(&found.ok_or_else(none)?.files))
    }
}

/// The configuration in a line.
pub(crate) fn brief(live: &Configured, folder: &Path) -> ConfigBrief {
    ConfigBrief { error: live.refused.as_ref().map(refusal), ..live_brief(live, folder) }
}

/// The same without the problems' details, for every page's frame.
pub(crate) fn live_brief(live: &Configured, folder: &Path) -> ConfigBrief {
    let workspace = &live.snapshot.workspace;
    ConfigBrief {
        hash: workspace.hash.clone(),
        short: workspace.short_hash().to_owned(),
        loaded: live.snapshot.loaded.into(),
        folder: folder.display().to_string(),
        current: live.refused.is_none(),
        from_copy: live.from_copy,
        error: live.refused.as_ref().map(|refused| ConfigError { problems: Vec::new(), ..refusal(refused) }),
        warnings: u64::try_from(live.warnings().len()).unwrap_or(u64::MAX),
    }
}

fn refusal(refused: &Refused) -> ConfigError {
    ConfigError {
        at: refused.at.into(),
        summary: refused.summary(),
        problems: refused.problems.iter().map(problem).collect(),
    }
}

fn problem(problem: &Problem) -> ProblemView {
    ProblemView {
        file: problem.file.clone(),
        line: problem.line,
        column: problem.column,
        message: problem.message.clone(),
        help: problem.help.clone(),
        source_line: problem.source_line.clone(),
        tone: match problem.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Warn,
        },
        rendered: problem.to_string(),
    }
}

fn sentence(live: &Configured) -> Sentence {
    let workspace = &live.snapshot.workspace;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let what = format!(
        "{}, {} and {}",
        plural(count(workspace.workflows.len()), "workflow"),
        plural(count(workspace.routes.len()), "route"),
        plural(count(workspace.providers.len()), "provider"),
    );
    let say = Say::new().text("Configuration ").about(
        SubjectKind::Configuration,
        &workspace.hash,
        workspace.short_hash(),
    );
    let say = say.text(&format!(" is live, with {what}"));
    let Some(refused) = &live.refused else {
        return match live.warnings().len() {
            0 => say.text("; the files on disk are the same.").end(),
            some => say
                .text("; the files on disk are the same, with ")
                .toned(Tone::Warn, &plural(count(some), "warning"))
                .text(".")
                .end(),
        };
    };
    let which = if live.from_copy { " from the server's own copy" } else { "" };
    say.text(&format!("{which}; the files on disk are "))
        .toned(Tone::Bad, &format!("refused: {}", refused.summary()))
        .text(".")
        .end()
}

fn files(files: &Files) -> Vec<FileView> {
    let view = |(path, text): (&String, &String)| FileView {
        path: path.clone(),
        bytes: u64::try_from(text.len()).unwrap_or(u64::MAX),
        hash: fingerprint(text),
        text: text.clone(),
    };
    let is_read = |(path, _): &(&String, &String)| config::interest(path) != config::Interest::Name;
    files.iter().filter(is_read).map(view).collect()
}

fn provider(provider: &Provider, state: &str) -> ProviderView {
    ProviderView {
        id: provider.id.to_string(),
        api: provider.api.as_str().to_owned(),
        speaks: crate::providers::wires(provider),
        base_url: provider.base_url.clone(),
        credential: credentials(provider),
        prices: match &provider.price_list {
            PriceList::Named(name) => name.clone(),
            PriceList::Free => "none".to_owned(),
        },
        state: state.to_owned(),
    }
}

/// Where its keys are; `None` where none is sent.
fn credentials(provider: &Provider) -> Option<String> {
    let names: Vec<_> = provider.api_keys.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

pub(crate) fn route(route: &Route) -> RouteView {
    let target = |target: &config::TargetSpec| match target.weight {
        None => format!("{}/{}", target.provider, target.model),
        Some(weight) => format!("{}/{} (weight {weight})", target.provider, target.model),
    };
    RouteView {
        id: route.id.to_string(),
        targets: route.targets.iter().map(target).collect(),
        fallback: route.fallback.iter().map(ToString::to_string).collect(),
    }
}

/// What was live, newest first, each with what changed against the one before it.
fn versions(newest_first: &[LiveConfig], live: &str) -> Vec<ConfigVersion> {
    let older = newest_first.iter().skip(1).map(Some).chain([None]);
    newest_first
        .iter()
        .zip(older)
        .map(|(version, older)| ConfigVersion {
            hash: version.hash.clone(),
            first: version.first.into(),
            last: version.last.into(),
            files: u64::try_from(version.files.len()).unwrap_or(u64::MAX),
            live: version.hash == live,
            changes: older.map_or_else(Vec::new, |older| changes(&older.files, &version.files)),
        })
        .collect()
}
