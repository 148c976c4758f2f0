using IdentityHub.ConfigAsCode;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;

namespace IdentityHub.Server.Admin.Objects;

/// <summary>Refused changes of objects as refusals of the administration API.</summary>
internal static class ObjectProblems
{
    public static Refusal Of(ObjectRefusal refused) => refused.Kind switch
    {
        ObjectRefusalKind.NotFound => AdminProblems.NotFound(),
        ObjectRefusalKind.Exists => Refusal.Of(RefusalKind.Conflict, refused.Detail, Reasons.ObjectExists),
        ObjectRefusalKind.FileOwned => AdminProblems.FileOwned(new DefinedPlace(refused.Source!.File, refused.Source.Line)),
        ObjectRefusalKind.Stale => AdminProblems.Stale,
        ObjectRefusalKind.InUse => Refusal.Of(RefusalKind.Conflict, refused.Detail, Reasons.ObjectInUse),
        ObjectRefusalKind.Raced => Refusal.Of(RefusalKind.Conflict, refused.Detail, Reasons.ObjectRaced),
        ObjectRefusalKind.Forbidden =>
            Refused(RefusalKind.Forbidden, "This is more than you may do.", Reasons.RightsExceeded, refused.Faults),
        _ => Refused(RefusalKind.InvalidRequest, "The object has faults.", Reasons.FieldsInvalid, refused.Faults),
    };

    // A fault may repeat what was sent, which may be anything: the audit trail learns the places only, and those of known keys only.
    private static Refusal Refused(RefusalKind kind, string description, string reason, IReadOnlyList<ObjectFault> faults) => new(
        kind, description, reason,
        "faults at " + string.Join(", ", faults.Select(fault => IsOfUnknownKey(fault) ? "an unknown key" : fault.Pointer)))
    {
        Fields =
        [
            .. faults.Select(fault => new FieldFault(false, FieldCheck.Root, "", fault.Message, !IsOfUnknownKey(fault))
            {
                Pointer = fault.Pointer,
            }),
        ],
    };

    private static bool IsOfUnknownKey(ObjectFault fault) => fault.Message.StartsWith("unknown key", StringComparison.Ordinal);
}
