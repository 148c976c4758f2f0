using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace IdentityHub.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RetentionAuditMonths : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Not to be seen in the model: a table that is divided into months, docs/decisions/0040-audit-rows-lie-in-months.md. Its key holds
            // the time, which PostgreSQL asks for. Rows that are there already become the first part. A long query of the trail, such as a
            // dump, ends this migration, instead of holding up what nodes write behind it.
            migrationBuilder.Sql(
                """
                SET LOCAL lock_timeout = '5s';
                ALTER TABLE audit_events RENAME TO audit_events_before;
                ALTER TABLE audit_events_before DROP CONSTRAINT "PK_audit_events";
                ALTER INDEX ix_audit_events_at RENAME TO ix_audit_events_before_at;
                ALTER INDEX ix_audit_events_reason_at RENAME TO ix_audit_events_before_reason_at;
                ALTER INDEX ix_audit_events_user_id_at RENAME TO ix_audit_events_before_user_id_at;
                CREATE TABLE audit_events (LIKE audit_events_before INCLUDING DEFAULTS) PARTITION BY RANGE (at);
                ALTER TABLE audit_events ADD CONSTRAINT "PK_audit_events" PRIMARY KEY (trace_id, id, at);
                CREATE INDEX ix_audit_events_at ON audit_events USING brin (at);
                CREATE INDEX ix_audit_events_reason_at ON audit_events (reason, at) WHERE reason IS NOT NULL;
                CREATE INDEX ix_audit_events_user_id_at ON audit_events (user_id, at) WHERE user_id IS NOT NULL;
                CREATE TABLE audit_events_other PARTITION OF audit_events DEFAULT;
                """);

            // They run with the rights of the owner of the tables, for a role that may write rows: the server changes no table by itself.
            // Every name has its schema, and only parts of the trail are touched: a caller's temporary table or trigger never takes part.
            migrationBuilder.Sql(
                """
                DO $do$
                BEGIN
                    EXECUTE format($create$
                        CREATE FUNCTION %1$I.audit_events_end(part regclass) RETURNS timestamptz LANGUAGE sql STABLE
                        SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $body$
                            SELECT (regexp_match(pg_get_expr(relpartbound, oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz
                            FROM pg_catalog.pg_class WHERE oid = part
                        $body$
                    $create$, current_schema());

                    EXECUTE format($create$
                        CREATE FUNCTION %1$I.audit_events_part(part text) RETURNS regclass LANGUAGE sql STABLE
                        SET search_path = pg_catalog, pg_temp AS $body$
                            SELECT i.inhrelid::regclass FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
                            WHERE i.inhparent = '%1$I.audit_events'::regclass AND c.relname = part
                        $body$
                    $create$, current_schema());

                    -- The role of the caller: here current_user is the owner.
                    EXECUTE format($create$
                        CREATE FUNCTION %1$I.audit_events_require(privilege text) RETURNS void LANGUAGE plpgsql STABLE
                        SET search_path = pg_catalog, pg_temp AS $body$
                        BEGIN
                            IF NOT has_table_privilege(
                                COALESCE(NULLIF(current_setting('role'), 'none'), session_user::text)::name, '%1$I.audit_events', privilege) THEN
                                RAISE insufficient_privilege USING MESSAGE = 'permission denied for table audit_events';
                            END IF;
                        END
                        $body$
                    $create$, current_schema());

                    EXECUTE format($create$
                        CREATE FUNCTION %1$I.audit_events_ahead(moment timestamptz, months integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
                        SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '500ms' AS $body$
                        DECLARE
                            begins timestamptz;
                            ends timestamptz;
                            part text;
                            held record;
                            made integer := 0;
                        BEGIN
                            PERFORM %1$I.audit_events_require('INSERT');
                            FOR month IN 0..LEAST(months, 24) LOOP
                                begins := date_trunc('month', moment) + make_interval(months => month);
                                ends := begins + interval '1 month';
                                part := 'audit_events_' || to_char(begins, 'YYYY_MM');
                                CONTINUE WHEN %1$I.audit_events_part(part) IS NOT NULL
                                    OR begins < %1$I.audit_events_end(%1$I.audit_events_part('audit_events_before'));
                                BEGIN
                                    EXECUTE format('CREATE TABLE %1$I.%%I (LIKE %1$I.audit_events INCLUDING DEFAULTS)', part);
                                    FOR held IN SELECT a.privilege_type, r.rolname FROM pg_catalog.pg_class c
                                        CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
                                        WHERE c.oid = '%1$I.audit_events'::regclass AND a.grantee <> c.relowner
                                    LOOP
                                        EXECUTE format('GRANT %%s ON %1$I.%%I TO %%s', held.privilege_type, part,
                                            COALESCE(quote_ident(held.rolname), 'PUBLIC'));
                                    END LOOP;
                                    EXECUTE format(
                                        'WITH moved AS (DELETE FROM %1$I.audit_events_other WHERE at >= %%L AND at < %%L RETURNING *) '
                                            || 'INSERT INTO %1$I.%%I SELECT * FROM moved', begins, ends, part);
                                    EXECUTE format('ALTER TABLE %1$I.audit_events ATTACH PARTITION %1$I.%%I FOR VALUES FROM (%%L) TO (%%L)',
                                        part, begins, ends);
                                    made := made + 1;
                                EXCEPTION WHEN lock_not_available OR check_violation THEN
                                    -- Somebody reads or writes these rows: the next call makes it.
                                    NULL;
                                END;
                            END LOOP;
                            RETURN made;
                        END
                        $body$
                    $create$, current_schema());

                    EXECUTE format($create$
                        CREATE FUNCTION %1$I.audit_events_drop(before timestamptz, most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
                        SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '200ms' AS $body$
                        DECLARE
                            part regclass;
                            went integer := 0;
                            deleted integer;
                        BEGIN
                            PERFORM %1$I.audit_events_require('DELETE');
                            FOREACH part IN ARRAY
                                ARRAY[%1$I.audit_events_part('audit_events_before'), %1$I.audit_events_part('audit_events_other')]
                            LOOP
                                CONTINUE WHEN part IS NULL;
                                EXECUTE format('DELETE FROM %%1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %%1$s WHERE at < $1 LIMIT $2))', part)
                                    USING before, most;
                                GET DIAGNOSTICS deleted = ROW_COUNT;
                                went := went + deleted;
                            END LOOP;

                            -- Last, and one month only: what is written waits for the lock on the whole trail.
                            SELECT inhrelid INTO part FROM pg_catalog.pg_inherits
                                WHERE inhparent = '%1$I.audit_events'::regclass AND %1$I.audit_events_end(inhrelid) <= before
                                ORDER BY %1$I.audit_events_end(inhrelid) LIMIT 1;
                            IF FOUND THEN
                                BEGIN
                                    EXECUTE format('DROP TABLE %%s', part);
                                    went := went + 1;
                                EXCEPTION WHEN lock_not_available THEN
                                    -- A long query reads it: the next call drops it.
                                    NULL;
                                END;
                            END IF;
                            RETURN went;
                        END
                        $body$
                    $create$, current_schema());
                END
                $do$;
                """);

            migrationBuilder.Sql(
                """
                DO $do$
                DECLARE
                    held record;
                    ends timestamptz := (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
                BEGIN
                    FOR held IN SELECT privilege_type, grantee FROM information_schema.role_table_grants
                        WHERE table_schema = current_schema() AND table_name = 'audit_events_before' AND grantee <> current_user
                    LOOP
                        EXECUTE format(
                            'GRANT %s ON audit_events TO %s', held.privilege_type,
                            CASE held.grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(held.grantee) END);
                    END LOOP;

                    -- Of a node whose clock was wrong: they must not decide where the months begin.
                    WITH moved AS (DELETE FROM audit_events_before WHERE at >= ends RETURNING *) INSERT INTO audit_events SELECT * FROM moved;
                    IF EXISTS (SELECT 1 FROM audit_events_before) THEN
                        EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION audit_events_before FOR VALUES FROM (MINVALUE) TO (%L)', ends);
                    ELSE
                        DROP TABLE audit_events_before;
                    END IF;
                    PERFORM audit_events_ahead(now(), 2);
                END
                $do$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE TABLE audit_events_plain (LIKE audit_events INCLUDING DEFAULTS);
                INSERT INTO audit_events_plain SELECT * FROM audit_events;
                DROP TABLE audit_events;
                DROP FUNCTION audit_events_ahead;
                DROP FUNCTION audit_events_drop;
                DROP FUNCTION audit_events_require;
                DROP FUNCTION audit_events_part;
                DROP FUNCTION audit_events_end;
                ALTER TABLE audit_events_plain RENAME TO audit_events;
                ALTER TABLE audit_events ADD CONSTRAINT "PK_audit_events" PRIMARY KEY (trace_id, id);
                CREATE INDEX ix_audit_events_at ON audit_events USING brin (at);
                CREATE INDEX ix_audit_events_reason_at ON audit_events (reason, at) WHERE reason IS NOT NULL;
                CREATE INDEX ix_audit_events_user_id_at ON audit_events (user_id, at) WHERE user_id IS NOT NULL;
                """);
        }
    }
}
