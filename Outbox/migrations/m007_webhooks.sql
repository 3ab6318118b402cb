-- Events about messages, and the webhooks that they go out by.

-- Why, of a message's state: its code, and the entry of the ledger that decided; or the entry that the event is about. A message's
-- channel and reference are read from its row and not repeated here.
ALTER TABLE event ADD COLUMN reason TEXT;
ALTER TABLE event ADD COLUMN entry BLOB CHECK (length(entry) = 16);
-- The webhook that the event is about.
ALTER TABLE event ADD COLUMN webhook TEXT;

-- Where a dealership's events are sent, as its file says; how each fares stands here alone.
CREATE TABLE webhook (
    dealership       TEXT NOT NULL REFERENCES dealership (id) ON DELETE CASCADE,
    id               TEXT NOT NULL,
    url              TEXT NOT NULL,
    -- A JSON array: `message.sent`, or `message.*` for all of a kind.
    types            TEXT NOT NULL,
    -- The first failure since the last success.
    failing_since_ms INTEGER,
    -- Its receiver asked to be left alone until then.
    paused_until_ms  INTEGER,
    -- Why nothing is sent to it: its receiver said that it is gone for good, or it failed for days.
    disabled         TEXT CHECK (disabled IN ('gone', 'failing')),
    PRIMARY KEY (dealership, id)
) STRICT, WITHOUT ROWID;

-- An event on its way to a webhook: written with the event, removed when it has arrived, and gone with either of them.
CREATE TABLE webhook_delivery (
    seq                INTEGER PRIMARY KEY,
    dealership         TEXT NOT NULL,
    event              INTEGER NOT NULL,
    webhook            TEXT NOT NULL,
    tries              INTEGER NOT NULL DEFAULT 0 CHECK (tries >= 0),
    -- Null when it was given up.
    next_attempt_at_ms INTEGER,
    -- What the last try came to: an HTTP status, or the word for none.
    status             TEXT,
    UNIQUE (dealership, event, webhook),
    FOREIGN KEY (dealership, event) REFERENCES event (dealership, seq) ON DELETE CASCADE,
    FOREIGN KEY (dealership, webhook) REFERENCES webhook (dealership, id) ON DELETE CASCADE
) STRICT;

-- What is due of each webhook, in its order.
CREATE INDEX webhook_delivery_due ON webhook_delivery (dealership, webhook, next_attempt_at_ms);
