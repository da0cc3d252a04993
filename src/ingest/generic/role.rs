//! Who did it and what it was done to: objects, or groups of keys with a common beginning.

use super::leaf::Leaf;
use super::names::{self, Names};
use crate::ingest::format::glob::fold;
use crate::ingest::format::shape;

/// The place of an actor or target: the path up to and with its role's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Role {
    /// Keys above.
    above: Vec<String>,
    /// The word of the role, like `actor` in `actor_email`; empty where the keys have no common beginning.
    word: String,
}

/// Objects inside a role's own that say more of it: `actor.user.name`.
const THROUGH: [&str; 15] = [
    "id",
    "user",
    "identity",
    "details",
    "account",
    "attributes",
    "profile",
    "info",
    "person",
    "member",
    "data",
    "fields",
    "principal",
    "entity",
    "metadata",
];

/// Objects deep in a role's own that are the one meant.
const PEOPLE: [&str; 5] = ["user", "identity", "account", "serviceaccount", "member"];

/// Words behind a role's own that name the object of it.
const OBJECTS: [&str; 11] =
    ["info", "details", "data", "identity", "context", "object", "ref", "entity", "metadata", "meta", "list"];

/// Words before a role's own that leave it what it is: `source_user_name`.
const BEFORE: [&str; 31] = [
    "server",
    "database",
    "db",
    "parent",
    "cs",
    "event",
    "evt",
    "src",
    "source",
    "acting",
    "initiating",
    "request",
    "requesting",
    "caller",
    "client",
    "audit",
    "log",
    "logged",
    "current",
    "session",
    "auth",
    "authenticated",
    "performing",
    "from",
    "originating",
    "remote",
    "effective",
    "executing",
    "real",
    "calling",
    "operating",
];

impl Role {
    /// Returns what of a leaf's name stands behind the role's word; `None` where it plays no such role.
    pub(super) fn rest_of(&self, leaf: &Leaf<'_>) -> Option<String> {
        let rest = leaf.keys.strip_prefix(self.above.as_slice())?;
        let (first, deeper) = rest.split_first()?;
        let tail = first.strip_prefix(self.word.as_str())?;
        // Below the role's own object nothing of another thing: `actor.session.id` is no actor's id.
        // `resourceInfo.name` is the name of the resource.
        let object = tail.is_empty() || OBJECTS.contains(&tail);
        match deeper {
            [] => Some(tail.to_owned()),
            // `actor.actorEmail` and `devices[0].device_name` say their role twice.
            [key] if object => {
                let word =
                    self.word.strip_suffix('s').filter(|one| key.starts_with(one)).unwrap_or(&self.word);
                Some(key.strip_prefix(word).unwrap_or(key).to_owned())
            }
            [through, key] if object && THROUGH.contains(&through.as_str()) => Some(key.clone()),
            // `actor.session.user.email`: the session is the actor's, and the user is whose it is.
            [_, person, key] if object && PEOPLE.contains(&person.as_str()) => Some(key.clone()),
            _ => None,
        }
    }

    /// Whether the role is this one value, not an object or several keys.
    pub(super) fn is_lone(&self, leaf: &Leaf<'_>) -> bool {
        leaf.keys.len() == self.above.len() + 1 && leaf.keys.last() == Some(&self.word)
    }

    /// Whether a leaf lies within the role's own object.
    pub(super) fn holds(&self, leaf: &Leaf<'_>) -> bool {
        let rest = leaf.keys.strip_prefix(self.above.as_slice());
        let own = |key: &String| {
            key.strip_prefix(self.word.as_str())
                .is_some_and(|tail| tail.is_empty() || OBJECTS.contains(&tail))
        };
        rest.is_some_and(|rest| rest.len() > 1 && rest.first().is_some_and(own))
    }

    /// The word of the role.
    pub(super) fn word(&self) -> &str {
        &self.word
    }

    /// Whether a leaf lies beside the role's keys and names a person without the role's word.
    pub(super) fn beside(&self, leaf: &Leaf<'_>) -> Option<String> {
        const PLAIN: [&str; 14] = [
            "email",
            "emailaddress",
            "mail",
            "username",
            "login",
            "loginname",
            "displayname",
            "fullname",
            "upn",
            "userprincipalname",
            "useremail",
            "usermail",
            "userid",
            "useremailaddress",
        ];
        let rest = leaf.keys.strip_prefix(self.above.as_slice())?;
        let [key] = rest else { return None };
        PLAIN.contains(&key.as_str()).then(|| key.strip_prefix("user").unwrap_or(key).to_owned())
    }
}

/// Returns how well a leaf plays one of these roles.
pub(super) fn role_of(leaf: &Leaf<'_>, roles: &Names) -> Option<(i32, Role)> {
    let actors = roles.score_text("actor").is_some();
    let mut best: Option<(i32, Role)> = None;
    for (level, key) in leaf.keys.iter().enumerate() {
        for (word, score) in words_of(leaf, level, key, roles, actors) {
            let role = Role { above: leaf.keys.get(..level).unwrap_or_default().to_vec(), word };
            let Some(rest) = role.rest_of(leaf) else { continue };
            let Some(worth) = worth(leaf, &rest, actors) else { continue };
            if actors && (is_others(&role, score) || is_tool(&role, &rest, leaf)) {
                continue;
            }
            // What a text holds is mostly what was sent or stored.
            let sent = role.above.iter().any(|key| key == "payload") && score < 92;
            let held = if actors && (leaf.inside > 0 && level > 0 || sent) { 20 } else { 0 };
            let score = score - 8 * level as i32 + worth + role.word.len().min(16) as i32 / 4 - held;
            if best.as_ref().is_none_or(|(known, _)| *known < score) {
                best = Some((score, role));
            }
        }
    }
    best
}

