//! What is shown in place of one entry: states compared, and net changes.

use std::sync::Arc;

use crate::diff::state::Timeline;
use crate::domain::EntryId;
use crate::ops::Access;
use crate::ops::history::compare::State;
use crate::ops::history::{self, History, net};
use crate::query::{Answer, Cancel};
use crate::store;
use crate::tui::model::detail::{DetailKey, NetKey, Other, Shown, Subject};
use crate::tui::readers::compare::{self, Net};
use crate::tui::worker::Job;

use super::{DetailAnswers, diff_options, fold_changes};

impl DetailAnswers {
    /// Shows what stands in place of an entry; `None` where the work was to stop.
    pub(super) fn beside(
        &mut self,
        access: &mut Access,
        job: &Job<Box<DetailKey>>,
    ) -> store::Result<Option<Shown>> {
        let (key, mut cancel) = (&job.question, job.cancel.clone());
        let options = diff_options(&key.making);
        let mut shown = match &key.subject {
            Subject::Net(net) => {
                let Some(found) = self.net(access, net, key.making.objects, key.epoch, &mut cancel)? else {
                    return Ok(None);
                };
                return Ok(Some(compare::net(
                    &found,
                    &net.span,
                    self.masker.as_mut(),
                    &options,
                    &key.making,
                )));
            }
            Subject::States(a, b) => {
                let Some(a) = self.state(access, *a, key.epoch, &mut cancel)? else { return Ok(None) };
                let Some(b) = self.state(access, *b, key.epoch, &mut cancel)? else { return Ok(None) };
                let time = |state: &Result<State, String>| state.as_ref().ok().and_then(|state| state.time);
                let states = if time(&b) < time(&a) { [b, a] } else { [a, b] };
                compare::states(&states, self.masker.as_mut(), &options, &key.making)
            }
            Subject::Against(id, other) => {
                let Some(a) = self.state(access, *id, key.epoch, &mut cancel)? else { return Ok(None) };
                let Some(b) = self.other(access, *id, other, key.epoch, &mut cancel)? else {
                    return Ok(None);
                };
                compare::states(&[a, b], self.masker.as_mut(), &options, &key.making)
            }
            Subject::Entry(_) | Subject::Pair(..) => return Ok(None),
        };
        shown.lines = fold_changes(shown.lines, &key.making.folded);
        Ok(Some(shown))
    }

    /// The state that an entry left of its object, or why there is none.
    fn state(
        &mut self,
        access: &mut Access,
        id: EntryId,
        epoch: u64,
        cancel: &mut Cancel,
    ) -> store::Result<Answer<Result<State, String>>> {
        let found = self.histories.of(access, id, epoch, cancel)?;
        if found.is_none() && cancel.cancelled() {
            return Ok(None);
        }
        Ok(Some(match found {
            None => Err("an entry names no object whose history could be told".to_owned()),
            Some((history, at)) => state_at(&history, at + 1),
        }))
    }

    /// The state that it is compared with.
    fn other(
        &mut self,
        access: &mut Access,
        id: EntryId,
        other: &Other,
        epoch: u64,
        cancel: &mut Cancel,
    ) -> store::Result<Answer<Result<State, String>>> {
        let history = match &other.object {
            Some(object) => history::load(access, object, cancel)?.map(Arc::new),
            None => self.histories.of(access, id, epoch, cancel)?.map(|(history, _)| history),
        };
        if history.is_none() && cancel.cancelled() {
            return Ok(None);
        }
        let Some(history) = history else {
            return Ok(Some(Err("the entry names no object whose history could be told".to_owned())));
        };
        let moment = other.at.map_or(history.rows.len(), |at| history.before(at));
        Ok(Some(state_at(&history, moment)))
    }

    /// What is different after a span of time, unless only the layout changed.
    fn net(
        &mut self,
        access: &mut Access,
        key: &NetKey,
        most: usize,
        epoch: u64,
        cancel: &mut Cancel,
    ) -> store::Result<Answer<Arc<Net>>> {
        let known = self.net.as_ref().filter(|(last, at, _)| (last, *at) == (key, epoch));
        let known = known.map(|(_, _, net)| net.clone()).unwrap_or_default();
        if known.total > 0 && known.objects.len() >= most.min(known.total) {
            return Ok(Some(known));
        }
        let mut objects = known.objects.clone();
        let which = objects.len()..most;
        let total = net::net(access, &key.filter, key.span, which, cancel, &mut |mut object| {
            // Of many objects only what is shown is kept.
            object.history.entries = Vec::new();
            object.history.timeline = Timeline::default();
            objects.push(Arc::new(object));
            true
        })?;
        let Some(total) = total else { return Ok(None) };
        let net = Arc::new(Net { objects, total });
        self.net = Some((key.clone(), epoch, net.clone()));
        Ok(Some(net))
    }
}

fn state_at(history: &History, moment: usize) -> Result<State, String> {
    history.state(moment).ok_or_else(|| format!("{} does not exist then", history.object.title()))
}
