using System.Threading.Channels;
using IdentityHub.Protocol;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit;

namespace IdentityHub.Server.Audit;

/// <summary>What happened; the wire form of <see cref="AuditEvent.Type"/>.</summary>
public static class AuditTypes
{
    public const string TokenIssued = "token.issued";
    public const string Refused = "request.refused";
    /// <summary>Several refusals of callers who have not proven who they are, in one row: <see cref="RepeatedRefusals"/>.</summary>
    public const string RefusedRepeatedly = "request.refused_repeatedly";

    public const string TokenRevoked = "token.revoked";
    public const string FamilyRevoked = "family.revoked";
    public const string SessionStarted = "session.started";
    public const string SessionRenewed = "session.renewed";
    public const string SessionEnded = "session.ended";
    public const string SessionCloned = "session.cloned";
    public const string IdentityAssumed = "identity.assumed";
    public const string IdentityReset = "identity.reset";
    public const string OrganizationChosen = "organization.chosen";
    /// <summary>An address of a user was proven for the first time.</summary>
    public const string AddressConfirmed = "user.address_confirmed";

    /// <summary>A user has another e-mail address or phone number, which they have proven.</summary>
    public const string AddressChanged = "user.address_changed";

    /// <summary>The change of an address was undone with the link that was sent to the old one.</summary>
    public const string AddressUndone = "user.address_undone";

    public const string UserBlocked = "user.blocked";
    public const string UserUnblocked = "user.unblocked";
    public const string PasswordForced = "password.forced";
    public const string PasswordResetRequested = "password.reset_requested";
    public const string PasswordReset = "password.reset";
    public const string CodeIssued = "code.issued";
    public const string ConsentGranted = "consent.granted";
    public const string ConsentDenied = "consent.denied";
    public const string ConsentWithdrawn = "consent.withdrawn";
    public const string DeviceApproved = "device.approved";
    public const string DeviceDenied = "device.denied";
    public const string PasswordChanged = "password.changed";
    public const string ProfileChanged = "profile.changed";
    public const string UserCreated = "user.created";
    public const string OtpRequested = "otp.requested";
    public const string SecondFactorAdded = "second_factor.added";
    public const string SecondFactorRemoved = "second_factor.removed";
    public const string RecoveryCodesMade = "recovery_codes.made";
    public const string RecoveryCodeUsed = "recovery_code.used";
    public const string BrowserRemembered = "browser.remembered";
    public const string BrowserForgotten = "browser.forgotten";
    public const string PasskeyAdded = "passkey.added";
    public const string PasskeyRenamed = "passkey.renamed";
    public const string PasskeyRemoved = "passkey.removed";
    /// <summary>A passkey was used whose counter is not higher than at its last use: somebody may have a copy.</summary>
    public const string PasskeyCounterWentBack = "passkey.counter_went_back";

    public const string UserErased = "user.erased";

    /// <summary>A user has downloaded what is stored about them.</summary>
    public const string DataDownloaded = "user.data_downloaded";

    /// <summary>The directory of an organization has made a user.</summary>
    public const string DirectoryUserCreated = "directory.user_created";

    /// <summary>The directory of an organization has changed a user.</summary>
    public const string DirectoryUserChanged = "directory.user_changed";

    /// <summary>The directory of an organization has changed a group: a user has got or lost a role.</summary>
    public const string DirectoryGroupChanged = "directory.group_changed";

    /// <summary>A user was disabled: nothing is accepted of them.</summary>
    public const string UserDisabled = "user.disabled";

    /// <summary>A user who was disabled may log in again.</summary>
    public const string UserEnabled = "user.enabled";

    public const string ReferralMade = "referral.made";
    public const string MessageDelivered = "message.delivered";
    public const string MessageDropped = "message.dropped";
    public const string MessageDead = "message.dead";
}

/// <summary>
/// Takes audit events off the request and writes them in batches: a request never waits for its row, unless more than
/// <see cref="Capacity"/> are waiting; then it waits, and is refused in the end, because an event is never dropped.
/// </summary>
internal sealed class AuditTrail(HubDatabase database, TimeProvider time, ILogger<AuditTrail> log) : BackgroundService
{
    public const int Capacity = 100_000;
    private const int MaxBatch = 5_000;

    // These pauses run on the system's clock, also when the rest of the server uses another time provider.
    private static readonly TimeProvider Clock = TimeProvider.System;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // One commit for what many requests did meanwhile.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private readonly Channel<AuditEvent> _waiting = Channel.CreateBounded<AuditEvent>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    // A few seconds after a minute of refusals has passed, also when no request comes any more.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly RepeatedRefusals _repeated = new();

    // Rows that refusals share and that have found no room yet. While there is one, no further ones are made: they go on counting.
    private readonly Queue<AuditEvent> _shared = new();

    private volatile string _generation = "";

    /// <summary>
    /// First 12 hex digits of the configuration generation that events of requests carry which have found no client.
    /// </summary>
    public string Generation
    {
        get => _generation;
        set => _generation = value;
    }

    /// <summary>Tells whether a client id is one of the configuration.</summary>
    public Func<string, bool> KnowsClient { get; set; } = static _ => false;

