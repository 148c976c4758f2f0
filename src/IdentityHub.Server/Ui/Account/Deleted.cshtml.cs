using IdentityHub.Server.Ui.Shared;

namespace IdentityHub.Server.Ui.Account;

/// <summary><c>/account/deleted</c>: says that an account was deleted. Anybody can open it: it says nothing about a person.</summary>
internal sealed class DeletedModel() : HubPage("account/deleted");
