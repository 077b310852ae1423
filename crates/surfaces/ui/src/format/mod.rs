//! How figures, money, times and sizes are written on every page.
//!
//! One function for each kind of figure, so that a page can't write the same thing in two ways.
//! Nothing here reads a clock: "now" is an argument. Groups of digits are set apart by a narrow
//! no-break space (U+202F), units by a no-break space (U+00A0), as the SI brochure, section 5.4,
//! recommends; a figure therefore never breaks across lines.

mod number;
mod when;

pub(crate) use number::{
    Estimated, approximately, bytes, compact, compact_money, count, duration, fine_percent, money, percent,
    plural, price, signed_percent,
};
pub(crate) use when::{clock, day, exact, hour, time};

/// Between groups of three digits.
pub(crate) const THIN: char = '\u{202f}';
/// Between a figure and its unit.
pub(crate) const GAP: char = '\u{a0}';
