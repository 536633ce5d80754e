public import LinuxIO

/// Runs a test in a directory of its own below /tmp, which goes away afterwards.
public func withScratch(_ body: (borrowing Directory) throws -> Void) throws {
    let name = "agentpack-test-\(System.processID)-\(System.monotonicNanoseconds)"
    let temporary = try Directory.open("/tmp")
    try temporary.makeDirectory(name, mode: 0o700)
    defer { _ = try? temporary.removeTree(name) }
    try body(try temporary.directory(name))
}
