//! What `docs/performance.md` quotes.
//!
//! `cargo bench --bench performance` measures everything; `-- http`, `-- start`, `-- scale`, `-- saml`, `-- bulk`,
//! `-- soap`, `-- delete`, `-- worlds`, `-- fork` only that. `-- soak` and `-- soak CALLS` are measured only when they are named.

mod bare;
mod bulk;
mod delete;
mod floor;
mod fork;
mod http;
mod load;
mod process;
mod raw;
mod saml;
mod scale;
mod server;
mod soak;
mod soap;
mod start;
mod table;
mod worlds;

/// Anything that ends a benchmark.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

type Part = fn() -> Result<(), Failure>;

fn main() -> Result<(), Failure> {
    bare::serve_if_told()?;
    let soaks = std::env::args().any(|argument| argument == "soak");
    if soaks {
        return soak::run();
    }
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let parts: [(&str, Part); 9] = [
        ("start", start::run),
        ("http", http::run),
        ("scale", scale::run),
        ("saml", saml::run),
        ("soap", soap::run),
        ("bulk", bulk::run),
        ("worlds", worlds::run),
        ("delete", delete::run),
        ("fork", fork::run),
    ];
    for (name, run) in parts {
        if chosen.is_empty() || chosen.iter().any(|chosen| chosen == name) {
            run()?;
        }
    }
    Ok(())
}

/// The median of an odd number of measurements.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
