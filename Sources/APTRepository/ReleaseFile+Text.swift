public import Diagnostics
import Digests
import LinuxIO

extension ReleaseFile {
    /// The file's text: fields in the order of Debian's archive, then a block for each algorithm, by path.
    ///
    /// - Throws: `.usage`, naming the field, for what wouldn't be read back as it is.
    public func text() throws(Failure) -> [UInt8] {
        var text: [UInt8] = []
        for field in fields { try Self.write(field, to: &text) }
        let sorted = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        for (index, file) in sorted.enumerated() {
            if let problem = Self.problem(ofPath: file.path) {
                throw Failure(.usage, "the path \(PathText.display(file.path)) can't be in a Release file: \(problem)")
            }
            guard index == 0 || !sorted[index - 1].path.utf8.elementsEqual(file.path.utf8) else {
                throw Failure(.usage, "the path \(PathText.display(file.path)) is in a Release file twice")
            }
        }
        for algorithm in MessageDigest.Algorithm.allCases {
            let lines = sorted.compactMap { file in file.digests[algorithm].map { (file, $0) } }
            if lines.isEmpty { continue }
            text += Array("\(Self.name(of: algorithm)):\n".utf8)
            for (file, digest) in lines {
                guard digest.count == algorithm.byteCount else {
                    throw Failure(.usage, "\(file.path) has a digest of \(digest.count) bytes as \(algorithm)")
                }
                let size = "\(file.size)"
                let blanks = String(repeating: " ", count: max(0, 8 - size.utf8.count))
                text += Array(" \(Hexadecimal.text(digest)) \(blanks)\(size) \(file.path)\n".utf8)
            }
        }
        return text
    }

    /// Everything but the digests.
    private var fields: [Field] {
        var fields: [Field] = []
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { fields.append(Field(name: name, value: value)) }
        }
        add("Origin", origin)
        add("Label", label)
        add("Suite", suite)
        add("Version", version)
        add("Codename", codename)
        add("Date", date.map { ReleaseDate.text($0) })
        add("Valid-Until", validUntil.map { ReleaseDate.text($0) })
        add("NotAutomatic", notAutomatic ? "yes" : nil)
        add("ButAutomaticUpgrades", butAutomaticUpgrades ? "yes" : nil)
        add("Acquire-By-Hash", acquireByHash ? "yes" : nil)
        add("Architectures", architectures.joined(separator: " "))
        add("Components", components.joined(separator: " "))
        add("Description", description)
        add("Signed-By", signedBy)
        return fields + others
    }

    private static func write(_ field: Field, to text: inout [UInt8]) throws(Failure) {
        let lines = field.value.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        text += Array("\(field.name):".utf8)
        for (index, line) in lines.enumerated() {
            guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }), line.first != 0x20 || index > 0, line.last != 0x20,
                index == 0 || !line.elementsEqual([UInt8(ascii: ".")])
            else {
                throw Failure(
                    .usage,
                    "the field \(field.name) of a Release file can't be written: \(PathText.display(field.value))")
            }
            if index == 0 {
                if !line.isEmpty { text += [0x20] + line }
            } else {
                text += [0x20] + (line.isEmpty ? [UInt8(ascii: ".")] : Array(line))
            }
            text.append(0x0A)
        }
    }

    /// What is wrong with the path of an index, or nil: it is plain, relative and stays where it is.
    static func problem(ofPath path: String) -> String? {
        if path.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { return "it has a blank or control character" }
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
        }
        return isPlain ? nil : "it is absolute or has an empty part, . or .."
    }
}
