/// Two keys of the tests' own, made by GnuPG for them alone.
enum Keys {
    static let first = "487B8DCE64F575F60E2F5A4E64B332436469ABED"
    static let firstText = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mDMEXgvhABYJKwYBBAHaRw8BAQdAe+srxfqk7DPlZeYEj2pfWZL5xFohLaayYLQy
        7nWK+Jy0GUtleSBvbmUgPG9uZUBleGFtcGxlLmNvbT6IkAQTFggAOBYhBEh7jc5k
        9XX2Di9aTmSzMkNkaavtBQJeC+EAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheA
        AAoJEGSzMkNkaavtXmIBANLke3GjdJKC4b7UknYz1HkCWdepgDO6yBremD1kaERl
        AQCfSnw7jye2YuZ5yWdePK7rvMcGkxgHQ3qFzFz4r4BGDA==
        =wqvH
        -----END PGP PUBLIC KEY BLOCK-----

        """
    static let second = "1E6EEB524F054D65111C1D55D484415BEA5E18D7"
    static let secondText = """
        -----BEGIN PGP PUBLIC KEY BLOCK-----

        mDMEXgvhABYJKwYBBAHaRw8BAQdA1XmSeqBQqb4HZrT+BCMfwA6qzl+XCroNYvtv
        0ZvGEqG0GUtleSB0d28gPHR3b0BleGFtcGxlLmNvbT6IkAQTFggAOBYhBB5u61JP
        BU1lERwdVdSEQVvqXhjXBQJeC+EAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheA
        AAoJENSEQVvqXhjX6E8A/in1kQChG1PjgBSM304tFAz1PdTxdrdGQHG73IYs/di1
        AP9Im9NZHKDN8iOeXuUlvPomldOaUGrUp8k6pOW+L5D0Cg==
        =Bchn
        -----END PGP PUBLIC KEY BLOCK-----

        """
    /// The first one's secret part.
    static let secretText = """
        -----BEGIN PGP PRIVATE KEY BLOCK-----

        lFgEXgvhABYJKwYBBAHaRw8BAQdAe+srxfqk7DPlZeYEj2pfWZL5xFohLaayYLQy
        7nWK+JwAAP9XqrqVSy2XAB/dKOwyO2sBjcrXIB9punXkqk86osJerg/TtBlLZXkg
        b25lIDxvbmVAZXhhbXBsZS5jb20+iJAEExYIADgWIQRIe43OZPV19g4vWk5kszJD
        ZGmr7QUCXgvhAAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAKCRBkszJDZGmr
        7V5iAQDS5Htxo3SSguG+1JJ2M9R5AlnXqYAzusga3pg9ZGhEZQEAn0p8O48ntmLm
        eclnXjyu67zHBpMYB0N6hcxc+K+ARgw=
        =snrK
        -----END PGP PRIVATE KEY BLOCK-----

        """
}