/// Returns how much the rest of a role's name tells of who or what it is: a name more than an id; `None` where it
/// tells nothing.
fn worth(leaf: &Leaf<'_>, rest: &str, actors: bool) -> Option<i32> {
    let named = [names::email(), names::person()].iter().any(|list| list.score_text(rest).is_some());
    if !named {
        let kind = (!actors && names::type_of().score_text(rest).is_some()).then_some(-20);
        return names::id().score_text(rest).map(|_| 0).or(kind);
    }
    let is_name = actors && leaf.node.as_str().is_some_and(|text| !shape::is_id(&text));
    Some(if rest.is_empty() { 4 } else { 0 } + if is_name { 10 } else { 0 })
}

/// Whether a role lies within something else that the record speaks of: the user of a target is no actor.
fn is_others(role: &Role, score: i32) -> bool {
    const OTHERS: [&str; 14] = [
        "target",
        "targets",
        "object",
        "objects",
        "resource",
        "resources",
        "entity",
        "entities",
        "changes",
        "before",
        "after",
        "previous",
        "parameters",
        "responseelements",
    ];
    score < 92 && role.above.iter().any(|key| OTHERS.contains(&key.as_str()))
}

/// Whether a role is what somebody used: a client is nobody, unless its value is somebody's address.
fn is_tool(role: &Role, rest: &str, leaf: &Leaf<'_>) -> bool {
    let tool = rest.is_empty() && ["client", "source", "agent"].contains(&role.word.as_str());
    // `source_uuid`: which machine or feed the record came from.
    let feed = role.word == "source" && names::id().score_text(rest).is_some_and(|score| score >= 60);
    (tool || feed) && !leaf.node.as_str().is_some_and(|text| shape::is_email(&text))
}

/// Returns the role of a key that names a person by its end, and does not say that it is another than the actor.
fn someone(leaf: &Leaf<'_>, key: &str) -> Option<(String, i32)> {
    const ENDS: [(&str, i32); 8] = [
        ("username", 62),
        ("principalname", 58),
        ("user", 52),
        ("useremail", 62),
        ("userid", 50),
        ("login", 44),
        ("email", 44),
        ("account", 40),
    ];
    const OTHER: [&str; 34] = [
        "target",
        "owner",
        "recipient",
        "affected",
        "new",
        "old",
        "previous",
        "invited",
        "invitee",
        "added",
        "removed",
        "member",
        "assigned",
        "assignee",
        "for",
        "to",
        "customer",
        "contact",
        "support",
        "bank",
        "os",
        "host",
        "created",
        "last",
        "subject",
        "object",
        "service",
        "billing",
        "managed",
        "deleted",
        "modified",
        "reply",
        "is",
        "number",
    ];
    if leaf.words.len() < 2 && !key.ends_with("username") {
        return None;
    }
    let &(end, score) = ENDS.iter().find(|(end, _)| key.len() > end.len() && key.ends_with(end))?;
    let other = leaf.words.iter().any(|word| OTHER.contains(&word.as_str()));
    let prefix = key.strip_suffix(end).is_some_and(|before| OTHER.contains(&before));
    (!other && !prefix).then(|| (key.to_owned(), score))
}

/// Returns the words of roles that a key begins with, with their scores.
fn words_of(leaf: &Leaf<'_>, level: usize, key: &str, roles: &Names, actors: bool) -> Vec<(String, i32)> {
    // A list is called after its elements.
    let several = |word: &str| level + 1 < leaf.keys.len() && key.strip_prefix(word) == Some("s");
    let mut found: Vec<(String, i32)> = roles
        .iter()
        .filter(|(word, _)| key.starts_with(word))
        .map(|(word, score)| (if several(word) { key.to_owned() } else { word.to_owned() }, score))
        .collect();
    let last = level + 1 == leaf.keys.len();
    if actors && !last {
        // `real_userid.user`: a role's word behind one that leaves it what it is.
        let behind = BEFORE.iter().filter_map(|before| roles.score_text(key.strip_prefix(before)?));
        found.extend(behind.max().map(|score| (key.to_owned(), score + 8)));
    }
    if !actors && last {
        // `EventObjectType`: the object of the event.
        const EVENT: [&str; 5] = ["event", "evt", "audit", "log", "action"];
        if let Some((head, tail)) =
            leaf.words.split_first().filter(|(head, _)| EVENT.contains(&head.as_str()))
        {
            let tail = fold(&tail.concat());
            let behind = roles.iter().filter(|(word, score)| *score >= 80 && tail.starts_with(word));
            found.extend(behind.map(|(word, score)| (format!("{head}{word}"), score - 4)));
        }
    }
    if !actors || !last {
        return found;
    }
    let words = &leaf.words;
    let before = words.iter().take_while(|word| BEFORE.contains(&word.as_str())).count();
    if before > 0 && before < words.len() {
        let (head, tail) = words.split_at(before);
        let (head, tail) = (fold(&head.concat()), fold(&tail.concat()));
        let behind = roles.iter().filter(|(word, _)| tail.starts_with(word));
        found.extend(behind.map(|(word, score)| (format!("{head}{word}"), score - 4)));
    }
    // `db_user_name`: somebody, of whatever kind.
    found.extend(someone(leaf, key));
    // `approved_by`: whoever did something.
    // Of somebody it says who let them, and not that they did it: `subject.authorized_by`.
    let of_somebody =
        leaf.keys.iter().take(level).any(|key| roles.score_text(key).is_some() && key != "metadata");
    if !of_somebody && words.len() > 1 && words.last().is_some_and(|word| word == "by") {
        found.push((key.to_owned(), 64));
    }
    found
}
