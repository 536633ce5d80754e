/// What rpm can do, by the names of its `rpmlib()` capabilities.
enum RPMFeatures {
    /// The version of rpm from which each is there: `rpmlibProvides` of lib/rpmds.c, compared between the branches
    /// 4.11.x, 4.14.x, 4.16.x, 4.20.x and 6.0.x.
    ///
    /// `CaretInVersions` came with 4.15 and was put into 4.14.3, too.
    private static let table: [String: ClientVersion] = [
        "VersionedDependencies": "3.0.3", "CompressedFileNames": "3.0.4", "PayloadIsBzip2": "3.0.5",
        "PayloadIsXz": "4.7", "PayloadIsLzma": "4.4.2", "PayloadFilesHavePrefix": "4.0",
        "ExplicitPackageProvide": "4.0", "HeaderLoadSortsTags": "4.0.1", "ScriptletInterpreterArgs": "4.0.3",
        "PartialHardlinkSets": "4.0.4", "ConcurrentAccess": "4.1", "BuiltinLuaScripts": "4.2.2",
        "FileDigests": "4.6", "FileCaps": "4.6.1", "ScriptletExpansion": "4.9", "TildeInVersions": "4.10",
        "CaretInVersions": "4.14.3", "LargeFiles": "4.12", "RichDependencies": "4.13", "DynamicBuildRequires": "4.15",
        "PayloadIsZstd": "4.14", "PayloadAlignment": "6.2",
    ]

    /// The features that an rpm doesn't have, sorted.
    static func missing(_ features: Set<String>, in version: ClientVersion) -> [String] {
        features.filter { feature in table[feature].map { version < $0 } ?? true }.sorted()
    }

    /// From which version a feature is there, for messages.
    static func since(_ feature: String) -> String {
        table[feature].map { "which rpm has since \($0)" } ?? "which no rpm that is known here has"
    }
}
