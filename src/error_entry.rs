//! The rows of the table of errors, whatever an error consists of: every error is declared once, with its words and what
//! is known about them.

/// What is known about one error: a row of `docs/errors.md`, and what `fauxforce explain` prints.
///
/// `faults!` declares the rows of [`Family::Fault`] together with their constructors, `declare_errors!` those of the
/// other families.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// The constructor's name, for other families than [`Family::Fault`] behind a prefix: unique in the program.
    pub name: &'static str,
    pub family: Family,
    /// What clients tell the error by; empty where there is only a text.
    pub code: &'static str,
    /// The HTTP status; of provisioning, `ErrorCode`. `None` where it is the surface's.
    pub number: Option<u16>,
    /// When it is given, as the end of a sentence that begins "when".
    pub when: &'static str,
    /// The message, with names in braces for what varies.
    pub text: &'static str,
    pub fields: Fields,
    /// Before the message stand lines that mark the place in a query, where there is one.
    pub marked: bool,
    pub sure: Sure,
    /// A public URL, or a few words on where the text was seen; may be empty.
    pub source: &'static str,
    /// The source file that declares it.
    pub file: &'static str,
}

/// What an error consists of, and on which surface clients meet it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Status code, message, fields: the same on REST, SOAP and as the reason of a failed record everywhere.
    Fault,
    /// A SOAP fault whose text no other surface has.
    Soap,
    /// `error` and `error_description`.
    OAuth,
    /// The one word in which identity URLs refuse.
    Identity,
    /// Status and `detail`.
    Scim,
    /// `exceptionCode` and `exceptionMessage` of Bulk API 1.0.
    Bulk,
    /// `CODE : text` in the state of a batch (Bulk API 1.0) or as `errorMessage` of a job (2.0).
    Batch,
    /// The problem of a component in a package that is deployed or retrieved.
    Package,
    /// `LoginHistory.Status`; the code is that of event log files.
    Login,
    /// `ErrorCode` and `ErrorDescription` in the URL where a login ends.
    Provisioning,
    /// A sentence on a page.
    Page,
    /// The transport, whichever surface was meant.
    Transport,
    /// `/_fauxforce/`: the emulator's own.
    Control,
}

impl Family {
    /// What an error is called that has no code.
    pub fn name(self) -> &'static str {
        match self {
            Family::Fault | Family::Soap => "fault",
            Family::OAuth | Family::Identity => "OAuth error",
            Family::Scim => "SCIM error",
            Family::Bulk | Family::Batch => "Bulk error",
            Family::Package => "problem of a component",
            Family::Login => "login status",
            Family::Provisioning => "provisioning error",
            Family::Page => "message on a page",
            Family::Transport => "HTTP error",
            Family::Control => "control API error",
        }
    }

    /// Where clients meet it, in a few words.
    pub fn surface(self) -> &'static str {
        match self {
            Family::Fault => "REST, SOAP, Bulk, and other surfaces in their envelope",
            Family::Soap => "SOAP",
            Family::OAuth => "OAuth",
            Family::Identity => "identity URLs",
            Family::Scim => "SCIM",
            Family::Bulk => "Bulk API 1.0",
            Family::Batch => "the state of a bulk job or batch",
            Family::Package => "deploy and retrieve of the Metadata API",
            Family::Login => "the login history",
            Family::Provisioning => "the URL where a SAML login ends",
            Family::Page => "a page",
            Family::Transport => "HTTP, before any surface",
            Family::Control => "the control API",
        }
    }
}

/// Which fields an error names.
#[derive(Debug, PartialEq, Eq)]
pub enum Fields {
    None,
    Names(&'static [&'static str]),
    /// They vary; in words.
    Described(&'static str),
}

/// How sure it is that the real service says it like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// In official documentation.
    Documented,
    /// In a real answer that someone has published.
    Seen,
    /// Quoted for long, but not verified.
    Quoted,
    /// Concluded from neighbouring facts.
    Inferred,
    /// No source found: our choice.
    Assumed,
}

