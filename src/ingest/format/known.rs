//! All formats there are: names at once, each compiled when it is first asked for.
//!
//! Opening a store reads no TOML but the user's own. Detection reads the head of each file, once, and compiles the
//! formats that it finds.

use std::borrow::Cow;
use std::path::Path as FilePath;
use std::sync::{Arc, OnceLock};

use super::head::Head;
use super::reader::Problem;
use super::{Format, FormatError, builtin, compile, sample};
use crate::domain::json::Path;
use crate::ingest::detect::Detector;

/// All formats known, cheap to copy.
#[derive(Clone, Debug)]
pub struct Formats {
    known: Arc<Known>,
    /// The samples of the user's own files are being checked: those files count as they are.
    checking: bool,
}

#[derive(Debug)]
struct Known {
    /// The user's own files first, then the built-in ones.
    files: Vec<File>,
    /// Why the folder or a file of it could not be read.
    unread: Vec<FormatError>,
    detector: OnceLock<Detector>,
    /// What detection found wrong with the user's own files.
    misdetected: OnceLock<Vec<FormatError>>,
}

/// A format file, compiled when somebody wants it.
#[derive(Debug)]
struct File {
    name: Cow<'static, str>,
    /// Where it lies; only its name if it is compiled in.
    place: String,
    text: Cow<'static, str>,
    own: bool,
    compiled: OnceLock<Result<Arc<Format>, FormatError>>,
    /// Whether its samples map as stated; asked of the user's own.
    checked: OnceLock<Option<FormatError>>,
}

impl File {
    fn new(name: Cow<'static, str>, place: String, text: Cow<'static, str>, own: bool) -> File {
        File { name, place, text, own, compiled: OnceLock::new(), checked: OnceLock::new() }
    }

    fn compile(&self) -> &Result<Arc<Format>, FormatError> {
        self.compiled.get_or_init(|| compile::compile(&self.place, &self.text).map(Arc::new))
    }

    fn at(&self, (span, message): (std::ops::Range<usize>, String)) -> FormatError {
        Problem::new(span, message).at(&self.place, &self.text)
    }
}

impl Formats {
    /// Returns the formats that are compiled in.
    pub fn builtin() -> Formats {
        static BUILTIN: OnceLock<Formats> = OnceLock::new();
        BUILTIN.get_or_init(|| Formats::of(Vec::new(), Vec::new())).clone()
    }

    /// Returns the built-in formats and those of a folder's `*.toml` files, which win over built-in ones of
    /// the same name. A missing folder is an empty one, and so is an empty file; a file that is wrong is passed
    /// over and named by [`problems`](Formats::problems).
    pub fn load(user_dir: Option<&FilePath>) -> Formats {
        let Some(dir) = user_dir.filter(|dir| dir.is_dir()) else { return Formats::builtin() };
        let mut unread = Vec::new();
        let mut own = Vec::new();
        for path in toml_files(dir).unwrap_or_else(|error| {
            unread.push(error);
            Vec::new()
        }) {
            let place = path.display().to_string();
            match std::fs::read_to_string(&path) {
                // What a shell has just made for the output of `formats new`.
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => own.push((place, text)),
                Err(error) => unread.push(whole_file(&place, error.to_string())),
            }
        }
        match own.is_empty() && unread.is_empty() {
            true => Formats::builtin(),
            false => Formats::of(own, unread),
        }
    }

    /// Returns the built-in formats and one more, which wins over a built-in one of the same name.
    pub fn with(place: &str, text: String) -> Formats {
        Formats::of(vec![(place.to_owned(), text)], Vec::new())
    }

    fn of(own: Vec<(String, String)>, unread: Vec<FormatError>) -> Formats {
        let mut files: Vec<File> = own
            .into_iter()
            .map(|(place, text)| File::new(stated_name(&text, &place).into(), place, text.into(), true))
            .collect();
        for &(name, text) in builtin::ASSETS {
            files.push(File::new(name.into(), format!("{name}.toml"), text.into(), false));
        }
        let (detector, misdetected) = (OnceLock::new(), OnceLock::new());
        Formats { known: Arc::new(Known { files, unread, detector, misdetected }), checking: false }
    }

    /// Returns the name of the first format that is the user's own.
    pub fn added(&self) -> Option<&str> {
        self.known.files.iter().find(|file| file.own).map(|file| &*file.name)
    }

    /// Returns the names of all formats in alphabetical order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.known.files.iter().map(|file| &*file.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the format of this name.
    pub fn get(&self, name: &str) -> Option<Arc<Format>> {
        let mut named = self.known.files.iter().filter(|file| file.name == name);
        named.find_map(|file| self.usable(file))
    }

    /// Returns a number that changes with what maps the records of a source of this format: its file, and for what is
    /// guessed all files, as any of them may know its records. `None` where there is no such format.
    pub fn version_of(&self, name: &str) -> Option<u32> {
        let format = self.get(name)?;
        if !format.generic {
            return Some(format.version);
        }
        let texts = self.known.files.iter().map(|file| super::version_of(&file.text));
        Some(texts.fold(0, |all: u32, one| all.rotate_left(5) ^ one))
    }

    /// Returns a file's format if nothing is wrong with it.
    fn usable(&self, file: &File) -> Option<Arc<Format>> {
        let format = file.compile().as_ref().ok()?;
        (self.checking || !file.own || self.checked(file, format).is_none()).then(|| format.clone())
    }

