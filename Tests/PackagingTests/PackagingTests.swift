import Testing

@testable import Packaging

@Suite struct PackagingTests {}
