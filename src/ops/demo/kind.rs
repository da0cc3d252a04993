//! Kinds of objects, one for each activity, and the objects there are of each at a time.

use serde::Deserialize;

use crate::domain::{Catalog, Scope};

use super::bytes;
use super::cast::{Cast, Pattern};
use super::random::{Random, mix};
use super::value::{Field, FieldFile, Value};

/// A kind of objects.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) scope: Scope,
    /// From `event_type` to `object_type`, as JSON text with a comma in front.
    pub(super) labels: Vec<u8>,
    pub(super) weight: u64,
    /// How many there are at a time in each log.
    pub(super) live: usize,
    pub(super) creates: bool,
    pub(super) updates: bool,
    pub(super) deletes: bool,
    pub(super) by: By,
    pub(super) fields: Vec<Field>,
    id: String,
    names: Vec<Pattern>,
}

/// Who acts on objects of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum By {
    #[default]
    Member,
    Mixed,
}

/// One object as it is now.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) number: u64,
    pub(super) name: u64,
    pub(super) values: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindsFile {
    kind: Vec<KindFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindFile {
    activity: String,
    object: String,
    #[serde(default)]
    id: String,
    weight: u64,
    #[serde(default = "six")]
    live: usize,
    #[serde(default = "all_acts")]
    acts: String,
    #[serde(default)]
    by: By,
    name: Vec<toml::Value>,
    fields: Vec<FieldFile>,
}

fn six() -> usize {
    6
}

fn all_acts() -> String {
    "cud".to_owned()
}

impl Kind {
    /// Reads every kind of the assets.
    pub(super) fn load(cast: &Cast) -> Vec<Kind> {
        let file: KindsFile = toml::from_str(include_str!("../../../assets/demo/kinds.toml"))
            .expect("a test reads the built-in kinds");
        file.kind.iter().map(|kind| Kind::read(kind, cast)).collect()
    }

    fn read(file: &KindFile, cast: &Cast) -> Kind {
        let known = Catalog::builtin().find(&file.activity).expect("a test compares kinds and catalogue");
        Kind {
            scope: known.group.scope,
            labels: labels(&known.group.event_type, &file.activity, &file.object),
            weight: file.weight,
            live: file.live,
            creates: file.acts.contains('c'),
            updates: file.acts.contains('u'),
            deletes: file.acts.contains('d'),
            by: file.by,
            fields: file.fields.iter().map(|field| Field::read(field, cast)).collect(),
            id: file.id.clone(),
            names: file.name.iter().map(|name| Pattern::read(name, cast)).collect(),
        }
    }

    /// Returns a new object.
    pub(super) fn object(&self, number: u64, name: u64, now_ms: u64, random: &mut Random) -> Object {
        let values = self.fields.iter().map(|field| field.first(now_ms, random)).collect();
        Object { number, name, values }
    }

    /// Appends the object's id as JSON text: a number, or a prefix with ten hexadecimal digits.
    pub(super) fn write_id(&self, object: &Object, out: &mut Vec<u8>) {
        if self.id.is_empty() {
            return bytes::decimal(object.number, out);
        }
        out.push(b'"');
        out.extend_from_slice(self.id.as_bytes());
        bytes::hex(mix(object.number), 10, out);
        out.push(b'"');
    }

    /// Appends the object's name as JSON text.
    pub(super) fn write_name(&self, name: u64, out: &mut Vec<u8>) {
        // Neighbouring seeds of names use the patterns in turn.
        self.names[name as usize % self.names.len()].write(name, out);
    }

    /// Appends the object as it is now: all of it, or its id and name alone.
    pub(super) fn write_object(&self, object: &Object, lean: bool, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"id\":");
        self.write_id(object, out);
        out.extend_from_slice(b",\"name\":");
        self.write_name(object.name, out);
        if !lean {
            for (field, value) in self.fields.iter().zip(&object.values) {
                out.push(b',');
                out.extend_from_slice(&field.key);
                out.push(b':');
                field.write(value, out);
            }
        }
        out.push(b'}');
    }

    /// Whether the object's steps are all done, so that nothing more happens to it.
    pub(super) fn is_done(&self, object: &Object) -> bool {
        let done = |(field, value): (&Field, &Value)| match value {
            Value::One(n) => field.last_step() == Some(*n),
            Value::Rows(_) => false,
        };
        self.fields.iter().zip(&object.values).any(done)
    }
}

/// Returns what every record of an activity says of it.
pub(super) fn labels(event_type: &str, activity: &str, object: &str) -> Vec<u8> {
    let quote = crate::domain::json::quote;
    let (event_type, activity, object) = (quote(event_type), quote(activity), quote(object));
    format!(",\"event_type\":{event_type},\"activity\":{activity},\"object_type\":{object}").into_bytes()
}
