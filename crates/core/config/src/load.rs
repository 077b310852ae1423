//! From texts to a checked workspace: parse every file, read every section, check them together.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ids::{PromptId, RouteId, WorkflowId};
use toml::de::DeTable;

use crate::check::{self, files as known};
use crate::problem::{Problem, Severity};
use crate::read::{Notes, Place, Section, Source};
use crate::sections::{
    gateway, organisation, people, pods, prices, pricing, prompt, providers, root, routes, workflow,
};
use crate::{Files, Prompt, Route, TargetSpec, Workflow, Workspace, hash, syntax, yaml};

/// Reads and checks the files of a workspace.
///
/// # Errors
/// Every problem of every file, in the order of files and lines, warnings included. The files are
/// refused whole: there is no workspace with half of them.
pub fn load(files: &Files) -> Result<Workspace, Vec<Problem>> {
    let parsed = files.iter().filter(|(path, _)| known::is_parsed(path));
    let notes = Notes::new(parsed.map(|(path, text)| Source::new(path, text)).collect());
    known::unknown(files, &notes);
    known::idle_policies(&notes);
    let read = read(&notes);
    check::literal_secrets(&notes);
    let problems = notes.into_problems();
    match read {
        Some(read) if problems.iter().all(|problem| problem.severity == Severity::Warning) => {
            Ok(Workspace { hash: hash::files(files), warnings: problems, ..read })
        }
        _ => Err(problems),
    }
}

fn read(notes: &Notes) -> Option<Workspace> {
    let tables: Vec<_> = (0..notes.sources().len()).map(|file| parse(notes, file)).collect();
    let find = |path: &str| (0..tables.len()).find(|file| notes.file(*file) == path);
    let prices = find(known::PRICES).and_then(|file| Some(prices::open(notes, file, tables.get(file)?)));
    let (overrides, book) = prices::read(prices.as_ref());
    let workflows = workflows(notes, &tables);

    let file = find(known::ROOT)?;
    let root = Section::root(&root::ROOT, notes, file, tables.get(file)?);
    let organisation = organisation::read(root.inner("organisation"));
    let people = people::read(root.get("people"));
    let pods = pods::read(root.get("pods"));
    let providers = providers::read(&root, &book);
    let routes = routes::read(&root);
    let prompts = prompts(notes, &tables);
    let pricing = pricing::read(root.inner("pricing"));
    let gateway = gateway::read(root.inner("gateway"));

    if !notes.is_broken(file) {
        check::dangling(notes);
        check::fallbacks(notes, &routes);
        check::targets(notes, pricing, &book, (&routes, &providers));
        for draft in workflows.values() {
            check::patterns(notes, draft);
            check::people(notes, &people, draft);
        }
    }
    let idle: Vec<_> = workflows.values().flat_map(|draft| draft.idle.iter().cloned()).collect();
    check::idle_sections(notes, &idle);

    let routes: BTreeMap<_, _> = routes.into_iter().map(|(id, draft)| (id, draft.route)).collect();
    let finish = |(id, draft): (WorkflowId, workflow::Draft)| (id, with_variant(draft.workflow, &routes));
    let workflows = workflows.into_iter().map(finish).collect();
    Some(Workspace {
        organisation,
        people,
        pods,
        providers,
        routes,
        workflows,
        prompts,
        pricing,
        gateway,
        prices: overrides,
        hash: String::new(),
        warnings: Vec::new(),
    })
}

/// Parses one file. What could be read in spite of syntax errors is returned, so that problems
/// before the first of them show too.
fn parse(notes: &Notes, file: usize) -> DeTable<'_> {
    if prompt::stem(notes.file(file)).is_some() {
        return front_matter(notes, file);
    }
    let (table, errors) = DeTable::parse_recoverable(notes.text(file));
    let mut lines = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let line = notes.sources().get(file).map_or(0, |source| source.line_of(span.start));
        notes.break_at(file, notes.sources().get(file).map_or(0, |source| source.start_of(line)));
        if !lines.contains(&line) {
            lines.push(line);
            let (message, help) = syntax::explain(error.message());
            notes.push(Severity::Error, Place::new(file, &span), &message, Some(help));
        }
    }
    table.into_inner()
}

/// The front matter of a prompt; empty where it can't be read.
fn front_matter(notes: &Notes, file: usize) -> DeTable<'_> {
    let text = notes.text(file);
    let read = prompt::halves(text).and_then(|(front, _)| yaml::read(text, front));
    read.unwrap_or_else(|yaml::Wrong { span, message, help }| {
        notes.push(Severity::Error, Place::new(file, &span), &message, Some(&help));
        DeTable::new()
    })
}

fn prompts<'a>(notes: &'a Notes, tables: &'a [DeTable<'a>]) -> BTreeMap<PromptId, Arc<Prompt>> {
    let read = |(file, table)| {
        prompt::stem(notes.file(file))?;
        let section = Section::root(&prompt::PROMPT, notes, file, table);
        let name = prompt::name(notes, file)?;
        Some((name.clone(), prompt::read(&section, name)?))
    };
    tables.iter().enumerate().filter_map(read).collect()
}

fn workflows<'a>(notes: &'a Notes, tables: &'a [DeTable<'a>]) -> BTreeMap<WorkflowId, workflow::Draft> {
    let mut workflows = BTreeMap::new();
    for (file, table) in tables.iter().enumerate() {
        if workflow::stem(notes.file(file)).is_none() {
            continue;
        }
        let section = Section::root(&workflow::WORKFLOW, notes, file, table);
        let Some(id) = workflow::name(notes, file) else { continue };
        if let Some(draft) = workflow::read(&section, id.clone()) {
            workflows.insert(id, draft);
        }
    }
    workflows
}

/// Names the variant: what the workflow's file says, and the routes it may use with all they may
/// fall back to.
fn with_variant(workflow: Workflow, routes: &BTreeMap<RouteId, Route>) -> Workflow {
    let mut used = BTreeMap::new();
    let named = routes.values().filter(|route| {
        route.id == workflow.default_route
            || workflow.steps.iter().any(|step| step.route == route.id)
            || workflow.allow.iter().any(|p| p.allows_route(route.id.as_str()))
    });
    let mut open: Vec<&Route> = named.collect();
    while let Some(route) = open.pop() {
        if used.insert(&route.id, route).is_none() {
            open.extend(route.fallback.iter().filter_map(|id| routes.get(id)));
        }
    }
    let texts: Vec<_> = used.values().map(|route| describe(route)).collect();
    let parts = std::iter::once(workflow.source.as_str()).chain(texts.iter().map(String::as_str));
    Workflow { variant: hash::variant(parts), ..workflow }
}

/// `-` where nothing is said, which is not the same as 1: then the order decides.
fn weight(target: &TargetSpec) -> String {
    target.weight.map_or_else(|| "-".to_owned(), |weight| weight.to_string())
}

/// A route as one line, the same for the same route on every machine.
fn describe(route: &Route) -> String {
    let targets: Vec<_> =
        route.targets.iter().map(|t| format!("{}/{} * {}", t.provider, t.model, weight(t))).collect();
    let fallback: Vec<_> = route.fallback.iter().map(RouteId::as_str).collect();
    format!("{} = [{}] else [{}]", route.id, targets.join(", "), fallback.join(", "))
}
