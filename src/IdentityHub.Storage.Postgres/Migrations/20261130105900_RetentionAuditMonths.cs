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
            // the time, which PostgreSQL asks for. Rows that are there already become the first part.
            migrationBuilder.Sql(
                """
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
            migrationBuilder.Sql(
                """
                DO $do$
                BEGIN
                    EXECUTE format($create$
                        CREATE FUNCTION audit_events_end(part regclass) RETURNS timestamptz LANGUAGE sql STABLE
                        SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $body$
                            SELECT (regexp_match(pg_get_expr(relpartbound, oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz
                            FROM pg_class WHERE oid = part
                        $body$
                    $create$);

                    EXECUTE format($create$
                        CREATE FUNCTION audit_events_ahead(moment timestamptz, months integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
                        SET search_path = %1$I, pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $body$
                        DECLARE
                            begins timestamptz;
                            ends timestamptz;
                            part text;
                            made integer := 0;
                        BEGIN
                            IF NOT has_table_privilege(session_user, 'audit_events', 'INSERT') THEN
                                RAISE insufficient_privilege USING MESSAGE = 'permission denied for table audit_events';
                            END IF;
                            FOR month IN 0..months LOOP
                                begins := date_trunc('month', moment) + make_interval(months => month);
                                ends := begins + interval '1 month';
                                part := 'audit_events_' || to_char(begins, 'YYYY_MM');
                                CONTINUE WHEN to_regclass(part) IS NOT NULL OR begins < audit_events_end(to_regclass('audit_events_before'));
                                BEGIN
                                    EXECUTE format('CREATE TABLE %%I (LIKE audit_events INCLUDING DEFAULTS)', part);
                                    EXECUTE format(
                                        'WITH moved AS (DELETE FROM audit_events_other WHERE at >= %%L AND at < %%L RETURNING *) '
                                            || 'INSERT INTO %%I SELECT * FROM moved', begins, ends, part);
                                    EXECUTE format('ALTER TABLE audit_events ATTACH PARTITION %%I FOR VALUES FROM (%%L) TO (%%L)', part, begins, ends);
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
                        CREATE FUNCTION audit_events_drop(before timestamptz, most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
                        SET search_path = %1$I, pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $body$
                        DECLARE
                            part regclass;
                            went integer := 0;
                            deleted integer;
                        BEGIN
                            IF NOT has_table_privilege(session_user, 'audit_events', 'DELETE') THEN
                                RAISE insufficient_privilege USING MESSAGE = 'permission denied for table audit_events';
                            END IF;
                            FOR part IN SELECT inhrelid FROM pg_inherits
                                WHERE inhparent = 'audit_events'::regclass AND audit_events_end(inhrelid) <= before
                            LOOP
                                BEGIN
                                    EXECUTE format('DROP TABLE %%s', part);
                                    went := went + 1;
                                EXCEPTION WHEN lock_not_available THEN
                                    -- A long query reads it: the next call drops it.
                                    NULL;
                                END;
                            END LOOP;
                            FOREACH part IN ARRAY ARRAY[to_regclass('audit_events_before'), to_regclass('audit_events_other')] LOOP
                                CONTINUE WHEN part IS NULL;
                                EXECUTE format('DELETE FROM %%1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %%1$s WHERE at < $1 LIMIT $2))', part)
                                    USING before, most;
                                GET DIAGNOSTICS deleted = ROW_COUNT;
                                went := went + deleted;
                            END LOOP;
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
                    ends timestamptz;
                BEGIN
                    FOR held IN SELECT privilege_type, grantee FROM information_schema.role_table_grants
                        WHERE table_schema = current_schema() AND table_name = 'audit_events_before' AND grantee <> current_user
                    LOOP
                        EXECUTE format(
                            'GRANT %s ON audit_events TO %s', held.privilege_type,
                            CASE held.grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(held.grantee) END);
                    END LOOP;
                    IF EXISTS (SELECT 1 FROM audit_events_before) THEN
                        SELECT date_trunc('month', GREATEST(now(), max(at)) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '1 month' INTO ends
                            FROM audit_events_before;
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
