//! What an inference costs: a dated price book, and the arithmetic from usage to money.
//!
//! A [`PriceBook`] holds one list per seller of models (`openai`, `anthropic`, …). A list holds
//! models; a model has one or more dated rows. [`PriceBook::find`] gives the row that was in force
//! at a moment as a [`Rate`], and [`Rate::bill`] turns a [`domain::Usage`] into a [`Bill`] whose
//! lines add up to its cost. The prices stand in `prices/*.toml`, each list with its source and
//! the day it was checked; a workspace puts [`Override`]s on top.
//!
//! This crate never uses floating point, never reads a file, a clock or the network, and never
//! makes a model free because it does not know it: [`PriceBook::find`] says `None`, and
//! [`PriceBook::dearest`] names the dearest row of the list for whoever must estimate.

mod book;
mod builtin;
mod list;
mod names;
mod overrides;
mod parse;
mod pattern;
mod rate;
mod schedule;

pub use book::PriceBook;
pub use domain::usage::Mode;
pub use overrides::{Override, Step, parse_price};
pub use rate::{Bill, Rate};
pub use schedule::{Prices, Schedule, Stated, Tier};
