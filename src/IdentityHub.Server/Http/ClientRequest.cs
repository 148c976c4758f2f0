using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Clients;
using IdentityHub.Server.Hosting;

namespace IdentityHub.Server.Http;

/// <summary>What every endpoint that clients authenticate at reads first: the form, and how it says who its client is.</summary>
/// <param name="Client">Null when the request names no client.</param>
internal sealed record ClientRequest(Parameters Parameters, PresentedClient? Client)
{
    /// <summary>Reads the form of a POST and the client of it; the refusal when either is malformed.</summary>
    public static async ValueTask<Outcome<ClientRequest>> ReadAsync(HttpContext http)
    {
        var form = await FormReader.ReadAsync(http.Request, http.RequestAborted);
        return form.Succeeded ? Of(http.Request, form.Value) : form.Error;
    }

    /// <summary>Reads the form of a POST, and lets its client prove who it is; the refusal when either fails.</summary>
    public static async ValueTask<Outcome<AuthenticatedRequest>> AuthenticateAsync(
        HttpContext http, ClientAuthenticator clients, RequestContext context)
    {
        var request = await ReadAsync(http);
        if (!request.Succeeded)
            return request.Error;
        if (request.Value.Client is not { } credentials)
            return Refusal.InvalidClient(Reasons.ClientMissing, "the request names no client");
        var client = await clients.AuthenticateAsync(credentials, context, http.RequestAborted);
        return client.Succeeded ? new AuthenticatedRequest(client.Value, request.Value.Parameters) : client.Error;
    }

    /// <summary>The client of a request whose parameters are read already.</summary>
    public static Outcome<ClientRequest> Of(HttpRequest request, Parameters parameters) => ClientReader.Read(request, parameters) switch
    {
        null => new ClientRequest(parameters, null),
        { Succeeded: true, Value: var client } => new ClientRequest(parameters, client),
        { Error: var malformed } => malformed!,
    };
}

/// <summary>A form whose client has proven who it is.</summary>
internal sealed record AuthenticatedRequest(Client Client, Parameters Parameters);
