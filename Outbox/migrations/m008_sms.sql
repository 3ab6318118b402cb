-- SMS: the other channels of a message, what its providers say of it later, and what people write back.

-- What a message is sent as when the channel before it was refused, in order: composed and checked at acceptance like the first.
CREATE TABLE later_content (
    message   INTEGER NOT NULL REFERENCES content (message) ON DELETE CASCADE,
    position  INTEGER NOT NULL CHECK (position > 0),
    channel   TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
    sender    TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body      BLOB NOT NULL CHECK (length(body) > 0),
    PRIMARY KEY (message, position)
) STRICT, WITHOUT ROWID;

-- What the provider calls the message: its receipts name it. Segments as the provider counts them.
ALTER TABLE attempt ADD COLUMN provider_reference TEXT;
ALTER TABLE attempt ADD COLUMN segments INTEGER CHECK (segments >= 0);
CREATE INDEX attempt_provider_reference ON attempt (provider, provider_reference) WHERE provider_reference IS NOT NULL;

-- Receipts that came before the answer that says whose they are, under our reference or the provider's.
CREATE TABLE early_receipt (
    provider  TEXT NOT NULL,
    reference TEXT NOT NULL,
    state     TEXT NOT NULL CHECK (state IN ('sent', 'failed', 'delivered', 'bounced')),
    status    TEXT NOT NULL,
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (provider, reference, state)
) STRICT, WITHOUT ROWID;

CREATE INDEX early_receipt_age ON early_receipt (at_ms);

-- What came in is heard once: providers repeat themselves, and so may somebody who listened.
CREATE TABLE inbound (
    provider  TEXT NOT NULL,
    reference BLOB NOT NULL CHECK (length(reference) = 32),
    at_ms     INTEGER NOT NULL,
    PRIMARY KEY (provider, reference)
) STRICT, WITHOUT ROWID;

CREATE INDEX inbound_age ON inbound (at_ms);

-- What a person wrote back, for the dealership to read.
ALTER TABLE event ADD COLUMN text TEXT;

-- SMS segments that a dealership sent on a day.
ALTER TABLE quota_use ADD COLUMN segments INTEGER NOT NULL DEFAULT 0 CHECK (segments >= 0);

-- What a provider still has to erase of a person who was erased here. Gone once it has.
CREATE TABLE provider_erasure (
    provider           TEXT NOT NULL,
    reference          TEXT NOT NULL,
    tries              INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    -- Null when it was given up.
    next_attempt_at_ms INTEGER,
    -- What the last try came to: an HTTP status, or the word for none.
    status             TEXT,
    PRIMARY KEY (provider, reference)
) STRICT, WITHOUT ROWID;