    /// <summary>Hands an event over. Completes at once while there is room.</summary>
    /// <exception cref="TimeoutException">There was no room for <see cref="MaxWait"/>: what cannot be recorded is not done.</exception>
    public ValueTask WriteAsync(
        RequestContext context, string type, Guid? userId = null, Guid? sessionId = null, string? reason = null, string? detail = null) =>
        HandOverAsync(Event(context, type, userId, sessionId, reason, detail));

    private AuditEvent Event(RequestContext context, string type, Guid? userId, Guid? sessionId, string? reason, string? detail) => new()
    {
        TraceId = context.TraceId,
        Id = Identifiers.NewId(context.Now),
        At = context.Now,
        Type = type,
        Endpoint = StoredText.Of(context.Endpoint, 64)!,
        GrantType = StoredText.Of(context.GrantType, 128),
        ClientId = StoredText.Of(context.ClientId, 200),
        UserId = userId,
        SessionId = sessionId,
        Reason = reason,
        Detail = StoredText.Of(detail ?? ActorOf(context, userId), 512),
        IpAddress = context.IpAddress,
        Generation = context.Generation ?? _generation,
    };

    /// <summary>
    /// Records a refusal: its stable reason and its private detail. Of callers who have not proven who they are, beyond a rate, several
    /// share a row. ASSURANCE L11.
    /// </summary>
    public ValueTask WriteRefusalAsync(RequestContext context, Refusal error)
    {
        var refusal = Event(context, AuditTypes.Refused, context.UserId, sessionId: null, error.Reason, error.Detail);
        return context is { ClientAuthenticated: false, UserId: null, BackEnd: null } && !HasOwnRow(refusal)
            ? ValueTask.CompletedTask
            : HandOverAsync(refusal);
    }

    private ValueTask HandOverAsync(AuditEvent audit) =>
        _waiting.Writer.TryWrite(audit) ? ValueTask.CompletedTask : WaitForRoomAsync(audit);

    private bool HasOwnRow(AuditEvent refusal)
    {
        var hasOwnRow = _repeated.Take(
            refusal, refusal.ClientId is { } client && KnowsClient(client), mayClose: WriteShared([]), out var closed);
        WriteShared(closed);
        return hasOwnRow;
    }

    // True when none is left.
    private bool WriteShared(IReadOnlyList<AuditEvent> closed)
    {
        lock (_shared)
        {
            foreach (var audit in closed)
                _shared.Enqueue(audit);
            while (_shared.TryPeek(out var next) && _waiting.Writer.TryWrite(next))
                _shared.Dequeue();
            return _shared.Count == 0;
        }
    }

    private static string? ActorOf(RequestContext context, Guid? userId) =>
        context.UserId is { } actor && userId is { } subject && subject != actor ? $"by user {actor}" : null;

    /// <summary>
    /// True for a row about a user that another has caused: its detail names them, or it comes from the administration API.
    /// </summary>
    public static bool NamesAnother(AuditEvent row, Guid userId) =>
        row.Target is not null
        || (row.Detail ?? "").Split(' ').Any(word => Guid.TryParseExact(word, "D", out var id) && id != userId && id != row.SessionId);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What is still being counted is written too, while the reader makes room for it.
        var closed = _repeated.CloseAll();
        while (!WriteShared(closed) && !cancellationToken.IsCancellationRequested)
        {
            closed = [];
            await Task.Delay(Gathering, Clock, CancellationToken.None);
        }

        // No more writers: what waits is written, then the reader ends by itself.
        _waiting.Writer.TryComplete();
        if (ExecuteTask is { } reader)
            await reader.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<AuditEvent>(MaxBatch);
        using var look = time.CreateTimer(_ => CloseMinute(), state: null, LookInterval, LookInterval);
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            if (!_waiting.Reader.Completion.IsCompleted && _waiting.Reader.Count < MaxBatch)
                await Task.Delay(Gathering, Clock, stoppingToken);
            batch.Clear();
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var next))
                batch.Add(next);
            await WriteBatchAsync(batch, stoppingToken);
        }
    }

    private void CloseMinute()
    {
        if (WriteShared([]))
            WriteShared(_repeated.Close(time.GetUtcNow()));
    }

    private async ValueTask WaitForRoomAsync(AuditEvent audit)
    {
        using var patience = new CancellationTokenSource(MaxWait, Clock);
        try
        {
            await _waiting.Writer.WriteAsync(audit, patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("The audit trail has no room.");
        }
    }

    private async Task WriteBatchAsync(List<AuditEvent> batch, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await database.WriteAuditAsync(batch, stoppingToken);
                return;
            }
            catch (Exception failure) when (database.IsUnavailable(failure))
            {
                Log.DatabaseUnavailable(log, batch.Count, failure.GetType().Name);
                await Task.Delay(RetryAfter, Clock, stoppingToken);
            }
            catch (Exception failure) when (!failure.IsCancellation(stoppingToken))
            {
                // One row that the database refuses must not take the others along, nor hold them up for ever.
                if (batch.Count == 1)
                {
                    // Written by a try whose answer was lost.
                    if (database.IsUniqueViolation(failure))
                        return;
                    Log.EventRefused(log, batch[0].Type, batch[0].TraceId.ToString("N"), failure);
                    return;
                }

                foreach (var single in batch)
                    await WriteBatchAsync([single], stoppingToken);
                return;
            }
        }
    }
}
