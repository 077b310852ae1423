//! Where telemetry goes and what it says: the variables of the OpenTelemetry specification.
//!
//! Nothing here reads the environment: the caller passes a way to look a variable up. A value that
//! can't be used is left out and named as a [`Problem`], as the specification asks; what remains
//! runs. No problem repeats a value: a header may hold a credential.

mod destination;
mod list;
#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use genai::{Names, Sampler};
use http::HeaderMap;

pub use destination::{Compression, Destination, Protocol};

/// How often numbers are sent.
const INTERVAL: Duration = Duration::from_secs(60);
/// How long spans gather before they are sent.
const DELAY: Duration = Duration::from_secs(5);
/// How many spans may wait.
const QUEUE: usize = 2_048;
/// How many spans one request carries at most.
const BATCH: usize = 512;
/// The longest wait and the largest queue that are believed.
const LONGEST: Duration = Duration::from_secs(3_600);
const LARGEST: usize = 1 << 20;

/// Whether a number tells what came since the last one, or since the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Temporality {
    /// Since the start.
    #[default]
    Cumulative,
    /// Since the last time.
    Delta,
}

/// Everything an exporter is made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Where spans go; `None` where they go nowhere.
    pub traces: Option<Destination>,
    /// Where numbers go.
    pub metrics: Option<Destination>,
    /// Which spans are told of.
    pub sampler: Sampler,
    /// In which names.
    pub names: Names,
    /// What is said of this server.
    pub resource: Vec<(String, String)>,
    /// How often numbers are sent.
    pub interval: Duration,
    /// How they add up.
    pub temporality: Temporality,
    /// How long spans gather.
    pub delay: Duration,
    /// How many may wait.
    pub queue: usize,
    /// How many are sent at once.
    pub batch: usize,
}

/// What a server says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Myself<'a> {
    /// Its version.
    pub version: &'a str,
    /// This life of it.
    pub instance: &'a str,
}

/// A variable that can't be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Its name.
    pub variable: String,
    /// What is wrong with it, to follow its name.
    pub problem: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.problem)
    }
}

/// What the environment says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// The settings; `None` where nothing is to be told to anyone.
    pub settings: Option<Settings>,
    /// What could not be used.
    pub problems: Vec<Problem>,
}

/// Reads the environment, variable by variable through `look`.
pub fn read(look: impl Fn(&str) -> Option<String>, myself: Myself<'_>) -> Reading {
    let mut source = Source { look: &look, problems: Vec::new() };
    let disabled = source.text("OTEL_SDK_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let (traces, metrics) = if disabled {
        (None, None)
    } else {
        (destination::of(&mut source, "TRACES"), destination::of(&mut source, "METRICS"))
    };
    if traces.is_none() && metrics.is_none() {
        return Reading { settings: None, problems: source.problems };
    }
    let settings = Settings {
        traces,
        metrics,
        sampler: sampler(&mut source),
        names: Names::opted(&source.text("OTEL_SEMCONV_STABILITY_OPT_IN").unwrap_or_default()),
        resource: resource(&mut source, myself),
        interval: source.millis("OTEL_METRIC_EXPORT_INTERVAL", INTERVAL),
        temporality: temporality(&mut source),
        delay: source.millis("OTEL_BSP_SCHEDULE_DELAY", DELAY),
        queue: source.count("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE),
        batch: source.count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", BATCH),
    };
    Reading { settings: Some(settings), problems: source.problems }
}

fn sampler(source: &mut Source<'_>) -> Sampler {
    const NAME: &str = "OTEL_TRACES_SAMPLER";
    let Some(name) = source.text(NAME) else { return Sampler::default() };
    let argument = source.text("OTEL_TRACES_SAMPLER_ARG");
    Sampler::named(name.trim(), argument.as_deref()).unwrap_or_else(|problem| {
        source.wrong(NAME, problem);
        Sampler::default()
    })
}

fn temporality(source: &mut Source<'_>) -> Temporality {
    const NAME: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    match source.text(NAME).map(|text| text.to_ascii_lowercase()).as_deref() {
        None | Some("cumulative") => Temporality::Cumulative,
        // Counters and histograms are all there is here, and both are told as deltas then.
        Some("delta" | "lowmemory") => Temporality::Delta,
        Some(_) => {
            source.wrong(NAME, "is none of cumulative, delta and lowmemory");
            Temporality::Cumulative
        }
    }
}

/// What is said of this server: its own words first, then those of the variables, which win.
fn resource(source: &mut Source<'_>, myself: Myself<'_>) -> Vec<(String, String)> {
    const NAME: &str = "OTEL_RESOURCE_ATTRIBUTES";
    let mut resource: Vec<(String, String)> = [
        ("service.name", "countersign"),
        ("service.version", myself.version),
        ("service.instance.id", myself.instance),
        ("telemetry.sdk.name", "countersign"),
        ("telemetry.sdk.language", "rust"),
        ("telemetry.sdk.version", myself.version),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    let mut set = |(key, value): (String, String)| match resource.iter_mut().find(|(name, _)| *name == key) {
        Some((_, old)) => *old = value,
        None => resource.push((key, value)),
    };
    match list::read(&source.text(NAME).unwrap_or_default()) {
        Ok(pairs) => pairs.into_iter().for_each(&mut set),
        Err(problem) => source.wrong(NAME, problem),
    }
    if let Some(name) = source.text("OTEL_SERVICE_NAME") {
        set(("service.name".to_owned(), name));
    }
    resource
}

/// The environment, and what was wrong with it so far.
struct Source<'a> {
    look: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<Problem>,
}

impl Source<'_> {
    /// A variable. An empty one is as good as none.
    fn text(&self, name: &str) -> Option<String> {
        (self.look)(name).filter(|text| !text.trim().is_empty())
    }

    fn wrong(&mut self, name: &str, problem: &'static str) {
        let problem = Problem { variable: name.to_owned(), problem };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn millis(&mut self, name: &str, otherwise: Duration) -> Duration {
        let Some(text) = self.text(name) else { return otherwise };
        match text.trim().parse().map(Duration::from_millis) {
            Ok(time) if !time.is_zero() && time <= LONGEST => time,
            _ => {
                self.wrong(name, "is no number of milliseconds from 1 to 3600000");
                otherwise
            }
        }
    }

    fn count(&mut self, name: &str, otherwise: usize) -> usize {
        let Some(text) = self.text(name) else { return otherwise };
        match text.trim().parse() {
            Ok(count) if (1..=LARGEST).contains(&count) => count,
            _ => {
                self.wrong(name, "is no number from 1 to 1048576");
                otherwise
            }
        }
    }

    /// The headers of a list `name=value,name=value`, on top of those that are there.
    fn headers(&mut self, name: &str, headers: &mut HeaderMap) {
        let Some(text) = self.text(name) else { return };
        if let Err(problem) = list::headers(&text, headers) {
            self.wrong(name, problem);
        }
    }
}
