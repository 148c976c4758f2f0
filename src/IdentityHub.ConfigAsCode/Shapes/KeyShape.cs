using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// One key of a mapping: a property of its record. The property's name in snake_case (or <see cref="JsonPropertyNameAttribute"/>) is the
/// key, <c>required</c> makes it so, <c>?</c> lets it be null, its initializer is the default, <see cref="DescriptionAttribute"/> its text.
/// </summary>
internal sealed class KeyShape
{
    private readonly PropertyInfo _property;
    private readonly object? _default;
    private readonly bool _isNullable;

    public KeyShape(PropertyInfo property, object? defaultValue)
    {
        _property = property;
        _default = defaultValue;
        Name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        IsRequired = property.IsDefined(typeof(RequiredMemberAttribute));
        _isNullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        Value = ShapeOf(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
    }

    public string Name { get; }

    public bool IsRequired { get; }

    public ValueShape Value { get; }

    /// <summary>True where null stands for a value that is left out.</summary>
    public bool IsNullable => _isNullable;

    /// <summary>What the key means; empty where its definition does not say.</summary>
    public string Description => Attribute<DescriptionAttribute>()?.Description ?? "";

    /// <summary>The type of the property.</summary>
    public Type Type => _property.PropertyType;

    /// <summary>The value of a key that is left out; null where it is required, or nothing.</summary>
    public object? Default => IsRequired ? null : _default;

    public void Read(object instance, ConfigNode node, ReadContext context)
    {
        if (_isNullable && node is ScalarNode { Kind: ScalarKind.Null, IsFaulty: false })
            return;
        if (Value.Read(node, context) is { } value)
            _property.SetValue(instance, value);
    }

    public JsonObject ToSchema(SchemaDefinitions definitions)
    {
        var value = Value.ToSchema(definitions);
        var schema =
            _isNullable && !IsRequired ? new JsonObject { ["anyOf"] = new JsonArray(value, new JsonObject { ["type"] = "null" }) } : value;
        if (_property.GetCustomAttribute<DescriptionAttribute>() is { } description)
            schema["description"] = description.Description;
        if (!IsRequired && _default is not null && Value.ToJson(_default) is { } json)
            schema["default"] = json;
        return schema;
    }

    private ValueShape ShapeOf(Type type)
    {
        if (_property.IsDefined(typeof(SpaceDelimitedAttribute)))
            return new ScopeShape();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var item = type.GetGenericArguments()[0];
            return new ListShape(ShapeOf(item), item, _property.IsDefined(typeof(NotEmptyAttribute)));
        }

        if (type.IsEnum)
            return new ChoiceShape(type);
        if (type == typeof(string))
        {
            return Attribute<OneOfAttribute>() is { } choice
                ? new ChoiceShape(choice.Values)
                : new StringShape(Attribute<MatchesAttribute>(), Attribute<LengthAttribute>());
        }

        return type switch
        {
            _ when type == typeof(bool) => new BooleanShape(),
            _ when type == typeof(int) => new IntegerShape(Attribute<RangeAttribute>()!),
            _ when type == typeof(TimeSpan) => new DurationShape(Attribute<DurationRangeAttribute>()!),
            _ when type == typeof(DateTimeOffset) => new TimestampShape(),
            _ when type == typeof(DateOnly) => new DateShape(),
            _ when type == typeof(Guid) => new UuidShape(),
            _ when type == typeof(byte[]) => new DigestShape(_property.IsDefined(typeof(TakesSha512Attribute))),
            _ when type == typeof(ClearSecret) => new ClearSecretShape(),
            _ when type == typeof(ClaimValue) => new JsonShape(),
            _ => ObjectShape.Of(type),
        };
    }

    private T? Attribute<T>()
        where T : Attribute => _property.GetCustomAttribute<T>();
}
