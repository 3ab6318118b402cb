-- Events about messages, and the webhooks that they go out by.

-- Why, of a message's state: its code, and the entry of the ledger that decided; or the entry that the event is about. A message's
-- channel and reference are read from its row and not repeated here.
ALTER TABLE event ADD COLUMN reason TEXT;
ALTER TABLE event ADD COLUMN entry BLOB CHECK (length(entry) = 16);
