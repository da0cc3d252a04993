//! What subcommands share: the time of now.

use super::{Failure, Result};
use crate::domain::Timestamp;

/// Returns the time given, in RFC 3339 or as a date, or that of the clock.
pub(super) fn now(given: Option<&str>) -> Result<Timestamp> {
    let Some(text) = given else {
        return Ok(Timestamp::from_utc(chrono::Utc::now()).unwrap_or(Timestamp(0)));
    };
    let whole = chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc());
    let day = || text.parse::<chrono::NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|time| time.and_utc());
    whole.or_else(day).and_then(Timestamp::from_utc).ok_or_else(|| {
        Failure::unusable(format!("{text:?} is no time; write it like 2026-01-05T10:30:00Z or 2026-01-05"))
            .into()
    })
}
