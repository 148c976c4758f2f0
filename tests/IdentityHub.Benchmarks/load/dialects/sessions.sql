-- Login sessions of the users whose name is LIKE users_like, by turns; prints the LSID and the user of each, apart by a tab:
--   psql -v name=NAME -v sessions=N -v users_like=PATTERN -f values.sql -f sessions.sql
CREATE TEMPORARY TABLE holders AS
SELECT id, organization_id, row_number() OVER (ORDER BY id) - 1 AS place FROM users WHERE user_name LIKE :'users_like';
SELECT count(*) AS holders FROM holders \gset

CREATE TEMPORARY TABLE made AS
SELECT n, pg_temp.opaque('s', :'name' || n) AS lsid, n % :holders AS place FROM generate_series(1, :sessions) AS n;

INSERT INTO sessions (
    id, user_id, effective_user_id, effective_organization_id, endpoint, authenticated_at, authentication_methods, created_at, last_seen_at,
    expires_at, is_persistent, handle_hash, handle_expires_at, handle_idle_seconds)
SELECT pg_temp.load_id(:'name', n), h.id, h.id, h.organization_id, 'authenticate/{username}', now(), 'pwd', now(), now(),
       now() + interval '1 day', false, sha256(lsid::bytea), now() + interval '1 day', 86400
FROM made JOIN holders h USING (place);

SELECT lsid || E'\t' || h.id FROM made JOIN holders h USING (place) ORDER BY n;
