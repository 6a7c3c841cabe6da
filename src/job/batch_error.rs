//! Why a batch cannot be processed at all, in the words that its state carries.

use crate::error_entry::{Entry, declare_errors};

/// `InvalidBatch : Field name not found : Foo`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchError(pub String);

impl BatchError {
    fn of_row(row: &'static Entry, message: String) -> BatchError {
        BatchError(format!("{} : {message}", row.code))
    }
}

declare_errors! {
    impl BatchError as Batch "batch";

    /// a column of the data is no field of the object, or a column that the operation needs is not there
    pub no_field(name: &str) = "InvalidBatch",
        "Field name not found : {name}", Seen "https://github.com/jsforce/jsforce/issues/688";

    /// a column says of which object a record is that can only be of one
    pub type_not_needed(relationship: &str) = "InvalidBatch",
        "type is not needed for non polymorphic foreign key references: {relationship}",
        Seen "public write-ups of relationship headers";

    /// the data of a deletion has other fields than Id
    pub only_ids(operation: &str) = "InvalidBatch",
        "The '{operation}' batch must contain only ids", Seen "public issues of bulk loaders";

    /// a batch of the Bulk API has a header and no records, or an empty list of them
    pub no_records() = "InvalidBatch", "Records not found", Seen "public issues of bulk loaders";

    /// the lines of the data end otherwise than the job says
    pub line_ending(setting: &str) = "ClientInputError",
        "LineEnding is invalid on user data. Current LineEnding setting is {setting}",
        Seen "many logs of `sf data import bulk`";

    /// the query of a job is refused: with the code and the text of the fault, line breaks as blanks
    pub query(code: &str, message: &str) = "InvalidBatch",
        "Failed to process query: {code}: {message}", Seen "https://github.com/ForceCLI/force/issues/531";

    /// the query of a job selects an address, a name or a location as a whole
    pub compound_data() = "InvalidBatch",
        "Failed to process query: FUNCTIONALITY_NOT_ENABLED: Selecting compound data not supported in Bulk Query",
        Seen "https://github.com/ForceCLI/force/issues/531";

    /// the query of a job has another one inside
    pub child_queries() = "InvalidBatch",
        "Failed to process query: FUNCTIONALITY_NOT_ENABLED: Aggregate Relationships not supported in Bulk Query",
        Seen "https://github.com/ForceCLI/force/issues/531";

    /// the query of a job asks for another object than the job is for
    pub other_entity(queried: &str, job: &str) = "InvalidBatch",
        "Failed to process query: INVALID_TYPE_FOR_OPERATION: The root entity of the requested query ({queried}) \
         does not match the entity of the requested Bulk API Job ({job}).",
        Seen "https://github.com/simple-salesforce/simple-salesforce/issues/502";

    /// the query of a job has something else that such queries cannot have
    pub not_in_bulk(what: &str) = "InvalidBatch",
        "Failed to process query: FUNCTIONALITY_NOT_ENABLED: {what} not supported in Bulk Query", Assumed;

    /// a batch has more than 10,000 records
    pub too_many_records(limit: usize) = "InvalidBatch",
        "Records to be processed exceeded the limit of {limit}", Assumed;

    /// a line of the data has more values than the header has names
    pub too_many_values(record: u64, values: usize, columns: usize) = "InvalidBatch",
        "Failed to parse CSV: record {record} has {values} values, the header {columns} names", Assumed;

    /// a line of the data has more columns than the service reads
    pub too_many_columns(limit: usize) = "InvalidBatch",
        "Failed to parse CSV: Exceeded max number of columns per record : {limit}",
        Seen "com.sforce.async.CSVReader, which Salesforce publishes";

    /// a value of the data is longer than the service reads
    pub field_too_long(length: usize) = "InvalidBatch",
        "Failed to parse CSV: Exceeded max field size: {length}",
        Seen "com.sforce.async.CSVReader, which Salesforce publishes";

    /// a line of the data is longer than the service reads
    pub record_too_long(length: usize, limit: usize) = "InvalidBatch",
        "Failed to parse CSV: Exceeded max length for one record: {length}. Max length for one record should be \
         less than or equal to {limit}",
        Seen "com.sforce.async.CSVReader, which Salesforce publishes";

    /// the data ends inside of quotes; the words are those of the CSV reader that Salesforce publishes with its samples
    pub open_quote() = "InvalidBatch", "Failed to parse CSV: EOF reached before closing an opened quote", Inferred;

    /// the data of a batch is not what its content type says
    pub unreadable(kind: &str, why: &str) = "InvalidBatch", "Failed to parse {kind}: {why}", Assumed;

    /// the user of a job is deactivated or frozen before it is worked on
    pub no_user() = "InvalidUser", "The user who created the job is not active", Assumed;

    /// the object of a job is gone when it is worked on
    pub no_object(name: &str) = "InvalidJob", "Unable to find object: {name}", Assumed;

    /// a step of a job has had its time: the code is one of the service's, the words are those of other calls
    pub out_of_time(why: &str) = "Timeout", "{why}", Inferred;

    /// something fails that is no fault of the client's
    pub internal(why: &str) = "Unknown", "{why}", Assumed;
}