    fn checked<'f>(&self, file: &'f File, format: &Arc<Format>) -> Option<&'f FormatError> {
        let trusting = Formats { known: self.known.clone(), checking: true };
        let check = || sample::check(&trusting, format).err().map(|wrong| file.at(wrong));
        file.checked.get_or_init(check).as_ref()
    }

    /// Returns the format that maps what no other fits.
    ///
    /// # Panics
    /// Never: the built-in one is always there.
    pub fn generic(&self) -> Arc<Format> {
        self.get("generic").expect("a test compiles the built-in format for unknown records")
    }

    /// Returns all formats, the generic one last. Compiles them all.
    pub fn all(&self) -> Vec<Arc<Format>> {
        self.compile_all();
        let mut all: Vec<_> =
            self.detector().heads().iter().filter_map(|head| self.get(&head.name)).collect();
        all.push(self.generic());
        all
    }

    /// Returns the paths at which documents hold their array of records.
    pub fn containers(&self) -> Vec<Path> {
        let mut paths: Vec<Path> = Vec::new();
        let generic = self.generic();
        let vendors = self.detector().heads().iter().flat_map(|head| &head.containers);
        for path in vendors.chain(&generic.containers) {
            if !paths.contains(path) {
                paths.push(path.clone());
            }
        }
        paths
    }

    /// Returns what is wrong with the user's own files. With `detection` also which of their samples would be
    /// taken for another format's, which compiles everything.
    pub fn problems(&self, detection: bool) -> Vec<FormatError> {
        let mut problems = self.known.unread.clone();
        for file in self.known.files.iter().filter(|file| file.own) {
            match file.compile() {
                Err(error) => problems.push(self.instead(file, error)),
                Ok(format) => {
                    problems.extend(self.checked(file, format).map(|error| self.instead(file, error)));
                }
            }
        }
        if detection && self.added().is_some() {
            self.detector();
            problems.extend(self.known.misdetected.get().into_iter().flatten().cloned());
        }
        problems
    }

    /// Adds to what is wrong with a file that the built-in one of its name is used in its place.
    fn instead(&self, file: &File, error: &FormatError) -> FormatError {
        let stands_in = self.known.files.iter().any(|other| !other.own && other.name == file.name);
        let more = if stands_in { format!("; the built-in {} is used", file.name) } else { String::new() };
        FormatError { message: format!("{}{more}", error.message), ..error.clone() }
    }

    /// Returns what recognises records.
    pub(crate) fn detector(&self) -> &Detector {
        self.known.detector.get_or_init(|| {
            let heads = self.heads();
            let detector = Detector::new(heads.clone());
            let misdetected = self.misdetected(&detector);
            let wrong = |head: &Head| misdetected.iter().any(|(name, _)| *name == head.name);
            let right = match misdetected.is_empty() {
                true => detector,
                false => Detector::new(heads.into_iter().filter(|head| !wrong(head)).collect()),
            };
            let errors = misdetected.into_iter().map(|(_, error)| error).collect();
            self.known.misdetected.get_or_init(|| errors);
            right
        })
    }

    /// Returns what detection asks of each format but the generic one, without compiling those that are built in.
    fn heads(&self) -> Vec<Head> {
        let mut heads: Vec<Head> = Vec::new();
        let compiled = |file: &File| self.usable(file).map(|format| Head::of(&format));
        for file in &self.known.files {
            let short = (!file.own).then(|| Head::read(&file.text)).flatten();
            let Some(head) = short.or_else(|| compiled(file)) else { continue };
            if !head.generic && !heads.iter().any(|known| known.name == head.name) {
                heads.push(head);
            }
        }
        heads
    }

    /// Returns the records of a format's samples.
    pub(crate) fn samples_of(&self, name: &str) -> Vec<String> {
        self.compile_all();
        let format = self.get(name);
        let samples = format.iter().flat_map(|format| &format.samples);
        samples.map(|sample| sample.record.clone()).collect()
    }

    /// Compiles all formats, on two threads: a person waits for it.
    fn compile_all(&self) {
        let files = &self.known.files;
        if files.iter().all(|file| file.compiled.get().is_some()) {
            return;
        }
        let compile = |odd: usize| {
            files.iter().skip(odd).step_by(2).for_each(|file| {
                file.compile();
            });
        };
        std::thread::scope(|scope| {
            scope.spawn(|| compile(1));
            compile(0);
        });
    }

    /// Returns the user's own formats of which a sample is taken for another's.
    fn misdetected(&self, detector: &Detector) -> Vec<(String, FormatError)> {
        let mut wrong = Vec::new();
        for file in self.known.files.iter().filter(|file| file.own) {
            let Some(format) = self.usable(file).filter(|format| !format.generic) else { continue };
            if let Err(problem) = sample::check_detection(self, detector, &format) {
                wrong.push((format.name.clone(), file.at(problem)));
            }
        }
        wrong
    }

    #[cfg(test)]
    pub(super) fn compile_error(&self) -> Option<FormatError> {
        self.known.files.iter().find_map(|file| file.compile().as_ref().err().cloned())
    }
}

/// Returns the name that a file states, without reading it as TOML: the file may be wrong. Its own name where
/// it states none.
fn stated_name(text: &str, place: &str) -> String {
    let stated = text.lines().find_map(|line| {
        let value = line.trim_start().strip_prefix("name")?.trim_start().strip_prefix('=')?.trim();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value.strip_prefix(quote)?.split(quote).next()
    });
    let stem = || FilePath::new(place).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    stated.map_or_else(stem, str::to_owned)
}

fn whole_file(file: &str, message: String) -> FormatError {
    FormatError { file: file.to_owned(), line: 0, message }
}

pub(super) fn toml_files(dir: &FilePath) -> Result<Vec<std::path::PathBuf>, FormatError> {
    let failed = |error: std::io::Error| whole_file(&dir.display().to_string(), error.to_string());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
