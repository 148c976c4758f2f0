using IdentityHub.ConfigAsCode.Installation;

namespace IdentityHub.Server.Settings;

/// <summary>
/// What <c>dotnet run</c> starts where nothing is set: a Development server for a first look. When the shell sets an environment, a
/// database or any other setting of the hub, the framework chooses the environment, and its default is Production. ASSURANCE L8.
/// </summary>
internal static class SourceRun
{
    /// <summary>What the project file adds to the command line of <c>dotnet run</c>; a published program is started without it.</summary>
    public const string Argument = "--from-source";

    private static readonly string[] Settings =
    [
        "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ConnectionStrings__", "ConnectionStrings:", "IdentityHub__", "IdentityHub:"
    ];

    /// <summary>
    /// The options of the web application. The settings file lies with the program; config/ and data/ lie where it is started.
    /// </summary>
    public static WebApplicationOptions OptionsOf(string[] args) =>
        OptionsOf(args, Environment.GetEnvironmentVariables().Keys.Cast<string>());

    /// <inheritdoc cref="OptionsOf(string[])"/>
    internal static WebApplicationOptions OptionsOf(string[] args, IEnumerable<string> variables)
    {
        var rest = args.Where(argument => argument != Argument).ToArray();
        var isFirstLook = rest.Length != args.Length && !rest.Select(NameOf).Concat(variables).Any(IsSetting);
        return new WebApplicationOptions
        {
            Args = rest,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = isFirstLook ? Environments.Development : null,
        };
    }

    /// <summary>Listens where Development's issuer says, unless an address is set.</summary>
    public static void UseDevelopmentAddress(this WebApplicationBuilder builder)
    {
        string[] addresses = ["urls", "http_ports", "https_ports"];
        if (builder.Environment.IsDevelopment()
            && addresses.All(key => string.IsNullOrEmpty(builder.Configuration[key]))
            && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(InstallationSettings.DevelopmentIssuer);
    }

    private static bool IsSetting(string name) =>
        name.Equals("environment", StringComparison.OrdinalIgnoreCase)
        || Settings.Any(setting => name.StartsWith(setting, StringComparison.OrdinalIgnoreCase));

    private static string NameOf(string argument) => argument.TrimStart('-', '/').Split('=')[0];
}
