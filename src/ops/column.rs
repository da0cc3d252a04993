//! The columns of tables and exports: their names and what stands in them.

use std::borrow::Cow;

use crate::domain::json::{Doc, push_string};
use crate::domain::zone::{Style, Zone};
use crate::domain::{ActorKind, Change, Field, Outcome};
use crate::present;
use crate::query::{Row, Sort, SortKey};

use super::Detail;
use super::access::Opens;

/// Why an order is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortError {
    /// No column or field is called so.
    Column(String),
    /// The word behind the colon.
    Direction(String),
}

/// Reads an order: a column, `:asc` or `:desc` behind it. Times fall by default, other columns rise.
///
/// # Errors
/// The column or the direction is none.
pub fn parse_sort(text: &str) -> Result<Sort, SortError> {
    let (name, direction) = text.split_once(':').unwrap_or((text, ""));
    let key = match Column::parse(name) {
        Some(Column::Time) => SortKey::Time,
        _ => SortKey::Field(parse_field(name).ok_or_else(|| SortError::Column(name.to_owned()))?),
    };
    let descending = match direction {
        "" => key == SortKey::Time,
        "asc" => false,
        "desc" => true,
        other => return Err(SortError::Direction(other.to_owned())),
    };
    Ok(Sort { key, descending })
}

/// Returns an order as it is typed.
pub fn sort_text(sort: Sort) -> String {
    let key = match sort.key {
        SortKey::Time => Column::Time.name(),
        SortKey::Field(field) => field.key(),
    };
    format!("{key}:{}", if sort.descending { "desc" } else { "asc" })
}

/// Returns the field of this name, or of the column of this name.
pub fn parse_field(name: &str) -> Option<Field> {
    Field::parse(name).or_else(|| Column::parse(name).and_then(Column::field))
}

/// Declares the columns: name in headers and on the command line, heading, other names, whether the record
/// must be opened for it.
macro_rules! columns {
    ($($(#[$doc:meta])* $value:ident = $name:literal, $title:literal, [$($other:literal),*], $opens:literal;)+) => {
        /// One column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Column { $($(#[$doc])* $value,)+ }

        impl Column {
            /// Every column.
            pub const ALL: &'static [Column] = &[$(Column::$value,)+];

            /// Returns the name in headers and on the command line.
            pub fn name(self) -> &'static str {
                match self { $(Column::$value => $name,)+ }
            }

            /// Returns the heading of a table.
            pub fn title(self) -> &'static str {
                match self { $(Column::$value => $title,)+ }
            }

            /// Whether the record must be opened to know what stands in it.
            pub fn opens_record(self) -> bool {
                match self { $(Column::$value => $opens,)+ }
            }

            fn others(self) -> &'static [&'static str] {
                match self { $(Column::$value => &[$($other),*],)+ }
            }
        }
    };
}

