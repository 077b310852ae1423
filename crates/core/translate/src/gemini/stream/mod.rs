//! Streams: server-sent events, or one JSON list whose elements come one by one.

mod reader;
mod writer;

pub use reader::Reader;
pub use writer::Writer;
