//! Pseudonyms and what they stand for.
//!
//! A pseudonym is a word such as `EMAIL_7Q2K9FHD3M`: the kind, and ten letters (50 bits) of an
//! HMAC-SHA-256 over kind and value, with a key of the run. So one value has one pseudonym within
//! a run and another one in the next, and nobody without the key can tell which value it was. The
//! table is what restores; it lives as long as the call and is never written anywhere.

use std::collections::HashMap;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::kind::What;

/// Crockford's alphabet: no letter that is mistaken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 10;

/// The pseudonyms of one call, by the key of its run.
#[derive(Clone)]
pub struct Vault {
    key: [u8; 32],
    values: HashMap<String, String>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("pseudonyms", &self.values.len()).finish_non_exhaustive()
    }
}

impl Vault {
    /// No pseudonyms yet; `secret` and `run` make the key of the run.
    #[must_use]
    pub fn new(secret: &[u8], run: &str) -> Self {
        let key = mac(secret, &[b"pseudonyms of run ", run.as_bytes()]);
        Self { key, values: HashMap::new() }
    }

    /// Whether there is nothing to restore.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The pseudonym of a value.
    pub(crate) fn pseudonym(&mut self, what: &What, value: &str) -> String {
        let label = what.label();
        let mut round = 0_u8;
        loop {
            let hash = mac(&self.key, &[label.as_bytes(), &[round], value.as_bytes()]);
            let pseudonym = format!("{label}_{}", letters(&hash));
            match self.values.get(&pseudonym) {
                Some(known) if known != value && round < u8::MAX => round += 1,
                Some(_) => return pseudonym,
                None => {
                    self.values.insert(pseudonym.clone(), value.to_owned());
                    return pseudonym;
                }
            }
        }
    }

    /// What a pseudonym stands for.
    pub(crate) fn value(&self, pseudonym: &[u8]) -> Option<&str> {
        self.values.get(std::str::from_utf8(pseudonym).ok()?).map(String::as_str)
    }

    /// The first pseudonym of this vault in a word: where it begins and ends.
    pub(crate) fn find(&self, word: &[u8]) -> Option<(usize, usize)> {
        let cuts = word.iter().enumerate().filter(|(_, byte)| **byte == b'_').map(|(cut, _)| cut);
        cuts.filter_map(|cut| Some((cut, word.get(cut + 1..=cut + LENGTH)?)))
            .filter(|(_, letters)| letters.iter().all(|letter| LETTERS.contains(letter)))
            .find_map(|(cut, _)| {
                let end = cut + 1 + LENGTH;
                let label = word[..cut].iter().rev().take_while(|byte| is_label(**byte)).count();
                (cut - label..cut)
                    .find(|start| self.value(&word[*start..end]).is_some())
                    .map(|start| (start, end))
            })
    }
}

/// Whether `word` has the form of a pseudonym.
pub(crate) fn is_pseudonym(word: &[u8]) -> bool {
    let Some(cut) = word.len().checked_sub(LENGTH + 1) else { return false };
    cut > 0
        && word[cut] == b'_'
        && word[cut + 1..].iter().all(|byte| LETTERS.contains(byte))
        && word[..cut].iter().all(|byte| is_label(*byte))
}

const fn is_label(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

fn letters(hash: &[u8; 32]) -> String {
    let bits = hash.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..LENGTH)
        .filter_map(|place| usize::try_from(bits >> (place * 5) & 31).ok())
        .map(|index| char::from(LETTERS[index]))
        .collect()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] }; // any length is a key
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
