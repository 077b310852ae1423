//! Translation from outside: rules in tables, properties over made-up exchanges, goldens.

#![cfg(test)]

mod bedrock;
mod bounds;
mod clients;
mod errors;
mod goldens;
mod hostile;
mod losses;
mod made;
mod properties;
mod requests;
mod streams;
mod support;
