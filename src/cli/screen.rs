//! Handing over to the screen.

use super::context::Context;
use super::{Failure, Result};
use crate::domain::EntryId;
use crate::ops::open::Opened;
use crate::query::Filter;

/// What the screen shows first.
#[derive(Clone, Debug, Default)]
pub(super) struct Start {
    /// The query.
    pub(super) filter: Filter,
    /// The entry under the cursor.
    pub(super) entry: Option<EntryId>,
    /// What the header calls the store; empty for the user's own.
    pub(super) label: String,
}

pub(super) fn run(_: &Context, _: Opened, _: Start) -> Result {
    Err(Failure::unusable("the screen is not there yet").into())
}
