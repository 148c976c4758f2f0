using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Users;

/// <summary>
/// How far the import of a file of users has come: written in the transaction of the users themselves, so that it resumes exactly there.
/// </summary>
public sealed class UserImport
{
    /// <summary>SHA-256 of the whole file: another content is another import.</summary>
    public required byte[] FileHash { get; set; }

    /// <summary>Records that are done with, from the beginning of the file.</summary>
    public long RecordsDone { get; set; }

    /// <summary>Users that were made.</summary>
    public long Imported { get; set; }

    /// <summary>Records whose user was there already, with the same id and name.</summary>
    public long Skipped { get; set; }

    /// <summary>Records that were refused.</summary>
    public long Rejected { get; set; }

    /// <summary>Length of the reject file, in bytes, when the last batch was stored: what is behind it is written again.</summary>
    public long RejectFileLength { get; set; }

    public required DateTimeOffset StartedAt { get; set; }

    /// <summary>When the end of the file was reached; null before.</summary>
    public DateTimeOffset? FinishedAt { get; set; }
}

internal sealed class UserImportConfiguration : IEntityTypeConfiguration<UserImport>
{
    public void Configure(EntityTypeBuilder<UserImport> builder)
    {
        builder.HasKey(import => import.FileHash);
        builder.Property(import => import.FileHash).HasMaxLength(32);
    }
}
