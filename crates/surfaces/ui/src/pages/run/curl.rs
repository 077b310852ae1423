//! The call once more, as a command for a shell. The key is never part of it.

use control::views::{ContentState, InferenceView, RunPage, Turn};
use maud::{Markup, html};
use serde_json::{Value, json};

/// The command, folded, with a button that copies it.
pub(super) fn panel(view: &RunPage, one: &InferenceView) -> Markup {
    html! {
        details.data {
            summary { "As curl" }
            p.muted {
                "Set " code { "COUNTERSIGN_URL" } " and " code { "COUNTERSIGN_KEY" }
                " first. The key is not shown here."
            }
            pre.code #curl tabindex="0" aria-label="The call as a curl command" { code { (command(view, one)) } }
            button type="button" data-copy="curl" hidden { "Copy" }
        }
    }
}

fn command(view: &RunPage, one: &InferenceView) -> String {
    let body = serde_json::to_string_pretty(&body(one)).unwrap_or_default();
    format!(
        "curl \"$COUNTERSIGN_URL{}\" \\\n  -H \"authorization: Bearer $COUNTERSIGN_KEY\" \\\n  -H \"content-type: application/json\" \\\n  -H {} \\\n  -d {}",
        one.path,
        quoted(&format!("x-countersign-run: {}", view.run)),
        quoted(&body)
    )
}

/// For a POSIX shell: nothing inside single quotes means anything but the quote itself.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn body(one: &InferenceView) -> Value {
    let input = match one.content.state {
        ContentState::Shown => one.content.request.iter().map(message).collect(),
        _ => Value::Array(vec![json!({ "role": "user", "content": "…" })]),
    };
    if one.path.starts_with("/v1beta/") {
        return contents(&input);
    }
    let field = match one.path.rsplit('/').next() {
        Some("responses" | "embeddings") => "input",
        _ => "messages",
    };
    let mut body = json!({ "model": one.asked, field: input });
    if one.stream {
        body["stream"] = Value::Bool(true);
    }
    body
}

/// The same messages in Google's dialect, whose path says the rest.
fn contents(messages: &Value) -> Value {
    let messages = messages.as_array().map_or(&[][..], Vec::as_slice);
    let parts = |message: &Value| json!([{ "text": message["content"] }]);
    let (system, said): (Vec<&Value>, Vec<&Value>) =
        messages.iter().partition(|message| message["role"] == "system");
    let role = |message: &Value| if message["role"] == "assistant" { "model" } else { "user" };
    let contents: Vec<Value> =
        said.into_iter().map(|one| json!({ "role": role(one), "parts": parts(one) })).collect();
    let mut body = json!({ "contents": contents });
    if let Some(system) = system.first() {
        body["systemInstruction"] = json!({ "parts": parts(system) });
    }
    body
}

fn message(turn: &Turn) -> Value {
    let text: Vec<&str> =
        turn.parts.iter().filter(|part| part.kind == "text").map(|part| part.text.as_str()).collect();
    json!({ "role": turn.role, "content": text.join("\n") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn googles_messages_are_contents() {
        let messages = json!([
            { "role": "system", "content": "Be brief." },
            { "role": "user", "content": "Hi" },
            { "role": "assistant", "content": "Hello" },
        ]);
        let expected = json!({
            "contents": [
                { "role": "user", "parts": [{ "text": "Hi" }] },
                { "role": "model", "parts": [{ "text": "Hello" }] },
            ],
            "systemInstruction": { "parts": [{ "text": "Be brief." }] },
        });
        assert_eq!(contents(&messages), expected);
    }

    #[test]
    fn quotes_keep_everything_inside() {
        assert_eq!(quoted("it's $HOME `x`"), r"'it'\''s $HOME `x`'");
    }
}
