//! Where settings, data and state live: by the XDG rules on Linux and macOS, in the profile on Windows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What of the process's environment decides on settings and paths, taken once, so that tests make their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Env {
    /// Variables by name.
    pub vars: BTreeMap<String, String>,
    /// The home folder.
    pub home: Option<PathBuf>,
    /// The folder for temporary files.
    pub temp: PathBuf,
}

impl Env {
    /// Returns the environment of this process. Variables that are not Unicode are left out.
    pub fn of_process() -> Env {
        let vars = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Env { vars, home: etcetera::home_dir().ok(), temp: std::env::temp_dir() }
    }

    /// Returns a variable; one that is empty counts as not set.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns a variable that must be an absolute path; the rules say to ignore others.
    fn folder(&self, name: &str) -> Option<PathBuf> {
        self.var(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }
}

/// The program's folders. They need not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// `config.toml`, `keymap.toml`, `themes/`, `formats/`.
    pub config: PathBuf,
    /// The store.
    pub data: PathBuf,
    /// The last session.
    pub state: PathBuf,
    /// Temporary stores.
    pub cache: PathBuf,
    /// What lasts as long as the login, readable by its user alone.
    pub runtime: PathBuf,
}

impl Paths {
    /// Returns the folders; without a home folder they lie in the temporary one.
    pub fn new(env: &Env) -> Paths {
        let home = env.home.clone().unwrap_or_else(|| env.temp.clone());
        let place =
            |var: &str, usual: &str| env.folder(var).unwrap_or_else(|| home.join(usual)).join("auditty");
        let roaming = if cfg!(windows) { "AppData/Roaming" } else { ".config" };
        let (data, state, cache) = if cfg!(windows) {
            ("AppData/Local", "AppData/Local", "AppData/Local/cache")
        } else {
            (".local/share", ".local/state", ".cache")
        };
        let cache = place("XDG_CACHE_HOME", cache);
        let runtime =
            env.folder("XDG_RUNTIME_DIR").map_or_else(|| cache.join("run"), |run| run.join("auditty"));
        Paths {
            config: place("XDG_CONFIG_HOME", roaming),
            data: place("XDG_DATA_HOME", data),
            state: place("XDG_STATE_HOME", state),
            cache,
            runtime,
        }
    }

    /// Returns the store's file where no other is set.
    pub fn store(&self) -> PathBuf {
        self.data.join("auditty.db")
    }

    /// Returns the user's key map.
    pub fn keymap(&self) -> PathBuf {
        self.config.join("keymap.toml")
    }

    /// Returns the file of a theme of the user's own; `None` for a name that would lead elsewhere.
    pub fn theme(&self, name: &str) -> Option<PathBuf> {
        let plain = !name.is_empty() && Path::new(name).file_name().is_some_and(|file| file == name);
        plain.then(|| self.config.join("themes").join(format!("{name}.toml")))
    }

    /// Returns the folder of the user's formats.
    pub fn formats(&self) -> PathBuf {
        self.config.join("formats")
    }

    /// Returns the file of the last session.
    pub fn session(&self) -> PathBuf {
        self.state.join("session.toml")
    }
}
