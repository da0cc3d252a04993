//! placeholder
use super::session::Session;
use crate::query::Watch;
use crate::store::Result;
pub(super) fn build_some(_session: &mut Session, _watch: &mut dyn Watch) -> Result<bool> {
    Ok(false)
}
