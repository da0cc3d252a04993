//! Puts the layers over each other and remembers which one each value came from.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use toml::de::DeValue;

use super::document::{Document, FileError, Item, items};
use super::settings::{ColorMode, Given, NAMES, Settings};
use super::{Env, Paths};

/// The built-in settings.
pub const DEFAULTS: &str = include_str!("../../assets/config.toml");

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// A file: its name and the line.
    File(String, usize),
    /// A variable of the environment.
    Env(String),
    /// A flag of the command line.
    Flag(&'static str),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(file, line) => write!(f, "{file}:{line}"),
            Origin::Env(name) => f.write_str(name),
            Origin::Flag(flag) => f.write_str(flag),
        }
    }
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file says something that cannot be.
    #[error(transparent)]
    File(#[from] FileError),
    /// A variable or flag does.
    #[error("{0} {1}")]
    Value(String, String),
    /// A file cannot be read.
    #[error("{path}: {source}; check the path, or leave it out to use the defaults")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Values given on the command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags(Vec<(&'static str, &'static str, Given)>);

impl Flags {
    /// Adds a flag's text for a setting, where it was given.
    #[must_use]
    pub fn text(mut self, name: &'static str, flag: &'static str, value: Option<&str>) -> Flags {
        self.0.extend(value.map(|text| (name, flag, Given::Text(text.to_owned()))));
        self
    }

    /// Adds a flag that switches a setting to `value`, where it was given.
    #[must_use]
    pub fn switch(mut self, name: &'static str, flag: &'static str, given: bool, value: bool) -> Flags {
        self.0.extend(given.then_some((name, flag, Given::Bool(value))));
        self
    }
}

/// The settings in force.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The values.
    pub settings: Settings,
    /// The program's folders.
    pub paths: Paths,
    /// The settings' file, where one was read.
    pub file: Option<PathBuf>,
    /// NO_COLOR is set.
    pub no_color: bool,
    origins: BTreeMap<&'static str, Origin>,
}

impl Config {
    /// Reads the settings: defaults, the file (`chosen`, else AUDITTY_CONFIG, else the one in the
    /// configuration folder if there is one), the environment, the flags.
    ///
    /// # Errors
    /// A file that was chosen and cannot be read, or any value that cannot be.
    pub fn load(env: &Env, chosen: Option<&Path>, flags: &Flags) -> Result<Config, ConfigError> {
        let paths = Paths::new(env);
        let chosen = chosen.map(Path::to_owned).or_else(|| env.var("AUDITTY_CONFIG").map(PathBuf::from));
        let usual = paths.config.join("config.toml");
        let path = chosen.clone().unwrap_or(usual);
        let text = match read_optional(&path)? {
            None if chosen.is_some() => {
                let source = io::Error::from(io::ErrorKind::NotFound);
                return Err(ConfigError::Unreadable { path, source });
            }
            text => text,
        };
        let name = path.display().to_string();
        let file = text.as_deref().map(|text| Document { file: &name, text });
        let mut config = Config::combine(env, paths, file, flags)?;
        config.file = text.is_some().then_some(path);
        Ok(config)
    }

    /// Puts the layers over each other; reads nothing.
    pub(super) fn combine(
        env: &Env,
        paths: Paths,
        file: Option<Document<'_>>,
        flags: &Flags,
    ) -> Result<Config, ConfigError> {
        let no_color = env.var("NO_COLOR").is_some();
        let mut config = Config { paths, no_color, ..Config::default() };
        let home = env.home.as_deref();
        config.apply_file(Document { file: "the built-in settings", text: DEFAULTS }, home)?;
        config.origins.values_mut().for_each(|origin| *origin = Origin::Default);
        if let Some(document) = file {
            config.apply_file(document, home)?;
        }
        for (name, variable) in NAMES.iter().map(|name| (*name, variable(name))) {
            if let Some(value) = env.var(&variable) {
                config.apply(name, Given::Text(value.to_owned()), home, Origin::Env(variable))?;
            }
        }
        for (name, flag, given) in &flags.0 {
            config.apply(name, given.clone(), home, Origin::Flag(flag))?;
        }
        Ok(config)
    }

