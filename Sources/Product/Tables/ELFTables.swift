import DefinitionFiles

extension ManifestTables {
    static let elf = KeyTable(
        name: "elf", mention: "\"elf\"", doc: "What the programs and libraries of the packages may need.",
        keys: [
            .init(
                name: "libraries", type: .list(.text(.libraryPattern), minimum: 0),
                doc: "Shared libraries that the system provides beside the C library's own, by the name that programs "
                    + "ask for; `*`, `?` and `[a-z]` as in `glob`. An RPM asks for them itself; which package brings them on "
                    + "Debian is for `deb.depends` to say.",
                fallback: "none", example: "[libz.so.1, \"libX*.so.*\"]"),
            .init(
                name: "relations", type: .boolean,
                doc: "Whether native packages ask for what their files take from the system: a DEB depends on `libc6` "
                    + "and `libgcc-s1`, an RPM requires each library with its symbol versions. What a package says "
                    + "itself of those stands instead.",
                fallback: "`true`", example: "false"),
            .init(
                name: "waive", type: .list(.mapping(elfWaiver), minimum: 0),
                doc: "Findings that are meant to be so. One that matches nothing warns.", fallback: "none",
                example: "[{ file: jre/lib/libawt*.so, check: needed, reason: the agent has no windows }]"),
        ])

    static let elfWaiver = KeyTable(
        name: "elf waiver", mention: "an elf waiver", doc: "One entry of `elf.waive`.",
        keys: [
            .init(
                name: "file", type: .text(.glob), isRequired: true,
                doc: "The files below the product's root: a pattern as in `glob`; one without a slash matches names at "
                    + "any depth.",
                example: "jre/lib/libawt*.so"),
            .init(
                name: "check", type: .word(ELFCheck.allCases.map(\.rawValue)), isRequired: true,
                doc: "Which check: `machine`, `glibc` (the C library and its version), `needed` (libraries), `rpath`.",
                example: "needed"),
            .init(
                name: "reason", type: .text(.line), isRequired: true, doc: "Why, for whoever reads the manifest next.",
                example: "the agent has no windows"),
        ])
}
