//! How requests map, rule by rule.

use serde_json::{Value, json};
use translate::{Asked, Caller, ChatLimit, Pair, Settings, Wire};

use crate::support::{ask, exchange, sent};

const TALK: &str = r#"{"model":"m","max_completion_tokens":99,"messages":[
    {"role":"system","content":"one"},
    {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
    {"role":"developer","content":"two"},
    {"role":"assistant","content":"ok","tool_calls":[
        {"id":"c1","type":"function","function":{"name":"f","arguments":"{\"n\": 1.0}"}},
        {"id":"c2","type":"function","function":{"name":"g","arguments":""}}]},
    {"role":"tool","tool_call_id":"c1","content":"r1"},
    {"role":"tool","tool_call_id":"c2","content":"r2"},
    {"role":"user","content":"go"}],
    "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object","properties":{"z":{},"a":{}}},"strict":true}}],
    "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"user":"u1"}"#;

#[test]
fn a_chat_becomes_messages() {
    let (body, loss) = sent(Caller::Chat, Wire::Messages, TALK);
    assert_eq!(crate::support::words(&loss), ["messages[].role=approximated:order"]);
    assert_eq!(body["system"], json!([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]));
    assert_eq!(
        body["messages"][0]["content"],
        json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])
    );
    assert_eq!(
        body["messages"][1]["content"],
        json!([
            {"type": "text", "text": "ok"},
            {"type": "tool_use", "id": "c1", "name": "f", "input": {"n": 1.0}},
            {"type": "tool_use", "id": "c2", "name": "g", "input": {}}
        ])
    );
    assert_eq!(
        body["messages"][2]["content"],
        json!([
            {"type": "tool_result", "tool_use_id": "c1", "content": [{"type": "text", "text": "r1"}]},
            {"type": "tool_result", "tool_use_id": "c2", "content": [{"type": "text", "text": "r2"}]},
            {"type": "text", "text": "go"}
        ])
    );
    assert_eq!(body["tool_choice"], json!({"type": "tool", "name": "f", "disable_parallel_tool_use": true}));
    assert_eq!(
        (&body["max_tokens"], &body["metadata"]["user_id"], &body["stream"]),
        (&json!(99), &json!("u1"), &Value::Null)
    );
}

#[test]
fn a_chat_becomes_responses() {
    let (body, loss) = sent(Caller::Chat, Wire::Responses, TALK);
    assert!(loss.is_empty(), "{loss:?}");
    let kinds: Vec<&str> =
        body["input"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "message",
            "message",
            "message",
            "message",
            "function_call",
            "function_call",
            "function_call_output",
            "function_call_output",
            "message"
        ]
    );
    assert_eq!(body["input"][2]["role"], "developer");
    assert_eq!(
        body["input"][5],
        json!({"type": "function_call", "call_id": "c2", "name": "g", "arguments": "{}"})
    );
    assert_eq!(body["input"][6], json!({"type": "function_call_output", "call_id": "c1", "output": "r1"}));
    assert_eq!(body["tool_choice"], json!({"type": "function", "name": "f"}));
    assert_eq!((&body["max_output_tokens"], &body["store"]), (&json!(99), &json!(false)));
}

