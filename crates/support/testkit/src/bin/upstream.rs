//! The scripted provider as a process of its own: `scripted-upstream [ADDRESS]`.
//!
//! Prints its address and runs until standard input ends.

use std::io::{Read as _, Write as _};

fn main() -> anyhow::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".into());
    let upstream = testkit::Upstream::start_on(address.parse()?)?;
    writeln!(std::io::stdout(), "http://{}", upstream.address())?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
