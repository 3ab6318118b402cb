-- Keys that end, keys of the gateway itself, and what an operator does to a whole dealership.

-- An API key. One without a dealership is the gateway's own: it acts on dealerships' records and on nothing of theirs. A key that was
-- revoked or has expired stays, so that the log's ids can still be read.
CREATE TABLE renewed_api_key (
    id            BLOB PRIMARY KEY CHECK (length(id) = 16),
    dealership    TEXT REFERENCES dealership (id),
    name          TEXT,
    secret_digest BLOB NOT NULL CHECK (length(secret_digest) = 32),
    scopes        TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    revoked_at_ms INTEGER,
    CHECK (dealership IS NOT NULL OR scopes = 'admin')
) STRICT, WITHOUT ROWID;

INSERT INTO renewed_api_key (id, dealership, secret_digest, scopes, created_at_ms)
    SELECT id, dealership, secret_digest, scopes, created_at_ms FROM api_key;
DROP TABLE api_key;
ALTER TABLE renewed_api_key RENAME TO api_key;
CREATE INDEX api_key_dealership ON api_key (dealership);

-- Since when an operator lets nothing of a dealership leave; null while it may.
ALTER TABLE dealership ADD COLUMN held_at_ms INTEGER;

-- Messages that wait for a person: what a release looks for, and a dealership's end. There are few of them.
CREATE INDEX message_aside ON message (dealership, seq) WHERE state IN ('held', 'unknown');

-- Messages accepted of a dealership that has a quota, by its own day (2027-01-31), and whether it was told that the quota is reached. Of
-- earlier days nothing is kept.
CREATE TABLE quota_use (
    dealership TEXT NOT NULL,
    day        TEXT NOT NULL,
    messages   INTEGER NOT NULL,
    is_told    INTEGER NOT NULL DEFAULT 0 CHECK (is_told IN (0, 1)),
    PRIMARY KEY (dealership, day)
) STRICT, WITHOUT ROWID;
