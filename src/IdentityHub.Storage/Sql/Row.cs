using System.Data.Common;

namespace IdentityHub.Storage.Sql;

/// <summary>One row of an answer; reads every type as the provider stores it.</summary>
public readonly struct Row(DbDataReader reader, bool timesAreTicks)
{
    public Guid Guid(int column) => reader.GetGuid(column);

    public Guid? GuidOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);

    public string Text(int column) => reader.GetString(column);

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public int Int(int column) => reader.GetInt32(column);

    public int? IntOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);

    public long Long(int column) => reader.GetInt64(column);

    public bool Bool(int column) => reader.GetBoolean(column);

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public byte[]? BytesOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    /// <summary>UTC.</summary>
    public DateTimeOffset Time(int column) => timesAreTicks
        ? new DateTimeOffset(reader.GetInt64(column), TimeSpan.Zero)
        : new DateTimeOffset(reader.GetFieldValue<DateTime>(column), TimeSpan.Zero);

    /// <summary>UTC, or null.</summary>
    public DateTimeOffset? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);
}
