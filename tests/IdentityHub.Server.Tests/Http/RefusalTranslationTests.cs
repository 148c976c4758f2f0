using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Admin.Scim;
using IdentityHub.Server.Dialects.ClientAccounts;
using IdentityHub.Server.Dialects.HashSecret;
using IdentityHub.Server.Dialects.LoginSessions;
using IdentityHub.Server.Dialects.OAuthV2;
using IdentityHub.Server.Dialects.OpenEndpoints;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Testing;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Http;

/// <summary>Every kind of refusal has its answer in every contract.</summary>
public class RefusalTranslationTests
{
    private const string Sentence = "What to change.";

    // Every method of the server that writes refusals, and where its answer names the code; null: nowhere.
    private static readonly Dictionary<string, (ErrorWriter Write, Func<JsonElement, string?> Code)> Writers = new()
    {
        ["OAuthResults"] = (OAuthResults.WriteErrorAsync, static body => body.GetProperty("error").GetString()),
        ["BearerResults"] = (BearerResults.WriteErrorAsync, static body => body.GetProperty("error").GetString()),
        ["PageErrors"] = (PageErrors.WriteAsync, static _ => null),
        ["CodedErrors"] = (CodedErrors.WriteAsync, static body => $"{body.GetProperty("code").GetInt32()}"),
        ["ListedErrors"] = (ListedErrors.WriteAsync, static body => body.GetProperty("errors")[0].GetProperty("code").GetString()),
        ["OtpErrors"] = (OtpErrors.WriteAsync, static body => body.GetProperty("errors")[0].GetProperty("code").GetString()),
        ["OpenErrors"] = (OpenErrors.WriteAsync, static body => body.GetProperty("apiErrorCode").GetString()),
        ["HashSecretErrors"] = (HashSecretErrors.WriteAsync, static body =>
            body.GetProperty("error").GetString() == Sentence ? "as it is" : "one for all"),
        ["ScimErrors"] = (ScimErrors.WriteAsync, static body =>
            body.TryGetProperty("scimType", out var type) ? type.GetString() : body.GetProperty("status").GetString()),
        ["AdminProblems"] = (AdminProblems.WriteAsync, static body => $"{body.GetProperty("status").GetInt32()}"),
    };

