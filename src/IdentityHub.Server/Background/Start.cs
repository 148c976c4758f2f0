using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
using IdentityHub.Server.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Background;

/// <summary>Runs the server; when it cannot start, says why in sentences rather than in a stack trace.</summary>
internal static class Start
{
    /// <returns>The exit code of the process: 0 after a stop, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(Func<WebApplication> build)
    {
        try
        {
            await build().RunAsync();
            return 0;
        }
        catch (OptionsValidationException invalid)
        {
            return Refuse("The settings are not right:", invalid.Failures);
        }
        catch (InvalidDataException invalid)
        {
            return Refuse("The server cannot start:", invalid.Message.Split('\n'));
        }
        catch (AuthenticationTagMismatchException)
        {
            return Refuse(
                "The keys in the database cannot be read:",
                ["IdentityHub:KeyProtection:KeyFile is not the file that they were wrapped with."]);
        }
        catch (Exception failure) when (Causes.Has<DbException>(failure) || failure is TimeoutException)
        {
            return Refuse(
                "The database cannot be used:",
                [failure.GetBaseException().Message, "ConnectionStrings:IdentityHub says where it is; 'hub db migrate' makes its tables."]);
        }
        catch (Exception failure) when (Causes.Has<AddressInUseException>(failure))
        {
            return Refuse(
                "The server cannot listen:",
                [
                    failure.Message,
                    "Another program uses the address. Stop it, or set another one: ASPNETCORE_URLS or --urls http://localhost:5081."
                ]);
        }
        catch (Exception failure) when (Causes.Has<SocketException>(failure))
        {
            return Refuse(
                "The server cannot listen:",
                [
                    failure.GetBaseException().Message,
                    "ASPNETCORE_URLS or --urls says where it listens; ports below 1024 need a right that this user may not have."
                ]);
        }
        catch (CryptographicException failure)
        {
            return Refuse(
                "The certificate of the server cannot be read:",
                [failure.Message, "Kestrel:Certificates and Kestrel:Endpoints name its file and password."]);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            return Refuse(
                "A file cannot be used:",
                [
                    failure.Message,
                    "It must exist, and the user whom the server runs as must be allowed to read it, and to write where the server writes."
                ]);
        }
    }

    private static int Refuse(string headline, IEnumerable<string> faults)
    {
        Console.Error.WriteLine(headline);
        foreach (var fault in faults)
            Console.Error.WriteLine("  " + fault);
        return 1;
    }
}
