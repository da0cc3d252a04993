//! `--derived`: `changed:`, `from:` and `to:` over changes that no record lists and only the history tells.

use super::context::Context;
use super::output::counted;
use super::{Failure, Result, Status};
use crate::ops::history::pickaxe;
use crate::ops::open::Opened;
use crate::query::{Cancel, Filter};

/// Returns the query, widened where that is wanted by the entries whose derived changes it means; says how far it
/// looked, and where it asks for changes and is not widened, that it did not.
pub(super) fn filter(
    context: &Context,
    opened: &Opened,
    filter: Filter,
    wanted: bool,
    cancel: &mut Cancel,
) -> Result<Filter> {
    match (wanted, pickaxe::asks(&filter)) {
        (true, true) => widened(context, opened, filter, cancel),
        (true, false) => {
            context.tell("the query asks for no change: --derived adds nothing");
            Ok(filter)
        }
        (false, true) => {
            context.tell("only changes that records list were looked at; --derived looks at the others, too");
            Ok(filter)
        }
        (false, false) => Ok(filter),
    }
}

fn widened(context: &Context, opened: &Opened, filter: Filter, cancel: &mut Cancel) -> Result<Filter> {
    let Some(found) = pickaxe::widen(&mut opened.access()?, &filter, usize::MAX, cancel)? else {
        return Err(Failure { status: Status::Interrupted, message: String::new() }.into());
    };
    let Some(found) = found else { return Ok(filter) };
    let (seen, objects) = (found.seen, found.objects);
    let all = if found.all { "all" } else { "not all" };
    let entries = counted(found.ids.len() as u64, "entry");
    context.tell(&format!("derived changes: {entries}, looked at {all} objects ({seen} of {objects})"));
    Ok(found.filter)
}
