using System.Security.Cryptography;
using Npgsql;

namespace LimitApp;

/// <summary>
/// <c>POST /insert</c>: reads a body, inserts a row of the shape of the hub's <c>access_tokens</c> under the SHA-256 of a fresh token, and
/// answers the token. The limit of a reference token, by <c>client_credentials</c> and by <c>/api/token</c>.
/// </summary>
internal sealed class InsertCall(NpgsqlDataSource database)
{
    private const string Sql =
        """
        INSERT INTO limit_access_tokens (token_hash, client_id, user_id, session_id, family_id, scopes, audiences, issued_at, expires_at, actor)
        VALUES ($1, $2, NULL, NULL, NULL, $3, $4, $5, $6, NULL)
        """;

    private static ReadOnlySpan<byte> BeforeToken => "{\"access_token\":\""u8;

    private static ReadOnlySpan<byte> AfterToken => "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"orders.read\"}"u8;

    public async Task HandleAsync(HttpContext context)
    {
        if (!await FormBody.SkipAsync(context))
        {
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var token = OpaqueValue.Create();
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = SHA256.HashData(token) });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "load-reference" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "orders.read" });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = "orders" });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.AddHours(1) });
        await command.ExecuteNonQueryAsync(context.RequestAborted);
        await WriteTokenAsync(context, token);
    }

    private static Task WriteTokenAsync(HttpContext context, byte[] token)
    {
        Span<byte> answer = stackalloc byte[256];
        BeforeToken.CopyTo(answer);
        token.CopyTo(answer[BeforeToken.Length..]);
        AfterToken.CopyTo(answer[(BeforeToken.Length + token.Length)..]);
        return Json.WriteAsync(context, answer[..(BeforeToken.Length + token.Length + AfterToken.Length)]);
    }
}
