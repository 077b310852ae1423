//! The pages: what people see of Countersign in a browser.
//!
//! Every page is rendered here, on the server, from a plain view of the control plane, and works
//! without scripts; the small ES modules under `assets/` only make it quicker to use. Nothing here
//! decides, counts or queries: a page asks one use case and writes down its answer. No page holds
//! an inline script or style, and nothing is fetched from another host.

mod app;
mod assets;
mod caller;
mod charts;
pub mod codes;
mod errors;
mod format;
mod forms;
mod frame;
mod links;
mod live;
mod markdown;
mod pages;
mod parts;
mod security;
mod session;
#[cfg(test)]
mod tests;

pub use app::{Settings, router};
pub use errors::not_found;
