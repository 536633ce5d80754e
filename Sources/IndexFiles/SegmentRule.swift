import CZlib

/// Where an index is cut: before some records, chosen by their bytes alone.
///
/// So one more record changes one segment, and the same records make the same segments, whatever their history. A record
/// begins a segment with the probability of its share in `targetSize`, by its CRC32.
enum SegmentRule {
    /// The average bytes of a segment.
    ///
    /// Smaller ones compress worse, larger ones take longer to make again.
    static let targetSize = 512 << 10

    /// Whether a segment begins at a record.
    static func begins(at record: UnsafeRawBufferPointer) -> Bool {
        let checksum = crc32(0, record.bindMemory(to: UInt8.self).baseAddress, UInt32(clamping: record.count))
        return UInt64(checksum) * UInt64(targetSize) < UInt64(record.count) << 32
    }
}
