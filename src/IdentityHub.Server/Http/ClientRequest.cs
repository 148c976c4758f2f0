using IdentityHub.Protocol;
using IdentityHub.Server.Clients;

namespace IdentityHub.Server.Http;

/// <summary>What every door that clients authenticate at reads first: the form, and how it says who its client is.</summary>
/// <param name="Client">Null when the request names no client.</param>
internal sealed record ClientRequest(Parameters Parameters, PresentedClient? Client)
{
    /// <summary>Reads the form of a POST and the client of it; the refusal when either is malformed.</summary>
    public static async ValueTask<Outcome<ClientRequest>> ReadAsync(HttpContext http)
    {
        var form = await FormReader.ReadAsync(http.Request, http.RequestAborted);
        return form.Succeeded ? Of(http.Request, form.Value) : form.Error;
    }

    /// <summary>The client of a request whose parameters are read already.</summary>
    public static Outcome<ClientRequest> Of(HttpRequest request, Parameters parameters) => ClientReader.Read(request, parameters) switch
    {
        null => new ClientRequest(parameters, null),
        { Succeeded: true, Value: var client } => new ClientRequest(parameters, client),
        { Error: var malformed } => malformed!,
    };
}
