//! Masking a mapped entry: every text that came from its record.

use std::borrow::Cow;

use super::{MAX_NESTED, Redactor, Secrets, last_key, mask_strings, spliced};
use crate::domain::json::Doc;
use crate::domain::{Actor, Change, Entry, Ip, Str, Target};

impl Redactor {
    /// Masks the secrets of an entry, those found in its record included. Returns whether there were any.
    pub fn entry(&self, entry: &mut Entry<'_>, secrets: &mut Secrets) -> bool {
        let mut any = false;
        for change in &mut entry.changes {
            any |= self.change(change, secrets);
        }
        // The same values once more.
        entry.inner.clear();
        for (label, json) in &mut entry.metadata {
            let field = label.clone();
            any |= self.json_str(json, &field, secrets) | self.str(label, secrets);
        }
        for target in &mut entry.targets {
            any |= self.target(target, secrets);
        }
        for actor in [&mut entry.actor, &mut entry.on_behalf_of].into_iter().flatten() {
            any |= self.actor(actor, secrets);
        }
        if let Some(Ip::Text(text)) = &mut entry.ip {
            any |= self.str(text, secrets);
        }
        for text in [
            &mut entry.workspace,
            &mut entry.event_type,
            &mut entry.activity,
            &mut entry.action_code,
            &mut entry.country,
            &mut entry.summary,
            &mut entry.reason,
            &mut entry.user_agent,
            &mut entry.link,
            &mut entry.session,
            &mut entry.request,
        ] {
            any |= self.some(text, secrets);
        }
        any
    }

    fn change(&self, change: &mut Change<'_>, secrets: &mut Secrets) -> bool {
        let field = last_key(&change.path).to_owned();
        let mut any = false;
        if self.names(&change.path) {
            any |= self.whole(&mut change.before, secrets) | self.whole(&mut change.after, secrets);
        }
        any |= self.value(&mut change.before, &field, secrets);
        any |= self.value(&mut change.after, &field, secrets);
        any | self.str(&mut change.path, secrets)
    }

    fn target(&self, target: &mut Target<'_>, secrets: &mut Secrets) -> bool {
        let (kind, name) = (self.some(&mut target.kind, secrets), self.some(&mut target.name, secrets));
        self.some(&mut target.id, secrets) | kind | name
    }

    fn actor(&self, actor: &mut Actor<'_>, secrets: &mut Secrets) -> bool {
        let (name, email) = (self.some(&mut actor.name, secrets), self.some(&mut actor.email, secrets));
        self.some(&mut actor.id, secrets) | name | email
    }

    /// Masks every string of a JSON text.
    fn whole(&self, json: &mut Option<Str<'_>>, secrets: &mut Secrets) -> bool {
        let Some(json) = json else { return false };
        let mut doc = Doc::new();
        let Ok(root) = doc.parse(json) else { return false };
        let mut edits = Vec::new();
        mask_strings(root, secrets, &mut edits);
        replace(json, spliced(json, edits))
    }

    fn value(&self, json: &mut Option<Str<'_>>, field: &str, secrets: &mut Secrets) -> bool {
        json.as_mut().is_some_and(|json| self.json_str(json, field, secrets))
    }

    /// Masks a JSON text that is the value of a field.
    fn json_str(&self, json: &mut Str<'_>, field: &str, secrets: &mut Secrets) -> bool {
        let mut doc = Doc::new();
        let Ok(root) = doc.parse(json) else { return self.str(json, secrets) };
        let mut edits = Vec::new();
        self.walk(root, field, MAX_NESTED, secrets, &mut edits);
        replace(json, spliced(json, edits))
    }

    fn some(&self, text: &mut Option<Str<'_>>, secrets: &mut Secrets) -> bool {
        text.as_mut().is_some_and(|text| self.str(text, secrets))
    }

    fn str(&self, text: &mut Str<'_>, secrets: &mut Secrets) -> bool {
        replace(text, self.text(text, secrets))
    }
}

fn replace(text: &mut Str<'_>, masked: Option<String>) -> bool {
    let Some(masked) = masked else { return false };
    *text = Cow::Owned(masked);
    true
}
