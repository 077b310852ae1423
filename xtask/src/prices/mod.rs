//! Rebuilds the price book, `crates/core/pricing/prices/*.toml`, and shows what changed.
//!
//! The facts come from two packages on PyPI, both MIT: `genai-prices` (prices, names, context
//! windows) and `litellm` (most output tokens). They are installed into an environment under the
//! target directory and asked for their data; none of their files enters the repository. A list
//! whose facts have not changed is left as it is, with the day it was checked.
//!
//! Not every model of a package enters the book. Left out is what a token usage can't price:
//! models billed by the second, page or call, and models that write sound, images or video at
//! prices of their own. Such a model is unknown to the book, and so never too cheap.

mod difference;
mod facts;
mod names;
mod periods;
mod render;
mod run;

pub(crate) use run::run;
