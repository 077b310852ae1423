//! Finds the server to ask.
//!
//! An address that was given, by flag or variable, goes first. Otherwise the server that keeps its
//! state on this machine is asked: while it runs it leaves `admin.json` in its data folder, readable
//! by its user alone. Where no folder was named, a running demo is found as well. A token that was given goes with either; the token in `admin.json` goes only to
//! the address beside it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use domain::secret::Secret;
use reqwest::Url;
use serde::Deserialize;

use super::Failure;
use crate::args::Global;

/// The name of the file a running server leaves in its data folder.
pub(crate) const ADMIN_FILE: &str = "admin.json";

/// The folder below the data folder in which a demo keeps its own.
const DEMO: &str = "demo";

/// Where a server is and how to sign in to it.
#[derive(Debug)]
pub(crate) struct Server {
    /// Its address.
    pub(crate) url: Url,
    /// The admin token, if one is known.
    pub(crate) token: Option<Secret<String>>,
    /// The file that names the address, if it was not given.
    pub(crate) known_from: Option<String>,
}

impl Server {
    /// Whether it is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

#[derive(Deserialize)]
struct AdminFile {
    url: String,
    token: String,
}

/// Finds the server these flags mean.
pub(crate) fn find(global: &Global) -> Result<Server, Failure> {
    let token = global.token.as_ref().filter(|token| !token.is_empty()).cloned().map(Secret::new);
    match global.url.as_deref().filter(|url| !url.is_empty()) {
        Some(url) => given(global, url, token),
        None => match on_this_machine(&global.data_folder(), token.clone()) {
            Err(Failure::NoServerKnown { looked_at }) if global.data.is_none() => {
                let demo = on_this_machine(&global.data_folder().join(DEMO), token);
                demo.map_err(|_| Failure::NoServerKnown { looked_at })
            }
            found => found,
        },
    }
}

fn given(global: &Global, url: &str, token: Option<Secret<String>>) -> Result<Server, Failure> {
    let url = parse(url)?;
    let its_own = || on_this_machine(&global.data_folder(), None).ok().filter(|local| local.url == url);
    let token = token.or_else(|| its_own().and_then(|local| local.token));
    Ok(Server { url, token, known_from: None })
}

fn on_this_machine(data: &Path, token: Option<Secret<String>>) -> Result<Server, Failure> {
    let file = data.join(ADMIN_FILE);
    let path = file.display().to_string();
    let text = fs::read_to_string(&file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::NoServerKnown { looked_at: path.clone() },
        _ => Failure::BadAdminFile { path: path.clone(), problem: error.to_string() },
    })?;
    // What serde says of a wrong file may quote it, and it holds a token.
    let wrong = |problem: &str| Failure::BadAdminFile { path: path.clone(), problem: problem.into() };
    let admin: AdminFile =
        serde_json::from_str(&text).map_err(|_| wrong("it is not {\"url\", \"token\"}"))?;
    let url = parse(&admin.url).map_err(|_| wrong("its url is not an address"))?;
    Ok(Server { url, token: token.or(Some(Secret::new(admin.token))), known_from: Some(path) })
}

fn parse(text: &str) -> Result<Url, Failure> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| Failure::BadAddress { url: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(admin: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(ADMIN_FILE), admin).unwrap();
        folder
    }

    fn flags(data: &Path, url: Option<&str>, token: Option<&str>) -> Global {
        Global {
            json: false,
            data: Some(data.to_owned()),
            url: url.map(Into::into),
            token: token.map(Into::into),
        }
    }

    fn found(global: &Global) -> Result<(String, Option<String>), String> {
        find(global)
            .map(|server| (server.url.to_string(), server.token.map(|token| token.expose().clone())))
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn what_is_given_goes_before_what_is_found() {
        let data = folder(r#"{"url": "http://127.0.0.1:5000", "token": "t1"}"#);
        let here = "http://127.0.0.1:5000/";
        let far = "https://far.example/";
        let table = [
            ([None, None], here, Some("t1")),
            ([None, Some("t2")], here, Some("t2")),
            ([Some(far), Some("t2")], far, Some("t2")),
            ([Some(far), None], far, None),
            ([Some("http://127.0.0.1:5000"), None], here, Some("t1")),
        ];
        for ([url, token], expected_url, expected_token) in table {
            let expected = (expected_url.to_owned(), expected_token.map(ToOwned::to_owned));
            assert_eq!(found(&flags(data.path(), url, token)), Ok(expected), "{url:?} {token:?}");
        }
    }

    #[test]
    fn a_file_that_is_wrong_is_not_quoted() {
        let data = folder(r#"{"url": 5, "token": "secret-text"}"#);
        let message = found(&flags(data.path(), None, None)).unwrap_err();
        assert!(message.contains("admin.json") && !message.contains("secret-text"), "{message}");
        let empty = tempfile::tempdir().unwrap();
        let message = found(&flags(empty.path(), None, None)).unwrap_err();
        assert!(message.contains("no server is known here"), "{message}");
    }

    #[test]
    fn an_address_is_http() {
        for wrong in ["", "acme", "ftp://a", "127.0.0.1:4411", "http://"] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_addresses() {
        let local = |url| Server { url: parse(url).unwrap(), token: None, known_from: None }.is_local();
        assert!(local("http://127.0.0.1:1") && local("http://[::1]:1") && local("http://localhost"));
        assert!(!local("https://ai.acme.example") && !local("http://10.0.0.1"));
    }
}
