using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace IdentityHub.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class AdministrationApi : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "actor_id",
                table: "audit_events",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "changes",
                table: "audit_events",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "target",
                table: "audit_events",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "idempotency_keys",
                columns: table => new
                {
                    key_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    request_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    answer = table.Column<byte[]>(type: "bytea", nullable: true),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_keys", x => x.key_hash);
                });

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_keys_expires_at",
                table: "idempotency_keys",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_idempotency_keys_user_id",
                table: "idempotency_keys",
                column: "user_id",
                filter: "user_id IS NOT NULL");

            // For the search of administrators by a prefix, whatever the collation of the database is, and for their lists of an
            // organization. The model cannot describe them.
            migrationBuilder.Sql(
                """
                CREATE INDEX ix_users_user_name_prefix ON users (normalized_user_name text_pattern_ops);
                CREATE INDEX ix_users_email_prefix ON users (normalized_email text_pattern_ops);
                CREATE INDEX ix_users_phone_number_prefix ON users (phone_number text_pattern_ops);
                CREATE INDEX ix_users_given_name_prefix ON users (upper(given_name) text_pattern_ops);
                CREATE INDEX ix_users_family_name_prefix ON users (upper(family_name) text_pattern_ops);
                CREATE INDEX ix_users_organization_id_id ON users (organization_id, id);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP INDEX ix_users_user_name_prefix;
                DROP INDEX ix_users_email_prefix;
                DROP INDEX ix_users_phone_number_prefix;
                DROP INDEX ix_users_given_name_prefix;
                DROP INDEX ix_users_family_name_prefix;
                DROP INDEX ix_users_organization_id_id;
                """);

            migrationBuilder.DropTable(
                name: "idempotency_keys");

            migrationBuilder.DropColumn(
                name: "actor_id",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "changes",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "target",
                table: "audit_events");
        }
    }
}
