namespace IdentityHub.Protocol.Vocabulary;

/// <summary>The scope of the administrators' API; needs no definition, and no token that has it is about a user.</summary>
public static class AdministratorScope
{
    public const string Name = "hub.admin";
}
