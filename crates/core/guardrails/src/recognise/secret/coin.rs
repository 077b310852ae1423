//! Keys and addresses of crypto currencies: Base58Check (Bitcoin addresses, private keys in wallet
//! import format, BIP 32 extended keys), Bech32 (BIP 173, BIP 350), Ethereum private keys where
//! the text says so.

use sha2::{Digest, Sha256};

use super::super::{Found, Span};
use crate::window::{Window, Word, class};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CONTEXT: [&str; 9] =
    ["private key", "priv key", "privatekey", "private_key", "wallet", "ethereum", "eth", "secret key", "pk"];

/// The key or address that is `word`.
pub(crate) fn at(w: &Window<'_>, word: Word) -> Found {
    if !word.has(class::DIGIT) || word.has(class::UNDER) {
        return Ok(None);
    }
    let text = w.slice(word.start, word.end);
    let is_one = match (text.first(), text.len()) {
        (Some(b'b'), 14..=74) => text.starts_with(b"bc1") && bech32(text),
        (Some(b'1' | b'3'), 26..=35) | (Some(b'5' | b'K' | b'L'), 51 | 52) => base58check(text),
        (Some(b'x'), 111) => (text.starts_with(b"xprv") || text.starts_with(b"xpub")) && base58check(text),
        (Some(b'0'), 66) => {
            text.starts_with(b"0x")
                && text[2..].iter().all(u8::is_ascii_hexdigit)
                && w.says(word.start, &CONTEXT)
        }
        _ => false,
    };
    Ok(is_one.then(|| Span::new(word.start, word.end)))
}

/// Whether the last four bytes are the beginning of the doubled hash of the others.
fn base58check(text: &[u8]) -> bool {
    let mut bytes = [0_u8; 96];
    let mut used = 0;
    for letter in text {
        let Some(mut carry) = BASE58.iter().position(|known| known == letter) else { return false };
        for byte in &mut bytes[..used] {
            carry += usize::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xff).unwrap_or(0);
            carry >>= 8;
        }
        while carry > 0 && used < bytes.len() {
            bytes[used] = u8::try_from(carry & 0xff).unwrap_or(0);
            carry >>= 8;
            used += 1;
        }
    }
    used += text.iter().take_while(|letter| **letter == b'1').count();
    if used < 5 || used > bytes.len() {
        return false;
    }
    bytes[..used].reverse();
    let (body, check) = bytes[..used].split_at(used - 4);
    Sha256::digest(Sha256::digest(body)).starts_with(check)
}

/// The checksum over letters and the prefix `bc`, of either version.
fn bech32(text: &[u8]) -> bool {
    let mut state = [3, 3, 0, 2, 3].into_iter().fold(1, polymod); // "bc", expanded
    for letter in &text[3..] {
        let Some(value) = BECH32.iter().position(|known| known == letter) else { return false };
        state = polymod(state, u32::try_from(value).unwrap_or(0));
    }
    matches!(state, 1 | 0x2bc8_30a3)
}

fn polymod(state: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = state >> 25;
    let next = ((state & 0x01ff_ffff) << 5) ^ value;
    GENERATOR
        .iter()
        .enumerate()
        .filter(|(bit, _)| top >> bit & 1 == 1)
        .fold(next, |next, (_, part)| next ^ part)
}
