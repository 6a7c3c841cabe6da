//! Logging in, over the wire: every way that works, and the words of every refusal.

mod control;
mod emulator;
mod history;
mod identity;
mod image;
mod jwt;
mod oauth;
mod orgs;
mod proxy;
mod refresh;
mod site;
mod soap;
mod states;
