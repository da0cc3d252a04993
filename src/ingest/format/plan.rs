//! A format compiled: paths as slots of a tree, rules as lists, words as tables. Nothing here is text that
//! must still be read.

use chrono_tz::Tz;

use super::glob::{Glob, Table};
pub(crate) use super::rules::Rules;
use super::shape::Shape;
use super::time::TimeRules;
use super::trie::Trie;
use crate::domain::json::{Path, Step};
use crate::domain::{Action, Class, Outcome, Scope};
use crate::ingest::changes::ChangeRules;

/// Slot of the value that a scope begins at.
pub(crate) const ROOT: u16 = u16::MAX;

/// Number of the scope of the record itself.
pub(crate) const RECORD: u16 = 0;

/// Everything needed to map a record.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) scopes: Vec<ScopePlan>,
    pub(crate) slots: usize,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) words: Vec<Table<String>>,
    pub(crate) codes: Vec<Codes>,
    pub(crate) detect: Detect,
    /// Where the record may lie inside another's.
    pub(crate) unwrap: Vec<Unwrap>,
    pub(crate) each: Option<(PathRef, u16)>,
    pub(crate) again: Option<Again>,
    pub(crate) id: Rules,
    pub(crate) time: Rules,
    pub(crate) scope: Rules,
    pub(crate) workspace: Rules,
    pub(crate) event_type: Rules,
    pub(crate) class: Rules,
    pub(crate) activity: Rules,
    pub(crate) action: Rules,
    pub(crate) action_code: Rules,
    pub(crate) summary: Rules,
    pub(crate) actor: ActorRules,
    pub(crate) on_behalf_of: ActorRules,
    pub(crate) ip: Rules,
    pub(crate) country: Rules,
    pub(crate) user_agent: Rules,
    pub(crate) outcome: Rules,
    pub(crate) reason: Rules,
    pub(crate) request: Rules,
    pub(crate) session: Rules,
    pub(crate) link: Rules,
    pub(crate) targets: Vec<TargetRules>,
    pub(crate) changes: Vec<ChangeRules>,
    /// Whether changes are found without the entry's other fields.
    pub(crate) lone_changes: bool,
    pub(crate) metadata: Vec<(String, Rules)>,
    /// Conditions under which a leading `'` before a formula's first character is a guard, not content.
    pub(crate) unguard: Vec<u16>,
    /// Texts that mean "nothing", like `-`.
    pub(crate) empty: Vec<String>,
    /// Bytes of the longest of them.
    pub(crate) longest_empty: usize,
    /// What records say of the objects they act on.
    pub(crate) state: super::state::StateRules,
    /// Percent of confidence where the plan was guessed.
    pub(crate) guessed: Option<u8>,
}

/// A value whose inside paths lead into.
#[derive(Debug)]
pub(crate) struct ScopePlan {
    pub(crate) trie: Trie,
    /// Where its slots begin among those of the plan, and how many they are.
    pub(crate) base: usize,
    pub(crate) count: usize,
    pub(crate) kind: ScopeKind,
}

/// What a scope begins at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ScopeKind {
    /// The record.
    Record,
    /// An element of a list, walked when its turn comes.
    Element,
    /// JSON inside a string.
    Embedded { path: PathRef, base64: bool },
}

/// A path, ready to be looked up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PathRef {
    pub(crate) scope: u16,
    pub(crate) slot: u16,
    /// Steps behind the keys that the slot stands for.
    pub(crate) rest: Option<Path>,
    /// As written.
    pub(crate) text: Box<str>,
}

/// One way to a value.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// Conditions that must all hold.
    pub(crate) when: Vec<u16>,
    pub(crate) source: Source,
    pub(crate) cut: Option<Cut>,
    /// Table of words to look the value up in; a value that is not in it is none.
    pub(crate) words: Option<u16>,
    pub(crate) how: How,
    pub(crate) time: TimeRules,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Path(PathRef),
    Template(Box<[Piece]>),
    Constant(Box<str>),
    Field(FieldRef),
}

impl Source {
    /// Whether it asks for no field of the entry.
    fn is_lone(&self) -> bool {
        match self {
            Source::Path(_) | Source::Constant(_) => true,
            Source::Field(_) => false,
            Source::Template(pieces) => pieces.iter().all(|piece| match piece {
                Piece::Text(_) => true,
                Piece::Value(source, _) => source.is_lone(),
            }),
        }
    }
}

