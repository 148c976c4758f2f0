using System.CommandLine;
using System.Net;
using IdentityHub.Cli.Changes;
using IdentityHub.Cli.Output;
using IdentityHub.Cli.Settings;
using IdentityHub.Storage;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Cli.Limits;

/// <summary><c>hub limits</c>: shows which limits a user, an address or a client has run into, and lifts them.</summary>
internal static class LimitCommands
{
    private const string Description =
        """
        Limits keep guessers out. These commands show which of them somebody has run into, and lift them; docs/assurance.md lists them all.

        A program that has authenticated has a budget of its own for users who fail through it: name the address from which it calls together with its
        --client, its --api-key, or the --user of a service user. Its count is below zero while more of its users have logged in than have failed.
        Where it says for which end user's address it calls, that address counts: name it alone.

        What is counted for an address and a user together is not listed by itself: it is seen as a block "from single addresses" of the user, and
        lifted with the user. A block that an administrator has set is no limit: DELETE /authenticate/block/{username} ends it. Running servers
        follow at once, for calls and codes within five seconds.

        Examples:
          hub limits list --user alice@example.com
          hub limits lift --address 203.0.113.7
          hub limits list --address 203.0.113.7 --client web-shop
        """;

    private const string LiftedType = "limits.lifted";
    private static readonly Option<string?> User = new("--user") { Description = "User name, e-mail address or phone number." };
    private static readonly Option<string?> Address = new("--address")
    {
        Description = "IP address of the caller; of IPv6 any of its /64.",
    };
    private static readonly Option<string?> Client = new("--client") { Description = "A client_id." };
    private static readonly Option<string?> ApiKey = new("--api-key") { Description = "Name of an API key; together with --address." };

    public static Command Create()
    {
        var list = new Command(
            "list", "Lists what is counted: limit, count, end of the block or '-', apart by tabs. Nothing: no limit has anything.")
        {
            User, Address, Client, ApiKey, OutputOptions.Json, SettingsOptions.ConnectionString,
        };
        list.SetAction(ListAsync);
        var lift = new Command("lift", "Forgets what is counted, and writes that into the audit trail.")
        {
            User,
            Address,
            Client,
            ApiKey,
            SettingsOptions.ConnectionString,
        };
        lift.SetAction(LiftAsync);
        return new Command("limits", Description) { list, lift };
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var (counters, now) = (new CounterStore(database), TimeProvider.System.GetUtcNow());
        var counts = new List<(string Limit, long Count, DateTimeOffset? BlockedUntil)>();
        foreach (var limit in (await ReadAsync(parsed, database, cancellationToken)).Limits)
        {
            // A count of zero without a block is what a success has left behind.
            if (await counters.PeekAsync(limit.Key, now, cancellationToken) is { } counted
                && (counted.Attempts != 0 || EndOf(counted, now) is not null))
                counts.Add((limit.Name, counted.Attempts, EndOf(counted, now)));
        }

        var output = new CommandOutput(parsed);
        if (output.IsJson)
            output.WriteJson(counts.Select(one => new { one.Limit, one.Count, one.BlockedUntil }));
        else
            counts.ForEach(one => output.WriteLine($"{one.Limit}\t{one.Count}\t{CommandOutput.Time(one.BlockedUntil)}"));
        return ExitCode.Done;
    }

    private static async Task<int> LiftAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var database = await DatabaseConnection.OpenAsync(new CommandSettings(parsed), cancellationToken);
        var (counters, now) = (new CounterStore(database), TimeProvider.System.GetUtcNow());
        var known = await ReadAsync(parsed, database, cancellationToken);
        var counted = new List<byte[]>();
        foreach (var key in known.Keys)
        {
            // A count below zero is a credit: there is nothing to lift.
            if (await counters.PeekAsync(key, now, cancellationToken) is { Attempts: >= 0 })
                counted.Add(key);
        }

        await database.RunAsync(
            async transaction =>
            {
                // Always in the same order: two who lift the limits of one user at once must not wait for each other.
                var keys = counted.OrderBy(Convert.ToHexString, StringComparer.Ordinal);
                await CounterStore.EraseAsync(transaction, [.. keys], cancellationToken);
                await AuditedChange.WriteAsync(
                    transaction, LiftedType, known.UserId, null, $"the limits of {known.Named} were lifted", cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            },
            cancellationToken);

        // Last, so that no node forgets what is still counted in the database.
        foreach (var (kind, subject) in known.Subjects)
            await counters.CountAsync(LimitNames.ForgottenRule, CounterKey.Of(LimitNames.Forgotten, kind, subject), now, cancellationToken);

        return ExitCode.Done;
    }

    private static async Task<KnownLimits> ReadAsync(ParseResult parsed, HubDatabase database, CancellationToken cancellationToken)
    {
        var (user, address, client, apiKey) = (Given(parsed, User), Given(parsed, Address), Given(parsed, Client), Given(parsed, ApiKey));
        if (new[] { user, client, apiKey }.Count(given => given is not null) > 1 || (address ?? user ?? client) is null)
            throw new CommandException(
                "Name one of --user, --address and --client; for a program at an address, --address with --user, --client or --api-key.");
        if (address is null)
            return user is not null ? await KnownLimits.OfUserAsync(database, user, cancellationToken) : KnownLimits.OfClient(client!);
        if (!IPAddress.TryParse(address, out var ip))
            throw new CommandException($"'{address}' is no IP address: it must be like 203.0.113.7.");
        if (client is not null)
            return KnownLimits.OfBackEnd($"client {client}", LimitNames.BackEndOfClient(client), userId: null, ip);
        if (apiKey is not null)
            return KnownLimits.OfBackEnd($"API key {apiKey}", LimitNames.BackEndOfApiKey(apiKey), userId: null, ip);
        if (user is null)
            return KnownLimits.OfAddress(ip);
        var found = await KnownLimits.OfUserAsync(database, user, cancellationToken);
        return KnownLimits.OfBackEnd(found.Named, LimitNames.BackEndOfServiceUser(found.UserId!.Value), found.UserId, ip);
    }

    private static string? Given(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { Length: > 0 } given ? given : null;

    private static DateTimeOffset? EndOf(CountedAttempt counted, DateTimeOffset now) =>
        counted.BlockedUntil is { } end && end > now ? end : null;
}
