//! A live count: what is asked for, and what is known of it.

use crate::present::{Line, Role};
use crate::query::Filter;

use super::shared::entries;
use super::{Supply, Want};

/// The count of one filter at a time. The last count stays in sight, dimmed, until the next one is known.
#[derive(Clone, Debug, Default)]
pub(super) struct LiveCount {
    wanted: Option<Filter>,
    known: Option<(Filter, Result<u64, String>)>,
}

impl LiveCount {
    /// Asks for the count of a filter, or for none.
    pub(super) fn ask(&mut self, filter: Option<Filter>) {
        self.wanted = filter;
    }

    /// Returns what is to be counted.
    pub(super) fn wants(&self) -> Option<Want> {
        let wanted = self.wanted.as_ref()?;
        let known = self.known.as_ref().is_some_and(|(filter, _)| filter == wanted);
        (!known).then(|| Want::Count(wanted.clone()))
    }

    /// Takes a count; one of another filter is ignored.
    pub(super) fn supply(&mut self, supply: &Supply) {
        if let Supply::Count(filter, count) = supply
            && self.wanted.as_ref() == Some(filter)
        {
            self.known = Some((filter.clone(), count.clone()));
        }
    }

    /// Returns the count of the filter asked for.
    pub(super) fn now(&self) -> Option<u64> {
        let (filter, count) = self.known.as_ref()?;
        (self.wanted.as_ref() == Some(filter)).then(|| count.clone().ok()).flatten()
    }

    /// Returns what to show of it.
    pub(super) fn line(&self) -> Line {
        match (&self.wanted, &self.known) {
            (None, _) => Line::new(),
            (Some(wanted), Some((filter, count))) if wanted == filter => match count {
                Ok(count) => Line::of(Role::Strong, entries(*count)),
                Err(why) => Line::of(Role::Error, format!("not counted: {why}")),
            },
            (Some(_), Some((_, Ok(count)))) => Line::of(Role::Dim, format!("{} ...", entries(*count))),
            (Some(_), _) => Line::of(Role::Dim, "counting ..."),
        }
    }
}
