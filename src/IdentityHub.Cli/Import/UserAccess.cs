namespace IdentityHub.Cli.Import;

/// <summary>Counts users by the ways in which they can sign in here. The report says how many there are, and what to do.</summary>
internal sealed class UserAccess
{
    private int _external;
    private int _onlyExternal;
    private int _none;

    public void Add(UserLine user)
    {
        var (isExternal, hasPassword) = (user.ExternalLogins is { Count: > 0 }, user.PasswordHash is not null);
        _external += isExternal ? 1 : 0;
        _onlyExternal += isExternal && !hasPassword ? 1 : 0;
        _none += !hasPassword && user.Email is null && user.PhoneNumber is null ? 1 : 0;
    }

    /// <summary>Adds an entry for each kind of user that there is.</summary>
    public void AddTo(ImportReport report)
    {
        Add(
            _external, "external logins",
            "They are kept with the users, but users cannot sign in with them: this server has no sign-in at other providers.");
        Add(
            _onlyExternal, "external logins alone",
            "The users sign in with a code that is sent to their e-mail address or phone number, or set a password by 'Forgotten "
                + "password?'.");
        Add(
            _none, "no way to sign in",
            "The users have neither a password nor an address: add one to the file of users, or set a password (hub users password).");

        void Add(int count, string what, string advice)
        {
            if (count > 0)
                report.Add("users", what, UserCounts.Of(count), advice);
        }
    }
}
