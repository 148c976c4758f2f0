using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Shapes;

public class TypeFaultTests
{
    [Test]
    public void A_number_where_a_string_is_needed() => Faulty.At(
        "organizations: [{ id: acme, name: «12345 }]", "organizations[0].name: is a number; a string is needed: put it in quotes");

    [Test]
    public void A_boolean_where_a_string_is_needed() => Faulty.At(
        "organizations: [{ id: acme, name: «true }]", "organizations[0].name: is a boolean; a string is needed: put it in quotes");

    [Test]
    public void Nothing_where_a_string_is_needed() => Faulty.At(
        "organizations: [{ id: acme, name: «~ }]", "organizations[0].name: is empty; a string is needed");

    [Test]
    public void A_list_where_a_string_is_needed() => Faulty.At(
        "organizations: [{ id: acme, name: «[a] }]", "organizations[0].name: is a list; a string is needed");

    [Test]
    public void A_single_value_where_a_list_is_needed() =>
        Faulty.At(
            "roles: [{ name: reader, permissions: «session.read }]",
            "roles[0].permissions: is a single value; a list is needed: put it in [ ]");

    [Test]
    public void A_mapping_where_a_list_is_needed() => Faulty.At(
        """
        organizations:
          «id: acme
        """,
        "organizations: is a mapping; a list is needed");

    [Test]
    public void A_string_where_a_mapping_is_needed() => Faulty.At(
        "organizations: [«acme]", "organizations[0]: is a string; a mapping is needed");

    [TestCase("\"true\"", "is a string; true or false is needed: remove the quotes")]
    [TestCase("yes", "is a string; true or false is needed")]
    [TestCase("1", "is a number; true or false is needed")]
    public void Something_else_where_a_boolean_is_needed(string written, string message) => Faulty.At(
        $"organizations: [{{ id: acme, name: Acme, enabled: «{written} }}]", $"organizations[0].enabled: {message}");

    [TestCase("1 hour")]
    [TestCase("01h")]
    [TestCase("1.5h")]
    [TestCase("-1h")]
    [TestCase("99999999999d")]
    public void A_duration_in_no_notation_of_ours(string written) => Faulty.At(
        Client($"authorization_code_lifetime: «{written}"),
        "clients[0].authorization_code_lifetime: must be a duration such as 90s, 15m, 1h or 30d");

    [Test]
    public void A_duration_without_its_unit() => Faulty.At(
        Client("authorization_code_lifetime: «60"),
        "clients[0].authorization_code_lifetime: is a number; a duration such as 90s, 15m, 1h or 30d is needed: put it in quotes");

    [TestCase("2027-11-01")]
    [TestCase("2027-11-01T00:00:00")]
    [TestCase("2027-13-01T00:00:00Z")]
    [TestCase("+1-00")]
    public void A_time_without_its_zone_or_out_of_the_calendar(string written) => Faulty.At(
        $"clients: [{{ client_id: a, grant_types: [client_credentials], client_secrets: [{{ value: 'plain:s', expires_at: "
            + $"«{written} }}] }}]",
        "clients[0].client_secrets[0].expires_at: must be a time such as 2027-11-01T00:00:00Z, with its zone");

    [Test]
    public void A_day_out_of_the_calendar() => Faulty.At(
        "dialects: { otp: { enabled: true, sunset: «2027-02-30 } }", "dialects.otp.sunset: must be a day such as 2027-12-31");

    [Test]
    public void A_user_id_that_is_no_uuid() => Faulty.At(
        "users: [{ id: «alice, user_name: alice }]", "users[0].id: must be a UUID such as 11111111-1111-4111-8111-111111111111");

    [Test]
    public void A_value_outside_its_list_is_told_what_was_meant() => Faulty.At(
        Client("access_token_format: «jwtt"), "clients[0].access_token_format: is not a known value; did you mean 'jwt'?");

    [Test]
    public void A_value_outside_its_list_and_far_from_it_lists_what_is_known() =>
        Faulty.At(
            Client("token_endpoint_auth_method: «tls"),
            "clients[0].token_endpoint_auth_method: is not a known value; known here: client_secret_basic, client_secret_post, "
                + "private_key_jwt, none");

    [Test]
    public void A_word_that_stands_in_a_list_twice() => Faulty.At(
        "roles: [{ name: reader, permissions: [session.read, «session.read] }]", "roles[0].permissions[1]: is in the list twice");

    [TestCase("5")]
    [TestCase("11")]
    [TestCase("99999999999999999999")]
    public void A_number_out_of_its_range(string written) => Faulty.At(
        Client($"otp: {{ digits: «{written} }}"), "clients[0].otp.digits: must be a whole number from 6 to 10");

    [Test]
    public void An_id_with_characters_that_are_not_allowed() => Faulty.At(
        "organizations: [{ id: «Acme Inc, name: Acme }]",
        "organizations[0].id: must be 1 to 64 of a-z 0-9 . _ - beginning with a letter or digit");

    [Test]
    public void A_pattern_does_not_let_a_final_line_feed_pass() => Faulty.At(
        "organizations: [{ id: «\"acme\\n\", name: Acme }]",
        "organizations[0].id: must be 1 to 64 of a-z 0-9 . _ - beginning with a letter or digit");

    [Test]
    public void A_name_that_is_too_long() =>
        Faulty.At(
            $"organizations: [{{ id: acme, name: «{new string('x', 201)} }}]",
            "organizations[0].name: has 201 characters; 1 to 200 are allowed");

    [Test]
    public void A_control_character_in_a_text() => Faulty.At(
        "scopes: [{ name: a, display_name: «\"a\\0b\" }]", "scopes[0].display_name: holds a control character");

    [Test]
    public void Scopes_as_a_list() => Faulty.At(
        Client("scope: «[openid]"), "clients[0].scope: is a list; scope names separated by blanks, in one string is needed");

    [Test]
    public void A_phone_number_without_quotes_is_a_number() => Faulty.At(
        "users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, phone_number: «+27761234567 }]",
        "users[0].phone_number: is a number; a string is needed: put it in quotes");

    [Test]
    public void A_phone_number_that_is_not_e164() => Faulty.At(
        "users: [{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, phone_number: «\"0761234567\" }]",
        "users[0].phone_number: must be E.164 such as \"+27761234567\"");

    [Test]
    public void A_list_that_must_not_be_empty() => Faulty.At(
        "tenants: [{ alias: t, api_keys: «[] }]", "tenants[0].api_keys: is empty; at least one item is needed");

    private static string Client(string line) =>
        $$"""
        clients:
          - client_id: a
            grant_types: [client_credentials]
            client_secrets: [{ value: "plain:s" }]
            {{line}}
        """;

    [TestCase("address: { postal_code: «8001 }", "address.postal_code: is a number; a string is needed: put it in quotes")]
    [TestCase(
        "address: { «city: Cape Town }", "address.city: unknown key; known here: street_address, locality, region, postal_code, country")]
    [TestCase("address: «12 Long Street", "address: is a string; a mapping is needed")]
    [TestCase("address: { locality: «\"\" }", "address.locality: has 0 characters; 1 to 128 are allowed")]
    [TestCase("locale: «english_GB", "locale: must be a language tag such as en or de-CH")]
    public void An_address_and_a_language_have_their_own_form(string key, string fault) => Faulty.At(
        $"users: [{{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, {key} }}]", $"users[0].{fault}");
}
