using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace IdentityHub.Storage.Clients;

/// <summary>One applied object of the configuration files: a client, a scope, an API resource, …</summary>
public sealed class ConfigObject
{
    /// <summary>The list that it is in, e.g. <c>clients</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>Its id inside the list, e.g. the <c>client_id</c>.</summary>
    public required string Name { get; set; }

    /// <summary>The definition as JSON. Secrets are digests or wrapped with the key-protection key.</summary>
    public required string Document { get; set; }

    /// <summary>
    /// SHA-256 of the definition, what is wrapped in <see cref="Document"/> taken by a keyed hash: equal digests, nothing to do.
    /// </summary>
    public required byte[] Digest { get; set; }

    /// <summary>File it came from, relative to the configuration directory; null for one made through an API.</summary>
    public string? SourceFile { get; set; }

    /// <summary>Line in that file, counted from 1.</summary>
    public int? SourceLine { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A state of the configuration that was applied. The one with the highest id is in force.</summary>
public sealed class ConfigGeneration
{
    public long Id { get; set; }

    /// <summary>Lower-case hex of SHA-256 over all objects' kinds, names and digests.</summary>
    public required string Hash { get; set; }

    public required DateTimeOffset AppliedAt { get; set; }
}

internal sealed class ConfigObjectConfiguration : IEntityTypeConfiguration<ConfigObject>, IEntityTypeConfiguration<ConfigGeneration>
{
    public void Configure(EntityTypeBuilder<ConfigObject> builder)
    {
        builder.HasKey(definition => new { definition.Kind, definition.Name });
        builder.Property(definition => definition.Kind).HasMaxLength(32);
        builder.Property(definition => definition.Name).HasMaxLength(256);
        builder.Property(definition => definition.SourceFile).HasMaxLength(512);
    }

    public void Configure(EntityTypeBuilder<ConfigGeneration> builder) =>
        builder.Property(generation => generation.Hash).HasMaxLength(64);
}
