//! Tells an OpenTelemetry collector what calls did: OTLP over HTTP, in protobuf or JSON.
//!
//! Calls are told to an [`Exporter`], which never waits. Numbers are added up in memory, by a
//! limited number of series; spans wait in a limited queue, and one that finds it full is dropped
//! and counted. Tasks of their own send what has gathered, and try again while the collector is
//! away. So a collector that is slow, wrong or gone costs calls nothing and memory little.
//!
//! What is told is decided in `genai`; this crate adds nothing to it. The encoders are written
//! here: OTLP needs a dozen messages of protobuf, and JSON of the same tree.

mod deliver;
mod export;
mod post;
mod series;
mod settings;
mod wire;

pub use export::{Exporter, Parts, Running, start};
pub use settings::{
    Compression, Destination, Myself, Problem, Protocol, Reading, Settings, Temporality, read,
};
