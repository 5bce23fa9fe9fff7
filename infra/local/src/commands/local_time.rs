//! Times as people write them on the command line and in CSV files.

use chrono::{DateTime, Utc};
use domain::organisation::Organisation;
use domain::time::parse_local;

/// Reads an instant: RFC 3339 with an offset, or local time of the organisation, seconds optional.
pub(crate) fn parse_time(organisation: &Organisation, text: &str) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    // RFC 3339 requires seconds; people leave them out.
    if let Ok(at) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z") {
        return Some(at.to_utc());
    }
    Some(organisation.own_calendar().instant(parse_local(text)?))
}
