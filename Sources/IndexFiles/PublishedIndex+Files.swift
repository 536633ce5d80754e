import ByteIO
public import Diagnostics
package import Digests
import LinuxIO
import XZ

/// The files that segments are copied from.
struct PublishedForms {
    let gzip: ByteSource
    let xz: ByteSource?
}

extension PublishedIndex {
    var files: PublishedForms { PublishedForms(gzip: gzip, xz: xz) }

    /// Whether segments can be taken over for all files that are wanted.
    func isSegmented(for names: IndexFileNames) -> Bool { table != nil && (names.xz == nil || xz != nil) }

    /// The number of records: what the head states, or what there is.
    ///
    /// - Throws: `.integrity` for what is no index.
    public func count() throws(Failure) -> Int {
        if !Grammar.head(count: 0).isEmpty, let first = table?.segments.first {
            guard let count = Grammar.count(inHead: try text(of: first)) else {
                throw damaged("no number of records at its start")
            }
            return count
        }
        var count = 0
        try forEachRecord { _, _ in
            count += 1
            return true
        }
        return count
    }
}

extension PublishedIndex {
    /// A digest of the compressed bytes of each segment, in all forms; for tests that count what was made again.
    package func segmentDigests() throws(Failure) -> [SHA256Digest] {
        var digests: [SHA256Digest] = []
        for segment in table?.segments ?? [] {
            var bytes = try gzip.read(
                Int(segment.gzip.upperBound - segment.gzip.lowerBound), at: segment.gzip.lowerBound)
            if let xz, let block = segment.xz {
                bytes += try xz.read(Int(block.size.storedSize), at: block.bytes.lowerBound)
            }
            digests.append(SHA256.digest(bytes))
        }
        return digests
    }
}
