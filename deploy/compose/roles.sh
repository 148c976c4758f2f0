#!/bin/sh
# Run once by the image of PostgreSQL, for an empty data directory: the two roles of docs/production.md.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres -v owner="$HUB_OWNER_PASSWORD" -v app="$HUB_APP_PASSWORD" <<'END'
CREATE ROLE hub_owner LOGIN PASSWORD :'owner';
CREATE ROLE hub_app LOGIN PASSWORD :'app';
CREATE DATABASE identityhub OWNER hub_owner;
\connect identityhub
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO hub_owner;
GRANT USAGE ON SCHEMA public TO hub_app;
ALTER DEFAULT PRIVILEGES FOR ROLE hub_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO hub_app;
ALTER DEFAULT PRIVILEGES FOR ROLE hub_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO hub_app;
END
