//! What the data of a job is written in.

use serde::{Deserialize, Serialize};

/// What records are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ContentType {
    Csv,
    Xml,
    Json,
}

impl ContentType {
    /// Reads the name that both APIs use.
    pub fn parse(name: &str) -> Option<ContentType> {
        [ContentType::Csv, ContentType::Xml, ContentType::Json].into_iter().find(|kind| kind.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            ContentType::Csv => "CSV",
            ContentType::Xml => "XML",
            ContentType::Json => "JSON",
        }
    }
}

/// How lines of CSV end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LineEnding {
    #[default]
    Lf,
    Crlf,
}

impl LineEnding {
    pub fn parse(name: &str) -> Option<LineEnding> {
        [LineEnding::Lf, LineEnding::Crlf].into_iter().find(|ending| ending.as_str() == name)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            LineEnding::Lf => "LF",
            LineEnding::Crlf => "CRLF",
        }
    }

    pub fn text(self) -> &'static str {
        match self {
            LineEnding::Lf => "\n",
            LineEnding::Crlf => "\r\n",
        }
    }
}

/// What stands between the values of a CSV record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Delimiter {
    #[default]
    Comma,
    Tab,
    Pipe,
    Semicolon,
    Caret,
    Backquote,
}

impl Delimiter {
    const ALL: [(Delimiter, &'static str, u8); 6] = [
        (Delimiter::Comma, "COMMA", b','),
        (Delimiter::Tab, "TAB", b'\t'),
        (Delimiter::Pipe, "PIPE", b'|'),
        (Delimiter::Semicolon, "SEMICOLON", b';'),
        (Delimiter::Caret, "CARET", b'^'),
        (Delimiter::Backquote, "BACKQUOTE", b'`'),
    ];

    pub fn parse(name: &str) -> Option<Delimiter> {
        Delimiter::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(delimiter, ..)| delimiter)
    }

    pub fn as_str(self) -> &'static str {
        Delimiter::ALL.iter().find(|(delimiter, ..)| *delimiter == self).map_or("COMMA", |(_, name, _)| name)
    }

    pub fn byte(self) -> u8 {
        Delimiter::ALL.iter().find(|(delimiter, ..)| *delimiter == self).map_or(b',', |(.., byte)| *byte)
    }
}
