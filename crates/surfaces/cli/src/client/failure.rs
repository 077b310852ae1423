//! Why a server gave no answer, or the wrong one.

use std::error::Error;

use serde::Serialize;
use serde_json::Value;

/// What the server refused, as it said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refused {
    /// The stable code: `CS-0504`.
    pub(crate) code: String,
    /// What is wrong and what to do.
    pub(crate) message: String,
    /// Where the code is explained.
    pub(crate) docs: Option<String>,
}

/// Why asking did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Nothing says where a server is.
    #[error(
        "no server is known here: {looked_at} does not exist; name the data folder of a running server with --data (or COUNTERSIGN_DATA), ask one elsewhere with --url and --token (COUNTERSIGN_URL and COUNTERSIGN_TOKEN), or start one with `countersign serve`"
    )]
    NoServerKnown { looked_at: String },
    /// `admin.json` is there and can't be used.
    #[error("{path} can't be used: {problem}; a running server writes it anew when it starts")]
    BadAdminFile { path: String, problem: String },
    /// Not an address.
    #[error("{url:?} is not the address of a server: expected http://HOST:PORT or https://HOST")]
    BadAddress { url: String },
    /// Nobody answers.
    #[error("no server answers at {url}{} ({problem}); start one with `countersign serve`", from(known_from))]
    Away { url: String, known_from: Option<String>, problem: String },
    /// Something answers that is not this product.
    #[error("what answers at {url} is not a Countersign server (status {status}, not JSON)")]
    Foreign { url: String, status: u16 },
    /// The server is there and can't do it now.
    #[error("the server could not do it (status {status}): {message}")]
    Unavailable { status: u16, message: String },
    /// The server said no.
    #[error("{} ({})", .0.message, .0.code)]
    Refused(Refused),
    /// The server does not know who asks.
    #[error("the server gives no access: {} ({}); look at COUNTERSIGN_TOKEN or --token", .0.message, .0.code)]
    NoAccess(Refused),
    /// The client itself could not be made.
    #[error("could not prepare the request: {problem}")]
    Broken { problem: String },
}

fn from(known_from: &Option<String>) -> String {
    known_from.as_ref().map_or_else(String::new, |file| format!(", which {file} names"))
}

impl Failure {
    /// Reads an answer that is not a success.
    pub(crate) fn of_answer(status: u16, answer: &Value) -> Self {
        let text = |field: &str| answer["error"][field].as_str().map(str::to_owned);
        let message = text("message").unwrap_or_else(|| "no reason given".into());
        match text("code") {
            Some(code) if status == 401 => Self::NoAccess(Refused { code, message, docs: text("docs") }),
            Some(code) if status < 500 => Self::Refused(Refused { code, message, docs: text("docs") }),
            Some(code) => Self::Unavailable { status, message: format!("{message} ({code})") },
            None => Self::Unavailable { status, message },
        }
    }
}

/// The last cause of an error, which is the one that helps: "Connection refused".
pub(super) fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_that_are_no_success_are_told_apart() {
        let error = json!({"error": {"code": "CS-0504", "message": "there is no run \"x\"", "docs": "/d"}});
        let table = [(404, &error), (401, &error), (503, &error), (502, &Value::Null)];
        let told: Vec<String> =
            table.iter().map(|(status, answer)| Failure::of_answer(*status, answer).to_string()).collect();
        expect![[r#"
            there is no run "x" (CS-0504)
            the server gives no access: there is no run "x" (CS-0504); look at COUNTERSIGN_TOKEN or --token
            the server could not do it (status 503): there is no run "x" (CS-0504)
            the server could not do it (status 502): no reason given"#]]
        .assert_eq(&told.join("\n"));
    }

    #[test]
    fn where_no_server_is_known_the_data_folder_is_named_first() {
        let unknown = Failure::NoServerKnown { looked_at: ".countersign/admin.json".into() }.to_string();
        let places = ["--data", "--url", "`countersign serve`"].map(|word| unknown.find(word).unwrap());
        assert!(places.is_sorted(), "{unknown}");
    }

    #[test]
    fn a_missing_server_is_told_with_what_to_do() {
        let away = Failure::Away {
            url: "http://127.0.0.1:4411".into(),
            known_from: Some(".countersign/admin.json".into()),
            problem: "Connection refused (os error 111)".into(),
        };
        expect!["no server answers at http://127.0.0.1:4411, which .countersign/admin.json names (Connection refused (os error 111)); start one with `countersign serve`"]
            .assert_eq(&away.to_string());
    }
}
