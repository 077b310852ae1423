//! What is measured, in order.

use std::time::Duration;

use anyhow::bail;
use tokio::task::LocalSet;

use super::client::{Connection, Request};
use super::figures::{Figure, median, percentile, print};
use super::gateway::{Gateway, Upstream};
use super::load::{self, Aim};
use crate::run::say;

/// How much of each.
struct Size {
    plain: u64,
    streams: u64,
    rounds: usize,
    round: Duration,
    held: usize,
    calls: u64,
}

const FULL: Size = Size {
    plain: 30_000,
    streams: 10_000,
    rounds: 5,
    round: Duration::from_secs(5),
    held: 2_000,
    calls: 200_000,
};
const QUICK: Size =
    Size { plain: 8_000, streams: 3_000, rounds: 3, round: Duration::from_secs(2), held: 2_000, calls: 0 };

/// So many streams at a time, of a tenth of a second each, keep a core busy. With fewer it sleeps and
/// wakes for each piece, and the figure says more of the machine's sleep than of the gateway.
const STREAMS_AT_ONCE: u64 = 192;

/// Where load goes: straight to the upstream, or through the gateway.
struct Aims {
    direct: Aim,
    through: Aim,
}

/// Measures everything and prints the table.
///
/// # Errors
/// A process can't be started, or calls failed.
pub(super) fn run(quick: bool, calls: Option<u64>) -> anyhow::Result<()> {
    let mut size = if quick { QUICK } else { FULL };
    size.calls = calls.unwrap_or(size.calls);
    let upstream = Upstream::start()?;
    let gateway = Gateway::start(upstream.address)?;
    let key = gateway.key("bench")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let figures = runtime.block_on(async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let mut figures = vec![Figure::at_most("memory, idle", gateway.memory()?, "MB", 40.0)];
        let aims = |stream, extra| Aims {
            direct: Aim {
                address: upstream.address,
                request: Request::chat(&key, "gpt-4o-mini", stream, extra),
            },
            through: Aim {
                address: gateway.address,
                request: Request::chat(&key, "standard", stream, extra),
            },
        };
        say("plain calls");
        figures.extend(plain(&gateway, &aims(false, ""), &size).await?);
        say("streams");
        figures.extend(streams(&gateway, &aims(true, ""), &size).await?);
        say("latency");
        figures.extend(latency(&aims(false, ""), &size).await?);
        figures.extend(first_byte(&aims(true, ""), &size).await?);
        say("memory");
        figures.push(held(&gateway, &aims(true, "x-bench: hold\r\n"), size.held).await?);
        figures.extend(flat(&gateway, &aims(false, ""), size.calls).await?);
        anyhow::Ok(figures)
    })?;
    print(&figures);
    Ok(())
}

async fn plain(gateway: &Gateway, aims: &Aims, size: &Size) -> anyhow::Result<Vec<Figure>> {
    load::closed(&aims.through, 32, size.plain / 8).await?.checked("warm-up")?;
    let direct = load::closed(&aims.direct, 32, size.plain).await?.checked("direct")?;
    let (cpu, mut cost, mut rate) = (gateway.cpu()?, Vec::new(), Vec::new());
    let mut before = cpu;
    for _ in 0..3 {
        let through =
            load::closed(&aims.through, 32, size.plain / 3).await?.checked("through the gateway")?;
        let after = gateway.cpu()?;
        cost.push((after - before) / through.calls as f64 * 1000.0);
        rate.push(through.calls as f64 / through.elapsed.as_secs_f64());
        before = after;
    }
    Ok(vec![
        Figure::at_most("CPU per 1,000 plain calls", median(cost), "s", 0.27),
        Figure::at_least("plain calls a second, gateway on one core", median(rate), "1/s", 3500.0),
        Figure::known(
            "plain calls a second, direct",
            direct.calls as f64 / direct.elapsed.as_secs_f64(),
            "1/s",
        ),
    ])
}

