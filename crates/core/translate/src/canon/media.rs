//! Media in the forms that dialects have in common: data URLs, and types guessed from a name.

use super::part::{Media, MediaKind, Part, Source};

/// What an OpenAI URL is: an address, or bytes in a data URL (RFC 2397, base64 only).
#[must_use]
pub fn of_url(url: String) -> Source {
    let inline = url.strip_prefix("data:").and_then(|rest| rest.split_once(','));
    match inline {
        Some((kind, base64)) if kind.ends_with(";base64") => Source::Data {
            media_type: kind.split(';').next().unwrap_or_default().to_owned(),
            base64: base64.to_owned(),
        },
        _ => Source::Url { url, media_type: None },
    }
}

/// The data URL of bytes.
#[must_use]
pub fn data_url(media_type: &str, base64: &str) -> String {
    format!("data:{media_type};base64,{base64}")
}

/// The media type that the end of a name stands for.
#[must_use]
pub fn type_of_name(name: &str) -> Option<&'static str> {
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let (_, end) = path.rsplit_once('.')?;
    Some(match end.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "txt" => "text/plain",
        "md" => "text/markdown",
        "html" | "htm" => "text/html",
        "csv" => "text/csv",
        _ => return None,
    })
}

impl Media {
    /// Media without a name.
    #[must_use]
    pub const fn plain(kind: MediaKind, source: Source) -> Self {
        Self { kind, source, name: None, detail: None }
    }

    /// The same as a part.
    #[must_use]
    pub const fn part(self) -> Part {
        Part::Media(self)
    }

    /// Image or document, by media type.
    #[must_use]
    pub fn kind_of(media_type: &str) -> MediaKind {
        if media_type.starts_with("image/") { MediaKind::Image } else { MediaKind::Document }
    }
}
