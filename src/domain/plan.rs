//! What the account's plan lets one see and export: spans of time that reach back from now.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::time::SECOND;
use super::{TimeSpan, Timestamp};

/// A plan with its limits. The default, `none`, has no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its name as the setting spells it.
    pub name: &'static str,
    /// Days back from now that can be seen; `None` without limit.
    pub view_days: Option<u32>,
    /// Days back from now that can be exported; `None` without limit.
    pub export_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    view_days: Option<u32>,
    export_days: Option<u32>,
}

static PLANS: LazyLock<BTreeMap<String, Limits>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/plans.toml")).expect("a test reads the built-in plans")
});

impl Plan {
    /// The plan without limits.
    pub const NONE: Plan = Plan { name: "none", view_days: None, export_days: None };

    /// Returns every plan, by name.
    pub fn all() -> Vec<Plan> {
        let plan = |(name, limits): (&'static String, &Limits)| Plan {
            name,
            view_days: limits.view_days,
            export_days: limits.export_days,
        };
        PLANS.iter().map(plan).collect()
    }

    /// Returns the plan of this name, upper and lower case alike.
    pub fn parse(name: &str) -> Option<Plan> {
        Plan::all().into_iter().find(|plan| plan.name.eq_ignore_ascii_case(name))
    }

    /// Returns what can be seen at `now`.
    pub fn view(&self, now: Timestamp) -> TimeSpan {
        back(now, self.view_days)
    }

    /// Returns what can be exported at `now`: never more than can be seen.
    pub fn export(&self, now: Timestamp) -> TimeSpan {
        self.view(now).and(&back(now, self.export_days))
    }
}

impl Default for Plan {
    fn default() -> Plan {
        Plan::NONE
    }
}

impl std::fmt::Display for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name)
    }
}

/// Returns the span that reaches back `days` times 24 hours. It is open at its end: clocks of vendors may
/// be ahead of ours.
fn back(now: Timestamp, days: Option<u32>) -> TimeSpan {
    let from = days.map(|days| Timestamp(now.0.saturating_sub(i64::from(days) * 86_400 * SECOND)));
    TimeSpan { from, until: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400 * SECOND;

    #[test]
    fn limits_reach_back_whole_days_from_now() {
        let now = Timestamp(1_000 * DAY + 7);
        let since = |span: TimeSpan| span.from.map(|from| (now.0 - from.0) / DAY);
        let limits = |name| {
            let plan = Plan::parse(name).unwrap();
            (since(plan.view(now)), since(plan.export(now)))
        };
        assert_eq!(limits("essentials"), (Some(30), Some(30)));
        assert_eq!(limits("Premium"), (None, Some(365)));
        assert_eq!(limits("enterprise"), (None, Some(365)));
        assert_eq!(limits("none"), (None, None));
        assert_eq!(Plan::parse("none"), Some(Plan::NONE));
        assert_eq!(Plan::parse("gold"), None);
    }

    #[test]
    fn the_first_instant_of_the_limit_is_inside() {
        let now = Timestamp(1_000 * DAY);
        let view = Plan::parse("essentials").unwrap().view(now);
        assert!(view.contains(Timestamp(970 * DAY)));
        assert!(!view.contains(Timestamp(970 * DAY - 1)));
        assert!(view.contains(Timestamp(now.0 + DAY)));
    }
}