    // Status and code of OAuth; status of login sessions; status and code of client accounts; codes of one-time passwords and of open
    // endpoints; status and sentence of hash and secret.
    private static readonly (
        RefusalKind Kind, int Status, string OAuth, int Coded, int ListedStatus, string Listed, string Otp, string Open, int HashStatus,
        string Hash
    )[] Answers =
    [
        (RefusalKind.InvalidRequest, 400, "invalid_request", 400, 400, "request", "invalid_request", "INVALID_REQUEST", 200, "as it is"),
        (RefusalKind.ContentTooLarge, 413, "invalid_request", 413, 413, "body-length", "invalid_request", "BODY_TOO_LONG", 413, "as it is"),
        (RefusalKind.UnsupportedMediaType, 415, "invalid_request",
            415, 415, "media-type", "invalid_request", "UNSUPPORTED_MEDIA_TYPE", 415, "as it is"),
        (RefusalKind.MethodNotAllowed, 405, "invalid_request",
            405, 405, "method", "invalid_request", "METHOD_NOT_ALLOWED", 405, "as it is"),
        (RefusalKind.RequestTimeout, 408, "invalid_request", 408, 408, "internal", "invalid_request", "INTERNAL_ERROR", 408, "as it is"),
        (RefusalKind.NotFound, 404, "invalid_request", 404, 404, "not-found", "invalid_request", "NOT_FOUND", 404, "as it is"),
        (RefusalKind.Conflict, 409, "invalid_request", 409, 409, "internal", "invalid_request", "USER_ALREADY_EXISTS", 409, "as it is"),
        (RefusalKind.InvalidClient, 401, "invalid_client", 401, 401, "auth.invalid", "invalid_client", "UNAUTHORIZED", 200, "one for all"),
        (RefusalKind.UnauthorizedClient, 400, "unauthorized_client",
            400, 400, "request", "unauthorized_client", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.UnsupportedGrantType, 400, "unsupported_grant_type",
            400, 400, "request", "unsupported_grant_type", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidGrant, 400, "invalid_grant", 400, 401, "login.failed", "invalid_grant", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidCredentials, 400, "invalid_grant",
            401, 401, "login.failed", "invalid_grant", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidOneTimePassword, 400, "invalid_grant",
            400, 401, "login.failed", "invalid_grant", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.UserBlocked, 400, "invalid_grant", 423, 400, "request", "invalid_grant", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidScope, 400, "invalid_scope", 400, 400, "request", "invalid_scope", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidTarget, 400, "invalid_target", 400, 400, "request", "invalid_target", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.AccessDenied, 400, "access_denied", 400, 400, "request", "access_denied", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.LoginRequired, 400, "login_required", 400, 400, "request", "login_required", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.ConsentRequired, 400, "consent_required",
            400, 400, "request", "consent_required", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.UnmetAuthenticationRequirements, 400, "unmet_authentication_requirements",
            400, 400, "request", "unmet_authentication_requirements", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.UnsupportedResponseType, 400, "unsupported_response_type",
            400, 400, "request", "unsupported_response_type", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.RequestUriNotSupported, 400, "request_uri_not_supported",
            400, 400, "request", "request_uri_not_supported", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidRequestUri, 400, "invalid_request_uri",
            400, 400, "request", "invalid_request_uri", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidRequestObject, 400, "invalid_request_object",
            400, 400, "request", "invalid_request_object", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.RegistrationNotSupported, 400, "registration_not_supported",
            400, 400, "request", "registration_not_supported", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.AuthorizationPending, 400, "authorization_pending",
            400, 400, "request", "authorization_pending", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.SlowDown, 400, "slow_down", 400, 400, "request", "slow_down", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.ExpiredToken, 400, "expired_token", 400, 400, "request", "expired_token", "INVALID_REQUEST", 200, "one for all"),
        (RefusalKind.InvalidToken, 401, "invalid_token", 401, 401, "auth.invalid", "invalid_token", "UNAUTHORIZED", 200, "one for all"),
        (RefusalKind.InsufficientAuthentication, 401, "insufficient_user_authentication",
            401, 401, "auth.invalid", "insufficient_user_authentication", "UNAUTHORIZED", 200, "one for all"),
        (RefusalKind.InsufficientScope, 403, "insufficient_scope",
            403, 403, "forbidden", "insufficient_scope", "FORBIDDEN", 403, "as it is"),
        (RefusalKind.Forbidden, 403, "access_denied", 403, 403, "forbidden", "forbidden", "FORBIDDEN", 403, "as it is"),
        (RefusalKind.TooManyRequests, 429, "slow_down", 429, 429, "rate-limit", "slow_down", "RATE_LIMIT_EXCEEDED", 429, "as it is"),
        (RefusalKind.TemporarilyUnavailable, 503, "temporarily_unavailable",
            503, 503, "unavailable", "temporarily_unavailable", "UNAVAILABLE", 503, "as it is"),
        (RefusalKind.ServerError, 500, "server_error", 500, 500, "internal", "server_error", "INTERNAL_ERROR", 500, "as it is"),
    ];

    [Test]
    public void Every_kind_has_its_answers() =>
        Assert.That(Answers.Select(answer => answer.Kind), Is.EquivalentTo(Enum.GetValues<RefusalKind>()));

    [Test]
    public void Every_writer_of_refusals_is_tested() =>
        Assert.That(
            from type in typeof(HubEndpoint).Assembly.GetTypes()
            from method in type.GetMethods()
            where method.IsStatic && method.ReturnType == typeof(Task)
                && method.GetParameters().Select(parameter => parameter.ParameterType)
                    .SequenceEqual([typeof(HttpContext), typeof(RequestContext), typeof(Refusal)])
            select type.Name,
            Is.EquivalentTo(Writers.Keys));

    [TestCaseSource(nameof(Kinds))]
    public async Task A_kind_is_answered_in_every_contract(RefusalKind kind)
    {
        var expected = Answers.Single(answer => answer.Kind == kind);

        Assert.That(await WriteAsync("OAuthResults", kind), Is.EqualTo((expected.Status, expected.OAuth)));
        Assert.That(await WriteAsync("BearerResults", kind), Is.EqualTo((expected.Status, expected.OAuth)));
        Assert.That(await WriteAsync("AdminProblems", kind), Is.EqualTo((expected.Status, $"{expected.Status}")));
        Assert.That(await WriteAsync("PageErrors", kind), Is.EqualTo((expected.Status, (string?)null)));
        Assert.That(await WriteAsync("CodedErrors", kind), Is.EqualTo((expected.Coded, $"{expected.Coded}")));
        Assert.That(await WriteAsync("ListedErrors", kind), Is.EqualTo((expected.ListedStatus, ListedCode(expected.Listed))));
        Assert.That(await WriteAsync("OtpErrors", kind), Is.EqualTo((expected.Status, expected.Otp)));
        Assert.That(await WriteAsync("OpenErrors", kind), Is.EqualTo((expected.Status, expected.Open)));
        Assert.That(await WriteAsync("HashSecretErrors", kind), Is.EqualTo((expected.HashStatus, expected.Hash)));
        Assert.That(
            await WriteAsync("ScimErrors", kind),
            Is.EqualTo((expected.Status, kind == RefusalKind.InvalidRequest ? "invalidValue" : $"{expected.Status}")));
    }

