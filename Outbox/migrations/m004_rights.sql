-- What an erasure looks for, found by an index: it takes one person's rows and must not read everybody's.

-- The numbers that an address came with.
CREATE INDEX customer_address_address ON customer_address (dealership, address);
-- The kept answer of a message; ids grow with time, so an entry is added at the end.
CREATE INDEX idempotency_message ON idempotency (message);

-- A request names its person by all that is known of them, as a message does.
ALTER TABLE request ADD COLUMN customer BLOB CHECK (length(customer) = 16);
ALTER TABLE request ADD COLUMN other_address BLOB CHECK (length(other_address) = 16);
CREATE INDEX request_customer ON request (dealership, customer) WHERE customer IS NOT NULL;
CREATE INDEX request_other_address ON request (dealership, other_address) WHERE other_address IS NOT NULL;

-- A dealership's messages in their order: its list, newest first, is read from the end of its own.
CREATE INDEX message_dealership ON message (dealership);
