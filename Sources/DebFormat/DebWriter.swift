public import Diagnostics
public import LinuxIO
public import XZ

/// Writes a package: what comes before its files at once, then their archive block by compressed block.
///
/// The blocks, decoded one behind the other, are `DebPackage.dataStart`, then for each entry its header, content and
/// padding, then `DebPackage.dataEnd`. The file appears under its name only when `finish` returns.
public struct DebWriter: ~Copyable {
    private static let dataName = "data.tar.xz"

    private let output: StagedFile
    /// Where the header of the member with the files is.
    private let dataHeader: UInt64
    private var sizes: [XZBlockSize] = []
    private var end: UInt64

    /// Starts a package, which replaces a file of that name.
    ///
    /// - Parameters:
    ///   - name: The file's name.
    ///   - directory: Where it goes.
    ///   - package: What to write; checked first.
    /// - Throws: `.usage` for what dpkg wouldn't take, or what the system reports.
    public init(
        replacing name: String, in directory: borrowing Directory, package: DebPackage
    ) throws(Failure) {
        try package.check()
        let version = Array("2.0\n".utf8)
        let control = try package.controlArchive()
        var head = Ar.magic
        head += try Ar.header(name: "debian-binary", size: UInt64(version.count), time: package.timestamp) + version
        head += try Ar.header(name: "control.tar.gz", size: UInt64(control.count), time: package.timestamp) + control
        if control.count % 2 == 1 { head.append(Ar.padding) }
        let dataHeader = UInt64(head.count)
        head += try Ar.header(name: Self.dataName, size: 0, time: package.timestamp)
        head += try XZFrame(blocks: []).header
        let output = try StagedFile(replacing: name, in: directory, mode: 0o644, isContended: true)
        try output.write(head)
        self.output = output
        self.dataHeader = dataHeader
        end = UInt64(head.count)
    }

    /// Appends one xz block.
    ///
    /// - Parameters:
    ///   - block: The block with header, padding and check.
    ///   - size: Its unpadded and plain sizes, for the index.
    /// - Returns: Where in the file the block begins.
    public mutating func append(_ block: [UInt8], size: XZBlockSize) throws(Failure) -> UInt64 {
        try output.write(block)
        sizes.append(size)
        defer { end += UInt64(block.count) }
        return end
    }

    /// Reads what was written.
    ///
    /// - Parameters:
    ///   - count: How many bytes.
    ///   - offset: Where in the file they begin.
    /// - Returns: Exactly `count` bytes.
    public func read(_ count: Int, at offset: UInt64) throws(Failure) -> [UInt8] {
        try output.read(count, at: offset)
    }

    /// Ends the archive, fills in its size, and lets the file appear.
    ///
    /// - Throws: `.usage` when the archive is larger than ar can say, or what the system reports.
    public consuming func finish() throws(Failure) {
        let frame = try XZFrame(blocks: sizes)
        try output.write(frame.index + frame.footer)
        let size = end + UInt64(frame.index.count + frame.footer.count) - dataHeader - UInt64(Ar.headerSize)
        if size % 2 == 1 { try output.write([Ar.padding]) }
        try output.write(try Ar.sizeText(size, of: Self.dataName), at: dataHeader + UInt64(Ar.sizeField.lowerBound))
        try output.commit()
    }
}
