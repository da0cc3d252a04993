//! placeholder
use crate::query::{Answer, Watch};
use crate::store::Result;
use super::session::Session;
pub(super) fn reindex(_session: &mut Session, _watch: &mut dyn Watch) -> Result<Answer<u64>> { Ok(None) }
