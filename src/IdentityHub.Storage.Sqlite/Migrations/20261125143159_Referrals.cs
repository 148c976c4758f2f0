using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace IdentityHub.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Referrals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "tenant_users",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    account_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    external_id = table.Column<string>(type: "TEXT", maxLength: 200, nullable: false),
                    email = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    image_url = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: true),
                    referral_code = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    code_created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
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
                name: "referrals",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    referrer_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    referred_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    code_used = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
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
                name: "referrals");

            migrationBuilder.DropTable(
                name: "tenant_users");
        }
    }
}
