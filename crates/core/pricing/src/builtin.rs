//! The lists that ship with the product, and whose hosts they belong to.

use std::sync::LazyLock;

use crate::pattern::Pattern;

/// A list that ships with the product.
#[derive(Debug)]
pub(crate) struct Builtin {
    /// Its name.
    pub(crate) name: &'static str,
    /// Other names for it.
    pub(crate) aliases: &'static [&'static str],
    /// Hosts of its API; `*` matches anything.
    pub(crate) hosts: &'static [&'static str],
    /// Lists to look in for a model that this one lacks: its seller also sells models of others,
    /// at their prices.
    pub(crate) resells: &'static [&'static str],
    /// Its file.
    pub(crate) text: &'static str,
}

macro_rules! lists {
    ($($name:literal aliases $aliases:expr, hosts $hosts:expr, resells $resells:expr;)*) => {
        /// Every built-in list, by name.
        pub(crate) const LISTS: &[Builtin] = &[$(Builtin {
            name: $name,
            aliases: &$aliases,
            hosts: &$hosts,
            resells: &$resells,
            text: include_str!(concat!("../prices/", $name, ".toml")),
        }),*];
    };
}

lists! {
    "amazon" aliases ["aws", "bedrock", "amazon-bedrock", "aws-bedrock"],
        hosts ["bedrock-runtime*.amazonaws.com", "bedrock-mantle*.api.aws"], resells [];
    "anthropic" aliases ["claude"], hosts ["api.anthropic.com"], resells [];
    "azure" aliases ["azure-openai"],
        hosts ["*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com", "*azure-api.net"],
        resells ["openai", "anthropic", "deepseek", "xai", "moonshot"];
    "cerebras" aliases [], hosts ["api.cerebras.ai"], resells [];
    "cohere" aliases [], hosts ["api.cohere.ai", "api.cohere.com"], resells [];
    "deepseek" aliases [], hosts ["api.deepseek.com"], resells [];
    "fireworks" aliases ["fireworks-ai"], hosts ["api.fireworks.ai"], resells [];
    "google" aliases ["gemini", "vertex", "google-vertex"], hosts ["googleapis.com", "*.googleapis.com"],
        resells ["anthropic"];
    "groq" aliases [], hosts ["api.groq.com"], resells [];
    "mistral" aliases ["mistralai"], hosts ["api.mistral.ai"], resells [];
    "moonshot" aliases ["moonshotai", "kimi"], hosts ["api.moonshot.ai", "api.moonshot.cn"], resells [];
    "openai" aliases [], hosts ["api.openai.com", "*.api.openai.com"], resells [];
    "openrouter" aliases [], hosts ["openrouter.ai", "*.openrouter.ai"], resells [];
    "together" aliases ["togetherai", "together-ai"], hosts ["api.together.xyz", "api.together.ai"], resells [];
    "xai" aliases ["x-ai", "grok"], hosts ["api.x.ai", "*.api.x.ai"], resells [];
}

/// The built-in list of this name or alias.
pub(crate) fn by_name(name: &str) -> Option<&'static Builtin> {
    LISTS.iter().find(|list| list.name == name || list.aliases.contains(&name))
}

/// The built-in list whose API is at a host. A port is ignored.
pub(crate) fn by_host(host: &str) -> Option<&'static Builtin> {
    static PATTERNS: LazyLock<Vec<(Pattern, &'static Builtin)>> = LazyLock::new(|| {
        let of = |list: &'static Builtin| {
            list.hosts.iter().filter_map(move |host| Some((Pattern::parse(host)?, list)))
        };
        LISTS.iter().flat_map(of).collect()
    });
    let host = host.to_ascii_lowercase();
    let host = host.split_once(':').map_or(host.as_str(), |(name, _)| name).trim_end_matches('.');
    let exact = LISTS.iter().find(|list| list.hosts.contains(&host));
    exact.or_else(|| PATTERNS.iter().find(|(pattern, _)| pattern.covers(host)).map(|(_, list)| *list))
}
