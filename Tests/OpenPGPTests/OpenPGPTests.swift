import Testing

@testable import OpenPGP

@Suite struct OpenPGPTests {}
