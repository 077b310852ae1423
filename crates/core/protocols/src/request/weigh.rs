//! How much text a request holds, and which parts of it are not text.
//!
//! The figure feeds an estimate that is calibrated against what providers report, so it need not
//! be exact; it must not be far too small, and a picture in base64 must not look like a novel.

use crate::json::{Cursor, JsonError, Kind, Text};

/// Bytes of a token id given in place of text.
const TOKEN_BYTES: u64 = 4;

/// What has been counted so far.
#[derive(Debug, Default)]
pub(super) struct Weight {
    pub(super) text: u64,
    pub(super) attachments: u32,
    pub(super) attachment_bytes: u64,
    /// Whether an attachment is named by an id, so that its size is unknown here.
    pub(super) by_id: bool,
    /// Whether the provider itself runs tools that may change something.
    pub(super) acts: bool,
}

/// What an object is by its `type`, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Type {
    #[default]
    Other,
    Text,
    Attachment,
    MadeImage,
}

impl Type {
    fn of(name: &[u8]) -> Self {
        match name {
            b"text" => Self::Text,
            b"image_url"
            | b"input_image"
            | b"image"
            | b"document"
            | b"file"
            | b"input_file"
            | b"input_audio"
            | b"video_url"
            | b"computer_screenshot"
            | b"container_upload" => Self::Attachment,
            b"image_generation_call" => Self::MadeImage,
            _ => Self::Other,
        }
    }
}

/// What an object is by the name it stands under, as Google's dialect has it.
fn of_name(name: &[u8]) -> Type {
    match name {
        b"inlineData" | b"inline_data" | b"fileData" | b"file_data" => Type::Attachment,
        _ => Type::Other,
    }
}

/// Whether Google is offered a tool of this name to run itself, that may change something.
fn acts_by_name(tool: &[u8]) -> bool {
    matches!(tool, b"codeExecution" | b"code_execution" | b"mcpServers" | b"mcp_servers")
}

/// Whether a provider that is offered a tool of this type runs it itself, and may change something
/// with it. (It runs searches too, which change nothing; functions are run by the caller.)
fn acts(tool: &[u8]) -> bool {
    tool == b"shell" || tool.starts_with(b"mcp") || tool.starts_with(b"code_")
}

impl Weight {
    /// Counts a member of the body.
    pub(super) fn member(&mut self, cursor: &mut Cursor<'_>, key: Text<'_>) -> Result<(), JsonError> {
        self.text += key.len();
        self.acts |= *key.bytes() == *b"mcp_servers";
        self.under(cursor, &key.bytes())
    }

    /// Counts any value.
    pub(super) fn value(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        self.under(cursor, b"")
    }

    /// Counts the input of an embedding: texts, or lists of token ids.
    pub(super) fn embedding_input(&mut self, cursor: &mut Cursor<'_>) -> Result<(), JsonError> {
        match cursor.kind()? {
            Kind::Array => cursor.array(|cursor| self.embedding_input(cursor)),
            Kind::Number => {
                self.text += TOKEN_BYTES;
                cursor.number().map(drop)
            }
            Kind::Object | Kind::String | Kind::Bool | Kind::Null => self.value(cursor),
        }
    }

    fn under(&mut self, cursor: &mut Cursor<'_>, key: &[u8]) -> Result<(), JsonError> {
        match cursor.kind()? {
            Kind::Object => self.object(cursor, key),
            Kind::Array => cursor.array(|cursor| self.under(cursor, key)),
            Kind::String => {
                self.text += cursor.string()?.len();
                Ok(())
            }
            Kind::Number | Kind::Bool | Kind::Null => {
                self.text += cursor.span()?.len() as u64;
                Ok(())
            }
        }
    }

    fn object(&mut self, cursor: &mut Cursor<'_>, under: &[u8]) -> Result<(), JsonError> {
        let mut kind = of_name(under);
        let mut undecided = 0; // text or base64: the type says, wherever it stands
        cursor.object(|cursor, key| {
            self.text += key.len();
            let name = key.bytes();
            self.acts |= under == b"tools" && acts_by_name(&name);
            if cursor.kind()? != Kind::String {
                return self.under(cursor, &name);
            }
            let text = cursor.string()?;
            match &*name {
                b"type" => {
                    kind = Type::of(&text.bytes());
                    self.acts |= under == b"tools" && acts(&text.bytes());
                }
                b"data" | b"result" => undecided += text.len(),
                b"file_data" => self.attachment_bytes += text.len(),
                b"url" | b"image_url" | b"file_url" if text.raw().starts_with(b"data:") => {
                    self.attachment_bytes += text.len();
                }
                b"file_id" | b"fileUri" | b"file_uri" => self.by_id = true,
                _ => self.text += text.len(),
            }
            Ok::<(), JsonError>(())
        })?;
        let inline = (under == b"source" && kind != Type::Text)
            || under == b"input_audio"
            || of_name(under) == Type::Attachment;
        if inline || kind == Type::MadeImage {
            self.attachment_bytes += undecided;
        } else {
            self.text += undecided;
        }
        if matches!(kind, Type::Attachment | Type::MadeImage) && under != b"source" {
            self.attachments = self.attachments.saturating_add(1);
        }
        Ok(())
    }
}
