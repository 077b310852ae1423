//! The canonical form: what every dialect says, in one shape.
//!
//! A request is turns of ordered parts; an answer is ordered parts, a reason for its end, and
//! usage in disjoint counters. The text of tool arguments is kept as it came, also where it is
//! not JSON. Proofs of reasoning (signatures, sealed content) name who made them, because nobody
//! else can read them.

mod answer;
mod delta;
pub mod media;
mod normal;
mod part;
mod proof;
mod request;

pub use answer::{Answer, Stop};
pub use delta::{Block, Delta, Event};
pub use normal::{Names, made_id, merged, settle};
pub use part::{Call, Citation, Lifetime, Media, MediaKind, Part, Reasoning, Source, Text, ToolResult};
pub use proof::{Form, Proof, Toward};
pub use request::{Amount, Choice, Delivery, Effort, Format, Request, Role, Sampling, Thinking, Tool, Turn};
