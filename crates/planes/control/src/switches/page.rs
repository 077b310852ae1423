//! Switches as pages show them, before they are turned.

use config::Workspace;
use domain::Timestamp;
use domain::audit::Action;
use domain::keys::Key;
use domain::people::{Permit, Principal, acts};
use domain::switch::{Board, Scope, State, Switch};

use super::check;
use super::consequence::{self, Facts};
use crate::say::Say;
use crate::views::{Sentence, SubjectKind, SwitchPanel, SwitchView, SwitchesPage, Tone};
use crate::words::plural;
use crate::{Control, Error, audit, names};

/// How many entries the history holds.
const HISTORY: u32 = 100;

impl Control {
    /// Every switch that is not on, and the history of turns and drills.
    ///
    /// # Errors
    /// A fault where the history can't be read.
    pub async fn switches(&self, _permit: &Permit<acts::Look>) -> Result<SwitchesPage, Error> {
        let mut history = Vec::new();
        for action in [Action::SwitchTurned, Action::SwitchDrilled] {
            let filter = store::AuditFilter { action: Some(action), ..Default::default() };
            history.extend(self.store().audit(&filter, None, HISTORY).await?);
        }
        history.sort_by_key(|entry| std::cmp::Reverse(entry.id));
        history.truncate(audit::as_usize(HISTORY));
        let (snapshot, now, board) = (self.snapshot(), self.now(), self.board());
        Ok(SwitchesPage {
            sentence: sentence(&board),
            number: board.number(),
            rows: self.thrown(),
            drills: self.last_drills().await?,
            history: history.iter().map(|entry| audit::row(&snapshot.workspace, entry, now)).collect(),
        })
    }

    /// One switch, and what turning it would do.
    ///
    /// # Errors
    /// A refusal where `scope` is not a scope or names something the workspace does not have.
    pub fn switch_panel(&self, permit: &Permit<acts::Look>, scope: &str) -> Result<SwitchPanel, Error> {
        let scope = check::scope(scope)?;
        let snapshot = self.snapshot();
        check::known(&snapshot.workspace, &self.board(), &scope)?;
        Ok(self.panel(&snapshot.workspace, permit.who(), &scope))
    }

    /// Whether `who` may turn the switch of a scope. A scope that can't be read may be turned by
    /// nobody.
    #[must_use]
    pub fn may_turn(&self, who: &Principal, scope: &str) -> bool {
        let scope = scope.parse::<Scope>();
        scope.is_ok_and(|scope| self.with_workspace(|workspace| who.may_turn(workspace.keepers(&scope))))
    }

    pub(crate) fn panel(&self, workspace: &Workspace, who: &Principal, scope: &Scope) -> SwitchPanel {
        let (now, board) = (self.now(), self.board());
        let own = board.get(scope);
        let running = self.inner.plane.running(scope);
        let all = self.all_keys();
        let keys: Vec<&Key> =
            all.iter().filter(|key| works(key, now) && serves(key, scope, workspace)).collect();
        let consequences = consequence::all(&Facts { workspace, board: &board, scope, running, keys: &keys });
        let off = consequences.iter().find(|one| one.state == State::Off.as_str());
        let keepers = workspace.keepers(scope);
        let turners = [keepers.owner, keepers.deputy].into_iter().flatten();
        SwitchPanel {
            scope: scope.to_string(),
            state: own.map_or(State::On, |switch| switch.state).to_string(),
            switch: own.map(|switch| names::switch(workspace, switch, now)),
            wider: wider(&board, scope).map(|switch| names::switch(workspace, switch, now)),
            running,
            keys: u64::try_from(keys.len()).unwrap_or(u64::MAX),
            on_switch: workspace.gateway.on_switch.as_str().to_owned(),
            consequence: off.map_or_else(String::new, |one| one.words.clone()),
            consequences,
            may_turn: who.may_turn(keepers),
            turners: turners.map(|id| names::person(workspace, id.as_str(), now)).collect(),
        }
    }

    /// Scopes that are not on, widest first.
    pub(crate) fn thrown(&self) -> Vec<SwitchView> {
        let (snapshot, now) = (self.snapshot(), self.now());
        self.board().iter().map(|switch| names::switch(&snapshot.workspace, switch, now)).collect()
    }
}

/// Whether a key admits calls now.
pub(crate) fn works(key: &Key, now: Timestamp) -> bool {
    key.revoked.is_none() && key.expires.is_none_or(|expires| now < expires)
}

pub(super) fn serves(key: &Key, scope: &Scope, workspace: &Workspace) -> bool {
    match scope {
        Scope::Workflow(id) => key.workflows.contains(id),
        Scope::Agent(id) => key.agent.as_ref() == Some(id),
        Scope::Prompt(name) => {
            let prompt = workspace.prompts.values().find(|prompt| prompt.of.name.as_str() == name);
            prompt.is_none_or(|prompt| key.workflows.iter().any(|workflow| prompt.serves(workflow)))
        }
        Scope::All | Scope::Provider(_) | Scope::Model(..) | Scope::Tool(_) => true,
    }
}

/// A wider switch that holds for the scope as well.
fn wider<'a>(board: &'a Board, scope: &Scope) -> Option<&'a Switch> {
    let provider = match scope {
        Scope::Model(provider, _) => board.get(&Scope::Provider(provider.clone())),
        _ => None,
    };
    let all = if *scope == Scope::All { None } else { board.get(&Scope::All) };
    [all, provider].into_iter().flatten().max_by_key(|switch| switch.state)
}

fn sentence(board: &Board) -> Sentence {
    let thrown: Vec<&Switch> = board.iter().collect();
    match thrown.as_slice() {
        [] => Say::new().text("Everything is on.").end(),
        [only] => {
            let scope = only.scope.to_string();
            let say = Say::new().both(Tone::Bad, SubjectKind::Scope, &scope, &scope);
            say.text(&format!(" is {}: {}. Everything else is on.", only.state, only.reason)).end()
        }
        many => {
            let count = u64::try_from(many.len()).unwrap_or(u64::MAX);
            Say::new().toned(Tone::Bad, &format!("{} are not on", plural(count, "scope"))).text(".").end()
        }
    }
}
