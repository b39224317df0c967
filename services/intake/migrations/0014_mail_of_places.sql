-- The same message may come to the inboxes of two places: each has a draft of its own.
ALTER TABLE mails DROP CONSTRAINT mails_name_content_key;
CREATE UNIQUE INDEX mails_once ON mails(name, content, draft_id);
