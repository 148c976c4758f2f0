-- Reference tokens of CLIENT, each of a user NAME-n in a session of its own, and a refresh token in the same family. Prints both, apart by
-- a tab: psql -v name=NAME -v client=ID -v scopes=TEXT -v audiences=TEXT -v tokens=N -f values.sql -f tokens.sql
-- The users must be there: users.sql.
INSERT INTO sessions (
    id, user_id, effective_user_id, endpoint, client_id, authenticated_at, authentication_methods, created_at, last_seen_at, expires_at,
    is_persistent)
SELECT pg_temp.load_id(:'name' || 's', n), pg_temp.load_id(:'name', n), pg_temp.load_id(:'name', n), 'connect/token', :'client', now(),
       'pwd', now(), now(), now() + interval '90 days', false
FROM generate_series(1, :tokens) AS n;

INSERT INTO refresh_token_families (id, session_id, user_id, client_id, scopes, authenticated_at, created_at, expires_at)
SELECT pg_temp.load_id(:'name' || 'f', n), pg_temp.load_id(:'name' || 's', n), pg_temp.load_id(:'name', n), :'client', :'scopes', now(),
       now(), now() + interval '90 days'
FROM generate_series(1, :tokens) AS n;

INSERT INTO refresh_tokens (token_hash, family_id, issued_at, expires_at)
SELECT sha256(pg_temp.opaque('r', :'name' || n)::bytea), pg_temp.load_id(:'name' || 'f', n), now(), now() + interval '15 days'
FROM generate_series(1, :tokens) AS n;

INSERT INTO access_tokens (token_hash, client_id, user_id, session_id, family_id, scopes, audiences, issued_at, expires_at)
SELECT sha256(pg_temp.opaque('a', :'name' || n)::bytea), :'client', pg_temp.load_id(:'name', n), pg_temp.load_id(:'name' || 's', n),
       pg_temp.load_id(:'name' || 'f', n), :'scopes', :'audiences', now(), now() + interval '1 day'
FROM generate_series(1, :tokens) AS n;

SELECT pg_temp.opaque('a', :'name' || n) || E'\t' || pg_temp.opaque('r', :'name' || n) FROM generate_series(1, :tokens) AS n;
