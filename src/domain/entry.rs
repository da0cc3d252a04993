//! One audit-log record as every vendor's becomes it.

use std::borrow::Cow;

use super::facts::ObjectFacts;
use super::{Action, ActorKind, Class, EntryId, Ip, Moment, Outcome, Scope};

/// Text that may still lie in the record it was read from.
pub type Str<'a> = Cow<'a, str>;

/// Format of entries taken over from an export of ours as they stand there, without their record: the id is
/// what the export says, so the original is believed before them.
pub const COPY_FORMAT: &str = "auditty";

/// Whether a format is the one of such entries.
pub fn is_copy_format(format: &[u8]) -> bool {
    format == COPY_FORMAT.as_bytes()
}

/// One entry. While importing it borrows from the record; `Entry<'static>` owns everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// Identity, from the record's content alone.
    pub id: EntryId,
    /// When; `None` where the record does not say.
    pub time: Option<Moment<'a>>,
    /// Which log.
    pub scope: Option<Scope>,
    /// Name of the workspace or tenant.
    pub workspace: Option<Str<'a>>,
    /// Category of activities: `Administration`, `Messaging`.
    pub event_type: Option<Str<'a>>,
    /// Subject common to all vendors.
    pub class: Class,
    /// Kind of thing acted on: `API Credentials`, `Campaign`.
    pub activity: Option<Str<'a>>,
    /// What was done.
    pub action: Action,
    /// What was done, in the vendor's code.
    pub action_code: Option<Str<'a>>,
    /// One sentence, the vendor's own or from the format's template.
    pub summary: Option<Str<'a>>,
    /// Who.
    pub actor: Option<Actor<'a>>,
    /// For whom, where the actor stood in for somebody.
    pub on_behalf_of: Option<Actor<'a>>,
    /// From where.
    pub ip: Option<Ip<'a>>,
    /// Country of the address, as the vendor spells it.
    pub country: Option<Str<'a>>,
    /// With which client.
    pub user_agent: Option<Str<'a>>,
    /// Acted on what; the first is the primary one.
    pub targets: Vec<Target<'a>>,
    /// What changed.
    pub changes: Vec<Change<'a>>,
    /// What changed inside those of the changes whose values have parts on both sides.
    pub inner: Vec<Change<'a>>,
    /// How it ended.
    pub outcome: Outcome,
    /// Nothing in the record states the success: its format concludes it, since the vendor logs only what was done, or
    /// names an error otherwise.
    pub outcome_inferred: bool,
    /// Why it ended so.
    pub reason: Option<Str<'a>>,
    /// Id of the request.
    pub request: Option<Str<'a>>,
    /// Id of the session.
    pub session: Option<Str<'a>>,
    /// The vendor's page for this entry.
    pub link: Option<Str<'a>>,
    /// What else surrounds the act: label and JSON text.
    pub metadata: Vec<(Str<'a>, Str<'a>)>,
    /// Name of the format that mapped it.
    pub format: Str<'a>,
    /// Percent of confidence where the generic mapper guessed; `None` where a format stated the mapping.
    pub guessed: Option<u8>,
    /// What the record says of the object itself; only where a history was asked for.
    pub facts: Option<Box<ObjectFacts>>,
    /// Where it came from.
    pub place: Place<'a>,
}

/// Who acted.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor<'a> {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Name as shown.
    pub name: Option<Str<'a>>,
    /// E-mail address.
    pub email: Option<Str<'a>>,
    /// The vendor's id.
    pub id: Option<Str<'a>>,
}

/// What was acted on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target<'a> {
    /// The vendor's word for its type.
    pub kind: Option<Str<'a>>,
    /// The vendor's id.
    pub id: Option<Str<'a>>,
    /// Name as shown.
    pub name: Option<Str<'a>>,
}

/// One path with its value before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// Where in the object, like `actions[id=9].delay_s`.
    pub path: Str<'a>,
    /// What happened there.
    pub op: ChangeOp,
    /// JSON text before. `None` with [`ChangeOp::Add`] means there was nothing, else that it is unknown.
    pub before: Option<Str<'a>>,
    /// JSON text after. `None` with [`ChangeOp::Remove`] means there is nothing, else that it is unknown.
    pub after: Option<Str<'a>>,
    /// How it is known.
    pub provenance: Provenance,
}

/// What happened at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeOp {
    /// Came to be.
    Add,
    /// Ceased to be.
    Remove,
    /// Got another value.
    Replace,
}

impl ChangeOp {
    /// Returns the name used in JSON: `add`, `remove`, `replace`.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeOp::Add => "add",
            ChangeOp::Remove => "remove",
            ChangeOp::Replace => "replace",
        }
    }

    /// Returns the sign shown: `+`, `-`, `~`.
    pub fn sign(self) -> char {
        match self {
            ChangeOp::Add => '+',
            ChangeOp::Remove => '-',
            ChangeOp::Replace => '~',
        }
    }
}

/// How a change is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// The vendor recorded it.
    Recorded,
    /// Computed from an earlier entry of the same object.
    Derived,
    /// Read out of a sentence.
    Parsed,
}

impl Provenance {
    /// Returns the name used in JSON: `recorded`, `derived`, `parsed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Provenance::Recorded => "recorded",
            Provenance::Derived => "derived",
            Provenance::Parsed => "parsed",
        }
    }
}

