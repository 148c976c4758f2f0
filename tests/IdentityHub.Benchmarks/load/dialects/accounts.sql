-- Client accounts of the users NAME-n, each with a token. Prints account and token, apart by a tab:
--   psql -v name=NAME -v accounts=N -f values.sql -f accounts.sql. The users must be there: users.sql.
INSERT INTO client_accounts (user_id, custom_data, created_at)
SELECT pg_temp.load_id(:'name', n), '{"plan":"basic"}', now() FROM generate_series(1, :accounts) AS n;

INSERT INTO sessions (
    id, user_id, effective_user_id, endpoint, client_id, authenticated_at, authentication_methods, created_at, last_seen_at, expires_at,
    is_persistent)
SELECT pg_temp.load_id(:'name' || 's', n), pg_temp.load_id(:'name', n), pg_temp.load_id(:'name', n), 'v1/client/login', 'client-accounts',
       now(), 'pwd', now(), now(), now() + interval '1 day', false
FROM generate_series(1, :accounts) AS n;

INSERT INTO access_tokens (token_hash, client_id, user_id, session_id, scopes, audiences, issued_at, expires_at)
SELECT sha256(pg_temp.opaque('a', :'name' || n)::bytea), 'client-accounts', pg_temp.load_id(:'name', n), pg_temp.load_id(:'name' || 's', n),
       '', 'client-api', now(), now() + interval '1 day'
FROM generate_series(1, :accounts) AS n;

SELECT pg_temp.load_id(:'name', n) || E'\t' || pg_temp.opaque('a', :'name' || n) FROM generate_series(1, :accounts) AS n;
