using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Authentication.OneTimeCodes;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;
using IdentityHub.Server.Http;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;
using IdentityHub.Storage.Counters;

namespace IdentityHub.Server.Dialects.OAuthV2;

/// <summary>
/// <c>POST /otp/send</c>: a client has a code sent to an e-mail address or a phone number. contracts/oauth-v2-and-otp.md. Known and unknown
/// addresses get the same answer: it is not looked up which it is.
/// </summary>
internal sealed class OtpSendEndpoint(BearerCaller callers, OtpSending sending, CallLimits limits)
{
    public const string Path = "/otp/send";

    private const string Email = "email", Phone = "phone";

    // Every character as it came.
    private static readonly JavaScriptEncoder Verbatim = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly Field[] Fields =
    [
        Field.Text(Email, "An e-mail address.") with { Example = "\"someone@example.com\"" },
        Field.Text(Phone, "A phone number, with its country code or as it is dialled."),
    ];

    private static readonly EndpointDescription Description = new("POST", "sendOtp", "One-time passwords", "Have a code sent")
    {
        Text = "With a token from `client_credentials`. Exactly one of the two fields; known and unknown addresses are answered alike.",
        Dialect = DialectNames.Otp,
        Access = DescribedAccess.Bearer,
        Body = DescribedBody.Json(Fields) with { Example = """{"email": "someone@example.com"}""" },
        Limit = EndpointLimits.OneTimePassword,
        Answers =
        [
            new(200, "The code is on its way.")
            {
                Fields =
                [
                    new Field("data", FieldType.Object, "What was sent.")
                    {
                        IsRequired = true,
                        Members = [Field.Text(Email, "The address, as it came."), Field.Text(Phone, "The number, as it came.")],
                    },
                    OtpErrors.Meta
                ],
                Examples =
                [
                    ("email", """{"data":{"email":"someone@example.com"},"meta":[]}"""),
                    ("phone", """{"data":{"phone":"02345678901234"},"meta":[]}""")
                ],
            },
            .. OtpErrors.Described(
                (400, "A field is missing, malformed or too long, or the body is no JSON."),
                (401, "The token is missing, expired, revoked or foreign."),
                (403, "One-time passwords are off for this client."), (429, "Too many codes; `Retry-After`.")),
        ],
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<OtpSendEndpoint>();
        routes.MapDialectEndpoint(DialectNames.Otp, Path, ["POST"], endpoint.HandleAsync, OtpErrors.WriteAsync).Describe(Description);
        routes.MapDialectNotFound(DialectNames.Otp, "/otp", OtpErrors.WriteAsync);
    }

    private async Task<Refusal?> HandleAsync(HttpContext http, RequestContext context)
    {
        var client = await AuthenticateAsync(http, context);
        var credential = context is { ClientAuthenticated: true, ClientId: { } id } ? LimitNames.BackEndOfClient(id) : null;
        if (await limits.CountAsync(http, context, EndpointLimits.OrdinaryRule, credential) is { } full)
            return full;
        if (!client.Succeeded)
            return client.Error;
        var body = await JsonBody.ReadAsync(http.Request, isOptional: false, http.RequestAborted);
        if (!body.Succeeded)
            return body.Error;
        if (Fault(body.Value, out var field, out var typed) is { } fault)
            return fault;
        if ((field == Email ? OtpAddress.Email(typed) : OtpAddress.Phone(typed)) is not { } address)
        {
            return field == Email
                ? OtpErrors.Of(Email, "This is no e-mail address.", Reasons.EmailMalformed)
                : OtpErrors.Of(Phone, "This is no phone number: + and the number with its country code is one.", Reasons.PhoneMalformed);
        }

        var request = new OtpRequest(
            address, new OtpPurpose(client.Value.Id), client.Value.Otp, client.Value.Name, AcceptedLanguages.Of(http.Request));
        if (await sending.SendAsync(request, context, http.RequestAborted) is { } refusal)
            return refusal;
        await OAuthResults.WriteAsync(http, StatusCodes.Status200OK, (field, typed), static (json, answer) =>
        {
            json.WriteStartObject("data"u8);
            json.WriteString(answer.field, JsonEncodedText.Encode(answer.typed, Verbatim));
            json.WriteEndObject();
            OtpErrors.WriteMeta(json);
        });
        return null;
    }

    // The token of a client that acts for itself, and may have codes sent.
    private async ValueTask<Outcome<Client>> AuthenticateAsync(HttpContext http, RequestContext context)
    {
        var caller = await callers.ReadAsync(http, form: null, context);
        if (!caller.Succeeded)
            return caller.Error;
        var (token, client) = caller.Value;
        if (token.UserId is not null)
            return Forbidden("A token of grant type client_credentials is needed.", Reasons.AccessTokenOfUser);
        if (!client.Otp.Enabled || !client.Dialects.Contains(DialectNames.Otp))
            return Forbidden("One-time passwords are off for this client.", Reasons.OtpOff);
        context.ClientAuthenticated = true;
        if (!client.IsPublic)
            context.BackEnd = client.BackEndName;
        return EndUserAddress.Accept(context, client.SaysEndUserAddress, http.Request.Headers[EndUserAddress.Header]) is { } malformed
            ? malformed
            : client;
    }

    private static Refusal? Fault(JsonBody body, out string field, out string typed)
    {
        var (email, phone) = (Present(body, Email), Present(body, Phone));
        (field, typed) = (email is null && phone is not null ? Phone : Email, "");
        if (email is not null && phone is not null)
            return OtpErrors.Of(Phone, "There may be 'email' or 'phone', not both.", Reasons.AddressAmbiguous);
        if ((email ?? phone) is not { } value)
            return OtpErrors.Of(Email, "One of the fields 'email' and 'phone' is needed.", Reasons.AddressMissing);
        if (value.ValueKind != JsonValueKind.String)
            return OtpErrors.Of(field, $"Field '{field}' must be a string.", Reasons.FieldType);
        typed = value.GetString()!;
        return Encoding.UTF8.GetByteCount(typed) > JsonReader.MaxValueLength
            ? OtpErrors.Of(field, $"Field '{field}' is longer than {JsonReader.MaxValueLength} bytes.", Reasons.FieldTooLong)
            : null;
    }

    private static JsonElement? Present(JsonBody body, string name) =>
        body.Member(name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    private static Refusal Forbidden(string description, string reason) => Refusal.Of(RefusalKind.Forbidden, description, reason);
}
