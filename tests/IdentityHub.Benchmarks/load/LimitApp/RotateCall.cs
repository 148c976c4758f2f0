using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace LimitApp;

/// <summary>
/// <c>POST /rotate</c>: one statement marks the form's <c>refresh_token</c> used and inserts its successor, which the
/// answer carries. The limit of the refresh grant.
/// </summary>
internal sealed class RotateCall(NpgsqlDataSource database)
{
    private const string Sql =
        """
        WITH used AS (
            UPDATE limit_tokens SET used_at = now()
            WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
            RETURNING family_id, client_id, subject, scope)
        INSERT INTO limit_tokens (token_hash, family_id, client_id, subject, scope, created_at, expires_at)
        SELECT $2, family_id, client_id, subject, scope, now(), now() + interval '30 days' FROM used
        """;

    private static readonly byte[] Name = "refresh_token"u8.ToArray();

    public async Task HandleAsync(HttpContext context)
    {
        var presented = await FormBody.ReadAsync(context, Name);
        if (presented is null)
        {
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var successor = OpaqueValue.Create();
        await using var command = database.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = SHA256.HashData(presented) });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = SHA256.HashData(successor) });
        var inserted = await command.ExecuteNonQueryAsync(context.RequestAborted);
        if (inserted == 0)
        {
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        await Json.WriteAsync(context, Answer(successor));
    }

    private static byte[] Answer(byte[] successor) => Encoding.ASCII.GetBytes(
        $$"""{"refresh_token":"{{Encoding.ASCII.GetString(successor)}}","token_type":"Bearer","expires_in":3600}""");
}
