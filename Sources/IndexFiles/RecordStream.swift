import ByteIO
public import Diagnostics

/// Takes an index apart while its text comes in pieces, in the memory of its largest record.
public struct RecordStream<Grammar: IndexGrammar>: ~Copyable {
    /// Bytes that a record may have.
    public static var largestRecord: Int { 64 << 20 }
    private static var pieceSize: Int { 1 << 20 }

    private let name: String
    private let fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    private var room = [UInt8](repeating: 0, count: 2 << 20)
    private var filled = 0
    private var start = 0
    private var isAtEnd = false
    private var hasStarted = false
    /// What stood before the first record; known once the first was taken.
    public private(set) var head: [UInt8] = []

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - name: What the index is, for messages.
    ///   - fill: Gives the next bytes; none at the end.
    public init(name: String, fill: @escaping (UnsafeMutableRawBufferPointer) throws(Failure) -> Int) {
        self.name = name
        self.fill = fill
    }

    /// Takes the next record.
    ///
    /// - Parameter body: Gets the record and says whether more are wanted; must not keep the bytes.
    /// - Returns: Whether to call again; false at the end.
    /// - Throws: `.integrity` for what is no index or goes on behind its foot, or what `body` or `fill` throw.
    public mutating func next(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Bool) throws(Failure) -> Bool {
        if try !begin() { return false }
        while true {
            if try isFoot() { return false }
            let end = room.withUnsafeBytes { bytes in
                Grammar.end(ofRecordIn: UnsafeRawBufferPointer(rebasing: bytes[..<filled]), from: start)
            }
            if let end, end > start {
                let goesOn = try room.withRawBytes { bytes throws(Failure) in
                    try body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                }
                start = end
                return goesOn
            }
            guard try more() else { throw Failure(.integrity, "\(name) ends within a record") }
        }
    }

    /// Finds the first record.
    private mutating func begin() throws(Failure) -> Bool {
        while !hasStarted {
            let place = room.withUnsafeBytes {
                Grammar.start(ofRecordsIn: UnsafeRawBufferPointer(rebasing: $0[..<filled]))
            }
            if let place {
                head = Array(room[..<place])
                start = place
                hasStarted = true
            } else if try !more() {
                // Without records the foot follows the head.
                guard Grammar.head(count: 0).isEmpty ? filled == 0 : room[..<filled].ends(with: Grammar.foot) else {
                    throw Failure(.integrity, "\(name) holds no records and isn't empty")
                }
                head = Array(room[..<(filled - (filled == 0 ? 0 : Grammar.foot.count))])
                return false
            }
        }
        return true
    }

    /// Whether nothing but the foot is left.
    private mutating func isFoot() throws(Failure) -> Bool {
        let foot = Grammar.foot
        while filled - start <= foot.count, try more() {}
        guard filled - start <= foot.count else { return false }
        guard room[start..<filled].elementsEqual(foot) else {
            throw Failure(.integrity, "\(name) ends with \(filled - start) bytes that are no record")
        }
        return true
    }

    /// Reads on, behind what isn't taken yet.
    private mutating func more() throws(Failure) -> Bool {
        if isAtEnd { return false }
        if start > 0 {
            room.replaceSubrange(..<start, with: [])
            room.append(contentsOf: repeatElement(0, count: start))
            filled -= start
            start = 0
        }
        if room.count - filled < Self.pieceSize {
            guard filled <= Self.largestRecord else {
                throw Failure(.integrity, "\(name) has a record of more than \(Self.largestRecord) bytes")
            }
            room.append(contentsOf: repeatElement(0, count: room.count))
        }
        let place = filled
        let count = try room.withMutableRawBytes { bytes throws(Failure) in
            try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[place..<place + Self.pieceSize]))
        }
        filled += count
        isAtEnd = count == 0
        return count > 0
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
