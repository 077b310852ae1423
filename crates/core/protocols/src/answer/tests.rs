//! Usage and ends of answers: tables by dialect, and any chunks.

use domain::inference::Endpoint;
use proptest::prelude::*;

use super::*;

fn usage(endpoint: Endpoint, body: &str) -> Option<Usage> {
    read(endpoint, body.as_bytes()).usage
}

fn counted(input: u64, cache_read: u64, output: u64) -> Usage {
    Usage { input, cache_read, output, ..Usage::default() }
}

fn streamed(endpoint: Endpoint, events: &[&str]) -> StreamSummary {
    let mut reader = StreamReader::new(endpoint);
    for event in events {
        reader.push(format!("data: {event}\n\n").as_bytes());
    }
    reader.summary()
}

#[test]
fn openai_counts_include_the_cache_and_anthropics_do_not() {
    assert_eq!(
        usage(
            Endpoint::Chat,
            r#"{"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":64,"audio_tokens":3},"completion_tokens_details":{"reasoning_tokens":8,"accepted_prediction_tokens":5}}}"#
        ),
        Some(Usage { reasoning: 8, ..counted(36, 64, 20) })
    );
    assert_eq!(
        usage(
            Endpoint::Responses,
            r#"{"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":64,"cache_write_tokens":6},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":8},"total_tokens":120}}"#
        ),
        Some(Usage { reasoning: 8, cache_write_5m: 6, ..counted(30, 64, 20) })
    );
    assert_eq!(
        usage(
            Endpoint::Messages,
            r#"{"usage":{"input_tokens":36,"cache_read_input_tokens":64,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":20}}"#
        ),
        Some(Usage { cache_write_5m: 10, cache_write_1h: 20, ..counted(36, 64, 20) })
    );
    assert_eq!(
        usage(
            Endpoint::Messages,
            r#"{"usage":{"input_tokens":1,"cache_creation_input_tokens":30,"output_tokens":2}}"#
        ),
        Some(Usage { cache_write_5m: 30, ..counted(1, 0, 2) })
    );
}

