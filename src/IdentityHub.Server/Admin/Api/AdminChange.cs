using System.Text.Json.Nodes;
using IdentityHub.Server.Audit;
using IdentityHub.Server.Hosting;
using IdentityHub.Storage;
using IdentityHub.Storage.Audit;

namespace IdentityHub.Server.Admin.Api;

/// <summary>A change on its way: its transaction, its audit rows, and what is done once it has committed.</summary>
internal sealed class AdminChange(SqlTransaction transaction, AdminCall call)
{
    private readonly List<Func<Task>> _announcements = [];

    /// <summary>The transaction that everything belongs to.</summary>
    public SqlTransaction Transaction => transaction;

    public AdminCall Call => call;

    /// <summary>The user whom the answer is about: where it is stored under an idempotency key, their erasure removes it.</summary>
    public Guid? AnswersAbout { get; set; }

    /// <summary>Records what has changed, in the transaction of the change.</summary>
    /// <param name="type">E.g. <c>admin.user.changed</c>.</param>
    /// <param name="target">Path of the object below the base path, without its leading slash.</param>
    /// <param name="userId">The user that it is about; null for none.</param>
    /// <param name="before">The object as it was, without secrets; null for one that was made.</param>
    /// <param name="after">The object as it is; null for one that is gone.</param>
    public Task AuditAsync(string type, string target, Guid? userId, object? before, object? after) => transaction.AddAuditAsync(
        new AuditEvent
        {
            TraceId = call.Context.TraceId,
            Id = Identifiers.NewId(call.Now),
            At = call.Now,
            Type = type,
            Endpoint = StoredText.Of(call.Context.Endpoint, 64)!,
            ClientId = StoredText.Of(call.Caller.ClientId, 200),
            UserId = userId,
            IpAddress = call.Context.IpAddress,
            Generation = call.Context.Generation,
            ActorId = call.Caller.UserId,
            Target = StoredText.Of(target, 200),
            Changes = Difference(before, after),
        },
        call.Cancelled);

    /// <summary>Does something once the change has committed, such as waking up who sends messages.</summary>
    public void Afterwards(Func<Task> announcement) => _announcements.Add(announcement);

    /// <summary>Does what waited for the commit.</summary>
    public async Task AnnounceAsync()
    {
        foreach (var announcement in _announcements)
            await announcement();
    }

    // The members that differ, on both sides.
    private static string Difference(object? before, object? after)
    {
        var (old, made) = (ObjectOf(before), ObjectOf(after));
        var names = old.Concat(made)
            .Select(member => member.Key)
            .Distinct()
            .Where(name => !JsonNode.DeepEquals(old[name], made[name]))
            .ToList();
        return new JsonObject
        {
            ["before"] = before is null ? null : Only(old, names),
            ["after"] = after is null ? null : Only(made, names),
        }.ToJsonString();
    }

    private static JsonObject ObjectOf(object? value) => value is null ? [] : JsonObject.Create(AdminJson.Element(value))!;

    private static JsonObject Only(JsonObject from, IEnumerable<string> names) =>
        [.. names.Where(from.ContainsKey).Select(name => KeyValuePair.Create(name, from[name]?.DeepClone()))];
}