#[test]
fn a_chat_becomes_contents() {
    let (body, _) = sent(Caller::Chat, Wire::Gemini, TALK);
    assert_eq!(body["systemInstruction"], json!({"parts": [{"text": "one"}, {"text": "two"}]}));
    assert_eq!(
        body["contents"][1]["parts"][1],
        json!({"functionCall": {"id": "c1", "name": "f", "args": {"n": 1.0}}})
    );
    assert_eq!(
        body["contents"][2]["parts"][0],
        json!({"functionResponse": {"id": "c1", "name": "f", "response": {"output": "r1"}}})
    );
    assert_eq!(
        body["toolConfig"],
        json!({"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}})
    );
    assert_eq!(body["generationConfig"], json!({"maxOutputTokens": 99}));
}

#[test]
fn schemas_and_arguments_keep_their_order_and_their_numbers() {
    let (outgoing, _) = ask(Caller::Chat, Wire::Messages, TALK).unwrap();
    let body = String::from_utf8(outgoing.body).unwrap();
    assert!(
        body.contains(r#""properties":{"z":{},"a":{}}"#) && body.contains(r#""input":{"n":1.0}"#),
        "{body}"
    );
}

#[test]
fn messages_become_a_chat() {
    let (body, loss) = sent(
        Caller::Messages,
        Wire::Chat,
        r#"{"model":"m","max_tokens":7,"stream":true,"system":[{"type":"text","text":"a"},{"type":"text","text":"b"}],"messages":[
        {"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},
        {"role":"assistant","content":[{"type":"text","text":"x"},{"type":"text","text":"y"},{"type":"tool_use","id":"t","name":"f","input":{"k":[1]}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t","is_error":true,"content":[{"type":"text","text":"bad"},
            {"type":"image","source":{"type":"url","url":"https://a/b.png"}}]},{"type":"text","text":"go on"}]}],
        "tools":[{"name":"f","input_schema":{"type":"object"}}],"tool_choice":{"type":"any"},
        "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}"#,
    );
    assert_eq!(
        crate::support::words(&loss),
        ["tool_result.is_error=dropped:not-in-target", "tool_result.content=approximated:order"]
    );
    assert_eq!(
        body,
        json!({
            "model": "target", "max_completion_tokens": 7, "stream": true, "stream_options": {"include_usage": true},
            "messages": [
                {"role": "system", "content": "ab"},
                {"role": "user", "content": [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
                {"role": "assistant", "content": "xy", "tool_calls": [{"id": "t", "type": "function", "function": {"name": "f", "arguments": "{\"k\":[1]}"}}]},
                {"role": "tool", "tool_call_id": "t", "content": "bad"},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a/b.png"}}, {"type": "text", "text": "go on"}]}
            ],
            "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
            "tool_choice": "required",
            "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": true}}
        })
    );
}

#[test]
fn responses_become_messages() {
    let (body, loss) = sent(
        Caller::Responses,
        Wire::Messages,
        r#"{"model":"m","max_output_tokens":50,"instructions":"be","store":false,"include":["reasoning.encrypted_content"],"input":[
        {"role":"user","content":[{"type":"input_text","text":"q"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,AA=="}]},
        {"type":"function_call","call_id":"c","name":"f","arguments":"{}","id":"fc_1","status":"completed"},
        {"type":"function_call_output","call_id":"c","output":[{"type":"input_image","image_url":"https://a/b.png"}]}],
        "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"}}},"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]}"#,
    );
    assert!(loss.is_empty(), "{loss:?}");
    assert_eq!(body["system"], json!([{"type": "text", "text": "be"}]));
    assert_eq!(
        body["messages"][0]["content"][1],
        json!({"type": "document", "title": "a.pdf", "source": {"type": "base64", "media_type": "application/pdf", "data": "AA=="}})
    );
    assert_eq!(
        body["messages"][2]["content"],
        json!([{"type": "tool_result", "tool_use_id": "c", "content": [{"type": "image", "source": {"type": "url", "url": "https://a/b.png"}}]}])
    );
    assert_eq!(
        body["output_config"],
        json!({"format": {"type": "json_schema", "schema": {"type": "object"}}})
    );
}

#[test]
fn contents_in_either_case_become_a_chat() {
    let (body, loss) = sent(
        Caller::Gemini,
        Wire::Chat,
        r#"{"system_instruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"q"},{"inline_data":{"mime_type":"image/png","data":"AA=="}}]},
        {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"f","args":{"b":1}}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"one"}}},{"functionResponse":{"name":"f","response":{"k":2}}}]}],
        "tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"type":{"type":"STRING"}}}}]}],
        "toolConfig":{"functionCallingConfig":{"mode":"NONE"}},"generationConfig":{"maxOutputTokens":5,"responseMimeType":"application/json"}}"#,
    );
    assert!(loss.is_empty(), "{loss:?}");
    assert_eq!(body["messages"][2]["tool_calls"][0]["id"], "call_1");
    assert_eq!(body["messages"][3], json!({"role": "tool", "tool_call_id": "call_1", "content": "one"}));
    assert_eq!(
        body["messages"][4],
        json!({"role": "tool", "tool_call_id": "call_2", "content": "{\"k\":2}"})
    );
    assert_eq!(
        body["tools"][0]["function"]["parameters"],
        json!({"type": "object", "properties": {"type": {"type": "string"}}})
    );
    assert_eq!(
        (&body["tool_choice"], &body["response_format"]),
        (&json!("none"), &json!({"type": "json_object"}))
    );
    assert_eq!(body["stream"], true);
}

