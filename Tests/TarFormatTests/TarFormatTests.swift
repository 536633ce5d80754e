import Testing

@testable import TarFormat

@Suite struct TarFormatTests {}
