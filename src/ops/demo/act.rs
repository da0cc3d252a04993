//! Acts as records: on objects, of sessions, of stories.

use crate::domain::Scope;

use super::actor::{Step, Who};
use super::story::Act;
use super::{Demo, Done, FULL, bytes, choose, kind};

impl Demo {
    /// Writes the next act of somebody.
    pub(super) fn act(&mut self, at_ms: u64, out: &mut Vec<u8>) {
        let hour = at_ms / 3_600_000 % 24;
        let by_night = !(6..20).contains(&hour);
        // Every activity occurs, also the rare ones in a short log.
        let turn = self.entries / (2 * self.kinds.len() as u64 + 2);
        let forced = (self.entries >= FULL && self.made % turn == turn / 2)
            .then(|| (self.made / turn) as usize % self.kinds.len());
        if forced.is_none() && self.random.chance(if by_night { 65 } else { 9 }) {
            let workspace = self.random.early(self.workspaces.len());
            return self.work(at_ms, &Who::System, workspace, None, out);
        }
        if forced.is_none() && self.random.chance(6) {
            let (who, workspace) = (self.random.index(self.actors.services()), self.random.early(2));
            return self.work(at_ms, &Who::Service(who), workspace, None, out);
        }
        match self.actors.step(at_ms, &mut self.random) {
            Step::Refused(session) => self.session(at_ms, &Who::Member(session), "login_failed", out),
            Step::Begins(session) => self.session(at_ms, &Who::Member(session), "logged_in", out),
            Step::Ends(session) => self.session(at_ms, &Who::Member(session), "logged_out", out),
            Step::Works(session) => {
                let workspace = session.workspace;
                self.work(at_ms, &Who::Member(session), workspace, forced, out);
            }
        }
    }

    /// Writes an act on an object.
    fn work(&mut self, at_ms: u64, who: &Who, workspace: usize, forced: Option<usize>, out: &mut Vec<u8>) {
        let choices = match who {
            Who::Member(_) if self.random.chance(12) => &self.choices[0],
            Who::Member(_) => &self.choices[1],
            Who::Service(_) | Who::System => &self.choices[2],
        };
        let kind_at = forced.unwrap_or_else(|| choose(choices, &mut self.random));
        let log = if self.kinds[kind_at].scope == Scope::Account { 0 } else { workspace };
        let (object, done) = self.change(kind_at, log, at_ms);
        let kind = &self.kinds[kind_at];
        open(at_ms, self.random.next(), out);
        out.extend_from_slice(match kind.scope {
            Scope::Account => &self.account,
            Scope::Workspace => &self.workspaces[workspace],
        });
        out.extend_from_slice(&kind.labels);
        out.extend_from_slice(b",\"object_id\":");
        kind.write_id(&object, out);
        if !self.lean {
            out.extend_from_slice(b",\"object_name\":");
            kind.write_name(object.name, out);
        }
        out.extend_from_slice(match done {
            Done::Created => b",\"action\":\"created\"",
            Done::Updated => b",\"action\":\"updated\"",
            Done::Deleted => b",\"action\":\"deleted\"",
        });
        self.actors.write(who, self.random.next(), out);
        out.extend_from_slice(b",\"changes\":[");
        out.extend_from_slice(&self.changes);
        out.extend_from_slice(b"]");
        if !self.lean {
            out.extend_from_slice(b",\"payload\":");
            kind.write_object(&object, false, out);
        }
    }

    /// Writes the beginning or end of a session.
    fn session(&mut self, at_ms: u64, who: &Who, action: &str, out: &mut Vec<u8>) {
        open(at_ms, self.random.next(), out);
        out.extend_from_slice(&self.account);
        out.extend_from_slice(&kind::labels("Security", "Log in/out", "session"));
        out.extend_from_slice(b",\"object_id\":\"login\",\"action\":\"");
        out.extend_from_slice(action.as_bytes());
        out.push(b'"');
        self.actors.write(who, self.random.next(), out);
        out.extend_from_slice(b",\"changes\":[]");
        if !self.lean {
            out.extend_from_slice(match (action, self.random.below(3)) {
                ("login_failed", 0) => {
                    b",\"payload\":{\"method\":\"password\",\"reason\":\"second factor did not match\"}"
                        as &[u8]
                }
                ("login_failed", _) => {
                    b",\"payload\":{\"method\":\"password\",\"reason\":\"wrong password\"}"
                }
                ("logged_out", _) => b",\"payload\":{\"reason\":\"by the member\"}",
                (_, 0) => b",\"payload\":{\"method\":\"password\",\"second_factor\":\"totp\"}",
                _ => b",\"payload\":{\"method\":\"saml\",\"second_factor\":null}",
            });
        }
    }

    /// Writes an act of a story.
    pub(super) fn story(&mut self, at_ms: u64, act: &Act, out: &mut Vec<u8>) {
        let quote = crate::domain::json::quote;
        open(at_ms, self.random.next(), out);
        out.extend_from_slice(match act.scope() {
            Scope::Account => &self.account,
            Scope::Workspace => &self.workspaces[0],
        });
        out.extend_from_slice(&kind::labels(act.event_type(), &act.activity, &act.object));
        let id = if act.object_id.bytes().all(|b| b.is_ascii_digit()) {
            act.object_id.clone()
        } else {
            quote(&act.object_id)
        };
        let name = act.object_name.as_deref().map_or_else(|| "null".to_owned(), quote);
        let rest = format!(",\"object_id\":{id},\"object_name\":{name},\"action\":{}", quote(&act.action));
        out.extend_from_slice(rest.as_bytes());
        self.actors.write_story(act, self.random.next(), out);
        out.extend_from_slice(format!(",\"changes\":{}", act.changes).as_bytes());
        if !self.lean {
            out.extend_from_slice(format!(",\"payload\":{}", act.payload).as_bytes());
        }
    }
}

/// Begins a record with its id and time.
fn open(at_ms: u64, rest: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"id\":\"");
    bytes::sortable_id(at_ms, (u128::from(rest) << 16) | u128::from(rest % 65_521), out);
    out.extend_from_slice(b"\",\"created_at\":\"");
    bytes::time(at_ms, true, out);
    out.push(b'"');
}
