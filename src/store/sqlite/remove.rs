//! placeholder
use super::session::Session;
use crate::domain::Timestamp;
use crate::query::{Answer, Watch};
use crate::store::Result;
pub(super) fn remove_source(_session: &mut Session, _source: u32) -> Result<u64> {
    Ok(0)
}
pub(super) fn prune(
    _session: &mut Session,
    _before: Timestamp,
    _watch: &mut dyn Watch,
) -> Result<Answer<u64>> {
    Ok(None)
}
