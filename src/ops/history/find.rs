//! Which object is meant: by id, by exact name, by `type/name`, or by a link to one of its entries.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{EntryId, Field, Timestamp};
use crate::ops::{Access, Lookup, link};
use crate::query::{Anchor, Answer, Expr, Filter, PageRequest, Row, Sort, Watch};
use crate::store::Result;

use super::renames::Objects;
use super::{OLDEST_FIRST, ObjectKey};

/// An object with what its entries call it.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectInfo {
    /// What tells it apart.
    pub key: ObjectKey,
    /// Its latest name.
    pub name: Option<Arc<str>>,
    /// Activity of its latest entry.
    pub activity: Option<Arc<str>>,
    /// Entries known of it.
    pub entries: usize,
    /// The latest of them.
    pub latest: Option<EntryId>,
    /// Time of the first and last of them.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// What looking for an object gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// This one.
    One(Box<ObjectInfo>),
    /// Any of these.
    Many(Vec<ObjectInfo>),
    /// The store knows one, but the plan does not show it.
    Outside,
    /// The store knows none.
    Nothing,
}

impl ObjectInfo {
    /// Returns what rows, the oldest first, say of their object.
    pub fn of(key: ObjectKey, rows: &[Row]) -> ObjectInfo {
        let last =
            |value: fn(&Row) -> &Option<Arc<str>>| rows.iter().rev().find_map(|row| value(row).clone());
        let times = || rows.iter().filter_map(|row| row.position.time);
        ObjectInfo {
            key,
            name: last(|row| &row.target_name),
            activity: last(|row| &row.activity),
            entries: rows.len(),
            latest: rows.last().map(|row| row.id),
            span: times().min().zip(times().max()),
        }
    }

    /// Returns what it is called: `campaign 'Spring sale'`.
    pub fn title(&self) -> String {
        let kind = self.key.kind.as_deref().or(self.activity.as_deref()).unwrap_or("object");
        format!("{kind} '{}'", self.name.as_deref().unwrap_or(&self.key.id))
    }
}

/// Looks for an object.
///
/// # Errors
/// The store cannot be read.
pub fn find(access: &mut Access, text: &str, watch: &mut dyn Watch) -> Result<Answer<Found>> {
    let text = text.trim();
    let Some((rows, mut outside)) = access.with_target(text, watch)? else { return Ok(None) };
    let Some(known) = access.objects(watch)? else { return Ok(None) };
    let mut objects = group(&known, rows);
    for address in addresses(text) {
        if !objects.is_empty() {
            break;
        }
        let Some((rows, more)) = access.with_target(address.name, watch)? else { return Ok(None) };
        let of = |rows: &[Row], by: fn(&Row, &str) -> bool| -> Vec<Row> {
            let is = |row: &&Row| address.words.iter().all(|word| by(row, word));
            rows.iter().filter(is).cloned().collect()
        };
        // The activity stands for the type where no type is called so.
        let named = of(&rows, is_of);
        objects = group(&known, if named.is_empty() { of(&rows, is_about) } else { named });
        objects.retain(|object| !address.by_id || *object.key.id == *address.name);
        outside += more;
    }
    if objects.is_empty()
        && let Some(object) = of_entry(access, &known, text)?
    {
        objects.push(object);
    }
    let found = match objects.len() {
        0 if outside > 0 => Found::Outside,
        0 => Found::Nothing,
        1 => Found::One(Box::new(objects.remove(0))),
        _ => {
            for object in objects.iter_mut().take(COMPLETED) {
                let Some((mut rows, _)) = super::rows_of(access, &object.key, watch)? else {
                    return Ok(None);
                };
                rows.sort_by(|a, b| OLDEST_FIRST.compare(a, b));
                *object = ObjectInfo::of(object.key.clone(), &rows);
            }
            Found::Many(objects)
        }
    };
    Ok(Some(found))
}

/// Of so many objects that one text names all entries are counted; of others those under that name.
const COMPLETED: usize = 32;

/// What an object is called where its name alone is not enough.
struct Address<'t> {
    /// Words for its type, workspace and format.
    words: Vec<&'t str>,
    /// Its id or name.
    name: &'t str,
    /// It is the id.
    by_id: bool,
}

/// Reads `type/name`, `workspace/type/name`, `format/workspace/type/name`, each with `id:` before an id; names may hold
/// slashes.
fn addresses(text: &str) -> impl Iterator<Item = Address<'_>> {
    let parts: Vec<&str> = text.split('/').collect();
    let starts = text.match_indices('/').map(|(at, _)| at + 1);
    let ends = std::iter::once(0).chain(starts).take(MOST_WORDS + 1).collect::<Vec<_>>();
    ends.into_iter().enumerate().filter_map(move |(words, start)| {
        let rest = text.get(start..)?;
        let (name, by_id) = rest.strip_prefix(BY_ID).map_or((rest, false), |id| (id, true));
        let useful = (words > 0 || by_id) && !name.is_empty();
        useful.then(|| Address { words: parts.get(..words).unwrap_or_default().to_vec(), name, by_id })
    })
}

/// Type, workspace and format.
const MOST_WORDS: usize = 3;

