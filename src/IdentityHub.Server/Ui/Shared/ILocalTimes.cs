namespace IdentityHub.Server.Ui.Shared;

/// <summary>
/// A page with moments in it. Its script writes each <c>time</c> element in the user's language and time zone; without scripts they stay in
/// UTC. No other page of the hub may run a script, but for those that a protocol asks for, <see cref="IPasskeyPage"/> and
/// <see cref="IPasswordPage"/>.
/// </summary>
internal interface ILocalTimes;
