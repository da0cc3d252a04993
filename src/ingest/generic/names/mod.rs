//! How surely the name of a value means a field: by the tables, by the words it is made of, and by what the
//! names above it speak of.

mod others;
mod tables;

use std::sync::OnceLock;

use hashbrown::{HashMap, HashSet};

use super::leaf::Leaf;
use crate::domain::json::Step;
use crate::ingest::format::glob::fold;

/// A field's names.
#[derive(Debug)]
pub(super) struct Names {
    exact: HashMap<&'static str, i32>,
    /// Words that a longer name may be made of, and how surely it then means the field.
    words: HashSet<&'static str>,
    by_words: i32,
    /// Words of names that mean something else.
    other: HashSet<&'static str>,
}

macro_rules! fields {
    ($($name:ident = $table:ident, $sure:literal: $words:literal, not: $other:literal;)*) => {
        $(pub(super) fn $name() -> &'static Names {
            static NAMES: OnceLock<Names> = OnceLock::new();
            NAMES.get_or_init(|| Names::new(tables::$table, $words, $sure, $other))
        })*
    };
}

fields! {
    time = TIME, 50: "timestamp datetime time date ts when occurred utc epoch", not: "exp expires expiry \
        expiration valid birth birthday last end due update updated modif modified until next previous hire \
        ingest ingested parsed processed received duration uptime zone timezone offset ttl elapsed timeout \
        first hired deleted";
    actor_roles = ACTOR_ROLES, 0: "", not: "";
    target_roles = TARGET_ROLES, 0: "", not: "";
    email = EMAIL, 60: "email mail upn", not: "count enabled verified id";
    person = PERSON, 40: "name login username", not: "file host domain group role type";
    id = ID, 40: "id uid uuid guid", not: "";
    kind = KIND, 0: "", not: "";
    type_of = TYPE, 0: "", not: "";
    action = ACTION, 50: "action operation activity event verb op evt act type", not: "content auth mime media file \
        entity item device client account service member login role os geo network protocol resource log key \
        id ids time date ts user ip \
        url count source by at on status result outcome category target object reason version uuid guid day \
        number agent group hash data details info severity level size origin country location utc datetime \
        timestamp actor email token session request response index taken error message description";
    category = CATEGORY, 40: "category module area", not: "id";
    ip = IP, 60: "ip ips ipaddress ipaddr ipv4 ipv6 addr address remoteaddr srcip clientip", not: "dst dest \
        destination target server local private internal listener nat old new previous to mac email mail \
        version street billing shipping office";
    country = COUNTRY, 40: "country", not: "id phone";
    outcome = OUTCOME, 50: "result outcome status success succeeded", not: "id user account old new previous \
        message text url count";
    failed = FAILED, 0: "", not: "";
    returned = RETURNED, 0: "", not: "";
    place = PLACE, 0: "", not: "";
    reason = REASON, 40: "reason", not: "id code";
    event_id = EVENT_ID, 0: "", not: "";
    request = REQUEST, 0: "", not: "";
    session = SESSION, 0: "", not: "";
    workspace = WORKSPACE, 0: "", not: "";
    client = CLIENT, 0: "", not: "";
    summary = SUMMARY, 0: "", not: "";
}

impl Names {
    fn new(table: tables::Scores, words: &'static str, by_words: i32, other: &'static str) -> Names {
        let mut exact = HashMap::new();
        for &(score, names) in table {
            for name in names.split_ascii_whitespace() {
                exact.insert(if name == "-" { "" } else { name }, score);
            }
        }
        let set = |text: &'static str| text.split_ascii_whitespace().collect();
        Names { exact, words: set(words), by_words, other: set(other) }
    }

    /// Returns the names with their scores.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, i32)> + '_ {
        self.exact.iter().map(|(&name, &score)| (name, score))
    }

    /// Returns the score of one name, letters and digits in lower case.
    pub(super) fn score_text(&self, text: &str) -> Option<i32> {
        self.exact.get(text).copied()
    }

    /// Returns how surely a leaf means the field, by its own name and those above it.
    pub(super) fn score(&self, leaf: &Leaf<'_>) -> Option<i32> {
        let (last, above) = leaf.keys.split_last()?;
        // `event.type` is `eventtype`; `geo.country_code` is `countrycode` already.
        let joined = above.last().map(|parent| format!("{parent}{last}"));
        let joined = joined.and_then(|joined| self.score_text(&joined));
        // `{"event_type": {".tag": ..}}`: the value of what stands above.
        let tag = leaf
            .path
            .steps
            .last()
            .is_some_and(|step| matches!(step, Step::Key(key) if key == ".tag" || key == "_tag"));
        let through = tag.then(|| self.score_text(above.last()?)).flatten();
        let several = last.strip_suffix('s').and_then(|one| self.score_text(one)).map(|score| score - 6);
        let direct = self.score_text(last).or(through).or(several).or_else(|| self.by_words(&leaf.words));
        let foreign = above.iter().any(|key| is_foreign(key));
        let direct = direct.map(|score| if foreign { score - 30 } else { score });
        direct.max(joined)
    }

    fn by_words(&self, words: &[String]) -> Option<i32> {
        let known = words.len() > 1
            && words.iter().any(|word| self.words.contains(word.as_str()))
            && !words.iter().any(|word| self.other.contains(word.as_str()));
        // The longer a name, the likelier it speaks of something else.
        known.then(|| self.by_words - 2 * words.len().min(8) as i32)
    }
}

