using IdentityHub.Protocol;
using IdentityHub.Protocol.Scim;

namespace IdentityHub.Server.Admin.Scim;

/// <summary>Who gets and who loses a role by the edits of one request, the later ones upon the earlier ones.</summary>
/// <param name="current">The members before; none where no edit replaces them all.</param>
internal sealed class MemberEdits(IEnumerable<Guid> current)
{
    private readonly HashSet<Guid> _current = [.. current];

    /// <summary>Users who get the role.</summary>
    public HashSet<Guid> Adds { get; } = [];

    /// <summary>Users who lose it; none of <see cref="Adds"/>.</summary>
    public HashSet<Guid> Removes { get; } = [];

    /// <summary>Applies an edit; the refusal where a user cannot be one.</summary>
    public Refusal? Apply(MemberEdit edit)
    {
        var users = edit.Users.Select(text => (Text: text, Id: Guid.TryParseExact(text, "D", out var id) ? id : (Guid?)null)).ToList();

        // Who is no user is no member: there is nothing to remove.
        if (edit.Verb != PatchVerb.Remove && users.FirstOrDefault(user => user.Id is null) is { Text: { } wrong })
            return Unknown(wrong);
        var ids = users.Select(user => user.Id).OfType<Guid>().ToHashSet();
        if (edit.Verb == PatchVerb.Replace)
        {
            Adds.Clear();
            Removes.UnionWith(_current);
        }

        var (to, from) = edit.Verb == PatchVerb.Remove ? (Removes, Adds) : (Adds, Removes);
        to.UnionWith(ids);
        from.ExceptWith(ids);
        Adds.ExceptWith(_current.Except(Removes));
        return null;
    }

    /// <summary>The refusal of a member whom the directory does not see, in the words for one who does not exist.</summary>
    public static Refusal Unknown(string user) => ScimRefusals.Value($"There is no user '{ScimRefusals.Shown(user)}'.");
}
