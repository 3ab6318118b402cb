-- Routes of several providers, and messages that can be composed again.

-- Which provider of the channel's route the next attempt is for, counted from 0. It moves on when a provider is known not to have
-- accepted the message, and never while an attempt is in doubt.
ALTER TABLE message ADD COLUMN route_position INTEGER NOT NULL DEFAULT 0 CHECK (route_position >= 0);
-- The message that this one repeats (`outbox resend`).
ALTER TABLE message ADD COLUMN resend_of BLOB CHECK (length(resend_of) = 16);

-- What is due, in its order, for each place in the route; only messages with an attempt before them are in it. The doubt stands last so
-- that a provider which stands in for another passes by what it may not take without reading the messages.
DROP INDEX message_due;
CREATE INDEX message_due ON message (channel, route_position, priority, next_attempt_at_ms, seq, is_in_doubt)
    WHERE next_attempt_at_ms IS NOT NULL;

-- The request as it was accepted, without its key: what a message is composed from once more. Personal data, pruned with the body;
-- null for messages of an earlier version.
ALTER TABLE content ADD COLUMN request TEXT;
