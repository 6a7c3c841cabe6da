//! What is tested would be here.