columns! {
    /// The whole id.
    Id = "id", "ID", [], false;
    /// When.
    Time = "time", "TIMESTAMP", ["timestamp"], false;
    /// What the entry is called.
    Title = "title", "ACTIVITY", [], false;
    /// Which log.
    Scope = "scope", "SCOPE", [], false;
    /// Workspace.
    Workspace = "workspace", "WORKSPACE", [], false;
    /// Event type.
    EventType = "event_type", "EVENT TYPE", ["type"], false;
    /// Subject common to all vendors.
    Class = "class", "CLASS", [], false;
    /// Kind of thing acted on.
    Activity = "activity", "ACTIVITY", [], false;
    /// What was done.
    Action = "action", "ACTION", [], false;
    /// The vendor's code for it.
    ActionCode = "action_code", "CODE", ["code"], false;
    /// One sentence.
    Summary = "summary", "SUMMARY", [], true;
    /// Who, as shown.
    Actor = "actor", "MEMBER", ["member"], false;
    /// Their e-mail address.
    ActorEmail = "actor_email", "E-MAIL", ["email", "actor.email"], false;
    /// Their id.
    ActorId = "actor_id", "MEMBER ID", ["actor.id"], false;
    /// What kind of actor.
    ActorKind = "actor_kind", "KIND", ["kind", "actor.kind"], false;
    /// For whom.
    OnBehalfOf = "on_behalf_of", "ON BEHALF OF", [], true;
    /// Address.
    Ip = "ip", "IP", [], false;
    /// Country.
    Country = "country", "COUNTRY", [], false;
    /// Client.
    UserAgent = "user_agent", "CLIENT", ["agent"], true;
    /// What was acted on, as shown.
    Target = "target", "TARGET", [], false;
    /// Its name alone.
    TargetName = "target_name", "TARGET NAME", ["target.name"], false;
    /// Its type.
    TargetType = "target_type", "TARGET TYPE", ["target.type"], false;
    /// Its id.
    TargetId = "target_id", "TARGET ID", ["target.id"], false;
    /// The paths that changed.
    Changed = "changed", "CHANGED", [], true;
    /// The values before, as one JSON object by path.
    Before = "before", "BEFORE", [], true;
    /// The values after, as one JSON object by path.
    After = "after", "AFTER", [], true;
    /// How it ended.
    Outcome = "outcome", "OUTCOME", [], false;
    /// Why it ended so.
    Reason = "reason", "REASON", [], true;
    /// Request id.
    Request = "request", "REQUEST", [], false;
    /// Session id.
    Session = "session", "SESSION", [], false;
    /// The vendor's page.
    Link = "link", "LINK", [], true;
    /// The user's note.
    Note = "note", "NOTE", [], true;
    /// Format.
    Format = "format", "FORMAT", [], false;
    /// Source.
    Source = "source", "SOURCE", [], false;
    /// Number of the record in its source.
    Record = "record", "RECORD", [], false;
    /// The record as it came.
    Raw = "raw", "RAW", [], true;
}

/// The one thing that the text of a column is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The id.
    Id,
    /// The time.
    Time,
    /// The number of the record.
    Record,
    /// The value of a field.
    Value(Field),
}

/// The columns of an export where none are asked for.
pub const EXPORT: &[Column] = &[
    Column::Id,
    Column::Time,
    Column::Scope,
    Column::Workspace,
    Column::EventType,
    Column::Activity,
    Column::Action,
    Column::ActionCode,
    Column::Summary,
    Column::Actor,
    Column::ActorEmail,
    Column::ActorId,
    Column::ActorKind,
    Column::Ip,
    Column::Country,
    Column::UserAgent,
    Column::TargetType,
    Column::TargetId,
    Column::TargetName,
    Column::Before,
    Column::After,
    Column::Outcome,
    Column::Reason,
    Column::Request,
    Column::Session,
    Column::Source,
    Column::Format,
    Column::Record,
];

/// The columns of a table where none are asked for.
pub const TABLE: &[Column] =
    &[Column::Title, Column::Time, Column::Actor, Column::Ip, Column::Workspace, Column::Outcome];

impl Column {
    /// Returns the column of this name, upper and lower case alike; hyphens stand for underscores too.
    pub fn parse(name: &str) -> Option<Column> {
        let name = name.trim().to_ascii_lowercase().replace('-', "_");
        let named = |column: &Column| column.name() == name || column.others().contains(&name.as_str());
        Column::ALL.iter().copied().find(named)
    }

