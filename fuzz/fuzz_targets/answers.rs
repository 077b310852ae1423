//! Answers: nothing panics, and what is called JSON is JSON.

#![no_main]

use domain::inference::Endpoint;
use libfuzzer_sys::fuzz_target;
use protocols::{answer, transcript};
use serde::de::IgnoredAny;

fuzz_target!(|body: &[u8]| {
    for endpoint in Endpoint::ALL {
        let answer = answer::read(endpoint, body);
        if answer.is_json && std::str::from_utf8(body).is_ok() {
            assert!(serde_json::from_slice::<IgnoredAny>(body).is_ok());
        }
        let _ = transcript::request(endpoint, body);
        let _ = transcript::response(endpoint, body, false);
        let _ = transcript::response(endpoint, body, true);
        let _ = transcript::message_spans(endpoint, body);
    }
});
