//! The description of the API: what stands beside the handlers, completed by what all of them
//! share — how to sign in, how a "no" reads, how to send a write twice.

use serde_json::{Value, json};
use utoipa::OpenApi as _;

use crate::auth::FORM_HEADER;
use crate::table::Documented;

const ABOUT: &str = "The control plane of Countersign. Times are RFC 3339 in UTC. Money is a decimal \
string of US dollars beside an integer of nano-dollars (10⁻⁹ USD). Lists page by `cursor`. Writes take \
`Idempotency-Key`: the same write sent again within ten minutes gets the same answer.";

const TAGS: [(&str, &str); 10] = [
    ("look", "Is it safe, what happened, what changed"),
    ("workflows", "Workflows and their owners"),
    ("runs", "Runs, inferences, and why they went as they did"),
    ("prompts", "Prompts and their versions"),
    ("money", "What was spent, and what a call would cost"),
    ("keys", "Gateway keys"),
    ("switches", "Kill switches"),
    ("configuration", "The files a server runs on"),
    ("audit", "Who did what"),
    ("people", "People and their sign-in"),
];

/// Query parameters that can't be left out.
const NEEDED: [(&str, &str); 2] = [("/api/v1/price", "model"), ("/api/v1/find", "text")];

/// The description as JSON (OpenAPI 3.1), the same on every machine.
#[must_use]
pub fn openapi() -> String {
    format!("{:#}\n", document())
}

/// The description.
pub(crate) fn document() -> Value {
    let mut api = json!(Documented::openapi());
    api["info"] = json!({
        "title": "Countersign",
        "version": "v1",
        "description": ABOUT,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
    });
    api["tags"] = TAGS.iter().map(|(name, about)| json!({ "name": name, "description": about })).collect();
    api["security"] = json!([{ "token": [] }, { "session": [] }]);
    api["components"]["securitySchemes"] = sign_in();
    api["components"]["responses"] = json!({ "No": {
        "description": "The answer is no, or something broke (503)",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ErrorBody" } } },
    }});
    for (path, item) in api["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    api
}

fn sign_in() -> Value {
    json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "The admin token, which a running server leaves in `admin.json` in its data folder.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "cs_session",
            "description": format!("The session of the pages. A write must carry its form token in `{FORM_HEADER}`."),
        },
    })
}

/// Adds what every operation has.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let mut parameters = operation["parameters"].take();
    for parameter in parameters.as_array_mut().into_iter().flatten() {
        place(path, parameter);
    }
    if method != "get" {
        let key = json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "A name for this write, so that it can be sent again without being done twice.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        });
        match parameters.as_array_mut() {
            Some(parameters) => parameters.push(key),
            None => parameters = json!([key]),
        }
    }
    operation["parameters"] = if parameters.is_null() { json!([]) } else { parameters };
    operation["responses"]["default"] = json!({ "$ref": "#/components/responses/No" });
    if path.ends_with("/openapi.json") {
        operation["security"] = json!([]);
    }
}

/// Says where a parameter stands, and whether it must. The query types are shared with forms and
/// do not know; all but two of their fields may be left out.
fn place(path: &str, parameter: &mut Value) {
    let name = parameter["name"].as_str().unwrap_or_default().to_owned();
    let in_path = path.contains(&format!("{{{name}}}"));
    let needed = NEEDED.contains(&(path, name.as_str()));
    parameter["in"] = json!(if in_path { "path" } else { "query" });
    parameter["required"] = json!(in_path || needed);
}
