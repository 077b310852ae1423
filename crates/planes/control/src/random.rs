//! Secrets: drawn, hashed, compared.
//!
//! Whatever is drawn here has at least 192 random bits, so a plain SHA-256 of it can be stored:
//! there is nothing to guess.

use domain::ids::Seeds;
use domain::secret::Secret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// So many random bytes.
pub(crate) fn bytes<const N: usize>(source: &dyn Seeds) -> [u8; N] {
    let mut drawn = [0; N];
    for piece in drawn.chunks_mut(10) {
        let seed = source.seed();
        let length = piece.len();
        piece.copy_from_slice(&seed[..length]);
    }
    drawn
}

/// A secret of `N` random bytes in hexadecimal, after a prefix that says what it is.
pub(crate) fn secret<const N: usize>(source: &dyn Seeds, prefix: &str) -> Secret<String> {
    Secret::new(format!("{prefix}{}", hex::encode(bytes::<N>(source))))
}

/// What is stored of a secret.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    hash(one).ct_eq(&hash(other)).into()
}

/// SHA-256 of a text, in hexadecimal.
pub(crate) fn fingerprint(text: &str) -> String {
    hex::encode(hash(text))
}

#[cfg(test)]
mod tests {
    use testkit::{CountingSeeds, FixedSeeds};

    use super::*;

    #[test]
    fn a_secret_is_all_random_and_never_the_same() {
        let seeds = CountingSeeds::shared();
        let (one, other) = (secret::<24>(&*seeds, "cs_"), secret::<24>(&*seeds, "cs_"));
        assert_eq!(one.expose().len(), 3 + 48);
        assert!(!same(one.expose(), other.expose()) && same(one.expose(), one.expose()));
        let sevens = secret::<24>(&FixedSeeds([0x77; 10]), "");
        assert_eq!(sevens.expose(), &"7".repeat(48), "every byte is drawn");
    }
}
