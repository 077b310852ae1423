//! One exchange in every dialect, byte for byte.

use expect_test::{Expect, expect};
use translate::{Caller, Wire};

use crate::support::{exchange, streamed};

const ANSWER: &str = r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[
    {"type":"thinking","thinking":"Sum.","signature":"c2ln"},
    {"type":"text","text":"It is 3","citations":[{"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"3"}]},
    {"type":"tool_use","id":"toolu_1","name":"add","input":{"a":1,"b":2}}],
    "stop_reason":"tool_use","stop_sequence":null,
    "usage":{"input_tokens":10,"cache_read_input_tokens":4,"cache_creation_input_tokens":0,"output_tokens":7}}"#;

const STREAM: &str = r#"event: message_start
data: {"type":"message_start","message":{"id":"msg_1","model":"claude","usage":{"input_tokens":10,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

: a comment

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"add","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":7}}

event: message_stop
data: {"type":"message_stop"}

"#;

fn whole(caller: Caller, expected: &Expect) {
    let answer = exchange(caller, Wire::Messages).answer(200, ANSWER.as_bytes());
    let pretty = String::from_utf8(answer.body).unwrap();
    expected.assert_eq(&format!("{pretty}\n{}", answer.loss.header().unwrap_or_default()));
}

fn piece_by_piece(caller: Caller, expected: &Expect) {
    let (text, translator) = streamed(caller, Wire::Messages, STREAM.as_bytes(), &[50]);
    assert!(translator.loss().is_empty());
    expected.assert_eq(&text);
}

#[test]
fn a_whole_answer_for_a_chat() {
    whole(
        Caller::Chat,
        &expect![[r#"
        {"id":"msg_1","object":"chat.completion","created":1700000000,"model":"claude","choices":[{"index":0,"message":{"role":"assistant","content":"It is 3","reasoning_content":"Sum.","reasoning_details":[{"type":"reasoning.text","index":0,"text":"Sum.","signature":"cs1:anthropic:s::c2ln"}],"annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":7,"url":"https://a.example","title":"A","content":"3"}}],"tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"add","arguments":"{\"a\":1,\"b\":2}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":14,"completion_tokens":7,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":0}}}
    "#]],
    );
}

#[test]
fn a_whole_answer_for_responses() {
    whole(
        Caller::Responses,
        &expect![[r#"
        {"id":"msg_1","object":"response","created_at":1700000000,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"claude","output":[{"id":"rs_inf_1_0","type":"reasoning","summary":[{"type":"summary_text","text":"Sum."}],"encrypted_content":"cs1:anthropic:s::c2ln"},{"id":"msg_inf_1_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"It is 3","annotations":[{"type":"url_citation","start_index":0,"end_index":7,"url":"https://a.example","title":"A","content":"3"}],"logprobs":[]}]},{"id":"fc_inf_1_2","type":"function_call","status":"completed","call_id":"toolu_1","name":"add","arguments":"{\"a\":1,\"b\":2}"}],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,"summary":null},"store":false,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":null,"truncation":"disabled","usage":{"input_tokens":14,"input_tokens_details":{"cached_tokens":4},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":21},"metadata":{}}
    "#]],
    );
}

#[test]
fn a_whole_answer_for_gemini() {
    whole(
        Caller::Gemini,
        &expect![[r#"
        {"candidates":[{"content":{"role":"model","parts":[{"text":"Sum.","thought":true,"thoughtSignature":"Y3MxOmFudGhyb3BpYzpzOjpjMmxu"},{"text":"It is 3"},{"functionCall":{"id":"toolu_1","name":"add","args":{"a":1,"b":2}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":14,"cachedContentTokenCount":4,"candidatesTokenCount":7,"totalTokenCount":21},"modelVersion":"claude","responseId":"msg_1"}
        citations=dropped:not-in-target"#]],
    );
}

#[test]
fn a_stream_for_a_chat() {
    piece_by_piece(
        Caller::Chat,
        &expect![[r#"
        data: {"id":"msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}

        data: {"id":"msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}

        data: {"id":"msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"add","arguments":""}}]},"finish_reason":null}]}

        data: {"id":"msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]},"finish_reason":null}]}

        data: {"id":"msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: {"id":"msg_1","object":"chat.completion.chunk","created":1700000000,"model":"claude","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":7,"total_tokens":17,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}

        data: [DONE]

    "#]],
    );
}

#[test]
fn a_stream_for_responses() {
    piece_by_piece(
        Caller::Responses,
        &expect![[r#"
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"msg_1","object":"response","created_at":1700000000,"status":"in_progress","error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"claude","output":[],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,"summary":null},"store":false,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":null,"truncation":"disabled","usage":null,"metadata":{}}}

        event: response.in_progress
        data: {"type":"response.in_progress","sequence_number":1,"response":{"id":"msg_1","object":"response","created_at":1700000000,"status":"in_progress","error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"claude","output":[],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,"summary":null},"store":false,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":null,"truncation":"disabled","usage":null,"metadata":{}}}

        event: response.output_item.added
        data: {"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"id":"msg_inf_1_0","type":"message","status":"in_progress","role":"assistant","content":[]}}

        event: response.content_part.added
        data: {"type":"response.content_part.added","sequence_number":3,"item_id":"msg_inf_1_0","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_inf_1_0","output_index":0,"content_index":0,"delta":"Hi","logprobs":[]}

        event: response.output_text.done
        data: {"type":"response.output_text.done","sequence_number":5,"item_id":"msg_inf_1_0","output_index":0,"content_index":0,"text":"Hi","logprobs":[]}

        event: response.content_part.done
        data: {"type":"response.content_part.done","sequence_number":6,"item_id":"msg_inf_1_0","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}}

        event: response.output_item.done
        data: {"type":"response.output_item.done","sequence_number":7,"output_index":0,"item":{"id":"msg_inf_1_0","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]}}

        event: response.output_item.added
        data: {"type":"response.output_item.added","sequence_number":8,"output_index":1,"item":{"id":"fc_inf_1_1","type":"function_call","status":"in_progress","call_id":"toolu_1","name":"add","arguments":""}}

        event: response.function_call_arguments.delta
        data: {"type":"response.function_call_arguments.delta","sequence_number":9,"item_id":"fc_inf_1_1","output_index":1,"delta":"{\"a\":1}"}

        event: response.function_call_arguments.done
        data: {"type":"response.function_call_arguments.done","sequence_number":10,"item_id":"fc_inf_1_1","output_index":1,"name":"add","arguments":"{\"a\":1}"}

        event: response.output_item.done
        data: {"type":"response.output_item.done","sequence_number":11,"output_index":1,"item":{"id":"fc_inf_1_1","type":"function_call","status":"completed","call_id":"toolu_1","name":"add","arguments":"{\"a\":1}"}}

        event: response.completed
        data: {"type":"response.completed","sequence_number":12,"response":{"id":"msg_1","object":"response","created_at":1700000000,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"claude","output":[{"id":"msg_inf_1_0","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[],"logprobs":[]}]},{"id":"fc_inf_1_1","type":"function_call","status":"completed","call_id":"toolu_1","name":"add","arguments":"{\"a\":1}"}],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,"summary":null},"store":false,"temperature":null,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":null,"truncation":"disabled","usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":17},"metadata":{}}}

    "#]],
    );
}

#[test]
fn a_stream_for_gemini() {
    piece_by_piece(
        Caller::Gemini,
        &expect![[r#"
        data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"index":0}],"modelVersion":"claude","responseId":"msg_1"}

        data: {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"id":"toolu_1","name":"add","args":{"a":1}}}]},"index":0}],"modelVersion":"claude","responseId":"msg_1"}

        data: {"candidates":[{"content":{"role":"model","parts":[]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":7,"totalTokenCount":17},"modelVersion":"claude","responseId":"msg_1"}

    "#]],
    );
}