#[test]
fn a_chat_is_told_the_output_limit_by_the_name_it_knows() {
    for (chat_limit, known, other) in [
        (ChatLimit::MaxCompletionTokens, "max_completion_tokens", "max_tokens"),
        (ChatLimit::MaxTokens, "max_tokens", "max_completion_tokens"),
    ] {
        let body = br#"{"input":"x","max_output_tokens":7}"#;
        let settings = Settings { chat_limit, ..Settings::default() };
        let asked = Asked { body, model: "m", ..Asked::default() };
        let (sent, _) = Pair::new(Caller::Responses, Wire::Chat).request(asked, settings).unwrap();
        let sent: Value = serde_json::from_slice(&sent.body).unwrap();
        assert_eq!((&sent[known], sent.get(other)), (&json!(7), None));
    }
}

#[test]
fn what_is_usual_at_openais_wires_is_left_unsaid() {
    let asked = r#"{"input":"x","store":false,"tools":[],"tool_choice":"auto","parallel_tool_calls":false}"#;
    let (body, loss) = sent(Caller::Responses, Wire::Chat, asked);
    assert!(loss.is_empty(), "{loss:?}");
    let keys: Vec<_> = body.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["messages", "model"]);
    let asked = r#"{"messages":[{"role":"user","content":"x"}],"tool_choice":"none"}"#;
    let (body, _) = sent(Caller::Chat, Wire::Responses, asked);
    assert_eq!((body.get("tool_choice"), &body["store"]), (None, &json!(false)));
    let asked = r#"{"messages":[{"role":"user","content":"x"}],"tool_choice":"required","store":true}"#;
    let (body, _) = sent(Caller::Chat, Wire::Responses, asked);
    assert_eq!(
        (&body["tool_choice"], &body["store"]),
        (&json!("required"), &json!(true)),
        "it asks for more"
    );
}

#[test]
fn tools_of_a_provider_are_left_out_beside_the_callers_own() {
    let cases = [
        (
            Caller::Responses,
            r#"{"input":"x","tools":[{"type":"web_search"},{"type":"function","name":"shell","parameters":{}},
                {"type":"namespace","name":"mcp"}]}"#,
            "tools[].type=dropped:not-in-target",
        ),
        (
            Caller::Chat,
            r#"{"messages":[],"tools":[{"type":"custom","custom":{"name":"patch"}},
                {"type":"function","function":{"name":"shell"}}]}"#,
            "tools[].type=dropped:not-in-target",
        ),
        (
            Caller::Messages,
            r#"{"messages":[],"max_tokens":9,"tools":[{"name":"shell","input_schema":{}},
                {"type":"web_search_20250305","name":"web_search"}]}"#,
            "tools[].type=dropped:not-in-target",
        ),
        (
            Caller::Gemini,
            r#"{"contents":[],"tools":[{"googleSearch":{}},{"functionDeclarations":[{"name":"shell"}]}]}"#,
            "tools[].googleSearch=dropped:not-in-target",
        ),
    ];
    for (caller, body, loss) in cases {
        let (body, report) = sent(caller, Wire::Bedrock, body);
        let tools = body["toolConfig"]["tools"].as_array().unwrap();
        assert_eq!(tools.len(), 1, "{caller:?}");
        assert_eq!(tools[0]["toolSpec"]["name"], "shell", "{caller:?}");
        assert!(report.entries().iter().any(|entry| entry.to_string() == loss), "{caller:?}: {report:?}");
    }
}

