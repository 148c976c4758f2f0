using System.Text.Json.Nodes;

namespace IdentityHub.Server.Ui.ControlRoom.Users;

/// <summary>What the page of a user does.</summary>
internal static class UserPageActions
{
    public const string UntilField = "until";

    public static readonly PageAction Change = new("change_user", "adminChangeUser")
    {
        Fields = ["given_name", "family_name", "locale"],
    };

    /// <summary>What a user signs in with, where links go that set a password, and whose rules and administrators they have.</summary>
    public static readonly PageAction ChangeLogin = new("change_login", "adminChangeUser")
    {
        IsSensitive = true,
        Fields = ["user_name", "email", "phone_number", "organization"],
    };

    /// <summary>Its fields are the attributes that the configuration defines.</summary>
    public static readonly PageAction ChangeAttributes = new("change_attributes", "adminChangeUser") { IsAlwaysAsked = true };

    public static readonly PageAction Disable = Switch("disable_user", isEnabled: false);
    public static readonly PageAction Enable = Switch("enable_user", isEnabled: true);

    public static readonly PageAction Block = new("block_user", "adminBlockUser") { IsDangerous = true, Fields = [UntilField] };
    public static readonly PageAction Unblock = new("unblock_user", "adminUnblockUser") { IsSensitive = true };

    public static readonly PageAction Erase = new("erase_user", "adminEraseUser") { IsDangerous = true, Next = "/admin/users" };

    public static readonly PageAction EndSession = new("end_session", "adminEndSession") { Target = "session_id" };
    public static readonly PageAction EndSessions = new("end_sessions", "adminEndSessions") { IsDangerous = true };

    public static readonly PageAction RemoveFactor = new("remove_factor", "adminRemoveFactor") { IsDangerous = true, Target = "factor_id" };
    public static readonly PageAction RemoveFactors = new("remove_factors", "adminRemoveFactors") { IsDangerous = true };

    public static readonly PageAction WithdrawConsent = new("withdraw_consent", "adminWithdrawConsent") { Target = "client_id" };

    public static readonly PageAction GiveRole = new("give_role", "adminGiveRole")
    {
        IsDangerous = true,
        Fields = ["role", "organization"],
    };

    public static readonly PageAction TakeRole = new("take_role", "adminTakeRole") { IsDangerous = true, Target = "role_id" };

    private static PageAction Switch(string name, bool isEnabled) => new(name, "adminChangeUser")
    {
        IsDangerous = !isEnabled,
        IsSensitive = isEnabled,
        IsAlwaysAsked = true,
        Body = _ => new JsonObject { ["enabled"] = isEnabled },
    };
}
