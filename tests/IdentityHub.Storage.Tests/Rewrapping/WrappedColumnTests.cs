using IdentityHub.Storage.Rewrapping;
using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests.Rewrapping;

[TestFixture(DatabaseKind.Sqlite)]
public class WrappedColumnTests(DatabaseKind kind) : DatabaseTests(kind)
{
    [Test]
    public void Every_wrapped_column_of_the_model_is_wrapped_anew_with_another_key()
    {
        using var context = NewContext();
        var wrapped =
            from entity in context.Model.GetEntityTypes()
            from property in entity.GetProperties()
            where property.GetColumnName().StartsWith("wrapped_", StringComparison.Ordinal)
            select (entity.GetTableName(), property.GetColumnName());

        Assert.That(WrappedColumns.All.Select(column => (column.Table, column.Column)), Is.EquivalentTo(wrapped));
    }
}
