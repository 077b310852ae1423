//! Asks a running server. Every command that needs one goes through [`Client`].
//!
//! The client adds nothing to an answer: a command that prints JSON prints what the server said.
//! It never follows a redirect and never uses a proxy for this machine's own addresses, so that the
//! token goes to the server that was named and nowhere else.

mod discover;
mod failure;

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;

pub(crate) use discover::{Server, find};
pub(crate) use failure::Failure;
#[cfg(test)]
pub(crate) use failure::Refused;

const CONNECT: Duration = Duration::from_secs(3);
const WHOLE: Duration = Duration::from_secs(30);

/// A server that can be asked.
pub(crate) struct Client {
    http: reqwest::Client,
    server: Server,
}

impl Client {
    /// Prepares to ask `server`. Sends nothing yet.
    pub(crate) fn new(server: Server) -> Result<Self, Failure> {
        let builder = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")));
        let builder = if server.is_local() { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(|error| Failure::Broken { problem: error.to_string() })?;
        Ok(Self { http, server })
    }

    /// Reads `path` below `/api/v1`, with these query parameters.
    pub(crate) async fn get(&self, path: &[&str], query: &[(&str, String)]) -> Result<Value, Failure> {
        self.send(self.request(Method::GET, path, query)?).await
    }

    /// Sends `body` to `path`.
    pub(crate) async fn post(&self, path: &[&str], body: &Value) -> Result<Value, Failure> {
        self.send(self.request(Method::POST, path, &[])?.json(body)).await
    }

    /// Puts `body` at `path`.
    pub(crate) async fn put(&self, path: &[&str], body: &Value) -> Result<Value, Failure> {
        self.send(self.request(Method::PUT, path, &[])?.json(body)).await
    }

    /// Deletes what is at `path`.
    pub(crate) async fn delete(&self, path: &[&str]) -> Result<Value, Failure> {
        self.send(self.request(Method::DELETE, path, &[])?).await
    }

    /// The address of a page of the server, as a person opens it.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.server.url.as_str().trim_end_matches('/'))
    }

    fn request(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<RequestBuilder, Failure> {
        let url = address(&self.server.url, path, query)?;
        let request = self.http.request(method, url);
        Ok(match &self.server.token {
            Some(token) => request.bearer_auth(token.expose()),
            None => request,
        })
    }

    async fn send(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let response = request.send().await.map_err(|error| self.away(&error))?;
        let status = response.status();
        let answer = self.body(response).await?;
        if status.is_success() { Ok(answer) } else { Err(Failure::of_answer(status.as_u16(), &answer)) }
    }

    async fn body(&self, response: Response) -> Result<Value, Failure> {
        if response.status() == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        let (status, ok) = (response.status().as_u16(), response.status().is_success());
        let bytes = response.bytes().await.map_err(|error| self.away(&error))?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(value),
            Err(_) if !ok => Ok(Value::Null),
            Err(_) => Err(Failure::Foreign { url: self.server.url.to_string(), status }),
        }
    }

    fn away(&self, error: &reqwest::Error) -> Failure {
        Failure::Away {
            url: self.server.url.as_str().trim_end_matches('/').to_owned(),
            known_from: self.server.known_from.clone(),
            problem: failure::innermost(error),
        }
    }
}

fn address(base: &Url, path: &[&str], query: &[(&str, String)]) -> Result<Url, Failure> {
    let mut url = base.clone();
    match url.path_segments_mut() {
        Ok(mut segments) => segments.pop_if_empty().extend(["api", "v1"]).extend(path),
        Err(()) => return Err(Failure::BadAddress { url: base.to_string() }),
    };
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_one_segment_whatever_it_holds() {
        let base = Url::parse("https://ai.acme.example/countersign/").unwrap();
        let url = address(&base, &["runs", "ticket 47/11?é"], &[("limit", "5".into())]).unwrap();
        assert_eq!(
            url.as_str(),
            "https://ai.acme.example/countersign/api/v1/runs/ticket%2047%2F11%3F%C3%A9?limit=5"
        );
    }
}
