//! placeholder
use super::session::Session;
use crate::query::{Answer, Watch};
use crate::store::Result;
pub(super) fn reindex(_session: &mut Session, _watch: &mut dyn Watch) -> Result<Answer<u64>> {
    Ok(None)
}
