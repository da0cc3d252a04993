//! What dialogs want to know: counts of queries being typed, files, records not parsed.

use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::Duration;

use crate::ingest::format::Formats;
use crate::ops::Access;
use crate::ops::coverage::{count_formats, coverage, limits};
use crate::ops::history::{self, Found, ObjectInfo};
use crate::ops::views;
use crate::query::{Answer, Cancel};
use crate::store;
use crate::tui::dialogs::{FileState, Importable, Lead, Supply, Want};
use crate::tui::model::slot::Ticket;
use crate::tui::msg::Msg;
use crate::tui::worker::{Answers, Job};

/// Finds out what dialogs want to know.
pub struct ErrandAnswers {
    /// What is known of the vendors.
    pub formats: Formats,
}

impl Answers for ErrandAnswers {
    type Question = Want;

    fn answer(
        &mut self,
        access: &mut Access,
        job: &Job<Want>,
        _inbox: &Sender<Msg>,
    ) -> store::Result<Option<Msg>> {
        let supply = match &job.question {
            Want::Count(filter) if filter.is_deep() && !rested(&job.cancel) => None,
            Want::Count(filter) => {
                let count = access.count(filter, &mut job.cancel.clone())?;
                count.map(|count| Supply::Count(filter.clone(), Ok(count)))
            }
            Want::File(path) => Some(Supply::File(path.clone(), file_state(path))),
            Want::Importable(name) => Some(Supply::Importable(name.clone(), importable(name))),
            Want::Coverage => {
                let sources = access.sources()?;
                let mut found = coverage(&sources, &self.formats);
                count_formats(access, &mut found, &mut job.cancel.clone())?;
                let limits = limits(&found, &self.formats);
                Some(Supply::Coverage(found, limits))
            }
            Want::Objects(id, text) => {
                let found = objects(access, *id, text, &mut job.cancel.clone())?;
                found.map(|found| Supply::Objects(text.clone(), found))
            }
            Want::Views => Some(Supply::Views(views::all(access)?)),
            Want::Rejects { skip, limit } => {
                let rejects = access.rejects(None, *skip, *limit)?;
                let total = access.sources()?.iter().map(|source| source.rejects).sum();
                Some(Supply::Rejects { skip: *skip, rejects, total })
            }
        };
        Ok(supply.map(|supply| Msg::Supplied(job.ticket, Ok(supply))))
    }

    fn failed(ticket: Ticket, reason: String) -> Msg {
        Msg::Supplied(ticket, Err(reason))
    }
}

/// How long nothing must be typed before records are opened for a count, in steps: between the letters of a word that
/// would keep all processors from the next key.
const REST: Duration = Duration::from_millis(5);
const RESTS: usize = 24;

/// Waits until nobody types; false where a newer question came.
fn rested(cancel: &Cancel) -> bool {
    (0..RESTS).all(|_| {
        std::thread::sleep(REST);
        !cancel.cancelled()
    })
}

/// Objects that are named at most.
const MANY: usize = 200;

/// Returns the objects that a text names, or those of the same name or type as that of an entry.
fn objects(
    access: &mut Access,
    id: crate::domain::EntryId,
    text: &str,
    cancel: &mut Cancel,
) -> store::Result<Answer<Result<Vec<ObjectInfo>, String>>> {
    if text.is_empty() {
        return Ok(history::alike(access, id, MANY, cancel)?.map(|found| match found.is_empty() {
            true => Err("no other object of this type; type a name, or @TIME".to_owned()),
            false => Ok(found),
        }));
    }
    let Some(found) = history::find(access, text, cancel)? else { return Ok(None) };
    Ok(Some(match found {
        Found::One(object) => Ok(vec![*object]),
        Found::Many(mut objects) => {
            objects.truncate(MANY);
            Ok(objects)
        }
        Found::Outside => Err(access.outside_text()),
        Found::Nothing => Err("no object has this id or exact name".to_owned()),
    }))
}

/// Names that are offered at most.
const NAMES: usize = 40;

/// Says what a name leads to, and what could stand in its place.
fn importable(name: &str) -> Importable {
    let lead = match std::fs::metadata(name) {
        Ok(found) if found.is_dir() => Ok(Lead::Folder),
        Ok(found) => Ok(Lead::File(found.len())),
        Err(_) if name.starts_with('~') => Err("~ is not read here; write the whole path".to_owned()),
        Err(_) if name.contains(['*', '?', '[']) => Ok(Lead::Pattern),
        Err(error) => Err(crate::ingest::source::plain(&error)),
    };
    Importable { lead, names: beginning(name) }
}

/// Returns the files and folders whose names begin so, hidden ones only where that was asked for.
fn beginning(name: &str) -> Vec<String> {
    let start = name.rsplit_once('/').map_or(name, |(_, start)| start);
    let stem = name.strip_suffix(start).unwrap_or_default();
    let place = if stem.is_empty() { "." } else { stem };
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| {
        let own = entry.file_name().into_string().ok()?;
        let fits = own.starts_with(start) && (start.starts_with('.') || !own.starts_with('.'));
        let slash = if entry.path().is_dir() { "/" } else { "" };
        fits.then(|| format!("{stem}{own}{slash}"))
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.truncate(NAMES);
    names
}

/// Says what stands at a path, without making anything there.
fn file_state(path: &Path) -> FileState {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => FileState::Unusable("this is a folder; add a file name".to_owned()),
        Ok(_) => FileState::Exists,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => folder_state(path),
        Err(error) => FileState::Unusable(error.to_string()),
    }
}

fn folder_state(path: &Path) -> FileState {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match std::fs::metadata(folder) {
        Ok(found) if !found.is_dir() => FileState::Unusable(format!("{} is no folder", folder.display())),
        Ok(found) if found.permissions().readonly() => {
            FileState::Unusable(format!("{} cannot be written to", folder.display()))
        }
        Ok(_) => FileState::Free,
        Err(_) => FileState::Unusable(format!("there is no folder {}", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_question_ends_the_rest() {
        let cancel = Cancel::new();
        assert!(rested(&cancel));
        cancel.cancel();
        assert!(!rested(&cancel));
    }

    #[test]
    fn a_name_leads_to_files_and_is_completed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::fs::create_dir(at("audit")).unwrap();
        for name in ["audit/a.json", "audit.json", ".hidden"] {
            std::fs::write(at(name), "12345").unwrap();
        }
        let found = importable(&at("au"));
        assert_eq!(found.names, [at("audit.json"), at("audit/")]);
        assert_eq!(found.lead, Err("no such file".to_owned()));
        assert_eq!(importable(&at("")).lead, Ok(Lead::Folder));
        assert_eq!(importable(&at("audit.json")).lead, Ok(Lead::File(5)));
        assert_eq!(importable(&at("audit/*")).lead, Ok(Lead::Pattern));
        assert!(importable("~/log").lead.is_err_and(|why| why.contains("whole path")));
        assert_eq!(importable(&at(".h")).names, [at(".hidden")]);
    }

    #[test]
    fn tells_files_from_folders_and_free_places() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.csv");
        assert_eq!(file_state(&file), FileState::Free);
        std::fs::write(&file, "x").unwrap();
        assert_eq!(file_state(&file), FileState::Exists);
        assert!(matches!(file_state(folder.path()), FileState::Unusable(_)));
        assert!(matches!(file_state(&folder.path().join("no/b.csv")), FileState::Unusable(_)));
        assert!(matches!(file_state(&file.join("b.csv")), FileState::Unusable(_)));
    }
}
