using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Server.Http;
using IdentityHub.Server.Limits;
using Microsoft.Net.Http.Headers;

namespace IdentityHub.Server.Admin.Api;

/// <summary>A call of an operation in this process, in the terms of its HTTP request.</summary>
/// <param name="Operation">Its id, e.g. <c>adminListUsers</c>.</param>
internal sealed record AdminInvocation(string Operation)
{
    /// <summary>Values of the path.</summary>
    public IReadOnlyList<(string Name, string Value)> Path { get; init; } = [];

    /// <summary>Parameters of the query; empty ones count as left out.</summary>
    public IReadOnlyList<(string Name, string? Value)> Query { get; init; } = [];

    /// <summary>The body; null for none.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>The <c>ETag</c> that the object must have; null where the operation needs none.</summary>
    public string? Tag { get; init; }

    /// <summary>Shows nothing of the body, which may hold a password.</summary>
    public override string ToString() => $"{nameof(AdminInvocation)} {{ {Operation} }}";
}

/// <summary>
/// Calls operations of the administration API in this process: for the pages of the control room. The caller's permission, the query, the
/// body, the cursor and the state of the object are checked as those of a request are, by the same code. The calls are counted as those of
/// requests are, too. Decision 0045.
/// </summary>
internal sealed class AdminDispatch(AdminCatalog catalog, AdminRequests requests, CallLimits limits)
{
    /// <summary>The declaration of an operation: its fields and its permission.</summary>
    public AdminOperation Find(string operation) => catalog[operation];

    /// <summary>Calls an operation.</summary>
    /// <param name="call">Who calls. Its condition is not read: <see cref="AdminInvocation.Tag"/> says the state.</param>
    /// <param name="counted">Operations that one request has called already, and this one: the next calls of them count no more.</param>
    public async Task<Outcome<AdminAnswer>> CallAsync(AdminCall call, AdminInvocation invocation, ISet<string> counted)
    {
        var operation = catalog[invocation.Operation];
        if (counted.Add(operation.Id)
            && await limits.RefusalOfAsync(AdminCallers.Rule, operation.CountedAs, call.Caller.Credential, call.Context, call.Cancelled)
                is { } full)
            return full;
        if (AdminCallers.RefusalOf(operation, call.Caller.Rights) is { } missing)
            return missing;
        var condition = ConditionOf(operation, invocation.Tag);
        if (!condition.Succeeded)
            return condition.Error;
        var route = new RouteValueDictionary();
        foreach (var (name, value) in invocation.Path)
            route[name] = value;
        var query = new Parameters();
        foreach (var (name, value) in invocation.Query.Where(parameter => !string.IsNullOrEmpty(parameter.Value)))
        {
            if (query.Add(name, value!) is { } malformed)
                return malformed;
        }

        var request = requests.Of(operation, call with { Condition = condition.Value }, route, query, invocation.Body);
        return request.Succeeded ? await operation.Handle(request.Value) : request.Error;
    }

    private static Outcome<ObjectCondition> ConditionOf(AdminOperation operation, string? tag)
    {
        if (!operation.NeedsCondition)
            return ObjectCondition.Any;
        return EntityTagHeaderValue.TryParse(tag, out var known) ? ObjectCondition.Of([known]) : AdminProblems.Stale;
    }
}
