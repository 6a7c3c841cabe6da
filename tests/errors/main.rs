//! The table of errors: `docs/errors.md` is written from it, and every row is provoked on the wire.

mod page;
