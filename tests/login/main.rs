//! Logging in, over the wire: every way that works, and the words of every refusal.

mod admission;
mod browser;
mod control;
mod device;
mod emulator;
#[path = "../harness/fixture.rs"]
mod fixture;
mod front_door;
mod headless;
mod history;
mod hybrid;
mod identity;
mod jwt;
mod oauth;
mod openid;
mod orgs;
mod passwords;
mod proxy;
mod refresh;
mod site;
mod soap;
mod states;
mod token_exchange;
mod user_agent;
mod visibility;
mod web_server;
