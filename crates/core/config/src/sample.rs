//! The workspace that `init` writes: commented, free of problems, and useful before any account
//! with a provider exists.

use crate::Files;

const SAMPLE: [(&str, &str); 4] = [
    ("countersign.toml", include_str!("../sample/countersign.toml")),
    ("prices.toml", include_str!("../sample/prices.toml")),
    ("prompts/first-answer.prompty", include_str!("../sample/prompts/first-answer.prompty")),
    ("workflows/first-answers.toml", include_str!("../sample/workflows/first-answers.toml")),
];

/// The files of a sample workspace, by path.
#[must_use]
pub fn sample() -> Files {
    SAMPLE.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}
