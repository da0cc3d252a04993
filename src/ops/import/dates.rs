//! Which comes first in the dates of a source, the day or the month: read off the whole of it where its beginning
//! does not show it.

use crate::ingest::dates::DateOrder;
use crate::ingest::format::Format;
use crate::ingest::frame::{Item, Next};
use crate::ingest::source::{Bytes, Input};
use crate::ingest::{Decoder, Slab, Syntax};

use super::reader::Plan;

/// Records of the beginning that are looked at before it is taken to hold no dates of two readings.
const FIRST: usize = 2_000;

/// Returns whether the day comes first, and what is to be said about that.
pub(super) fn decide(
    plan: &Plan,
    input: &Input,
    (syntax, format): (&Syntax, &Format),
    first: Option<&Slab>,
) -> Option<(bool, String)> {
    let mut order = DateOrder::default();
    let mut decoder = Decoder::new();
    if let Some(slab) = first {
        look(slab, FIRST, syntax, &mut decoder, &mut order);
    }
    // What grows or comes through a pipe is judged by its beginning.
    if plan.overrides.day_first.is_none() && order.is_open() && plan.follow.is_none() && input.is_followed() {
        order = whole(plan, input, &mut decoder).unwrap_or(order);
    }
    order.decide(plan.overrides.day_first, format.day_first())
}

/// Reads the source up to the first date that tells.
fn whole(plan: &Plan, input: &Input, decoder: &mut Decoder) -> Option<DateOrder> {
    let bytes = Bytes::open(input).ok()?;
    let mut framer = plan.frame(bytes, &|| true).ok()?;
    let syntax = framer.syntax().clone();
    let mut order = DateOrder::default();
    let mut buffer = Vec::new();
    loop {
        match framer.next(&mut buffer) {
            Next::Slab(slab) => {
                look(&slab, usize::MAX, &syntax, decoder, &mut order);
                if order.evidence().is_some() {
                    return Some(order);
                }
                buffer = slab.bytes;
            }
            Next::Idle => {}
            Next::End => return Some(order),
        }
    }
}

fn look(slab: &Slab, most: usize, syntax: &Syntax, decoder: &mut Decoder, order: &mut DateOrder) {
    for item in slab.items.iter().take(most) {
        if let Item::Record { start, end, .. } = item
            && let Some(raw) = slab.bytes.get(*start..*end)
            && let Ok(record) = decoder.decode(raw, syntax)
        {
            order.look(record);
        }
    }
}
