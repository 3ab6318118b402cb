-- The outbox, the ledger and who may use them. Times are milliseconds of UTC; ids are the sixteen bytes behind `msg_`, `led_`
-- and `key_`; contact references are the sixteen bytes behind `ct_`. Addresses and bodies stand in `content` alone.

-- What the store is bound to: the fingerprint of the home's reference key.
CREATE TABLE home (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A tenant, as its file was written.
CREATE TABLE dealership (
    id            TEXT PRIMARY KEY,
    record        TEXT NOT NULL,
    updated_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_key (
    id            BLOB PRIMARY KEY,
    dealership    TEXT NOT NULL REFERENCES dealership (id),
    secret_digest BLOB NOT NULL CHECK (length(secret_digest) = 32),
    scopes        TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One communication to one contact for one purpose. Kept small: it is what listings and the claim read.
CREATE TABLE message (
    seq                INTEGER PRIMARY KEY,
    id                 BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    dealership         TEXT NOT NULL REFERENCES dealership (id),
    contact            BLOB NOT NULL CHECK (length(contact) = 16),
    customer           BLOB CHECK (length(customer) = 16),
    other_address      BLOB CHECK (length(other_address) = 16),
    state              TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'unknown', 'held', 'sent', 'delivered',
                                                      'bounced', 'failed', 'expired', 'cancelled', 'blocked')),
    channel            TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    template           TEXT NOT NULL,
    template_digest    BLOB NOT NULL CHECK (length(template_digest) = 32),
    purpose            TEXT NOT NULL,
    class              TEXT NOT NULL CHECK (class IN ('safety', 'essential', 'service', 'survey', 'marketing')),
    reference          TEXT,
    created_at_ms      INTEGER NOT NULL,
    priority           TEXT NOT NULL CHECK (priority IN ('urgent', 'normal', 'bulk')),
    coalesce_key       TEXT,
    not_before_ms      INTEGER,
    deliver_by_ms      INTEGER,
    -- The end of trying: deliver_by_ms, or the retry lifetime if that is earlier.
    expires_at_ms      INTEGER NOT NULL,
    next_attempt_at_ms INTEGER,
    -- An attempt may have arrived and nobody has said otherwise: the message never leaves for anywhere else.
    is_in_doubt        INTEGER NOT NULL DEFAULT 0 CHECK (is_in_doubt IN (0, 1)),
    fence              INTEGER NOT NULL DEFAULT 0 CHECK (fence >= 0),
    -- Attempts charged to the message: those that its provider could take up.
    tries              INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    reason_code        TEXT,
    reason_entry       BLOB CHECK (length(reason_entry) = 16),
    CHECK (state <> 'queued' OR next_attempt_at_ms IS NOT NULL),
    CHECK (state IN ('queued', 'unknown') OR next_attempt_at_ms IS NULL),
    CHECK (state <> 'unknown' OR is_in_doubt),
    CHECK (state <> 'queued' OR NOT is_in_doubt),
    CHECK (state <> 'blocked' OR reason_code IS NOT NULL)
) STRICT;

-- What is due, in its order; only messages with an attempt before them are in it.
CREATE INDEX message_due ON message (channel, priority, next_attempt_at_ms, seq) WHERE next_attempt_at_ms IS NOT NULL;
-- What a newer message with the same key replaces.
CREATE INDEX message_coalesce ON message (dealership, contact, coalesce_key)
    WHERE coalesce_key IS NOT NULL AND state IN ('queued', 'held');
-- What a crash left in doubt; nearly always empty.
CREATE INDEX message_sending ON message (seq) WHERE state = 'sending';
-- A person's messages, and an intervention's.
CREATE INDEX message_contact ON message (dealership, contact);
CREATE INDEX message_reference ON message (dealership, reference) WHERE reference IS NOT NULL;

-- The exact bytes that every attempt sends, and the envelope. Personal data: pruned after its retention.
CREATE TABLE content (
    message   INTEGER PRIMARY KEY REFERENCES message (seq),
    sender    TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body      BLOB NOT NULL CHECK (length(body) > 0)
) STRICT;

-- What was answered to a request that came with an idempotency key, written by the accepting transaction itself: the same request
-- again gets the same answer, and no second message.
CREATE TABLE idempotency (
    dealership     TEXT NOT NULL REFERENCES dealership (id),
    key            TEXT NOT NULL,
    request_digest BLOB NOT NULL CHECK (length(request_digest) = 32),
    message        BLOB NOT NULL CHECK (length(message) = 16),
    answer         TEXT NOT NULL,
    created_at_ms  INTEGER NOT NULL,
    PRIMARY KEY (dealership, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_age ON idempotency (created_at_ms);

-- One try to hand a message to one provider. Written by the claim, before a byte leaves; closed by the settle.
CREATE TABLE attempt (
    message     INTEGER NOT NULL REFERENCES message (seq),
    fence       INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    channel     TEXT NOT NULL,
    provider    TEXT NOT NULL,
    outcome     TEXT CHECK (outcome IN ('accepted', 'deferred', 'rejected', 'unknown')),
    status      TEXT,
    reply       TEXT,
    ended_at_ms INTEGER,
    PRIMARY KEY (message, fence),
    CHECK ((outcome IS NULL) = (ended_at_ms IS NULL))
) STRICT, WITHOUT ROWID;

-- The append-only record of consents and objections, one chain a dealership.
CREATE TABLE ledger (
    dealership      TEXT NOT NULL REFERENCES dealership (id),
    seq             INTEGER NOT NULL CHECK (seq > 0),
    id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    prev_hash       BLOB NOT NULL CHECK (length(prev_hash) = 32),
    hash            BLOB NOT NULL CHECK (length(hash) = 32),
    contact         BLOB NOT NULL CHECK (length(contact) = 16),
    related_contact BLOB CHECK (length(related_contact) = 16),
    channel         TEXT CHECK (channel IN ('email', 'sms')),
    scope           TEXT NOT NULL,
    event           TEXT NOT NULL,
    refers_to       BLOB CHECK (length(refers_to) = 16),
    occurred_at_ms  INTEGER NOT NULL,
    recorded_at_ms  INTEGER NOT NULL,
    method          TEXT NOT NULL,
    actor           TEXT NOT NULL,
    notice_digest   BLOB CHECK (length(notice_digest) = 32),
    evidence_digest BLOB CHECK (length(evidence_digest) = 32),
    PRIMARY KEY (dealership, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_contact ON ledger (dealership, contact);

CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'ledger entries are never removed'); END;

-- Personal evidence beside the chain, under the salted digest that is in it; deleting it leaves the chain whole.
CREATE TABLE evidence (
    entry BLOB PRIMARY KEY,
    salt  BLOB NOT NULL CHECK (length(salt) = 16),
    text  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The addresses that a customer number came with. A number seen with more than eight is a counter customer, and counts for
-- nothing.
CREATE TABLE customer_address (
    dealership TEXT NOT NULL,
    customer   BLOB NOT NULL,
    address    BLOB NOT NULL,
    PRIMARY KEY (dealership, customer, address)
) STRICT, WITHOUT ROWID;
