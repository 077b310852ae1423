//! What the redactor finds, what it leaves alone, and that fragments never matter.

#[path = "../corpus/mod.rs"]
mod corpus;
mod floors;
mod found;
#[path = "../corpus/measure.rs"]
mod measure;
mod rules;
mod splits;
mod support;
