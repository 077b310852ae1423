//! Prompt: from a reference in the body to the messages it stands for. Fails closed.
//!
//! A call that names a prompt of the workspace in `prompt_ref` is rendered here, inside admission
//! and before anything is weighed, so that limits, budgets, guards and the record see what will
//! really be sent. A run that began with one version keeps it for as long as this process knows
//! the run. A call without a reference never comes here.

use std::sync::Arc;

use bytes::Bytes;
use config::{Prompt, Snapshot};
use domain::Refusal;
use domain::ids::PromptId;
use domain::inference::Verdict;
use domain::prompt::{Choice, PromptUse, choose};
use prompts::Unrendered;
use protocols::prompt::{Asked, Placed, Rendered, asked, place};
use protocols::request::View;

use super::guard;
use super::open::Draft;
use crate::metrics;

/// Longest version that a refusal repeats, in characters.
const MOST_SHOWN: usize = 64;

/// A prompt that a call names and may use, not rendered yet.
#[derive(Debug)]
pub(super) struct Named {
    prompt: Arc<Prompt>,
    asked: Box<Asked>,
}

/// Finds the prompt that a call names; `None` where it names none.
pub(super) fn find(draft: &mut Draft, view: &View, body: &Bytes) -> Result<Option<Named>, Refusal> {
    let Some(span) = view.prompt_ref.as_deref().cloned() else { return Ok(None) };
    let asked = guard::aside(span.len(), || asked(body.get(span).unwrap_or_default()))?;
    let snapshot = Arc::clone(&draft.caller.snapshot);
    let live = live(&snapshot, draft, &asked.name)?;
    let of_run = of_run(draft, &live.of.name);
    let chosen = choose(asked.version.as_deref(), &live.of, of_run.as_ref().map(|prompt| &prompt.of));
    let prompt = match (chosen, of_run) {
        (Some(Choice::OfRun), Some(of_run)) => of_run,
        (Some(_), _) => Arc::clone(live),
        (None, _) => {
            return Err(Refusal::PromptVersionNotLive {
                prompt: live.of.name.to_string(),
                asked: asked.version.unwrap_or_default().chars().take(MOST_SHOWN).collect(),
                live: version(&live.of),
            });
        }
    };
    draft.prompt = Some(Box::new(prompt.of.clone()));
    Ok(Some(Named { prompt, asked: Box::new(asked) }))
}

/// The live prompt of a name, where the workflow may use it.
fn live<'a>(snapshot: &'a Snapshot, draft: &Draft, name: &str) -> Result<&'a Arc<Prompt>, Refusal> {
    let workflow = &draft.caller.attribution.workflow;
    let mine = || snapshot.workspace.prompts.values().filter(|prompt| prompt.serves(workflow));
    mine().find(|prompt| prompt.of.name.as_str() == name).ok_or_else(|| {
        let names: Vec<_> = mine().map(|prompt| prompt.of.name.as_str()).collect();
        Refusal::NoSuchPrompt {
            name: name.chars().take(PromptId::MAX).collect(),
            workflow: workflow.clone(),
            hint: hint(name, &names),
        }
    })
}

/// The name that was probably meant, or those that there are.
fn hint(name: &str, names: &[&str]) -> String {
    const MOST: usize = 20;
    if let Some(meant) = domain::meant::nearest(name, names.iter().copied()) {
        return format!("; did you mean {meant}?");
    }
    match names {
        [] => "; it may use none: a prompt is a file prompts/NAME.prompty".to_owned(),
        all if all.len() <= MOST => format!("; it may use {}", all.join(", ")),
        many => format!("; it may use {} and more", many[..MOST].join(", ")),
    }
}

/// `3f2a9c0b17de (1.4)`.
fn version(of: &PromptUse) -> String {
    match &of.label {
        Some(label) => format!("{} ({label})", of.version),
        None => of.version.clone(),
    }
}

/// The version that the call's run began with. Only a run that its caller named has more calls than
/// one.
fn of_run(draft: &Draft, name: &PromptId) -> Option<Arc<Prompt>> {
    let attribution = &draft.caller.attribution;
    let named = draft.caller.run_is_named;
    named.then(|| draft.gateway.sticky.find(attribution, name, draft.started)).flatten()
}

/// Renders the prompt: the body with messages in place of the reference, and the view of it.
pub(super) fn render(draft: &mut Draft, named: Named, body: &Bytes) -> Result<(View, Bytes), Refusal> {
    let Named { prompt, asked } = named;
    let Asked { variables, version, .. } = *asked;
    let snapshot = Arc::clone(&draft.caller.snapshot);
    let most = snapshot.workspace.gateway.max_body;
    let name = || prompt.of.name.to_string();
    // A template may work for as long as its bounds let it, whatever the size of the body.
    let rendered = guard::aside(usize::MAX, || prompt.render(variables, most));
    let messages = rendered.map_err(|unrendered| match unrendered {
        Unrendered::Variable(problem) => Refusal::PromptVariable { prompt: name(), problem },
        Unrendered::Template(problem) => Refusal::PromptNotRendered { prompt: name(), problem },
    })?;
    let model = draft.workflow()?.default_route.to_string();
    let rendered = Rendered { messages: &messages, settings: &prompt.settings, model: &model };
    let Placed { body, set, lost } = place(draft.endpoint, body, &rendered)?;
    if u64::try_from(body.len()).is_ok_and(|length| length > most) {
        let problem = format!("the request would be longer than the {most} bytes that a body may have");
        return Err(Refusal::PromptNotRendered { prompt: name(), problem });
    }
    let view = protocols::request::read_at(draft.endpoint, draft.in_path.as_ref(), &body)?;
    if draft.caller.run_is_named && version.is_none() {
        draft.gateway.sticky.keep(&draft.caller.attribution, &prompt, draft.started);
    }
    metrics::rendered(&draft.caller.attribution.workflow, &prompt.of.name);
    note(draft, &prompt.of, (&set, &lost));
    Ok((view, body))
}

fn note(draft: &mut Draft, of: &PromptUse, (set, lost): (&[&str], &[&str])) {
    let label = of.label.as_ref().map_or_else(String::new, |label| format!(" ({label})"));
    let list = |words: &str, names: &[&str]| match names {
        [] => String::new(),
        names => format!("; {words} {}", names.join(", ")),
    };
    let settings = list("it sets", set);
    let left = list("this endpoint has no", lost);
    draft.note("prompt", Verdict::Change, format!("rendered from {of}{label}{settings}{left}"));
    draft.changes.push(format!("prompt_ref: messages rendered from {of}"));
}
