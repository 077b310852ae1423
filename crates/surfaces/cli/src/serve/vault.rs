//! Providers' credentials: read from where the workspace says they are, and then held in memory, so
//! that a call never waits for a disk.
//!
//! They are read when a configuration goes live, whenever the configuration is reloaded, and when a
//! file that holds one appears or changes. A variable of the environment can't change while the
//! process runs. What a credential is stands in no log and no error.

use std::collections::HashMap;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use config::{SecretRef, Workspace};
use domain::secret::Secret;
use gateway::Credentials;

type Found = Result<Arc<Secret<String>>, String>;

/// What a file looks like from outside: enough to tell that it is another than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// How the files with credentials look; `None` where there is none that can be looked at.
pub(crate) type Looks = HashMap<SecretRef, Option<Look>>;

/// What came of reading one credential, and how its file looked before.
#[derive(Debug)]
struct Held {
    look: Option<Look>,
    found: Found,
}

/// Providers' credentials in memory.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: PathBuf,
    held: RwLock<HashMap<SecretRef, Held>>,
}

impl Vault {
    /// An empty vault; `file:PATH` is read relative to this folder, the workspace's.
    pub(crate) fn in_folder(workspace: &Path) -> Self {
        Self { folder: workspace.to_owned(), held: RwLock::default() }
    }

    /// Reads every credential that the workspace names, and forgets all others.
    pub(crate) fn fill(&self, workspace: &Workspace) {
        let references = workspace.providers.values().flat_map(|provider| provider.api_keys.iter().cloned());
        let held: HashMap<SecretRef, Held> =
            references.map(|reference| (reference.clone(), look_up(&self.folder, &reference))).collect();
        for (reference, held) in &held {
            tell(reference, &held.found);
        }
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
    }

    /// Reads every credential again that is held, or could not be read.
    pub(crate) fn refill(&self) {
        let references: Vec<SecretRef> = self.read_lock(|held| held.keys().cloned().collect());
        for reference in references {
            let fresh = look_up(&self.folder, &reference);
            let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
            // One that another configuration has dropped meanwhile stays dropped.
            let Some(place) = held.get_mut(&reference) else { continue };
            let news = News::of(&place.found, &fresh.found);
            *place = fresh;
            match (news, &place.found) {
                (News::Another, Ok(_)) => {
                    tracing::info!(reference = %reference, "a provider's credential was read anew");
                }
                (_, found) => tell(&reference, found),
            }
        }
    }

    /// How the files with credentials look now, where one looks other than when it was read.
    pub(crate) fn changed(&self) -> Option<Looks> {
        let held: Looks = self.read_lock(|held| {
            let files = held.iter().filter(|(reference, _)| matches!(reference, SecretRef::File(_)));
            files.map(|(reference, held)| (reference.clone(), held.look)).collect()
        });
        let now: Looks =
            held.keys().map(|reference| (reference.clone(), look(&self.folder, reference))).collect();
        (now != held).then_some(now)
    }

    fn read_lock<T>(&self, take: impl FnOnce(&HashMap<SecretRef, Held>) -> T) -> T {
        take(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Credentials for Vault {
    fn read(&self, reference: &SecretRef) -> Found {
        self.read_lock(|held| held.get(reference).map(|held| held.found.clone()))
            .unwrap_or_else(|| Err("it was not read yet".into()))
    }
}

/// Whether a credential is another than it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum News {
    None,
    Another,
}

impl News {
    fn of(before: &Found, now: &Found) -> Self {
        let same = match (before, now) {
            (Ok(before), Ok(now)) => before.expose() == now.expose(),
            (Err(before), Err(now)) => before == now,
            _ => false,
        };
        if same { Self::None } else { Self::Another }
    }
}

/// Says in the log that a credential can't be read.
fn tell(reference: &SecretRef, found: &Found) {
    if let Err(problem) = found {
        tracing::warn!(reference = %reference, %problem, "a provider's credential can't be read");
    }
}

/// Looks first: what is written between the look and the reading looks like a change later.
fn look_up(folder: &Path, reference: &SecretRef) -> Held {
    Held { look: look(folder, reference), found: found(folder, reference) }
}

fn look(folder: &Path, reference: &SecretRef) -> Option<Look> {
    let SecretRef::File(path) = reference else { return None };
    let at = |meta: Metadata| Look {
        inode: meta.ino(),
        size: meta.len(),
        modified: (meta.mtime(), meta.mtime_nsec()),
        changed: (meta.ctime(), meta.ctime_nsec()),
    };
    std::fs::metadata(folder.join(path)).ok().map(at)
}

fn found(folder: &Path, reference: &SecretRef) -> Found {
    let text = match reference {
        SecretRef::Env(variable) => crate::environment::secret(variable)
            .ok_or_else(|| format!("the environment variable {variable} is not set"))?,
        SecretRef::File(path) => {
            std::fs::read_to_string(folder.join(path)).map_err(|error| format!("the file {path}: {error}"))?
        }
    };
    let text = text.trim();
    if text.is_empty() {
        Err(format!("{reference} is empty"))
    } else {
        Ok(Arc::new(Secret::new(text.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(folder: &Path, path: &str) -> (Vault, SecretRef) {
        let vault = Vault::in_folder(folder);
        let reference = SecretRef::File(path.into());
        let held = look_up(folder, &reference);
        vault.held.write().unwrap().insert(reference.clone(), held);
        (vault, reference)
    }

    fn said(vault: &Vault, reference: &SecretRef) -> String {
        vault.read(reference).map_or_else(|problem| problem, |secret| secret.expose().clone())
    }

    #[test]
    fn a_credential_is_what_its_file_holds_when_it_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("k");
        let (vault, reference) = holding(folder.path(), "k");
        assert!(said(&vault, &reference).contains("No such file"), "{}", said(&vault, &reference));
        for (text, expected) in [("first\n", "first"), ("second", "second"), (" \n", "file:k is empty")] {
            std::fs::write(&file, text).unwrap();
            assert!(vault.changed().is_some(), "{text:?}");
            vault.refill();
            assert_eq!(said(&vault, &reference), expected);
            assert!(vault.changed().is_none(), "{text:?}");
        }
        std::fs::remove_file(&file).unwrap();
        assert!(vault.changed().is_some());
    }

    #[test]
    fn a_file_that_takes_the_place_of_another_is_a_change() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("k", "first"), ("new", "other")] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let (vault, reference) = holding(folder.path(), "k");
        std::fs::rename(folder.path().join("new"), folder.path().join("k")).unwrap();
        assert!(vault.changed().is_some());
        vault.refill();
        assert_eq!(said(&vault, &reference), "other");
    }
}
