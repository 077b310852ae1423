//! `[providers.NAME]`: where models are called, how, and by whose price list.

use std::collections::BTreeMap;
use std::fmt;

use domain::ids::{self, Kind as _, ProviderId};
use domain::inference::{Dialect, Endpoint};
use pricing::PriceBook;
use serde::{Serialize, Serializer};

use super::headers;
use super::root::ROOT;
use super::speaks::{self, LimitField, OpenaiWire, Speaks};
use super::url;
use crate::read::{Entry, Section, Spec, optional, required};
use crate::suggest;
use crate::words::words;

words! {
    /// The wire dialect of a provider.
    Api: "an api" {
        /// OpenAI's, and whatever speaks it: vLLM, Ollama, llama.cpp, Groq, Mistral, …
        Openai = "openai",
        /// Anthropic's.
        Anthropic = "anthropic",
        /// Google's.
        Gemini = "gemini",
        /// Amazon's Bedrock; calls are translated.
        Bedrock = "bedrock",
        /// The built-in simulation; answers in the dialect it is asked in (in Google's by translation).
        Simulated = "simulated",
    }
}

impl Api {
    /// Whether callers of `dialect` are spoken to in their own words.
    const fn speaks(self, dialect: Dialect) -> bool {
        match self {
            Self::Openai => matches!(dialect, Dialect::Openai),
            Self::Anthropic => matches!(dialect, Dialect::Anthropic),
            Self::Gemini => matches!(dialect, Dialect::Gemini),
            Self::Bedrock => false,
            Self::Simulated => !matches!(dialect, Dialect::Gemini),
        }
    }

    const fn default_url(self) -> &'static str {
        match self {
            Self::Openai => "https://api.openai.com/v1",
            Self::Anthropic => "https://api.anthropic.com",
            Self::Gemini => "https://generativelanguage.googleapis.com",
            Self::Bedrock | Self::Simulated => "",
        }
    }

    /// The price list of the company whose dialect it is.
    const fn main_list(self) -> &'static str {
        match self {
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::Gemini => "google",
            Self::Bedrock => "amazon",
            Self::Simulated => "simulated",
        }
    }
}

/// Where a secret is. Never the secret itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SecretRef {
    /// In an environment variable of this name.
    Env(String),
    /// In a file; a relative path starts at the workspace's folder.
    File(String),
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{path}"),
        }
    }
}

impl Serialize for SecretRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whose prices apply.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PriceList {
    /// Those of this list in the price book.
    Named(String),
    /// None: tokens cost nothing here.
    Free,
}

/// A provider.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Provider {
    /// Its name.
    pub id: ProviderId,
    /// Its dialect.
    pub api: Api,
    /// Which wires of OpenAI's dialect it has; `None` where that is not its dialect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaks: Option<Speaks>,
    /// How `chat/completions` is told the most output tokens.
    pub limit_field: LimitField,
    /// Where it is, without a trailing slash: for `openai` what comes before `/chat/completions`, for
    /// `anthropic` what comes before `/v1/messages`. Empty for the simulation.
    pub base_url: String,
    /// Where its keys are. A run stays with one of them while that one is good.
    pub api_keys: Vec<SecretRef>,
    /// Headers sent with every call, beside those of the caller. Never credentials.
    pub headers: BTreeMap<String, String>,
    /// Whose prices apply.
    pub price_list: PriceList,
    /// Whether someone said that plain http to another machine is meant.
    pub allow_insecure: bool,
}

impl Provider {
    /// Whether it answers calls to `endpoint` as they are, without translation.
    #[must_use]
    pub fn takes(&self, endpoint: Endpoint) -> bool {
        match (self.speaks, OpenaiWire::of(endpoint)) {
            (Some(speaks), Some(wire)) => speaks.has(wire),
            _ => self.api.speaks(endpoint.dialect()),
        }
    }

    /// Whether it is the built-in simulation.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.api == Api::Simulated
    }
}

