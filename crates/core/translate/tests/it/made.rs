//! Made-up answers and requests: whatever a dialect can say.

use proptest::prelude::*;
use translate::canon::{
    Answer, Call, Form, Part, Proof, Reasoning, Request, Role, Stop, Text, ToolResult, Turn,
};
use translate::{Caller, Origin};

fn words() -> impl Strategy<Value = String> {
    "[a-zé\"\\\\\n{}日 ]{1,24}"
}

fn arguments() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("{}".to_owned()),
        ("[a-z]{1,5}", "[a-zé ]{0,9}", 0_u32..999).prop_map(|(key, text, number)| {
            serde_json::to_string(&serde_json::json!({ "a": {"b": [number, null]}, key: text })).unwrap()
        }),
        Just(r#"{"z":1.0,"a":12345678901234567890123,"m":"}{\"["}"#.to_owned()),
    ]
}

fn text() -> impl Strategy<Value = Part> {
    words().prop_map(Part::text)
}

/// Calls with ids of their own.
fn calls(most: usize) -> impl Strategy<Value = Vec<Part>> {
    proptest::collection::vec(("[a-z_]{1,9}", arguments()), 0..=most).prop_map(|calls| {
        let call = |(at, (name, arguments)): (usize, (String, String))| {
            Part::Call(Call { id: format!("call_{at}"), name, arguments })
        };
        calls.into_iter().enumerate().map(call).collect()
    })
}

/// Reasoning as a provider of `caller`'s wire makes it.
fn reasoning(caller: Caller) -> impl Strategy<Value = Part> {
    let proof = |origin, form, id: Option<&str>| {
        let id = id.map(str::to_owned);
        Some(Proof { origin, form, id, data: "c2ln/+w==".to_owned() })
    };
    let signed = move |text| match caller {
        Caller::Messages => Reasoning { text, proof: proof(Origin::Anthropic, Form::Signature, None) },
        Caller::Gemini => {
            Reasoning { text: String::new(), proof: proof(Origin::Gemini, Form::Signature, None) }
        }
        Caller::Chat => Reasoning { text, proof: proof(Origin::Openai, Form::Signature, Some("rs_1")) },
        Caller::Responses => Reasoning { text, proof: proof(Origin::Openai, Form::Sealed, Some("rs_1")) },
    };
    let sealed = move || match caller {
        Caller::Messages => {
            Reasoning { text: String::new(), proof: proof(Origin::Anthropic, Form::Sealed, None) }
        }
        Caller::Chat | Caller::Responses => {
            Reasoning { text: String::new(), proof: proof(Origin::Openai, Form::Sealed, Some("rs_1")) }
        }
        Caller::Gemini => Reasoning { text: "thought".into(), proof: None },
    };
    prop_oneof![
        words().prop_map(signed),
        Just(()).prop_map(move |()| sealed()),
        words().prop_map(|text| Reasoning { text, proof: None }),
    ]
    .prop_map(Part::Reasoning)
}

/// Parts in an order that the wire keeps, no two of a kind side by side but calls.
fn parts(caller: Caller) -> BoxedStrategy<Vec<Part>> {
    let refusal = match caller {
        Caller::Chat | Caller::Responses => proptest::option::of(words().prop_map(Part::Refusal)).boxed(),
        Caller::Messages | Caller::Gemini => Just(None).boxed(),
    };
    let first = (proptest::option::of(reasoning(caller)), proptest::option::of(text()), refusal, calls(3));
    let first = first.prop_map(|(reasoning, text, refusal, calls)| {
        reasoning.into_iter().chain(text).chain(refusal).chain(calls).collect::<Vec<_>>()
    });
    if caller == Caller::Chat {
        return first.boxed();
    }
    proptest::collection::vec(first, 1..4)
        .prop_map(|rounds| {
            let mut parts = Vec::new();
            rounds.into_iter().for_each(|next| join(&mut parts, next));
            let parts = parts.into_iter().zip(0_usize..);
            parts.map(|(part, at)| numbered(part, at)).collect()
        })
        .boxed()
}

/// Appends parts, unless that would put two of a kind side by side.
fn join(parts: &mut Vec<Part>, next: Vec<Part>) {
    let kind = |part: &Part| match part {
        Part::Call(_) => None,
        other => Some(std::mem::discriminant(other)),
    };
    let before = parts.last().and_then(kind);
    if before.is_none() || before != next.first().and_then(kind) {
        parts.extend(next);
    }
}

/// A call by the number of its part, so that no two share an id.
fn numbered(part: Part, at: usize) -> Part {
    match part {
        Part::Call(call) => Part::Call(Call { id: format!("call_{at}"), ..call }),
        other => other,
    }
}

/// An answer as a provider of `caller`'s wire can give it.
pub(crate) fn answer(caller: Caller) -> impl Strategy<Value = Answer> {
    let counts = (0_u64..9_999, 0_u64..9_999, 0_u64..9_999, 0_u64..99);
    (parts(caller), any::<bool>(), counts).prop_map(
        |(parts, short, (input, cache_read, output, reasoning))| {
            let stop = if short { Stop::Length } else { Stop::End };
            let calls = parts.iter().any(|part| matches!(part, Part::Call(_)));
            let refuses = parts.iter().any(|part| matches!(part, Part::Refusal(_)));
            let reasoning = reasoning.min(output);
            Answer {
                id: Some("up_1".into()),
                model: Some("answered".into()),
                parts,
                stop: stop.settled(calls, refuses),
                usage: Some(domain::Usage {
                    input,
                    cache_read,
                    output,
                    reasoning,
                    ..domain::Usage::default()
                }),
            }
        },
    )
}

/// A conversation that every wire can carry.
pub(crate) fn request() -> impl Strategy<Value = Request> {
    let system = proptest::option::of(words());
    (system, words(), proptest::option::of(words()), calls(3), words(), 1_u64..9_999).prop_map(
        |(system, asked, said, calls, result, max_output)| {
            let mut turns: Vec<Turn> = Vec::new();
            turns.extend(system.map(|text| Turn { role: Role::System, parts: vec![Part::text(text)] }));
            turns.push(Turn { role: Role::User, parts: vec![Part::text(asked)] });
            let results = calls.iter().filter_map(|part| match part {
                Part::Call(call) => Some(Part::Result(ToolResult {
                    id: call.id.clone(),
                    name: Some(call.name.clone()),
                    content: vec![Part::Text(Text { text: result.clone(), citations: Vec::new() })],
                    failed: false,
                })),
                _ => None,
            });
            let results: Vec<Part> = results.collect();
            let spoken: Vec<Part> = said.map(Part::text).into_iter().chain(calls).collect();
            if !spoken.is_empty() {
                turns.push(Turn { role: Role::Assistant, parts: spoken });
            }
            if !results.is_empty() {
                turns.push(Turn { role: Role::User, parts: results });
            }
            Request { turns, max_output: Some(max_output.max(16)), ..Request::default() }
        },
    )
}
