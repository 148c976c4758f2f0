using System.Text;
using IdentityHub.Server.Accounts;

namespace IdentityHub.Server.Ui.Home;

/// <summary>The first screen: on the console when the server has started in Development, and at <c>/</c>.</summary>
internal static class HomeFeature
{
    public static void AddHome(this IServiceCollection services) => services.AddSingleton<FirstScreen>();

    public static void MapHome(this WebApplication app)
    {
        HomePage.Map(app);
        app.Lifetime.ApplicationStarted.Register(() => Print(app));
    }

    private static void Print(WebApplication app)
    {
        var screen = app.Services.GetRequiredService<FirstScreen>();
        if (!screen.ShowsDemo)
            return;

        var text = new StringBuilder();
        text.AppendLine().Append("  IdentityHub is running at ").AppendLine(screen.Issuer).AppendLine();
        var clients = screen.Clients.ToList();
        var (idWidth, nameWidth) = (
            clients.Select(client => client.Id.Length).DefaultIfEmpty().Max(),
            clients.Select(client => client.Name.Length).DefaultIfEmpty().Max());
        foreach (var (id, name, grants) in clients)
            text.Append("    ").Append(id.PadRight(idWidth)).Append("  ").Append(name.PadRight(nameWidth)).Append("  ").AppendLine(grants);
        foreach (var example in screen.Examples())
            text.AppendLine().Append("  ").Append(example.Title).AppendLine(":").Append("    ").AppendLine(example.Command);
        foreach (var link in screen.Links())
            text.AppendLine().Append("  ").Append(link.Title).AppendLine(":").Append("    ").AppendLine(link.Address);
        if (app.Services.GetRequiredService<FirstAdministrator>().TakePassword() is { } password)
            text.AppendLine().Append("  The control room, as ").Append(FirstAdministrator.UserName).Append(" (password ").Append(password)
                .AppendLine(", shown this once):").Append("    ").Append(screen.Issuer).AppendLine("/admin");
        Console.WriteLine(text.ToString());
    }
}
