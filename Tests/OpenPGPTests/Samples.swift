import Diagnostics

@testable import OpenPGP

/// Keys and signatures that others made.
enum Samples {
    /// RFC 9580, appendix A.3: a version 6 certificate without a user ID.
    static let version6 = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        xioGY4d/4xsAAAAg+U2nu0jWCmHlZ3BqZYfQMxmZu52JGggkLq2EVD34laPCsQYf
        GwoAAABCBYJjh3/jAwsJBwUVCg4IDAIWAAKbAwIeCSIhBssYbE8GCaaX5NUt+mxy
        KwwfHifBilZwj2Ul7Ce62azJBScJAgcCAAAAAK0oIBA+LX0ifsDm185Ecds2v8lw
        gyU2kCcUmKfvBXbAf6rhRYWzuQOwEn7E/aLwIwRaLsdry0+VcallHhSu4RN6HWaE
        QsiPlR4zxP/TP7mhfVEe7XWPxtnMUMtf15OyA51YBM4qBmOHf+MZAAAAIIaTJINn
        +eUBXbki+PSAld2nhJh/LVmFsS+60WyvXkQ1wpsGGBsKAAAALAWCY4d/4wKbDCIh
        BssYbE8GCaaX5NUt+mxyKwwfHifBilZwj2Ul7Ce62azJAAAAAAQBIKbpGG2dWTX8
        j+VjFM21J0hqWlEg+bdiojWnKfA5AQpWUWtnNwDEM0g12vYxoWM8Y81W+bHBw805
        I8kWVkXU6vFOi+HWvv/ira7ofJu16NnoUkhclkUrk0mXubZvyl4GBg==
        -----END PGP PUBLIC KEY BLOCK-----

        """

    /// A key of gpg 2.2: EdDSA, a subkey that signs, SHA-512.
    static let edwards = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mDMEWWgvABYJKwYBBAHaRw8BAQdAJVThfYJ+oL5rRX896bSJN24CDmrO6ak3R0mZ
        gkvZ6oa0G1NhbXBsZSA8c2FtcGxlQGV4YW1wbGUuY29tPoiQBBMWCgA4FiEEWffR
        s2ub5RAzGlseeYUePlPBAKMFAlloLwACGwMFCwkIBwIGFQoJCAsCBBYCAwECHgEC
        F4AACgkQeYUePlPBAKOGuAEAn7UxATmMFaJi/pKGWj0vg09eu6vieA70IDw6/J1N
        SEABAPf6CWZrCnQEWu1SP0Hhgdb2owXCkEZEe3ONiq9S3/kCuDMEWWgvZBYJKwYB
        BAHaRw8BAQdA5vs8esDtM2J2nHp/aYDPf6VfnCwYu0kAzHk+8+a/mkKI7wQYFgoA
        IBYhBFn30bNrm+UQMxpbHnmFHj5TwQCjBQJZaC9kAhsCAIEJEHmFHj5TwQCjdiAE
        GRYKAB0WIQQWNZZb76/1IbbHYJDrYNe5T+JHSQUCWWgvZAAKCRDrYNe5T+JHSeYf
        AP92BCzr22hy2qOysOmQk5AYklYoRZOpwiN9mViR2jwDHgEAikDpUYC1HZJuwq+/
        mb4ONHMsnlpln16RX63jK4FG0Ad5yAD/R/Ase37NNwZB3TK1xBp2YWPlCagajBi/
        mQcSZOeNu5wBAJ6ngtAYoQFIga5nHCNqQS08krIy56dsMl6zEV7caV0M
        =Kx/r
        -----END PGP PUBLIC KEY BLOCK-----

        """

    /// A detached signature by the primary key of `edwards` over the six bytes of "hello" and a newline, at 1600000000.
    static let signature = """
        -----BEGIN PGP SIGNATURE-----

        iHUEABYKAB0WIQRZ99Gza5vlEDMaWx55hR4+U8EAowUCX14QAAAKCRB5hR4+U8EA
        o7KIAQDz0Y/eTzJ0EUj50zWsb+yyy6dtVo9t1y3GqpL3x7y+RAEAjU74eanP/3Pq
        KbGLXJ/2yYUjv5M7AsV8wUTBstwyTAo=
        =3R0Z
        -----END PGP SIGNATURE-----

        """

    /// The bytes of a sample.
    static func bytes(_ text: String) throws(Failure) -> [UInt8] {
        try Armor.read(Array(text.utf8), name: "the sample")[0].content
    }
}
