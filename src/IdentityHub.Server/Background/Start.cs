using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
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
        catch (CryptographicException)
        {
            return Refuse("The keys in the database cannot be read:", ["IdentityHub:KeyProtection:KeyFile is not the file that they were wrapped with."]);
        }
        catch (Exception failure) when (failure.GetBaseException() is DbException or SocketException or TimeoutException)
        {
            return Refuse("The database cannot be used:", [failure.GetBaseException().Message, "ConnectionStrings:IdentityHub says where it is; 'hub db migrate' makes its tables."]);
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
