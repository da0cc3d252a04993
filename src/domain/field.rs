//! The fields of an entry that can be filtered by, counted, sorted by and shown as a column.

/// A field with values to filter by. Its [`key`](Field::key) is the word of the query language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Scope: `account` or `workspace`.
    Scope,
    /// Workspace.
    Workspace,
    /// Event type.
    EventType,
    /// Class common to all vendors.
    Class,
    /// Activity.
    Activity,
    /// Canonical action; a filter on it also matches the vendor's code.
    Action,
    /// The vendor's action code alone.
    ActionCode,
    /// Actor: matches name, e-mail and id; counted by label.
    Actor,
    /// Actor's kind.
    Kind,
    /// IP address, or the text that stood in its place.
    Ip,
    /// Country.
    Country,
    /// Any target: matches name and id; counted by the primary target's label.
    Target,
    /// Any target's type.
    TargetType,
    /// Any target's id.
    TargetId,
    /// Outcome.
    Outcome,
    /// Request id.
    Request,
    /// Session id.
    Session,
    /// Name of the source.
    Source,
    /// Name of the format.
    Format,
    /// Path of any change.
    Changed,
}

impl Field {
    /// Every field.
    pub const ALL: &'static [Field] = &[
        Field::Scope,
        Field::Workspace,
        Field::EventType,
        Field::Class,
        Field::Activity,
        Field::Action,
        Field::ActionCode,
        Field::Actor,
        Field::Kind,
        Field::Ip,
        Field::Country,
        Field::Target,
        Field::TargetType,
        Field::TargetId,
        Field::Outcome,
        Field::Request,
        Field::Session,
        Field::Source,
        Field::Format,
        Field::Changed,
    ];

    /// Returns the key of the query language.
    pub fn key(self) -> &'static str {
        match self {
            Field::Scope => "scope",
            Field::Workspace => "workspace",
            Field::EventType => "type",
            Field::Class => "class",
            Field::Activity => "activity",
            Field::Action => "action",
            Field::ActionCode => "code",
            Field::Actor => "actor",
            Field::Kind => "kind",
            Field::Ip => "ip",
            Field::Country => "country",
            Field::Target => "target",
            Field::TargetType => "target.type",
            Field::TargetId => "target.id",
            Field::Outcome => "outcome",
            Field::Request => "request",
            Field::Session => "session",
            Field::Source => "source",
            Field::Format => "format",
            Field::Changed => "changed",
        }
    }

    /// Returns the field with this key, upper and lower case alike.
    pub fn parse(key: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| field.key().eq_ignore_ascii_case(key))
    }

    /// Returns the heading of its group or column.
    pub fn title(self) -> &'static str {
        match self {
            Field::Scope => "Scope",
            Field::Workspace => "Workspace",
            Field::EventType => "Event type",
            Field::Class => "Class",
            Field::Activity => "Activity",
            Field::Action => "Action",
            Field::ActionCode => "Vendor's code",
            Field::Actor => "Team member",
            Field::Kind => "Kind",
            Field::Ip => "IP address",
            Field::Country => "Country",
            Field::Target => "Target",
            Field::TargetType => "Target type",
            Field::TargetId => "Target id",
            Field::Outcome => "Outcome",
            Field::Request => "Request",
            Field::Session => "Session",
            Field::Source => "Source",
            Field::Format => "Format",
            Field::Changed => "Changed field",
        }
    }
}
