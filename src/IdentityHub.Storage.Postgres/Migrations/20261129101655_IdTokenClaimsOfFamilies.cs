using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace IdentityHub.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class IdTokenClaimsOfFamilies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "id_token_claims",
                table: "refresh_token_families",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "id_token_claims",
                table: "refresh_token_families");
        }
    }
}
