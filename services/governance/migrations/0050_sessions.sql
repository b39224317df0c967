-- Who is signed in to the pages. The cookie itself is nowhere here: its digest names the row, and it opens the bearer.
CREATE TABLE sessions(
  digest    bytea       PRIMARY KEY,
  subject   text        NOT NULL,
  principal json        NOT NULL,
  bearer    bytea       NOT NULL,   -- the access token, encrypted under the cookie: for what is asked of risk
  began     timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen      timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended     timestamptz);           -- signed out, or revoked
CREATE INDEX sessions_of ON sessions(subject);

-- Signings-in under way: state, nonce and PKCE verifier, for one browser and ten minutes.
CREATE TABLE sign_ins(
  digest bytea       PRIMARY KEY,
  data   json        NOT NULL,
  began  timestamptz NOT NULL DEFAULT clock_timestamp());
