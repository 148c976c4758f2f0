using System.Text;
using System.Xml.Linq;
using IdentityHub.Storage.KeyProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace IdentityHub.Storage.DataProtection;

/// <summary>Keeps ASP.NET Core's Data Protection keys in the database, wrapped, so that a cookie of one node works on another.</summary>
/// <param name="contexts">Makes a context that knows <see cref="DataProtectionKey"/>.</param>
public sealed class DatabaseXmlRepository(Func<DbContext> contexts, KeyProtector protector) : IXmlRepository
{
    private const string Purpose = "data-protection-keys";

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var context = contexts();
        return
        [
            .. context
                .Set<DataProtectionKey>()
                .AsNoTracking()
                .OrderBy(key => key.Id)
                .Select(key => key.WrappedXml)
                .AsEnumerable()
                .Select(Unwrap)
        ];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var context = contexts();
        var xml = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        context.Add(new DataProtectionKey { FriendlyName = friendlyName, WrappedXml = protector.Wrap(Purpose, xml) });
        context.SaveChanges();
    }

    private XElement Unwrap(byte[] wrapped) => XElement.Parse(Encoding.UTF8.GetString(protector.Unwrap(Purpose, wrapped)));
}
