-- The raw records, and the columns that index them. Rows of `import` numbers above meta.published are of an
-- import that is not published and are seen by nobody.

-- One row: the greatest import that is seen, and what readers poll.
CREATE TABLE meta (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    published   INTEGER NOT NULL,
    generation  INTEGER NOT NULL
);
INSERT INTO meta VALUES (1, 0, 1);

-- An imported file or stream. `owner` is set on what stayed of a removed source because `owner` holds it too.
CREATE TABLE sources (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    import          INTEGER NOT NULL,
    owner           INTEGER,
    whole           INTEGER NOT NULL,
    name            TEXT NOT NULL,
    sha256          TEXT NOT NULL,
    bytes           INTEGER NOT NULL,
    format          TEXT NOT NULL,
    format_version  INTEGER NOT NULL,
    context         TEXT NOT NULL,
    newest_first    INTEGER NOT NULL,
    imported        INTEGER,
    entries         INTEGER NOT NULL,
    duplicates      INTEGER NOT NULL,
    rejects         INTEGER NOT NULL,
    timeless        INTEGER NOT NULL,
    first_time      INTEGER,
    last_time       INTEGER
);

-- Runs of raw records of one source. `slots` lists the records, `removed` those entries of them that are not
-- in the store (another source held them first, or they were removed), `live` counts the others.
CREATE TABLE blocks (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    import     INTEGER NOT NULL,
    source     INTEGER NOT NULL,
    raw_bytes  INTEGER NOT NULL,
    live       INTEGER NOT NULL,
    filtered   INTEGER NOT NULL DEFAULT 0,
    slots      BLOB NOT NULL,
    removed    BLOB
);
CREATE INDEX blocks_unfiltered ON blocks (number) WHERE filtered = 0;
CREATE TABLE block_data (block INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE block_filters (block INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- Entries sorted by time; `removed` is a bitmap of rows.
CREATE TABLE segments (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    import      INTEGER NOT NULL,
    rows        INTEGER NOT NULL,
    timeless    INTEGER NOT NULL,
    first_time  INTEGER,
    last_time   INTEGER,
    removed     BLOB
);
-- key = segment * 256 + number of the column.
CREATE TABLE columns (key INTEGER PRIMARY KEY, data BLOB NOT NULL);

-- Ids, 16 bytes each, that a source holds and another one held first.
CREATE TABLE duplicates (
    number  INTEGER PRIMARY KEY,
    import  INTEGER NOT NULL,
    source  INTEGER NOT NULL,
    ids     BLOB NOT NULL
);

CREATE TABLE rejects (
    number  INTEGER PRIMARY KEY,
    import  INTEGER NOT NULL,
    source  INTEGER NOT NULL,
    record  INTEGER NOT NULL,
    offset  INTEGER NOT NULL,
    length  INTEGER NOT NULL,
    reason  TEXT NOT NULL,
    raw     BLOB NOT NULL,
    sha256  TEXT
);

CREATE TABLE notes (id BLOB PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE marks (id BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE views (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
