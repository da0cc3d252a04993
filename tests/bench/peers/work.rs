//! What each program is asked to do.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The fields that a table of the demo's records needs.
const COLUMNS: &str = "{id:'VARCHAR',created_at:'TIMESTAMP',scope:'VARCHAR',workspace:'JSON',event_type:'VARCHAR',\
    activity:'VARCHAR',object_type:'VARCHAR',object_id:'VARCHAR',object_name:'VARCHAR',action:'VARCHAR',user:'JSON',\
    actor_type:'VARCHAR',ip_addr:'VARCHAR',user_agent:'VARCHAR',request_id:'VARCHAR',session_id:'VARCHAR',\
    changes:'JSON',payload:'JSON'}";

/// A text of the demo's records that many hold, and one that none does.
const COMMON: &str = "Finish your order";
const NOWHERE: &str = "zzqxjk";

/// One kind of work, by several programs; the first is the product.
pub(crate) struct Task {
    pub(crate) what: &'static str,
    pub(crate) programs: Vec<Program>,
}

/// A command that does it.
pub(crate) struct Program {
    pub(crate) name: String,
    command: Vec<OsString>,
    /// Removed before each round.
    remove: Vec<PathBuf>,
    /// A command that shows it is installed, and what to do where it is not.
    probe: (&'static [&'static str], &'static str),
    /// Says by its status that a search found nothing.
    may_miss: bool,
}

impl Program {
    fn new(name: &str, probe: (&'static [&'static str], &'static str), command: &[&str]) -> Program {
        let command = command.iter().map(OsString::from).collect();
        Program { name: name.to_owned(), command, remove: Vec::new(), probe, may_miss: false }
    }

    fn searching(mut self) -> Program {
        self.may_miss = true;
        self
    }

    fn removing(mut self, path: &Path) -> Program {
        for ending in ["", "-wal", "-shm", "-lock", ".wal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            self.remove.push(name.into());
        }
        self
    }

    /// Whether it is installed.
    pub(crate) fn is_there(&self) -> bool {
        answers(self.probe)
    }

    /// Says how to install it.
    pub(crate) fn tell_missing(&self) {
        println!("{} is not installed: {}", self.name, self.probe.1);
    }

    pub(crate) fn prepare(&self) {
        self.remove.iter().for_each(|path| drop(std::fs::remove_file(path)));
    }