#[test]
fn what_would_change_the_meaning_is_refused() {
    let cases = [
        (Caller::Responses, r#"{"input":"x","previous_response_id":"r"}"#, "previous_response_id: "),
        (Caller::Responses, r#"{"input":"x","background":true}"#, "background: "),
        (Caller::Responses, r#"{"input":"x","tools":[{"type":"web_search"}]}"#, "tools[].type: "),
        (Caller::Responses, r#"{"input":[{"type":"item_reference","id":"i"}]}"#, "input[].type: "),
        (Caller::Chat, r#"{"messages":[],"audio":{}}"#, "audio: "),
        (Caller::Chat, r#"{"messages":[],"n":2}"#, "n: "),
        (
            Caller::Chat,
            r#"{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}"#,
            "messages[].content[].type: ",
        ),
        (
            Caller::Chat,
            r#"{"messages":[{"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]}]}"#,
            "messages[].content[].file.file_id: ",
        ),
        (Caller::Messages, r#"{"messages":[],"mcp_servers":[]}"#, "mcp_servers: "),
        (
            Caller::Messages,
            r#"{"messages":[],"tools":[{"type":"web_search_20250305","name":"w"}]}"#,
            "tools[].type: ",
        ),
        (Caller::Gemini, r#"{"contents":[],"tools":[{"googleSearch":{}}]}"#, "tools[].googleSearch: "),
        (Caller::Gemini, r#"{"contents":[],"cachedContent":"c"}"#, "cachedContent: "),
        (
            Caller::Gemini,
            r#"{"contents":[],"generationConfig":{"responseModalities":["AUDIO"]}}"#,
            "generationConfig.responseModalities: ",
        ),
    ];
    for (caller, body, start) in cases {
        let refused = ask(caller, Wire::Bedrock, body).unwrap_err().to_string();
        assert!(
            refused.starts_with(start)
                && refused.ends_with("ask for a target that speaks this endpoint's own dialect"),
            "{refused}"
        );
    }
}

#[test]
fn a_field_of_the_wrong_type_is_refused_by_name() {
    let cases = [
        (Caller::Chat, "[]", "the body is not valid JSON: expected an object"),
        (Caller::Chat, "{}", "messages: expected a list of messages"),
        (
            Caller::Chat,
            r#"{"messages":[{"role":"king","content":"x"}]}"#,
            "messages[].role: expected system, developer, user, assistant or tool",
        ),
        (Caller::Chat, r#"{"messages":[],"max_tokens":"9"}"#, "max_tokens: expected a whole number"),
        (
            Caller::Messages,
            r#"{"messages":[{"role":"user","content":7}]}"#,
            "messages[].content: expected a string or a list of blocks",
        ),
        (Caller::Responses, r#"{"input":7}"#, "input: expected a string or a list of items"),
        (
            Caller::Gemini,
            r#"{"contents":[{"role":"king","parts":[]}]}"#,
            "contents[].role: expected user or model",
        ),
    ];
    for (caller, body, problem) in cases {
        assert_eq!(ask(caller, Wire::Bedrock, body).unwrap_err().to_string(), problem);
    }
}

#[test]
fn thinking_maps_both_ways() {
    let effort = |body: &str| sent(Caller::Messages, Wire::Responses, body).0["reasoning"].clone();
    let talk = r#""max_tokens":99999,"messages":[{"role":"user","content":"x"}]"#;
    assert_eq!(
        effort(&format!(r#"{{{talk},"thinking":{{"type":"enabled","budget_tokens":8000}}}}"#)),
        json!({"effort": "medium", "summary": "auto"})
    );
    assert_eq!(effort(&format!(r#"{{{talk},"thinking":{{"type":"disabled"}}}}"#)), json!({"effort": "none"}));
    assert_eq!(
        effort(&format!(
            r#"{{{talk},"thinking":{{"type":"adaptive"}},"output_config":{{"effort":"high"}}}}"#
        )),
        json!({"effort": "high", "summary": "auto"})
    );
    let chat = r#"{"messages":[{"role":"user","content":"x"}],"max_tokens":99999,"reasoning_effort":"high"}"#;
    assert_eq!(
        sent(Caller::Chat, Wire::Messages, chat).0["thinking"],
        json!({"type": "enabled", "budget_tokens": 16_384})
    );
    assert_eq!(
        sent(Caller::Chat, Wire::Gemini, chat).0["generationConfig"]["thinkingConfig"],
        json!({"thinkingBudget": 16_384})
    );
}

/// What a provider signs must come back to it bit for bit, whatever the caller speaks.
#[test]
fn a_proof_returns_to_who_made_it() {
    let answers = [
        (
            Wire::Messages,
            r#"{"content":[{"type":"thinking","thinking":"hm","signature":"S+/="},{"type":"redacted_thinking","data":"D:1"},{"type":"tool_use","id":"c","name":"f","input":{}}],"stop_reason":"tool_use"}"#,
            json!([{"type": "thinking", "thinking": "hm", "signature": "S+/="}, {"type": "redacted_thinking", "data": "D:1"}]),
        ),
        (
            Wire::Responses,
            r#"{"status":"completed","output":[{"type":"reasoning","id":"rs_9","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA="},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}"#,
            json!([{"id": "rs_9", "type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}], "encrypted_content": "gAAA="}]),
        ),
        (
            Wire::Gemini,
            r#"{"candidates":[{"content":{"parts":[{"thoughtSignature":"Rw==","functionCall":{"id":"c","name":"f","args":{}}}]},"finishReason":"STOP"}]}"#,
            json!([{"functionCall": {"id": "c", "name": "f", "args": {}}, "thoughtSignature": "Rw=="}]),
        ),
        (
            Wire::Bedrock,
            r#"{"output":{"message":{"content":[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"S"}}},{"toolUse":{"toolUseId":"c","name":"f","input":{}}}]}},"stopReason":"tool_use"}"#,
            json!([{"reasoningContent": {"reasoningText": {"text": "hm", "signature": "S"}}}]),
        ),
    ];
    for (wire, answer, expected) in answers {
        for caller in Caller::ALL.into_iter().filter(|caller| caller.wire() != wire) {
            let answer = exchange(caller, wire).answer(200, answer.as_bytes());
            let answer: Value = serde_json::from_slice(&answer.body).unwrap();
            let (body, _) = sent(caller, wire, &next_turn(caller, &answer).to_string());
            let turn = match wire {
                Wire::Responses => &body["input"],
                Wire::Gemini => &body["contents"][0]["parts"],
                Wire::Messages | Wire::Bedrock | Wire::Chat => &body["messages"][0]["content"],
            };
            let kept: Vec<&Value> =
                turn.as_array().unwrap().iter().take(expected.as_array().unwrap().len()).collect();
            assert_eq!(json!(kept), expected, "{wire:?} through {caller:?}");
        }
    }
}

/// The request that a client makes after an answer with a call.
fn next_turn(caller: Caller, answer: &Value) -> Value {
    match caller {
        Caller::Chat => {
            json!({"model": "m", "messages": [answer["choices"][0]["message"], {"role": "tool", "tool_call_id": "c", "content": "r"}]})
        }
        Caller::Messages => json!({"model": "m", "max_tokens": 9, "messages": [
            {"role": "assistant", "content": answer["content"]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "r"}]}]}),
        Caller::Responses => {
            let mut input = answer["output"].as_array().unwrap().clone();
            input.push(json!({"type": "function_call_output", "call_id": "c", "output": "r"}));
            json!({"model": "m", "input": input})
        }
        Caller::Gemini => json!({"contents": [answer["candidates"][0]["content"],
            {"role": "user", "parts": [{"functionResponse": {"id": "c", "name": "f", "response": {"output": "r"}}}]}]}),
    }
}

#[test]
fn another_providers_proof_is_not_sent_on() {
    let packed = exchange(Caller::Chat, Wire::Messages).answer(
        200,
        br#"{"content":[{"type":"thinking","thinking":"hm","signature":"S"},{"type":"text","text":"ok"}],"stop_reason":"end_turn"}"#,
    );
    let answer: Value = serde_json::from_slice(&packed.body).unwrap();
    let body = json!({"model": "m", "messages": [answer["choices"][0]["message"]]}).to_string();
    let (sent, loss) = sent(Caller::Chat, Wire::Bedrock, &body);
    assert_eq!(sent["messages"][0]["content"], json!([{"text": "ok"}]));
    assert_eq!(crate::support::words(&loss), ["reasoning.signature=dropped:other-provider"]);
}
