//! `/_fauxforce/clock`: the world's time, which can be set, moved and stopped.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::routes::Asked;
use super::{document, refused};
use crate::error_entry::{Declared, declare_errors};
use crate::message::Response;
use crate::world::Clock;

const EXAMPLE: &str =
    r#"{"now": "2026-03-01T00:00:00Z"}, {"advance": "36h"}, {"frozen": true} or {"step": "1s"}"#;

/// What is to become of the clock.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object")]
pub struct ClockRequest {
    /// The time that it is to show, by RFC 3339.
    pub now: Option<String>,
    /// How far it is to move.
    pub advance: Option<String>,
    /// Whether it is to stand.
    pub frozen: Option<bool>,
    /// How far it is to move with each write.
    pub step: Option<StepRequest>,
}

/// A duration, or 0.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "step is a duration such as \"1s\", or 0")]
pub enum StepRequest {
    Milliseconds(i64),
    Duration(String),
}

/// `GET /_fauxforce/clock`
pub fn get(asked: &Asked) -> Response {
    document(&described(&asked.state.clock))
}

/// `PUT /_fauxforce/clock`: any of the four keys, done in the order of now, advance, frozen, step.
pub fn put(asked: &Asked) -> Response {
    let request = serde_json::from_slice(&asked.request.body).map_err(|why| no_clock_request(&why));
    match request.and_then(|request| change(&asked.state.clock, &request)) {
        Ok(()) => document(&described(&asked.state.clock)),
        Err(error) => refused(&error),
    }
}

/// Changes a clock: does all of it or nothing.
///
/// # Errors
/// What is to become of it cannot be read, or contradicts itself.
pub fn change(clock: &Clock, request: &ClockRequest) -> Result<(), Declared> {
    let ClockRequest { now, advance, frozen, step } = request;
    if now.is_none() && advance.is_none() && frozen.is_none() && step.is_none() {
        return Err(nothing_to_do());
    }
    let now = now.as_deref().map(time).transpose()?;
    let advance = advance.as_deref().map(span).transpose()?;
    let step = step.as_ref().map(step_of).transpose()?;
    if *frozen == Some(false) && step.is_some() {
        return Err(running_step());
    }
    let before = clock.now();
    if let Some(now) = now {
        clock.set(now);
    }
    if let Some(span) = advance
        && clock.advance(span).is_err()
    {
        clock.set(before);
        return Err(no_time_there());
    }
    match (frozen, step) {
        (_, Some(step)) => clock.stand(step),
        (Some(true), None) if clock.is_running() => clock.stand(0),
        (Some(false), None) if !clock.is_running() => clock.run(),
        _ => {}
    }
    Ok(())
}

fn time(text: &str) -> Result<i64, Declared> {
    let parsed: Result<Timestamp, _> = text.parse();
    parsed.map(Timestamp::as_millisecond).map_err(|_| no_time(text))
}

/// How long something takes, at most: a duration that is not negative.
///
/// # Errors
/// The text is none.
pub(super) fn duration(text: &str) -> Result<Duration, Declared> {
    let fixed = span(text)?.to_duration(SpanRelativeTo::days_are_24_hours());
    let fixed = fixed.ok().and_then(|fixed| Duration::try_from(fixed).ok());
    fixed.ok_or_else(|| no_duration(text))
}

/// ISO 8601, or numbers with units such as `1d 12h`.
fn span(text: &str) -> Result<Span, Declared> {
    text.parse().map_err(|_| no_duration(text))
}

fn step_of(step: &StepRequest) -> Result<i64, Declared> {
    let milliseconds = match step {
        StepRequest::Milliseconds(0) => 0,
        StepRequest::Milliseconds(number) => return Err(no_duration(&number.to_string())),
        StepRequest::Duration(text) => {
            let fixed = span(text)?.to_duration(SpanRelativeTo::days_are_24_hours());
            i64::try_from(fixed.map_err(|_| no_duration(text))?.as_millis()).map_err(|_| no_duration(text))?
        }
    };
    if milliseconds < 0 { Err(backward_step()) } else { Ok(milliseconds) }
}

fn described(clock: &Clock) -> Value {
    let now = Timestamp::from_millisecond(clock.now()).unwrap_or_default();
    let step = clock.step().map(|step| format!("{:#}", SignedDuration::from_millis(step)));
    json!({ "now": now.to_string(), "frozen": !clock.is_running(), "step": step })
}

declare_errors! {
    fn as Control "control";

    /// the clock is to be changed, and it is not said as it has to be how
    no_clock_request(why: &serde_json::Error) = "" 400, "send {EXAMPLE}: {why}", Assumed;

    /// the clock is to be changed, and nothing is said of how
    nothing_to_do() = "" 400, "send {EXAMPLE}", Assumed;

    /// the clock is to be set to what is no time
    no_time(text: &str) = "" 400, "{text:?} is no time; send one such as 2026-03-01T00:00:00Z, with Z or an offset", Assumed;

    /// the clock is to be moved by what is no duration
    no_duration(text: &str) = "" 400, "{text:?} is no duration; send one such as 90s, 15m, 36h, 7d, PT36H or P1M", Assumed;

    /// the clock is to be moved out of the calendar
    no_time_there() = "" 400, "the clock cannot be moved so far", Assumed;

    /// the clock is to move back with each write
    backward_step() = "" 400, "a step is not negative; advance takes negative durations", Assumed;

    /// the clock is to run and to move by steps
    running_step() = "" 400, "a clock with a step stands between writes: leave \"frozen\": false or step out", Assumed;
}
