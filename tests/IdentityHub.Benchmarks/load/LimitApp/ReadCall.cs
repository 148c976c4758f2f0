using System.Security.Cryptography;
using Npgsql;

namespace LimitApp;

/// <summary>
/// <c>POST /read</c>: one prepared read by primary key, the SHA-256 of the form's <c>token</c>. The limit of introspection.
/// </summary>
internal sealed class ReadCall(NpgsqlDataSource database)
{
    private const string Sql =
        "SELECT client_id, subject, scope, created_at, expires_at FROM limit_tokens WHERE token_hash = $1";

    private static readonly byte[] Name = "token"u8.ToArray();

    public async Task HandleAsync(HttpContext context)
    {
        var token = await FormBody.ReadAsync(context, Name);
        if (token is null)
        {
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        // Prepared by the connection string's Max Auto Prepare; a data source's command takes and gives back a connection.
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = SHA256.HashData(token) });
        await using var row = await command.ExecuteReaderAsync(context.RequestAborted);
        if (!await row.ReadAsync(context.RequestAborted))
        {
            await Json.RefuseAsync(context, StatusCodes.Status404NotFound);
            return;
        }

        await Json.WriteAsync(context, Describe(row));
    }

    private static byte[] Describe(NpgsqlDataReader row) =>
        System.Text.Encoding.UTF8.GetBytes(
            $$"""{"active":true,"client_id":"{{row.GetString(0)}}","sub":"{{row.GetString(1)}}","scope":"{{row.GetString(2)}}","iat":{{Seconds(row, 3)}},"exp":{{Seconds(row, 4)}}}""");

    private static long Seconds(NpgsqlDataReader row, int column) =>
        new DateTimeOffset(row.GetDateTime(column)).ToUnixTimeSeconds();
}
