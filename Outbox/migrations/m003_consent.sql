-- The fold of the ledger as a table, the texts that consent was given to, what the gate decided from, and the register of requests.

-- What the ledger says of each reference now: the blocks that stand and the consents that count, folded from its entries in the
-- order of `seq` as they are added. It can be made again from the ledger at any time; the gate reads nothing else.
CREATE TABLE standing (
    dealership     TEXT NOT NULL,
    contact        BLOB NOT NULL CHECK (length(contact) = 16),
    seq            INTEGER NOT NULL,
    entry          BLOB NOT NULL CHECK (length(entry) = 16),
    event          TEXT NOT NULL,
    scope          TEXT NOT NULL,
    channel        TEXT CHECK (channel IN ('email', 'sms')),
    occurred_at_ms INTEGER NOT NULL,
    method         TEXT NOT NULL,
    refers_to      BLOB CHECK (length(refers_to) = 16),
    notice_digest  BLOB CHECK (length(notice_digest) = 32),
    -- Purposes for which a later consent ended the block, as `newsletter/email`, with spaces between them.
    exceptions     TEXT NOT NULL DEFAULT '',
    -- A `withdrawn` or `refused` that was lifted: it stops nothing, and an older consent still does not count.
    is_ended       INTEGER NOT NULL DEFAULT 0 CHECK (is_ended IN (0, 1)),
    PRIMARY KEY (dealership, contact, seq)
) STRICT, WITHOUT ROWID;

-- The texts that people agreed to, by SHA-256 of exactly these bytes. Not personal: the same text is shown to everybody.
CREATE TABLE notice (
    dealership    TEXT NOT NULL,
    digest        BLOB NOT NULL CHECK (length(digest) = 32),
    version       TEXT NOT NULL,
    language      TEXT NOT NULL,
    text          TEXT NOT NULL,
    PRIMARY KEY (dealership, digest)
) STRICT, WITHOUT ROWID;

-- What the gate was asked with, the last time that it was asked about a message: the clock, the last entry of the dealership's chain,
-- and whether the customer number counted (a counter customer's does not). Enough to decide again; null for older messages. And what
-- it said: `allowed` or the code of the block, with the entry that decided, if one did.
ALTER TABLE message ADD COLUMN gate_at_ms INTEGER;
ALTER TABLE message ADD COLUMN gate_seq INTEGER;
ALTER TABLE message ADD COLUMN gate_counts_customer INTEGER CHECK (gate_counts_customer IN (0, 1));
ALTER TABLE message ADD COLUMN gate_verdict TEXT;
ALTER TABLE message ADD COLUMN gate_entry BLOB CHECK (length(gate_entry) = 16);
-- Every reference that a message has leads to it: a person asks by address, by phone or by customer number.
CREATE INDEX message_customer ON message (dealership, customer) WHERE customer IS NOT NULL;
CREATE INDEX message_other_address ON message (dealership, other_address) WHERE other_address IS NOT NULL;

-- Requests of people about their data (GDPR, articles 15 to 21), registered until they are answered. The note never holds a copy of an
-- identity document. Personal data: erased with the person, but for what was asked and when it was answered.
CREATE TABLE request (
    id             BLOB PRIMARY KEY CHECK (length(id) = 16),
    dealership     TEXT NOT NULL REFERENCES dealership (id),
    contact        BLOB NOT NULL CHECK (length(contact) = 16),
    kind           TEXT NOT NULL CHECK (kind IN ('access', 'portability', 'rectification', 'erasure', 'restriction', 'objection')),
    received_by    TEXT NOT NULL CHECK (received_by IN ('letter', 'email', 'phone', 'person')),
    received_at_ms INTEGER NOT NULL,
    due_at_ms      INTEGER NOT NULL,
    identity_check TEXT,
    note           TEXT,
    outcome        TEXT CHECK (outcome IN ('fulfilled', 'refused', 'withdrawn')),
    closed_at_ms   INTEGER,
    answer         TEXT,
    CHECK ((outcome IS NULL) = (closed_at_ms IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX request_contact ON request (dealership, contact);
CREATE INDEX request_open ON request (due_at_ms) WHERE outcome IS NULL;

-- What a dealership is told, in the order that it happened; the feed and the webhooks read it. `seq` is the millisecond, or one more than
-- the last: it goes on upward when every event is over its term. An event about a message goes with it.
CREATE TABLE event (
    dealership TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    type       TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    contact    BLOB CHECK (length(contact) = 16),
    message    BLOB CHECK (length(message) = 16),
    PRIMARY KEY (dealership, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_contact ON event (dealership, contact) WHERE contact IS NOT NULL;
CREATE INDEX event_message ON event (message) WHERE message IS NOT NULL;
