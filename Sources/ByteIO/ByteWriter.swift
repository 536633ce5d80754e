/// Bytes collected field by field, with the byte order named at each.
public struct ByteWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Makes an empty writer.
    ///
    /// - Parameter capacity: The number of bytes to make room for at once.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Appends bytes as they are.
    public mutating func put(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Appends a number, least significant byte first.
    public mutating func put(littleEndian value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Appends a number, most significant byte first.
    public mutating func put(bigEndian value: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> (value.bitWidth - 8 - shift)))
        }
    }

    /// Appends zeros.
    ///
    /// - Parameter count: How many.
    public mutating func putZeros(_ count: Int) { bytes.append(contentsOf: repeatElement(0, count: count)) }
}
