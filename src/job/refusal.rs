//! Why a batch cannot be processed at all, in the words that its state carries.

/// `InvalidBatch : Field name not found : Foo`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

impl Refusal {
    fn batch(why: &str) -> Refusal {
        Refusal(format!("InvalidBatch : {why}"))
    }

    /// Seen in <https://github.com/jsforce/jsforce/issues/688>.
    pub fn no_field(name: &str) -> Refusal {
        Refusal::batch(&format!("Field name not found : {name}"))
    }

    /// Seen in public write-ups of relationship headers.
    pub fn type_not_needed(relationship: &str) -> Refusal {
        Refusal::batch(&format!(
            "type is not needed for non polymorphic foreign key references: {relationship}"
        ))
    }

    pub fn delete_takes_ids_only() -> Refusal {
        Refusal::batch("Delete batch must contain only ids")
    }

    /// Seen in many logs of `sf data import bulk`.
    pub fn line_ending(setting: &str) -> Refusal {
        Refusal(format!(
            "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {setting}"
        ))
    }

    /// Seen in <https://github.com/ForceCLI/force/issues/531>: line breaks of the text are blanks there.
    pub fn query(code: &str, message: &str) -> Refusal {
        Refusal::batch(&format!("Failed to process query: {code}: {message}"))
    }

    /// Seen in <https://github.com/ForceCLI/force/issues/531>.
    pub fn compound_data() -> Refusal {
        Refusal::query("FUNCTIONALITY_NOT_ENABLED", "Selecting compound data not supported in Bulk Query")
    }

    pub fn child_queries() -> Refusal {
        Refusal::query("FUNCTIONALITY_NOT_ENABLED", "Aggregate Relationships not supported in Bulk Query")
    }

    /// Seen in <https://github.com/simple-salesforce/simple-salesforce/issues/502>.
    pub fn other_entity(queried: &str, job: &str) -> Refusal {
        let message = format!(
            "The root entity of the requested query ({queried}) does not match the entity of the requested Bulk API \
             Job ({job})."
        );
        Refusal::query("INVALID_TYPE_FOR_OPERATION", &message)
    }

    /// The texts below are assumed.
    pub fn not_in_bulk(what: &str) -> Refusal {
        Refusal::query("FUNCTIONALITY_NOT_ENABLED", &format!("{what} not supported in Bulk Query"))
    }

    pub fn too_many_records(limit: usize) -> Refusal {
        Refusal::batch(&format!("Records to be processed exceeded the limit of {limit}"))
    }

    pub fn too_many_values(record: u64, values: usize, columns: usize) -> Refusal {
        Refusal::unreadable(
            "CSV",
            &format!("record {record} has {values} values, the header {columns} names"),
        )
    }

    /// The words of the four below are those of the CSV reader that Salesforce publishes (`com.sforce.async.CSVReader`).
    pub fn too_many_columns(limit: usize) -> Refusal {
        Refusal::unreadable("CSV", &format!("Exceeded max number of columns per record : {limit}"))
    }

    pub fn field_too_long(length: usize) -> Refusal {
        Refusal::unreadable("CSV", &format!("Exceeded max field size: {length}"))
    }

    pub fn record_too_long(length: usize, limit: usize) -> Refusal {
        let why = format!(
            "Exceeded max length for one record: {length}. Max length for one record should be less than or equal to \
             {limit}"
        );
        Refusal::unreadable("CSV", &why)
    }

    pub fn open_quote() -> Refusal {
        Refusal::unreadable("CSV", "EOF reached before closing an opened quote")
    }

    pub fn unreadable(kind: &str, why: &str) -> Refusal {
        Refusal::batch(&format!("Failed to parse {kind}: {why}"))
    }

    pub fn no_user() -> Refusal {
        Refusal("InvalidUser : The user who created the job is not active".to_owned())
    }

    pub fn no_object(name: &str) -> Refusal {
        Refusal(format!("InvalidJob : Unable to find object: {name}"))
    }

    /// A step has had its time. The code is one of the service's, the words are those of other calls.
    pub fn out_of_time(why: &str) -> Refusal {
        Refusal(format!("Timeout : {why}"))
    }

    /// Something failed that is no fault of the client's.
    pub fn internal(why: &str) -> Refusal {
        Refusal(format!("Unknown : {why}"))
    }
}
