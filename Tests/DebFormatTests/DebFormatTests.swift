import Testing

@testable import DebFormat

@Suite struct DebFormatTests {}
