public import DebFormat
public import RPMFormat

/// A native package of a product, ready to be written.
public struct NativePackage<Description: Sendable>: Sendable {
    /// The name of its file.
    public var fileName: String
    /// What its format says of it.
    public var description: Description
    /// The bytes of the files among the description's entries, by the index of the entry.
    public var files: [Int: PackagedFile]

    /// Makes a package.
    public init(fileName: String, description: Description, files: [Int: PackagedFile]) {
        self.fileName = fileName
        self.description = description
        self.files = files
    }
}

/// A Debian package, ready to be written.
public typealias NativeDeb = NativePackage<DebPackage>
/// An RPM package, ready to be written.
public typealias NativeRPM = NativePackage<RPMPackage>

extension NativePackage where Description == DebPackage {
    /// The package's name.
    public var name: String { description.control["Package"] ?? "" }
}

extension NativePackage where Description == RPMPackage {
    /// The package's name.
    public var name: String { description.name }
}
