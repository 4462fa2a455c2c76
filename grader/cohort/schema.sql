-- The store of a class: cohort.sqlite. Nothing in it is ever overwritten but `looks` and `files`, which only save time.
-- The queries that instructors write for themselves should begin with the view `scores`.

PRAGMA journal_mode = WAL;  -- a reader never waits for the run that writes

-- One call of `grader cohort run`. What all gradings of this run have in common.
CREATE TABLE IF NOT EXISTS runs (
    run INTEGER PRIMARY KEY,       -- 1, 2, ...
    began TEXT NOT NULL,           -- ISO 8601, UTC
    ended TEXT,                    -- NULL while it runs, and if it was stopped
    source TEXT NOT NULL,          -- the folder, archive or list that was graded
    policy TEXT NOT NULL,          -- the text of policy.toml, or ''
    assignments TEXT NOT NULL,     -- their numbers: '01, 02'
    seed TEXT NOT NULL,            -- '' if each submission has its own
    walls TEXT NOT NULL,           -- whether student code had to be confined
    checks TEXT NOT NULL,          -- digest of the checks and their data
    reference TEXT NOT NULL,       -- digest of the reference
    grader TEXT NOT NULL,          -- digest of the grader
    machine TEXT NOT NULL          -- Python, NumPy, pytest, processor
);

-- One grading. `key` is a digest of the eight columns from `assignments` to `machine`.
CREATE TABLE IF NOT EXISTS results (
    result INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    made TEXT NOT NULL,            -- ISO 8601, UTC
    version TEXT NOT NULL,         -- of the grader
    assignments TEXT NOT NULL,
    seed TEXT NOT NULL,
    walls TEXT NOT NULL,
    submission TEXT NOT NULL,      -- digest of the submission's files
    checks TEXT NOT NULL,
    reference TEXT NOT NULL,
    grader TEXT NOT NULL,
    machine TEXT NOT NULL,
    earned REAL NOT NULL,          -- sums over the checks, before any policy
    points REAL NOT NULL,
    withheld REAL NOT NULL,        -- points of checks in which the grader itself failed
    seconds REAL NOT NULL,
    by_assignment TEXT NOT NULL,   -- JSON: number -> points earned
    report BLOB NOT NULL           -- the report as JSON (grader.report/1), compressed by zlib
);
CREATE INDEX IF NOT EXISTS results_by_key ON results (key);

-- One row for everything that was handed in, and for everybody who handed in nothing.
CREATE TABLE IF NOT EXISTS entries (
    run INTEGER NOT NULL REFERENCES runs,
    name TEXT NOT NULL,            -- its path in the source; unique in a run
    path TEXT NOT NULL,            -- where it was read
    person TEXT NOT NULL,          -- name; of a group, all names with '; ' between
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    login TEXT NOT NULL,           -- on GitHub, say
    submitted TEXT,                -- ISO 8601 with offset; NULL if it is not known
    due TEXT,
    late INTEGER NOT NULL,         -- 1 if the platform marked it as late
    attempt INTEGER NOT NULL,      -- 0 if attempts are not counted
    history TEXT NOT NULL,         -- JSON: earlier attempts as the platform lists them, [[time, score], ...]
    state TEXT NOT NULL,           -- graded, stale, waiting, absent, refused, earlier attempt, unreadable, ours
    note TEXT NOT NULL,            -- the reason of that state, or the first notice of the report
    result INTEGER REFERENCES results,
    PRIMARY KEY (run, name)
);

CREATE TABLE IF NOT EXISTS checks (
    check_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,     -- '01/hidden/Linear/test_forward'
    assignment TEXT NOT NULL,
    component TEXT NOT NULL,
    title TEXT NOT NULL,           -- the sentence that students read
    public INTEGER NOT NULL
);

-- A known misconception, or a slip that explains a failure.
CREATE TABLE IF NOT EXISTS beliefs (
    belief INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    sentence TEXT NOT NULL
);

-- What a failure looks like that no belief explains: a sentence without values of the submission.
CREATE TABLE IF NOT EXISTS evidence (
    evidence INTEGER PRIMARY KEY,
    sentence TEXT NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS outcomes (
    result INTEGER NOT NULL REFERENCES results,
    check_id INTEGER NOT NULL REFERENCES checks,
    outcome TEXT NOT NULL,         -- passed, failed, error, timeout, blocked, not run, internal
    earned REAL NOT NULL,
    points REAL NOT NULL,
    seconds REAL NOT NULL,
    belief INTEGER REFERENCES beliefs,
    evidence INTEGER REFERENCES evidence,
    PRIMARY KEY (result, check_id)
) WITHOUT ROWID;

-- What a path held when it was last read. `signature` has names, sizes and times of change of its files.
CREATE TABLE IF NOT EXISTS looks (
    path TEXT PRIMARY KEY,
    signature TEXT NOT NULL,
    submission TEXT NOT NULL,      -- its digest; '' if it could not be read
    problem TEXT NOT NULL          -- why it could not be read
);

-- Reports that were written, so that those which stand are not written again.
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY,
    made_from TEXT NOT NULL,
    signature TEXT NOT NULL
);

-- Runs of which somebody saw what they change, and the run that was published then (0: none).
CREATE TABLE IF NOT EXISTS looked (
    run INTEGER NOT NULL REFERENCES runs,
    against INTEGER NOT NULL,
    at TEXT NOT NULL
);

-- Every score that was given out. The newest of a person counts.
CREATE TABLE IF NOT EXISTS published (
    publication INTEGER NOT NULL,  -- 1, 2, ...
    at TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs,
    person TEXT NOT NULL,          -- the key of the person: id, else e-mail address, login, name, or name of the entry
    points REAL NOT NULL,
    maximum REAL NOT NULL,
    kept INTEGER NOT NULL,         -- 1 if an earlier, higher score was kept
    PRIMARY KEY (publication, person)
);

DROP VIEW IF EXISTS scores;
CREATE VIEW scores AS
    SELECT run, entries.name, person, id, email, submitted, state, note, earned, points, withheld, seconds, made, result
    FROM entries LEFT JOIN results USING (result);

PRAGMA user_version = 1;
