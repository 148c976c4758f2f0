using System.Security.Cryptography;
using Npgsql;

namespace LimitApp;

/// <summary>
/// <c>POST /code</c>: one read of the form's <c>code</c>, one compare-and-swap that uses it up, an access token and an <c>id_token</c>. The
/// limit of code redemption.
/// </summary>
internal sealed class CodeCall(NpgsqlDataSource database)
{
    private const string ReadSql =
        "SELECT client_id, subject, scope, redirect_uri, challenge FROM limit_codes WHERE code_hash = $1 AND used_at IS NULL AND "
            + "expires_at > now()";

    private const string UseSql = "UPDATE limit_codes SET used_at = now() WHERE code_hash = $1 AND used_at IS NULL AND expires_at > now()";

    private static readonly byte[] Name = "code"u8.ToArray();

    private static ReadOnlySpan<byte> BeforeToken => "{\"access_token\":\""u8;

    private static ReadOnlySpan<byte> BetweenTokens =>
        "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"scope\":\"openid orders.read\",\"id_token\":\""u8;

    public async Task HandleAsync(HttpContext context)
    {
        if (await FormBody.ReadAsync(context, Name) is not { } code)
        {
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var hash = SHA256.HashData(code);
        if (!await IsGoodAsync(hash, context.RequestAborted) || !await UseAsync(hash, context.RequestAborted))
            await Json.RefuseAsync(context, StatusCodes.Status400BadRequest);
        else
            await WriteTokensAsync(context);
    }

    private async Task<bool> IsGoodAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var read = database.CreateCommand(ReadSql);
        read.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
        await using var row = await read.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) && row.GetString(4).Length == 43;
    }

    private async Task<bool> UseAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var use = database.CreateCommand(UseSql);
        use.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = hash });
        return await use.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static Task WriteTokensAsync(HttpContext context)
    {
        Span<byte> answer = stackalloc byte[2560];
        BeforeToken.CopyTo(answer);
        var end = BeforeToken.Length;
        var access = AccessToken.Write(answer[end..]);
        var accessToken = answer.Slice(end, access);
        end += access;
        BetweenTokens.CopyTo(answer[end..]);
        end += BetweenTokens.Length;
        end += IdToken.Write(answer[end..], accessToken);
        "\"}"u8.CopyTo(answer[end..]);
        return Json.WriteAsync(context, answer[..(end + 2)]);
    }
}
