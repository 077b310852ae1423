//! What the texts of one call share.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kind::{Action, What};
use crate::scan::{Hit, Scanner};
use crate::vault::Vault;

/// How often what was found, and what was done with it: a rule may have an action of its own.
pub type Counts = BTreeMap<(What, Action), u64>;

/// What is done in one direction.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What is looked for; `None` looks for nothing and only restores pseudonyms.
    pub scanner: Option<Arc<Scanner>>,
    /// What is done with a hit, unless its rule says otherwise.
    pub action: Action,
}

/// One call in one direction: its policy, its pseudonyms, its counts.
#[derive(Debug)]
pub struct Session {
    pub(crate) scanner: Arc<Scanner>,
    action: Action,
    vault: Vault,
    found: Counts,
    blocked: Option<What>,
    mode: Mode,
}

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Texts on their way: rules have their own actions.
    Passing,
    /// The same, and pseudonyms are restored.
    Restoring,
    /// Copies that are kept: everything is masked, whatever a rule says.
    Keeping,
}

impl Session {
    /// A session at its beginning.
    #[must_use]
    pub fn new(policy: Policy, vault: Vault) -> Self {
        let scanner = policy.scanner.unwrap_or_default();
        Self {
            scanner,
            action: policy.action,
            vault,
            found: Counts::new(),
            blocked: None,
            mode: Mode::Passing,
        }
    }

    /// The same, and pseudonyms that `vault` knows are restored where they stand.
    #[must_use]
    pub fn restoring(policy: Policy, vault: Vault) -> Self {
        let mode = if vault.is_empty() { Mode::Passing } else { Mode::Restoring };
        Self { mode, ..Self::new(policy, vault) }
    }

    /// A session for copies that are kept: everything that is found is masked.
    #[must_use]
    pub fn masking(scanner: Arc<Scanner>) -> Self {
        let policy = Policy { scanner: Some(scanner), action: Action::Mask };
        Self { mode: Mode::Keeping, ..Self::new(policy, Vault::new(b"", "")) }
    }

    /// What was found so far.
    #[must_use]
    pub const fn found(&self) -> &Counts {
        &self.found
    }

    /// What was found that must not pass; then nothing of the call may.
    #[must_use]
    pub const fn blocked(&self) -> Option<&What> {
        self.blocked.as_ref()
    }

    /// Whether anything that passed was replaced by a pseudonym of this run, or restored from one.
    #[must_use]
    pub fn has_pseudonyms(&self) -> bool {
        !self.vault.is_empty()
    }

    /// The pseudonyms in use, for the way back.
    #[must_use]
    pub fn into_vault(self) -> Vault {
        self.vault
    }

    /// Does something that is not counted: looks at a text that was counted before.
    pub fn uncounted(&mut self, work: &mut dyn FnMut(&mut Self)) {
        let found = self.found.clone();
        work(self);
        self.found = found;
    }

    /// Does something that counts into `counts`, and not into what was found.
    pub fn counting<T>(&mut self, counts: &mut Counts, work: impl FnOnce(&mut Self) -> T) -> T {
        std::mem::swap(&mut self.found, counts);
        let done = work(self);
        std::mem::swap(&mut self.found, counts);
        done
    }

    /// Counts what was found by a look of [`Self::counting`].
    pub fn count(&mut self, what: &(What, Action), times: u64) {
        if times > 0 {
            *self.found.entry(what.clone()).or_default() += times;
        }
    }

    pub(crate) fn vault(&self) -> Option<&Vault> {
        (self.mode == Mode::Restoring).then_some(&self.vault)
    }

    /// Counts a hit and says what stands in its place; `None` where it passes.
    pub(crate) fn answer(&mut self, hit: &Hit, value: &[u8]) -> Option<String> {
        let what = self.scanner.what(hit);
        let action = match self.mode {
            Mode::Passing | Mode::Restoring => self.scanner.action(hit).unwrap_or(self.action),
            Mode::Keeping => Action::Mask,
        };
        let value = std::str::from_utf8(value).ok().filter(|_| hit.is_whole());
        let (done, instead) = match (action, value) {
            (Action::Detect, _) => (Action::Detect, None),
            (Action::Pseudonym, Some(value)) => (Action::Pseudonym, Some(self.vault.pseudonym(&what, value))),
            (Action::Mask | Action::Pseudonym, _) => (Action::Mask, Some(format!("[{}]", what.label()))),
            (Action::Block, _) => {
                self.blocked.get_or_insert_with(|| what.clone());
                (Action::Block, Some(format!("[{}]", what.label())))
            }
        };
        *self.found.entry((what, done)).or_default() += 1;
        instead
    }
}