pub(crate) static PROVIDER: Spec = Spec {
    title: "[providers.NAME]",
    place: "in [providers.NAME]",
    doc: "Where models are called. The name is free; `provider/model` in routes and patterns begins with it.",
    keys: &[
        required(
            "api",
            "\"openai\"",
            "The wire dialect: `openai` (also vLLM, Ollama, llama.cpp, Azure, Groq, Mistral and many more), `anthropic`, \
             `gemini`, `bedrock`, or `simulated`, which is built in. Calls in another dialect are translated.",
        ),
        optional(
            "speaks",
            "[\"chat\"]",
            "`[\"chat\", \"responses\"]`",
            "Which wires of OpenAI's dialect it has, for `openai` alone. A caller of a wire that is not listed, or of another \
             dialect, is translated to the first. Embeddings pass in any case.",
        ),
        optional(
            "limit_field",
            "\"max_tokens\"",
            "`max_tokens` where it speaks `chat` alone, else `max_completion_tokens`",
            "How `chat/completions` of `openai` is told the most output tokens, where the gateway has to: in a translated call, \
             or for a budget. Many servers ignore or refuse the new name; OpenAI's models that reason refuse the old one.",
        ),
        optional(
            "base_url",
            "\"http://127.0.0.1:8080/v1\"",
            "the company's own",
            "What the dialect's SDK takes as its base URL: with `/v1` for `openai`, without for the others. `bedrock` has no \
             usual one: `https://bedrock-runtime.REGION.amazonaws.com`.",
        ),
        optional(
            "api_key",
            "\"env:LOCAL_API_KEY\"",
            "no key is sent",
            "Where the key is: `env:NAME` or `file:PATH`, relative to the workspace. Never the key itself. For `bedrock`: a key \
             of Bedrock's own, or `ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`.",
        ),
        optional(
            "api_keys",
            "[\"env:FIRST_KEY\", \"env:SECOND_KEY\"]",
            "`api_key` alone",
            "Several keys, in the same form. Runs are spread over them, and where one is refused or its quota is used \
             up, the next is taken.",
        ),
        optional(
            "headers",
            "{ \"x-team\" = \"support\" }",
            "none",
            "Headers sent with every call. No credentials.",
        ),
        optional(
            "prices",
            "\"none\"",
            "its name, else its host, else its dialect",
            "Whose price list applies; `none`: tokens are free of charge. Without it: the list called like the \
             provider, else the one for its host, else the dialect's own: `openai`, `anthropic`, or `simulated`, which \
             only `prices.toml` can make.",
        ),
        optional(
            "allow_insecure",
            "true",
            "`false`",
            "Says that plain http to another machine is meant, which is a warning otherwise.",
        ),
    ],
};

/// Reads every provider.
pub(crate) fn read(root: &Section<'_>, book: &PriceBook) -> BTreeMap<ProviderId, Provider> {
    let mut providers = BTreeMap::new();
    for (id, entry) in root.named::<ids::Provider>("providers") {
        entry.notes.declare(ids::Provider::NOUN, id.as_str(), entry.key_place);
        let Some(section) = entry.section(&PROVIDER, &ROOT) else { continue };
        if let Some(provider) = provider(id.clone(), &section, book) {
            providers.insert(id, provider);
        }
    }
    providers
}

fn provider(id: ProviderId, section: &Section<'_>, book: &PriceBook) -> Option<Provider> {
    let api = section.get("api").and_then(|entry| entry.word::<Api>());
    let speaks = speaks::read(section, api);
    let limit_field = speaks::limit_field(section, api, speaks);
    let api_keys = api_keys(section);
    let headers = section.get("headers").map(|entry| headers::read(&entry)).unwrap_or_default();
    let allow_insecure = section.get("allow_insecure").and_then(|entry| entry.flag()).unwrap_or(false);
    let url = base_url(section, api, allow_insecure);
    let prices = section.get("prices").map(|entry| price_list(&entry, book));
    let api = api?;
    if api == Api::Bedrock && url.is_none() && section.get("base_url").is_none() {
        let help = "add `base_url = \"https://bedrock-runtime.REGION.amazonaws.com\"`".to_owned();
        section.notes.error(
            section.place,
            format!("`{id}` needs a `base_url`, which names the region"),
            help,
        );
        return None;
    }
    let host = url.as_ref().map_or("", |url| url.host.as_str());
    let price_list = match prices {
        Some(stated) => stated?,
        None => default_list(&id, host, api, book),
    };
    let remote = !host.is_empty() && !url::is_loopback(host);
    if remote && section.get("api_key").is_none() && section.get("api_keys").is_none() {
        let help = format!("add `api_key = \"env:NAME\"` if {host} wants one");
        section.notes.warn(section.place, format!("calls to `{id}` carry no key"), help);
    }
    let base_url = url.map(|url| url.text).unwrap_or_default();
    Some(Provider { id, api, speaks, limit_field, base_url, api_keys, headers, price_list, allow_insecure })
}

