//! `bench --million`: how fast pages and `spend` are with ten million inferences in the ledger.
//!
//! The program `fill` of the e2e crate writes them through the ledger's own front door, so that
//! roll-ups and indexes are what a year of traffic would have left.

use std::time::Instant;

use anyhow::{Context as _, bail};

use super::client::{Connection, Request};
use super::figures::{Figure, percentile, print};
use super::gateway::{Gateway, Upstream};
use crate::run::{program, say, step, target};

/// What is asked, and how long it may take in milliseconds.
const QUESTIONS: [(&str, f64); 21] = [
    ("/", 150.0),
    ("/workflows", 150.0),
    ("/workflows?period=30d", 150.0),
    ("/workflows/bench", 150.0),
    ("/workflows/bench?period=30d", 150.0),
    ("/runs", 150.0),
    ("/runs?workflow=bench&status=failed", 150.0),
    ("/runs?status=error", 150.0),
    ("/runs?workflow=bench&status=error", 150.0),
    ("/runs?min_cost=0.01", 150.0),
    ("/spend", 150.0),
    ("/spend?by=model&period=30d", 150.0),
    ("/keys", 150.0),
    ("/providers", 150.0),
    ("/guards", 150.0),
    ("/prompts", 150.0),
    ("/telemetry", 150.0),
    ("/audit", 150.0),
    ("/configuration", 150.0),
    ("/api/v1/spend?by=workflow&period=30d", 200.0),
    ("/api/v1/spend?by=workflow&from=2026-01-01", 200.0),
];

/// Fills a ledger and times questions to it.
///
/// # Errors
/// It can't be filled, or a question is not answered.
pub(super) fn run(rows: u64) -> anyhow::Result<()> {
    let upstream = Upstream::start()?;
    let mut gateway = Gateway::start(upstream.address)?;
    gateway.kill();
    say(format!("writing {rows} inferences"));
    let began = Instant::now();
    let mut fill = program(target()?.join("release/fill"));
    fill.arg(gateway.data()).arg(rows.to_string());
    step(fill)?;
    say(format!("written in {:.0} s", began.elapsed().as_secs_f64()));
    gateway.restart()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut figures = runtime.block_on(questions(&gateway))?;
    let began = Instant::now();
    gateway.cli(&["spend", "--by", "workflow", "--json"])?;
    let taken = began.elapsed().as_secs_f64() * 1000.0;
    figures.push(Figure::at_most("countersign spend --by workflow, whole command", taken, "ms", 200.0));
    print(&figures);
    Ok(())
}

async fn questions(gateway: &Gateway) -> anyhow::Result<Vec<Figure>> {
    let mut connection = Connection::open(gateway.address).await?;
    let headers = format!("cookie: {}\r\n", sign_in(gateway, &mut connection).await?);
    let mut figures = Vec::new();
    for (path, target) in QUESTIONS {
        let question = Request::get(path, &headers);
        let mut times = Vec::new();
        for _ in 0..11 {
            let answer =
                connection.call(&question).await.with_context(|| format!("{path} was not answered"))?;
            if answer.status != 200 {
                bail!("{path}: status {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
            }
            times.push(answer.whole);
        }
        // The first look fills caches; it counts too, so the worst is shown beside the middle.
        let worst = percentile(&mut times, 100);
        figures.push(Figure::at_most(path, percentile(&mut times, 50), "ms", target));
        figures.push(Figure::known("  the slowest of eleven", worst, "ms"));
    }
    Ok(figures)
}

/// Signs in through a one-time link, as a person does, and returns the cookie.
async fn sign_in(gateway: &Gateway, connection: &mut Connection) -> anyhow::Result<String> {
    let made: serde_json::Value = serde_json::from_str(&gateway.cli(&["link", "create", "maya", "--json"])?)?;
    let url = made["url"].as_str().context("link create printed no url")?;
    let path = url.find("/sign-in/").and_then(|at| url.get(at..)).context("the link leads elsewhere")?;
    let answer = connection.call(&Request::form(path, "password=correct+horse+battery+staple")).await?;
    answer.cookie.context("signing in gave no cookie")
}
