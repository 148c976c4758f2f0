using System.Text.Json.Serialization;

namespace IdentityHub.ConfigAsCode;

/// <summary>
/// The stored form of definitions: the same keys and notations as the files, without what is null. Generated at build time, so that ten
/// thousand objects are read without reflection.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DurationJsonConverter)])]
[JsonSerializable(typeof(ClientDefinition))]
[JsonSerializable(typeof(ScopeDefinition))]
[JsonSerializable(typeof(ClaimDefinition))]
[JsonSerializable(typeof(UserAttributeDefinition))]
[JsonSerializable(typeof(ApiResourceDefinition))]
[JsonSerializable(typeof(OrganizationDefinition))]
[JsonSerializable(typeof(RoleDefinition))]
[JsonSerializable(typeof(UserDefinition))]
[JsonSerializable(typeof(ApiKeyDefinition))]
[JsonSerializable(typeof(TenantDefinition))]
[JsonSerializable(typeof(DialectsDefinition))]
internal sealed partial class ConfigJson : JsonSerializerContext;
