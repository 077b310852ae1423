//! Prompts: what is read of their files, and how what is wrong with them is shown.

use std::sync::Arc;

use config::Prompt;
use domain::ids::{PromptId, WorkflowId};
use expect_test::{Expect, expect};
use serde_json::json;

use crate::support::{files, load, said, with_file};

const PATH: &str = "prompts/reply.prompty";

fn prompt(text: &str) -> Arc<Prompt> {
    let workspace = load(&with_file(PATH, text));
    Arc::clone(&workspace.prompts[&PromptId::new("reply").expect("a name")])
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&said(&with_file(PATH, text)));
}

#[test]
fn a_prompt_is_read_with_its_settings_and_variables() {
    let text = r#"---
name: Reply to a customer
description: Drafts a reply.
version: 1.4
workflow: replies
model:
  id: standard
  parameters:
    temperature: 0.2
    max_tokens: 300
    stop: [END]
    response_format: { type: json_object }
inputs:
  ticket:
    type: string
    description: What the customer wrote
  tone: { kind: string, default: warm }
---
system:
Be {{ tone }}.

user:
{{ ticket }}
"#;
    let prompt = prompt(text);
    assert_eq!(prompt.of.to_string(), format!("reply@{}", prompt.of.version));
    assert_eq!((prompt.of.version.len(), prompt.of.label.as_deref()), (12, Some("1.4")));
    assert_eq!(
        (prompt.title.as_str(), prompt.description.as_str()),
        ("Reply to a customer", "Drafts a reply.")
    );
    assert!(prompt.serves(&WorkflowId::new("replies").expect("a name")));
    assert!(!prompt.serves(&WorkflowId::new("other").expect("a name")));
    let settings = &prompt.settings;
    assert_eq!(
        (settings.model.as_deref(), settings.temperature, settings.max_tokens),
        (Some("standard"), Some(0.2), Some(300))
    );
    assert_eq!(settings.stop, ["END"]);
    assert_eq!(settings.response_format.as_deref(), Some(r#"{"type":"json_object"}"#));
    let variables = json!({"ticket": "Where is it?"}).as_object().cloned().unwrap_or_default();
    let said: Vec<_> =
        prompt.render(variables, 1_000).expect("it renders").into_iter().map(|m| m.text).collect();
    assert_eq!(said, ["Be warm.", "Where is it?"]);
}

#[test]
fn both_generations_of_the_format_are_read() {
    let old = prompt(
        "---\nmodel:\n  api: chat\n  parameters: { max_tokens: 5 }\nsample: { a: 1 }\ninputs: { a: hello }\n---\nuser:\n{{ a }}",
    );
    let new = prompt(
        "---\nmodel:\n  id: economy\n  apiType: chat\n  options: { maxOutputTokens: 5, topP: 1 }\nmetadata: { version: v2, team: x }\ninputs:\n  - name: a\n    kind: string\n---\nuser:\n{{ a }}",
    );
    assert_eq!((old.settings.max_tokens, new.settings.max_tokens), (Some(5), Some(5)));
    assert_eq!((old.of.label.as_deref(), new.of.label.as_deref()), (None, Some("v2")));
    assert_eq!((old.inputs.len(), new.inputs.len()), (1, 1));
}

#[test]
fn a_file_without_front_matter_serves_every_workflow() {
    let prompt = prompt("Say {{ word }}.");
    assert_eq!((prompt.title.as_str(), prompt.of.label.as_deref()), ("reply", None));
    assert!(prompt.serves(&WorkflowId::new("any").expect("a name")));
    assert_eq!(prompt.variables().len(), 1);
}

#[test]
fn blank_lines_and_comments_above_a_front_matter_change_nothing() {
    for above in
        ["", "\n", " \n\t\n", " ", "# prompts/reply.prompty\n", "\u{feff}\r\n#\r\n", "  # a\n\n# b\n"]
    {
        let prompt = prompt(&format!("{above}---\nworkflow: replies\nversion: v2\n---\nuser:\nHi"));
        assert!(!prompt.serves(&WorkflowId::new("other").expect("a name")), "{above:?}");
        assert_eq!(prompt.of.label.as_deref(), Some("v2"), "{above:?}");
        let messages = prompt.render(serde_json::Map::new(), 1_000).expect("it renders");
        let said: Vec<_> = messages.into_iter().map(|message| message.text).collect();
        assert_eq!(said, ["Hi"], "{above:?}");
    }
}

#[test]
fn front_matter_below_text_is_refused_and_never_sent() {
    check(
        "system:\nBe kind.\n\n---\nworkflow: replies\nmodel:\n  id: standard\n---\nuser:\nHi",
        &expect![[r#"
            error: this looks like front matter, but text stands above it
             --> prompts/reply.prompty:4:1
              |
            4 | ---
              | ^^^
              = help: put it at the top of the file, where only blank lines and `#` comments may stand above it; if it is text for the model, begin the file with two lines `---`
        "#]],
    );
    for text in ["// a\n---\nversoin: 1\nworkflow: replies\n---\nHi", "a\n ---\n---\n---\nname: x\n--- \n"] {
        assert!(said(&with_file(PATH, text)).contains("this looks like front matter"), "{text}");
    }
}

#[test]
fn rules_between_paragraphs_are_text() {
    let other = WorkflowId::new("other").expect("a name");
    for text in [
        "# Task\nRead this:\n---\nname and description\n---\nAnswer.",
        "Read this:\n---\nThe ticket.\nname: {{ name }}\n---\n",
        "Read this:\n---\ncolour: red\n---\n",
        "Read this:\n---\nname: x\n",
        "---\n---\nRead this:\n---\nname: x\n---\n",
        "# Task\nname: x",
    ] {
        assert_eq!(said(&with_file(PATH, text)), "", "{text}");
        let prompt = prompt(text);
        assert!(prompt.serves(&other), "{text}");
        let values = json!({"name": "x"}).as_object().cloned().unwrap_or_default();
        let messages =
            prompt.render(values, 1_000).map(|all| all.into_iter().map(|m| m.text).collect::<Vec<_>>());
        let text = messages.unwrap_or_default().concat();
        assert!(text.contains("name") || text.contains("colour"), "{text}");
    }
}

#[test]
fn a_version_is_its_content_on_every_machine() {
    let version = |text: &str| prompt(text).of.version.clone();
    assert_eq!(version("user:\nHi"), version("user:\r\nHi"));
    assert_ne!(version("user:\nHi"), version("user:\nHo"));
    let plain = load(&files());
    let with = load(&with_file(PATH, "user:\nHi"));
    assert_ne!(plain.hash, with.hash, "the configuration's hash covers prompts");
}

#[test]
fn what_is_wrong_with_a_front_matter_is_shown_where_it_stands() {
    check(
        "---\ndescripton: x\nmodel:\n  parameters: { temprature: 1, top_p: 3 }\n---\nuser:\nHi",
        &expect![[r#"
            error: unknown key `descripton` in the front matter of a prompt
             --> prompts/reply.prompty:2:1
              |
            2 | descripton: x
              | ^^^^^^^^^^
              = help: did you mean `description`?

            error: unknown key `temprature` among the model's settings
             --> prompts/reply.prompty:4:17
              |
            4 |   parameters: { temprature: 1, top_p: 3 }
              |                 ^^^^^^^^^^
              = help: did you mean `temperature`?

            error: `top_p` must be from 0 to 1
             --> prompts/reply.prompty:4:39
              |
            4 |   parameters: { temprature: 1, top_p: 3 }
              |                                       ^
        "#]],
    );
    check(
        "---\nworkflow: repleis\nversion: [1]\n---\nuser:\nHi",
        &expect![[r#"
        error: there is no workflow `repleis`
         --> prompts/reply.prompty:2:11
          |
        2 | workflow: repleis
          |           ^^^^^^^
          = help: did you mean `replies`?

        error: `version` must be text, not a list
         --> prompts/reply.prompty:3:10
          |
        3 | version: [1]
          |          ^^^
          = help: write `version = "…"`
    "#]],
    );
    check(
        "---\nname: x\nuser:\nHi",
        &expect![[r#"
        error: the front matter does not end
         --> prompts/reply.prompty:1:1
          |
        1 | ---
          | ^^^
          = help: end it with a line `---`
    "#]],
    );
    check(
        "---\nname: &x y\n---\nuser:\nHi",
        &expect![[r#"
        error: an anchor is not read here
         --> prompts/reply.prompty:2:7
          |
        2 | name: &x y
          |       ^^^^
          = help: put the text into quotes
    "#]],
    );
}

#[test]
fn what_is_wrong_with_a_template_is_shown_where_it_stands() {
    check(
        "system:\nBe kind.\n\nusr:\n{{ name }\n",
        &expect![[r#"
        error: `usr:` is no role
         --> prompts/reply.prompty:4:1
          |
        4 | usr:
          | ^^^^
          = help: did you mean `user:`?

        error: the template has an error: unexpected `}`, expected end of variable block
         --> prompts/reply.prompty:5:9
          |
        5 | {{ name }
          |         ^
          = help: blocks such as `{% if … %} … {% endif %}` open and close within one message; other files can't be included
    "#]],
    );
    check(
        "user:\nHi {{ name|shuot }}\n{% if x %}\n",
        &expect![[r#"
        error: the template has an error: unexpected end of input, expected end of block
         --> prompts/reply.prompty:3:9
          |
        3 | {% if x %}
          |         ^^
          = help: blocks such as `{% if … %} … {% endif %}` open and close within one message; other files can't be included
    "#]],
    );
    check(
        "---\ninputs:\n  tikcet: { type: strng }\n---\nuser:\n{{ ticket }}",
        &expect![[r#"
        warning: the template does not use the input `tikcet`
         --> prompts/reply.prompty:3:3
          |
        3 |   tikcet: { type: strng }
          |   ^^^^^^
          = help: did you mean `ticket`?

        error: "strng" is not a kind of variable that is known
         --> prompts/reply.prompty:3:19
          |
        3 |   tikcet: { type: strng }
          |                   ^^^^^
          = help: did you mean `string`?
    "#]],
    );
    check(
        "---\ntemplate: mustache\n---\nuser:\n{{ ticket }}",
        &expect![[r#"
        error: only templates in jinja2 are read
         --> prompts/reply.prompty:2:11
          |
        2 | template: mustache
          |           ^^^^^^^^
          = help: write the template in Jinja: `{{ name }}`, `{% if … %}`
    "#]],
    );
    check(
        "---\nmodel:\n  configuration: { azure_endpoint: x }\n---\nuser:\n{{ ticket }}",
        &expect![[r#"
        warning: `configuration` is not used: routes decide where calls go
         --> prompts/reply.prompty:3:3
          |
        3 |   configuration: { azure_endpoint: x }
          |   ^^^^^^^^^^^^^
          = help: take it out; providers and their keys stand in countersign.toml
    "#]],
    );
}

#[test]
fn a_model_that_nobody_can_ask_for_is_pointed_at() {
    check(
        "---\nmodel: standrad\n---\nuser:\nHi",
        &expect![[r#"
        warning: there is no route for the model `standrad`: callers will have to name one
         --> prompts/reply.prompty:2:8
          |
        2 | model: standrad
          |        ^^^^^^^^
          = help: did you mean `standard`?
    "#]],
    );
    check(
        "---\nmodel:\n  id: opnai/gpt-4o\n---\nuser:\nHi",
        &expect![[r#"
        warning: there is no provider for the model `opnai/gpt-4o`: callers will have to name one
         --> prompts/reply.prompty:3:7
          |
        3 |   id: opnai/gpt-4o
          |       ^^^^^^^^^^^^
          = help: did you mean `openai`?
    "#]],
    );
    check("---\nmodel: { id: local/gemma }\n---\nuser:\nHi", &expect![[""]]);
}

#[test]
fn files_that_look_like_prompts_are_named() {
    for (path, help) in [
        ("prompts/a.prompt", "a prompt is a file that ends in .prompty"),
        ("prompts/sub/a.prompty", "prompts stand in prompts/ itself, not in a folder below"),
        ("prompt/a.prompty", "did you mean the folder prompts/?"),
    ] {
        let said = said(&with_file(path, "user:\nHi"));
        assert!(said.contains("this file is not read") && said.contains(help), "{path}: {said}");
    }
    assert!(said(&with_file("prompts/Big.prompty", "user:\nHi")).contains("can't be the name of a prompt"));
}

#[test]
fn a_restriction_that_names_no_workflow_is_none_that_is_lifted() {
    for front in ["workflows: []", "workflows:", "workflow:  # later", "workflow: ~"] {
        let said = said(&with_file(PATH, &format!("---\n{front}\n---\nuser:\nHi")));
        assert!(said.starts_with("error: no workflow is named\n --> prompts/reply.prompty:2:"), "{said}");
    }
}
