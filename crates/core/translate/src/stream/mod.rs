//! Streams: a provider's bytes in, the caller's bytes out, as they come.
//!
//! Bytes are split into events, a reader turns events into blocks that may interleave, the
//! sequence puts one block after the other, a writer says them in the caller's dialect. A stream
//! ends once: with the answer's own end, or with an error in the caller's shape; what comes after
//! that is passed over.

mod flow;
mod frame;
mod list;
mod reader;
mod sequence;
mod source;
mod translator;
mod used;
mod whole;
mod writer;

pub(crate) use flow::Flow;
pub(crate) use frame::frame;
pub use reader::Reader;
pub use translator::{Outcome, StreamTranslator};
pub use writer::Writer;
