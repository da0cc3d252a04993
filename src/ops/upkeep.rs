//! Upkeep of a store while nobody waits for it: text filters are built, small segments become one.

use crate::query::Cancel;
use crate::store::{Result, Store, StoreError};

/// Does upkeep until nothing is left to do or it is cancelled; what was done by then stays. `pause` is called between
/// two pieces, each some tenths of a second at most. A store that another process writes to is left to it.
///
/// # Errors
/// The store cannot be read or written.
pub fn upkeep(store: &dyn Store, cancel: &Cancel, pause: &mut dyn FnMut()) -> Result<()> {
    let mut writer = store.writer()?;
    let mut watch = cancel.clone();
    while !cancel.cancelled() {
        match writer.maintain(&mut watch) {
            Ok(true) => pause(),
            Ok(false) | Err(StoreError::Busy { .. }) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
