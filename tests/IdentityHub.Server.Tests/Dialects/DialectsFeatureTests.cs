using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Dialects;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace IdentityHub.Server.Tests.Dialects;

public class DialectsFeatureTests
{
    [Test]
    public void Each_name_of_the_configuration_belongs_to_one_dialect()
    {
        var services = new ServiceCollection();
        services.AddDialects();

        var names = services.Select(service => service.ImplementationInstance).OfType<IDialect>().SelectMany(dialect => dialect.Names);

        Assert.That(names, Is.EquivalentTo(DialectNames.All));
    }
}
