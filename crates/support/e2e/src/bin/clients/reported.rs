//! What an agent reports about itself, held against what it did.
//!
//! An agent that reports calls its models through the server, or past it at the scripted provider.
//! Through it, every call must be found on both sides and charged once; past it, every call must
//! stand beside the gateway, with its tokens and its price. Each way has a workflow of its own for
//! each agent, so that nothing else is in the sums.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Desk, House};

/// Which way an agent that reports calls its models.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Through,
    Past,
}

impl Way {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Through, Self::Past];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Through => "through",
            Self::Past => "past",
        }
    }
}

/// What an agent must be seen to report beside its calls.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    /// The agent, in the words of the API.
    pub(crate) client: &'static str,
    /// Lines that its tool has written.
    pub(crate) lines: u64,
    /// Decisions about its tool that it tells of; a person made none.
    pub(crate) automatic: u64,
}

/// How long reports may take to be counted: more than an exporter waits.
const PATIENCE: Duration = Duration::from_secs(15);
/// What the scripted model claims to have read in each call.
const INPUT: u64 = 2_000;
/// Ends of paths at which a model answers.
const INFERENCES: [&str; 5] =
    ["/chat/completions", "/messages", "/responses", ":generateContent", ":streamGenerateContent"];

/// The workflow of an agent's reports.
pub(crate) fn workflow(program: &str, way: Way) -> String {
    format!("{program}-{}", way.as_str())
}

/// Where an agent calls and where it reports.
pub(crate) fn desk(house: &House, program: &str, way: Way) -> Desk {
    let (server, key) = (house.server.url(), house.server.key(&workflow(program, way)));
    let (url, own) = match way {
        Way::Through => (server.clone(), key.clone()),
        Way::Past => {
            (format!("{}/play/agent-writes", house.upstream.anthropic_url()), "key-of-one's-own".into())
        }
    };
    Desk { url, key: own, reports_url: server, reports_key: key }
}

/// What is wrong with what was counted of an agent's reports, since the provider had `before` requests.
pub(crate) fn wrong(
    (house, way): (&House, Way),
    workflow: &str,
    work: Work,
    before: usize,
) -> Option<String> {
    let requests = house.upstream.requests();
    let inference =
        |path: &str| INFERENCES.iter().any(|end| path.split('?').next().unwrap_or("").ends_with(end));
    let calls = requests.iter().skip(before).filter(|request| inference(&request.path)).count();
    let calls = u64::try_from(calls).unwrap_or(u64::MAX);
    let end = Instant::now() + PATIENCE;
    loop {
        let counted =
            Counted::of(&house.server.get(&format!("/api/v1/telemetry?workflow={workflow}")).json());
        let problem = counted.wrong(way, work, calls);
        let problem =
            problem.or_else(|| charged(house, workflow, if way == Way::Through { calls } else { 0 }));
        match problem {
            None => return None,
            Some(problem) if Instant::now() >= end => return Some(format!("{problem} | {counted:?}")),
            Some(_) => std::thread::sleep(Duration::from_millis(200)),
        }
    }
}

/// What the spend has too many or too few of.
fn charged(house: &House, workflow: &str, calls: u64) -> Option<String> {
    let page = house.server.get("/api/v1/spend?by=workflow").json();
    let rows = page["rows"].as_array().into_iter().flatten();
    let charged: u64 =
        rows.filter(|row| row["key"] == workflow).filter_map(|row| row["figures"]["calls"].as_u64()).sum();
    (charged != calls).then(|| format!("{charged} calls are in the spend, and not {calls}"))
}

/// Sums over the sources of a workflow.
#[derive(Debug, Default)]
struct Counted {
    clients: Vec<String>,
    direct: Sums,
    passed: Sums,
    gateway: Sums,
    automatic: u64,
    by_people: u64,
    lines: u64,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Sums {
    calls: u64,
    input: u64,
    output: u64,
    unpriced: u64,
    free: u64,
}

impl Counted {
    fn of(page: &Value) -> Self {
        let mut all = Self::default();
        for source in page["sources"].as_array().into_iter().flatten() {
            all.clients.push(source["client"].as_str().unwrap_or_default().to_owned());
            all.direct.add(&source["direct"]);
            all.passed.add(&source["passed"]);
            all.gateway.add(&source["gateway"]);
            let work = |name: &str| source["work"][name].as_u64().unwrap_or(0);
            all.automatic += work("automatic");
            all.by_people += source["work"]["accepted"]["n"].as_u64().unwrap_or(0) + work("aborted");
            all.lines += work("lines_added");
        }
        all
    }

    fn wrong(&self, way: Way, work: Work, calls: u64) -> Option<String> {
        let (there, elsewhere) = match way {
            Way::Through => (&self.passed, &self.direct),
            Way::Past => (&self.direct, &self.passed),
        };
        let both = (self.gateway.calls, self.gateway.input, self.gateway.output);
        let expected = if way == Way::Through { (calls, there.input, there.output) } else { (0, 0, 0) };
        let problems = [
            (calls < 2, "it called its model less than twice"),
            (self.clients.iter().any(|client| client != work.client), "another client has reported"),
            (there.calls != calls, "not every call is counted"),
            (there.input != INPUT * calls || there.output == 0, "tokens are missing or too many"),
            (*elsewhere != Sums::default(), "calls are counted on the wrong side"),
            (both != expected, "the gateway has not the same"),
            (way == Way::Past && (there.unpriced, there.free) != (0, 0), "a call has no price"),
            (self.automatic != work.automatic, "decisions about its tool are missing or too many"),
            (self.by_people != 0, "a person is said to have decided"),
            (self.lines != work.lines, "lines are missing or too many"),
        ];
        problems.into_iter().find(|(wrong, _)| *wrong).map(|(_, what)| what.to_owned())
    }
}

impl Sums {
    fn add(&mut self, sums: &Value) {
        let of = |name: &str| sums[name].as_u64().unwrap_or(0);
        self.calls += of("calls");
        self.input += of("input_tokens");
        self.output += of("output_tokens");
        self.unpriced += of("unpriced");
        self.free += u64::from(of("calls") > 0 && sums["cost"]["nano"] == 0);
    }
}
