import ConfigurationFiles

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Text of up to `length` pieces, each one of `pieces`.
    mutating func text(of pieces: [String], upTo length: Int) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...length, using: &self) { text += pieces.randomElement(using: &self) ?? "" }
        return text
    }
}

extension ConfigurationDocument {
    init(_ text: String, as format: ConfigurationFormat) throws {
        try self.init(parsing: Array(text.utf8), as: format)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func setting(_ key: String, to value: ConfigurationScalar?) throws -> String {
        var copy = self
        try copy.set(key, to: value)
        return copy.text
    }
}
