-- What an erasure looks for, found by an index: it takes one person's rows and must not read everybody's.

-- The numbers that an address came with.
CREATE INDEX customer_address_address ON customer_address (dealership, address);
-- The kept answer of a message; ids grow with time, so an entry is added at the end.
CREATE INDEX idempotency_message ON idempotency (message);
