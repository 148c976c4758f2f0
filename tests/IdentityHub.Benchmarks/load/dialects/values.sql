-- Functions for the other files of this folder, in one session of psql with them.
\set ON_ERROR_STOP on

-- An opaque value in the form of the product: "ih", LETTER, "_", 43 characters of base64url, 6 of a checksum.
CREATE FUNCTION pg_temp.opaque(letter text, seed text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$
    SELECT body || left(translate(encode(substring(sha256(body::bytea) FROM 1 FOR 6), 'base64'), '+/', '-_'), 6)
    FROM (SELECT 'ih' || letter || '_' || translate(rtrim(encode(sha256(seed::bytea), 'base64'), '='), '+/', '-_') AS body) AS made
$$;

-- Ids rise with N, as those of the product do with time; KIND keeps those of different files apart. Version 4, which client accounts need.
CREATE FUNCTION pg_temp.load_id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (left(md5(kind), 8) || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

CREATE FUNCTION pg_temp.base64url(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT translate(rtrim(replace(encode(bytes, 'base64'), E'\n', ''), '='), '+/', '-_') $$;

-- HMAC-SHA256 (RFC 2104) of a key of at most 64 bytes; without it the extension pgcrypto would have to be in the hub's database.
CREATE FUNCTION pg_temp.hmac(key bytea, message bytea) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS
$$
DECLARE
    inner_pad bytea := decode(repeat('36', 64), 'hex');
    outer_pad bytea := decode(repeat('5c', 64), 'hex');
BEGIN
    FOR i IN 0 .. length(key) - 1 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(key, i));
        outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(key, i));
    END LOOP;
    RETURN sha256(outer_pad || sha256(inner_pad || message));
END
$$;

-- A JWT signed with HS256.
CREATE FUNCTION pg_temp.signed(key text, payload text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$
    SELECT input || '.' || pg_temp.base64url(pg_temp.hmac(key::bytea, input::bytea))
    FROM (SELECT pg_temp.base64url('{"alg":"HS256","typ":"JWT"}') || '.' || pg_temp.base64url(convert_to(payload, 'UTF8')) AS input) AS made
$$;
