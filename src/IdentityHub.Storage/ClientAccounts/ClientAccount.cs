using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.ClientAccounts;

/// <summary>
/// What makes a user an account that a customer's application looks after, and what stays of one that was erased.
/// contracts/service-user-and-client-accounts.md.
/// </summary>
public sealed class ClientAccount
{
    /// <summary>The user's id, chosen by the application: version 4 UUID.</summary>
    public required Guid UserId { get; set; }

    /// <summary>What the application keeps with the account: one JSON object as text; null for none.</summary>
    public string? CustomData { get; set; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set: the account was erased, and this row is the tombstone that keeps its id from being used again.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>When what the audit trail held of the person was erased too; null while that is still to be done.</summary>
    public DateTimeOffset? TracesErasedAt { get; set; }
}

internal sealed class ClientAccountConfiguration : IEntityTypeConfiguration<ClientAccount>
{
    public void Configure(EntityTypeBuilder<ClientAccount> builder)
    {
        builder.HasKey(account => account.UserId);
        builder.HasIndex(account => account.DeletedAt).HasFilter("deleted_at IS NOT NULL AND traces_erased_at IS NULL");

        // A user whose id must not be used again keeps their row.
        builder.HasOne<Users.User>().WithOne().HasForeignKey<ClientAccount>(account => account.UserId).OnDelete(DeleteBehavior.Restrict);
    }
}
