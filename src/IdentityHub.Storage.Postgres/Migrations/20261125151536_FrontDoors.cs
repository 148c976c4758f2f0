using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace IdentityHub.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class FrontDoors : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "home_region",
                table: "users",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "client_accounts",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    custom_data = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    deleted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    traces_erased_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_client_accounts", x => x.user_id);
                    table.ForeignKey(
                        name: "FK_client_accounts_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "dialect_days",
                columns: table => new
                {
                    dialect = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    client_id = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    day = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    calls = table.Column<long>(type: "bigint", nullable: false),
                    last_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_dialect_days", x => new { x.dialect, x.client_id, x.day });
                });

            migrationBuilder.CreateTable(
                name: "one_time_passwords",
                columns: table => new
                {
                    slot_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    tries = table.Column<int>(type: "integer", nullable: false),
                    used_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_one_time_passwords", x => x.slot_hash);
                });

            migrationBuilder.CreateTable(
                name: "tenant_users",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    account_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    external_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    image_url = table.Column<string>(type: "character varying(2048)", maxLength: 2048, nullable: true),
                    referral_code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    code_created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenant_users", x => x.user_id);
                    table.ForeignKey(
                        name: "FK_tenant_users_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_imports",
                columns: table => new
                {
                    file_hash = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false),
                    records_done = table.Column<long>(type: "bigint", nullable: false),
                    imported = table.Column<long>(type: "bigint", nullable: false),
                    skipped = table.Column<long>(type: "bigint", nullable: false),
                    rejected = table.Column<long>(type: "bigint", nullable: false),
                    reject_file_length = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_imports", x => x.file_hash);
                });

            migrationBuilder.CreateTable(
                name: "referrals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    referrer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    referred_id = table.Column<Guid>(type: "uuid", nullable: false),
                    code_used = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_referrals", x => x.id);
                    table.ForeignKey(
                        name: "FK_referrals_tenant_users_referred_id",
                        column: x => x.referred_id,
                        principalTable: "tenant_users",
                        principalColumn: "user_id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_referrals_tenant_users_referrer_id",
                        column: x => x.referrer_id,
                        principalTable: "tenant_users",
                        principalColumn: "user_id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_client_accounts_deleted_at",
                table: "client_accounts",
                column: "deleted_at",
                filter: "deleted_at IS NOT NULL AND traces_erased_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_dialect_days_day",
                table: "dialect_days",
                column: "day")
                .Annotation("Npgsql:IndexMethod", "brin");

            migrationBuilder.CreateIndex(
                name: "ix_one_time_passwords_expires_at",
                table: "one_time_passwords",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_referrals_referred_id",
                table: "referrals",
                column: "referred_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_referrals_referrer_id_created_at",
                table: "referrals",
                columns: new[] { "referrer_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_referrals_tenant_created_at",
                table: "referrals",
                columns: new[] { "tenant", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_tenant_users_name",
                table: "tenant_users",
                columns: new[] { "tenant", "account_id", "external_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_tenant_users_referral_code",
                table: "tenant_users",
                columns: new[] { "tenant", "referral_code" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "client_accounts");

            migrationBuilder.DropTable(
                name: "dialect_days");

            migrationBuilder.DropTable(
                name: "one_time_passwords");

            migrationBuilder.DropTable(
                name: "referrals");

            migrationBuilder.DropTable(
                name: "user_imports");

            migrationBuilder.DropTable(
                name: "tenant_users");

            migrationBuilder.DropColumn(
                name: "home_region",
                table: "users");
        }
    }
}
