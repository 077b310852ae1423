//! The environment of the process, where no flag stands for it.
//!
//! Flags that have a variable beside them name it in [`crate::args`]. Nothing outside these two
//! files reads the environment; values are passed on.

use std::io::IsTerminal;

/// The value of a variable that a workspace names as the place of a provider's credential.
pub(crate) fn secret(name: &str) -> Option<String> {
    variable(name)
}

/// The value of a variable of the OpenTelemetry specification, such as `OTEL_SERVICE_NAME`.
pub(crate) fn telemetry(name: &str) -> Option<String> {
    variable(name)
}

/// The variables that name proxies on the way to providers, where they are set.
pub(crate) fn proxies() -> Vec<(&'static str, String)> {
    let names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    names.into_iter().filter_map(|name| Some((name, variable(name)?))).collect()
}

/// Whether to print colours to `stream`: only to a terminal, and not where `NO_COLOR` is set to anything
/// (<https://no-color.org>) or the terminal says it is dumb.
pub(crate) fn colours(stream: &impl IsTerminal) -> bool {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let dumb = variable("TERM").is_some_and(|terminal| terminal == "dumb");
    stream.is_terminal() && !set("NO_COLOR") && !dumb
}

#[expect(clippy::disallowed_methods, reason = "the binary reads the environment here and nowhere else")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
