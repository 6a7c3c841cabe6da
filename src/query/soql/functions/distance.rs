//! `DISTANCE(a, b, unit)`: the great-circle distance of two places.

use rusqlite::Result;
use rusqlite::functions::Context;

/// Mean radius of the earth in metres.
const EARTH: f64 = 6_371_008.8;

/// `soql_distance(latitude, longitude, latitude, longitude, metres per unit)`; null when a place is not known.
pub fn distance(context: &Context) -> Result<Option<f64>> {
    let degrees = |index| super::argument::number(context, index).map(f64::to_radians);
    let places = (degrees(0), degrees(1), degrees(2), degrees(3), super::argument::number(context, 4));
    let (Some(latitude), Some(longitude), Some(to_latitude), Some(to_longitude), Some(unit)) = places else {
        return Ok(None);
    };
    // Haversine formula.
    let half = |difference: f64| (difference / 2.0).sin().powi(2);
    let a =
        half(to_latitude - latitude) + latitude.cos() * to_latitude.cos() * half(to_longitude - longitude);
    Ok(Some(2.0 * EARTH * a.sqrt().min(1.0).asin() / unit))
}
