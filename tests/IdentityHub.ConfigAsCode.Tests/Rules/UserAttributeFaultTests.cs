using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Rules;

/// <summary>Keys of an attribute fit together.</summary>
public class UserAttributeFaultTests
{
    [Test]
    public void The_name_of_a_built_in_attribute() => Faulty.At(
        "user_attributes: [{ name: «email, type: string }]",
        "user_attributes[0].name: 'email' is a built-in attribute; choose another name");

    [Test]
    public void The_same_name_twice() => Faulty.At(
        """
        user_attributes:
        - { name: a, type: string }
        - { name: «a, type: date }
        """,
        "user_attributes[1].name: is already used at config/test.yaml(2,3); it must be unique");

    [Test]
    public void An_enum_without_values() => Faulty.At(
        "user_attributes: [«{ name: a, type: enum }]", "user_attributes[0].values: is missing; an enum has values");

    [Test]
    public void Values_of_a_string() => Faulty.At(
        "user_attributes: [{ name: a, type: string, values: «[x] }]",
        "user_attributes[0].values: has no effect; only an enum has values");

    [Test]
    public void A_value_that_is_too_long() => Faulty.At(
        "user_attributes: [{ name: a, type: enum, max_length: 2, values: [xx, «xxx] }]",
        "user_attributes[0].values[1]: must have 1 to 2 characters and no control characters");

    [Test]
    public void A_writer_who_cannot_read() => Faulty.At(
        "user_attributes: [{ name: a, type: string, writable_by: [«user] }]",
        "user_attributes[0].writable_by[0]: cannot write what it cannot read; add it to readable_by");

    [Test]
    public void A_list_for_applications() => Faulty.At(
        "user_attributes: [{ name: a, type: string, list: «true, readable_by: [application] }]",
        "user_attributes[0].list: has no effect on application: custom_data holds no lists");

    [Test]
    public void A_unique_boolean() => Faulty.At(
        "user_attributes: [{ name: a, type: boolean, unique: «true }]",
        "user_attributes[0].unique: would let two users have it; a boolean cannot be unique");

    [Test]
    public void A_claim_of_an_attribute_that_is_not_defined() => Faulty.At(
        """
        user_attributes: [{ name: shoe_size, type: integer }]
        claims: [{ name: c, source: attribute, path: «shoe_sise }]
        scopes: [{ name: a, claims: [c] }]
        """,
        "claims[0].path: 'shoe_sise' is no attribute of users; did you mean 'shoe_size'?");

    [Test]
    public void A_user_with_an_attribute_that_is_not_defined() => Faulty.At(
        Users("{ name: «bage, value: 1 }"), "users[0].attributes[0].name: attribute 'bage' is not defined; did you mean 'badge'?");

    [Test]
    public void A_user_with_a_value_of_another_type() => Faulty.At(
        Users("{ name: badge, value: «x }"), "users[0].attributes[0].value: must be a whole number of up to 16 digits");

    [Test]
    public void A_user_with_an_attribute_twice() => Faulty.At(
        Users("{ name: badge, value: 1 }, { name: «badge, value: 2 }"),
        "users[0].attributes[1].name: the user has the attribute 'badge' twice");

    [Test]
    public void A_user_without_a_required_attribute() => Faulty.At(
        "user_attributes: [{ name: a, type: string, required: true }]\n"
            + "users: [«{ id: 11111111-1111-4111-8111-111111111111, user_name: alice }]",
        "users[0].attributes: 'a' is missing; it is required");

    [Test]
    public void Two_users_with_a_unique_value() => Faulty.At(
        """
        user_attributes: [{ name: badge, type: integer, unique: true }]
        users:
        - { id: 11111111-1111-4111-8111-111111111111, user_name: alice, attributes: [{ name: badge, value: 1 }] }
        - { id: 22222222-2222-4222-8222-222222222222, user_name: bob, attributes: [{ name: badge, value: «1 }] }
        """,
        "users[1].attributes[0].value: is already used at config/test.yaml(3,3); it must be unique");

    private static string Users(string attributes) =>
        "user_attributes: [{ name: badge, type: integer }]\n"
        + $"users: [{{ id: 11111111-1111-4111-8111-111111111111, user_name: alice, attributes: [{attributes}] }}]";
}
