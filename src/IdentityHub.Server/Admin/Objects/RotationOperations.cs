using System.Text.Json;
using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>Gives an object a new secret; its old ones end soon.</summary>
internal sealed class RotationOperations(ObjectAdministration objects)
{
    private const string Overlap = "overlap_days";

    private static readonly Field s_overlap = new(
        Overlap, FieldType.Number,
        $"How many days the old secrets stay good, at most {SecretRotation.MostDays}; 0 ends them at once. Left out: "
            + $"{SecretRotation.UsualDays}.");

    /// <summary>The operation on the objects of a kind that has a list of secrets.</summary>
    public AdminOperation Of(ObjectArea area) =>
        new("POST", $"{area.Path}/{{{area.Parameter}}}/rotate-secret", area.Area, $"adminRotate{area.Id}Secret", "Makes a new secret")
        {
            Text = "The server makes it, and shows it once in `generated_secrets`. Secrets that have expired are removed.",
            Permission = area.WritePermission,
            Body = [s_overlap],
            IsBodyOptional = true,
            Answer = ObjectView.FieldsOf(area, isChange: true),
            Handle = request => RotateAsync(area, request),
        };

    private async Task<Outcome<AdminAnswer>> RotateAsync(ObjectArea area, AdminRequest request)
    {
        var days = request.Body.TryGetProperty(Overlap, out var sent) && sent.ValueKind != JsonValueKind.Null
            ? sent.GetInt64()
            : SecretRotation.UsualDays;
        if (days is < 0 or > SecretRotation.MostDays)
            return AdminProblems.Field(Overlap, $"must be 0 to {SecretRotation.MostDays}");
        var now = request.Call.Now;
        return await objects.ChangeAsync(
            area, request.Call, new(ObjectVerb.Replace, area.Kind, ObjectOperations.NameOf(area, request), Body: null)
            {
                Revise = current => SecretRotation.Of(current, area.SecretList!, now, now.AddDays(days)),
            });
    }
}
