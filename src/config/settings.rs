//! The settings and what values each takes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::{Plan, Zone};

/// Declares a setting with a few words to choose from.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $value,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$value,)+];

            /// Returns the word for it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$value => $word,)+ }
            }

            /// Returns the value of this word.
            ///
            /// # Errors
            /// Any other word: names the nearest, or all.
            pub fn parse(word: &str) -> Result<$name, String> {
                let found = $name::ALL.iter().copied().find(|value| value.as_str().eq_ignore_ascii_case(word));
                found.ok_or_else(|| not_one_of(word, &[$($word,)+]))
            }
        }
    };
}

choice! {
    /// Whether to use colours.
    ColorMode {
        /// On a terminal, unless NO_COLOR is set.
        #[default]
        Auto = "auto",
        /// Always.
        Always = "always",
        /// Never.
        Never = "never",
    }
}

choice! {
    /// How to copy.
    ClipboardMode {
        /// By what the environment allows.
        #[default]
        Auto = "auto",
        /// By the desktop's clipboard.
        Native = "native",
        /// By tmux.
        Tmux = "tmux",
        /// By the terminal.
        Osc52 = "osc52",
        /// By a command.
        Command = "command",
        /// Into a file.
        Off = "off",
    }
}

choice! {
    /// How much the hint bar says.
    HintStyle {
        /// Key and word.
        #[default]
        Full = "full",
        /// Keys alone, behind how to get help.
        Short = "short",
        /// Only how to get help.
        Off = "off",
    }
}

choice! {
    /// How a diff is laid out.
    DiffLayout {
        /// The changed fields.
        #[default]
        Fields = "fields",
        /// One column.
        Unified = "unified",
        /// Before and after beside each other, where there is room.
        SideBySide = "side-by-side",
    }
}

/// Everything that can be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The store's file; `None` is the one in the data folder.
    pub store: Option<PathBuf>,
    /// Name of the plan; one that [`Plan::parse`] knows.
    pub plan: String,
    /// Name of the zone.
    pub tz: String,
    /// The query to open with.
    pub query: String,
    /// Name of the theme.
    pub theme: String,
    /// Whether to use colours.
    pub color: ColorMode,
    /// ASCII alone.
    pub ascii: bool,
    /// How much the hint bar says.
    pub hints: HintStyle,
    /// The mouse from the start.
    pub mouse: bool,
    /// Columns of the table; none fills the width.
    pub columns: Vec<String>,
    /// How a diff is laid out.
    pub layout: DiffLayout,
    /// Folds entries of one request or bulk action into one line.
    pub fold_sets: bool,
    /// Mask secrets.
    pub redact: bool,
    /// How to copy.
    pub clipboard: ClipboardMode,
    /// The command to copy by.
    pub clipboard_command: Vec<String>,
    /// Longest OSC 52 payload in base64.
    pub osc52_limit: usize,
    /// Folder of exports; `None` is the working folder.
    pub export_folder: Option<PathBuf>,
    /// Folders of exports by workspace.
    pub export_folders: BTreeMap<String, PathBuf>,
}

/// A value as given, before it is known for what.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// A text, or anything from the environment.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A list of texts.
    List(Vec<String>),
    /// Texts by name.
    Table(Vec<(String, String)>),
}

/// The names of all settings, in the order they are shown.
pub const NAMES: &[&str] = &[
    "store",
    "plan",
    "tz",
    "query",
    "theme",
    "color",
    "ascii",
    "hints",
    "mouse",
    "columns",
    "layout",
    "fold-sets",
    "redact",
    "clipboard",
    "clipboard-command",
    "osc52-limit",
    "export-folder",
    "export-folders",
];

impl Settings {
    /// Sets one; an error says what it takes instead.
    pub(super) fn set(&mut self, name: &str, given: Given, home: Option<&Path>) -> Result<(), String> {
        match name {
            "store" => self.store = store(&given.text()?, home)?,
            "plan" => self.plan = plan(&given.text()?)?,
            "tz" => self.tz = zone(given.text()?)?,
            "query" => self.query = given.text()?,
            "theme" => self.theme = given.text()?,
            "color" => self.color = ColorMode::parse(&given.text()?)?,
            "ascii" => self.ascii = given.bool()?,
            "hints" => self.hints = HintStyle::parse(&given.text()?)?,
            "mouse" => self.mouse = given.bool()?,
            "columns" => self.columns = given.list()?,
            "layout" => self.layout = DiffLayout::parse(&given.text()?)?,
            "fold-sets" => self.fold_sets = given.bool()?,
            "redact" => self.redact = given.bool()?,
            "clipboard" => self.clipboard = ClipboardMode::parse(&given.text()?)?,
            "clipboard-command" => self.clipboard_command = given.list()?,
            "osc52-limit" => self.osc52_limit = given.number()?,
            "export-folder" => self.export_folder = path(&given.text()?, home),
            "export-folders" => self.export_folders = folders(given, home)?,
            _ => return Err(format!("{name:?} is no setting")),
        }
        Ok(())
    }