/// Part of a template.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(Box<str>),
    /// A value, and whether the template stands without it.
    Value(Source, bool),
}

/// A field of the entry that is already mapped, `$name` in a format file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldRef {
    ActionCode,
    Action,
    Class,
    Outcome,
    Activity,
    EventType,
    Actor,
    Target,
    TargetKind,
    TargetId,
    Workspace,
    Id,
}

/// A part of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut {
    /// Only what stands behind the last of these.
    pub(crate) after: Option<Box<str>>,
    /// Only what stands behind the first of these; of several, behind the first of each in turn.
    pub(crate) after_first: Vec<Box<str>>,
    /// Only what stands before the first of these.
    pub(crate) before: Option<Box<str>>,
    /// Only what stands before the last of these.
    pub(crate) before_last: Option<Box<str>>,
    /// A text without one of the marks is no value.
    pub(crate) needs_mark: bool,
}

/// What is made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Nothing.
    Plain,
    /// Lower case.
    Lower,
    /// Upper case.
    Upper,
    /// Words with spaces, the first with a capital.
    Title,
    /// The canonical action of a word in it.
    Verb,
    /// The outcome it means.
    Outcome,
    /// The outcome of a code that tells of a failure, nothing else.
    Failure,
    /// The outcome that a code names.
    Told,
    /// The class of a word in it.
    Class,
    /// What remains of a code without its verb, as a title.
    Subject,
    /// The JSON text of the value.
    Json,
    /// An address, nothing else.
    Address,
    /// An e-mail address, nothing else.
    Email,
    /// A name: a text that is neither an e-mail address nor an id.
    Name,
    /// The kind of an actor by the words for it.
    Kind,
    /// Whom a sentence speaks of.
    Somebody,
    /// Decoded percent escapes.
    Url,
}

/// Who: an actor's fields.
#[derive(Debug, Default)]
pub(crate) struct ActorRules {
    pub(crate) kind: Rules,
    pub(crate) name: Rules,
    pub(crate) email: Rules,
    pub(crate) id: Rules,
}

impl ActorRules {
    pub(crate) fn is_empty(&self) -> bool {
        self.kind.is_empty() && self.name.is_empty() && self.email.is_empty() && self.id.is_empty()
    }
}

/// One target, or one per element of a list.
#[derive(Debug, Default)]
pub(crate) struct TargetRules {
    pub(crate) when: Vec<u16>,
    /// Only where no target was found before.
    pub(crate) otherwise: bool,
    pub(crate) each: Option<(PathRef, u16)>,
    pub(crate) kind: Rules,
    pub(crate) id: Rules,
    pub(crate) name: Rules,
}

/// A condition on the record.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) source: Source,
    pub(crate) test: Test,
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// There is a value that is not null and not empty.
    Present(bool),
    /// Its text matches one of these.
    AnyOf(Vec<Glob>),
    /// Its text matches none of these, or there is none.
    NoneOf(Vec<Glob>),
}

/// A table from the vendor's codes to several fields at once.
#[derive(Debug)]
pub(crate) struct Codes {
    pub(crate) from: Rules,
    pub(crate) table: Table<Row>,
}

/// What a code means.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) action: Option<Action>,
    pub(crate) event_type: Option<Box<str>>,
    pub(crate) activity: Option<Box<str>>,
    pub(crate) class: Option<Class>,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) scope: Option<Scope>,
    pub(crate) summary: Option<Box<str>>,
}

/// What a record must look like to be of this format.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Detect {
    pub(crate) all: Vec<Demand>,
    /// Groups of which one must hold whole.
    pub(crate) any: Vec<Vec<Demand>>,
    pub(crate) none: Vec<Demand>,
}

/// A value that must exist with one of these shapes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Demand {
    pub(crate) path: PathRef,
    pub(crate) shapes: Vec<Shape>,
}

/// A wrapper to look into for a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unwrap {
    pub(crate) path: Path,
    /// The value there may be a text that holds the record as JSON.
    pub(crate) json: bool,
    /// The same in base 64.
    pub(crate) base64: bool,
}

/// Records that were mapped before: our own export.
#[derive(Debug)]
pub(crate) struct Again {
    /// Where the vendor's record may lie, as a value or decoded from base 64.
    pub(crate) record: Vec<PathRef>,
    pub(crate) format: Rules,
    pub(crate) part: Rules,
    /// Its id, which is trusted where the record itself is not at hand to be checked.
    pub(crate) id: Rules,
    pub(crate) redacted: Rules,
}

