using System.Text.RegularExpressions;
using IdentityHub.Testing;

namespace IdentityHub.Server.Tests.Support;

/// <summary>Reset mails as they are asked for, and as they arrive in the outbox of Development.</summary>
internal static partial class ResetMails
{
    /// <summary>POST /password/reset/{userId}.</summary>
    public static Task<Answer> AskForResetAsync(this HttpClient client, string userId, string email, string more = "") =>
        client.CallAsync("POST", $"/password/reset/{userId}", $$"""{"email":"{{email}}"{{more}}}""");

    /// <summary>PUT /password/reset.</summary>
    public static Task<Answer> ResetAsync(this HttpClient client, string token, string userName, string password) =>
        client.CallAsync("PUT", "/password/reset", $$"""{"token":"{{token}}","username":"{{userName}}","newPassword":"{{password}}"}""");

    /// <summary>The token of the newest reset mail, once there are <paramref name="count"/> of them.</summary>
    public static async Task<string> ResetTokenAsync(this Hub hub, int count = 1)
    {
        var tokens = await Eventually.GetAsync(() => hub.ResetTokensAsync(), tokens => tokens.Count >= count);
        if (tokens.Count == count)
            return tokens[^1];
        var messages = (await hub.OutboxAsync()).Select(message =>
            $"{message.Channel}, tries: {message.Attempts}, delivered: {message.DeliveredAt}, error: {message.LastError}");
        throw new InvalidOperationException(
            $"There are {tokens.Count} reset mails.{Environment.NewLine}{string.Join(Environment.NewLine, messages)}{Environment.NewLine}"
                + hub.Logs);
    }

    /// <summary>The tokens of all reset mails, in the order in which they were sent.</summary>
    public static async Task<List<string>> ResetTokensAsync(this Hub hub)
    {
        var outbox = await hub.Client.CallAsync("GET", "/dev/outbox", null, null, ("Accept", "application/json"));
        return [.. outbox.Json.GetProperty("messages").EnumerateArray()
            .OrderBy(message => message.GetProperty("at").GetString(), StringComparer.Ordinal)
            .ThenBy(message => message.GetProperty("id").GetString(), StringComparer.Ordinal)
            .Select(message => Token().Match(message.GetProperty("text").GetString()!))
            .Where(token => token.Success)
            .Select(token => token.Groups[1].Value)];
    }

    /// <summary>Waits until every request was looked at.</summary>
    public static async Task LookedAtAsync(this Hub hub) =>
        await Eventually.GetAsync(
            async () =>
                (await hub
                        .Database.Call("SELECT id FROM outbox_messages WHERE delivered_at IS NULL")
                        .ListAsync(row => row.Guid(), CancellationToken.None)
                ).Count,
            waiting => waiting == 0);

    [GeneratedRegex(@"[?&]token=(ihw_[A-Za-z0-9_-]{49})(?![A-Za-z0-9_-])")]
    private static partial Regex Token();
}
