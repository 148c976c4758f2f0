using NUnit.Framework;

namespace IdentityHub.ConfigAsCode.Tests.Rules;

public class JwksFaultTests
{
    // RFC 7515 appendix A.3.1.
    private const string X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    private const string P384X = "JWIzFXyXbbSrWg7ewAjbMzkJEJtoacvgm95Eow8KMzLXRsqX5eXvs3Ay-rwAkJn1";
    private const string P384Y = "JSTbBhvJMBJg4Iz1nhwOQMLDaETEv4ZRnJqOJGG2PcLhHrZezed3cJC8mzsmY9xT";

    [Test]
    public void A_complete_key_is_no_fault() => Faulty.None(Client($"{{ kty: EC, crv: P-256, x: {X}, y: {Y} }}"));

    [Test]
    public void A_private_key() =>
        Faulty.At(
            Client($"{{ kty: EC, crv: P-256, x: {X}, y: {Y}, «d: jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI }}"),
            "clients[0].jwks.keys[0].d: is not allowed here: part of a private or symmetric key; the server needs only the public key, and "
                + "this one has to be replaced now");

    [Test]
    public void A_symmetric_key() => Faulty.At(
        Client("{ kty: «oct, alg: ES256 }"), "clients[0].jwks.keys[0].kty: is not a known value; known here: EC, RSA");

    [Test]
    public void A_curve_that_no_accepted_algorithm_signs_with() => Faulty.At(
        Client($"«{{ kty: EC, crv: P-384, x: {P384X}, y: {P384Y} }}"),
        "clients[0].jwks.keys[0]: fits none of PS256, ES256, RS256; make an EC key on P-256 or an RSA key");

    [Test]
    public void A_coordinate_that_was_cut() => Faulty.At(
        Client($"«{{ kty: EC, crv: P-256, x: {X[..40]}, y: {Y} }}"),
        "clients[0].jwks.keys[0]: cannot be used: 'x' and 'y' are base64url of 32 bytes each");

    [Test]
    public void A_point_that_is_not_on_the_curve() => Faulty.At(
        Client($"«{{ kty: EC, crv: P-256, x: {Y}, y: {X} }}"),
        "clients[0].jwks.keys[0]: cannot be used: The numbers are not a valid public key");

    [Test]
    public void An_rsa_key_of_1024_bits() => Faulty.At(
        Client($"«{{ kty: RSA, n: {new string('_', 170)}w, e: AQAB }}"),
        "clients[0].jwks.keys[0]: cannot be used: 'n' has 2048 to 8192 bits");

    [Test]
    public void An_algorithm_of_another_key_type() => Faulty.At(
        Client($"«{{ kty: EC, crv: P-256, x: {X}, y: {Y}, alg: RS256 }}"),
        "clients[0].jwks.keys[0]: cannot be used: 'alg' is not a supported signature algorithm of this type of key");

    [Test]
    public void A_key_for_encryption() => Faulty.At(
        Client($"«{{ kty: EC, crv: P-256, x: {X}, y: {Y}, use: enc }}"),
        "clients[0].jwks.keys[0]: cannot be used: The key is not for signatures");

    [Test]
    public void Two_keys_of_one_name() => Faulty.At(
        Client($"{{ kty: EC, crv: P-256, x: {X}, y: {Y}, kid: a }}, {{ kty: EC, crv: P-256, x: {X}, y: {Y}, kid: «a }}"),
        "clients[0].jwks.keys[1].kid: is used twice in the set; each key needs its own");

    private static string Client(string keys) =>
        $"clients: [{{ client_id: a, grant_types: [client_credentials], token_endpoint_auth_method: private_key_jwt, jwks: {{ keys: "
            + $"[{keys}] }} }}]";
}
