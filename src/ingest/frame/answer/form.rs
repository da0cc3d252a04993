//! The forms that are known, as `assets/answers.toml` declares them, each as a tree of the members it may have.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::cells::{Cells, Convert};

/// One form of an answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    /// Names it in the store.
    pub(super) name: String,
    /// What it is called in messages.
    pub(super) title: String,
    /// Path to the list of columns; nothing where each cell names its own.
    pub(super) columns: Option<String>,
    /// Path to the list of rows.
    pub(super) rows: String,
    /// How a column says what it is.
    #[serde(default)]
    pub(super) column: ColumnForm,
    /// How a row holds its cells.
    #[serde(default)]
    pub(super) cells: Cells,
    /// Members of which each must stand in a document at least once.
    #[serde(default)]
    pub(super) needs: Vec<String>,
    /// Members whose value must be one of these texts, wherever they stand.
    #[serde(default)]
    pub(super) is: BTreeMap<String, Vec<String>>,
    /// Of several tables those are read whose member has this text; the others speak of the query.
    pub(super) pick: Option<Pick>,
    /// Tables behind the first with exactly these columns speak of the query.
    #[serde(default)]
    pub(super) about: Vec<Vec<String>>,
    /// Members that may stand beside columns and rows.
    #[serde(default)]
    beside: Vec<String>,
    /// Of these, those that say when the query was asked.
    #[serde(default)]
    pub(super) times: Vec<String>,
    /// The first row of a document may repeat the names of the columns.
    #[serde(default)]
    pub(super) header_row: bool,
    /// Nothing but columns and rows marks it: every row must fit.
    #[serde(default)]
    pub(super) loose: bool,
    /// It is known, but cannot be read: what to do instead.
    pub(super) instead: Option<String>,
    #[serde(skip)]
    pub(super) tree: Tree,
}

/// How a column says what it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnForm {
    /// A column may be its name alone.
    #[serde(default)]
    pub(super) text: bool,
    /// Member with its name.
    pub(super) name: Option<String>,
    /// Member with its type, which it must have.
    pub(super) r#type: Option<String>,
    /// Member with the columns inside it.
    pub(super) fields: Option<String>,
    /// What becomes of cells, by type.
    #[serde(default)]
    pub(super) convert: BTreeMap<String, Convert>,
}

/// Which of several tables is read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pick {
    pub(super) member: String,
    pub(super) value: String,
}

/// The members of a form; the first node is the document.
#[derive(Debug, Default)]
pub(super) struct Tree(Vec<Node>);

/// Place of a node in its tree.
pub(super) type At = usize;

#[derive(Debug, Default)]
struct Node {
    path: String,
    role: Role,
    each: Option<At>,
    members: Vec<(String, At)>,
}

/// What a place in a document holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// It leads on.
    #[default]
    Way,
    Columns,
    Rows,
    Beside,
}

/// What must stand at a place that leads on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    Members,
    Elements(At),
}

impl Tree {
    fn of(form: &Form) -> Tree {
        let mut tree = Tree(vec![Node::default()]);
        let of_query = form.pick.iter().map(|pick| &pick.member).chain(form.is.keys());
        for path in form.beside.iter().chain(&form.needs).chain(of_query).chain(&form.times) {
            tree.add(path, Role::Beside);
        }
        if let Some(path) = &form.columns {
            tree.add(path, Role::Columns);
        }
        tree.add(&form.rows, Role::Rows);
        tree
    }

    fn add(&mut self, path: &str, role: Role) {
        let mut at = 0;
        for step in path.split('.') {
            let key = step.trim_end_matches("[]");
            if !key.is_empty() {
                at = self.member(at, key);
            }
            for _ in 0..(step.len() - key.len()) / 2 {
                at = self.element(at);
            }
        }
        self.0[at].role = role;
    }

    fn push(&mut self, path: String) -> At {
        self.0.push(Node { path, ..Node::default() });
        self.0.len() - 1
    }

    fn member(&mut self, at: At, key: &str) -> At {
        if let Some(known) = self.below(at, key) {
            return known;
        }
        let node = &self.0[at];
        let path = if node.path.is_empty() { key.to_owned() } else { format!("{}.{key}", node.path) };
        let new = self.push(path);
        self.0[at].members.push((key.to_owned(), new));
        new
    }

    fn element(&mut self, at: At) -> At {
        if let Some(known) = self.0[at].each {
            return known;
        }
        let new = self.push(format!("{}[]", self.0[at].path));
        self.0[at].each = Some(new);
        new
    }

    pub(super) fn below(&self, at: At, key: &str) -> Option<At> {
        self.0[at].members.iter().find(|(known, _)| known == key).map(|(_, at)| *at)
    }

    pub(super) fn role(&self, at: At) -> Role {
        self.0[at].role
    }

    pub(super) fn leads(&self, at: At) -> Leads {
        self.0[at].each.map_or(Leads::Members, Leads::Elements)
    }

    /// Returns the path of a place, as the form spells it.
    pub(super) fn path(&self, at: At) -> &str {
        &self.0[at].path
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    form: Vec<Form>,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let text = include_str!("../../../../assets/answers.toml");
    let mut forms = toml::from_str::<File>(text).expect("a test reads the built-in forms").form;
    for form in &mut forms {
        form.tree = Tree::of(form);
    }
    forms
});

/// Returns every form, those with the surest marks first.
pub(super) fn forms() -> &'static [Form] {
    &FORMS
}

/// Returns what a form is called in messages.
pub(crate) fn title(name: &str) -> &'static str {
    let form = FORMS.iter().find(|form| form.name == name);
    form.map_or("an answer of a query", |form| form.title.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_declared_in_full() {
        let mut names: Vec<&str> = Vec::new();
        for form in forms() {
            assert!(!names.contains(&form.name.as_str()), "{} twice", form.name);
            names.push(&form.name);
            let own = form.cells.name_their_columns();
            assert_eq!(form.columns.is_none(), own, "{}", form.name);
            assert!(own || form.column.text || form.column.name.is_some(), "{}: no name", form.name);
            assert!(form.title.starts_with(['a', 'A']), "{}: {}", form.name, form.title);
            // Rows end where a table does, so columns lie in the same element of the same list.
            let lists = |path: &str| path.rsplit_once("[]").map(|(list, _)| list.to_owned());
            if let Some(columns) = &form.columns {
                assert_eq!(lists(columns), lists(&form.rows), "{}", form.name);
            }
            for path in form.times.iter().chain(&form.needs) {
                assert!(!path.is_empty(), "{}", form.name);
            }
        }
        assert!(forms().iter().any(|form| form.loose));
    }
}
