//! Requests: the view agrees with a full parser, and edits change what they name only.

#![no_main]

use bytes::Bytes;
use domain::inference::Endpoint;
use libfuzzer_sys::fuzz_target;
use protocols::request::{Edits, InPath, read, read_at};
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let body = Bytes::copy_from_slice(body);
    for endpoint in [Endpoint::Chat, Endpoint::Responses, Endpoint::Messages, Endpoint::Embeddings] {
        let Ok(view) = read(endpoint, &body) else { continue };
        let Ok(mut before) = serde_json::from_slice::<Value>(&body) else { continue }; // a number out of range
        if let Some(model) = before["model"].as_str() {
            assert_eq!(model, view.model);
        }
        let edited = Edits::new(&view).model("another/model").apply(&body);
        before["model"] = "another/model".into();
        assert_eq!(serde_json::from_slice::<Value>(&edited).ok(), Some(before));
        let all = Edits::new(&view).model("m").include_usage().max_output(1).apply(&body);
        assert!(serde_json::from_slice::<Value>(&all).is_ok());
    }
    let path = InPath { model: "m".to_owned(), stream: true };
    if let Ok(view) = read_at(Endpoint::Gemini, Some(&path), &body)
        && serde_json::from_slice::<Value>(&body).is_ok()
    {
        let all = Edits::new(&view).model("n").max_output(1).apply(&body);
        assert!(serde_json::from_slice::<Value>(&all).is_ok());
    }
});
