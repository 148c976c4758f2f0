using IdentityHub.Protocol;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http.Fields;
using IdentityHub.Server.Messaging;
using IdentityHub.Storage.Outbox;

namespace IdentityHub.Server.Admin.Installation;

/// <summary>Messages that could not be sent, and sending them again. Their content is not shown.</summary>
internal sealed class OutboxOperations(OutboxStore outbox, OutboxSignal signal, AdminWrites writes)
{
    private static readonly AdminArea s_area = new("outbox", "Administration: outbox");

    private static readonly Field[] s_message =
    [
        Field.Text("id", "Unique.") with { IsRequired = true, Format = "uuid" },
        Field.Text("channel", "`email`, `sms` or `backchannel-logout`.") with { IsRequired = true },
        Field.Text("created_at", "When it was written.") with { IsRequired = true, Format = "date-time" },
        Field.Text("next_attempt_at", "When it is tried again, unless it was given up.") with { IsRequired = true, Format = "date-time" },
        new("attempts", FieldType.Number, "How often it was tried.") { IsRequired = true },
        Field.Text("last_error", "What the last try answered.") with { IsRequired = true, MayBeNull = true },
        Field.Text("dead_at", "When it was given up.") with { IsRequired = true, MayBeNull = true, Format = "date-time" },
    ];

    /// <summary>All of them.</summary>
    public IEnumerable<AdminOperation> All =>
    [
        new("GET", "/outbox/messages", s_area, "adminListStuckMessages", "Lists messages that could not be sent")
        {
            Text = "Those whose last try failed, and those that were given up. Neither recipient nor text is shown.",
            Permission = null,
            IsPaged = true,
            Answer = s_message,
            Handle = ListAsync,
        },
        new("GET", "/outbox/backlog", s_area, "adminGetOutboxBacklog", "Shows how many messages wait")
        {
            Text = "Those that are neither sent nor given up.",
            Permission = null,
            Answer =
            [
                new("waiting", FieldType.Number, "How many.") { IsRequired = true },
                Field.Text("oldest", "When the oldest of them was written.") with
                {
                    IsRequired = true, MayBeNull = true, Format = "date-time",
                },
            ],
            Handle = async request => AdminAnswer.Of(await outbox.ReadBacklogAsync(request.Call.Cancelled)),
        },
        new("POST", "/outbox/messages/{message_id}/send-again", s_area, "adminSendMessageAgain", "Sends a message again")
        {
            Text = "Due at once, with all its tries before it, also where it was given up. A message that was sent is not sent again: 404.",
            Permission = null,
            Success = StatusCodes.Status204NoContent,
            Handle = SendAgainAsync,
        },
    ];

    private async Task<Outcome<AdminAnswer>> ListAsync(AdminRequest request)
    {
        var page = request.Page;
        var after = page.After is { } last ? Guid.Parse(last) : Guid.Empty;
        var found = await outbox.ListStuckAsync(after, page.Limit + 1, request.Call.Cancelled);
        return page.AnswerOf(found, static one => one.Id.ToString(), static one => one);
    }

    private Task<Outcome<AdminAnswer>> SendAgainAsync(AdminRequest request) =>
        writes.RunAsync(request.Call, lockOf: null, async work =>
        {
            var id = request.Id("message_id");
            if (!await OutboxStore.TrySendAgainAsync(work.Transaction, id, work.Call.Now, work.Call.Cancelled))
                return AdminProblems.NotFound();
            await work.AuditAsync(
                "admin.message.sent_again", $"outbox/messages/{id}", userId: null, before: null, new { NextAttemptAt = work.Call.Now });
            work.Afterwards(() =>
            {
                signal.Raise();
                return Task.CompletedTask;
            });
            return AdminAnswer.None;
        });
}
