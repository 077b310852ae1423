//! Payment cards: ISO/IEC 7812 numbers with a known issuer range, the length that range has, and
//! Luhn's check digit; in one run or in groups.

use super::number::{Number, Stop};
use super::{Found, Span, checksum};
use crate::window::Window;

const CONTEXT: [&str; 8] = ["card", "credit", "debit", "visa", "mastercard", "amex", "pan", "cc"];
/// Words before a bare run of digits that say it is something else.
const OTHER: [&str; 9] =
    ["order", "invoice", "tracking", "ticket", "ref", "reference", "serial", "id", "timestamp"];

/// The card number that begins at `start`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    let number = Number::read(w, start, 19, b" -.")?;
    let stop = number.stops().find(is_card);
    let Some(stop) = stop else { return Ok(None) };
    let bare = stop.groups.len() == 1;
    if bare && w.says_within(start, 20, &OTHER) && !w.says(start, &CONTEXT) {
        return Ok(None);
    }
    Ok(Some(Span::new(start, stop.end)))
}

fn is_card(stop: &Stop<'_>) -> bool {
    let grouped = match stop.groups {
        [_] => true,
        [4, 6, 4 | 5] => true,
        [first, .., last] => {
            *first == 4 && *last <= 4 && stop.groups[..stop.groups.len() - 1].iter().all(|group| *group == 4)
        }
        [] => false,
    };
    let many_same = stop.digits.windows(2).all(|pair| pair[0] == pair[1]);
    grouped && stop.is_even() && fits_issuer(stop) && !many_same && checksum::luhn(stop.digits)
}

/// Issuer ranges in use, with the lengths of their numbers.
fn fits_issuer(stop: &Stop<'_>) -> bool {
    let (two, three, four, six) = (stop.value(0, 2), stop.value(0, 3), stop.value(0, 4), stop.value(0, 6));
    match stop.digits.len() {
        13 => two / 10 == 4,
        14 => (300..=305).contains(&three) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37) || matches!(four, 1800 | 2131),
        16 => {
            two / 10 == 4
                || (51..=55).contains(&two)
                || (222_100..=272_099).contains(&six)
                || matches!(two, 36 | 38 | 39 | 50 | 56..=58 | 60..=69 | 81)
                || (3_528..=3_589).contains(&four)
                || (2_200..=2_204).contains(&four)
        }
        17 | 18 => matches!(two, 50 | 56..=58 | 62 | 63 | 67),
        19 => two / 10 == 4 || matches!(two, 50 | 56..=58 | 60 | 62..=67),
        _ => false,
    }
}
