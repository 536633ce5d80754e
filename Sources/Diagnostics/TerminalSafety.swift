extension Unicode.Scalar {
    /// Whether it acts on a terminal instead of being seen: controls, line and paragraph separators, and what changes the
    /// direction of writing (Unicode's `Bidi_Control`), by which `gpj.exe` can pass for `exe.jpg`.
    public var actsOnTerminal: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
