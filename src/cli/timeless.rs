//! What a time range leaves out without being asked: entries of which nobody knows when they were.

use super::Result;
use super::context::Context;
use super::output::counted;
use crate::ops::open::Opened;
use crate::query::{Cancel, Filter, edit};

/// Says how many entries without a time a query would let through, were it not for its time range.
pub(super) fn tell(context: &Context, opened: &Opened, filter: &Filter, cancel: &mut Cancel) -> Result<()> {
    let rest = edit::without_time(filter);
    if rest == *filter {
        return Ok(());
    }
    let histogram = opened.access()?.histogram(&rest, 1, cancel)?;
    let timeless = histogram.map_or(0, |histogram| histogram.timeless);
    if timeless > 0 {
        context.tell(&format!("left out by the time range: {} without a time", counted(timeless, "entry")));
    }
    Ok(())
}