    /// Returns a setting as a file would spell its value.
    pub(super) fn shown(&self, name: &str) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let file =
            |path: &Option<PathBuf>| quoted(&path.as_deref().unwrap_or(Path::new("")).to_string_lossy());
        let list = |texts: &[String]| toml::Value::from(texts.to_vec()).to_string();
        match name {
            "store" => file(&self.store),
            "plan" => quoted(&self.plan),
            "tz" => quoted(&self.tz),
            "query" => quoted(&self.query),
            "theme" => quoted(&self.theme),
            "color" => quoted(self.color.as_str()),
            "ascii" => self.ascii.to_string(),
            "hints" => quoted(self.hints.as_str()),
            "mouse" => self.mouse.to_string(),
            "columns" => list(&self.columns),
            "layout" => quoted(self.layout.as_str()),
            "fold-sets" => self.fold_sets.to_string(),
            "redact" => self.redact.to_string(),
            "clipboard" => quoted(self.clipboard.as_str()),
            "clipboard-command" => list(&self.clipboard_command),
            "osc52-limit" => self.osc52_limit.to_string(),
            "export-folder" => file(&self.export_folder),
            "export-folders" => self.shown_folders(),
            _ => String::new(),
        }
    }

    fn shown_folders(&self) -> String {
        let folders: Vec<String> = self
            .export_folders
            .iter()
            .map(|(workspace, folder)| {
                let quoted = |text: &str| toml::Value::from(text).to_string();
                format!("{} = {}", quoted(workspace), quoted(&folder.to_string_lossy()))
            })
            .collect();
        if folders.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", folders.join(", ")) }
    }
}

impl Given {
    fn text(self) -> Result<String, String> {
        match self {
            Given::Text(text) => Ok(text),
            other => Err(format!("takes a text in quotes, not {}", other.kind())),
        }
    }

    fn bool(self) -> Result<bool, String> {
        match self {
            Given::Bool(value) => Ok(value),
            Given::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Ok(true),
                "false" | "0" | "no" | "off" | "" => Ok(false),
                _ => Err(format!("takes true or false, not {text:?}")),
            },
            other => Err(format!("takes true or false, not {}", other.kind())),
        }
    }

    fn number(self) -> Result<usize, String> {
        let number = match &self {
            Given::Number(number) => usize::try_from(*number).ok(),
            Given::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| format!("takes a whole number, 0 or more, not {}", self.kind()))
    }

    /// From the environment, a list's elements stand between commas.
    fn list(self) -> Result<Vec<String>, String> {
        match self {
            Given::List(list) => Ok(list),
            Given::Text(text) => {
                Ok(text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect())
            }
            other => Err(format!("takes a list of texts, like [\"a\", \"b\"], not {}", other.kind())),
        }
    }

    fn kind(&self) -> String {
        match self {
            Given::Text(text) => format!("{text:?}"),
            Given::Bool(value) => value.to_string(),
            Given::Number(number) => number.to_string(),
            Given::List(_) => "a list".to_owned(),
            Given::Table(_) => "a section".to_owned(),
        }
    }
}

fn not_one_of(word: &str, words: &[&str]) -> String {
    let hint = match super::nearest(word, words.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it takes {}", words.join(", ")),
    };
    format!("does not take {word:?}; {hint}")
}

fn plan(name: &str) -> Result<String, String> {
    match Plan::parse(name) {
        Some(plan) => Ok(plan.name.to_owned()),
        None => Err(not_one_of(name, &Plan::all().iter().map(|plan| plan.name).collect::<Vec<_>>())),
    }
}

fn zone(name: String) -> Result<String, String> {
    if Zone::parse(&name).is_ok() {
        return Ok(name);
    }
    let names = chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name());
    let hint = super::nearest(&name, names).map_or_else(
        || "it takes utc, local or a name like Europe/Berlin".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    Err(format!("does not take {name:?}; {hint}"))
}

fn store(text: &str, home: Option<&Path>) -> Result<Option<PathBuf>, String> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Err("does not yet take a PostgreSQL database; give a file for now".to_owned());
    }
    Ok(path(text, home))
}

/// Reads a path; `~/` is the home folder, and an empty text is no path.
fn path(text: &str, home: Option<&Path>) -> Option<PathBuf> {
    match (text.strip_prefix("~/"), home) {
        _ if text.is_empty() => None,
        (Some(rest), Some(home)) => Some(home.join(rest)),
        _ => Some(PathBuf::from(text)),
    }
}

fn folders(given: Given, home: Option<&Path>) -> Result<BTreeMap<String, PathBuf>, String> {
    let Given::Table(folders) = given else {
        return Err("is a section of its own: [export-folders]".to_owned());
    };
    Ok(folders.into_iter().filter_map(|(name, folder)| Some((name, path(&folder, home)?))).collect())
}
