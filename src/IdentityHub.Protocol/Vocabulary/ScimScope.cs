namespace IdentityHub.Protocol.Vocabulary;

/// <summary>The scope of a client that is the directory of its <c>scim_organization</c>; needs no definition.</summary>
public static class ScimScope
{
    public const string Name = "scim";
}