    /// Returns the store's file.
    pub fn store(&self) -> PathBuf {
        self.settings.store.clone().unwrap_or_else(|| self.paths.store())
    }

    /// Returns the theme to use: the one without colours where colours are not wanted.
    pub fn theme(&self) -> &str {
        let colours = match self.settings.color {
            ColorMode::Auto => !self.no_color,
            ColorMode::Always => true,
            ColorMode::Never => false,
        };
        if colours { &self.settings.theme } else { "mono" }
    }

    /// Returns where a setting came from.
    pub fn origin(&self, name: &str) -> Origin {
        self.origins.get(name).cloned().unwrap_or(Origin::Default)
    }

    /// Returns the settings in force, one a line as a file spells them, each with its origin, and the folders.
    pub fn report(&self) -> Vec<String> {
        let shown = |name: &str| format!("{name} = {}", self.settings.shown(name));
        let width = NAMES.iter().map(|name| shown(name).chars().count().min(40)).max().unwrap_or(0);
        let setting = |name: &&str| format!("{:width$}  # {}", shown(name), self.origin(name));
        let store = self.store();
        let folder = |what: &str, path: &Path| format!("# {what:8} {}", path.display());
        let session = self.paths.session();
        let folders = [
            ("settings", self.file.as_deref().unwrap_or(&self.paths.config)),
            ("config", &self.paths.config),
            ("store", &store),
            ("session", &session),
            ("cache", &self.paths.cache),
            ("runtime", &self.paths.runtime),
        ];
        NAMES
            .iter()
            .map(setting)
            .chain([String::new()])
            .chain(folders.iter().map(|(what, path)| folder(what, path)))
            .collect()
    }

    fn apply_file(&mut self, document: Document<'_>, home: Option<&Path>) -> Result<(), ConfigError> {
        let table = document.parse()?;
        for item in items(table.get_ref()) {
            let name = NAMES
                .iter()
                .find(|name| **name == item.key)
                .ok_or_else(|| document.unknown(item.offset, "setting", item.key, NAMES.iter().copied()))?;
            let set = given(item).and_then(|given| self.settings.set(name, given, home));
            set.map_err(|why| document.error(item.offset, format!("{name} {why}")))?;
            let line = document.line(item.offset);
            self.origins.insert(name, Origin::File(document.file.to_owned(), line));
        }
        Ok(())
    }

    fn apply(
        &mut self,
        name: &'static str,
        given: Given,
        home: Option<&Path>,
        origin: Origin,
    ) -> Result<(), ConfigError> {
        let set = self.settings.set(name, given, home);
        set.map_err(|why| ConfigError::Value(origin.to_string(), why))?;
        self.origins.insert(name, origin);
        Ok(())
    }
}

/// Returns the text of a file; `None` where there is none.
///
/// # Errors
/// It is there and cannot be read.
pub fn read_optional(path: &Path) -> Result<Option<String>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ConfigError::Unreadable { path: path.to_owned(), source }),
    }
}

fn variable(name: &str) -> String {
    format!("AUDITTY_{}", name.to_ascii_uppercase().replace('-', "_"))
}

fn given(item: Item<'_, '_>) -> Result<Given, String> {
    match item.value {
        DeValue::String(text) => Ok(Given::Text(text.to_string())),
        DeValue::Boolean(value) => Ok(Given::Bool(*value)),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map(Given::Number)
            .map_err(|_| format!("does not take {}", number.as_str())),
        DeValue::Array(values) => values
            .iter()
            .map(|value| value.get_ref().as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map(Given::List)
            .ok_or_else(|| "takes a list of texts, like [\"a\", \"b\"]".to_owned()),
        DeValue::Table(table) => items(table)
            .into_iter()
            .map(|item| Some((item.key.to_owned(), item.value.as_str()?.to_owned())))
            .collect::<Option<_>>()
            .map(Given::Table)
            .ok_or_else(|| "takes texts by name, like Production = \"~/audits\"".to_owned()),
        other => Err(format!("does not take a {}", other.type_str())),
    }
}