/// Where an entry came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// Name of the source: a file's path, `stdin`.
    pub source: Str<'a>,
    /// Number of the record in the source, from 0.
    pub record: u64,
    /// Number of the entry within the record, from 0.
    pub part: u32,
    /// Byte of the (decompressed) source at which the record begins.
    pub offset: u64,
}

fn own(text: Str<'_>) -> Str<'static> {
    Cow::Owned(text.into_owned())
}

fn own_some(text: Option<Str<'_>>) -> Option<Str<'static>> {
    text.map(own)
}

impl<'a> Entry<'a> {
    /// Whether the entry was taken over from an export of ours, without its record.
    pub fn is_copy(&self) -> bool {
        is_copy_format(self.format.as_bytes())
    }

    /// Returns an entry of which nothing is known but its format.
    pub fn blank(format: impl Into<Str<'a>>) -> Entry<'a> {
        Entry {
            id: EntryId([0; 16]),
            time: None,
            scope: None,
            workspace: None,
            event_type: None,
            class: Class::Other,
            activity: None,
            action: Action::Other,
            action_code: None,
            summary: None,
            actor: None,
            on_behalf_of: None,
            ip: None,
            country: None,
            user_agent: None,
            targets: Vec::new(),
            changes: Vec::new(),
            inner: Vec::new(),
            outcome: Outcome::Unknown,
            outcome_inferred: false,
            reason: None,
            request: None,
            session: None,
            link: None,
            metadata: Vec::new(),
            format: format.into(),
            guessed: None,
            facts: None,
            place: Place::default(),
        }
    }

    /// Returns the primary target.
    pub fn target(&self) -> Option<&Target<'a>> {
        self.targets.first()
    }

    /// Returns a copy that borrows nothing.
    pub fn into_owned(self) -> Entry<'static> {
        Entry {
            id: self.id,
            time: self.time.map(Moment::into_owned),
            scope: self.scope,
            workspace: own_some(self.workspace),
            event_type: own_some(self.event_type),
            class: self.class,
            activity: own_some(self.activity),
            action: self.action,
            action_code: own_some(self.action_code),
            summary: own_some(self.summary),
            actor: self.actor.map(Actor::into_owned),
            on_behalf_of: self.on_behalf_of.map(Actor::into_owned),
            ip: self.ip.map(Ip::into_owned),
            country: own_some(self.country),
            user_agent: own_some(self.user_agent),
            targets: self.targets.into_iter().map(Target::into_owned).collect(),
            changes: self.changes.into_iter().map(Change::into_owned).collect(),
            inner: self.inner.into_iter().map(Change::into_owned).collect(),
            outcome: self.outcome,
            outcome_inferred: self.outcome_inferred,
            reason: own_some(self.reason),
            request: own_some(self.request),
            session: own_some(self.session),
            link: own_some(self.link),
            metadata: self.metadata.into_iter().map(|(k, v)| (own(k), own(v))).collect(),
            format: own(self.format),
            guessed: self.guessed,
            facts: self.facts,
            place: self.place.into_owned(),
        }
    }
}

impl<'a> Actor<'a> {
    /// Returns an actor of a kind of whom nothing else is known.
    pub fn of(kind: ActorKind) -> Actor<'a> {
        Actor { kind, name: None, email: None, id: None }
    }

    /// Returns what the actor is called on the screen: the name, else the e-mail, else the id, else the
    /// kind (`System`).
    pub fn label(&self) -> &str {
        let known = self.name.as_deref().or(self.email.as_deref()).or(self.id.as_deref());
        match (known, self.kind) {
            (Some(text), _) => text,
            (None, ActorKind::System) => "System",
            (None, kind) => kind.as_str(),
        }
    }

    /// Returns a copy that borrows nothing.
    pub fn into_owned(self) -> Actor<'static> {
        Actor {
            kind: self.kind,
            name: own_some(self.name),
            email: own_some(self.email),
            id: own_some(self.id),
        }
    }
}

impl<'a> Target<'a> {
    /// Returns what the target is called on the screen: the name, else the id, else the type.
    pub fn label(&self) -> Option<&str> {
        self.name.as_deref().or(self.id.as_deref()).or(self.kind.as_deref())
    }

    /// Returns a copy that borrows nothing.
    pub fn into_owned(self) -> Target<'static> {
        Target { kind: own_some(self.kind), id: own_some(self.id), name: own_some(self.name) }
    }
}

impl Change<'_> {
    /// Whether a value before or after is unknown, so that history may tell it.
    pub fn is_partial(&self) -> bool {
        self.before.is_none() && self.op != ChangeOp::Add
            || self.after.is_none() && self.op != ChangeOp::Remove
    }

    /// Returns a copy that borrows nothing.
    pub fn into_owned(self) -> Change<'static> {
        Change {
            path: own(self.path),
            op: self.op,
            before: own_some(self.before),
            after: own_some(self.after),
            provenance: self.provenance,
        }
    }
}

impl Place<'_> {
    /// Returns a copy that borrows nothing.
    pub fn into_owned(self) -> Place<'static> {
        Place { source: own(self.source), record: self.record, part: self.part, offset: self.offset }
    }
}
