//! US social security numbers: area, group and serial within the ranges that the Social Security
//! Administration has ever issued; bare digits only where the text says what they are.

use super::number::Number;
use super::{Found, Span};
use crate::window::Window;

const CONTEXT: [&str; 6] = ["ssn", "social security", "social-security", "soc sec", "ss#", "ss no"];
/// Numbers printed in advertisements, which were never anyone's.
const PRINTED: [u64; 2] = [78_051_120, 219_099_999];

/// The number that begins at `start`.
pub(crate) fn at(w: &Window<'_>, start: usize) -> Found {
    let number = Number::read(w, start, 9, b"- ")?;
    let Some(stop) = number.of(9) else { return Ok(None) };
    let (area, group, serial) = (stop.value(0, 3), stop.value(3, 5), stop.value(5, 9));
    let issued = area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
    let written = match stop.groups {
        [3, 2, 4] => stop.separators == b"--" || w.says(start, &CONTEXT),
        [9] => w.says(start, &CONTEXT),
        _ => false,
    };
    let real = issued && written && stop.is_even() && !PRINTED.contains(&stop.value(0, 9));
    Ok(real.then(|| Span::new(start, stop.end)))
}
