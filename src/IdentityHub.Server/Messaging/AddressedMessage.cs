namespace IdentityHub.Server.Messaging;

/// <summary>A message to one e-mail address or phone number, as it waits in the outbox: the words come when it is sent.</summary>
/// <param name="Id">The same at each try.</param>
/// <param name="To">
/// What was typed, in its stored form. When a user has that address, the message goes to the address that is stored for them.
/// </param>
/// <param name="Template">Name of a <see cref="Templates.TemplateKind"/>.</param>
/// <param name="Values">What stands in it.</param>
/// <param name="Languages">BCP 47 tags in the order of preference, for a user whose language is not known.</param>
/// <param name="ExpiresAt">Not sent any more from here on: what it holds is worth nothing then.</param>
internal sealed record AddressedMessage(
    Guid Id, string To, string Template, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Languages,
    DateTimeOffset ExpiresAt)
{
    /// <summary>Channel of e-mail addresses.</summary>
    public const string Email = "email";

    /// <summary>Channel of phone numbers.</summary>
    public const string Sms = "sms";

    /// <summary>Which of the templates of that kind; null for the kind's own.</summary>
    public string? Variant { get; init; }

    /// <summary>
    /// True: an address that is no user's gets nothing. Found out when the message is sent rather than when it is written, so that who asks
    /// for it causes the same work whether or not there is a user.
    /// </summary>
    public bool OnlyToUsers { get; init; }

    /// <summary>
    /// The one user that the message may go to: an address of another user gets nothing. Found out when it is sent, for the same reason.
    /// Null: any user.
    /// </summary>
    public Guid? NotToOthersThan { get; init; }

    /// <summary>The client that the message is sent for, for the audit trail; null for the hub itself.</summary>
    public string? ClientId { get; init; }

    /// <summary>Shows neither recipient nor values.</summary>
    public override string ToString() => $"{nameof(AddressedMessage)} {{ Id = {Id} }}";
}