/// Whether a leaf lies in what tells who acted: its type is no category of acts, its text no account of one.
pub(super) fn is_of_actor(leaf: &Leaf<'_>) -> bool {
    let above = leaf.keys.split_last().map_or(&[][..], |(_, above)| above);
    above.iter().any(|key| actor_roles().score_text(key).is_some())
}

/// Whether the word before `id` or `name` is that of a thing.
pub(super) fn is_thing(word: &str) -> bool {
    static OTHER: OnceLock<HashSet<&'static str>> = OnceLock::new();
    word.len() > 1
        && !OTHER.get_or_init(|| others::NO_THING.split_ascii_whitespace().collect()).contains(word)
}

/// Whether a value says no more than that this is a log: it is neither an act nor a thing.
pub(super) fn is_the_log(text: &str) -> bool {
    const LOGS: [&str; 11] = [
        "audit",
        "event",
        "log",
        "auditlog",
        "auditevent",
        "logentry",
        "auditentry",
        "list",
        "entry",
        "record",
        "auditrecord",
    ];
    text.len() <= 16 && LOGS.contains(&fold(text).as_str())
}

/// Whether what stands below this key belongs to something else than the act itself.
fn is_foreign(key: &str) -> bool {
    static FOREIGN: OnceLock<HashSet<&'static str>> = OnceLock::new();
    FOREIGN.get_or_init(|| others::FOREIGN.split_ascii_whitespace().collect()).contains(key)
}

/// Returns how surely a leaf is the time of the act: by a known name, or by a name that ends like one and
/// speaks of nothing else.
pub(super) fn time_score(leaf: &Leaf<'_>) -> Option<i32> {
    const ENDS: [&str; 6] = ["timestamp", "datetime", "time", "date", "timeutc", "instant"];
    const OTHER: [&str; 18] = [
        "exp", "valid", "birth", "last", "end", "due", "update", "modif", "until", "next", "previous",
        "hire", "ingest", "pars", "process", "receiv", "duration", "uptime",
    ];
    let last = leaf.keys.last()?;
    // `Time [UTC]`, `timestampUtc`.
    let known = time().score(leaf).max(last.strip_suffix("utc").and_then(|name| time().score_text(name)));
    let other = OTHER.iter().any(|word| last.contains(word));
    let like = ENDS.iter().any(|end| last.ends_with(end)) && !other;
    // A time at the top that nothing else is said of is better than none.
    let shape = leaf.depth == 0 && !other && leaf.node.as_str().is_some_and(|text| text.len() >= 16);
    const SHORT: [&str; 4] = ["tstmp", "tstamp", "stmp", "millis"];
    let short = leaf.depth == 0 && !other && SHORT.iter().any(|end| last.ends_with(end));
    known.or((like || short).then_some(48)).or(shape.then_some(12))
}

/// Whether a leaf says when the record came to be, which may be later than the act.
pub(super) fn is_creation(leaf: &Leaf<'_>) -> bool {
    leaf.keys.last().is_some_and(|key| key.contains("creat"))
}

/// Returns how surely a leaf is the address that the act came from.
pub(super) fn ip_score(leaf: &Leaf<'_>) -> Option<i32> {
    const OTHER: [&str; 15] = [
        "version", "dst", "dest", "target", "server", "local", "private", "internal", "old", "new",
        "previous", "build", "release", "listener", "gateway",
    ];
    // `local.ip`, `node_meta.ip`: the address of whoever wrote the record.
    const OURS: [&str; 9] =
        ["local", "server", "dest", "destination", "target", "listener", "upstream", "backend", "nas"];
    // `node` alone is where a graph keeps its records.
    let ours = |key: &String| OURS.contains(&key.as_str()) || key.len() > 4 && key.starts_with("node");
    let far = leaf.keys.split_last().is_some_and(|(_, above)| above.iter().any(ours));
    let known = ip().score(leaf).map(|score| if far { score - 50 } else { score });
    let other = leaf.keys.iter().any(|key| OTHER.iter().any(|word| key.contains(word)));
    known.or((!other && leaf.depth <= 3).then_some(24))
}

/// Whether a leaf's name says too little for an action's field.
pub(super) fn is_weak(leaf: &Leaf<'_>) -> bool {
    action().score(leaf).is_none_or(|score| score < 90)
}

/// Whether a leaf's name speaks of something else than what was done.
pub(super) fn is_others(leaf: &Leaf<'_>) -> bool {
    const THINGS: [&str; 8] = ["display", "file", "full", "first", "last", "product", "app", "table"];
    let other = |word: &String| action().other.contains(word.as_str()) || THINGS.contains(&word.as_str());
    leaf.words.iter().any(other) || leaf.keys.iter().rev().skip(1).any(|key| is_foreign(key))
}
