//! The keys of the language.

use crate::domain::Field;

use super::TimeKey;

/// What stands in front of a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A field's values.
    Field(Field),
    /// Addresses.
    Ip,
    /// Beginning of an id.
    Id,
    /// A time range.
    Time(TimeKey),
    /// Things an entry may have.
    Has,
    /// The value before a change.
    From,
    /// The value after a change.
    To,
    /// A field of the raw record; the path follows behind a dot.
    Raw,
}

/// Every key with what it is for, in the order in which help and completions show them.
pub const KEYS: &[(&str, Key, &str)] = &[
    (
        "actor",
        Key::Field(Field::Actor),
        "team member: name, e-mail or id; system for the vendor's automation",
    ),
    ("action", Key::Field(Field::Action), "what was done, or the vendor's code"),
    ("activity", Key::Field(Field::Activity), "kind of thing acted on"),
    ("type", Key::Field(Field::EventType), "event type"),
    ("target", Key::Field(Field::Target), "object acted on: name or id"),
    ("ip", Key::Ip, "address, network (10.0.0.0/8), range (a-b) or text"),
    ("since", Key::Time(TimeKey::Since), "from the start of a time range on"),
    ("until", Key::Time(TimeKey::Until), "up to the end of a time range"),
    ("time", Key::Time(TimeKey::Time), "within a time range"),
    ("scope", Key::Field(Field::Scope), "account or workspace"),
    ("workspace", Key::Field(Field::Workspace), "workspace or tenant"),
    ("outcome", Key::Field(Field::Outcome), "success, failure, denied, unknown"),
    ("changed", Key::Field(Field::Changed), "path of a changed field"),
    ("from", Key::From, "value before the change"),
    ("to", Key::To, "value after the change"),
    ("has", Key::Has, "diff, note or mark"),
    ("kind", Key::Field(Field::Kind), "actor's kind: member, system, service, token ..."),
    ("class", Key::Field(Field::Class), "subject common to all vendors"),
    ("code", Key::Field(Field::ActionCode), "the vendor's action code"),
    ("country", Key::Field(Field::Country), "country of the address"),
    ("target.type", Key::Field(Field::TargetType), "type of the object"),
    ("target.id", Key::Field(Field::TargetId), "id of the object"),
    ("request", Key::Field(Field::Request), "id of the request"),
    ("session", Key::Field(Field::Session), "id of the session"),
    ("source", Key::Field(Field::Source), "file or stream it was imported from"),
    ("format", Key::Field(Field::Format), "format that mapped it"),
    ("id", Key::Id, "beginning of the entry's id"),
    ("raw", Key::Raw, "any field of the raw record: raw.PATH:VALUE"),
];

/// Words of other programs and of everyday speech, and the key that does what they mean.
const ELSEWHERE: &[(&str, &str)] = &[
    ("user", "actor"),
    ("member", "actor"),
    ("who", "actor"),
    ("by", "actor"),
    ("author", "actor"),
    ("email", "actor"),
    ("event", "type"),
    ("event_type", "type"),
    ("eventtype", "type"),
    ("category", "type"),
    ("object", "target"),
    ("resource", "target"),
    ("what", "target"),
    ("operation", "action"),
    ("verb", "action"),
    ("address", "ip"),
    ("cidr", "ip"),
    ("date", "time"),
    ("when", "time"),
    ("range", "time"),
    ("after", "since"),
    ("before", "until"),
    ("path", "changed"),
    ("field", "changed"),
    ("change", "changed"),
    ("file", "source"),
    ("status", "outcome"),
    ("result", "outcome"),
    ("tenant", "workspace"),
    ("environment", "workspace"),
    ("is", "has"),
];

impl Key {
    /// Returns the key with this name, upper and lower case alike.
    pub fn parse(name: &str) -> Option<Key> {
        KEYS.iter().find(|(key, _, _)| key.eq_ignore_ascii_case(name)).map(|(_, key, _)| *key)
    }

    /// Returns the key that a wrong name may have meant.
    pub fn nearest(name: &str) -> Option<&'static str> {
        let meant = ELSEWHERE.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)).map(|(_, key)| *key);
        meant.or_else(|| super::nearest::nearest(name, KEYS.iter().map(|(key, _, _)| *key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_key() {
        for &field in Field::ALL {
            let expect = if field == Field::Ip { Key::Ip } else { Key::Field(field) };
            assert_eq!(Key::parse(field.key()), Some(expect));
        }
    }

    #[test]
    fn other_words_lead_to_keys() {
        for (word, key) in ELSEWHERE {
            assert!(Key::parse(key).is_some(), "{key}");
            assert!(Key::parse(word).is_none(), "{word}");
        }
    }
}
