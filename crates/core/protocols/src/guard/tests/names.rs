//! Names of calls that come in fragments.

use domain::inference::Endpoint;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{cut, policy};
use crate::guard::{Blocked, StreamGuard};

fn call(call: &Value) -> Value {
    json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
}

fn named(name: &str) -> Value {
    call(&json!({"index": 0, "function": {"name": name, "arguments": ""}}))
}

fn argued(arguments: &str) -> Value {
    call(&json!({"index": 0, "function": {"arguments": arguments}}))
}

fn over() -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
}

/// What passed, and how it ended.
fn passed(events: &[Value], chunk: usize) -> (String, Result<(), Blocked>) {
    let stream: String = events.iter().map(|event| format!("data: {event}\n\n")).collect();
    let mut guard = StreamGuard::new(Endpoint::Chat, None, Some(policy()));
    let mut out = Vec::new();
    let ended = stream.as_bytes().chunks(chunk).try_for_each(|piece| {
        out.extend_from_slice(&guard.push(piece)?);
        Ok(())
    });
    let ended = ended.and_then(|()| {
        out.extend_from_slice(&guard.finish()?);
        Ok(())
    });
    (String::from_utf8(out).unwrap(), ended)
}

#[test]
fn the_joined_name_is_judged() {
    let legacy = |function: &Value| json!({"choices": [{"index": 0, "delta": {"function_call": function}}]});
    let table = [
        (vec![named("search"), named("_evil"), argued("{\"k\":1}"), over()], Some("search_evil")),
        (vec![named("sea"), named("rch"), argued("{\"k\":1}"), over()], None),
        (vec![named("search"), named("search"), argued("{\"k\":1}"), over()], None),
        (vec![named("search"), argued("{"), named("_evil"), over()], Some("search_evil")),
        (vec![argued("{\"k\":1}"), named("rm"), over()], Some("rm")),
        (vec![argued("{\"k\":1}"), named("search"), over()], None),
        (vec![argued("{\"k\":1}"), over()], Some("unnamed")),
        (vec![named("sea"), over()], Some("sea")),
        (
            vec![
                json!({"choices": [{"index": 0, "delta": {"content": "so", "tool_calls": [
                    {"index": 0, "function": {"name": "sea"}}]}}]}),
                call(&json!({"index": 0, "newfangled": "x", "function": {"name": "rch", "arguments": "{}"}})),
                over(),
            ],
            None,
        ),
        (
            vec![named("sea"), json!({"choices": [{"index": 0, "delta": {"content": "so"}}]}), named("rch")],
            Some("sea"),
        ),
        (vec![named("sea")], Some("sea")),
        (vec![named("sea"), call(&json!({"index": 1, "function": {"name": "search"}})), over()], Some("sea")),
        (
            vec![
                named("search"),
                call(&json!({"index": 1, "function": {"name": "crm.x", "arguments": "{}"}})),
                over(),
            ],
            None,
        ),
        (
            vec![
                call(&json!({"id": "a", "function": {"name": "search", "arguments": "{}"}})),
                call(&json!({"id": "b", "function": {"name": "crm.x", "arguments": "{}"}})),
                over(),
            ],
            None,
        ),
        (
            vec![
                call(&json!({"function": {"name": "search", "arguments": "{}"}})),
                call(&json!({"function": {"name": "crm.x", "arguments": {"k": 1}}})),
                call(&json!({"function": {"name": "rm", "arguments": {"k": 1}}})),
            ],
            Some("rm"),
        ),
        (
            vec![
                call(&json!({"index": 0, "id": "a", "function": {"name": "search", "arguments": "{}"}})),
                call(&json!({"index": 0, "id": "b", "function": {"name": "crm.x", "arguments": "{}"}})),
            ],
            None,
        ),
        (
            vec![legacy(&json!({"name": "sea"})), legacy(&json!({"name": "rch", "arguments": "{}"})), over()],
            None,
        ),
        (vec![legacy(&json!({"name": "search"})), legacy(&json!({"name": "er"})), over()], Some("searcher")),
    ];
    for (events, refused) in table {
        for chunk in [1, 40, 10_000] {
            let (out, ended) = passed(&events, chunk);
            let expected = refused.map_or(Ok(()), |name| Err(Blocked::Tool(name.to_owned())));
            assert_eq!(ended, expected, "{events:?}");
            match refused {
                Some(_) => assert!(!out.contains("\\\"k\\\"") && !out.contains("\"rm\""), "{out}"),
                None => assert_eq!(out.matches("data: ").count(), events.len()),
            }
        }
    }
}

#[test]
fn an_allowed_name_waits_for_nothing() {
    let mut guard = StreamGuard::new(Endpoint::Chat, None, Some(policy()));
    let event = format!("data: {}\n\n", named("search"));
    assert_eq!(guard.push(event.as_bytes()).unwrap(), event);
}

proptest! {
    #[test]
    fn a_name_is_judged_the_same_in_any_fragments(
        name in prop::sample::select(vec!["search", "crm.read", "rm", "searching", "crm"]),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4), chunk in 1_usize..200,
    ) {
        let mut events: Vec<Value> = cut(name, &cuts).iter().map(|fragment| named(fragment)).collect();
        events.extend([argued("{\"k\":1}"), over()]);
        let (out, ended) = passed(&events, chunk);
        if policy().allows(name) {
            prop_assert_eq!(ended, Ok(()));
            prop_assert_eq!(out.matches("data: ").count(), events.len());
        } else {
            prop_assert!(matches!(ended, Err(Blocked::Tool(_))), "{:?}", ended);
            prop_assert!(!out.contains("\\\"k\\\""), "{}", out);
        }
    }
}
