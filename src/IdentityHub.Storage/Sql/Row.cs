using System.Data.Common;

namespace IdentityHub.Storage.Sql;

/// <summary>
/// One row of an answer; reads every type as the provider stores it. A column has the name that the statement gives it. Left out, it is the
/// only column of the statement.
/// </summary>
public readonly struct Row
{
    private readonly DbDataReader _reader;
    private readonly StatementColumns _columns;
    private readonly bool _timesAreTicks;

    internal Row(DbDataReader reader, StatementColumns columns, bool timesAreTicks) =>
        (_reader, _columns, _timesAreTicks) = (reader, columns, timesAreTicks);

    public Guid Guid(string? column = null) => _reader.GetGuid(OrdinalOf(column));

    public Guid? GuidOrNull(string? column = null) => OrdinalOf(column) is var at && _reader.IsDBNull(at) ? null : _reader.GetGuid(at);

    public string Text(string? column = null) => _reader.GetString(OrdinalOf(column));

    public string? TextOrNull(string? column = null) => OrdinalOf(column) is var at && _reader.IsDBNull(at) ? null : _reader.GetString(at);

    public int Int(string? column = null) => _reader.GetInt32(OrdinalOf(column));

    public int? IntOrNull(string? column = null) => OrdinalOf(column) is var at && _reader.IsDBNull(at) ? null : _reader.GetInt32(at);

    public long Long(string? column = null) => _reader.GetInt64(OrdinalOf(column));

    public bool Bool(string? column = null) => _reader.GetBoolean(OrdinalOf(column));

    public byte[] Bytes(string? column = null) => _reader.GetFieldValue<byte[]>(OrdinalOf(column));

    public byte[]? BytesOrNull(string? column = null) =>
        OrdinalOf(column) is var at && _reader.IsDBNull(at) ? null : _reader.GetFieldValue<byte[]>(at);

    /// <summary>UTC.</summary>
    public DateTimeOffset Time(string? column = null) => TimeAt(OrdinalOf(column));

    /// <summary>UTC, or null.</summary>
    public DateTimeOffset? TimeOrNull(string? column = null) => OrdinalOf(column) is var at && _reader.IsDBNull(at) ? null : TimeAt(at);

    private int OrdinalOf(string? column) => _columns.OrdinalOf(column);

    private DateTimeOffset TimeAt(int ordinal) => _timesAreTicks
        ? new DateTimeOffset(_reader.GetInt64(ordinal), TimeSpan.Zero)
        : new DateTimeOffset(_reader.GetFieldValue<DateTime>(ordinal), TimeSpan.Zero);
}
