public import Diagnostics

extension Repomd {
    /// The most bytes that are read.
    public static let sizeLimit = 4 << 20
    private static let mostData = 256

    /// Reads `repomd.xml`.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - name: What it is, for messages.
    /// - Throws: `.integrity` for what is no such file: not well-formed XML, a document type, another root element, an entry
    ///   without type, checksum or location, a number that is none.
    public init(_ bytes: [UInt8], name: String) throws(Failure) {
        guard bytes.count <= Self.sizeLimit else {
            throw Failure(.integrity, "\(name) has \(bytes.count) bytes; at most \(Self.sizeLimit) are read")
        }
        self.init(revision: nil, data: [])
        var xml = XMLReader(bytes, name: name)
        var event = try xml.next()
        guard event == .start, xml.isNamed("repomd") else { throw xml.damage("no repomd element") }
        while true {
            event = try xml.next()
            if event == .finished { return }
            guard event == .start else { continue }
            if xml.isNamed("revision") {
                revision = try xml.content()
            } else if xml.isNamed("tags") {
                try readTags(&xml)
            } else if xml.isNamed("data") {
                guard data.count < Self.mostData else { throw xml.damage("more than \(Self.mostData) files") }
                data.append(try RepomdData(&xml))
            } else {
                try xml.skipElement()
            }
        }
    }

    private mutating func readTags(_ xml: inout XMLReader) throws(Failure) {
        while true {
            switch try xml.next() {
            case .start where xml.isNamed("content"): tags.content.append(try xml.content())
            case .start where xml.isNamed("repo"): tags.repository.append(try xml.content())
            case .start where xml.isNamed("distro"):
                let cpe = xml.attribute("cpeid")
                tags.distributions.append(Tags.Distribution(cpe: cpe, text: try xml.content()))
            case .start: try xml.skipElement()
            case .end, .finished: return
            case .text: continue
            }
        }
    }
}

extension RepomdData {
    /// Reads the element that just began.
    fileprivate init(_ xml: inout XMLReader) throws(Failure) {
        guard let type = xml.attribute("type"), !type.isEmpty else { throw xml.damage("data without a type") }
        var checksum: RepositoryChecksum?
        self.init(
            type: type, checksum: RepositoryChecksum(value: ""), openChecksum: nil, location: "", timestamp: nil,
            size: nil, openSize: nil)
        loop: while true {
            switch try xml.next() {
            case .start where xml.isNamed("checksum"): checksum = try Self.checksum(&xml)
            case .start where xml.isNamed("open-checksum"): openChecksum = try Self.checksum(&xml)
            case .start where xml.isNamed("header-checksum"): headerChecksum = try Self.checksum(&xml)
            case .start where xml.isNamed("location"):
                location = xml.attribute("href") ?? ""
                base = xml.attribute("xml:base")
                try xml.skipElement()
            case .start where xml.isNamed("timestamp"): timestamp = try Self.time(&xml)
            case .start where xml.isNamed("size"): size = try Self.number(&xml)
            case .start where xml.isNamed("open-size"): openSize = try Self.number(&xml)
            case .start where xml.isNamed("header-size"): headerSize = try Self.number(&xml)
            case .start where xml.isNamed("database_version"): databaseVersion = try Self.number(&xml)
            case .start: try xml.skipElement()
            case .end, .finished: break loop
            case .text: continue
            }
        }
        guard let checksum else { throw xml.damage("data “\(type)” without a checksum") }
        guard !location.isEmpty else { throw xml.damage("data “\(type)” without a location") }
        self.checksum = checksum
    }

    private static func checksum(_ xml: inout XMLReader) throws(Failure) -> RepositoryChecksum {
        guard let algorithm = xml.attribute("type") else { throw xml.damage("a checksum without a type") }
        let value = try xml.content()
        guard !value.isEmpty, value.utf8.count <= 128, value.utf8.allSatisfy(Self.isDigit) else {
            throw xml.damage("a checksum that is not made of hexadecimal digits")
        }
        return RepositoryChecksum(algorithm: algorithm, value: value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func number<Number: FixedWidthInteger>(_ xml: inout XMLReader) throws(Failure) -> Number {
        let text = try xml.content()
        guard let number = Number(text) else { throw xml.damage("“\(text.prefix(32))” where a number is expected") }
        return number
    }

    /// Seconds; the first createrepo wrote fractions of them.
    private static func time(_ xml: inout XMLReader) throws(Failure) -> Int64 {
        let text = try xml.content()
        let whole = text.prefix { $0 != "." }
        guard let number = Int64(whole) else { throw xml.damage("“\(text.prefix(32))” where a time is expected") }
        return number
    }
}
