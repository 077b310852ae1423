//! Reading and editing requests: tables, and byte-for-byte properties.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn view(endpoint: Endpoint, body: &str) -> View {
    read(endpoint, &Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

fn refused(endpoint: Endpoint, body: &[u8]) -> String {
    let refusal = read(endpoint, &Bytes::copy_from_slice(body)).unwrap_err();
    format!("{} {refusal}", refusal.code())
}

fn edited(body: &str, edit: impl FnOnce(Edits<'_>) -> Edits<'_>) -> String {
    let view = view(Endpoint::Chat, body);
    let edited = edit(Edits::new(&view)).apply(&Bytes::copy_from_slice(body.as_bytes()));
    String::from_utf8(edited.to_vec()).unwrap()
}

#[test]
fn what_is_governed_is_read_from_each_endpoint() {
    let chat = view(
        Endpoint::Chat,
        r#" {"n":3,"stream":true,"stream_options":{"include_usage":true},"max_tokens":7,"model":"a/b","x":[1,{"model":2}]} "#,
    );
    assert_eq!((chat.model.as_str(), chat.stream, chat.wants_usage_event), ("a/b", true, true));
    assert_eq!((chat.max_output, chat.choices), (Some(7), 3));
    let responses = view(
        Endpoint::Responses,
        r#"{"model":"m","max_output_tokens":99,"max_tokens":1,"previous_response_id":"resp_1","background":true}"#,
    );
    assert_eq!((responses.max_output, responses.least_output, responses.choices), (Some(99), 16, 1));
    assert!(responses.hidden_input && responses.background && !responses.stream);
    let messages = view(
        Endpoint::Messages,
        r#"{"model":"m","max_tokens":9000,"thinking":{"type":"enabled","budget_tokens":4000},"stream":null}"#,
    );
    assert_eq!((messages.max_output, messages.least_output), (Some(9_000), 4_001));
    let none = view(Endpoint::Embeddings, r#"{"model":"m","max_tokens":5}"#);
    assert_eq!(none.max_output, None);
}

#[test]
fn the_dearest_tier_that_a_request_allows_is_read() {
    use domain::usage::Mode::{Fast, Priority, Standard};
    for (endpoint, fields, tier) in [
        (Endpoint::Chat, "", Standard),
        (Endpoint::Chat, r#","service_tier":null"#, Standard),
        (Endpoint::Chat, r#","service_tier":"priority""#, Priority),
        (Endpoint::Responses, r#","service_tier":"auto""#, Priority),
        (Endpoint::Chat, r#","service_tier":"flex""#, Standard),
        (Endpoint::Chat, r#","service_tier":"a new word""#, Standard),
        (Endpoint::Chat, r#","speed":"fast""#, Standard),
        (Endpoint::Messages, r#","service_tier":"standard_only""#, Standard),
        (Endpoint::Messages, r#","speed":"fast","service_tier":"auto""#, Fast),
    ] {
        assert_eq!(view(endpoint, &format!(r#"{{"model":"m"{fields}}}"#)).tier, tier, "{fields}");
    }
    assert!(refused(Endpoint::Chat, br#"{"model":"m","service_tier":1}"#).contains("service_tier"));
    assert!(
        refused(Endpoint::Chat, br#"{"model":"m","service_tier":"flex","service_tier":"priority"}"#)
            .contains("stands twice")
    );
}

#[test]
fn a_call_that_may_leave_something_behind_is_known_as_one() {
    for (endpoint, fields, leaves) in [
        (Endpoint::Chat, r#""tools":[{"type":"function","function":{"name":"mcp"}}]"#, false),
        (Endpoint::Responses, r#""tools":[{"type":"function","name":"f"},{"type":"web_search"}]"#, false),
        (Endpoint::Responses, r#""tools":[{"type":"mcp","server_url":"https://x.example"}]"#, true),
        (Endpoint::Responses, r#""tools":[{"type":"code_interpreter"}]"#, true),
        (Endpoint::Responses, r#""background":true"#, true),
        (Endpoint::Responses, r#""conversation":"conv_1""#, true),
        (Endpoint::Responses, r#""conversation":null,"previous_response_id":"resp_1""#, false),
        (Endpoint::Messages, r#""tools":[{"name":"x","input_schema":{"type":"code_x"}}]"#, false),
        (Endpoint::Messages, r#""tools":[{"type":"web_search_20250305","name":"web_search"}]"#, false),
        (Endpoint::Messages, r#""tools":[{"type":"code_execution_20250825","name":"c"}]"#, true),
        (Endpoint::Messages, r#""mcp_servers":[{"type":"url","url":"https://x.example"}]"#, true),
    ] {
        assert_eq!(view(endpoint, &format!(r#"{{"model":"m",{fields}}}"#)).leaves_traces, leaves, "{fields}");
    }
}

#[test]
fn the_larger_of_two_bounds_counts() {
    let body = r#"{"model":"m","max_completion_tokens":10,"max_tokens":20}"#;
    assert_eq!(view(Endpoint::Chat, body).max_output, Some(20));
    assert_eq!(view(Endpoint::Chat, r#"{"model":"m","max_tokens":null}"#).max_output, None);
}

#[test]
fn a_body_that_can_not_be_governed_is_refused_by_name() {
    let chat = |body: &str| refused(Endpoint::Chat, body.as_bytes());
    assert_eq!(
        chat(""),
        "CS-0201 the body is not valid JSON: the text ends where a value was expected at line 1, column 1"
    );
    assert_eq!(chat("[]"), "CS-0201 the body is not valid JSON: expected an object at line 1, column 1");
    assert_eq!(
        chat("{\"model\":\"m\"} x"),
        "CS-0201 the body is not valid JSON: more text after the end of the value at line 1, column 15"
    );
    assert_eq!(
        refused(Endpoint::Chat, b"{\"model\":\"\xff\"}"),
        "CS-0201 the body is not valid JSON: invalid UTF-8 at byte 10"
    );
    assert_eq!(chat("{}"), "CS-0202 model: is missing; name a route of the workflow, or provider/model");
    assert_eq!(
        chat(r#"{"model":""}"#),
        "CS-0202 model: is empty; name a route of the workflow, or provider/model"
    );
    assert_eq!(chat(r#"{"model":7}"#), "CS-0202 model: expected a string");
    assert_eq!(chat(r#"{"model":"m","stream":"yes"}"#), "CS-0202 stream: expected true or false");
    assert_eq!(
        chat(r#"{"model":"m","max_tokens":1.5}"#),
        "CS-0202 max_tokens: expected a whole number, not negative"
    );
    assert_eq!(chat(r#"{"model":"m","max_tokens":"9"}"#), "CS-0202 max_tokens: expected a whole number");
    assert_eq!(chat(r#"{"model":"m","n":-1}"#), "CS-0202 n: expected a whole number, not negative");
    assert_eq!(chat(r#"{"model":"m","stream_options":true}"#), "CS-0202 stream_options: expected an object");
    assert_eq!(
        chat(r#"{"model":"m","stream_options":{"include_usage":1}}"#),
        "CS-0202 stream_options.include_usage: expected true or false"
    );
}

#[test]
fn a_governed_field_stands_once_however_it_is_spelt() {
    for (body, field) in [
        (r#"{"model":"a","model":"b"}"#, "model"),
        (r#"{"model":"a","mod\u0065l":"b"}"#, "model"),
        (r#"{"model":"a","messages":[],"messages":[]}"#, "messages"),
        (r#"{"model":"a","max_tokens":1,"max_tokens":2}"#, "max_tokens"),
        (
            r#"{"model":"a","stream_options":{"include_usage":false,"include_usage":true}}"#,
            "stream_options.include_usage",
        ),
    ] {
        assert_eq!(
            refused(Endpoint::Chat, body.as_bytes()),
            format!("CS-0202 {field}: stands twice; send it once")
        );
    }
    assert_eq!(view(Endpoint::Chat, r#"{"model":"a","x":1,"x":2}"#).model, "a");
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    let deep = format!("{{\"model\":\"m\",\"messages\":{}", "[{\"a\":".repeat(200_000));
    assert!(refused(Endpoint::Chat, deep.as_bytes()).contains("nested too deeply"));
}

#[test]
fn text_is_weighed_and_pictures_are_not() {
    let image = "A".repeat(40_000);
    let part = |part: &Value| {
        let body = json!({"model": "m", "messages": [{"role": "user", "content": [part]}]}).to_string();
        let view = view(Endpoint::Chat, &body);
        (view.text_bytes < 200, view.attachments, view.attachment_bytes / 1_000)
    };
    let data = format!("data:image/png;base64,{image}");
    assert_eq!(part(&json!({"type": "image_url", "image_url": {"url": data}})), (true, 1, 40));
    assert_eq!(part(&json!({"type": "input_image", "image_url": data})), (true, 1, 40));
    assert_eq!(
        part(&json!({"type": "image_url", "image_url": {"url": "https://a.example/b.png"}})),
        (true, 1, 0)
    );
    assert_eq!(
        part(&json!({"type": "input_audio", "input_audio": {"data": image, "format": "wav"}})),
        (true, 1, 40)
    );
    assert_eq!(
        part(&json!({"type": "file", "file": {"file_data": image, "filename": "a.pdf"}})),
        (true, 1, 40)
    );
    assert_eq!(
        part(
            &json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": image}})
        ),
        (true, 1, 40)
    );
    assert_eq!(
        part(
            &json!({"type": "document", "source": {"data": image, "media_type": "text/plain", "type": "text"}})
        ),
        (false, 1, 0)
    );
    assert_eq!(part(&json!({"type": "image_generation_call", "result": image})), (true, 1, 40));
    assert_eq!(part(&json!({"type": "redacted_thinking", "data": image})), (false, 0, 0));
    assert_eq!(part(&json!({"type": "text", "text": image})), (false, 0, 0));
}

#[test]
fn the_weight_does_not_depend_on_escapes_or_spaces() {
    let plain = view(Endpoint::Chat, r#"{"model":"m","messages":[{"role":"user","content":"é\"😀"}]}"#);
    let escaped = view(
        Endpoint::Chat,
        "{ \"model\" : \"m\" ,\n \"messages\": [ {\"role\":\"user\", \"content\":\"\\u00e9\\\"\\ud83d\\ude00\"} ] }",
    );
    assert_eq!(plain.text_bytes, escaped.text_bytes);
    assert_eq!(
        plain.text_bytes,
        "messages".len() as u64 + "roleuser".len() as u64 + "content".len() as u64 + 7
    );
}

#[test]
fn metadata_is_not_text_for_the_model_and_tools_are() {
    let bytes = |body: &str| view(Endpoint::Messages, body).text_bytes;
    assert_eq!(bytes(r#"{"model":"m","metadata":{"user_id":"a long string about the user"}}"#), 0);
    assert!(bytes(r#"{"model":"m","tools":[{"name":"search","description":"finds things"}]}"#) > 20);
}

#[test]
fn token_ids_weigh_four_bytes_each() {
    let bytes =
        |input: &str| view(Endpoint::Embeddings, &format!(r#"{{"model":"m","input":{input}}}"#)).text_bytes;
    assert_eq!(bytes("[1,22222,3]"), 12);
    assert_eq!(bytes("[[1,2],[3]]"), 12);
    assert_eq!(bytes(r#"["ab","cde"]"#), 5);
    assert_eq!(bytes(r#""abc""#), 3);
}

#[test]
fn an_edit_changes_what_it_names_and_nothing_else() {
    let body =
        "{ \"temperature\":0.10,\n \"model\" : \"standard\", \"max_tokens\": 4096 , \"b\":1e3,\"b\":2}";
    assert_eq!(
        edited(body, |edits| edits.model("gpt-\"4o\"").max_output(812)),
        "{ \"temperature\":0.10,\n \"model\" : \"gpt-\\\"4o\\\"\", \"max_tokens\": 812 , \"b\":1e3,\"b\":2}"
    );
    assert_eq!(edited(body, |edits| edits.model("standard").max_output(9_999).include_usage()), body);
}

#[test]
fn a_call_by_prompt_that_names_no_model_gets_one() {
    for (body, expected) in [
        (r#"{"prompt_ref":{}}"#, r#"{"model":"m","max_completion_tokens":1,"prompt_ref":{}}"#),
        (
            r#"{ "prompt_ref": "p", "stream":true}"#,
            r#"{"model":"m","stream_options":{"include_usage":true},"max_completion_tokens":1, "prompt_ref": "p", "stream":true}"#,
        ),
        (r#"{"model":"x","prompt_ref":{}}"#, r#"{"max_completion_tokens":1,"model":"m","prompt_ref":{}}"#),
    ] {
        assert_eq!(edited(body, |edits| edits.model("m").include_usage().max_output(1)), expected);
    }
}

#[test]
fn no_edits_copy_nothing() {
    let body = Bytes::from_static(br#"{"model":"m"}"#);
    let view = read(Endpoint::Chat, &body).unwrap();
    let edits = Edits::new(&view).model("m").include_usage();
    assert!(edits.is_empty());
    assert_eq!(edits.apply(&body).as_ptr(), body.as_ptr());
}

#[test]
fn the_usage_event_is_asked_for_whatever_the_options_say() {
    let usage = |options: &str| {
        edited(&format!(r#"{{"model":"m","stream":true{options}}}"#), |edits| edits.include_usage())
    };
    assert_eq!(usage(""), r#"{"stream_options":{"include_usage":true},"model":"m","stream":true}"#);
    for options in ["null", "{}", "{ }", r#"{"include_usage":false}"#, r#"{"include_usage":null}"#] {
        let value: Value = serde_json::from_str(&usage(&format!(r#","stream_options":{options}"#))).unwrap();
        assert_eq!(value["stream_options"], json!({"include_usage": true}), "{options}");
    }
    let kept = usage(r#","stream_options":{"include_obfuscation":false}"#);
    assert_eq!(
        kept,
        r#"{"model":"m","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}}"#
    );
}

#[test]
fn a_bound_is_added_where_there_is_none() {
    let bounded = |body: &str| edited(body, |edits| edits.max_output(50));
    assert_eq!(bounded(r#"{"model":"m"}"#), r#"{"max_completion_tokens":50,"model":"m"}"#);
    assert_eq!(bounded(r#"{"model":"m","max_tokens":null}"#), r#"{"model":"m","max_tokens":50}"#);
    assert_eq!(
        bounded(r#"{"model":"m","max_tokens":60,"max_completion_tokens":40}"#),
        r#"{"model":"m","max_tokens":50,"max_completion_tokens":40}"#
    );
    let old = edited(r#"{"model":"m"}"#, |edits| edits.max_output(50).old_max_tokens());
    assert_eq!(old, r#"{"max_tokens":50,"model":"m"}"#);
    for (body, expected) in [
        (
            r#"{"model":"m","max_completion_tokens":60}"#,
            r#"{"max_tokens":50,"model":"m","max_completion_tokens":50}"#,
        ),
        (r#"{"model":"m","max_completion_tokens":40}"#, r#"{"model":"m","max_completion_tokens":40}"#),
        (r#"{"model":"m","max_tokens":60}"#, r#"{"model":"m","max_tokens":50}"#),
    ] {
        assert_eq!(edited(body, |edits| edits.max_output(50).old_max_tokens()), expected);
    }
    for (endpoint, field) in [(Endpoint::Responses, "max_output_tokens"), (Endpoint::Messages, "max_tokens")]
    {
        let body = Bytes::from_static(br#"{"model":"m"}"#);
        let view = read(endpoint, &body).unwrap();
        let edited: Value = serde_json::from_slice(&Edits::new(&view).max_output(50).apply(&body)).unwrap();
        assert_eq!(edited, json!({"model": "m", field: 50}));
    }
    let body = Bytes::from_static(br#"{"model":"m"}"#);
    let embeddings = read(Endpoint::Embeddings, &body).unwrap();
    assert!(Edits::new(&embeddings).max_output(50).include_usage().is_empty());
}

#[test]
fn edits_say_what_they_do() {
    let view = view(Endpoint::Chat, r#"{"model":"standard","stream":true,"max_tokens":90}"#);
    assert_eq!(
        Edits::new(&view).model("gpt-4o").include_usage().max_output(50).describe(),
        [
            "model: \"standard\" became \"gpt-4o\"",
            "stream_options.include_usage: set to true",
            "max_tokens: 90 became 50"
        ]
    );
}

fn in_path() -> InPath {
    InPath { model: "standard".to_owned(), stream: true }
}

fn gemini(body: &str) -> View {
    read_at(Endpoint::Gemini, Some(&in_path()), &Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

#[test]
fn google_says_model_and_delivery_in_the_path_and_the_rest_in_either_spelling() {
    for body in [
        r#"{"contents":[],"generationConfig":{"maxOutputTokens":9,"candidateCount":2},"cachedContent":"c","serviceTier":"SERVICE_TIER_PRIORITY"}"#,
        r#"{"contents":[],"generation_config":{"max_output_tokens":9,"candidate_count":2},"cached_content":"c","service_tier":"priority"}"#,
    ] {
        let view = gemini(body);
        assert_eq!((view.model.as_str(), view.stream), ("standard", true), "{body}");
        assert_eq!((view.max_output, view.choices, view.hidden_input), (Some(9), 2, true), "{body}");
        assert_eq!(view.tier, Mode::Priority, "{body}");
    }
    let again = gemini(r#"{"contents":[]}"#).again(&Bytes::from_static(b"{\"contents\":[1]}")).unwrap();
    assert_eq!((again.model.as_str(), again.stream), ("standard", true));
    let refused = |body: &'static str| {
        let refusal =
            read_at(Endpoint::Gemini, Some(&in_path()), &Bytes::from_static(body.as_bytes())).unwrap_err();
        format!("{} {refusal}", refusal.code())
    };
    for (body, expected) in [
        (
            r#"{"generationConfig":{},"generation_config":{}}"#,
            "CS-0202 generationConfig: stands twice; send it once",
        ),
        (
            r#"{"generationConfig":{"maxOutputTokens":1,"max_output_tokens":2}}"#,
            "CS-0202 generationConfig.maxOutputTokens: stands twice; send it once",
        ),
        (
            r#"{"generationConfig":{"maxOutputTokens":"5"}}"#,
            "CS-0202 generationConfig.maxOutputTokens: expected a whole number",
        ),
        (r#"{"generationConfig":[]}"#, "CS-0202 generationConfig: expected an object"),
        (r#"{"contents":[],"contents":[]}"#, "CS-0202 contents: stands twice; send it once"),
    ] {
        assert_eq!(refused(body), expected);
    }
    for model in [String::new(), "m".repeat(513)] {
        let wrong = InPath { model, stream: false };
        assert!(read_at(Endpoint::Gemini, Some(&wrong), &Bytes::from_static(b"{}")).is_err());
    }
    let longest = InPath { model: "m".repeat(512), stream: false };
    assert!(read_at(Endpoint::Gemini, Some(&longest), &Bytes::from_static(b"{}")).is_ok());
}

#[test]
fn googles_attachments_and_tools_are_weighed_as_what_they_are() {
    let view = gemini(
        r#"{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAABBBB"}},{"file_data":{"file_uri":"files/1"}}]}]}"#,
    );
    assert_eq!((view.attachments, view.attachment_bytes, view.hidden_input), (2, 8, true));
    assert!(!view.leaves_traces);
    assert!(gemini(r#"{"tools":[{"code_execution":{}}]}"#).leaves_traces);
    assert!(!gemini(r#"{"tools":[{"googleSearch":{}}]}"#).leaves_traces);
}

#[test]
fn googles_bound_stands_in_its_configuration_and_its_model_in_the_path() {
    let edited = |body: &str| {
        let view = gemini(body);
        let edited =
            Edits::new(&view).model("m").max_output(50).apply(&Bytes::copy_from_slice(body.as_bytes()));
        String::from_utf8(edited.to_vec()).unwrap()
    };
    for (before, after) in [
        ("{}", r#"{"generationConfig":{"maxOutputTokens":50}}"#),
        (r#"{"contents":[]}"#, r#"{"generationConfig":{"maxOutputTokens":50},"contents":[]}"#),
        (r#"{"generationConfig":{ }}"#, r#"{"generationConfig":{"maxOutputTokens":50}}"#),
        (r#"{"generationConfig":null}"#, r#"{"generationConfig":{"maxOutputTokens":50}}"#),
        (r#"{"generationConfig":{"topK":1}}"#, r#"{"generationConfig":{"maxOutputTokens":50,"topK":1}}"#),
        (
            r#"{"generation_config":{"max_output_tokens":70}}"#,
            r#"{"generation_config":{"max_output_tokens":50}}"#,
        ),
        (
            r#"{"model":"models/dear","generationConfig":{"maxOutputTokens":7}}"#,
            r#"{"model":"models/m","generationConfig":{"maxOutputTokens":7}}"#,
        ),
    ] {
        assert_eq!(edited(before), after);
    }
    let body = Bytes::from_static(br#"{"generateContentRequest":{"model":"models/dear","contents":[]}}"#);
    let path = InPath { stream: false, ..in_path() };
    let view = read_at(Endpoint::GeminiCount, Some(&path), &body).unwrap();
    assert_eq!(
        Edits::new(&view).model("m").max_output(50).apply(&body),
        r#"{"generateContentRequest":{"model":"models/m","contents":[]}}"#
    );
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map("[a-z_]{0,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

prop_compose! {
    /// Members of a body in any order, each with the text it is to have after the edits.
    fn members()(
        others in proptest::collection::vec(("x_[a-z]{1,6}", any_value()), 0..6),
        model in any::<String>().prop_filter("not empty", |model| !model.is_empty()),
        new_model in any::<String>(),
        bound in proptest::option::of(0_u64..1_000),
        shuffle in any::<u64>(),
    ) -> (Vec<(String, String, String)>, String) {
        let same = |key: String, value: String| (key, value.clone(), value);
        let mut members: Vec<_> = others.into_iter().map(|(key, value)| same(key, value.to_string())).collect();
        members.push(("model".into(), json!(model).to_string(), json!(new_model).to_string()));
        members.push(same("stream".into(), "true".into()));
        members.push(("stream_options".into(), r#"{"include_usage": false }"#.into(), r#"{"include_usage": true }"#.into()));
        members.push(("max_tokens".into(), json!(bound).to_string(), bound.unwrap_or(500).min(500).to_string()));
        let by = usize::try_from(shuffle % members.len() as u64).unwrap();
        members.rotate_left(by);
        (members, new_model)
    }
}

proptest! {
    #[test]
    fn every_byte_that_is_not_named_stays((members, new_model) in members(), gap in "[ \n\t]{0,3}") {
        let write = |pick: fn(&(String, String, String)) -> &String| {
            let members: Vec<String> = members.iter().map(|member| format!("{gap}{}:{gap}{}", json!(member.0), pick(member))).collect();
            format!("{gap}{{{}{gap}}}{gap}", members.join(","))
        };
        let (before, after) = (write(|member| &member.1), write(|member| &member.2));
        prop_assert_eq!(edited(&before, |edits| edits.max_output(500).include_usage().model(&new_model)), after);
    }

    #[test]
    fn nothing_panics_and_spans_fit(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for endpoint in Endpoint::ALL {
            let _ = read_at(endpoint, Some(&in_path()), &Bytes::copy_from_slice(&bytes));
            let _ = read(endpoint, &Bytes::copy_from_slice(&bytes));
        }
    }

    #[test]
    fn any_object_with_a_model_is_read(mut value in any_value(), model in "[a-z/]{1,9}") {
        if !value.is_object() {
            value = json!({"messages": value});
        }
        value["model"] = json!(model);
        let body = Bytes::from(value.to_string());
        for endpoint in [Endpoint::Chat, Endpoint::Responses, Endpoint::Messages, Endpoint::Embeddings] {
            if let Ok(view) = read(endpoint, &body) {
                prop_assert_eq!(&view.model, &model);
                prop_assert!(view.text_bytes + view.attachment_bytes <= body.len() as u64);
                let edited = Edits::new(&view).model("other").max_output(1).include_usage().apply(&body);
                let edited: Value = serde_json::from_slice(&edited).unwrap();
                prop_assert_eq!(&edited["model"], "other");
            }
        }
    }
}
