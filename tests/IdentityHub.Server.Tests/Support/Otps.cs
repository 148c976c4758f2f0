using System.Text;
using System.Text.RegularExpressions;
using IdentityHub.Server.Messaging.Transports;
using IdentityHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Support;

/// <summary>One-time passwords as clients ask for them, and as they arrive.</summary>
internal static partial class Otps
{
    public const string Path = "/otp/send";

    /// <summary>
    /// Clients with one-time passwords: <c>open</c> takes new users, <c>closed</c> does not, <c>off</c> has none; <c>plain</c> knows
    /// nothing of it.
    /// </summary>
    public const string Config = Parts.People +
        """
        clients:
          - client_id: open
            client_name: Open
            grant_types: [client_credentials, password, refresh_token, "urn:identityhub:params:oauth:grant-type:otp"]
            client_secrets: [{ value: "plain:open-secret" }]
            scope: openid profile email phone
            dialects: [oauth-v2, otp]
            otp: { enabled: true, allow_new_users: true }
            access_token_format: reference
          - client_id: closed
            client_name: Closed
            grant_types: [client_credentials, password, "urn:identityhub:params:oauth:grant-type:otp"]
            client_secrets: [{ value: "plain:closed-secret" }]
            dialects: [oauth-v2, otp]
            otp: { enabled: true, ttl: 90s, digits: 8 }
          - client_id: off
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:off-secret" }]
            dialects: [oauth-v2, otp]
            otp: { enabled: false }
          - client_id: plain
            grant_types: [client_credentials, password]
            client_secrets: [{ value: "plain:plain-secret" }]
          - client_id: web
            client_name: The Web
            grant_types: [authorization_code]
            redirect_uris: [https://web.test/cb]
            client_secrets: [{ value: "plain:web-secret" }]
            scope: openid profile email
          - { client_id: orders, grant_types: [client_credentials], client_secrets: [{ value: "plain:orders-secret" }] }
        dialects:
          oauth-v2: { enabled: true }
          otp: { enabled: true }

        """;

    /// <summary>A token of a client that acts for itself.</summary>
    public static async Task<string> MachineTokenAsync(this HttpClient client, string clientId = "open") =>
        (await client.MachineAsync(clientId))["access_token"]!;

    /// <summary>POST of a JSON body to <c>/otp/send</c>.</summary>
    public static Task<Answer> SendOtpAsync(this HttpClient client, string bearer, string json, string? from = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        }.WithBearer(bearer);
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return client.AnswerAsync(request);
    }

    /// <summary>Has a code sent, and fails where that is refused.</summary>
    public static async Task RequestOtpAsync(this HttpClient client, string address, string clientId = "open", string? from = null)
    {
        var answer = await client.SendOtpAsync(await client.MachineTokenAsync(clientId), Body(address), from);
        Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
    }

    /// <summary>The extension grant.</summary>
    public static Task<Answer> RedeemOtpAsync(
        this HttpClient client, string address, string code, string clientId = "open", string? scope = null, string? from = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token").WithForm(
            ("grant_type", "urn:identityhub:params:oauth:grant-type:otp"), ("client_id", clientId), ("client_secret", $"{clientId}-secret"),
            (address.Contains('@', StringComparison.Ordinal) ? "email" : "phone", address), ("otp", code), ("scope", scope ?? ""));
        if (from is not null)
            request.Headers.Add("X-Forwarded-For", from);
        return client.AnswerAsync(request);
    }

    /// <summary>Has a code sent and takes it out of the outbox.</summary>
    public static async Task<string> NewCodeAsync(this Hub hub, string address, string clientId = "open")
    {
        var before = hub.CodesTo(address).Count;
        await hub.Client.RequestOtpAsync(address, clientId);
        return await hub.CodeAsync(address, before + 1);
    }

    /// <summary>The same where either of several nodes may deliver it.</summary>
    public static async Task<string> NewCodeAsync(IReadOnlyList<Hub> nodes, string address)
    {
        await nodes[0].Client.RequestOtpAsync(address);
        var sent = await Eventually.GetAsync(
            () => Task.FromResult(nodes.SelectMany(node => node.SentTo(address)).ToList()), sent => sent.Count > 0);
        return CodeIn(sent.Single());
    }

    /// <summary>The newest code that was sent to an address, once so many codes have arrived.</summary>
    public static async Task<string> CodeAsync(this Hub hub, string address, int count = 1)
    {
        var codes = await Eventually.GetAsync(() => Task.FromResult(hub.CodesTo(address)), codes => codes.Count >= count);
        Assert.That(codes, Has.Count.GreaterThanOrEqualTo(count), $"no code was sent to {address}");
        return codes[0];
    }

    /// <summary>The codes that were sent there, the newest first; not the notices, which arrive at any time.</summary>
    public static IReadOnlyList<string> CodesTo(this Hub hub, string address) =>
        [.. hub.SentTo(address).Select(CodeIn).Where(code => code.Length > 0)];

    /// <summary>
    /// What was sent there, the newest first; a message that was taken again, because the clock jumped over its lease, counts once.
    /// </summary>
    public static IReadOnlyList<OutgoingMessage> SentTo(this Hub hub, string address) =>
    [
        .. hub.Services.GetRequiredService<DevelopmentOutbox>().Messages.Select(kept => kept.Message)
            .Where(message => message.To.Equals(address, StringComparison.OrdinalIgnoreCase))
            .Reverse()
            .DistinctBy(message => message.Id)
            .Reverse(),
    ];

    /// <summary>Another code of as many digits.</summary>
    public static string Wrong(string code) => $"{(char)('0' + (code[0] - '0' + 1) % 10)}{code[1..]}";

    public static string Body(string address) =>
        address.Contains('@', StringComparison.Ordinal) ? $$"""{"email":"{{address}}"}""" : $$"""{"phone":"{{address}}"}""";

    private static string CodeIn(OutgoingMessage message) => Digits().Match(message.Text.Text).Value;

    [GeneratedRegex(@"(?<![\w-])[0-9]{6,10}(?![\w-])")]
    private static partial Regex Digits();
}
