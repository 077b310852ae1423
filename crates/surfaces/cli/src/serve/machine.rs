//! What only the machine can give: random bytes, the instance's key, files for this user alone.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;
use domain::ids::Seeds;
use domain::secret::Secret;

/// Bytes of one seed.
const SEED: usize = 10;

/// The machine's random source, asked for a hundred seeds at a time: a call takes two, and each
/// question is a system call.
#[derive(Debug, Default)]
pub(crate) struct SystemSeeds(Mutex<Stock>);

#[derive(Default)]
struct Stock {
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Stock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} bytes", self.bytes.len())
    }
}

impl Seeds for SystemSeeds {
    fn seed(&self) -> [u8; SEED] {
        let mut stock = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stock.take().unwrap_or_else(|error| {
            tracing::error!(%error, "the machine's random source failed; ids of this moment sort by time only");
            [0; SEED]
        })
    }
}

impl Stock {
    fn take(&mut self) -> Result<[u8; SEED], getrandom::Error> {
        if self.bytes.len() < SEED {
            let mut fresh = vec![0; 100 * SEED];
            getrandom::fill(&mut fresh)?;
            self.bytes = fresh;
        }
        let rest = self.bytes.len() - SEED;
        let seed = self.bytes.last_chunk().copied().unwrap_or_default();
        self.bytes.truncate(rest);
        Ok(seed)
    }
}

/// The key of the HMAC over content, made at the first start and kept in the data folder: without
/// it nobody can tell what a stored hash stands for, or test a guess.
pub(crate) fn hash_key(data: &Path) -> anyhow::Result<Secret<[u8; 32]>> {
    let path = data.join("instance.key");
    if let Ok(bytes) = std::fs::read(&path) {
        let key: [u8; 32] = bytes.try_into().map_err(|_| {
            anyhow::anyhow!("{} must hold 32 bytes; restore it from a backup", path.display())
        })?;
        return Ok(Secret::new(key));
    }
    let mut key = [0; 32];
    getrandom::fill(&mut key).context("the machine's random source failed")?;
    private_file(&path, &key)?;
    Ok(Secret::new(key))
}

/// Random text for a token: 32 bytes in hexadecimal.
pub(crate) fn token() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the machine's random source failed")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes a file that only this user can read, whole or not at all.
pub(crate) fn private_file(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let temporary = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary).with_context(|| format!("writing {}", temporary.display()))?;
    file.write_all(content).with_context(|| format!("writing {}", temporary.display()))?;
    file.sync_all()?;
    std::fs::rename(&temporary, path).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_seed_is_given_twice() {
        let seeds = SystemSeeds::default();
        let given: HashSet<[u8; SEED]> = (0..1_000).map(|_| seeds.seed()).collect();
        assert_eq!(given.len(), 1_000);
        assert!(!given.contains(&[0; SEED]));
    }
}
