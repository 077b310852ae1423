//! Reading one prompt's file.

use std::sync::Arc;

use domain::ids::{self, Kind as _, PromptId, WorkflowId};
use domain::prompt::{ModelSettings, PromptUse};
use prompts::{Input, Kind, Need, Prompt};
use serde_json::Value;

use super::{INPUT, MODEL, PROMPT, SETTINGS, halves};
use crate::read::{Entry, Notes, Place, Section};
use crate::{hash, suggest};

/// The prompt that a file defines, by its path: `None` for any other file.
pub(crate) fn stem(path: &str) -> Option<&str> {
    path.strip_prefix("prompts/")?.strip_suffix(".prompty").filter(|stem| !stem.contains('/'))
}

/// Reads the name of a prompt off its path, and declares it.
pub(crate) fn name(notes: &Notes, file: usize) -> Option<PromptId> {
    let stem = stem(notes.file(file))?.to_owned();
    match PromptId::new(&stem) {
        Ok(id) => {
            notes.declare(ids::Prompt::NOUN, id.as_str(), Place { file, start: 0, end: 0 });
            Some(id)
        }
        Err(_) => {
            let path = notes.file(file).to_owned();
            let help = "name the file with 1 to 64 lower-case letters, digits, '-', '_' and '.', a letter or digit first";
            let message = format!("{stem:?} can't be the name of a prompt");
            notes.of_file(crate::Severity::Error, &path, &message, Some(help.to_owned()));
            None
        }
    }
}

/// Reads one file, and compiles its template.
pub(crate) fn read(section: &Section<'_>, name: PromptId) -> Option<Arc<Prompt>> {
    let (notes, file) = (section.notes, section.place.file);
    let text = notes.text(file);
    let title = section.get("displayName").or_else(|| section.get("name")).and_then(|entry| entry.text());
    let label = label(section);
    let workflows = workflows(section);
    named_nothing(section, text);
    let settings = model(section);
    let inputs = section.get("inputs").map(|entry| inputs(&entry)).unwrap_or_default();
    if let Some(template) = section.get("template") {
        language(&template);
    }
    let (_, start) = halves(text).ok()?;
    let compiled = prompts::Template::compile(text, start);
    let template = match compiled {
        Ok(template) => template,
        Err(problems) => {
            for problem in problems {
                notes.error(Place::new(file, &problem.span), problem.message, problem.help);
            }
            return None;
        }
    };
    unused(section, &inputs, &template);
    let of = PromptUse { name, version: hash::prompt(text), label };
    Some(Arc::new(Prompt {
        title: title.unwrap_or_else(|| of.name.to_string()),
        description: section.get("description").and_then(|entry| entry.text()).unwrap_or_default(),
        of,
        workflows,
        settings,
        inputs: inputs.into_iter().map(|(input, _)| input).collect(),
        template,
        source: text.to_owned(),
        file: notes.file(file).to_owned(),
    }))
}

fn label(section: &Section<'_>) -> Option<String> {
    let of_metadata =
        || section.get("metadata").filter(Entry::is_table)?.map()?.into_iter().find(|e| e.key == "version");
    let entry = section.get("version").or_else(of_metadata)?;
    let label = entry.scalar()?;
    if label.len() > 64 || label.chars().any(char::is_control) {
        entry.wrong("a label has at most 64 characters", "shorten it".to_owned());
        return None;
    }
    Some(label)
}

fn workflows(section: &Section<'_>) -> Vec<WorkflowId> {
    let one = section.get("workflow").and_then(|entry| entry.refer::<ids::Workflow>());
    let list = section.get("workflows");
    let all = list.as_ref().map(|entry| entry.refer_all::<ids::Workflow>()).unwrap_or_default();
    if let Some(entry) = list.filter(|_| all.is_empty()) {
        entry.wrong(NO_WORKFLOW, NAME_ONE.to_owned());
    }
    one.into_iter().chain(all.into_iter().map(|found| found.value)).collect()
}

/// A key that restricts a prompt and has nothing behind it: YAML has no such key then, and a prompt
/// without restrictions serves everyone.
fn named_nothing(section: &Section<'_>, text: &str) {
    let Ok((front, _)) = halves(text) else { return };
    let mut at = front.start;
    for line in text.get(front).unwrap_or_default().split_inclusive('\n') {
        let begins = line.split(':').next();
        let key = ["workflow", "workflows"].into_iter().find(|key| begins == Some(key));
        if let Some(key) = key.filter(|key| section.get(key).is_none()) {
            let place = Place::new(section.place.file, &(at..at + key.len()));
            section.notes.error(place, NO_WORKFLOW, NAME_ONE.to_owned());
        }
        at += line.len();
    }
}

const NO_WORKFLOW: &str = "no workflow is named";
const NAME_ONE: &str = "name one, or leave the line out: then every workflow may use the prompt";

/// Only Jinja is read.
fn language(entry: &Entry<'_>) {
    let format = match entry.as_text() {
        Some(text) => Some(text.to_owned()),
        None => entry.map().and_then(|entries| {
            let named = |e: &Entry<'_>| e.key == "format" || e.key == "type";
            entries.into_iter().find(named).and_then(|entry| entry.scalar())
        }),
    };
    if format.as_deref().is_some_and(|format| format != "jinja2") {
        let help = "write the template in Jinja: `{{ name }}`, `{% if … %}`".to_owned();
        entry.wrong("only templates in jinja2 are read", help);
    }
}

