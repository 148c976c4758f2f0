using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace IdentityHub.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class UserAttributes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "user_attributes",
                columns: table => new
                {
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    value = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    is_unique = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_searchable = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_user_attributes", x => new { x.user_id, x.name, x.value });
                    table.ForeignKey(
                        name: "FK_user_attributes_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_user_attributes_search",
                table: "user_attributes",
                columns: new[] { "name", "value" },
                filter: "is_searchable");

            migrationBuilder.CreateIndex(
                name: "ix_user_attributes_unique",
                table: "user_attributes",
                columns: new[] { "name", "value" },
                unique: true,
                filter: "is_unique");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "user_attributes");
        }
    }
}
