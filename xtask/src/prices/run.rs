//! The command.

use std::io::Write;

use anyhow::{Context, Result, ensure};
use cargo_metadata::MetadataCommand;

use super::difference;
use super::facts::Facts;
use super::render::{self, List};

const fn list(
    name: &'static str,
    id: &'static str,
    prefix: &'static str,
    limits: &'static [&'static str],
) -> List {
    List { name, id, prefix, limits }
}

const LISTS: &[List] = &[
    list("amazon", "aws", "", &["bedrock", "bedrock_converse"]),
    list("anthropic", "anthropic", "", &["anthropic"]),
    list("azure", "azure", "azure/", &["azure"]),
    list("cerebras", "cerebras", "cerebras/", &["cerebras"]),
    list("cohere", "cohere", "", &["cohere", "cohere_chat"]),
    list("deepseek", "deepseek", "deepseek/", &["deepseek"]),
    list("fireworks", "fireworks", "fireworks_ai/", &["fireworks_ai"]),
    list("google", "google", "gemini/", &["gemini"]),
    list("groq", "groq", "groq/", &["groq"]),
    list("mistral", "mistral", "mistral/", &["mistral"]),
    list("moonshot", "moonshotai", "moonshot/", &["moonshot"]),
    list("openai", "openai", "", &["openai"]),
    list("openrouter", "openrouter", "openrouter/", &["openrouter"]),
    list("together", "together", "together_ai/", &["together_ai"]),
    list("xai", "x-ai", "xai/", &["xai"]),
];

/// Rebuilds the book. With `check`, nothing is written and a difference is an error.
pub(crate) fn run(check: bool) -> Result<()> {
    let metadata = MetadataCommand::new().no_deps().exec().context("reading the workspace")?;
    let folder = metadata.workspace_root.as_std_path().join("crates/core/pricing/prices");
    let facts = Facts::gather(&metadata.target_directory.as_std_path().join("prices-venv"))?;
    let mut out = std::io::stdout().lock();
    let mut changed = 0;
    for list in LISTS {
        let path = folder.join(format!("{}.toml", list.name));
        let text = render::file(list, &facts).with_context(|| format!("list {}", list.name))?;
        let before = std::fs::read_to_string(&path).unwrap_or_default();
        let lines = difference::lines(list.name, &before, &text);
        if lines.is_empty() && !before.is_empty() {
            continue;
        }
        changed += 1;
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        if !check {
            std::fs::write(&path, &text).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    writeln!(out, "{} lists, {changed} changed ({})", LISTS.len(), facts.versions())?;
    ensure!(!check || changed == 0, "the price book is not what the packages say; run `cargo xtask prices`");
    Ok(())
}
