//! What is asked, and what comes back.

use domain::ids::InferenceId;
use domain::inference::Fact;
use serde_json::{Value, json};

pub(crate) const CHAT: &str = "/v1/chat/completions";
pub(crate) const RESPONSES: &str = "/v1/responses";
pub(crate) const MESSAGES: &str = "/v1/messages";

/// A chat request.
pub(crate) fn chat(model: &str, stream: bool) -> Value {
    json!({"model": format!("up/{model}"), "stream": stream, "messages": [{"role": "user", "content": "hello"}]})
}

/// A request of any of the three kinds that write.
pub(crate) fn request(path: &str, model: &str, stream: bool) -> Value {
    match path {
        MESSAGES => json!({"model": format!("upa/{model}"), "stream": stream, "max_tokens": 100,
            "messages": [{"role": "user", "content": "hello"}]}),
        RESPONSES => json!({"model": format!("up/{model}"), "stream": stream, "input": "hello"}),
        _ => chat(model, stream),
    }
}

/// What a caller got.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        Self::rest_of(request.send().await.unwrap()).await
    }

    pub(crate) async fn rest_of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.unwrap().to_vec();
        Self { status, headers, body }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        let read = serde_json::from_slice(&self.body);
        assert!(read.is_ok(), "not JSON: {}", self.text());
        read.unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The code of a refusal, in any dialect.
    pub(crate) fn code(&self) -> String {
        let error = &self.json()["error"];
        let code = error["code"].as_str().or_else(|| error["details"][0]["reason"].as_str());
        code.unwrap_or_default().to_owned()
    }

    pub(crate) fn id(&self) -> InferenceId {
        id_of(&self.headers)
    }
}

pub(crate) fn id_of(headers: &reqwest::header::HeaderMap) -> InferenceId {
    headers["x-countersign-inference"].to_str().unwrap().parse().unwrap()
}

/// A fact in one line: how it ended, what the caller got, whose figures, what it cost.
pub(crate) fn line(fact: &Fact) -> String {
    format!(
        "{} {} {} {} {}+{} {}",
        fact.status.as_str(),
        fact.http_status,
        fact.code.as_deref().unwrap_or("-"),
        fact.usage_source.as_str(),
        fact.usage.input_total(),
        fact.usage.output,
        fact.cost.nano(),
    )
}
