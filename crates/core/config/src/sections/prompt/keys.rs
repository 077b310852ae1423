//! The keys of a prompt's front matter.

use crate::read::{Spec, optional};

pub(crate) static PROMPT: Spec = Spec {
    title: "prompts/NAME.prompty",
    place: "in the front matter of a prompt",
    doc: "One prompt per file; the file's name is the prompt's. Between two lines `---` stands its front matter in YAML, with \
          nothing but blank lines and `#` comments above it; below it stands the template: lines `system:`, `developer:`, `user:` and `assistant:` begin messages, and `{{ name }}` \
          stands for a variable. The format is [Prompty](https://prompty.ai)'s.",
    keys: &[
        optional(
            "name",
            "Reply to a customer",
            "the file's name",
            "Its name for people; programs use the file's.",
        ),
        optional("displayName", "Reply to a customer", "`name`", "The same, before `name`."),
        optional("description", "Drafts a reply", "none", "What it is for, in one line."),
        optional("version", "\"1.4\"", "none", "A label for this version; callers may ask for it."),
        optional("workflow", "support-replies", "every workflow", "The one workflow that may use it."),
        optional(
            "workflows",
            "[support-replies, triage]",
            "every workflow",
            "The workflows that may use it.",
        ),
        optional("model", "{ id: standard }", "the workflow's default route", "How a model is to answer."),
        optional("inputs", "{ ticket: { kind: string } }", "what the template names", "Its variables."),
        optional("template", "jinja2", "`jinja2`", "The language of the template; only `jinja2` is read."),
        optional(
            "metadata",
            "{ team: support }",
            "none",
            "Anything; `metadata.version` is a label too. Not used otherwise.",
        ),
        optional("authors", "[Maya Chen]", "none", "Who wrote it. Not used."),
        optional("tags", "[support]", "none", "Words to find it by. Not used."),
        optional("sample", "{ ticket: Hello }", "none", "Example values. Not used."),
        optional("outputs", "{ }", "none", "What comes back. Not used."),
        optional("countersign", "{ risk: low }", "none", "Your own notes. Not used."),
    ],
};

pub(crate) static MODEL: Spec = Spec {
    title: "model",
    place: "under `model` of a prompt",
    doc: "How a model is to answer. What the caller sets himself counts before it.",
    keys: &[
        optional(
            "id",
            "standard",
            "the workflow's default route",
            "A route, or `provider/model`, where the caller names none.",
        ),
        optional("parameters", "{ temperature: 0.2 }", "none", "Settings, as below."),
        optional("options", "{ temperature: 0.2 }", "none", "The same under its newer name."),
        optional("api", "chat", "none", "Not used: the caller's endpoint decides."),
        optional("apiType", "chat", "none", "Not used: the caller's endpoint decides."),
        optional("provider", "openai", "none", "Not used: the route decides."),
        optional(
            "configuration",
            "{ type: openai }",
            "none",
            "Not used: providers stand in countersign.toml.",
        ),
        optional("connection", "{ kind: remote }", "none", "Not used: providers stand in countersign.toml."),
    ],
};

pub(crate) static SETTINGS: Spec = Spec {
    title: "model.parameters",
    place: "among the model's settings",
    doc: "Settings, each in the endpoint's own words where it has some; what it has none for is left out and named in the \
          record.",
    keys: &[
        optional("temperature", "0.2", "the provider's", "From 0 to 2."),
        optional("top_p", "0.9", "the provider's", "From 0 to 1. Also `topP`."),
        optional(
            "max_tokens",
            "300",
            "the provider's",
            "The most output tokens. Also `maxOutputTokens`, `max_completion_tokens`.",
        ),
        optional("seed", "7", "none", "For answers that can be had again (chat)."),
        optional(
            "stop",
            "[END]",
            "none",
            "Texts before which the answer ends (chat, messages). Also `stopSequences`.",
        ),
        optional("response_format", "{ type: json_object }", "text", "As chat's `response_format`."),
        optional("topP", "0.9", "the provider's", "See `top_p`."),
        optional("maxOutputTokens", "300", "the provider's", "See `max_tokens`."),
        optional("max_completion_tokens", "300", "the provider's", "See `max_tokens`."),
        optional("stopSequences", "[END]", "none", "See `stop`."),
    ],
};

pub(crate) static INPUT: Spec = Spec {
    title: "inputs.NAME",
    place: "in an input of a prompt",
    doc: "One variable.",
    keys: &[
        optional("name", "ticket", "its key", "Its name, where `inputs` is a list."),
        optional(
            "kind",
            "string",
            "any",
            "`string`, `integer`, `number`, `boolean`, `array` or `object`. Also `type`; `float` is `number`.",
        ),
        optional("type", "string", "any", "See `kind`."),
        optional("default", "Hello", "none", "Its value where the caller gives none."),
        optional("required", "false", "`true`, without a default", "Whether the caller must give it."),
        optional("description", "What the customer wrote", "none", "What it is."),
        optional("example", "Hello", "none", "An example. Not used."),
        optional("sample", "Hello", "none", "An example. Not used."),
        optional("strict", "true", "none", "Not used: every undefined variable is an error."),
    ],
};
