//! `bench --kill`: ends the gateway with SIGKILL while it works, again and again, and then asks
//! the ledger for every call that a caller saw answered.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::client::{Connection, Request};
use super::gateway::{Gateway, Upstream};
use super::load::{self, Aim};
use crate::run::say;

/// Kills it so many times.
///
/// # Errors
/// An answered call is missing, or the ledger's total is below what the answered calls cost.
pub(super) fn run(times: u32) -> anyhow::Result<()> {
    let upstream = Upstream::start()?;
    let mut gateway = Gateway::start(upstream.address)?;
    let key = gateway.key("bench")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut answered = Vec::new();
    for round in 0..times {
        let aim =
            Aim { address: gateway.address, request: Request::chat(&key, "standard", round % 3 == 2, "") };
        let outcome = runtime.block_on(async {
            // A different moment each time: early in the batch, in its middle, at its end.
            let end = Instant::now() + Duration::from_millis(300 + u64::from(round) * 37 % 500);
            let load = load::until(&aim, 16, end + Duration::from_secs(5));
            let kill = async {
                tokio::time::sleep_until(end.into()).await;
                gateway.kill();
            };
            tokio::join!(load, kill).0
        })?;
        answered.extend(outcome.answered);
        gateway.restart()?;
        say(format!("kill {}: {} calls answered so far", round + 1, answered.len()));
    }
    let missing = runtime.block_on(missing(&gateway, &answered))?;
    say(format!("{} answered calls, {} missing from the ledger", answered.len(), missing.len()));
    if !missing.is_empty() {
        bail!("missing: {}", missing.iter().take(5).cloned().collect::<Vec<_>>().join(", "));
    }
    charged(&gateway, answered.len())
}

async fn missing(gateway: &Gateway, answered: &[String]) -> anyhow::Result<Vec<String>> {
    let mut connection = Connection::open(gateway.address).await?;
    let bearer = format!("authorization: Bearer {}\r\n", gateway.token);
    // The ledger may still be reading its journal after the start.
    let end = Instant::now() + Duration::from_secs(60);
    let mut missing = Vec::new();
    for id in answered {
        let question = Request::get(&format!("/api/v1/inferences/{id}"), &bearer);
        loop {
            let status = connection.call(&question).await?.status;
            if status == 200 {
                break;
            }
            if Instant::now() > end {
                missing.push(id.clone());
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(missing)
}

fn charged(gateway: &Gateway, answered: usize) -> anyhow::Result<()> {
    let spend = gateway.cli(&["spend", "--by", "workflow", "--json"])?;
    let spend: serde_json::Value = serde_json::from_str(&spend).context("spend did not print JSON")?;
    let total = &spend["total"]["figures"];
    let calls = total["calls"].as_u64().context("spend prints no number of calls")?;
    say(format!("the ledger has {calls} calls for {} USD", total["cost"]["usd"]));
    if calls < u64::try_from(answered)? {
        bail!("{answered} calls were answered, the roll-ups have {calls}");
    }
    Ok(())
}
