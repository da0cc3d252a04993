//! What a query for an object lets through because the object was renamed.

use super::Result;
use super::context::Context;
use crate::domain::Style;
use crate::ops::history::renames::{Called, names_target};
use crate::ops::open::Opened;
use crate::present::sanitise;
use crate::query::{Cancel, Filter};

/// Says under which other names the entries of objects count that a query names.
pub(super) fn tell(context: &Context, opened: &Opened, filter: &Filter, cancel: &mut Cancel) -> Result<()> {
    // Reading the acts that rename takes time on a large store.
    if !names_target(filter) {
        return Ok(());
    }
    let Some(objects) = opened.access()?.objects(cancel)? else { return Ok(()) };
    for names in objects.renamed(filter) {
        let names: Vec<String> = names.iter().rev().map(|called| called_text(context, called)).collect();
        context.tell(&sanitise::plain(&format!(
            "an object was renamed, all its entries count: {}",
            names.join(", ")
        )));
    }
    Ok(())
}

fn called_text(context: &Context, called: &Called) -> String {
    match called.span.until {
        Some(until) => format!("{} until {}", called.name, context.zone.format(until, Style::Seconds)),
        None => format!("then {}", called.name),
    }
}
