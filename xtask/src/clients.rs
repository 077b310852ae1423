//! `cargo xtask clients`: SDKs, frameworks and coding agents, as the registries have them, through the
//! real binary to the scripted provider.
//!
//! Not part of `ci`: it takes a gigabyte from npm and PyPI, and what it tests is what others publish.
//! The packages go, pinned, into a cache outside the repository and are installed once; the flows
//! are those of the program `clients` of `e2e`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::run::{cargo, has, program, say, step, target};
use crate::setup::{is_current, mark};

/// Python environments by name. One holds packages that want older SDKs than the newest.
const PYTHON: [(&str, &[&str]); 2] = [
    (
        "python",
        &[
            "openai==3.54.0",
            "anthropic==2.12.0",
            "google-genai==2.34.0",
            "openai-agents==0.24.0",
            "pydantic-ai-slim[openai,anthropic,google]==2.68.0",
        ],
    ),
    (
        "python-older",
        &[
            "litellm[mcp]==1.106.2",
            "langgraph==1.2.22",
            "langchain-openai==1.7.3",
            "langchain-anthropic==1.7.7",
        ],
    ),
];

/// The version of Node that is new enough for all of them.
const NODE: &str = "24.9.0";
/// What comes from npm beside it: SDKs, frameworks, agents.
const PACKAGES: [&str; 11] = [
    "openai@6.49.0",
    "@anthropic-ai/sdk@1.12.0",
    "@google/genai@3.3.0",
    "ai@6.0.326",
    "@ai-sdk/openai@3.0.141",
    "@ai-sdk/anthropic@3.0.140",
    "@ai-sdk/google@3.0.141",
    "@anthropic-ai/claude-code@2.1.332",
    "@openai/codex@0.171.0",
    "@google/gemini-cli@0.61.0",
    "@github/copilot@1.0.102",
];

/// Arguments of `clients`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only clients whose names contain one of these words.
    names: Vec<String>,
    /// With a workflow that redacts both ways and allows few tools.
    #[arg(long)]
    guarded: bool,
    /// Where the packages are kept; without it, `countersign-clients` in the user's cache.
    #[arg(long)]
    cache: Option<PathBuf>,
}

/// Installs what is missing, builds, and runs the clients.
///
/// # Errors
/// Something can't be installed or built, or a flow failed.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let folder = match &args.cache {
        Some(folder) => folder.clone(),
        None => cache()?,
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    say(format!("clients are kept in {}", folder.display()));
    for (name, packages) in PYTHON {
        python(&folder.join(name), packages)?;
    }
    node(&folder.join("node"))?;
    step(cargo(["build", "--package", "countersign", "--package", "e2e", "--bins"]))?;
    let mut clients = program(target()?.join("debug/clients"));
    clients.arg(&folder).args(args.guarded.then_some("--guarded")).args(&args.names);
    step(clients)
}

fn cache() -> anyhow::Result<PathBuf> {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || named("HOME").map(|home| home.join(".cache"));
    let folder = named("XDG_CACHE_HOME").or_else(home).context("neither XDG_CACHE_HOME nor HOME is set")?;
    Ok(folder.join("countersign-clients"))
}

fn python(venv: &Path, packages: &[&str]) -> anyhow::Result<()> {
    let wanted = packages.join("\n");
    if is_current(venv, &wanted) {
        return Ok(());
    }
    let mut make = program("python3");
    make.args(["-m", "venv", "--clear"]).arg(venv);
    step(make)?;
    let mut install = program(venv.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
    step(install)?;
    mark(venv, &wanted)
}

fn node(folder: &Path) -> anyhow::Result<()> {
    let runtime = runtime();
    let wanted = [&[runtime.as_str()], &PACKAGES[..]].concat().join("\n");
    if is_current(folder, &wanted) {
        return Ok(());
    }
    if !has("npm") {
        bail!("missing: npm");
    }
    std::fs::create_dir_all(folder)?;
    let mut install = program("npm");
    install.args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"]);
    install.arg(folder).arg(&runtime).args(PACKAGES);
    step(install)?;
    mark(folder, &wanted)
}

/// Node for this machine, as a package.
fn runtime() -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("node-{system}-{machine}@{NODE}")
}
