//! The API in front of a house, and how a test asks it.

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request};
use control::Control;
use domain::ids::InferenceId;
use domain::time::Clock as _;
use house::House;
use serde_json::Value;

pub(crate) use house::TOKEN;

const ROOT: &str = r#"
[organisation]
name = "Acme"

[[people]]
id = "maya"
name = "Maya Chen"
email = "maya@acme.example"
roles = ["admin", "owner"]

[[people]]
id = "vera"
name = "Vera Lind"
email = "vera@acme.example"
roles = ["viewer"]

[[pods]]
id = "support"
people = ["maya"]

[providers.sim]
api = "simulated"
prices = "none"

[routes.standard]
targets = [{ provider = "sim", model = "sim-small" }]
"#;

const WORKFLOW: &str = r#"
title = "First answers"
owner = "maya"
pod = "support"
operating_model = "assisted"
unit_of_work = "answer"
good = "Correct and polite."

[routes]
default = "standard"

[budget]
month = "10 USD"
run = "0.50 USD"
"#;

/// Everything a test touches.
pub(crate) struct Server {
    pub(crate) control: Control,
    pub(crate) router: Router,
    pub(crate) house: House,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The code of a "no".
    pub(crate) fn code(&self) -> (u16, &str) {
        (self.status, self.body["error"]["code"].as_str().unwrap_or_default())
    }
}

/// Starts on a small workspace.
pub(crate) async fn start() -> Server {
    let files = [("countersign.toml", ROOT), ("workflows/first-answers.toml", WORKFLOW)];
    let house = House::open(&files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()).await;
    let control = house.control.clone();
    Server { router: api::router(control.clone()), control, house }
}

impl Server {
    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let house::Reply { status, headers, body } = house::send(&self.router, request).await;
        let body = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"));
        Answer { status: status.as_u16(), headers, body }
    }

    /// Sends a request of the operator.
    pub(crate) async fn ask(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Reads as the operator.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path), Body::empty()).await
    }

    /// Records a call of a run, and waits until it can be read.
    pub(crate) async fn record(&self, number: u8, run: &str) -> InferenceId {
        self.house.record(house::fact(self.house.clock.now(), number, run)).await
    }
}
