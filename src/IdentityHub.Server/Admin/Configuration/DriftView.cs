using System.Text.Json;
using IdentityHub.ConfigAsCode;

namespace IdentityHub.Server.Admin.Configuration;

/// <summary>An object that differs from the files, as it is answered.</summary>
/// <param name="Action"><c>create</c>, <c>change</c> or <c>delete</c>: what applying the files would do.</param>
/// <param name="Owner">Who owns the stored object, where that is another place than <paramref name="File"/>; null otherwise.</param>
internal sealed record DriftView(
    string Action, string Kind, string Name, string? File, int? Line, string? Owner, IReadOnlyList<DriftedKey> Changes)
{
    // The section of the files.
    private const string Users = "users";

    public static DriftView Of(PlannedChange planned) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(planned.Change.Action.ToString()), planned.Change.Kind, planned.Change.Name,
        planned.Change.Source?.File, planned.Change.Source?.Line,
        planned.IsTakenOver ? ConfigChange.ApiSource : planned.Was is { } was ? ConfigChange.OwnerOf(was) : null,
        // Who reads the configuration need not read users.
        [
            .. planned.Keys.Select(key => planned.Change.Kind == Users
                ? new DriftedKey(key.Key, null, null, key.Note ?? "changed")
                : new DriftedKey(key.Key, key.Old, key.New, key.Note)),
        ]);
}

/// <summary>A key that differs. Never holds a secret.</summary>
internal sealed record DriftedKey(string Key, string? Stored, string? InFiles, string? Note);
