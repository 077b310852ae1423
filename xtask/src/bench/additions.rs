//! `bench additions`: what guards and translation add to the CPU of a call.
//!
//! The same load goes through three ways of one server in turn: a workflow without guards, one with
//! every guard there is, and a route to another dialect. A slow moment of the machine so hits all of
//! them, and what is compared was measured within one run.

use super::client::Request;
use super::figures::{Figure, median, print};
use super::gateway::{Gateway, Upstream};
use super::load::{self, Aim};
use crate::run::say;

/// Callers at once.
const CALLERS: u64 = 32;

/// One way through the gateway, and what it cost in each round: CPU seconds per 1,000 calls.
struct Way {
    aim: Aim,
    calls: u64,
    costs: Vec<f64>,
}

impl Way {
    fn new(gateway: &Gateway, calls: u64, request: Request) -> Self {
        Self { aim: Aim { address: gateway.address, request }, calls, costs: Vec::new() }
    }

    async fn round(&mut self, gateway: &Gateway, name: &str) -> anyhow::Result<()> {
        let before = gateway.cpu()?;
        let outcome = load::closed(&self.aim, CALLERS, self.calls).await?.checked(name)?;
        self.costs.push((gateway.cpu()? - before) / outcome.calls as f64 * 1000.0);
        Ok(())
    }

    fn cost(&self) -> f64 {
        median(self.costs.clone())
    }
}

/// Measures and prints the table.
///
/// # Errors
/// A process can't be started, or calls failed.
pub(super) fn run(quick: bool) -> anyhow::Result<()> {
    let (rounds, calls, streams) = if quick { (5, 4_000, 300) } else { (9, 12_000, 1_000) };
    let upstream = Upstream::start()?;
    let gateway = Gateway::start(upstream.address)?;
    let (key, guarded) = (gateway.key("bench")?, gateway.key("guarded")?);
    let way =
        |calls, key: &str, route, stream| Way::new(&gateway, calls, Request::chat(key, route, stream, ""));
    let mut ways = [
        ("plain calls", way(calls, &key, "standard", false)),
        ("guarded calls", way(calls, &guarded, "standard", false)),
        ("translated calls", way(calls, &key, "translated", false)),
        ("streams", way(streams, &key, "standard", true)),
        ("guarded streams", way(streams, &guarded, "standard", true)),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        for round in 0..=rounds {
            say(format!("round {round} of {rounds}{}", if round == 0 { " (to warm up)" } else { "" }));
            for (name, way) in &mut ways {
                way.round(&gateway, name).await?;
                if round == 0 {
                    way.costs.clear();
                }
            }
        }
        anyhow::Ok(())
    })?;
    print(&figures(ways.map(|(_, way)| way.cost())));
    Ok(())
}

fn figures([plain, guarded, translated, stream, guarded_stream]: [f64; 5]) -> Vec<Figure> {
    let percent = |with: f64, without: f64| (with / without - 1.0) * 100.0;
    vec![
        Figure::known("CPU per 1,000 plain calls", plain, "s"),
        Figure::known("  with every guard", guarded, "s"),
        Figure::at_most("  guards add", percent(guarded, plain), "%", 25.0),
        Figure::known("  to another dialect", translated, "s"),
        Figure::at_most("  translation adds a call", (translated - plain) * 1000.0, "µs", 60.0),
        Figure::known("CPU per 1,000 streams of 50 chunks", stream, "s"),
        Figure::known("  with every guard", guarded_stream, "s"),
        Figure::at_most("  guards add", percent(guarded_stream, stream), "%", 25.0),
    ]
}
