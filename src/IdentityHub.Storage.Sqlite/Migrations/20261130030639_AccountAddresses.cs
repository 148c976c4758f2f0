using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace IdentityHub.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class AccountAddresses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_by_phone",
                table: "password_resets",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "address_changes",
                columns: table => new
                {
                    token_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    is_phone = table.Column<bool>(type: "INTEGER", nullable: false),
                    old_address = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    old_confirmed = table.Column<bool>(type: "INTEGER", nullable: false),
                    old_user_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    undone_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_address_changes", x => x.token_hash);
                    table.ForeignKey(
                        name: "FK_address_changes_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_expires_at",
                table: "address_changes",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "ix_address_changes_user_id",
                table: "address_changes",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "address_changes");

            migrationBuilder.DropColumn(
                name: "is_by_phone",
                table: "password_resets");
        }
    }
}