/// The rows that one module declares.
pub type Rows = &'static [&'static Entry];

impl Sure {
    /// The letter in the table.
    pub fn letter(self) -> &'static str {
        match self {
            Sure::Documented => "D",
            Sure::Seen => "S",
            Sure::Quoted => "s",
            Sure::Inferred => "I",
            Sure::Assumed => "A",
        }
    }

    /// The same in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Sure::Documented => "documented",
            Sure::Seen => "seen in a real answer",
            Sure::Quoted => "quoted for long, not verified",
            Sure::Inferred => "concluded from neighbouring facts",
            Sure::Assumed => "assumed: no source found",
        }
    }
}

impl Entry {
    /// Whether a message is this one: the text, with anything in place of what varies.
    pub fn says(&self, message: &str) -> bool {
        let pieces = self.pieces();
        let mut rest = match message.rsplit_once('\n') {
            Some((_, last)) if self.marked => last,
            _ => message,
        };
        for (index, piece) in pieces.iter().enumerate() {
            let last = index + 1 == pieces.len();
            let found = match index {
                0 => rest.starts_with(piece.as_str()).then_some(0),
                _ if last => rest.ends_with(piece.as_str()).then(|| rest.len() - piece.len()),
                _ => rest.find(piece.as_str()),
            };
            match found.and_then(|at| rest.get(at + piece.len()..)) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        pieces.len() > 1 || rest.is_empty()
    }

    /// The message as people read it: names in braces for what varies.
    pub fn message(&self) -> String {
        self.text.replace("{{", "{").replace("}}", "}")
    }

    /// Whether most of the message is the same each time, so that it can be told by its text.
    pub fn varies_little(&self) -> bool {
        self.pieces().concat().len() > 8
    }

    /// The text between what varies.
    fn pieces(&self) -> Vec<String> {
        let mut pieces = vec![String::new()];
        let mut characters = self.text.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '{' | '}' if characters.peek() == Some(&character) => {
                    characters.next();
                }
                '{' => {
                    characters.by_ref().take_while(|character| *character != '}').for_each(drop);
                    pieces.push(String::new());
                    continue;
                }
                _ => {}
            }
            if let Some(piece) = pieces.last_mut() {
                piece.push(character);
            }
        }
        pieces
    }
}

/// An error as its declaration words it.
#[derive(Debug, Clone)]
pub struct Declared {
    pub row: &'static Entry,
    /// The text of the row, filled in.
    pub message: String,
}

