//! What the conventions call a provider: `gen_ai.provider.name`.
//!
//! The host tells best, then the name that the workspace gives it, then the dialect it speaks: the
//! conventions use the name to tell which flavour of telemetry follows.

/// The dialect a provider speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    /// OpenAI's.
    Openai,
    /// Anthropic's.
    Anthropic,
    /// Google's.
    Gemini,
    /// Amazon's Bedrock.
    Bedrock,
    /// The built-in simulation's.
    Simulated,
}

/// What a call is told to have gone to that went nowhere.
pub(crate) const NOWHERE: &str = "countersign";

/// Ends of hosts, and the convention's words.
const HOSTS: [(&str, &str); 16] = [
    ("api.openai.com", "openai"),
    ("openai.azure.com", "azure.ai.openai"),
    ("services.ai.azure.com", "azure.ai.inference"),
    ("api.anthropic.com", "anthropic"),
    ("generativelanguage.googleapis.com", "gcp.gemini"),
    ("aiplatform.googleapis.com", "gcp.vertex_ai"),
    ("amazonaws.com", "aws.bedrock"),
    ("api.groq.com", "groq"),
    ("api.mistral.ai", "mistral_ai"),
    ("api.deepseek.com", "deepseek"),
    ("api.x.ai", "x_ai"),
    ("api.cohere.com", "cohere"),
    ("api.perplexity.ai", "perplexity"),
    ("api.moonshot.ai", "moonshot_ai"),
    ("api.moonshot.cn", "moonshot_ai"),
    ("ml.cloud.ibm.com", "ibm.watsonx.ai"),
];

/// Names that workspaces give, and the convention's words.
const IDS: [(&str, &str); 12] = [
    ("openai", "openai"),
    ("azure", "azure.ai.openai"),
    ("anthropic", "anthropic"),
    ("gemini", "gcp.gemini"),
    ("vertex", "gcp.vertex_ai"),
    ("bedrock", "aws.bedrock"),
    ("groq", "groq"),
    ("mistral", "mistral_ai"),
    ("deepseek", "deepseek"),
    ("xai", "x_ai"),
    ("cohere", "cohere"),
    ("perplexity", "perplexity"),
];

/// The convention's word for a provider.
#[must_use]
pub fn provider_name(id: &str, host: Option<&str>, flavour: Flavour) -> &'static str {
    if flavour == Flavour::Simulated {
        return "countersign.simulated";
    }
    let ends = |host: &str, end: &str| {
        host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', '-']))
    };
    let by_host = host.and_then(|host| HOSTS.iter().find(|(end, _)| ends(host, end)));
    let named = by_host.or_else(|| IDS.iter().find(|(name, _)| *name == id));
    named.map_or(of_flavour(flavour), |(_, word)| word)
}

const fn of_flavour(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Openai => "openai",
        Flavour::Anthropic => "anthropic",
        Flavour::Gemini => "gcp.gen_ai",
        Flavour::Bedrock => "aws.bedrock",
        Flavour::Simulated => "countersign.simulated",
    }
}

/// What `gen_ai.system` called it until version 1.36 of the conventions.
pub(crate) fn older(name: &'static str) -> &'static str {
    match name {
        "azure.ai.openai" => "az.ai.openai",
        "azure.ai.inference" => "az.ai.inference",
        "x_ai" => "xai",
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_tells_then_the_name_then_the_dialect() {
        for (id, host, flavour, expected) in [
            ("main", Some("api.openai.com"), Flavour::Openai, "openai"),
            ("main", Some("acme.openai.azure.com"), Flavour::Openai, "azure.ai.openai"),
            ("main", Some("eu-west1-aiplatform.googleapis.com"), Flavour::Gemini, "gcp.vertex_ai"),
            ("aws", Some("bedrock-runtime.eu-west-1.amazonaws.com"), Flavour::Bedrock, "aws.bedrock"),
            ("openai", Some("api.groq.com"), Flavour::Openai, "groq"),
            ("mistral", Some("proxy.acme.example"), Flavour::Openai, "mistral_ai"),
            ("local", Some("127.0.0.1"), Flavour::Openai, "openai"),
            ("local", Some("notapi.openai.com.example"), Flavour::Anthropic, "anthropic"),
            ("evil", Some("myapi.openai.com"), Flavour::Anthropic, "anthropic"),
            ("sim", None, Flavour::Simulated, "countersign.simulated"),
            ("g", None, Flavour::Gemini, "gcp.gen_ai"),
        ] {
            assert_eq!(provider_name(id, host, flavour), expected, "{id} at {host:?}");
        }
    }
}
