//! How much a client may send, and what it costs; and that XML answers are XML whatever is stored.

mod bodies;
mod memory;
mod process;
mod xml;
