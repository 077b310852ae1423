//! Writes one file of the book.

use std::fmt::Write;

use anyhow::{Context, Result};

use super::facts::{Facts, Limit, Model};
use super::names::Names;
use super::periods::{self, Kinds, Period, Scale};

/// A list of the book and where its facts are found.
pub(super) struct List {
    /// Its name in the book.
    pub(super) name: &'static str,
    /// Its id in genai-prices.
    pub(super) id: &'static str,
    /// What litellm writes before its models' names.
    pub(super) prefix: &'static str,
    /// Its names in litellm.
    pub(super) limits: &'static [&'static str],
}

/// Longest line of a file.
const WIDTH: usize = 110;

/// One file of the book.
pub(super) fn file(list: &List, facts: &Facts) -> Result<String> {
    let provider =
        facts.providers.iter().find(|provider| provider.id == list.id).context("no such provider")?;
    let source = provider.urls.iter().flatten().next().context("no source")?;
    let mut text = format!(
        "# Prices of {title}, in US dollars for a million tokens. Written by `cargo xtask prices`\n\
         # from the facts in {versions}; src/parse.rs describes the form.\n\
         list = \"{name}\"\ntitle = \"{title}\"\nsource = \"{source}\"\nchecked = \"{today}\"\n",
        title = provider.name,
        versions = facts.versions(),
        name = list.name,
        today = facts.today,
    );
    let mut models: Vec<&Model> = provider.models.iter().collect();
    models.sort_by_key(|model| &model.id);
    for model in models {
        let names = Names::of(&model.clause).with_context(|| format!("model {}", model.id))?;
        if priced_by_tokens(model, &names) {
            let periods = periods::of(model).with_context(|| format!("model {}", model.id))?;
            let limit = max_output(list, model, &names, &facts.limits);
            write_model(&mut text, model, names, limit, &periods)?;
        }
    }
    Ok(text)
}

/// Whether a token usage says what a call to this model costs.
fn priced_by_tokens(model: &Model, names: &Names) -> bool {
    let Some(prices) = periods::latest(model) else { return false };
    let has = |key: &str| prices.contains_key(key);
    let free = prices.keys().all(|key| key == "kind");
    let embeds = names.also.iter().chain([&model.id]).any(|name| name.contains("embed"));
    let whole = has("input_mtok") && (has("output_mtok") || embeds);
    let apart = [
        "output_audio_mtok",
        "output_image_mtok",
        "output_video_mtok",
        "output_citation_mtok",
        "requests_kcount",
    ];
    free || whole && !apart.into_iter().any(has)
}

/// Most output tokens, by any of the model's names. A limit as large as the context is none.
fn max_output(list: &List, model: &Model, names: &Names, limits: &[Limit]) -> Option<u64> {
    let known: Vec<String> = names.also.iter().chain([&model.id]).map(|name| name.replace('*', "")).collect();
    let ours = |limit: &&Limit| {
        let name = limit.name.strip_prefix(list.prefix).unwrap_or(&limit.name).to_lowercase();
        limit.provider.as_deref().is_some_and(|provider| list.limits.contains(&provider))
            && known.contains(&name)
    };
    let most = limits.iter().filter(ours).map(|limit| limit.max_output).max();
    most.filter(|most| *most > 0 && model.context_window.is_none_or(|context| *most < context))
}

fn write_model(
    text: &mut String,
    model: &Model,
    names: Names,
    max_output: Option<u64>,
    periods: &[Period],
) -> Result<()> {
    writeln!(text, "\n[[model]]\nname = \"{}\"", model.id)?;
    let also: Vec<String> = names.also.into_iter().filter(|name| *name != model.id).collect();
    write_names(text, "also", &also)?;
    write_names(text, "except", &names.except)?;
    if let Some(context) = model.context_window {
        writeln!(text, "context = {context}")?;
    }
    if let Some(most) = max_output {
        writeln!(text, "max_output = {most}")?;
    }
    periods.iter().try_for_each(|period| write_period(text, period))
}

fn write_names(text: &mut String, key: &str, names: &[String]) -> Result<()> {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let line = format!("{key} = [{}]", quoted.join(", "));
    match quoted.as_slice() {
        [] => {}
        _ if line.len() <= WIDTH => writeln!(text, "{line}")?,
        _ => writeln!(text, "{key} = [\n    {},\n]", quoted.join(",\n    "))?,
    }
    Ok(())
}

fn write_period(text: &mut String, period: &Period) -> Result<()> {
    writeln!(text, "\n[[model.price]]")?;
    if let Some(from) = &period.from {
        writeln!(text, "from = \"{from}\"")?;
    }
    write_names(text, "hours", &period.hours)?;
    if period.standard.base.is_empty() {
        writeln!(text, "input = \"0\"\noutput = \"0\"")?;
    }
    for (kind, price) in &period.standard.base {
        writeln!(text, "{kind} = \"{price}\"")?;
    }
    for (tokens, kinds) in &period.standard.above {
        writeln!(text, "above.{tokens} = {{ {} }}", inline(kinds))?;
    }
    for (mode, scale) in &period.modes {
        writeln!(text, "{mode} = {{ {} }}", inline_scale(scale))?;
    }
    Ok(())
}

fn inline(kinds: &Kinds) -> String {
    kinds.iter().map(|(kind, price)| format!("{kind} = \"{price}\"")).collect::<Vec<_>>().join(", ")
}

fn inline_scale(scale: &Scale) -> String {
    let mut parts = vec![inline(&scale.base)];
    parts.extend(
        scale.above.iter().map(|(tokens, kinds)| format!("above.{tokens} = {{ {} }}", inline(kinds))),
    );
    parts.join(", ")
}