    pub(crate) fn run(&self) {
        let status = Command::new(&self.command[0])
            .args(&self.command[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        let done = status.success() || (self.may_miss && status.code() == Some(1));
        assert!(done, "{} failed: {:?}", self.name, self.command);
    }
}

/// What lnav needs to read the demo's records as what they are.
const LNAV_FORMAT: &str = include_str!("lnav.json");

type Probe = (&'static [&'static str], &'static str);
const AUDITTY: Probe = (&["true"], "");
const DUCKDB: Probe = (&["python3", "-c", "import duckdb"], "pip install duckdb");
const DUCKDB_SHELL: Probe = (&["duckdb", "--version"], "pip install duckdb");
const SQLITE_UTILS: Probe = (&["sqlite-utils", "--version"], "pip install sqlite-utils");
const SQLITE: Probe = (&["sqlite3", "--version"], "apt install sqlite3");
const LNAV: Probe = (&["lnav", "-V"], "apt install lnav");
const RIPGREP: Probe = (&["rg", "--version"], "apt install ripgrep");
const JQ: Probe = (&["jq", "--version"], "apt install jq");

fn answers((command, _): Probe) -> bool {
    Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Returns all work on a file; `dir` is for what programs write.
pub(crate) fn tasks(source: &Path, dir: &Path) -> Vec<Task> {
    let paths = Paths::new(source, dir);
    let load = importing(&paths);
    // What is asked below is asked of what these made.
    load.programs.iter().for_each(Program::prepare);
    load.programs.iter().filter(|program| program.is_there()).for_each(Program::run);
    lines_into_sqlite(&paths);
    vec![
        load,
        facet(&paths),
        search("a text that is nowhere", NOWHERE, &paths),
        search("a common text", COMMON, &paths),
        rows(&paths),
    ]
}

struct Paths {
    source: String,
    store: String,
    duck: String,
    tool: String,
    lines: String,
    csv: String,
    /// Settings of lnav, and the home it is given, so that it leaves nothing in the user's.
    lnav: String,
}

impl Paths {
    fn new(source: &Path, dir: &Path) -> Paths {
        let at = |name: &str| dir.join(name).to_string_lossy().into_owned();
        Paths {
            source: source.to_string_lossy().into_owned(),
            store: at("auditty.db"),
            duck: at("duck.db"),
            tool: at("tool.db"),
            lines: at("lines.db"),
            csv: at("rows.csv"),
            lnav: lnav_settings(dir),
        }
    }
}

fn lnav_settings(dir: &Path) -> String {
    let settings = dir.join("lnav");
    let format = settings.join("formats/demo");
    std::fs::create_dir_all(&format).unwrap();
    std::fs::write(format.join("format.json"), LNAV_FORMAT).unwrap();
    settings.to_string_lossy().into_owned()
}

/// lnav reads the file anew at each start.
fn lnav(paths: &Paths, sql: &str) -> Program {
    let home = format!("HOME={}", paths.lnav);
    let command = ["env", &home, "lnav", "-I", &paths.lnav, "-n", "-c", sql, &paths.source];
    Program::new("lnav, which reads the file first", LNAV, &command)
}

fn product(arguments: &[&str]) -> Program {
    let command: Vec<&str> =
        [env!("CARGO_BIN_EXE_auditty")].into_iter().chain(arguments.iter().copied()).collect();
    Program::new("auditty", AUDITTY, &command)
}

fn duck(paths: &Paths, sql: &str) -> Program {
    if !answers(DUCKDB) && answers(DUCKDB_SHELL) {
        return Program::new("DuckDB", DUCKDB_SHELL, &["duckdb", &paths.duck, "-c", sql]);
    }
    let script = format!("import duckdb; duckdb.connect({:?}).execute({sql:?}).fetchall()", paths.duck);
    Program::new("DuckDB", DUCKDB, &["python3", "-c", &script])
}

fn importing(paths: &Paths) -> Task {
    let read = format!(
        "CREATE TABLE t AS SELECT * FROM read_json('{}', format='newline_delimited', columns={COLUMNS})",
        paths.source
    );
    Task {
        what: "import, durable (auditty also builds its text filters)",
        programs: vec![
            product(&["--quiet", "--store", &paths.store, "import", &paths.source])
                .removing(Path::new(&paths.store)),
            duck(paths, &read).removing(Path::new(&paths.duck)),
            lnav(paths, ";SELECT count(*) FROM demo_log"),
            Program::new(
                "sqlite-utils",
                SQLITE_UTILS,
                &["sqlite-utils", "insert", "--nl", &paths.tool, "t", &paths.source],
            )
            .removing(Path::new(&paths.tool)),
            Program::new("wc -l", AUDITTY, &["wc", "-l", &paths.source]),
        ],
    }
}

/// The raw lines as rows, for a search by LIKE.
fn lines_into_sqlite(paths: &Paths) {
    let script = format!(
        "CREATE TABLE t(line TEXT);\n.mode ascii\n.separator \"\\037\" \"\\n\"\n.import '{}' t\n",
        paths.source
    );
    let file = Path::new(&paths.lines).with_extension("sql");
    std::fs::write(&file, script).unwrap();
    let input = std::fs::File::open(file).unwrap();
    if let Ok(status) = Command::new("sqlite3").arg(&paths.lines).stdin(input).status() {
        assert!(status.success(), "sqlite3 did not read the lines");
    }
}

fn facet(paths: &Paths) -> Task {
    Task {
        what: "entries by event type, process start included",
        programs: vec![
            product(&["--store", &paths.store, "query", "--by", "type"]),
            duck(paths, "SELECT event_type, count(*) FROM t GROUP BY 1"),
            Program::new(
                "sqlite-utils' table",
                SQLITE,
                &["sqlite3", &paths.tool, "SELECT event_type, count(*) FROM t GROUP BY 1"],
            ),
            lnav(paths, ";SELECT event_type, count(*) FROM demo_log GROUP BY 1"),
            Program::new("jq", JQ, &["jq", "-r", ".event_type", &paths.source]),
        ],
    }
}

fn search(what: &'static str, text: &str, paths: &Paths) -> Task {
    let like = format!("SELECT count(*) FROM t WHERE line LIKE '%{text}%'");
    let duck_like = format!("SELECT count(*) FROM t WHERE (t::VARCHAR) ILIKE '%{text}%'");
    let quoted = format!("\"{}\"", text.to_lowercase());
    Task {
        what,
        programs: vec![
            product(&["--store", &paths.store, "query", "--count", &quoted]).searching(),
            Program::new("ripgrep on the raw file", RIPGREP, &["rg", "-c", "-i", "-F", text, &paths.source])
                .searching(),
            Program::new("sqlite3 LIKE", SQLITE, &["sqlite3", &paths.lines, &like]),
            duck(paths, &duck_like),
        ],
    }
}

fn rows(paths: &Paths) -> Task {
    let sql = format!(
        "COPY (SELECT id, created_at, workspace, event_type, activity, user, ip_addr FROM t) TO '{}' (FORMAT csv)",
        paths.csv
    );
    let columns = "id,time,workspace,event_type,activity,actor,ip";
    Task {
        what: "all rows as CSV: id, time, workspace, event type, activity, actor, address",
        programs: vec![
            product(&[
                "--quiet",
                "--store",
                &paths.store,
                "export",
                "--force",
                "--columns",
                columns,
                "--to",
                &paths.csv,
            ]),
            duck(paths, &sql),
        ],
    }
}