    [TestCaseSource(nameof(Kinds)), Spec("RFC 6750", "3.1")]
    public void A_bearer_challenge_names_the_code_where_the_credential_or_the_request_is_at_fault(RefusalKind kind)
    {
        var (status, code) = (OAuthErrors.StatusOf(kind), OAuthErrors.CodeOf(kind));

        Assert.That(
            BearerResults.ChallengeOf(Refusal.Of(kind, Sentence, Reasons.AccessTokenUnknown)),
            Is.EqualTo(
                status is 400 or 401 or 403 ? $"Bearer realm=\"IdentityHub\", error=\"{code}\", error_description=\"{Sentence}\"" : null));
    }

    [Test, Spec("RFC 6750", "3.1")]
    public void A_call_without_a_token_is_challenged_without_a_code() =>
        Assert.That(BearerResults.ChallengeOf(BearerResults.TokenMissing), Is.EqualTo("Bearer realm=\"IdentityHub\""));

    [TestCase(RefusalKind.NotFound, Reasons.TenantUserUnknown, "USER_NOT_FOUND")]
    [TestCase(RefusalKind.NotFound, Reasons.ReferralCodeUnknown, "REFERRAL_CODE_NOT_FOUND")]
    [TestCase(RefusalKind.Conflict, Reasons.TenantUserExists, "USER_ALREADY_EXISTS")]
    [TestCase(RefusalKind.Conflict, Reasons.ReferralCodeTaken, "REFERRAL_CODE_ALREADY_EXISTS")]
    [TestCase(RefusalKind.Conflict, Reasons.ReferralExists, "ALREADY_REFERRED")]
    [TestCase(RefusalKind.InvalidRequest, Reasons.ParameterInvalid, "INVALID_FIELD")]
    [TestCase(RefusalKind.InvalidRequest, Reasons.FieldsInvalid, "INVALID_FIELD")]
    [TestCase(RefusalKind.InvalidRequest, Reasons.FieldContradicts, "CONTRADICTION")]
    [TestCase(RefusalKind.InvalidRequest, Reasons.ReferralCodeOwn, "OWN_REFERRAL_CODE")]
    [TestCase(RefusalKind.InvalidRequest, Reasons.ReferralCycle, "REFERRAL_CYCLE")]
    public void Open_endpoints_tell_checks_of_one_kind_apart(RefusalKind kind, string reason, string code) =>
        Assert.That(OpenErrors.CodeOf(Refusal.Of(kind, Sentence, reason)), Is.EqualTo(code));

    [Test]
    public void Fields_travel_with_the_refusal()
    {
        var refusal = Refusal.InvalidFields(
            new FieldFault(false, "object.email", "email", "is missing"),
            new FieldFault(false, "object.<b>", "?b?", "is not known here", IsKnown: false));

        Assert.That(refusal.Fields.Select(fault => fault.Name), Is.EqualTo(["email", "?b?"]));
        Assert.That(
            refusal.Detail, Is.EqualTo("object.email is missing; an unknown field"), "the caller's text stays out of the audit trail");
    }

    private static RefusalKind[] Kinds() => Enum.GetValues<RefusalKind>();

    private static string ListedCode(string end) => $"errors.{end}";

    private static async Task<(int Status, string? Code)> WriteAsync(string writer, RefusalKind kind)
    {
        using var written = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = written } };
        var context = new RequestContext("connect/token", "203.0.113.9", null, DateTimeOffset.UnixEpoch);
        await Writers[writer].Write(http, context, Refusal.Of(kind, Sentence, Reasons.InvalidRequest));
        using var body = JsonDocument.Parse(written.Length == 0 ? "{}"u8.ToArray() : written.ToArray());
        return (http.Response.StatusCode, Writers[writer].Code(body.RootElement));
    }
}
