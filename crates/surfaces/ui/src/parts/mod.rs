//! The pieces that pages are made of. Each looks the same and reads the same wherever it stands.

mod burn;
mod codes;
mod fields;
mod figures;
mod filter;
mod lists;
mod marks;
mod table;

pub(crate) use burn::{budgets, burn_cell};
pub(crate) use codes::{code, coded, marked};
pub(crate) use fields::{Input, hidden, input, pick, submit, token, trouble};
pub(crate) use figures::{cache_tile, cost, durations, figures_line, optional_duration, rate, tile, tokens};
pub(crate) use filter::{Blank, Filter, Kind};
pub(crate) use lists::{Trail, code_block, definitions, empty, flash, more, problem, sentence, weaknesses};
pub(crate) use marks::{badge, chip, owner, simulated, state, status, tone, tone_icon};
pub(crate) use table::{Col, section, table};
