import ArgumentParser
import SetupPlan

/// Formats joined by commas, as `--format` takes them.
struct FormatList: ExpressibleByArgument {
    /// What is named.
    var formats: Set<PackageFormat>

    init(formats: Set<PackageFormat>) { self.formats = formats }

    init?(argument: String) {
        var formats: Set<PackageFormat> = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let format = PackageFormat(rawValue: String(name)) else { return nil }
            formats.insert(format)
        }
        self.formats = formats
    }

    var defaultValueDescription: String {
        PackageFormat.allCases.filter(formats.contains).map(\.rawValue).joined(separator: ",")
    }

    /// Nothing that help could list: it takes any of the formats, joined.
    static var allValueStrings: [String] { [] }

    /// What a shell proposes.
    static var defaultCompletionKind: CompletionKind { .list(PackageFormat.allCases.map(\.rawValue) + ["bin,deb,rpm"]) }
}
