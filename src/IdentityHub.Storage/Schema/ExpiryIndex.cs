using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Schema;

/// <summary>The index by which the clean-up finds expired rows.</summary>
internal static class ExpiryIndex
{
    /// <summary>
    /// Rows come in the order of their time, more or less: on PostgreSQL a block range index (BRIN) finds the old ones and costs next to
    /// nothing when a row is written. SQLite knows only ordinary ones and passes the annotation over.
    /// </summary>
    public static void HasExpiryIndex<T>(this EntityTypeBuilder<T> builder, Expression<Func<T, object?>> time)
        where T : class => builder.HasIndex(time).HasAnnotation("Npgsql:IndexMethod", "brin");
}
