using NUnit.Framework;

namespace IdentityHub.Protocol.Tests;

public class OutcomeTests
{
    [Test]
    public void A_value_is_a_success()
    {
        Outcome<string> outcome = "value";

        Assert.That(outcome.Succeeded);
        Assert.That(outcome.Value, Is.EqualTo("value"));
        Assert.That(outcome.Error, Is.Null);
    }

    [Test]
    public void An_error_is_a_refusal()
    {
        var error = Refusal.InvalidGrant("code_used", "The code was used before.");
        Outcome<string> outcome = error;

        Assert.That(outcome.Succeeded, Is.False);
        Assert.That(outcome.Error, Is.SameAs(error));
        Assert.That(outcome.Value, Is.Null);
    }

    [Test, Property("Spec", "RFC 6749 5.2")]
    public void Refused_grants_and_refused_clients_cannot_be_told_apart_by_what_the_caller_reads()
    {
        var grants = new[] { Refusal.InvalidGrant("unknown", "no such code"), Refusal.InvalidGrant("expired", "it expired") };
        var clients = new[] { Refusal.InvalidClient("unknown", "no such client"), Refusal.InvalidClient("secret", "wrong secret") };
        var users = new[] { Refusal.InvalidCredentials("unknown", "no such user"), Refusal.InvalidCredentials("locked", "locked") };

        foreach (var refusals in new[] { grants, clients, users })
            Assert.That(refusals.Select(error => (error.Kind, error.Description, error.RetryAfter)).Distinct().Count(), Is.EqualTo(1));
    }
}
