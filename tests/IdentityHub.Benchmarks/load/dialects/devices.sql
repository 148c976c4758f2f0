-- Device codes that wait for a user, printed one a line: psql -v codes=N -f values.sql -f devices.sql
INSERT INTO device_codes (device_code_hash, user_code_hash, client_id, scopes, created_at, expires_at, interval_seconds)
SELECT sha256(pg_temp.opaque('d', 'load' || n)::bytea), sha256(('load-user-code-' || n)::bytea), 'load-device', 'openid orders.read', now(),
       now() + interval '1 day', 5
FROM generate_series(1, :codes) AS n;

SELECT pg_temp.opaque('d', 'load' || n) FROM generate_series(1, :codes) AS n;
