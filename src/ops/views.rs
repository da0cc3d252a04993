//! Views: a query with its columns and its order, kept in the store under a name.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Access, column};
use crate::query::{Filter, ParseContext, QueryError, Sort};
use crate::store::{Result, Writer};

/// Longest name of a view, in characters.
pub const LONGEST_NAME: usize = 60;

/// What a view shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The query as typed, so that `7d` goes along with the clock.
    pub query: String,
    /// Names of the columns; none are the usual ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The order, like `actor:desc`; empty is newest first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sort: String,
}

impl Body {
    /// Returns the body of what is shown now.
    pub fn new(query: String, columns: Vec<String>, sort: Sort) -> Body {
        let sort = if sort == Sort::default() { String::new() } else { column::sort_text(sort) };
        Body { query, columns, sort }
    }

    /// Returns the filter of its query.
    ///
    /// # Errors
    /// The query is not understood, as after an edit by hand.
    pub fn filter(&self, context: &ParseContext) -> std::result::Result<Filter, QueryError> {
        crate::query::parse(&self.query, context)
    }

    /// Returns its order; one that is not understood is newest first.
    pub fn order(&self) -> Sort {
        column::parse_sort(&self.sort).unwrap_or_default()
    }
}

/// A view with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name, unlike all others.
    pub name: String,
    /// Kept in the store, not there from the start.
    #[serde(skip)]
    pub own: bool,
    /// What it shows.
    #[serde(flatten)]
    pub body: Body,
}

#[derive(Deserialize)]
struct BuiltIn {
    view: Vec<View>,
}

static BUILT_IN: LazyLock<Vec<View>> = LazyLock::new(|| {
    let text = include_str!("../../assets/views.toml");
    toml::from_str::<BuiltIn>(text).expect("a test reads the file").view
});

/// Returns the views there are: those of the store by name, then those that are there from the start. What the store
/// holds and cannot be read, as of a newer version, is left out.
///
/// # Errors
/// The store cannot be read.
pub fn all(access: &mut Access) -> Result<Vec<View>> {
    let mut views: Vec<View> = access.views()?.into_iter().filter_map(own).collect();
    views.sort_by(|a, b| a.name.cmp(&b.name));
    let free: Vec<View> =
        BUILT_IN.iter().filter(|view| views.iter().all(|own| own.name != view.name)).cloned().collect();
    views.extend(free);
    Ok(views)
}

/// Returns the names of the views that are there from the start.
pub fn built_in() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|view| view.name.as_str())
}

fn own((name, body): (String, String)) -> Option<View> {
    Some(View { name, own: true, body: serde_json::from_str(&body).ok()? })
}

/// Returns the view of this name.
///
/// # Errors
/// The store cannot be read.
pub fn named(access: &mut Access, name: &str) -> Result<Option<View>> {
    Ok(all(access)?.into_iter().find(|view| view.name == name))
}

/// Returns a name as it is kept: without white space around it, and what is wrong with it otherwise.
///
/// # Errors
/// It is empty, too long, or holds control characters.
pub fn name(text: &str) -> std::result::Result<&str, &'static str> {
    let name = text.trim();
    match name {
        "" => Err("a view needs a name"),
        _ if name.chars().count() > LONGEST_NAME => Err("a name has at most 60 characters"),
        _ if name.chars().any(char::is_control) => Err("a name has no control characters"),
        _ => Ok(name),
    }
}

/// Keeps a view, in place of one with its name, or forgets it.
///
/// # Errors
/// The store cannot be written to.
pub fn keep(writer: &mut dyn Writer, name: &str, body: Option<&Body>) -> Result<()> {
    let text = body.map(|body| serde_json::to_string(body).expect("texts are JSON"));
    writer.set_view(name, text.as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, Timestamp, Zone};
    use crate::query::SortKey;

    fn context() -> ParseContext {
        ParseContext { now: Timestamp(1_700_000_000_000_000_000), zone: Zone::Utc }
    }

    #[test]
    fn those_from_the_start_are_understood() {
        assert!(BUILT_IN.len() >= 5);
        for view in BUILT_IN.iter() {
            view.body.filter(&context()).unwrap_or_else(|error| panic!("{}: {error}", view.name));
            assert_eq!(name(&view.name), Ok(view.name.as_str()));
            assert!(!view.own);
        }
        let mut names: Vec<_> = BUILT_IN.iter().map(|view| view.name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), BUILT_IN.len());
    }

    #[test]
    fn a_body_comes_back_as_it_was() {
        for sort in [
            Sort::default(),
            Sort { key: SortKey::Time, descending: false },
            Sort { key: SortKey::Field(Field::Actor), descending: true },
            Sort { key: SortKey::Field(Field::TargetType), descending: false },
        ] {
            let body = Body::new("-kind:system since:7d".to_owned(), vec!["ip".to_owned()], sort);
            let text = serde_json::to_string(&body).unwrap();
            let view = own(("mine".to_owned(), text)).unwrap();
            assert_eq!((view.body.order(), &view.body), (sort, &body));
        }
        assert_eq!(own(("newer".to_owned(), r#"{"query":"","shape":"round"}"#.to_owned())), None);
        assert_eq!(own(("spoilt".to_owned(), "{".to_owned())), None);
    }

    #[test]
    fn names_are_short_and_plain() {
        assert_eq!(name("  on call "), Ok("on call"));
        assert!(name(" ").is_err() && name("a\u{1b}[2J").is_err() && name(&"x".repeat(61)).is_err());
    }
}