fn base_url(section: &Section<'_>, api: Option<Api>, allow_insecure: bool) -> Option<url::BaseUrl> {
    let Some(entry) = section.get("base_url") else { return url::read(api?.default_url()).ok() };
    if api == Some(Api::Simulated) {
        let help = "leave it out: the simulation is built in".to_owned();
        entry.notes.warn(entry.key_place, "`base_url` means nothing for a simulated provider", help);
        return None;
    }
    let text = entry.text()?;
    if text.contains('@') || text.contains('?') {
        entry.notes.hide(entry.place);
    }
    let mut url = match url::read(&text) {
        Ok(url) => url,
        Err(problem) => {
            let help =
                "write a URL such as \"https://api.example.com/v1\"; a key belongs in `api_key`".to_owned();
            entry.wrong(format!("the base URL {problem}"), help);
            return None;
        }
    };
    let version = match api {
        Some(Api::Anthropic) => "/v1",
        Some(Api::Gemini) => "/v1beta",
        _ => "",
    };
    url.text = url.text.strip_suffix(version).unwrap_or(&url.text).to_owned();
    if url.plain && !url::is_loopback(&url.host) && !allow_insecure {
        let help = "use https, or add `allow_insecure = true` if the network in between is yours".to_owned();
        entry.notes.warn(entry.place, format!("prompts travel to {} in the clear", url.host), help);
    }
    Some(url)
}

/// The keys under both names, each once.
fn api_keys(section: &Section<'_>) -> Vec<SecretRef> {
    let one = section.get("api_key");
    let several = section.get("api_keys").map(|entry| entry.items()).unwrap_or_default();
    let mut keys: Vec<SecretRef> = Vec::new();
    for entry in one.iter().chain(&several) {
        let Some(key) = secret_ref(entry) else { continue };
        if keys.contains(&key) {
            entry.notes.warn(entry.place, format!("`{key}` is listed twice"), "take one out".to_owned());
        } else {
            keys.push(key);
        }
    }
    keys
}

/// Reads a reference to a secret. Whatever else stands there may be the secret itself, so that no
/// message and no source line repeats it.
fn secret_ref(entry: &Entry<'_>) -> Option<SecretRef> {
    let help = "write where the key is: `api_key = \"env:NAME\"` for an environment variable, or \"file:PATH\"; a key \
                that stood in a file is leaked: revoke it";
    let key = entry.key;
    let Some(text) = entry.as_text() else {
        entry.notes.hide(entry.place);
        entry.wrong(format!("`{key}` must be text"), help.to_owned());
        return None;
    };
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if let Some(name) = text.strip_prefix("env:").filter(|name| is_name(name)) {
        return Some(SecretRef::Env(name.to_owned()));
    }
    if let Some(path) = text.strip_prefix("file:").filter(|path| !path.trim().is_empty()) {
        return Some(SecretRef::File(path.to_owned()));
    }
    entry.notes.hide(entry.place);
    let message = match text.split_once(':') {
        Some(("env", _)) => "does not name an environment variable",
        Some(("file", _)) => "names no file",
        _ if text.trim().is_empty() => "is empty",
        _ => "holds a literal secret",
    };
    entry.wrong(format!("`{key}` {message}"), help.to_owned());
    None
}

fn price_list(entry: &Entry<'_>, book: &PriceBook) -> Option<PriceList> {
    let name = entry.text()?;
    if name == "none" {
        return Some(PriceList::Free);
    }
    if book.has_list(&name) {
        return Some(PriceList::Named(name));
    }
    let lists = book.lists();
    let help = suggest::help(&name, lists.iter().copied().chain(["none"]), "there are");
    entry.wrong(format!("there is no price list {name:?}"), help);
    None
}

fn default_list(id: &ProviderId, host: &str, api: Api, book: &PriceBook) -> PriceList {
    let by_name = book.has_list(id.as_str()).then(|| id.to_string());
    let by_host = || book.list_for_host(host).map(str::to_owned);
    let by_dialect = || Some(api.main_list().to_owned()).filter(|list| book.has_list(list));
    by_name.or_else(by_host).or_else(by_dialect).map_or(PriceList::Free, PriceList::Named)
}
