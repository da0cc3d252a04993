//! Imports files into the store that is looked at: a name, what it leads to, and Enter.

use crate::present::number::size;
use crate::present::sanitise::plain_in;
use crate::present::{Line, Role};
use crate::tui::widgets::{TextField, frame, line, middle};

use super::shared::{Pressed, Rows, wrapped};
use super::*;

/// What a name leads to. Folders are not walked for it: there may be a whole disk below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lead {
    /// A file of so many bytes; 0 where that is unknown.
    File(u64),
    /// A folder.
    Folder,
    /// A pattern, of whatever files.
    Pattern,
}

/// What is known of a name that is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Importable {
    /// What it leads to; why nowhere.
    pub lead: Result<Lead, String>,
    /// Names that begin like what was typed, folders with a `/` behind.
    pub names: Vec<String>,
}

/// The dialog: one line with the name of a file, a folder or a pattern.
#[derive(Clone, Debug, Default)]
pub struct ImportDialog {
    field: TextField,
    known: Option<(String, Importable)>,
    tried: bool,
}

impl ImportDialog {
    /// Opens it.
    pub fn new() -> ImportDialog {
        ImportDialog::default()
    }

    fn name(&self) -> &str {
        self.field.value().trim()
    }

    fn told(&self) -> Option<&Importable> {
        self.known.as_ref().filter(|(name, _)| name == self.name()).map(|(_, found)| found)
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        let open = self.told().is_none();
        open.then(|| Want::Importable(self.name().to_owned())).into_iter().collect()
    }

    pub(super) fn supply(&mut self, supply: &Supply) {
        if let Supply::Importable(name, found) = supply {
            self.known = Some((name.clone(), found.clone()));
        }
    }

    pub(super) fn update(&mut self, input: &Input, desk: &Desk<'_>) -> Reply {
        match input {
            Input::Paste(text) => self.field.paste(text.trim()),
            Input::Key(key) => match desk.pressed(*key, false) {
                Pressed::Cancel => return Reply::Close,
                Pressed::Accept => return self.accept(),
                Pressed::Complete => self.complete(),
                Pressed::Other(key) => {
                    self.field.handle(key);
                }
                _ => {}
            },
        }
        self.tried = false;
        Reply::Stay
    }

    /// What was not looked at yet is imported all the same: the import says what is wrong with it.
    fn accept(&mut self) -> Reply {
        self.tried = true;
        let wrong = self.told().is_some_and(|found| found.lead.is_err());
        if self.name().is_empty() || self.name() == "-" || wrong {
            return Reply::Stay;
        }
        Reply::finish(Intent::Import(self.name().to_owned()))
    }

    /// Adds what all names have in common that begin like this.
    fn complete(&mut self) {
        let Some(found) = self.told() else { return };
        if let Some(more) = common(&found.names).filter(|more| more.len() > self.name().len()) {
            self.field.set(&more);
        }
    }

    pub(super) fn view(
        &self,
        desk: &Desk<'_>,
        look: Look<'_>,
        area: Rect,
        buffer: &mut Buffer,
    ) -> Option<Position> {
        let tab = desk.key(Action::Complete);
        let keys = desk.keys("import", &[(tab.as_str(), "complete")]);
        let inside = frame(look, "Import", &keys, middle(area, 76, 9), buffer);
        let mut rows = Rows::new(inside);
        let label = "A file, a folder or a pattern like logs/*.json:";
        line(look, Role::Text, &Line::of(Role::Label, label), rows.take(1), buffer);
        let cursor = self.field.view(look, None, rows.take(1), buffer);
        rows.take(1);
        let rest = rows.rest();
        let words = wrapped(&self.echo(look), usize::from(rest.width), usize::from(rest.height));
        for (y, words) in (rest.y..rest.bottom()).zip(&words) {
            line(look, Role::Text, words, Rect { y, height: 1, ..rest }, buffer);
        }
        cursor
    }

    fn echo(&self, look: Look<'_>) -> Line {
        let said = |role, text: &str| Line::of(role, plain_in(text, look.glyphs.charset));
        let Some(found) = self.told() else { return Line::new() };
        match (self.name(), &found.lead) {
            ("", _) => said(Role::Dim, "Records that the store holds are not added again."),
            ("-", _) => said(Role::Error, "the standard input is the keyboard here; import a file"),
            (_, Ok(Lead::File(bytes))) => said(Role::Good, &format!("a file of {}", size(*bytes))),
            (_, Ok(Lead::Folder)) => said(Role::Good, "a folder: all logs in it and below it"),
            (_, Ok(Lead::Pattern)) => said(Role::Good, "a pattern: all logs that it fits"),
            (_, Err(_)) if !self.tried && !found.names.is_empty() => {
                said(Role::Dim, &last_parts(&found.names))
            }
            (_, Err(why)) => said(if self.tried { Role::Error } else { Role::Dim }, why),
        }
    }
}

/// Returns what all names begin with.
fn common(names: &[String]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let mut shared = first.clone();
    for name in rest {
        let same = shared.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
        shared = shared.chars().take(same).collect();
    }
    Some(shared)
}

/// Returns the names without the folder they share.
fn last_parts(names: &[String]) -> String {
    let last = |name: &String| {
        let cut = name.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1);
        name.get(cut..).unwrap_or(name).to_owned()
    };
    names.iter().map(last).collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::super::testing::Session;
    use super::*;

    fn found(lead: Result<Lead, &str>, names: &[&str]) -> Importable {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        Importable { lead: lead.map_err(str::to_owned), names }
    }

    fn told(mut session: Session, found: &Importable) -> Session {
        for want in session.dialog.wants() {
            let Want::Importable(name) = want else { panic!("{want:?}") };
            session.dialog.supply(Supply::Importable(name, found.clone()));
        }
        session
    }

    #[test]
    fn it_says_what_would_be_read_and_imports_it() {
        let session = Session::new(Dialog::Import(ImportDialog::new())).kind("logs/a.json");
        let session = told(session, &found(Ok(Lead::File(1_234_567)), &[]));
        assert!(session.screen().contains("a file of 1.2 MB"), "{}", session.screen());
        insta::assert_snapshot!("import", session.screen());
        let Reply::Finish(intent) = session.press("enter").reply else { panic!("not finished") };
        assert_eq!(*intent, Intent::Import("logs/a.json".to_owned()));
    }

    #[test]
    fn a_name_is_completed_as_far_as_it_is_clear() {
        let session = Session::new(Dialog::Import(ImportDialog::new())).kind("/var/log/a");
        let names = ["/var/log/audit/", "/var/log/audit.json"];
        let session = told(session, &found(Err("no such file"), &names));
        assert!(session.screen().contains("audit/  audit.json"), "{}", session.screen());
        let session = session.press("tab");
        assert!(session.screen().contains("/var/log/audit "), "{}", session.screen());
    }

    #[test]
    fn what_leads_nowhere_is_not_begun() {
        for (typed, said) in [("nothere.json", "no such file"), ("-", "is the keyboard here")] {
            let session = Session::new(Dialog::Import(ImportDialog::new())).kind(typed);
            let session = told(session, &found(Err("no such file"), &[])).press("enter");
            assert_eq!(session.reply, Reply::Stay);
            assert!(session.screen().contains(said), "{}", session.screen());
        }
    }
}
