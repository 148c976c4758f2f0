using IdentityHub.Storage.Sql;

namespace IdentityHub.Storage.Referrals;

/// <summary>The columns of a tenant's user in an answer. A prefix keeps the names apart where the answer has two users in a row.</summary>
/// <param name="tenantUser">Alias of <c>tenant_users</c>.</param>
/// <param name="user">Alias of <c>users</c>.</param>
/// <param name="prefix">Begins every name.</param>
internal sealed class TenantUserColumns(string tenantUser, string user, string prefix)
{
    private readonly string _userId = prefix + "user_id",
        _accountId = prefix + "account_id",
        _externalId = prefix + "external_id",
        _email = prefix + "email";
    private readonly string _givenName = prefix + "given_name", _familyName = prefix + "family_name", _locale = prefix + "locale";
    private readonly string _code = prefix + "referral_code", _codeCreatedAt = prefix + "code_created_at", _imageUrl = prefix + "image_url";
    private readonly string _createdAt = prefix + "created_at", _isReferred = prefix + "is_referred";

    /// <summary>For the list of a SELECT.</summary>
    public string Sql =>
        $"""
        {tenantUser}.user_id AS {_userId}, {tenantUser}.account_id AS {_accountId}, {tenantUser}.external_id AS {_externalId}, {tenantUser}.email AS {_email},
        {user}.given_name AS {_givenName}, {user}.family_name AS {_familyName}, {user}.locale AS {_locale},
        {tenantUser}.referral_code AS {_code}, {tenantUser}.code_created_at AS {_codeCreatedAt}, {tenantUser}.image_url AS {_imageUrl},
        {tenantUser}.created_at AS {_createdAt}, EXISTS (SELECT 1 FROM referrals WHERE referred_id = {tenantUser}.user_id) AS {_isReferred}
        """;

    public StoredTenantUser Read(Row row) => new(
        row.Guid(_userId),
        row.Text(_accountId),
        row.Text(_externalId),
        row.Text(_email),
        row.TextOrNull(_givenName) ?? "",
        row.TextOrNull(_familyName),
        row.TextOrNull(_locale),
        row.Text(_code),
        row.TextOrNull(_imageUrl),
        row.Time(_createdAt),
        row.Time(_codeCreatedAt),
        row.Bool(_isReferred));
}