/// Declares errors that are no `Fault`: a constructor each, and `ERRORS`, their rows in the table of errors.
///
/// ```text
/// declare_errors! {
///     impl Refusal as OAuth "oauth";
///
///     /// a request that must be a POST is another
///     pub must_post() = "invalid_request" 400, "must use HTTP POST", Quoted;
///     /// a parameter is missing that a grant needs
///     pub missing(parameter: &str) = "invalid_request" 400, "{parameter} must not be null", Assumed;
/// }
/// ```
///
/// The doc comment says when, as in `faults!`. Then follow the code, the HTTP status if it is the row's own, the text with
/// the arguments and what `with` computes from them, how [`Sure`] it is, and its source. The type that they are
/// constructors of has a `fn of_row(&'static Entry, String) -> Self`. After `fn as …;` they are functions that give a
/// [`Declared`], after `enum Name as …;` they are the variants of an enumeration with a `fn row`, and after `rows as …;`
/// there are no constructors: `error_rows::name` is the row.
macro_rules! declare_errors {
    (impl $target:ident as $family:ident $prefix:literal; $($rows:tt)*) => {
        $crate::error_entry::error_rows! { $family $prefix $($rows)* }
        impl $target {
            $crate::error_entry::error_constructors! { ($target) $($rows)* }
        }
    };
    ($(#[$attribute:meta])* $vis:vis enum $target:ident as $family:ident $prefix:literal; $($rows:tt)*) => {
        $crate::error_entry::error_rows! { $family $prefix $($rows)* }
        $crate::error_entry::error_enum! { $(#[$attribute])* $vis $target $($rows)* }
    };
    (fn as $family:ident $prefix:literal; $($rows:tt)*) => {
        $crate::error_entry::error_rows! { $family $prefix $($rows)* }
        $crate::error_entry::error_constructors! { ($crate::error_entry::Declared) $($rows)* }
    };
    (rows as $family:ident $prefix:literal; $($rows:tt)*) => {
        $crate::error_entry::error_rows! { $family $prefix $($rows)* }
    };
}

macro_rules! error_rows {
    ($family:ident $prefix:literal $(
        $(#[doc = $when:literal])+
        $vis:vis $name:ident($($arg:ident: $type:ty),* $(,)?) = $code:literal $($number:literal)?,
        $text:literal $(with ($($key:ident = $value:expr),* $(,)?))?,
        $sure:ident $($source:literal)?;
    )*) => {
        /// The rows of this module in the table of errors.
        pub(crate) const ERRORS: $crate::error_entry::Rows = &[$(&error_rows::$name),*];

        #[allow(non_upper_case_globals, reason = "a row is named as its constructor")]
        mod error_rows {
            use $crate::error_entry::{Entry, Family, Fields, Sure};
            $(pub(super) static $name: Entry = Entry {
                name: concat!($prefix, ".", stringify!($name)),
                family: Family::$family,
                code: $code,
                number: $crate::error_entry::number!($($number)?),
                when: concat!($($when),+),
                text: $text,
                fields: Fields::None,
                sure: Sure::$sure,
                marked: false,
                source: concat!($($source)?),
                file: file!(),
            };)*
        }
    };
}

macro_rules! error_constructors {
    (($target:ty) $(
        $(#[doc = $when:literal])+
        $vis:vis $name:ident($($arg:ident: $type:ty),* $(,)?) = $code:literal $($number:literal)?,
        $text:literal $(with ($($key:ident = $value:expr),* $(,)?))?,
        $sure:ident $($source:literal)?;
    )*) => {
        $(
            #[doc = "Given when"]
            $(#[doc = $when])+
            $vis fn $name($($arg: $type),*) -> $target {
                <$target>::of_row(&error_rows::$name, format!($text $($(, $key = $value)*)?))
            }
        )*
    };
}

macro_rules! error_enum {
    ($(#[$attribute:meta])* $vis:vis $target:ident $(
        $(#[doc = $when:literal])+
        $name:ident() = $code:literal $($number:literal)?, $text:literal, $sure:ident $($source:literal)?;
    )*) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $target {
            $(#[doc = "When"] $(#[doc = $when])+ $name,)*
        }

        impl $target {
            /// All of them, in the order of their declaration.
            pub const ALL: &[$target] = &[$($target::$name),*];

            /// Its row in the table of errors.
            pub fn row(self) -> &'static $crate::error_entry::Entry {
                match self {
                    $($target::$name => &error_rows::$name,)*
                }
            }
        }
    };
}

macro_rules! number {
    () => {
        None
    };
    ($number:literal) => {
        Some($number)
    };
}

pub(crate) use {declare_errors, error_constructors, error_enum, error_rows, number};

impl Declared {
    pub(crate) fn of_row(row: &'static Entry, message: String) -> Declared {
        Declared { row, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &'static str) -> Entry {
        Entry {
            name: "",
            family: Family::Fault,
            code: "UNKNOWN_EXCEPTION",
            number: None,
            when: "",
            text,
            fields: Fields::None,
            marked: false,
            sure: Sure::Assumed,
            source: "",
            file: "",
        }
    }

    #[test]
    fn what_varies_matches_anything() {
        assert!(entry("plain").says("plain"));
        assert!(!entry("plain").says("plainer"));
        let license = entry("License Limit Exceeded - {license}");
        assert!(license.says("License Limit Exceeded - Salesforce"));
        assert!(!license.says("License limit exceeded"));
        let both = entry("{label}: value {{x}} of {value} too large");
        assert!(both.says("Alias: value {x} of ä too large"));
        assert!(!both.says("Alias: value {x} of ä too small"));
    }
}
