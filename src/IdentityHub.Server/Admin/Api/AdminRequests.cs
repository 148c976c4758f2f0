using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Storage.Idempotency;
using IdentityHub.Storage.KeyProtection;
using Microsoft.Net.Http.Headers;

namespace IdentityHub.Server.Admin.Api;

/// <summary>Reads what a call of the administration API sends: its query, its body, its condition and its key.</summary>
internal sealed class AdminRequests(Cursors cursors, KeyProtector protector)
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private static readonly JsonElement NoBody = JsonElement.Parse("{}");

    // A body may hold a password: who reads the stored hashes must not be able to try any. The same key on all nodes.
    private readonly byte[] _hashKey = protector.DeriveKey("idempotency-request");

    /// <summary>The request, or everything that is wrong with it.</summary>
    public async Task<Outcome<AdminRequest>> ReadAsync(
        HttpContext http, AdminOperation operation, AdminCaller caller, RequestContext context)
    {
        var query = QueryReader.Read(http.Request);
        if (!query.Succeeded)
            return query.Error;
        if (QueryFault(query.Value, operation) is { } unknown)
            return unknown;
        var page = PageOf(query.Value, operation, caller);
        if (!page.Succeeded)
            return page.Error;
        var condition = ConditionOf(http.Request, operation);
        if (!condition.Succeeded)
            return condition.Error;
        var body = await BodyOfAsync(http, operation);
        if (!body.Succeeded)
            return body.Error;
        var key = KeyOf(http.Request, operation, caller, body.Value.Root);
        if (key is { Succeeded: false, Error: { } malformed })
            return malformed;
        var call = new AdminCall(caller, context, condition.Value, key?.Value, http.RequestAborted);
        return new AdminRequest(call, http.Request.RouteValues, query.Value, body.Value.Root, page.Value);
    }

    /// <summary>The same for a call that is made in this process, such as by a page.</summary>
    public Outcome<AdminRequest> Of(
        AdminOperation operation, AdminCall call, RouteValueDictionary route, Parameters query, JsonElement? body)
    {
        if (QueryFault(query, operation) is { } unknown)
            return unknown;
        var page = PageOf(query, operation, call.Caller);
        if (!page.Succeeded)
            return page.Error;
        var sent = operation.Body is null ? NoBody : body ?? NoBody;
        return BodyFault(sent, operation) is { } fault ? fault : new AdminRequest(call, route, query, sent, page.Value);
    }

    private static Refusal? QueryFault(Parameters query, AdminOperation operation)
    {
        IReadOnlyList<string> paging = operation.IsPaged ? ["limit", "cursor"] : [];
        IReadOnlyList<string> known = [.. operation.Query.Select(field => field.Name), .. paging];
        foreach (var (name, value) in query.Items)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
                return Refusal.InvalidRequest(
                    $"The parameter '{FieldCheck.Printable(name)}' is unknown here. "
                        + (known.Count == 0 ? "There are none." : $"There are: {string.Join(", ", known)}."),
                    Reasons.ParameterInvalid);
            if (operation.Query.FirstOrDefault(field => field.Name == name) is { } filter && filter.TextFault(value) is { } fault)
                return Refusal.InvalidRequest($"The parameter '{name}' {fault}.", Reasons.ParameterInvalid);
        }

        return null;
    }

    private Outcome<PageRequest> PageOf(Parameters query, AdminOperation operation, AdminCaller caller)
    {
        var limit = PageRequest.DefaultLimit;
        if (query["limit"] is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > PageRequest.MaxLimit))
            return Refusal.InvalidRequest($"The parameter 'limit' is a number from 1 to {PageRequest.MaxLimit}.", Reasons.ParameterInvalid);

        var list = $"{caller.Credential}\n{operation.Id}\n{query.Without("limit", "cursor").ToForm()}";
        string? after = null;
        if (query["cursor"] is { } cursor && (after = cursors.Open(list, cursor)) is null)
            return Refusal.InvalidRequest(
                "The cursor belongs to another list, to other filters or to another caller, or was changed.", Reasons.CursorInvalid);
        return new PageRequest(limit, after, place => cursors.Seal(list, place));
    }

    private static Outcome<ObjectCondition> ConditionOf(HttpRequest request, AdminOperation operation)
    {
        if (!operation.NeedsCondition)
            return ObjectCondition.Any;
        if (request.Headers.IfMatch.Count == 0)
            return Refusal.InvalidRequest(
                "Send the ETag of the object as If-Match, or * for whatever its state is.", Reasons.PreconditionMissing);
        return EntityTagHeaderValue.TryParseStrictList([.. request.Headers.IfMatch.OfType<string>()], out var tags)
            ? ObjectCondition.Of(tags)
            : Refusal.InvalidRequest("The header If-Match cannot be read.", Reasons.ParameterInvalid);
    }

    private static async Task<Outcome<JsonBody>> BodyOfAsync(HttpContext http, AdminOperation operation)
    {
        if (operation.Body is null)
            return new JsonBody(NoBody);
        var isMergePatch = operation.IsPatch
            && http.Request.ContentType?.StartsWith("application/merge-patch+json", StringComparison.OrdinalIgnoreCase) == true;
        if (!isMergePatch
            && http.Request.ContentType is { } type
            && !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            return Refusal.Of(
                RefusalKind.UnsupportedMediaType,
                operation.IsPatch ? "The body must be application/merge-patch+json." : "The body must be application/json.",
                Reasons.MediaType);
        var body = await JsonBody.ReadAsync(http.Request, operation.IsBodyOptional, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        return BodyFault(body.Value.Root, operation) is { } fault ? fault : body.Value;
    }

    private static Refusal? BodyFault(JsonElement body, AdminOperation operation)
    {
        if (operation.IsCheckedByRules || operation.Body is not { } fields)
            return null;
        var faults = operation.IsPatch ? FieldCheck.CheckPatch(body, fields) : FieldCheck.CheckNew(body, fields);
        return faults.Count > 0 ? Refusal.InvalidFields(faults) : null;
    }

    private Outcome<RequestKey>? KeyOf(HttpRequest request, AdminOperation operation, AdminCaller caller, JsonElement body)
    {
        if (operation.Method != "POST" || request.Headers[IdempotencyHeader] is not { Count: > 0 } sent)
            return null;
        if (sent is not [{ Length: > 0 and <= IdempotencyKey.MaxLength } key] || !key.All(static c => c is > ' ' and <= '~'))
            return Refusal.InvalidRequest(
                $"The header {IdempotencyHeader} has 1 to {IdempotencyKey.MaxLength} visible characters of ASCII.",
                Reasons.IdempotencyKeyMalformed);
        return new RequestKey(
            Hash($"key\n{caller.Credential}\n{key}"), Hash($"request\n{operation.Id}\n{request.Path}\n{body.GetRawText()}"));
    }

    private byte[] Hash(string text) => HMACSHA256.HashData(_hashKey, Encoding.UTF8.GetBytes(text));
}
