using System.Diagnostics;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Apply;

public class ConfigObjectReaderTests(DatabaseKind kind) : ApplyTests(kind)
{
    [Test]
    public async Task Before_anything_was_applied_there_is_an_empty_document_without_a_generation()
    {
        var snapshot = await ReadBackAsync();
        Assert.Multiple(() =>
        {
            Assert.That(snapshot.Generation, Is.Empty);
            Assert.That(snapshot.Document.Clients, Is.Empty);
        });
    }

    [Test]
    public async Task What_was_applied_is_read_back_but_for_the_users()
    {
        var applied = ReadShipped();
        var result = await ApplyAsync(applied);
        var snapshot = await ReadBackAsync();

        Assert.Multiple(() =>
        {
            Assert.That(snapshot.Generation, Is.EqualTo(result.Generation));
            Assert.That(snapshot.Document.Users, Is.Empty);
            Assert.That(snapshot.Document.Dialects.Find(DialectNames.OAuthV2), Is.EqualTo(applied.Dialects.OAuthV2));
            Assert.That(snapshot.Document.Dialects.Lsid!.ResetPageUrls, Is.EqualTo(applied.Dialects.Lsid!.ResetPageUrls));
            Assert.That(snapshot.Document.Tenants.Single().ApiKeys.Single().Value.Reveal(), Is.EqualTo("TEST_B4BYA15POHYQ284HBND1"));
            Assert.That(snapshot.Document.ApiKeys.Single().Sha256, Is.EqualTo(TokenHash.Of("dialer-api-key-0123456789")));
            Assert.That(
                Json(snapshot.Document.Clients),
                Is.EqualTo(Json([.. applied.Clients.OrderBy(client => client.ClientId, StringComparer.Ordinal)])));
            Assert.That(snapshot.Document.Clients.Select(client => client.Source!.File), Is.All.EqualTo("clients.yaml"));
        });
    }

    [Test]
    public async Task Every_key_of_a_client_is_read_back()
    {
        var applied = Read(
            """
            clients:
              - client_id: full
                client_name: Full
                enabled: false
                organization: acme
                grant_types: [authorization_code, refresh_token, client_credentials, "urn:identityhub:params:oauth:grant-type:otp"]
                token_endpoint_auth_method: private_key_jwt
                client_secrets: [{ value: "plain:s", not_before: 2026-01-01T00:00:00.5Z, expires_at: 2030-01-01T00:00:00+02:00 }]
                jwks: { keys: [{ kty: EC, crv: P-256, kid: a, use: sig, x: f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU, y: x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0 }] }
                redirect_uris: ["https://app.example.com/cb"]
                post_logout_redirect_uris: ["https://app.example.com/"]
                backchannel_logout_uri: https://app.example.com/back
                backchannel_logout_session_required: true
                frontchannel_logout_uri: https://app.example.com/front
                frontchannel_logout_session_required: true
                allowed_cors_origins: ["https://app.example.com"]
                scope: openid offline_access
                default_scope: openid
                require_consent: true
                require_pushed_authorization_requests: true
                require_pkce: true
                dialects: [hash-secret, otp]
                hash_alias: alias
                otp: { enabled: true, ttl: 5m, digits: 8, allow_new_users: true }
                access_token_format: reference
                access_token_lifetime: 10m
                access_token_signed_response_alg: RS256
                id_token_signed_response_alg: ES256
                authorization_code_lifetime: 30s
                refresh_token: { rotation: false, grace: 0s, idle_lifetime: 1d, absolute_lifetime: 2d }
            organizations: [{ id: acme, name: Acme }]
            dialects: { hash-secret: { enabled: true }, otp: { enabled: true } }
            """);
        await ApplyAsync(applied);
        var client = (await ReadBackAsync()).Document.Clients.Single();
        Assert.Multiple(() =>
        {
            Assert.That(Json([client]), Is.EqualTo(Json(applied.Clients)));
            Assert.That(client.Jwks!.Keys.Single().ToKey(out _)!.Kid, Is.EqualTo("a"));
            Assert.That(client.ClientSecrets.Single().ExpiresAt, Is.EqualTo(new DateTimeOffset(2029, 12, 31, 22, 0, 0, TimeSpan.Zero)));
        });
    }

    [Test, Spec("ASSURANCE", "C8")]
    public async Task No_secret_stands_in_the_database()
    {
        await ApplyAsync(ReadShipped());
        await using var context = NewContext();
        var stored = string.Join('\n', await context.ConfigObjects.Select(row => row.Document).ToListAsync());
        foreach (var secret in new[]
            {
                "demo-machine-secret", "456789", "some string value", "Alice-Pass-1234", "xxxyyy", "dialer-api-key",
                "TEST_B4BYA15POHYQ284HBND1",
            })
            Assert.That(stored, Does.Not.Contain(secret));
    }

    [Test]
    public async Task Ten_thousand_clients_are_applied_and_read_back()
    {
        var template = Read("clients: [{ client_id: a, grant_types: [client_credentials], client_secrets: [{ value: 'plain:s' }] }]")
            .Clients.Single();
        await ApplyAsync(
            new ConfigDocument { Clients = [.. Enumerable.Range(0, 10_000).Select(i => template with { ClientId = $"client-{i}" })] });
        await ReadBackAsync();

        var watch = Stopwatch.StartNew();
        var snapshot = await ReadBackAsync();
        TestContext.Out.WriteLine($"{watch.ElapsedMilliseconds} ms");
        Assert.That(snapshot.Document.Clients, Has.Count.EqualTo(10_000));
    }

    private static string Json(IReadOnlyList<ClientDefinition> clients) => JsonSerializer.Serialize(clients);
}
