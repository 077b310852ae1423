//! Server-sent events, split by bytes.
//!
//! Follows the WHATWG HTML standard, section 9.2 ("Server-sent events"): lines end in LF, CRLF or
//! CR, a blank line ends an event, `data` lines are joined, comments and unknown fields are
//! ignored, a byte order mark may come first. Chunks may end anywhere, inside a character too.
//! An event that lies whole in a chunk is handed out in place; only what is split is copied.
//! Three things differ from a browser: an event that the stream's end leaves without its blank
//! line still counts, because providers leave it out; a block that is a JSON object counts as its
//! own data, because Google sends errors so; and an event above a cap is dropped rather than
//! collected without end.

mod blocks;
mod event;
mod filter;
mod scan;
mod splitter;
#[cfg(test)]
mod tests;

pub use blocks::Blocks;
pub use event::Event;
pub use filter::UsageFilter;
pub use splitter::Splitter;
