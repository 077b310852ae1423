//! The model of a coding agent, for one turn: it asks for a command, and answers when it has run.
//!
//! Agents differ in what they call their shell and how it takes a command; whether one has come back
//! with a result is told by the same mark in each dialect. A program that offers no shell gets a
//! call of its first tool. Asked to write by itself, it takes the tool for that where there is one,
//! so that an agent has lines of its own to count.

use serde_json::{Value, json};

use super::answers::{Call, Said};

/// The file that the command writes in the agent's folder.
pub const AGENT_FILE: &str = "tool-turn.txt";
/// What stands in it then.
pub const AGENT_TEXT: &str = "written by the tool";
/// What the model says when it has seen the result.
pub const AGENT_WORDS: &str = "The tool turn is complete.";

/// What the model claims to have read when it writes by itself, and how much of that from a cache:
/// as much as an agent's prompt has, so that calls are told apart by their counts.
const READ: (u64, u64) = (2_000, 800);

/// What the model says to this request, where it uses a shell.
pub(super) fn turn(call: &Call) -> Said {
    said(call, &[shell])
}

/// What the model says to this request, where it writes the file by itself if it can.
pub(super) fn writing_turn(call: &Call) -> Said {
    let said = said(call, &[writer, shell]);
    let output = said.usage.map_or(0, |(.., output)| output);
    Said { usage: Some((READ.0, READ.1, output)), ..said }
}

/// How a tool of this name is called; `None` where it is of no use.
type Kind = fn(&str) -> Option<Value>;

/// What the model says where it wants a tool of these kinds, the first that is on offer.
fn said(call: &Call, kinds: &[Kind]) -> Said {
    let names = names(&call.body["tools"]);
    let of_kind = |kind: &Kind| names.iter().find_map(|name| Some((name, kind(name)?)));
    let useful = kinds.iter().find_map(of_kind);
    let calling = |tool: &String| Said { tool: Some(tool.clone()), ..Said::text(&["calling"]) };
    match (has_result(&call.body), useful, names.first()) {
        (false, Some((tool, arguments)), _) => Said { arguments: arguments.to_string(), ..calling(tool) },
        (false, None, Some(tool)) => calling(tool),
        (true, ..) | (false, None, None) => Said::text(&AGENT_WORDS.split_inclusive(' ').collect::<Vec<_>>()),
    }
}

/// The names of all tools on offer, in groups or not.
fn names(tools: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for tool in tools.as_array().into_iter().flatten() {
        let own = tool["function"]["name"].as_str().or_else(|| tool["name"].as_str());
        names.extend(own.map(str::to_owned));
        for group in ["functionDeclarations", "function_declarations", "tools"] {
            let inner = tool[group].as_array().into_iter().flatten();
            names.extend(inner.filter_map(|tool| tool["name"].as_str()).map(str::to_owned));
        }
    }
    names
}

/// How a tool of this name that writes files is called; `None` where it is none.
fn writer(name: &str) -> Option<Value> {
    match name {
        "Write" | "write_file" => Some(json!({"file_path": AGENT_FILE, "content": AGENT_TEXT})),
        "create" => Some(json!({"path": AGENT_FILE, "file_text": AGENT_TEXT})),
        _ => None,
    }
}

/// How the shell of this name takes the command; `None` where it is no shell.
fn shell(name: &str) -> Option<Value> {
    let command = format!("printf '{AGENT_TEXT}' > {AGENT_FILE}");
    match name {
        "Bash" | "bash" | "run_shell_command" => {
            Some(json!({"command": command, "description": "Writes a file"}))
        }
        "shell_command" => Some(json!({"command": command})),
        "exec_command" => Some(json!({"cmd": command})),
        "shell" => Some(json!({"command": ["bash", "-c", command]})),
        _ => None,
    }
}

/// Whether the conversation holds the result of a tool.
fn has_result(body: &Value) -> bool {
    let any = |list: &Value, is: fn(&Value) -> bool| list.as_array().is_some_and(|list| list.iter().any(is));
    any(&body["messages"], |message| {
        let blocks = message["content"].as_array().into_iter().flatten();
        message["role"] == "tool" || blocks.into_iter().any(|block| block["type"] == "tool_result")
    }) || any(&body["input"], |item| item["type"].as_str().is_some_and(|kind| kind.ends_with("call_output")))
        || any(&body["contents"], |content| {
            let parts = content["parts"].as_array().into_iter().flatten();
            parts.into_iter().any(|part| !part["functionResponse"].is_null())
        })
}
