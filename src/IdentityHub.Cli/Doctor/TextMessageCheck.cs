using System.Net;
using System.Net.Http.Headers;
using System.Text;
using IdentityHub.Cli.Settings;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Cli.Doctor;

/// <summary>Whether Twilio knows the account. Reads the account, and sends nothing.</summary>
internal static class TextMessageCheck
{
    private const string Name = "text messages";
    private const string Section = "IdentityHub:Sms:Twilio";

    public static async Task<Finding> CheckAsync(HttpClient http, CommandSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Find($"{Section}:AccountSid") is not { } account)
            return Finding.Skipped(Name, $"{Section}:AccountSid is not set");
        var address = settings.Find($"{Section}:BaseUrl") ?? "https://api.twilio.com";
        if (!Uri.TryCreate(
                $"{address.TrimEnd('/')}/2010-04-01/Accounts/{Uri.EscapeDataString(account)}.json", UriKind.Absolute, out var uri)
            || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && settings.Stage == ConfigContext.Development)))
        {
            return Finding.Fault(
                Name, $"{Section}:BaseUrl is no absolute https URL", $"Correct {Section}:BaseUrl, or leave it out. Nothing was sent.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        var credentials = $"{account}:{settings.Find($"{Section}:AuthToken")}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        try
        {
            using var answer = await http.SendAsync(request, cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => Finding.Ok(Name, $"Twilio takes the credentials of account {account}"),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound => Finding.Fault(
                    Name, $"Twilio refused the account ({(int)answer.StatusCode})", $"Check {Section}:AccountSid and AuthToken."),
                var status => Finding.Warning(
                    Name, $"Twilio answered {(int)status}", "Try again later; check IdentityHub:Sms:Twilio:BaseUrl if it stays."),
            };
        }
        catch (Exception failure)
            when (failure is HttpRequestException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Finding.Fault(
                Name, $"{uri.Host} cannot be reached ({failure.GetType().Name})", "Check the address, the name server and the firewall.");
        }
    }
}
