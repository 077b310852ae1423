//! What a key says of the value under it.
//!
//! Fails closed: a key that is on no list stands for a text.

/// Who fills a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// The dialect says what stands where.
    Protocol,
    /// JSON Schema says what stands where: the words of its keys, and texts around them.
    Schema,
    /// An object of a schema whose keys are names that the caller chose.
    Names,
    /// Anything may stand anywhere, and keys are texts too.
    Free,
}

impl Zone {
    /// The zone of a value that is no string, under `key` in this zone.
    pub(super) fn under(self, key: &[u8]) -> Self {
        match self {
            Self::Protocol if is_free(key) => Self::Free,
            Self::Protocol if is_schema(key) => Self::Schema,
            Self::Schema if holds_values(key) => Self::Free,
            Self::Schema if holds_names(key) => Self::Names,
            zone => zone,
        }
    }

    /// The zone of the members of an object in this zone.
    pub(super) const fn of_members(self) -> Self {
        match self {
            Self::Names => Self::Schema,
            zone => zone,
        }
    }

    /// Whether the keys of an object in this zone are texts.
    pub(super) const fn has_texts_for_keys(self) -> bool {
        matches!(self, Self::Free | Self::Names)
    }

    /// Whether a string under `key` in this zone is no text.
    pub(super) fn is_data(self, key: &[u8]) -> bool {
        match self {
            Self::Protocol => is_data(key),
            Self::Schema => is_word_of_schema(key),
            Self::Free | Self::Names => false,
        }
    }

    /// Whether nothing under `key` in this zone is looked at: it is meant for somebody else than the
    /// model, such as the credentials of a server of tools, or it is no answer.
    pub(super) fn is_closed(self, key: &[u8]) -> bool {
        self == Self::Protocol && matches!(key, b"headers" | b"mcp_servers" | b"mcpServers")
    }
}

/// Whether a value under this key is filled freely.
pub(super) fn is_free(key: &[u8]) -> bool {
    matches!(
        key,
        b"input"
            | b"arguments"
            | b"variables"
            | b"metadata"
            | b"labels"
            | b"args"
            | b"partialArgs"
            | b"partial_args"
            | b"response"
            | b"input_examples"
    )
}

/// Whether the value under this key is a JSON Schema.
fn is_schema(key: &[u8]) -> bool {
    matches!(
        key,
        b"parameters"
            | b"schema"
            | b"input_schema"
            | b"inputSchema"
            | b"output_schema"
            | b"outputSchema"
            | b"parametersJsonSchema"
            | b"parameters_json_schema"
            | b"responseSchema"
            | b"response_schema"
            | b"responseJsonSchema"
            | b"response_json_schema"
    )
}

/// Whether a schema has values of its own making under this key.
fn holds_values(key: &[u8]) -> bool {
    matches!(key, b"default" | b"const" | b"enum" | b"example" | b"examples")
}

/// Whether the object under this key of a schema has names for keys.
fn holds_names(key: &[u8]) -> bool {
    matches!(
        key,
        b"properties"
            | b"patternProperties"
            | b"dependentSchemas"
            | b"dependentRequired"
            | b"dependencies"
            | b"$defs"
            | b"definitions"
    )
}

/// Whether a string under this key of a schema is one of its own words.
fn is_word_of_schema(key: &[u8]) -> bool {
    matches!(
        key,
        b"type"
            | b"format"
            | b"$ref"
            | b"$schema"
            | b"$id"
            | b"$anchor"
            | b"$dynamicRef"
            | b"$dynamicAnchor"
            | b"contentEncoding"
            | b"contentMediaType"
    )
}

/// Whether a string under this key is no text.
fn is_data(key: &[u8]) -> bool {
    matches!(
        key,
        b"id"
            | b"object"
            | b"type"
            | b"role"
            | b"model"
            | b"name"
            | b"status"
            | b"phase"
            | b"finish_reason"
            | b"native_finish_reason"
            | b"stop_reason"
            | b"stop_sequence"
            | b"service_tier"
            | b"system_fingerprint"
            | b"signature"
            | b"thought_signature"
            | b"encrypted_content"
            | b"encrypted_index"
            | b"data"
            | b"file_data"
            | b"file_id"
            | b"result"
            | b"media_type"
            | b"detail"
            | b"format"
            | b"obfuscation"
            | b"url"
            | b"image_url"
            | b"file_url"
            | b"tool_call_id"
            | b"call_id"
            | b"tool_use_id"
            | b"item_id"
            | b"response_id"
            | b"server_label"
            | b"previous_response_id"
            | b"container_id"
            | b"ttl"
            | b"mimeType"
            | b"mime_type"
            | b"fileUri"
            | b"file_uri"
            | b"uri"
            | b"thoughtSignature"
            | b"finishReason"
            | b"modelVersion"
            | b"responseId"
            | b"authorization"
            | b"authorization_token"
            | b"server_url"
            | b"connector_id"
            | b"conversation"
            | b"container"
            | b"cachedContent"
            | b"cached_content"
            | b"file_ids"
            | b"vector_store_ids"
            | b"channel"
            | b"language"
            | b"outcome"
    )
}