/// Stands before an id that is also a name.
const BY_ID: &str = "id:";

fn is_of(row: &Row, word: &str) -> bool {
    is_among([row.target_type.as_ref(), row.workspace.as_ref(), Some(&row.format)], word)
}

fn is_among(known: [Option<&Arc<str>>; 3], word: &str) -> bool {
    known.into_iter().flatten().any(|known| known.eq_ignore_ascii_case(word))
}

fn is_about(row: &Row, word: &str) -> bool {
    is_of(row, word) || row.activity.as_deref().is_some_and(|activity| activity.eq_ignore_ascii_case(word))
}

/// Returns for each of several objects that one text names what names it alone: its id, with as many words before
/// it as are needed.
pub fn told_apart(text: &str, objects: &[ObjectInfo]) -> Vec<String> {
    objects.iter().map(|object| own_words(text, object, objects)).collect()
}

fn own_words(text: &str, object: &ObjectInfo, all: &[ObjectInfo]) -> String {
    let key = &object.key;
    let kind = key.kind.as_deref().or(object.activity.as_deref());
    let words: Vec<&str> =
        [kind, key.workspace.as_deref(), Some(&key.format)].into_iter().flatten().collect();
    let is_named = |other: &ObjectInfo, by_id: bool| {
        let name = || *key.id == *text || other.name.as_deref() == Some(&*key.id);
        other.key.id == key.id || (!by_id && name())
    };
    let is_told = |other: &ObjectInfo, words: &[&str]| {
        let kind = other.key.kind.as_ref().or(other.activity.as_ref());
        let known = [kind, other.key.workspace.as_ref(), Some(&other.key.format)];
        words.iter().all(|word| is_among(known, word))
    };
    for by_id in [false, true] {
        for n in 0..=words.len() {
            let some = words.get(..n).unwrap_or_default();
            let hits = all.iter().filter(|other| is_named(other, by_id) && is_told(other, some)).count();
            if hits == 1 {
                let id = if by_id { format!("{BY_ID}{}", key.id) } else { key.id.to_string() };
                return some.iter().rev().map(|word| format!("{word}/")).collect::<String>() + &id;
            }
        }
    }
    // Others had the same id at another time: an entry tells which it is.
    object.latest.map_or_else(|| key.id.to_string(), EntryId::short)
}

/// Rows looked at for objects of the same type.
const ROWS: usize = 2_000;

/// Returns objects that the object of an entry may be compared with: those of the same name, then others of its
/// type that were touched last, as far as the latest entries show.
///
/// # Errors
/// The store cannot be read.
pub fn alike(
    access: &mut Access,
    id: EntryId,
    most: usize,
    watch: &mut dyn Watch,
) -> Result<Answer<Vec<ObjectInfo>>> {
    let Lookup::Found(rows) = access.find(&id.into(), 1)? else { return Ok(Some(Vec::new())) };
    let Some(row) = rows.first().cloned() else { return Ok(Some(Vec::new())) };
    let Some(objects) = access.objects(watch)? else { return Ok(None) };
    let own = objects.of(&row);
    let mut found: Vec<ObjectInfo> = Vec::new();
    if let Some(name) = row.target_name.as_deref() {
        let Some((named, _)) = access.with_target(name, watch)? else { return Ok(None) };
        found = group(&objects, named);
    }
    let Some(kind) = row.target_type.as_deref() else { return Ok(Some(found)) };
    let same = [(Field::TargetType, kind), (Field::Format, &*row.format)];
    let filter =
        Filter::from_conjuncts(same.into_iter().map(|(field, value)| Expr::value(field, value)).collect());
    let request = PageRequest { filter, sort: Sort::default(), anchor: Anchor::First, limit: ROWS };
    let Some(page) = access.page(&request, watch)? else { return Ok(None) };
    for object in group(&objects, page.rows) {
        if !found.iter().any(|known| known.key == object.key) {
            found.push(object);
        }
    }
    found.retain(|object| Some(&object.key) != own.as_ref() && object.key.kind == row.target_type);
    found.truncate(most);
    Ok(Some(found))
}

/// Returns the object of the one entry that a link or id names.
fn of_entry(access: &mut Access, known: &Objects, text: &str) -> Result<Option<ObjectInfo>> {
    let Ok(prefix) = link::read(text) else { return Ok(None) };
    let Lookup::Found(rows) = access.find(&prefix, 2)? else { return Ok(None) };
    let [row] = rows.as_slice() else { return Ok(None) };
    Ok(known.of(row).map(|key| ObjectInfo::of(key, std::slice::from_ref(row))))
}

/// Groups rows by their objects, the one with the latest entry first.
fn group(known: &Objects, mut rows: Vec<Row>) -> Vec<ObjectInfo> {
    rows.sort_by(|a, b| OLDEST_FIRST.compare(a, b));
    let mut groups: BTreeMap<ObjectKey, Vec<Row>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = known.of(&row) {
            groups.entry(key).or_default().push(row);
        }
    }
    let mut objects: Vec<_> = groups.into_iter().map(|(key, rows)| ObjectInfo::of(key, &rows)).collect();
    objects.sort_by_key(|object| std::cmp::Reverse(object.span.map(|(_, last)| last)));
    objects
}
