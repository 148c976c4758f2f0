using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Tokens;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.SigningKeys;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>The signing keys: which there are, the next one, and the end of one. Private keys are never shown.</summary>
internal sealed class KeyOperations(SigningKeyStore store, KeyProtector protector, KeyRing ring, AdminWrites writes)
{
    // Of the lock of the signing keys.
    private static readonly Guid s_queue = new("8f1c7d0e-5b32-4c7e-9a41-0d6f2b9e7a02");

    private static readonly AdminArea s_area = new("keys", "Administration: signing keys");

    private static readonly Field[] s_key =
    [
        Field.Text("kid", "As it stands in the JWKS.") with { IsRequired = true },
        Field.Text("algorithm", "Null for a key of another issuer.") with { IsRequired = true, MayBeNull = true },
        Field.Text("state", "`announced`, `signs`, `replaced`, `retired` or `imported`.") with { IsRequired = true },
        Time("published_since"), Time("signs_from"), Time("signs_until"), Time("published_until"),
    ];

    private static readonly Field s_until =
        Field.Text("publish_until", "When it leaves the JWKS. Left out: when what it has signed has expired.") with
        {
            Format = "date-time",
            TextFault = text => AdminJson.ParseTime(text) is null ? "is no time such as 2027-11-01T00:00:00Z" : null,
        };

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/keys", s_area, "adminListKeys", "Lists the published keys")
        {
            Text = "In the order in which they begin to sign, those of other issuers last.",
            Permission = null,
            Answer = AdminDescriptions.PageOf(s_key),
            Handle = ListAsync,
        },
        new("POST", "/keys/rotate", s_area, "adminRotateKeys", "Announces the next signing keys")
        {
            Text = "As `hub keys rotate` does. Answers with the next key of each algorithm, also where it was announced already.",
            Permission = null,
            Body =
            [
                Field.Text("algorithm", "Left out: all.") with
                {
                    TextFault = AlgorithmFault,
                },
                new("now", FieldType.Flag, "True: it signs in 90 seconds, and not in 14 days."),
            ],
            IsBodyOptional = true,
            Answer = AdminDescriptions.PageOf(s_key),
            Handle = RotateAsync,
        },
        new("POST", "/keys/{kid}/retire", s_area, "adminRetireKey", "Ends a signing key")
        {
            Text = "It signs no more. The only key of an algorithm that signs stays: 409.",
            Permission = null,
            Body = [s_until],
            IsBodyOptional = true,
            Answer = s_key,
            Handle = RetireAsync,
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var published = await store.ReadPublishedAsync(request.Call.Now, request.Call.Cancelled);
        return AdminAnswer.All(
            [.. published.Ring.Select(key => Show(key, published.Ring, request.Call.Now)), .. published.Imported.Select(Show)]);
    }

    private Task<Outcome<AdminAnswer>> RotateAsync(AdminRequest request)
    {
        var isNow = request.Body.TryGetProperty("now", out var now) && now.ValueKind == JsonValueKind.True;
        var algorithms = request.BodyText("algorithm") is { } one ? [one] : SigningKeyLifeCycle.Algorithms;
        return ChangeAsync(request, async (work, published) =>
        {
            var shown = new List<object>();
            foreach (var algorithm in algorithms)
            {
                var line = published.Ring.Where(key => key.Algorithm == algorithm).ToList();
                var (key, step) = await SigningKeyRotation.NextAsync(
                    work.Transaction, line, algorithm, protector, isNow, work.Call.Now, work.Call.Cancelled);
                shown.Add(Show(key, [.. line, key], work.Call.Now));
                if (step != RotationStep.None)
                    await work.AuditAsync("admin.key.rotated", $"keys/{key.KeyId}", userId: null, before: null, shown[^1]);
            }

            return AdminAnswer.All(shown);
        });
    }

    private Task<Outcome<AdminAnswer>> RetireAsync(AdminRequest request)
    {
        var until = request.BodyText("publish_until") is { } text ? AdminJson.ParseTime(text) : null;
        if (until < request.Call.Now)
            return Task.FromResult<Outcome<AdminAnswer>>(AdminProblems.Field("publish_until", "is in the past"));
        var kid = request.Text("kid");
        return ChangeAsync(request, async (work, published) =>
        {
            var before = published.Ring.FirstOrDefault(key => key.KeyId == kid) is { } was
                ? Show(was, published.Ring, work.Call.Now)
                : null;
            var retired = await SigningKeyRotation.RetireAsync(
                work.Transaction, published, kid, until, work.Call.Now, work.Call.Cancelled);
            if (retired.Refusal is { } refusal)
                return RefusalOf(refusal, retired.Successor);
            var after = retired.Own is { } own ? Show(own, published.Ring, work.Call.Now) : Show(retired.Imported!);
            await work.AuditAsync("admin.key.retired", $"keys/{kid}", userId: null, before, after);
            return AdminAnswer.Of(after);
        });
    }

    // The node that answers follows its own change before it answers; the others are told.
    private Task<Outcome<AdminAnswer>> ChangeAsync(
        AdminRequest request, Func<AdminChange, PublishedKeys, Task<Outcome<AdminAnswer>>> change) =>
        writes.RunAloneAsync(request.Call, s_queue, async work =>
        {
            work.Afterwards(() => ring.FollowAsync(CancellationToken.None));
            return await store.ChangeAsync(
                work.Transaction, published => change(work, published), work.Call.Now, work.Call.Cancelled);
        });

    private static Refusal RefusalOf(RetireRefusal refusal, SigningKey? successor) => refusal switch
    {
        RetireRefusal.Unknown => AdminProblems.NotFound(),
        RetireRefusal.SuccessorSoon => InUse($"Its successor signs from {AdminJson.Time(successor!.NotBefore)}: send the call again then."),
        _ => InUse("Rotate the keys of its algorithm first, with now: true."),
    };

    private static Refusal InUse(string advice) =>
        Refusal.Of(RefusalKind.Conflict, $"It is the only key of its algorithm that signs. {advice}", Reasons.ObjectInUse);

    private static object Show(SigningKey key, IReadOnlyList<SigningKey> ring, DateTimeOffset now) => new
    {
        Kid = key.KeyId,
        Algorithm = (string?)key.Algorithm,
        State = NameOf(SigningKeyLifeCycle.StateOf(key, ring, now)),
        PublishedSince = key.CreatedAt,
        SignsFrom = (DateTimeOffset?)key.NotBefore,
        SignsUntil = (DateTimeOffset?)key.SignUntil,
        PublishedUntil = key.PublishUntil,
    };

    private static object Show(ImportedKey key) => new
    {
        Kid = key.KeyId,
        Algorithm = (string?)null,
        State = NameOf(KeyState.Imported),
        PublishedSince = key.ImportedAt,
        SignsFrom = (DateTimeOffset?)null,
        SignsUntil = (DateTimeOffset?)null,
        PublishedUntil = key.PublishUntil,
    };

    private static string? AlgorithmFault(string text) =>
        SigningKeyLifeCycle.Algorithms.Contains(text) ? null : $"is one of {string.Join(", ", SigningKeyLifeCycle.Algorithms)}";

    private static string NameOf(KeyState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    private static Field Time(string name) =>
        Field.Text(name, "A time; null where it has none.") with { IsRequired = true, MayBeNull = true, Format = "date-time" };
}
