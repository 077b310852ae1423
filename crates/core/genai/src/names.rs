//! Which generations of the conventions are spoken, and every name of ours.
//!
//! The conventions are not stable yet and rename what dashboards read. Those of
//! `semantic-conventions-genai` 0.1.0 are always spoken; the older names are told beside them, as
//! the conventions ask (`OTEL_SEMCONV_STABILITY_OPT_IN`), until someone says that nobody reads them.

/// Which names are spoken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Names {
    /// The current ones, and beside them those of versions 1.36 to 1.41 that differ.
    #[default]
    CurrentAndOlder,
    /// The current ones only.
    Current,
}

impl Names {
    /// What `OTEL_SEMCONV_STABILITY_OPT_IN` asks for: a list of words, of which one is ours.
    #[must_use]
    pub fn opted(list: &str) -> Self {
        let current = list.split(',').any(|word| word.trim() == "gen_ai_latest_experimental");
        if current { Self::Current } else { Self::CurrentAndOlder }
    }

    pub(crate) fn older(self) -> bool {
        self == Self::CurrentAndOlder
    }
}

/// Where the schema of the current conventions is.
pub const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/gen-ai/0.1.0";

pub(crate) const OPERATION: &str = "gen_ai.operation.name";
pub(crate) const PROVIDER: &str = "gen_ai.provider.name";
pub(crate) const REQUEST_MODEL: &str = "gen_ai.request.model";
pub(crate) const RESPONSE_MODEL: &str = "gen_ai.response.model";
pub(crate) const ERROR: &str = "error.type";
pub(crate) const ADDRESS: &str = "server.address";
pub(crate) const PORT: &str = "server.port";
pub(crate) const WORKFLOW: &str = "countersign.workflow.id";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_names_stay_until_someone_opts_out() {
        for (list, expected) in [
            ("", Names::CurrentAndOlder),
            ("http", Names::CurrentAndOlder),
            ("gen_ai_latest_experimental", Names::Current),
            ("http/dup, gen_ai_latest_experimental", Names::Current),
        ] {
            assert_eq!(Names::opted(list), expected, "{list:?}");
        }
    }
}
