//! From what a person names to the files there are: sorted, each once, folders walked without loops.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What it is called: the path as given or found, or `stdin`.
    pub name: Arc<str>,
    /// Where its bytes are.
    pub origin: Origin,
    /// It was found in a folder or by a pattern, so that it may turn out to be no log without being a mistake.
    pub found: bool,
}

/// Where bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In a file, or in what looks like one.
    File(PathBuf),
    /// On the standard input.
    Stdin,
}

/// Something named that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What it is called.
    pub name: Arc<str>,
    /// What is wrong with it.
    pub reason: String,
}

/// What was found behind names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Inputs in the order of the names, those of a folder sorted by path; none twice.
    pub inputs: Vec<Input>,
    /// Names that lead nowhere.
    pub problems: Vec<Problem>,
}

impl Found {
    /// Returns the bytes of all inputs; `None` where one of them has no known size.
    pub fn bytes(&self) -> Option<u64> {
        self.inputs.iter().map(Input::bytes).sum()
    }
}

impl Input {
    /// Returns an input for a path.
    pub fn file(path: impl Into<PathBuf>) -> Input {
        let path = path.into();
        Input { name: path.to_string_lossy().into(), origin: Origin::File(path), found: false }
    }

    /// Returns the standard input.
    pub fn stdin() -> Input {
        Input { name: "stdin".into(), origin: Origin::Stdin, found: false }
    }

    /// Whether it can be read on as it grows, by its name: a file, and no pipe.
    pub fn is_followed(&self) -> bool {
        match &self.origin {
            Origin::File(path) => fs::metadata(path).map_or(true, |meta| meta.is_file()),
            Origin::Stdin => false,
        }
    }

    /// Returns when it was last written, to the day, in seconds since 1970; of a pipe that is now.
    pub fn written(&self) -> i64 {
        const DAY: u64 = 86_400;
        let seconds =
            |at: SystemTime| at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |age| age.as_secs());
        let now = seconds(SystemTime::now());
        let changed = match &self.origin {
            Origin::File(path) => fs::metadata(path).ok().filter(fs::Metadata::is_file),
            Origin::Stdin => None,
        };
        let changed = changed.and_then(|meta| meta.modified().ok()).map_or(now, seconds);
        // Sources of one day share what it takes to read them again.
        (changed.min(now) / DAY * DAY + DAY - 1) as i64
    }

    /// Returns its size in bytes; `None` for a pipe.
    pub fn bytes(&self) -> Option<u64> {
        let Origin::File(path) = &self.origin else { return None };
        let meta = fs::metadata(path).ok()?;
        meta.is_file().then_some(meta.len())
    }
}

/// Finds the inputs behind names: a file, a folder (all files below it but hidden ones), a pattern with
/// `*`, `?`, `[..]` or `**`, or `-` for the standard input.
pub fn find<S: AsRef<str>>(names: &[S]) -> Found {
    let mut finder = Finder::default();
    for name in names {
        finder.name(name.as_ref());
    }
    finder.found
}

#[derive(Default)]
struct Finder {
    found: Found,
    /// Real paths of files taken and folders walked: a link cannot lead in circles or to the same file twice.
    seen: HashSet<PathBuf>,
}

impl Finder {
    fn name(&mut self, name: &str) {
        if name == "-" {
            if !self.found.inputs.iter().any(|input| input.origin == Origin::Stdin) {
                self.found.inputs.push(Input::stdin());
            }
            return;
        }
        match fs::metadata(name) {
            Ok(meta) if meta.is_dir() => self.folder_named(name),
            Ok(_) => self.file(Path::new(name), false),
            Err(error) if !name.contains(['*', '?', '[']) => self.problem(name, plain(&error)),
            Err(_) => self.pattern(name),
        }
    }

    fn pattern(&mut self, pattern: &str) {
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..Default::default() };
        let paths = match glob::glob_with(pattern, options) {
            Ok(paths) => paths,
            Err(error) => return self.problem(pattern, format!("not a file and not a pattern: {error}")),
        };
        let mut any = false;
        // The crate yields paths in alphabetical order.
        for path in paths {
            any = true;
            match path {
                Ok(path) if path.is_dir() => self.folder(&path),
                Ok(path) => self.file(&path, true),
                Err(error) => {
                    self.problem(&error.path().to_string_lossy(), plain(error.error()));
                }
            }
        }
        if !any {
            self.problem(pattern, "no file matches this pattern".to_owned());
        }
    }

    fn folder_named(&mut self, name: &str) {
        let before = (self.found.inputs.len(), self.found.problems.len());
        self.folder(Path::new(name));
        if before == (self.found.inputs.len(), self.found.problems.len()) {
            self.problem(name, "a folder without files (hidden ones are not read)".to_owned());
        }
    }

    fn folder(&mut self, folder: &Path) {
        if !self.first_time(folder) {
            return;
        }
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problem(&folder.to_string_lossy(), plain(&error)),
        };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| !hidden(path)) {
            match fs::metadata(path) {
                Ok(meta) if meta.is_dir() => self.folder(path),
                // A pipe or device in a folder would block or never end; only a name given asks for one.
                Ok(meta) if meta.is_file() => self.file(path, true),
                Ok(_) => {}
                Err(error) => self.problem(&path.to_string_lossy(), plain(&error)),
            }
        }
    }

    fn file(&mut self, path: &Path, found: bool) {
        if self.first_time(path) {
            self.found.inputs.push(Input { found, ..Input::file(path) });
        }
    }

    fn first_time(&mut self, path: &Path) -> bool {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.seen.insert(real)
    }

    fn problem(&mut self, name: &str, reason: String) {
        self.found.problems.push(Problem { name: name.into(), reason });
    }
}

fn hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

/// Returns an I/O error in our words, without the number of the operating system.
pub(crate) fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => error.to_string(),
    }
}
