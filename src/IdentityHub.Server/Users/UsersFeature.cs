using IdentityHub.Server.Settings;
using Microsoft.Extensions.Options;

namespace IdentityHub.Server.Users;

/// <summary>Passwords and claims of users.</summary>
internal static class UsersFeature
{
    public static void AddUsers(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var cores = Environment.ProcessorCount;
            return new HashingLimiter(cores, cores * provider.GetRequiredService<IOptions<HubSettings>>().Value.Passwords.QueuePerCore);
        });
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<HashLogin>();
        services.AddSingleton<UserBlocks>();
        services.AddSingleton<UserClaims>();
        services.AddSingleton<UserProfiles>();
        services.AddSingleton<NewPasswords>();
        services.AddSingleton<SignUp>();
        services.AddSingleton<OtpCodes>();
        services.AddSingleton<OtpSending>();
        services.AddSingleton<OtpCheck>();
    }
}
