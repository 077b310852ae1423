//! Passwords: hashed and held against their hash, off the asynchronous threads.
//!
//! Argon2id with the parameters that OWASP's password storage cheat sheet names first: 19 MiB,
//! two passes, one lane (<https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).
//! At most two are computed at a time, so that a flood of attempts takes neither the machine's
//! memory nor its processors.

use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Refusal;
use domain::secret::Secret;

use crate::error::bad;
use crate::{Control, Error, Fault, random};

/// The fewest characters a password has.
pub const MIN_PASSWORD: usize = 12;
/// The most bytes of it that are taken: enough for any passphrase, too few to keep the hash busy.
const MAX_PASSWORD: usize = 1_024;
/// How long an attempt waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// The hash of a password that nobody has, of the same cost: what is computed where there is no
/// such person, so that the answer takes the same time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y291bnRlcnNpZ24tMDAx$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon2() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(19 * 1_024, 2, 1, Some(32)).map_err(|error| fault(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What Argon2 says of a failure names parameters, never the password.
fn fault(error: &dyn std::fmt::Display) -> Fault {
    Fault::new("hash a password", error.to_string())
}

/// Refuses a password that is too easily guessed, or too long.
pub(super) fn check(password: &Secret<String>) -> Result<(), Error> {
    let text = password.expose();
    if text.chars().count() < MIN_PASSWORD {
        return Err(bad(
            "password",
            format!("use at least {MIN_PASSWORD} characters; several words are easy to remember"),
        ));
    }
    if text.len() > MAX_PASSWORD {
        return Err(bad("password", format!("use at most {MAX_PASSWORD} bytes")));
    }
    let first = text.chars().next();
    if text.chars().all(|character| Some(character) == first) {
        return Err(bad("password", "use more than one character"));
    }
    Ok(())
}

impl Control {
    /// Hashes a password for storage.
    pub(super) async fn hash_password(&self, password: Secret<String>) -> Result<String, Error> {
        let salt: [u8; 16] = random::bytes(&*self.inner.parts.secrets);
        self.blocking(move || {
            let hash: PasswordHash = argon2()?
                .hash_password_with_salt(password.expose().as_bytes(), &salt)
                .map_err(|error| fault(&error))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Holds a password against a stored hash; `None` takes as long and never matches.
    pub(super) async fn verify_password(
        &self,
        password: Secret<String>,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        let known = hash.is_some();
        self.blocking(move || {
            let stored = hash.as_deref().unwrap_or(NOBODY);
            let parsed = PasswordHash::new(stored).map_err(|error| fault(&error))?;
            let fits = password.expose().len() <= MAX_PASSWORD;
            let bytes = if fits { password.expose().as_bytes() } else { &[] };
            let same = argon2()?.verify_password(bytes, &parsed).is_ok();
            Ok(same && known && fits)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Error> {
        let turn = tokio::time::timeout(PATIENCE, self.inner.hashing.acquire());
        let Ok(turn) = turn.await else { return Err(Refusal::TooManyAttempts { retry_s: 10 }.into()) };
        let _turn = turn.map_err(|error| Fault::new("hash a password", error))?;
        let done = tokio::task::spawn_blocking(work).await;
        Ok(done.map_err(|error| Fault::new("hash a password", error))??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_that_nobody_has_is_of_the_same_cost() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let real: PasswordHash = argon2().unwrap().hash_password_with_salt(b"x", &[1; 16]).unwrap();
        assert_eq!(nobody.params, real.params);
        assert_eq!(nobody.algorithm, real.algorithm);
        assert_eq!(nobody.hash.map(|hash| hash.len()), real.hash.map(|hash| hash.len()));
        assert!(argon2().unwrap().verify_password(b"", &nobody).is_err());
    }

    #[test]
    fn a_password_is_long_enough_and_not_one_character() {
        let ok = |text: &str| check(&Secret::new(text.to_owned())).is_ok();
        assert!(ok("correct horse") && ok("zwölf Zeichen!"));
        assert!(!ok("short") && !ok("aaaaaaaaaaaaaaaa") && !ok(&"ab".repeat(600)));
    }
}
