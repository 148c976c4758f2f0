using System.Text;
using System.Xml.Linq;
using IdentityHub.Storage.KeyProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace IdentityHub.Storage.DataProtection;

/// <summary>Keeps ASP.NET Core's Data Protection keys in the database, wrapped, so that a cookie of one node works on another.</summary>
/// <remarks>
/// The framework's interface waits for each call. It reads at the start and once a day, and writes every ninety days: a thread that waits
/// holds up no request. The statements are SQL because every node reads at its start, where Entity Framework Core would first make its
/// model.
/// </remarks>
public sealed class DatabaseXmlRepository(HubDatabase database, KeyProtector protector) : IXmlRepository
{
    /// <summary>What the keys are wrapped for.</summary>
    public const string Purpose = "data-protection-keys";

    private const string ReadSql = "SELECT wrapped_xml FROM data_protection_keys ORDER BY id";
    private const string InsertSql = "INSERT INTO data_protection_keys (friendly_name, wrapped_xml) VALUES ($1, $2)";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var wrapped = Wait(database.Call(ReadSql).ListAsync(static row => row.Bytes(), CancellationToken.None));
        return [.. wrapped.Select(Unwrap)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var xml = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        Wait(database.Call(InsertSql).With(friendlyName).With(protector.Wrap(Purpose, xml)).ExecuteAsync(CancellationToken.None));
    }

    private static T Wait<T>(Task<T> statement) => statement.GetAwaiter().GetResult();

    private XElement Unwrap(byte[] wrapped) => XElement.Parse(Encoding.UTF8.GetString(protector.Unwrap(Purpose, wrapped)));
}
