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
}