    /// Reads names with commas between them.
    ///
    /// # Errors
    /// The first name that is none.
    pub fn parse_list(text: &str) -> Result<Vec<Column>, String> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| Column::parse(name).ok_or_else(|| name.to_owned())).collect()
    }

    /// Returns the field to sort or filter by; `None` for what is no field.
    pub fn field(self) -> Option<Field> {
        Some(match self {
            Column::Scope => Field::Scope,
            Column::Workspace => Field::Workspace,
            Column::EventType => Field::EventType,
            Column::Class => Field::Class,
            Column::Activity => Field::Activity,
            Column::Action => Field::Action,
            Column::ActionCode => Field::ActionCode,
            Column::Actor => Field::Actor,
            Column::ActorKind => Field::Kind,
            Column::Ip => Field::Ip,
            Column::Country => Field::Country,
            Column::Target => Field::Target,
            Column::TargetType => Field::TargetType,
            Column::TargetId => Field::TargetId,
            Column::Changed => Field::Changed,
            Column::Outcome => Field::Outcome,
            Column::Request => Field::Request,
            Column::Session => Field::Session,
            Column::Format => Field::Format,
            Column::Source => Field::Source,
            _ => return None,
        })
    }

    /// Returns the fields of a row that its text is made of.
    fn of_row(&self) -> &'static [Field] {
        match self {
            Column::Title => {
                &[Field::Activity, Field::Action, Field::ActionCode, Field::Target, Field::Outcome]
            }
            Column::ActorEmail | Column::ActorId => &[Field::Actor],
            Column::Target | Column::TargetName => &[Field::Target],
            // What is opened where there are changes asks whether there are.
            column if column.opens_record() => &[Field::Changed],
            column => {
                let field = column.field();
                let at = Field::ALL.iter().position(|known| Some(*known) == field);
                at.and_then(|at| Field::ALL.get(at..=at)).unwrap_or_default()
            }
        }
    }

    /// Returns what its text is made of; `None` where that is the record, or more than one thing.
    pub fn part(self) -> Option<Part> {
        match self {
            Column::Id => Some(Part::Id),
            Column::Time => Some(Part::Time),
            Column::Record => Some(Part::Record),
            column if column.opens_record() => None,
            column => match column.of_row() {
                [field] => Some(Part::Value(*field)),
                _ => None,
            },
        }
    }

    /// Returns what stands in the column, original and whole; times are in the zone.
    pub fn text<'a>(self, row: &'a Row, detail: Option<&'a Detail>, zone: Zone) -> Cow<'a, str> {
        let known = |text: &'a Option<std::sync::Arc<str>>| text.as_deref().map(Cow::Borrowed);
        let entry = detail.map(|detail| &detail.entry);
        let text = match self {
            Column::Id => Some(Cow::Owned(row.id.to_string())),
            Column::Time => {
                row.position.time.map(|at| Cow::Owned(zone.format(at, Style::Rfc3339(row.digits))))
            }
            Column::Title => Some(Cow::Owned(present::Title::of_row(row).to_string())),
            Column::ActorEmail => known(&row.actor_email),
            Column::ActorId => known(&row.actor_id),
            Column::ActorKind => (row.kind != ActorKind::Unknown).then_some(Cow::Borrowed(row.kind.as_str())),
            Column::Target => known(&row.target_name).or(known(&row.target_id)),
            Column::TargetId => known(&row.target_id),
            Column::TargetName => known(&row.target_name),
            Column::Record => Some(Cow::Owned(row.record.to_string())),
            Column::Summary => entry.and_then(|entry| entry.summary.as_deref()).map(Cow::Borrowed),
            Column::OnBehalfOf => {
                entry.and_then(|entry| entry.on_behalf_of.as_ref()).map(|actor| Cow::Borrowed(actor.label()))
            }
            Column::UserAgent => entry.and_then(|entry| entry.user_agent.as_deref()).map(Cow::Borrowed),
            Column::Reason => entry.and_then(|entry| entry.reason.as_deref()).map(Cow::Borrowed),
            Column::Link => entry.and_then(|entry| entry.link.as_deref()).map(Cow::Borrowed),
            Column::Changed => entry.map(|entry| Cow::Owned(paths(&entry.changes))),
            Column::Before => entry.map(|entry| Cow::Owned(side(&entry.changes, |change| &change.before))),
            Column::After => entry.map(|entry| Cow::Owned(side(&entry.changes, |change| &change.after))),
            // What is not known is an empty cell, as it is null in JSON.
            Column::Outcome if row.outcome == Outcome::Unknown => None,
            Column::Note => detail.and_then(|detail| detail.note.as_deref()).map(Cow::Borrowed),
            Column::Raw => detail.map(|detail| String::from_utf8_lossy(detail.raw())),
            _ => self.field().and_then(|field| row.shown_value(field)),
        };
        text.unwrap_or_default()
    }
}

