using System.Net;
using IdentityHub.Storage.KeyProtection;
using IdentityHub.Storage.Users;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Settings;

/// <summary>Refuses to start with every fault of the settings listed, each with the key and what would be right.</summary>
internal sealed class HubSettingsValidator : IValidateOptions<HubSettings>
{
    private const int MaxRegionLength = 32;
    private static readonly string[] Stages = ["development", "staging", "production"];

    public ValidateOptionsResult Validate(string? name, HubSettings options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(HubSettings settings)
    {
        if (!Stages.Contains(settings.Stage, StringComparer.Ordinal))
            yield return $"IdentityHub:Stage is '{settings.Stage}': it must be one of {string.Join(", ", Stages)}.";

        if (settings.Issuer.Length == 0)
            yield return "IdentityHub:Issuer is missing: the absolute https URL under which clients reach the server, e.g. "
                + "https://id.example.com.";
        else if (!Uri.TryCreate(settings.Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http"))
            yield return $"IdentityHub:Issuer is '{settings.Issuer}': it must be an absolute https URL, e.g. https://id.example.com.";
        else if (issuer.Query.Length > 0 || issuer.Fragment.Length > 0 || settings.Issuer.EndsWith('/') || issuer.UserInfo.Length > 0)
            yield return $"IdentityHub:Issuer is '{settings.Issuer}': no trailing slash, user, query or fragment (OpenID Connect "
                + "Discovery §3).";
        else if (!IsPath(settings.PublicPath) || PathAsWritten(settings.Issuer) != settings.PublicPath)
            yield return $"IdentityHub:Issuer is '{settings.Issuer}': its path is 1 to 100 letters, digits and -._~ with single slashes "
                + "between, e.g. https://host.example/auth.";
        else if (issuer.Scheme == "http" && !settings.IsDevelopment)
            yield return $"IdentityHub:Issuer is '{settings.Issuer}': https is required outside Development.";

        if (settings.ConfigDirectory.Length == 0)
            yield return "IdentityHub:ConfigDirectory is empty: the folder of the configuration files.";

        if (settings.PlatformId.Length > 0 && !IsLabel(settings.PlatformId))
            yield return $"IdentityHub:PlatformId is '{settings.PlatformId}': it becomes part of a host name, 1 to 63 of a-z 0-9 - without "
                + "a hyphen at either end.";
        if (settings.Region.Length > MaxRegionLength || !IsLabel(settings.Region))
            yield return $"IdentityHub:Region is '{settings.Region}': it must be 1 to {MaxRegionLength} of a-z 0-9 - without a hyphen at "
                + "either end, e.g. za.";

        foreach (var proxy in ForwardedAddresses(settings))
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
                yield return $"IdentityHub:TrustedProxies names '{proxy}': it must be IP addresses or networks (10.0.0.0/8) "
                    + "separated by commas.";
        }

        var fewestCalls = settings.IsDevelopment ? 1 : LimitSettings.PromisedCallsPerMinute;
        if (settings.Limits.CallsPerMinute < fewestCalls)
            yield return $"IdentityHub:Limits:CallsPerMinute is {settings.Limits.CallsPerMinute}: it must be at least {fewestCalls}.";
        foreach (var entry in TrustedNetwork.Faults(settings.Limits.TrustedNetworks))
            yield return $"IdentityHub:Limits:TrustedNetworks names '{entry}': it must be addresses or networks, each alone or with a "
                + "factor from 1 to 10000: 10.1.0.0/16, 203.0.113.7=20.";

        if (settings.Hsts.MaxAge < TimeSpan.Zero || settings.Hsts.MaxAge > TimeSpan.FromDays(1000))
            yield return $"IdentityHub:Hsts:MaxAge is {settings.Hsts.MaxAge}: it must be 00:00:00 to 1000 days, e.g. 365.00:00:00.";
        if (settings.KeyProtection.KeyFile.Length == 0)
            yield return "IdentityHub:KeyProtection:KeyFile is empty: a file with 32 bytes as base64.";
        else if (!settings.IsDevelopment && !File.Exists(settings.KeyProtection.KeyFile))
            yield return $"IdentityHub:KeyProtection:KeyFile '{settings.KeyProtection.KeyFile}' is missing. Make it once, readable by its "
                + $"owner only, and give it to every node: {KeyProtector.CommandFor(settings.KeyProtection.KeyFile)}";

        if (settings.Passwords.Iterations < (settings.IsDevelopment ? 1 : UserPasswordHasher.MinIterations))
            yield return $"IdentityHub:Passwords:Iterations is {settings.Passwords.Iterations}: it must be at least "
                + $"{UserPasswordHasher.MinIterations} outside Development.";
        if (settings.Passwords.QueuePerCore is < 1 or > 1000)
            yield return $"IdentityHub:Passwords:QueuePerCore is {settings.Passwords.QueuePerCore}: it must be 1 to 1000.";
        if (settings.Passkeys.Models().Any(static model => model is null))
            yield return $"IdentityHub:Passkeys:AllowedAaguids is '{settings.Passkeys.AllowedAaguids}': it must be AAGUIDs separated by "
                + "commas, e.g. 2fc0579f-8113-47ea-b116-bb5a8db9202a.";
        if (settings.Passwords.BreachedFolder.Length > 0 && !Directory.Exists(settings.Passwords.BreachedFolder))
            yield return $"IdentityHub:Passwords:BreachedFolder '{settings.Passwords.BreachedFolder}' is missing: a folder of range files, "
                + "or nothing.";
        foreach (var fault in Faults(settings.Sessions))
            yield return fault;
        if (settings.Theme.Directory.Length > 0 && !Directory.Exists(settings.Theme.Directory))
            yield return $"IdentityHub:Theme:Directory '{settings.Theme.Directory}' is missing: a folder, or nothing for the "
                + "built-in look.";
        foreach (var fault in settings.Email.Smtp.Faults().Concat(settings.Sms.Twilio.Faults(settings.IsDevelopment)))
            yield return fault;
        if (settings.Otp.SendsPerClientAndHour < 1)
            yield return $"IdentityHub:Otp:SendsPerClientAndHour is {settings.Otp.SendsPerClientAndHour}: it must be at least 1.";
        if (settings.Otp.SendsPerIpAndHour < 1)
            yield return $"IdentityHub:Otp:SendsPerIpAndHour is {settings.Otp.SendsPerIpAndHour}: it must be at least 1.";
        if (settings.ClientAssertions.MaxLifetime < TimeSpan.FromMinutes(1)
            || settings.ClientAssertions.MaxLifetime > TimeSpan.FromHours(24))
            yield return $"IdentityHub:ClientAssertions:MaxLifetime is {settings.ClientAssertions.MaxLifetime}: it must be one minute to "
                + "24 hours, e.g. 01:00:00.";
        if (settings.Shutdown.DrainTime < TimeSpan.Zero || settings.Shutdown.DrainTime > TimeSpan.FromMinutes(10))
            yield return $"IdentityHub:Shutdown:DrainTime is {settings.Shutdown.DrainTime}: it must be 00:00:00 to 00:10:00, "
                + "e.g. 00:00:10.";
        if (settings.Metrics.Address.Length > 0 && !IsPlainAddress(settings.Metrics.Address))
            yield return $"IdentityHub:Metrics:Address is '{settings.Metrics.Address}': it must be http:// with an address of this machine "
                + "and a port, and no path, e.g. http://127.0.0.1:9464, or http://*:9464 for all addresses.";
        if (settings.ControlRoom.IdleTime < TimeSpan.FromMinutes(1) || settings.ControlRoom.IdleTime > TimeSpan.FromHours(12))
            yield return $"IdentityHub:ControlRoom:IdleTime is {settings.ControlRoom.IdleTime}: it must be one minute to 12 hours, "
                + "e.g. 00:15:00.";
        if (settings.Audit.RetentionDays is < 1 or > 36_500)
            yield return $"IdentityHub:Audit:RetentionDays is {settings.Audit.RetentionDays}: it must be 1 to 36500.";
    }

    private static bool IsPlainAddress(string address)
    {
        try
        {
            var parsed = BindingAddress.Parse(address);
            return parsed is { Scheme: "http", PathBase: "", IsUnixPipe: false, Host.Length: > 0 }
                && address.LastIndexOf(':') > "http:".Length
                && parsed.Port is >= 0 and <= ushort.MaxValue;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string PathAsWritten(string issuer) =>
        issuer.IndexOf('/', issuer.IndexOf("://", StringComparison.Ordinal) + 3) is var start and >= 0 ? issuer[start..] : "";

    // Written in one way only: it becomes the path of cookies and the beginning of every link.
    private static bool IsPath(string path) =>
        path.Length <= 100 && path.Split('/').Skip(1).All(segment => segment.Length > 0 && segment.Trim('.').Length > 0
            && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~'));

    private static bool IsLabel(string text) =>
        text.Length is > 0 and <= 63
        && text[0] != '-'
        && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static IEnumerable<string> Faults(SessionSettings sessions)
    {
        (string Key, TimeSpan Idle, TimeSpan Lifetime)[] pairs =
        [
            ("", sessions.IdleTimeout, sessions.Lifetime),
            ("Remembered", sessions.RememberedIdleTimeout, sessions.RememberedLifetime),
        ];
        foreach (var (key, idle, lifetime) in pairs)
        {
            if (lifetime < TimeSpan.FromMinutes(1) || lifetime > TimeSpan.FromDays(400))
                yield return $"IdentityHub:Sessions:{key}Lifetime is {lifetime}: it must be one minute to 400 days, e.g. 12:00:00 or "
                    + "30.00:00:00.";
            if (idle < TimeSpan.FromMinutes(1) || idle > lifetime)
                yield return $"IdentityHub:Sessions:{key}IdleTimeout is {idle}: it must be one minute to {key}Lifetime ({lifetime}).";
        }
    }

    internal static IEnumerable<string> ForwardedAddresses(HubSettings settings) =>
        settings.TrustedProxies.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
