//! `faults!`: declares faults, which are rows of the table of errors with a constructor each.

/// Declares faults: a constructor each, and `FAULTS`, their rows in the table of errors.
///
/// ```text
/// faults! {
///     /// the username is taken, in this org or another of the world
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
/// message under a piece of the query. Then follow how [`Sure`](crate::error_entry::Sure) the text is, and its
/// source if there is one. After `impl Fault;` the constructors are methods of `Fault`.
macro_rules! faults {
    (impl Fault; $($rows:tt)*) => {
        $crate::model::fault::entry::fault_rows! { $($rows)* }
        impl $crate::model::fault::Fault {
            $crate::model::fault::entry::fault_constructors! { $($rows)* }
        }
    };
    ($($rows:tt)*) => {
        $crate::model::fault::entry::fault_rows! { $($rows)* }
        $crate::model::fault::entry::fault_constructors! { $($rows)* }
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
        pub(crate) const FAULTS: $crate::model::fault::Rows = &[$(&rows::$name),*];

        #[allow(non_upper_case_globals, reason = "a row is named as its constructor")]
        mod rows {
            use $crate::error_entry::{Entry, Family, Fields, Sure};
            use $crate::model::fault::StatusCode;
            $(pub(super) static $name: Entry = Entry {
                name: stringify!($name),
                family: Family::Fault,
                code: StatusCode::$code.as_str(),
                number: None,
                when: concat!($($when),+),
                text: $text,
                fields: $crate::model::fault::entry::fields_in_words!($($fields)?),
                sure: Sure::$sure,
                marked: $crate::model::fault::entry::is_there!($($mark)?),
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
            $vis fn $name($($arg: $type),*) -> $crate::model::fault::Fault {
                let message = format!($text $($(, $key = $value)*)?);
                $(let message = $crate::model::fault::entry::marked_by($mark, message);)?
                let fault = $crate::model::fault::Fault::new($crate::model::fault::StatusCode::$code, message)
                    .of_row(&rows::$name);
                $crate::model::fault::entry::on_fields!(fault $($fields)?)
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
