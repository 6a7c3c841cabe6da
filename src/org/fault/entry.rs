//! The table of errors: every fault is declared once, with its words and what is known about them.

use super::StatusCode;

/// What is known about one error: a row of `docs/errors.md`, and what `fauxforce explain` prints.
///
/// [`faults!`] declares rows together with their constructors.
#[derive(Debug)]
pub struct Entry {
    /// The constructor's name, unique in the program.
    pub name: &'static str,
    pub code: StatusCode,
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

/// Which fields an error names.
#[derive(Debug)]
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

/// Declares faults: a constructor each, and `FAULTS`, their rows in the table of errors.
///
/// ```text
/// faults! {
///     /// the username is taken, in this org or another of the cloud
///     duplicate_username() = DUPLICATE_USERNAME on ["Username"],
///         "Duplicate Username.<br>…", Documented "https://help.salesforce.com/…";
///     /// a value is in none of the entries of a restricted picklist
///     pub bad_picklist_value(field: &Field, value: &str) = INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST on field,
///         "{label}: bad value for restricted picklist field: {value}" with (label = field.label), Seen;
/// }
/// ```
///
/// The doc comment says when. The text names the arguments, and what `with` computes from them. `on` takes names of
/// fields, an argument that is a `Field`, or `(expression, "in words")`. `marked` takes a closure that puts the finished
/// message under a piece of the query. Then follow how [`Sure`] the text is, and its
/// source if there is one. After `impl Fault;` the constructors are methods of `Fault`.
macro_rules! faults {
    (impl Fault; $($rows:tt)*) => {
        $crate::org::fault::entry::fault_rows! { $($rows)* }
        impl $crate::org::fault::Fault {
            $crate::org::fault::entry::fault_constructors! { $($rows)* }
        }
    };
    ($($rows:tt)*) => {
        $crate::org::fault::entry::fault_rows! { $($rows)* }
        $crate::org::fault::entry::fault_constructors! { $($rows)* }
    };
}

macro_rules! fault_rows {
    ($(
        $(#[doc = $when:literal])+
        $vis:vis $name:ident($($arg:ident: $type:ty),* $(,)?) = $code:ident $(on $fields:tt)?,
        $text:literal $(with ($($key:ident = $value:expr),* $(,)?))? $(marked $mark:expr)?,
        $sure:ident $($source:literal)?;
    )*) => {
        /// The rows of this module in the table of errors.
        pub(crate) const FAULTS: $crate::org::fault::Rows = &[$(&rows::$name),*];

        #[allow(non_upper_case_globals, reason = "a row is named as its constructor")]
        mod rows {
            use $crate::org::fault::{Entry, Fields, StatusCode, Sure};
            $(pub(super) static $name: Entry = Entry {
                name: stringify!($name),
                code: StatusCode::$code,
                when: concat!($($when),+),
                text: $text,
                fields: $crate::org::fault::entry::fields_in_words!($($fields)?),
                sure: Sure::$sure,
                marked: $crate::org::fault::entry::is_there!($($mark)?),
                source: concat!($($source)?),
                file: file!(),
            };)*
        }
    };
}

macro_rules! fault_constructors {
    ($(
        $(#[doc = $when:literal])+
        $vis:vis $name:ident($($arg:ident: $type:ty),* $(,)?) = $code:ident $(on $fields:tt)?,
        $text:literal $(with ($($key:ident = $value:expr),* $(,)?))? $(marked $mark:expr)?,
        $sure:ident $($source:literal)?;
    )*) => {
        $(
            #[doc = "Given when"]
            $(#[doc = $when])+
            $vis fn $name($($arg: $type),*) -> $crate::org::fault::Fault {
                let message = format!($text $($(, $key = $value)*)?);
                $(let message = $crate::org::fault::entry::marked_by($mark, message);)?
                let fault = $crate::org::fault::Fault::of(&rows::$name, message);
                $crate::org::fault::entry::on_fields!(fault $($fields)?)
            }
        )*
    };
}

macro_rules! is_there {
    () => {
        false
    };
    ($thing:expr) => {
        true
    };
}

/// Puts what a closure puts around a message.
pub(crate) fn marked_by(mark: impl FnOnce(String) -> String, message: String) -> String {
    mark(message)
}

macro_rules! fields_in_words {
    () => { Fields::None };
    ([$($name:literal),*]) => { Fields::Names(&[$($name),*]) };
    (($names:expr, $words:literal)) => { Fields::Described($words) };
    ($field:ident) => { Fields::Described("the field") };
}

macro_rules! on_fields {
    ($fault:ident) => { $fault };
    ($fault:ident [$($name:literal),*]) => { $fault.on([$($name),*]) };
    ($fault:ident ($names:expr, $words:literal)) => { $fault.on($names) };
    ($fault:ident $field:ident) => { $fault.on([$field.name.clone()]) };
}

pub(crate) use {fault_constructors, fault_rows, faults, fields_in_words, is_there, on_fields};

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &'static str) -> Entry {
        let (code, sure) = (StatusCode::UNKNOWN_EXCEPTION, Sure::Assumed);
        Entry {
            name: "",
            code,
            when: "",
            text,
            fields: Fields::None,
            marked: false,
            sure,
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
