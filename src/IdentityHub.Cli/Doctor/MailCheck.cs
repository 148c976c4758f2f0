using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IdentityHub.Cli.Settings;
using IdentityHub.Protocol;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace IdentityHub.Cli.Doctor;

/// <summary>Whether the mail server takes the credentials. Connects, authenticates and hangs up; sends nothing.</summary>
internal static class MailCheck
{
    private const string Name = "mail";
    private const string Section = "IdentityHub:Email:Smtp";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task<Finding> CheckAsync(CommandSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Find($"{Section}:Host") is not { } host)
            return Finding.Skipped(Name, $"{Section}:Host is not set");
        var (userName, caFile) = (settings.Find($"{Section}:UserName"), settings.Find($"{Section}:CaFile"));
        if (!int.TryParse(settings.Find($"{Section}:Port") ?? "587", NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is < 1 or > 65535)
            return Finding.Fault(Name, $"{Section}:Port is no port number", $"Set {Section}:Port, as a rule to 587.");
        if (SecurityOf(settings.Find($"{Section}:Security") ?? "starttls", host) is not { } security)
        {
            return Finding.Fault(
                Name, $"{Section}:Security is neither starttls nor tls, and none is only for a mail server on this machine",
                $"Set {Section}:Security to starttls (port 587) or tls (port 465). Nothing was sent.");
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        if (caFile is not null)
            client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(caFile, certificate, chain, errors);
        try
        {
            await client.ConnectAsync(host, port, security, deadline.Token);
            if (userName is not null)
                await AuthenticateAsync(client, userName, settings, deadline.Token);
            await client.DisconnectAsync(quit: true, deadline.Token);
            return Finding.Ok(Name, userName is null ? $"{host}:{port} answers" : $"{host}:{port} takes the credentials of '{userName}'");
        }
        catch (Exception failure) when (AdviceFor(failure, cancellationToken) is { } advice)
        {
            return Finding.Fault(Name, $"{host}:{port} cannot be used ({failure.GetType().Name})", advice);
        }
    }

    // As the server does: credentials go to another machine over TLS only.
    private static SecureSocketOptions? SecurityOf(string security, string host) => security switch
    {
        "starttls" => SecureSocketOptions.StartTls,
        "tls" => SecureSocketOptions.SslOnConnect,
        "none" when IsThisMachine(host) => SecureSocketOptions.None,
        _ => null,
    };

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static async Task AuthenticateAsync(
        SmtpClient client, string userName, CommandSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Find($"{Section}:AccessTokenFile") is not { } file)
        {
            await client.AuthenticateAsync(Encoding.UTF8, userName, settings.Find($"{Section}:Password") ?? "", cancellationToken);
            return;
        }

        var token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
        SaslMechanism mechanism = client.AuthenticationMechanisms.Contains("XOAUTH2")
            ? new SaslMechanismOAuth2(userName, token)
            : new SaslMechanismOAuthBearer(userName, token);
        await client.AuthenticateAsync(mechanism, cancellationToken);
    }

    // What the server says is not repeated.
    private static string? AdviceFor(Exception failure, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,
        AuthenticationException => $"Check {Section}:UserName, and Password or AccessTokenFile: the server refused them.",
        SslHandshakeException =>
            $"Check that {Section}:Security fits the port (tls for 465, starttls for 587), and that the certificate is trusted (CaFile).",
        NotSupportedException =>
            $"The server offers no STARTTLS, or no authentication that fits: check {Section}:Port, Security, and Password or "
                + "AccessTokenFile.",
        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException =>
            $"Check {Section}:AccessTokenFile and CaFile: a file cannot be read.",
        OperationCanceledException
        or SocketException
        or IOException
        or MailKit.ProtocolException
        or MailKit.CommandException
        or MailKit.ServiceNotAuthenticatedException => $"Check {Section}:Host and Port, the firewall, and the mail server.",
        _ => null,
    };

    private static bool IsTrusted(string caFile, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None
        || (errors == SslPolicyErrors.RemoteCertificateChainErrors && NamedAuthorities.Vouch(caFile, certificate, presented));
}
