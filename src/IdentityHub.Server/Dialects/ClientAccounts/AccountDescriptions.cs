using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Http.Descriptions;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Limits;

namespace IdentityHub.Server.Dialects.ClientAccounts;

/// <summary>What the documentation says of accounts that are there.</summary>
internal static class AccountDescriptions
{
    public const string Tag = "Client accounts";

    /// <summary>The example of the contract.</summary>
    public const string SignUp =
        """
        {"user_id": "80491f93-1eb1-42c2-b5e1-d2e94dac5ab9", "email": "new_client@client.com",
         "name": {"first_name": "new", "last_name": "client"}, "password": "new_client"}
        """;

    private static readonly Field ClientToken = Field.Text(
        ClientTokenReader.Header, "The account's own token, from its sign-up or login.") with
    {
        IsRequired = true,
    };

    public static EndpointDescription Change { get; } = new("PUT", "changeClient", Tag, "Change an account")
    {
        Text =
            "What is absent stays as it is, `null` clears; what is required cannot be cleared. With a new password every other session of "
                + "the account ends.",
        Dialect = DialectNames.ClientAccounts,
        Access = DescribedAccess.Bearer,
        Path = [AccountFields.InPath],
        Headers = [ClientToken],
        Body = DescribedBody.ClosedJson(AccountFields.Patch) with
        {
            IsPatch = true,
            Example = """{"phone_number": "+27821234567", "custom_data": {"seats": 4, "trial": null}}""",
        },
        Limit = EndpointLimits.Ordinary,
        Answers = [new(200, "Changed."), .. DescribedErrors.Of(400, 401, 403, 404, 409, 429)],
    };

    public static EndpointDescription Erase { get; } = new("DELETE", "deleteClient", Tag, "Erase an account")
    {
        Text =
            "Everything personal is erased, all sessions and tokens of the account end. The id stays as a tombstone and cannot "
                + "be used again.",
        Dialect = DialectNames.ClientAccounts,
        Access = DescribedAccess.Bearer,
        Path = [AccountFields.InPath],
        Headers = [ClientToken],
        Body = DescribedBody.ClosedJson(AccountFields.Erasure) with { IsRequired = false },
        Limit = EndpointLimits.Ordinary,
        Answers = [new(204, "Erased."), .. DescribedErrors.Of(400, 401, 403, 404, 429)],
    };
}
