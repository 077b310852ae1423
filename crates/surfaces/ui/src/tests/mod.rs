//! The pages, rendered from fixtures: snapshots, well-formedness, contrast, size.

mod contrast;
mod fixtures;
mod html;
mod pages;
mod snapshots;
mod words;
