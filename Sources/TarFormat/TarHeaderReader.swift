import Diagnostics

/// One header that is read.
struct TarHeaderReader {
    let bytes: [UInt8]
    /// The archive's name, for messages.
    let archive: String
    /// Where in the archive the header begins.
    let offset: UInt64

    var type: UInt8 { bytes[TarField.type.offset] }

    private enum Dialect { case old, posix, gnu }

    private var dialect: Dialect? {
        let magic = bytes[TarField.magic.range]
        // GNU's is compared without its version, as dpkg does.
        if magic.starts(with: TarHeader.gnuMagic.prefix(6)) { return .gnu }
        if magic.starts(with: TarHeader.posixMagic) { return .posix }
        return magic.allSatisfy { $0 == 0 } ? .old : nil
    }

    private func failure(_ problem: String, in field: TarField) -> Failure {
        Failure(.integrity, "\(archive) has a header with \(problem), at byte \(offset + UInt64(field.offset))")
    }

    /// Checks the sum and the magic.
    func check() throws(Failure) {
        let found = try octal(.checksum)
        let expected = TarHeader.checksum(bytes)
        guard found == expected else {
            throw failure("the check sum \(found) where \(expected) was expected", in: .checksum)
        }
        guard dialect != nil else { throw failure("an unknown magic", in: .magic) }
    }

    /// What the header says.
    ///
    /// - Parameter names: Those that stand for the header's own.
    func entry(_ names: LongNames) throws(Failure) -> TarEntry {
        let path = try self.text(names.path ?? path, in: .name)
        guard !path.isEmpty else { throw failure("an empty name", in: .name) }
        let size = try number(.size)
        let content = try content(path: path, size: size, target: names.target)
        if case .file = content {
        } else if size > 0 {
            throw failure("\(size) bytes of content for what is no file, \(TarText.quoted(path))", in: .size)
        }
        if names.target != nil, case .file = content {
            throw failure("a long link target for what is no link", in: .type)
        }
        let mode = try number(.mode)
        var entry = TarEntry(path: path, content: content, mode: UInt32(mode & 0o7777), time: try time())
        entry.user = try identity(.user)
        entry.group = try identity(.group)
        entry.userName = dialect == .old ? "" : try text(string(.userName), in: .userName)
        entry.groupName = dialect == .old ? "" : try text(string(.groupName), in: .groupName)
        return entry
    }

    private func content(path: String, size: UInt64, target: [UInt8]?) throws(Failure) -> TarEntry.Content {
        switch type {
        case 0, UInt8(ascii: "0"):
            // Older than POSIX's directories: dpkg goes by the slash.
            return path.utf8.last == UInt8(ascii: "/") ? .directory : .file(size: size)
        case UInt8(ascii: "1"): return .hardLink(target: try link(target))
        case UInt8(ascii: "2"): return .link(target: try link(target))
        case UInt8(ascii: "3"):
            return .characterDevice(major: try identity(.deviceMajor), minor: try identity(.deviceMinor))
        case UInt8(ascii: "4"):
            return .blockDevice(major: try identity(.deviceMajor), minor: try identity(.deviceMinor))
        case UInt8(ascii: "5"): return .directory
        case UInt8(ascii: "6"): return .pipe
        case UInt8(ascii: "x"), UInt8(ascii: "g"): throw unsupported("pax")
        case UInt8(ascii: "S"), UInt8(ascii: "M"), UInt8(ascii: "V"), UInt8(ascii: "D"): throw unsupported("GNU")
        case UInt8(ascii: "X"), UInt8(ascii: "A"): throw unsupported("Solaris")
        default: throw unsupported("unknown")
        }
    }

    private func unsupported(_ kind: String) -> Failure {
        failure("the \(kind) type \"\(TarText.quoted([type]))\", which dpkg refuses", in: .type)
    }

    private func link(_ target: [UInt8]?) throws(Failure) -> String {
        let target = try text(target ?? string(.link), in: .link)
        guard !target.isEmpty else { throw failure("an empty link target", in: .link) }
        return target
    }

    /// The name, behind the prefix where ustar has one.
    private var path: [UInt8] {
        let prefix = dialect == .posix ? string(.prefix) : []
        return prefix.isEmpty ? string(.name) : prefix + [UInt8(ascii: "/")] + string(.name)
    }

    /// A field up to its first NUL.
    private func string(_ field: TarField) -> [UInt8] { Array(bytes[field.range].prefix { $0 != 0 }) }

    private func text(_ bytes: [UInt8], in field: TarField) throws(Failure) -> String {
        let text = String(validating: bytes, as: UTF8.self)
        guard let text, !bytes.contains(0), !bytes.contains(UInt8(ascii: "\n")) else {
            throw failure("a \(field.label) with NUL, newline or what isn't UTF-8, \(TarText.quoted(bytes))", in: field)
        }
        return text
    }

    private func identity(_ field: TarField) throws(Failure) -> UInt32 {
        let value = try number(field)
        guard let value = UInt32(exactly: value) else { throw failure("the \(field.label) \(value)", in: field) }
        return value
    }

    private func time() throws(Failure) -> Int64 {
        let first = bytes[TarField.time.offset]
        let value = first == 0xFF ? Int64(bitPattern: try binary(.time)) : Int64(exactly: try number(.time))
        guard let value else { throw failure("a time beyond 64 bits", in: .time) }
        return value
    }

    /// A number without sign: octal digits, or GNU's binary form.
    func number(_ field: TarField) throws(Failure) -> UInt64 {
        let first = bytes[field.offset]
        guard first == 0x80 || first == 0xFF else { return try octal(field) }
        let value = first == 0xFF ? nil : Int64(exactly: try binary(field))
        guard let value else { throw failure("a \(field.label) below 0 or beyond 64 bits", in: field) }
        return UInt64(value)
    }

    /// GNU's binary form: 0x80 or 0xFF, then two's complement, most significant byte first; `tar_atol256`.
    private func binary(_ field: TarField) throws(Failure) -> UInt64 {
        let isNegative = bytes[field.offset] == 0xFF
        let digits = bytes[field.range].dropFirst()
        let sign: UInt8 = isNegative ? 0xFF : 0
        let value = digits.suffix(8).reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
        guard digits.dropLast(8).allSatisfy({ $0 == sign }), (value >> 63 == 1) == isNegative || digits.count < 8 else {
            throw failure("a \(field.label) beyond 64 bits", in: field)
        }
        return value
    }

    /// Octal digits behind blanks, ended by blanks or NULs; `tar_atol8`.
    private func octal(_ field: TarField) throws(Failure) -> UInt64 {
        let digits = bytes[field.range].drop { $0 == 0x20 }
        let number = digits.prefix { $0 != 0 && $0 != 0x20 }
        guard !digits.isEmpty, digits.dropFirst(number.count).allSatisfy({ $0 == 0 || $0 == 0x20 }),
            number.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) })
        else { throw failure("a \(field.label) that is no octal number", in: field) }
        // At most 12 digits of 3 bits.
        return number.reduce(0) { $0 << 3 | UInt64($1 - UInt8(ascii: "0")) }
    }
}
