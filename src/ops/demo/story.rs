//! The stories worth finding, as the assets tell them.

use serde::Deserialize;

use crate::domain::json::{Doc, write_compact};
use crate::domain::{Catalog, Scope};

/// One act of a story.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    /// Days before today.
    pub(super) days: u64,
    /// Time of that day in UTC.
    at: String,
    pub(super) member: Option<String>,
    pub(super) service: Option<String>,
    pub(super) ip: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) activity: String,
    pub(super) action: String,
    pub(super) object: String,
    pub(super) object_id: String,
    pub(super) object_name: Option<String>,
    /// JSON text.
    pub(super) changes: String,
    /// JSON text.
    pub(super) payload: String,
    /// Of a bulk action: how many objects it meets, `{n}` in the texts being the number of each.
    #[serde(default = "once")]
    objects: u64,
}

fn once() -> u64 {
    1
}

/// Milliseconds from one object of a bulk action to the next.
const PAUSE: u64 = 70;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stories {
    act: Vec<Act>,
}

impl Act {
    /// Returns every act with its time, the earliest last, so that the next can be popped.
    pub(super) fn load(now_ms: u64) -> Vec<(u64, Act)> {
        let stories: Stories = toml::from_str(include_str!("../../../assets/demo/stories.toml"))
            .expect("a test reads the built-in stories");
        let mut acts: Vec<_> = stories.act.iter().flat_map(|act| act.each(now_ms)).collect();
        acts.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        acts
    }

    /// Returns which log the act stands in.
    pub(super) fn scope(&self) -> Scope {
        Catalog::builtin().find(&self.activity).map_or(Scope::Account, |known| known.group.scope)
    }

    /// Returns its event type.
    pub(super) fn event_type(&self) -> &'static str {
        Catalog::builtin().find(&self.activity).map_or("", |known| known.group.event_type.as_str())
    }

    fn time(&self, now_ms: u64) -> u64 {
        let clock: Vec<u64> = self.at.split(':').filter_map(|part| part.parse().ok()).collect();
        let of_day = clock.iter().fold(0, |sum, part| sum * 60 + part) * 1_000;
        (now_ms / 86_400_000).saturating_sub(self.days) * 86_400_000 + of_day
    }

    /// Returns the act upon each of its objects, with its time.
    fn each(&self, now_ms: u64) -> impl Iterator<Item = (u64, Act)> {
        (0..self.objects).map(move |nth| {
            let mut act = self.clone();
            let number = (1_000 + nth * 7).to_string();
            let texts = [&mut act.object_id, &mut act.changes, &mut act.payload];
            for text in texts.into_iter().chain(&mut act.object_name) {
                *text = text.replace("{n}", &number);
            }
            (self.time(now_ms) + nth * PAUSE, act.compact())
        })
    }

    fn compact(mut self) -> Act {
        for text in [&mut self.changes, &mut self.payload] {
            let mut out = String::new();
            if let Ok(node) = Doc::new().parse(text) {
                write_compact(node, &mut out);
            }
            *text = out;
        }
        self
    }
}
