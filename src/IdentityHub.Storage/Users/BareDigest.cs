namespace IdentityHub.Storage.Users;

/// <summary>A digest of a password with neither salt nor work, as older systems have stored or sent it.</summary>
public enum BareDigest
{
    /// <summary>64 hexadecimal digits.</summary>
    Sha256,

    /// <summary>128 hexadecimal digits.</summary>
    Sha512,

    /// <summary>40 hexadecimal digits.</summary>
    Sha1,

    /// <summary>32 hexadecimal digits.</summary>
    Md5,
}