#[test]
fn googles_input_includes_the_cache_and_its_output_leaves_thoughts_out() {
    let body = r#"{"candidates":[],"usageMetadata":{"promptTokenCount":100,"toolUsePromptTokenCount":10,"cachedContentTokenCount":64,"candidatesTokenCount":20,"thoughtsTokenCount":8,"totalTokenCount":138,"promptTokensDetails":[{"modality":"TEXT","tokenCount":100}]}}"#;
    assert_eq!(usage(Endpoint::Gemini, body), Some(Usage { reasoning: 8, ..counted(46, 64, 28) }));
    assert_eq!(usage(Endpoint::GeminiCount, r#"{"totalTokens":14}"#), Some(Usage::default()));
    let listed = format!("[{body},{body}]");
    assert_eq!(usage(Endpoint::Gemini, &listed), usage(Endpoint::Gemini, body));
    let tier = r#"{"usageMetadata":{"promptTokenCount":1,"serviceTier":"SERVICE_TIER_PRIORITY"}}"#;
    assert_eq!(read(Endpoint::Gemini, tier.as_bytes()).tier, Some(Mode::Priority));
    let failed = r#"{"error":{"code":429,"message":"secret","status":"RESOURCE_EXHAUSTED"}}"#;
    assert_eq!(
        read(Endpoint::Gemini, failed.as_bytes()).upstream_error.as_deref(),
        Some("RESOURCE_EXHAUSTED/429")
    );
}

#[test]
fn googles_details_say_why_and_when_to_come_back() {
    let failed = |details: &str| {
        let body = format!(r#"{{"error":{{"code":400,"status":"INVALID_ARGUMENT","details":{details}}}}}"#);
        let answer = read(Endpoint::Gemini, body.as_bytes());
        (answer.upstream_error.unwrap_or_default(), answer.retry_after_ms)
    };
    let bare = || "INVALID_ARGUMENT/400".to_owned();
    let reason = r#"[{"@type":"x"},{"reason":"API_KEY_INVALID","domain":"googleapis.com"}]"#;
    assert_eq!(failed(reason), ("INVALID_ARGUMENT/API_KEY_INVALID".to_owned(), None));
    for (delay, ms) in [
        ("34.074824224s", Some(34_074)),
        ("2s", Some(2_000)),
        ("0.5s", Some(500)),
        ("soon", None),
        ("-1s", None),
    ] {
        assert_eq!(failed(&format!(r#"[{{"retryDelay":"{delay}"}}]"#)), (bare(), ms), "{delay}");
    }
    assert_eq!(failed("[1,{\"reason\":\"a whole sentence\"}]"), (bare(), None));
}

#[test]
fn googles_stream_is_over_when_every_candidate_is() {
    let chunk = |index: u8, text: &str, finish: &str| {
        format!(
            r#"{{"candidates":[{{"content":{{"parts":[{{"text":"{text}"}}]}},"index":{index}{finish}}}],"usageMetadata":{{"promptTokenCount":3,"candidatesTokenCount":{index}}}}}"#
        )
    };
    let stop = r#","finishReason":"STOP""#;
    let (one, two) = (chunk(0, "ab", ""), chunk(1, "c", stop));
    let seen = streamed(Endpoint::Gemini, &[&one, &two]);
    assert_eq!((seen.complete, seen.usage_final, seen.output_bytes), (false, false, 3));
    let seen = streamed(Endpoint::Gemini, &[&one, &two, &chunk(0, "", stop)]);
    assert_eq!((seen.complete, seen.usage_final, seen.usage), (true, true, Some(counted(3, 0, 1))));
    let blocked = streamed(Endpoint::Gemini, &[r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#]);
    assert!(blocked.complete && !blocked.usage_final);
    let call = r#"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"look","args":{"a":1}}}]}}]}"#;
    assert_eq!(streamed(Endpoint::Gemini, &[call]).output_bytes, 11);
}

#[test]
fn an_error_that_is_no_event_is_read_at_the_end() {
    let mut reader = StreamReader::new(Endpoint::Gemini);
    reader.push(
        b"data: {\"candidates\":[]}\n\n{\n \"error\": {\"code\": 503,\n \"status\": \"UNAVAILABLE\"}\n}",
    );
    assert_eq!(reader.summary().error, None);
    reader.finish();
    assert_eq!(reader.summary().error.as_deref(), Some("UNAVAILABLE/503"));
}

#[test]
fn the_service_tier_is_the_last_that_the_provider_names() {
    use domain::usage::Mode::{Batch, Fast, Flex, Other, Priority, Standard};
    let plain = [
        (Endpoint::Chat, r#"{"service_tier":"priority","usage":{"prompt_tokens":1}}"#, Some(Priority)),
        (Endpoint::Chat, r#"{"usage":{"prompt_tokens":1},"service_tier":"default"}"#, Some(Standard)),
        (Endpoint::Chat, r#"{"service_tier":"scale"}"#, Some(Other)),
        (Endpoint::Chat, r#"{"service_tier":null}"#, None),
        (Endpoint::Chat, r#"{"service_tier":7,"usage":{"prompt_tokens":1}}"#, None),
        (Endpoint::Responses, r#"{"service_tier":"flex","output":[]}"#, Some(Flex)),
        (Endpoint::Responses, r#"{"service_tier":"auto"}"#, None),
        (Endpoint::Messages, r#"{"usage":{"service_tier":"batch","input_tokens":1}}"#, Some(Batch)),
        (Endpoint::Messages, r#"{"usage":{"service_tier":"standard","speed":"standard"}}"#, Some(Standard)),
        (Endpoint::Messages, r#"{"usage":{"speed":"fast","service_tier":"standard"}}"#, Some(Fast)),
        (Endpoint::Messages, r#"{"service_tier":"priority"}"#, None),
    ];
    for (endpoint, body, tier) in plain {
        assert_eq!(read(endpoint, body.as_bytes()).tier, tier, "{body}");
    }
    let streams: [(Endpoint, &[&str], _); 3] = [
        (
            Endpoint::Chat,
            &[r#"{"service_tier":"priority","choices":[]}"#, r#"{"choices":[],"usage":{"prompt_tokens":1}}"#],
            Some(Priority),
        ),
        (
            Endpoint::Responses,
            &[
                r#"{"type":"response.created","response":{"service_tier":"auto"}}"#,
                r#"{"type":"response.completed","response":{"service_tier":"default","usage":{"input_tokens":1}}}"#,
            ],
            Some(Standard),
        ),
        (
            Endpoint::Messages,
            &[
                r#"{"type":"message_start","message":{"usage":{"input_tokens":1,"service_tier":"priority"}}}"#,
                r#"{"type":"message_delta","usage":{"output_tokens":2}}"#,
            ],
            Some(Priority),
        ),
    ];
    for (endpoint, events, tier) in streams {
        assert_eq!(streamed(endpoint, events).tier, tier, "{events:?}");
    }
}

#[test]
fn providers_with_their_own_names_are_read_too() {
    let deepseek = r#"{"usage":{"prompt_tokens":100,"completion_tokens":5,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36}}"#;
    assert_eq!(usage(Endpoint::Chat, deepseek), Some(counted(36, 64, 5)));
    let mistral = r#"{"usage":{"prompt_tokens":100,"completion_tokens":5,"num_cached_tokens":64,"prompt_token_details":null}}"#;
    assert_eq!(usage(Endpoint::Chat, mistral), Some(counted(36, 64, 5)));
    let thinking_in_the_total_alone =
        r#"{"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":45}}"#;
    assert_eq!(usage(Endpoint::Chat, thinking_in_the_total_alone), Some(counted(10, 0, 35)));
    let embeddings = r#"{"data":[],"usage":{"prompt_tokens":10,"total_tokens":12}}"#;
    assert_eq!(usage(Endpoint::Embeddings, embeddings), Some(counted(10, 0, 0)));
    assert_eq!(usage(Endpoint::CountTokens, r#"{"input_tokens":1400}"#), Some(Usage::default()));
}

#[test]
fn work_that_is_billed_beside_the_totals_is_added_once() {
    let body = r#"{"usage":{"input_tokens":50,"output_tokens":10,"iterations":[
        {"type":"compaction","input_tokens":1000,"output_tokens":100,"cache_read_input_tokens":7,"cache_creation_input_tokens":0},
        {"type":"message","input_tokens":50,"output_tokens":10},{"type":"compaction","input_tokens":1,"output_tokens":2}]}}"#;
    assert_eq!(usage(Endpoint::Messages, body), Some(counted(1_051, 7, 112)));
    let delta = body.replacen('{', r#"{"type":"message_delta","#, 1).replace('\n', "");
    assert_eq!(streamed(Endpoint::Messages, &[&delta, &delta]).usage, Some(counted(1_051, 7, 112)));
}

#[test]
fn what_is_no_usage_is_none() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "{\"usage\":null}",
        "{\"usage\":{}}",
        "{\"usage\":{\"prompt_tokens\":\"7\"}}",
        "{\"usage\":7}",
    ] {
        assert_eq!(usage(Endpoint::Chat, body), None, "{body:?}");
    }
    assert!(!read(Endpoint::Chat, b"<html>").is_json);
    assert!(!read(Endpoint::Chat, b"{} {}").is_json);
    assert!(read(Endpoint::Chat, b" {\"usage\":null}\n").is_json);
    let cut_off = br#"{"usage":{"prompt_tokens":3,"completion_tokens":4},"choices":[{"mess"#;
    let answer = read(Endpoint::Chat, cut_off);
    assert_eq!((answer.usage, answer.is_json), (Some(counted(3, 0, 4)), false));
}

#[test]
fn what_the_model_wrote_is_counted() {
    let bytes = |endpoint, body: &str| read(endpoint, body.as_bytes()).output_bytes;
    assert_eq!(
        bytes(
            Endpoint::Chat,
            r#"{"choices":[{"message":{"role":"assistant","content":"h\u00e9","reasoning":"ab","reasoning_content":"abc"}},{"message":{"content":null,"tool_calls":[{"id":"x","function":{"name":"f","arguments":"{\"a\":1}"}}]}}]}"#
        ),
        3 + 3 + 8
    );
    assert_eq!(
        bytes(
            Endpoint::Responses,
            r#"{"output":[{"type":"reasoning","encrypted_content":"xxxxx","summary":[{"text":"ab"}]},{"type":"message","content":[{"type":"output_text","text":"abc"}]},{"type":"function_call","name":"f","arguments":"{}"}]}"#
        ),
        2 + 3 + 3
    );
    assert_eq!(
        bytes(
            Endpoint::Messages,
            r#"{"content":[{"type":"thinking","thinking":"ab","signature":"xxxx"},{"type":"text","text":"abc"},{"type":"tool_use","name":"f","input":{"a":1}}]}"#
        ),
        2 + 3 + 1 + 7
    );
}

#[test]
fn an_error_is_named_and_never_quoted() {
    let error = |endpoint, body: &str| read(endpoint, body.as_bytes()).upstream_error;
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(
        error(
            Endpoint::Chat,
            r#"{"error":{"message":"secret","type":"invalid_request_error","code":"model_not_found"}}"#
        ),
        named("invalid_request_error/model_not_found")
    );
    assert_eq!(error(Endpoint::Chat, r#"{"error":{"message":"secret","code":429}}"#), named("429"));
    assert_eq!(error(Endpoint::Chat, r#"{"error":"model \"secret\" not found"}"#), named("error"));
    assert_eq!(error(Endpoint::Chat, r#"{"error":{"type":"a sentence with a secret"}}"#), named("error"));
    assert_eq!(
        error(Endpoint::Chat, r#"[{"error":{"code":400,"status":"INVALID_ARGUMENT"}}]"#),
        named("INVALID_ARGUMENT/400")
    );
    assert_eq!(
        error(
            Endpoint::Messages,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"secret"}}"#
        ),
        named("overloaded_error")
    );
    assert_eq!(error(Endpoint::Responses, r#"{"error":null,"status":"completed"}"#), None);
}

#[test]
fn a_chat_stream_ends_with_done_or_with_every_choice() {
    let text = r#"{"choices":[{"index":0,"delta":{"content":"abc"},"finish_reason":null}],"usage":null}"#;
    let stop =
        |index: u8| format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"stop","index":{index}}}]}}"#);
    let last = r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}}"#;
    let open = streamed(Endpoint::Chat, &[text, text]);
    assert_eq!(open, StreamSummary { output_bytes: 6, ..StreamSummary::default() });
    assert!(streamed(Endpoint::Chat, &[text, &stop(0)]).complete);
    assert!(!streamed(Endpoint::Chat, &[text, r#"{"choices":[{"index":1,"delta":{}}]}"#, &stop(0)]).complete);
    assert!(streamed(Endpoint::Chat, &[&stop(1), &stop(0)]).complete);
    assert!(streamed(Endpoint::Chat, &["[DONE]"]).complete);
    let whole = streamed(Endpoint::Chat, &[text, &stop(0), last, "[DONE]"]);
    assert_eq!((whole.usage, whole.usage_final, whole.complete), (Some(counted(9, 0, 2)), true, true));
    assert!(!streamed(Endpoint::Chat, &[text, &stop(0)]).usage_final);
}

#[test]
fn usage_in_every_chunk_is_final_only_at_the_end() {
    let chunk = |finish: &str, tokens: u8| {
        format!(
            r#"{{"choices":[{{"index":0,"delta":{{"content":"a"}},"finish_reason":{finish}}}],"usage":{{"prompt_tokens":9,"completion_tokens":{tokens}}}}}"#
        )
    };
    let cut = streamed(Endpoint::Chat, &[&chunk("null", 1), &chunk("null", 2)]);
    assert_eq!((cut.usage, cut.usage_final), (Some(counted(9, 0, 2)), false));
    let whole = streamed(Endpoint::Chat, &[&chunk("null", 1), &chunk("\"stop\"", 2)]);
    assert_eq!((whole.usage, whole.usage_final), (Some(counted(9, 0, 2)), true));
    let groq = r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":12,"completion_tokens":26}}}"#;
    let groq = streamed(Endpoint::Chat, &[groq]);
    assert_eq!((groq.usage, groq.usage_final), (Some(counted(12, 0, 26)), true));
}

#[test]
fn a_messages_stream_is_merged_and_ends_with_message_stop() {
    let start = r#"{"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":5,"cache_creation_input_tokens":30,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":30},"output_tokens":1}}}"#;
    let text = r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"abcd"}}"#;
    let delta = r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":10,"cache_creation_input_tokens":30,"output_tokens":42}}"#;
    let cut = streamed(Endpoint::Messages, &[start, text]);
    let expected = Usage { cache_write_1h: 30, ..counted(10, 5, 1) };
    assert_eq!(cut, StreamSummary { usage: Some(expected), output_bytes: 4, ..StreamSummary::default() });
    let whole = streamed(Endpoint::Messages, &[start, text, delta, r#"{"type":"message_stop"}"#]);
    assert_eq!(whole.usage, Some(Usage { output: 42, ..expected }));
    assert!(whole.usage_final && whole.complete);
    assert!(!streamed(Endpoint::Messages, &[start, text, delta]).complete);
}

#[test]
fn a_responses_stream_ends_with_its_last_event() {
    let created = r#"{"type":"response.created","response":{"usage":null,"error":null}}"#;
    let delta = r#"{"type":"response.output_text.delta","delta":"abc"}"#;
    let audio = r#"{"type":"response.audio.delta","delta":"AAAAAAAA"}"#;
    for last in ["completed", "incomplete", "failed"] {
        let last = format!(
            r#"{{"type":"response.{last}","response":{{"error":null,"usage":{{"input_tokens":5,"output_tokens":6,"total_tokens":11}}}}}}"#
        );
        let whole = streamed(Endpoint::Responses, &[created, delta, audio, &last]);
        let expected = StreamSummary {
            tier: None,
            usage: Some(counted(5, 0, 6)),
            usage_final: true,
            complete: true,
            error: None,
            output_bytes: 3,
        };
        assert_eq!(whole, expected);
    }
    assert!(!streamed(Endpoint::Responses, &[created, delta]).complete);
    let failed =
        r#"{"type":"response.failed","response":{"error":{"code":"server_error","message":"secret"}}}"#;
    assert_eq!(streamed(Endpoint::Responses, &[failed]).error.as_deref(), Some("server_error"));
}

#[test]
fn errors_inside_a_stream_are_seen() {
    let error = |endpoint, event: &str| streamed(endpoint, &[event]).error.unwrap_or_default();
    assert_eq!(
        error(
            Endpoint::Chat,
            r#"{"error":{"type":"invalid_request_error","code":"tool_use_failed","status_code":400}}"#
        ),
        "invalid_request_error/tool_use_failed"
    );
    assert_eq!(
        error(Endpoint::Messages, r#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#),
        "overloaded_error"
    );
    assert_eq!(
        error(
            Endpoint::Responses,
            r#"{"type":"error","code":"rate_limit_exceeded","message":"x","param":null}"#
        ),
        "rate_limit_exceeded"
    );
}

#[test]
fn only_the_usage_event_of_chat_is_one() {
    let chat = StreamReader::new(Endpoint::Chat);
    assert!(chat.is_usage_only_event(
        br#"{"id":"x","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":0}}"#
    ));
    for data in [
        r#"{"choices":[],"usage":null}"#,
        r#"{"choices":[],"prompt_filter_results":[{}]}"#,
        r#"{"choices":[{"index":0}],"usage":{"prompt_tokens":1}}"#,
        r#"{"type":"message_delta","usage":{"output_tokens":1}}"#,
        r#"{"choices":[],"usage":{"prompt_tokens":1}"#,
        "[DONE]",
    ] {
        assert!(!chat.is_usage_only_event(data.as_bytes()), "{data}");
    }
    assert!(
        !StreamReader::new(Endpoint::Messages)
            .is_usage_only_event(br#"{"choices":[],"usage":{"prompt_tokens":1}}"#)
    );
}

#[test]
fn an_event_without_its_blank_line_counts_at_the_end() {
    let mut reader = StreamReader::new(Endpoint::Chat);
    reader.push(b"data: [DONE]");
    assert!(!reader.summary().complete && !reader.is_at_event_end());
    reader.finish();
    assert!(reader.summary().complete);
}

/// Events of all dialects, and what is none.
fn any_event() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u8..3, "[a-z\\\\n é]{0,12}", prop_oneof![Just("null"), Just("\"stop\"")]).prop_map(|(index, text, finish)| {
            let text = serde_json::to_string(&text).unwrap();
            format!(r#"{{"choices":[{{"index":{index},"delta":{{"content":{text}}},"finish_reason":{finish}}}]}}"#)
        }),
        (0_u64..999, 0_u64..999).prop_map(|(input, output)| format!(r#"{{"choices":[],"usage":{{"prompt_tokens":{input},"completion_tokens":{output}}}}}"#)),
        (0_u64..999).prop_map(|output| format!(r#"{{"type":"message_delta","usage":{{"output_tokens":{output}}}}}"#)),
        (0_u64..999).prop_map(|input| format!(r#"{{"type":"message_start","message":{{"usage":{{"input_tokens":{input},"output_tokens":1}}}}}}"#)),
        (0_u8..3, "[a-z]{0,9}", prop_oneof![Just("null"), Just("\"STOP\"")]).prop_map(|(index, text, finish)| {
            format!(r#"{{"candidates":[{{"index":{index},"content":{{"parts":[{{"text":"{text}"}}]}},"finishReason":{finish}}}],"usageMetadata":{{"promptTokenCount":{index}}}}}"#)
        }),
        "[a-z]{0,9}".prop_map(|text| format!(r#"{{"type":"response.output_text.delta","delta":"{text}"}}"#)),
        Just(r#"{"type":"response.completed","response":{"usage":{"input_tokens":5,"output_tokens":6}}}"#.to_owned()),
        Just(r#"{"type":"error","error":{"type":"overloaded_error"}}"#.to_owned()),
        Just(r#"{"type":"message_stop"}"#.to_owned()),
        Just("[DONE]".to_owned()),
        "[{}\\[\\]\":,a-z0-9]{0,20}",
    ]
}

proptest! {
    #[test]
    fn any_chunks_give_the_same_summary(events in proptest::collection::vec(any_event(), 0..12), cuts in proptest::collection::vec(1_usize..40, 1..20)) {
        let text: String = events.iter().map(|event| format!("data: {event}\r\n\r\n")).collect();
        for endpoint in Endpoint::ALL {
            let mut whole = StreamReader::new(endpoint);
            whole.push(text.as_bytes());
            let mut pieces = StreamReader::new(endpoint);
            let mut rest = text.as_bytes();
            for cut in cuts.iter().cycle() {
                let (chunk, tail) = rest.split_at((*cut).min(rest.len()));
                pieces.push(chunk);
                rest = tail;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(pieces.summary(), whole.summary());
        }
    }

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for endpoint in Endpoint::ALL {
            let _ = read(endpoint, &bytes);
            let mut reader = StreamReader::new(endpoint);
            reader.push(b"data: ");
            reader.push(&bytes);
            reader.finish();
            let _ = reader.summary();
        }
    }
}

#[test]
fn a_number_that_is_no_count_of_tokens_is_not_reported_usage() {
    let read = |input: &str, output: &str| {
        usage(
            Endpoint::Chat,
            &format!(r#"{{"usage":{{"prompt_tokens":{input},"completion_tokens":{output}}}}}"#),
        )
    };
    for (written, count) in [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("12.0", Some(12)),
        ("1.2e1", Some(12)),
        ("1e3", Some(1_000)),
        ("1000000000000", Some(1_000_000_000_000)),
        ("1000000000001", None),
        ("1e+18", None),
        ("1e400", None),
        ("10000000000000000000000000", None),
        ("-5", None),
        ("12.5", None),
        ("5e-1", None),
    ] {
        assert_eq!(read(written, "7"), count.map(|input| counted(input, 0, 7)), "{written} in");
        assert_eq!(read("7", written), count.map(|output| counted(7, 0, output)), "{written} out");
    }
    let total = |total: &str| {
        usage(
            Endpoint::Chat,
            &format!(r#"{{"usage":{{"prompt_tokens":3,"completion_tokens":4,"total_tokens":{total}}}}}"#),
        )
    };
    assert_eq!(total("-1"), Some(counted(3, 0, 4)), "both sides are known without it");
    assert_eq!(usage(Endpoint::Chat, r#"{"usage":{"total_tokens":-1}}"#), None);
    let cached =
        r#"{"usage":{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":-4}}}"#;
    assert_eq!(usage(Endpoint::Chat, cached), Some(counted(9, 0, 1)), "all of the input is billed");
}