async fn streams(gateway: &Gateway, aims: &Aims, size: &Size) -> anyhow::Result<Vec<Figure>> {
    load::closed(&aims.through, STREAMS_AT_ONCE, size.streams / 10).await?.checked("warm-up")?;
    let (mut before, mut cost, mut rate) = (gateway.cpu()?, Vec::new(), Vec::new());
    for _ in 0..size.rounds {
        let count = size.streams / size.rounds as u64;
        let through = load::closed(&aims.through, STREAMS_AT_ONCE, count)
            .await?
            .checked("streams through the gateway")?;
        let after = gateway.cpu()?;
        cost.push((after - before) / through.calls as f64 * 1000.0);
        rate.push(through.calls as f64 / through.elapsed.as_secs_f64());
        before = after;
    }
    Ok(vec![
        Figure::at_most("CPU per 1,000 streams of 50 chunks", median(cost), "s", 1.0),
        Figure::known("streams a second", median(rate), "1/s"),
    ])
}

/// Direct and through the gateway in turn, so that a slow moment of the machine hits both.
async fn latency(aims: &Aims, size: &Size) -> anyhow::Result<Vec<Figure>> {
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for _ in 0..size.rounds {
        let mut direct = load::open(&aims.direct, 500, size.round).await?.checked("direct")?;
        let mut through = load::open(&aims.through, 500, size.round).await?.checked("through the gateway")?;
        p50.push(percentile(&mut through.whole, 50) - percentile(&mut direct.whole, 50));
        p99.push(percentile(&mut through.whole, 99) - percentile(&mut direct.whole, 99));
    }
    Ok(vec![
        Figure::at_most("added latency at 500 calls a second, p50", median(p50), "ms", 0.4),
        Figure::known("added latency at 500 calls a second, p99", median(p99), "ms"),
    ])
}

async fn first_byte(aims: &Aims, size: &Size) -> anyhow::Result<Vec<Figure>> {
    let mut added = Vec::new();
    for _ in 0..size.rounds {
        let mut direct = load::open(&aims.direct, 50, size.round).await?.checked("direct")?;
        let mut through = load::open(&aims.through, 50, size.round).await?.checked("through the gateway")?;
        added.push(percentile(&mut through.first_byte, 50) - percentile(&mut direct.first_byte, 50));
    }
    Ok(vec![Figure::at_most("added time to first byte of a stream, p50", median(added), "ms", 0.5)])
}

/// Memory with so many streams open at once.
async fn held(gateway: &Gateway, aims: &Aims, count: usize) -> anyhow::Result<Figure> {
    let mut open = Vec::with_capacity(count);
    LocalSet::new()
        .run_until(async {
            for _ in 0..count {
                let mut connection = Connection::open(aims.through.address).await?;
                let status = connection.open_stream(&aims.through.request).await?;
                if status != 200 {
                    bail!("stream {} was answered with status {status}", open.len());
                }
                open.push(connection);
            }
            Ok(())
        })
        .await?;
    let memory = gateway.memory()?;
    drop(open);
    Ok(Figure::at_most(&format!("memory with {count} open streams"), memory, "MB", 150.0))
}

/// Memory before and after many calls.
async fn flat(gateway: &Gateway, aims: &Aims, calls: u64) -> anyhow::Result<Vec<Figure>> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = gateway.memory()?;
    if calls == 0 {
        return Ok(vec![Figure::known("memory after the streams have ended", before, "MB")]);
    }
    let steps = 10;
    let mut seen = Vec::new();
    for _ in 0..steps {
        load::closed(&aims.through, 32, calls / steps).await?.checked("calls")?;
        seen.push(gateway.memory()?);
    }
    let (first, last) = (seen.first().copied().unwrap_or(before), seen.last().copied().unwrap_or(before));
    Ok(vec![
        Figure::known(&format!("memory after {} calls", calls / steps), first, "MB"),
        Figure::known(&format!("memory after {calls} calls"), last, "MB"),
        Figure::known("growth a million calls", (last - first) * 1e6 / (calls as f64 * 0.9), "MB"),
    ])
}