impl Rule {
    /// Returns a rule that takes what lies at a path as it is.
    pub(crate) fn path(path: PathRef) -> Rule {
        Rule::of(Source::Path(path))
    }

    /// Returns a rule that takes a value as it is.
    pub(crate) fn of(source: Source) -> Rule {
        Rule { when: Vec::new(), source, cut: None, words: None, how: How::Plain, time: TimeRules::default() }
    }

    /// Returns the path whose text is taken as it is, where the rule is no more than that.
    #[inline]
    pub(crate) fn plain_path(&self) -> Option<&PathRef> {
        self.whole_path().filter(|_| self.when.is_empty())
    }

    /// Returns the path whose value is taken as it is, under whatever conditions.
    #[inline]
    pub(crate) fn whole_path(&self) -> Option<&PathRef> {
        match &self.source {
            Source::Path(path) if self.cut.is_none() && self.words.is_none() && self.how == How::Plain => {
                Some(path)
            }
            _ => None,
        }
    }
}

impl Plan {
    /// Returns the last keys of the paths that lead to base 64; `None` for a path that does not end in a key.
    pub(crate) fn base64_keys(&self) -> Vec<Option<String>> {
        let last = |path: &Path| match path.steps.last() {
            Some(Step::Key(key)) => Some(key.clone()),
            _ => None,
        };
        let text =
            |path: &PathRef| path.text.rsplit("|json.").next().and_then(|text| last(&text.parse().ok()?));
        let wrappers = self.unwrap.iter().filter(|wrapper| wrapper.base64).map(|wrapper| last(&wrapper.path));
        let scopes = self.scopes.iter().filter_map(|scope| match &scope.kind {
            ScopeKind::Embedded { path, base64: true } => Some(text(path)),
            _ => None,
        });
        wrappers.chain(scopes).collect()
    }

    /// Whether changes are found without the entry's other fields.
    fn is_lone(&self, changes: &ChangeRules) -> bool {
        let conditions = |when: &[u16]| {
            let mut known = when.iter().filter_map(|at| self.conditions.get(usize::from(*at)));
            known.all(|condition| condition.source.is_lone())
        };
        let rules = |rules: &Rules| rules.iter().all(|rule| rule.source.is_lone() && conditions(&rule.when));
        conditions(&changes.when) && changes.encoding.rules().into_iter().all(rules)
    }

    /// Computes the gates of all rules. Nothing is lost where some stay without.
    pub(crate) fn close(&mut self) {
        self.longest_empty = self.empty.iter().map(String::len).max().unwrap_or(0);
        self.lone_changes = self.changes.iter().all(|rules| self.is_lone(rules));
        let bases: Vec<usize> = self.scopes.iter().map(|scope| scope.base).collect();
        let fields = [
            &mut self.id,
            &mut self.time,
            &mut self.scope,
            &mut self.workspace,
            &mut self.event_type,
            &mut self.class,
            &mut self.activity,
            &mut self.action,
            &mut self.action_code,
            &mut self.summary,
            &mut self.ip,
            &mut self.country,
            &mut self.user_agent,
            &mut self.outcome,
            &mut self.reason,
            &mut self.request,
            &mut self.session,
            &mut self.link,
        ];
        let actors = [&mut self.actor, &mut self.on_behalf_of].into_iter();
        let actors =
            actors.flat_map(|actor| [&mut actor.kind, &mut actor.name, &mut actor.email, &mut actor.id]);
        let targets = self.targets.iter_mut();
        let targets = targets.flat_map(|target| [&mut target.kind, &mut target.id, &mut target.name]);
        let metadata = self.metadata.iter_mut().map(|(_, rules)| rules);
        let codes = self.codes.iter_mut().map(|codes| &mut codes.from);
        let all = fields.into_iter().chain(actors).chain(targets).chain(metadata).chain(codes);
        all.for_each(|rules| rules.close(&bases));
    }

    /// States the zone of times that name none, where the caller knows it better than the format.
    pub(crate) fn zone_or(rule: &TimeRules, assumed: Option<Tz>) -> TimeRules {
        TimeRules { zone: assumed.or(rule.zone), ..*rule }
    }
}
