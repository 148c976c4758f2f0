using IdentityHub.Protocol.Vocabulary;

namespace IdentityHub.Server.Admin.Api;

/// <summary>A part of the administration API: the objects of one kind, with scopes of their own.</summary>
/// <param name="Name">One of <see cref="AdministrationScopes.Areas"/>.</param>
/// <param name="Tag">The heading in the documentation.</param>
internal sealed record AdminArea(string Name, string Tag);
