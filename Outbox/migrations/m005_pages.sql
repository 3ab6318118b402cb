-- The pages of messages (`/m/`): when one was taken back, and how often a person seems to have opened it. What the page shows is composed from
-- `content` each time and stands nowhere else.

ALTER TABLE message ADD COLUMN page_revoked_at_ms INTEGER;
ALTER TABLE message ADD COLUMN page_openings INTEGER NOT NULL DEFAULT 0 CHECK (page_openings >= 0);
ALTER TABLE message ADD COLUMN page_first_opened_at_ms INTEGER;
-- An opening within a minute of this one is the same.
ALTER TABLE message ADD COLUMN page_last_opened_at_ms INTEGER;
