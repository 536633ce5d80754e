import Testing

@testable import RPMFormat

@Suite struct RPMFormatTests {}
