using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>Lists, shows and changes objects of the configuration, within the rights of the caller. Decision 0042.</summary>
internal sealed class ObjectAdministration(ConfigObjects objects, AdminWrites writes, RegistryLoader registry)
{
    private const int Batch = 500;

    // Of the lock of the configuration.
    private static readonly Guid s_queue = new("8f1c7d0e-5b32-4c7e-9a41-0d6f2b9e7a01");

    /// <summary>Objects behind a name that pass the filters and that the caller sees.</summary>
    /// <param name="most">No more than these.</param>
    public async Task<IReadOnlyList<AppliedObject>> ListAsync(
        ObjectArea area, AdminCall call, Func<AppliedObject, bool> passes, string after, int most)
    {
        var access = new ObjectAccess(area, call.Caller);
        var paths = access.SeesAll ? new OrganizationPaths([]) : await objects.ReadPathsAsync(call.Cancelled);
        var found = new List<AppliedObject>();
        for (var next = after; next is not null && found.Count < most;)
        {
            var page = await objects.ListAsync(area.Kind, next, Batch, call.Cancelled);
            found.AddRange(page.Objects.Where(one => (access.SeesAll || access.MaySee(one.Definition, paths)) && passes(one)));
            next = page.Next;
        }

        return [.. found.Take(most)];
    }

    /// <summary>The object, where the caller sees it.</summary>
    public async Task<Outcome<AppliedObject>> FindAsync(ObjectArea area, AdminCall call, string name)
    {
        // The same work whether or not there is one.
        var access = new ObjectAccess(area, call.Caller);
        var paths = access.SeesAll ? new OrganizationPaths([]) : await objects.ReadPathsAsync(call.Cancelled);
        if (await objects.FindAsync(area.Kind, name, call.Cancelled) is not { } found)
            return AdminProblems.NotFound();
        return access.SeesAll || access.MaySee(found.Definition, paths) ? found : AdminProblems.NotFound(Reasons.ObjectOutOfReach);
    }

    /// <summary>
    /// Does a change: in one transaction with its audit row and the caller's idempotency key. It is in force on this node when the answer
    /// is given, and on the others when they have been told.
    /// </summary>
    public async Task<Outcome<AdminAnswer>> ChangeAsync(ObjectArea area, AdminCall call, ObjectChange change)
    {
        var asked = change with
        {
            Admits = tag => call.Condition.Admits(ObjectView.TagOf(tag)),
            Rights = new ObjectAccess(area, call.Caller).Rights,
        };

        // What is refused anyway does not wait for the lock. A call with a key may have an answer already.
        if (call.Idempotency is null && await objects.FindRefusalAsync(asked, call.Cancelled) is { } early)
            return ObjectProblems.Of(early);
        return await writes.RunAloneAsync(call, s_queue, async work =>
        {
            var (changed, refusal) = await objects.ChangeAsync(work.Transaction, asked, call.Cancelled);
            if (refusal is not null)
                return ObjectProblems.Of(refusal);
            if (changed!.Before?.ETag != changed.After?.ETag)
            {
                await AuditAsync(area, work, changed);
                work.Afterwards(() => registry.TryLoadAsync(CancellationToken.None));
            }

            return ObjectView.AnswerOf(area, change.Verb, changed);
        });
    }

    private static Task AuditAsync(ObjectArea area, AdminChange work, ChangedObject changed)
    {
        var verb = changed.Before is null ? "created" : changed.After is null ? "deleted" : "changed";
        var target = area.PathOf((changed.After ?? changed.Before!).Name).TrimStart('/');
        return work.AuditAsync($"admin.{area.Event}.{verb}", target, userId: null, changed.Before?.Form, changed.After?.Form);
    }
}