fn model(section: &Section<'_>) -> ModelSettings {
    let Some(entry) = section.get("model") else { return ModelSettings::default() };
    if entry.as_text().is_some() {
        return ModelSettings { model: named(&entry), ..ModelSettings::default() };
    }
    let Some(model) = entry.section(&MODEL, &PROMPT) else { return ModelSettings::default() };
    for name in ["configuration", "connection"] {
        if let Some(entry) = model.get(name) {
            let help = "take it out; providers and their keys stand in countersign.toml".to_owned();
            entry.notes.warn(
                entry.key_place,
                format!("`{name}` is not used: routes decide where calls go"),
                help,
            );
        }
    }
    let id = model.get("id").and_then(|entry| named(&entry));
    let tables = ["parameters", "options"].into_iter().filter_map(|name| model.get(name));
    let sections = tables.filter_map(|entry| entry.section(&SETTINGS, &MODEL));
    sections.fold(ModelSettings { model: id, ..ModelSettings::default() }, |settings, section| {
        with(settings, &section)
    })
}

/// The model that is asked for where the caller names none. One that no workflow can ask for is
/// probably left over from somewhere else.
fn named(entry: &Entry<'_>) -> Option<String> {
    let name = entry.text()?;
    let (noun, part) = match name.split_once('/') {
        Some((provider, _)) => (ids::Provider::NOUN, provider),
        None => (ids::Route::NOUN, name.as_str()),
    };
    if !entry.notes.is_declared(noun, part) {
        let names = entry.notes.names(noun);
        let help = suggest::help(part, names.iter().map(String::as_str), "name one of");
        let message = format!("there is no {noun} for the model `{name}`: callers will have to name one");
        entry.notes.warn(entry.place, message, help);
    }
    Some(name)
}

fn with(settings: ModelSettings, section: &Section<'_>) -> ModelSettings {
    let any = |names: &[&'static str]| names.iter().find_map(|name| section.get(name));
    let stop = any(&["stop", "stopSequences"]).map(|entry| match entry.as_text() {
        Some(text) => vec![text.to_owned()],
        None => entry.texts(),
    });
    ModelSettings {
        temperature: any(&["temperature"]).and_then(|entry| entry.decimal(2.0)).or(settings.temperature),
        top_p: any(&["top_p", "topP"]).and_then(|entry| entry.decimal(1.0)).or(settings.top_p),
        max_tokens: any(&["max_tokens", "maxOutputTokens", "max_completion_tokens"])
            .and_then(|entry| entry.count(1))
            .or(settings.max_tokens),
        seed: any(&["seed"]).and_then(|entry| entry.count(0)).or(settings.seed),
        stop: stop.unwrap_or(settings.stop),
        response_format: any(&["response_format"])
            .and_then(|entry| format(&entry))
            .or(settings.response_format),
        model: settings.model,
    }
}

/// The form of an answer, as JSON. A word alone is its type.
fn format(entry: &Entry<'_>) -> Option<String> {
    let value = match entry.as_text() {
        Some(word) => serde_json::json!({"type": word}),
        None => entry.json(),
    };
    let kinds = ["text", "json_object", "json_schema"];
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    if !kinds.contains(&kind) {
        let help = suggest::help(kind, kinds, "its `type` is one of");
        entry.wrong("`response_format` has no type that is known", help);
        return None;
    }
    Some(value.to_string())
}

/// The declared variables, with the places of their names.
fn inputs(entry: &Entry<'_>) -> Vec<(Input, Place)> {
    if entry.is_table() {
        let entries = entry.map().unwrap_or_default();
        return entries.iter().map(|entry| (input(entry, entry.key.to_owned()), entry.key_place)).collect();
    }
    let mut inputs = Vec::new();
    for item in entry.items() {
        let named = item.section(&INPUT, &PROMPT).and_then(|section| section.get("name"));
        match named.and_then(|entry| Some((entry.text()?, entry.place))) {
            Some((name, place)) => inputs.push((input(&item, name), place)),
            None => item.wrong("an input has no name", "add `name: …`".to_owned()),
        }
    }
    inputs
}

/// One variable. A value that is no table is an example of it.
fn input(entry: &Entry<'_>, name: String) -> Input {
    let any =
        Input { name, kind: Kind::Any, default: None, need: Need::Required, description: String::new() };
    if !entry.is_table() {
        return any;
    }
    let Some(section) = entry.section(&INPUT, &PROMPT) else { return any };
    let kind = section.get("kind").or_else(|| section.get("type")).and_then(|entry| kind(&entry));
    let default = section.get("default").map(|entry| entry.json());
    let required = section.get("required").and_then(|entry| entry.flag());
    let need = match (&default, required) {
        (Some(_), _) | (None, Some(false)) => Need::Optional,
        (None, Some(true) | None) => Need::Required,
    };
    let description = section.get("description").and_then(|entry| entry.text()).unwrap_or_default();
    Input { kind: kind.unwrap_or(Kind::Any), default, need, description, ..any }
}

fn kind(entry: &Entry<'_>) -> Option<Kind> {
    let word = entry.text()?;
    let found = Kind::parse(&word);
    if found.is_none() {
        let help = suggest::help(&word, Kind::WORDS, "the kinds are");
        entry.wrong(format!("{word:?} is not a kind of variable that is known"), help);
    }
    found
}

/// Warns of declared variables that the template does not use: probably a slip of the pen.
fn unused(section: &Section<'_>, inputs: &[(Input, Place)], template: &prompts::Template) {
    let named = || template.variables().iter().map(String::as_str);
    for (input, place) in inputs {
        if !template.variables().contains(&input.name) {
            let help = match suggest::nearest(&input.name, named()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "use it in the template, or take it out".to_owned(),
            };
            section.notes.warn(*place, format!("the template does not use the input `{}`", input.name), help);
        }
    }
}
