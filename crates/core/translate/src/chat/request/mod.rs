//! Requests.

mod options;
mod read;
mod tools;
mod write;

pub(crate) use options::{
    effort, effort_word, lose_shared, put_shared, schema_format, shared, written_schema,
};
pub use read::read;
pub(crate) use read::{sampling, texts};
pub(crate) use tools::{
    HOSTED, allowed_tools, function_tool, is_function, leave_out, word_choice, written_function,
};
pub use write::write;
