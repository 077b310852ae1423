//! A prompt: its template, its variables, who may use it.

use domain::ids::WorkflowId;
use domain::prompt::{Message, ModelSettings, PromptUse};
use serde_json::{Map, Value};

use crate::inputs::{self, Input};
use crate::template::Template;

/// One version of a prompt, compiled. Immutable.
#[derive(Debug)]
pub struct Prompt {
    /// Its name, version and label.
    pub of: PromptUse,
    /// Its name for people.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The workflows that may use it; every one where this is empty.
    pub workflows: Vec<WorkflowId>,
    /// How the model is to answer, where the caller does not say.
    pub settings: ModelSettings,
    /// Variables that its file declares.
    pub inputs: Vec<Input>,
    /// The template.
    pub template: Template,
    /// The text of its file.
    pub source: String,
    /// The path of its file in the workspace.
    pub file: String,
}

impl PartialEq for Prompt {
    /// The same text at the same place is the same prompt.
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && self.source == other.source
    }
}

/// Why a prompt was not rendered. The words name variables and never repeat a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unrendered {
    /// A variable is missing or of the wrong kind; what is wrong with it.
    Variable(String),
    /// The template failed or did not come to its end within its bounds.
    Template(String),
}

impl Prompt {
    /// Whether a workflow may use it.
    #[must_use]
    pub fn serves(&self, workflow: &WorkflowId) -> bool {
        self.workflows.is_empty() || self.workflows.contains(workflow)
    }

    /// Renders it to at most so many bytes. Variables that it does not know are ignored, so that a
    /// new version may drop one before its callers do.
    ///
    /// # Errors
    /// [`Unrendered`].
    pub fn render(
        &self,
        mut variables: Map<String, Value>,
        most_bytes: u64,
    ) -> Result<Vec<Message>, Unrendered> {
        inputs::fill(&self.inputs, self.template.variables(), &mut variables)?;
        self.template.render(&variables, most_bytes)
    }

    /// Its variables: those that are declared, then those that only the template names.
    #[must_use]
    pub fn variables(&self) -> Vec<Input> {
        let declared = |name: &str| self.inputs.iter().any(|input| input.name == name);
        let named = self.template.variables().iter().filter(|name| !declared(name));
        self.inputs.iter().cloned().chain(named.map(|name| Input::named(name))).collect()
    }
}
