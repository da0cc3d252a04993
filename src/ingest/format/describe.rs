//! Parts of a plan as a person writes them in a format file.

use super::plan::{FieldRef, How, Piece, Rule, Source};

impl FieldRef {
    /// Every field that can be referred to, by its name behind the `$`.
    pub(super) const ALL: &[(&str, FieldRef)] = &[
        ("action_code", FieldRef::ActionCode),
        ("action", FieldRef::Action),
        ("class", FieldRef::Class),
        ("outcome", FieldRef::Outcome),
        ("activity", FieldRef::Activity),
        ("event_type", FieldRef::EventType),
        ("actor", FieldRef::Actor),
        ("target", FieldRef::Target),
        ("target.type", FieldRef::TargetKind),
        ("target.id", FieldRef::TargetId),
        ("workspace", FieldRef::Workspace),
        ("id", FieldRef::Id),
    ];

    fn name(self) -> &'static str {
        FieldRef::ALL.iter().find(|(_, field)| *field == self).map_or("", |&(name, _)| name)
    }
}

impl How {
    /// Every conversion by its name.
    pub(super) const ALL: &[(&str, How)] = &[
        ("text", How::Plain),
        ("lower", How::Lower),
        ("upper", How::Upper),
        ("title", How::Title),
        ("verb", How::Verb),
        ("outcome", How::Outcome),
        ("failure", How::Failure),
        ("told", How::Told),
        ("class", How::Class),
        ("subject", How::Subject),
        ("json", How::Json),
        ("address", How::Address),
        ("email", How::Email),
        ("name", How::Name),
        ("kind", How::Kind),
        ("somebody", How::Somebody),
        ("url", How::Url),
    ];

    /// Returns the name of the conversion.
    pub(crate) fn name(self) -> &'static str {
        How::ALL.iter().find(|(_, how)| *how == self).map_or("", |&(name, _)| name)
    }
}

impl Source {
    /// Returns the text that says where a value comes from.
    pub(crate) fn describe(&self) -> String {
        match self {
            Source::Path(path) => path.text.to_string(),
            Source::Constant(text) => format!("={text}"),
            Source::Field(field) => format!("${}", field.name()),
            Source::Template(pieces) => pieces.iter().map(piece).collect(),
        }
    }
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.to_string(),
        Piece::Value(source, optional) => {
            format!("{{{}{}}}", source.describe(), if *optional { "?" } else { "" })
        }
    }
}

impl Rule {
    /// Returns where a value comes from and what is made of it, less its conditions.
    pub(crate) fn describe(&self) -> String {
        let mut text = self.source.describe();
        if let Some(cut) = &self.cut {
            let one = |what: &str, mark: &str| format!(", {what} '{mark}'");
            text.extend(cut.after.iter().map(|mark| one("after", mark)));
            text.extend(cut.after_first.iter().map(|mark| one("after the first", mark)));
            text.extend(cut.before_last.iter().map(|mark| one("before the last", mark)));
            text.extend(cut.before.iter().map(|mark| one("before", mark)));
            text.push_str(if cut.needs_mark { " (else nothing)" } else { "" });
        }
        if self.words.is_some() {
            text.push_str(", by a table");
        }
        match self.how {
            How::Plain => text,
            how => format!("{text}, as {}", how.name()),
        }
    }
}