/// Returns which rows' records must be opened to know what stands in some columns.
pub fn opens(columns: &[Column]) -> Opens {
    let of_changes = |column: &Column| matches!(column, Column::Before | Column::After | Column::Changed);
    let opening: Vec<_> = columns.iter().filter(|column| column.opens_record()).collect();
    match opening.as_slice() {
        [] => Opens::Never,
        some if some.iter().all(|column| of_changes(column)) => Opens::WithChanges,
        _ => Opens::Always,
    }
}

/// Returns the fields whose values rows need to know what stands in some columns.
pub fn fields(columns: &[Column]) -> Vec<Field> {
    let mut fields: Vec<Field> = columns.iter().flat_map(Column::of_row).copied().collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

fn paths(changes: &[Change<'_>]) -> String {
    changes.iter().map(|change| change.path.as_ref()).collect::<Vec<_>>().join(", ")
}

/// Returns one side of the changes as a JSON object by path; empty where no change has it.
fn side<'a>(changes: &'a [Change<'_>], value: impl Fn(&'a Change<'_>) -> &'a Option<Cow<'a, str>>) -> String {
    let mut out = String::new();
    for change in changes {
        let Some(value) = value(change) else { continue };
        out.push(if out.is_empty() { '{' } else { ',' });
        push_string(&mut out, &change.path);
        out.push(':');
        // What a format took for JSON text is checked, so that the cell always is JSON.
        if Doc::new().parse(value).is_ok() {
            out.push_str(value);
        } else {
            push_string(&mut out, value);
        }
    }
    if !out.is_empty() {
        out.push('}');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChangeOp, Provenance};

    #[test]
    fn every_name_is_read_back_and_is_one_columns_alone() {
        let mut names = std::collections::BTreeSet::new();
        for column in Column::ALL {
            assert_eq!(Column::parse(column.name()), Some(*column));
            for name in column.others().iter().chain([&column.name()]) {
                assert!(names.insert(*name), "{name} is taken twice");
            }
        }
        assert_eq!(Column::parse("Event-Type"), Some(Column::EventType));
        assert_eq!(Column::parse_list("time, nope"), Err("nope".to_owned()));
    }

    #[test]
    fn a_column_is_the_field_of_its_name() {
        for column in Column::ALL {
            let field = match column {
                Column::EventType => "type",
                Column::ActionCode => "code",
                Column::ActorKind => "kind",
                Column::TargetType => "target.type",
                Column::TargetId => "target.id",
                other => other.name(),
            };
            assert_eq!(column.field(), Field::parse(field), "{field}");
        }
    }

    #[test]
    fn a_side_is_one_object() {
        let change = |path: &'static str, before: Option<&'static str>, after: Option<&'static str>| Change {
            path: path.into(),
            op: ChangeOp::Replace,
            before: before.map(Cow::Borrowed),
            after: after.map(Cow::Borrowed),
            provenance: Provenance::Recorded,
        };
        let changes = [change("a.\"x\"", Some("1"), None), change("b", Some("not json"), Some("[2]"))];
        assert_eq!(side(&changes, |change| &change.before), r#"{"a.\"x\"":1,"b":"not json"}"#);
        assert_eq!(side(&changes, |change| &change.after), r#"{"b":[2]}"#);
        assert_eq!(side(&[], |change| &change.after), "");
        assert_eq!(paths(&changes), "a.\"x\", b");
    }
}
