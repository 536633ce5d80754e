// swift-tools-version: 6.2
import PackageDescription

/// The settings of every target: language mode 6 comes with the tools version.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The modules of the runtime, which every installer carries: optimised for size, without unused functions, without names for
/// reflection, and without the 1.2 MB of regular expressions that a single `contains("text")` would bring.
let small: [SwiftSetting] =
    strict + [
        .unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"]),
        .unsafeFlags(
            ["-Osize", "-Xfrontend", "-function-sections", "-Xfrontend", "-disable-reflection-metadata"],
            .when(configuration: .release)),
    ]

/// The link of the two programs that run on machines we don't control: nothing dynamic, silent linker, no dead code, no
/// tables for unwinding.
let fullyStatic: [LinkerSetting] = [
    .unsafeFlags(["-static-executable", "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=all"]),
    .unsafeFlags(
        [
            "-Xlinker", "-s", "-Xlinker", "--no-eh-frame-hdr", "-Xlinker", "-T",
            "-Xlinker", "\(Context.packageDirectory)/Sources/setup/runtime.ld",
        ],
        .when(configuration: .release)),
]

let package = Package(
    name: "agentpack",
    products: [
        .executable(name: "agentpack", targets: ["AgentpackCLI"]),
        .executable(name: "setup", targets: ["setup"]),
        .executable(name: "reference-agent", targets: ["ReferenceAgent"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        // C libraries and the calls that Swift's Glibc lacks.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL"),
        .systemLibrary(name: "CLZMA"),
        .systemLibrary(name: "CJansson"),
        .systemLibrary(name: "CArchive"),
        .systemLibrary(name: "CGPGME"),
        .systemLibrary(name: "CZlib"),

        // The failure every layer throws, and the exit codes.
        .target(name: "Diagnostics", swiftSettings: small),
        // Bytes in and out, with named endianness.
        .target(name: "ByteIO", dependencies: ["Diagnostics"], swiftSettings: small + [.strictMemorySafety()]),
        // The one place for libc.
        .target(
            name: "LinuxIO", dependencies: ["ByteIO", "CLinux", "Diagnostics"], swiftSettings: small),
        // SHA-256, HMAC, Ed25519, random bytes: OpenSSL's.
        .target(name: "Digests", dependencies: ["ByteIO", "COpenSSL", "Diagnostics"], swiftSettings: small),
        // xz blocks, the stream that frames them: liblzma's, linked statically so that every host writes the same bytes.
        .target(
            name: "XZ", dependencies: ["ByteIO", "CLZMA", "Diagnostics"], swiftSettings: small,
            linkerSettings: [.linkedLibrary(":liblzma.a")]),
        // JSON text: jansson's.
        .target(name: "JSON", dependencies: ["ByteIO", "CJansson", "Diagnostics"], swiftSettings: small),
        // The four formats of configuration file that agents read.
        .target(name: "ConfigurationFiles", dependencies: ["Diagnostics", "JSON"], swiftSettings: small),
        // What a file carries for the runtime: its types and their JSON.
        .target(name: "SetupPlan", dependencies: ["ByteIO", "Diagnostics", "Digests", "JSON"], swiftSettings: small),
        // The self-extracting installer: layout, strict reader, writer.
        .target(
            name: "BinFormat", dependencies: ["ByteIO", "Diagnostics", "Digests", "LinuxIO", "SetupPlan", "XZ"],
            swiftSettings: small),
        // PAC files: a small interpreter of the JavaScript that they use. No I/O.
        .target(name: "ProxyAutoConfig", dependencies: ["Diagnostics"], swiftSettings: small + [.strictMemorySafety()]),
        // OpenSSL's HTTP client made whole.
        .target(
            name: "HTTPTransport", dependencies: ["COpenSSL", "Diagnostics", "LinuxIO", "ProxyAutoConfig"],
            swiftSettings: small),
        // What an installed machine does.
        .target(
            name: "SetupCore",
            dependencies: [
                "BinFormat", "ByteIO", "ConfigurationFiles", "Diagnostics", "Digests", "HTTPTransport", "JSON",
                "LinuxIO", "SetupPlan", "XZ",
            ],
            swiftSettings: small + [.strictMemorySafety()]),
        // The static executable around SetupCore.
        .executableTarget(
            name: "setup", dependencies: ["SetupCore"], exclude: ["runtime.ld"], swiftSettings: small,
            linkerSettings: fullyStatic),
        // A small real agent to wrap in demos and tests.
        .executableTarget(
            name: "ReferenceAgent",
            dependencies: ["ConfigurationFiles", "Diagnostics", "HTTPTransport", "JSON", "LinuxIO"],
            swiftSettings: small, linkerSettings: fullyStatic),

        // Files that people write, in YAML: their tree, the tables of their keys, schema and reference. No I/O.
        .target(
            name: "DefinitionFiles", dependencies: ["Diagnostics", "JSON", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        // The manifest and its validation; no I/O.
        .target(
            name: "Product", dependencies: ["DefinitionFiles", "Diagnostics", "JSON", "SetupPlan"],
            swiftSettings: strict),
        // A dist site's definition and its validation; no I/O.
        .target(
            name: "SiteDefinition", dependencies: ["DefinitionFiles", "Diagnostics", "JSON"], swiftSettings: strict),
        // Reads tar and zip archives: libarchive's.
        .target(name: "Archives", dependencies: ["CArchive", "Diagnostics", "LinuxIO"], swiftSettings: strict),
        // Compress once: xz blocks by content, on disk, in parallel.
        .target(
            name: "BlockStore", dependencies: ["ByteIO", "Diagnostics", "Digests", "LinuxIO", "XZ"],
            swiftSettings: strict),
        // The packets of OpenPGP, and what clients make of a key; bytes only, no I/O.
        .target(
            name: "OpenPGP", dependencies: ["ByteIO", "Diagnostics", "Digests", "LinuxIO"],
            swiftSettings: strict + [.strictMemorySafety()]),
        // Who signs: Ed25519 key files, GnuPG, an external command.
        .target(
            name: "Signing",
            dependencies: ["ByteIO", "CGPGME", "COpenSSL", "Diagnostics", "Digests", "LinuxIO", "OpenPGP"],
            swiftSettings: strict),
        // tar: headers written and strictly read.
        .target(name: "TarFormat", dependencies: ["ByteIO", "Diagnostics", "LinuxIO"], swiftSettings: strict),
        // What packages compress, decoded in bounded memory and up to a limit.
        .target(
            name: "Decompression", dependencies: ["CZlib", "Diagnostics", "LinuxIO", "XZ"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary(":libz.a")]),
        // Debian packages: layout, writer, strict reader.
        .target(
            name: "DebFormat",
            dependencies: [
                "ByteIO", "CZlib", "Decompression", "Diagnostics", "Digests", "LinuxIO", "TarFormat", "XZ",
            ],
            swiftSettings: strict, linkerSettings: [.linkedLibrary(":libz.a")]),
        // RPM packages: layout, writer, strict reader.
        .target(
            name: "RPMFormat",
            dependencies: [
                "ByteIO", "Decompression", "Diagnostics", "Digests", "LinuxIO", "OpenPGP", "SetupPlan", "XZ",
            ],
            swiftSettings: strict),
        // Reads published repositories, from a directory or a web server.
        .target(
            name: "RepositoryFiles", dependencies: ["Diagnostics", "HTTPTransport", "LinuxIO"], swiftSettings: strict),
        // Text indexes made of records, compressed segment by segment.
        .target(
            name: "IndexFiles",
            dependencies: ["ByteIO", "CZlib", "Decompression", "Diagnostics", "Digests", "LinuxIO", "XZ"],
            swiftSettings: strict, linkerSettings: [.linkedLibrary(":libz.a")]),
        // YUM repositories: records of packages, repomd.xml, .repo files, verification as a client.
        .target(
            name: "YUMRepository",
            dependencies: [
                "ByteIO", "CArchive", "Decompression", "Diagnostics", "Digests", "IndexFiles", "LinuxIO", "OpenPGP",
                "RPMFormat", "RepositoryFiles", "SetupPlan", "Signing",
            ],
            swiftSettings: strict),
        // APT archives: indexes of packages, Release files and their signatures, and a client that trusts nobody.
        .target(
            name: "APTRepository",
            dependencies: [
                "ByteIO", "Decompression", "DebFormat", "Diagnostics", "Digests", "IndexFiles", "LinuxIO",
                "RepositoryFiles", "Signing", "TarFormat",
            ],
            swiftSettings: strict),
        // The directory of a site: a lock, packages that never change, and generations that replace each other whole.
        .target(
            name: "SiteStorage", dependencies: ["ByteIO", "Diagnostics", "Digests", "IndexFiles", "JSON", "LinuxIO"],
            swiftSettings: strict),
        // Every text rendered into an artifact and every product definition we ship, embedded (templates/).
        .target(
            name: "Templates",
            dependencies: ["Diagnostics", "LinuxIO", .product(name: "Mustache", package: "swift-mustache")],
            resources: [.embedInCode("templates")], swiftSettings: strict),
        // A site's page with what is published and how it is installed; configuration of web servers.
        .target(
            name: "LandingPage", dependencies: ["Diagnostics", "Digests", "LinuxIO", "Templates"], swiftSettings: strict
        ),
        // Reads the source tree once and makes the plan that the formats take.
        .target(
            name: "Planning",
            dependencies: [
                "Archives", "ByteIO", "DefinitionFiles", "Diagnostics", "Digests", "LinuxIO", "Product", "SetupPlan",
                "Templates",
            ],
            swiftSettings: strict),
        // The native packages of a product: what is in each, its relations and scripts, in each format's terms.
        .target(
            name: "Packaging",
            dependencies: [
                "BinFormat", "DebFormat", "DefinitionFiles", "Diagnostics", "Digests", "LinuxIO", "Planning", "Product",
                "RPMFormat",
                "SetupPlan", "Templates",
            ],
            swiftSettings: strict),
        // What a dist site gives to clients: public keys, sources, and the packages that bring them.
        .target(
            name: "ClientFiles",
            dependencies: [
                "DebFormat", "Diagnostics", "Digests", "LinuxIO", "OpenPGP", "RPMFormat", "SiteDefinition", "Templates",
                "XZ", "YUMRepository",
            ],
            swiftSettings: strict),
        // From a manifest to artifacts: plan, blocks, files, all or nothing.
        .target(
            name: "Building",
            dependencies: [
                "BinFormat", "BlockStore", "DebFormat", "Packaging", "RPMFormat", "ByteIO", "Diagnostics", "Digests",
                "LinuxIO", "Planning", "Product",
                "SetupPlan", "Signing", "XZ",
            ],
            swiftSettings: strict),
        // Installers and packages of every format in one shape: described, verified, compared, signed.
        .target(
            name: "Artifacts",
            dependencies: [
                "BinFormat", "ByteIO", "DebFormat", "Diagnostics", "Digests", "JSON", "LinuxIO", "OpenPGP", "RPMFormat",
                "SetupPlan", "Signing", "TarFormat", "XZ",
            ],
            swiftSettings: strict),
        // What the systems of customers make of artifacts, keys and metadata: a table, and its evidence.
        .target(
            name: "ClientMatrix",
            dependencies: [
                "ByteIO", "DebFormat", "Decompression", "Diagnostics", "Digests", "JSON", "LinuxIO", "OpenPGP",
                "RPMFormat", "XZ",
            ],
            swiftSettings: strict),
        // The dist site: what is published, what is to be, and the way from one to the other.
        .target(
            name: "DistSite",
            dependencies: [
                "APTRepository", "Artifacts", "ByteIO", "ClientFiles", "ClientMatrix", "DebFormat", "DefinitionFiles",
                "Diagnostics",
                "Digests", "IndexFiles",
                "LandingPage", "LinuxIO", "OpenPGP", "RPMFormat", "RepositoryFiles", "SetupPlan", "Signing",
                "SiteDefinition", "SiteStorage", "TarFormat", "YUMRepository",
            ],
            swiftSettings: strict),
        // The commands.
        .executableTarget(
            name: "AgentpackCLI",
            dependencies: [
                "Artifacts",
                "BinFormat", "BlockStore", "Building", "ByteIO", "ClientFiles", "ClientMatrix", "DefinitionFiles",
                "Diagnostics", "Digests", "DistSite", "HTTPTransport", "JSON", "LandingPage", "LinuxIO", "OpenPGP",
                "Planning", "Product", "RPMFormat", "RepositoryFiles", "SetupPlan", "Signing", "SiteDefinition",
                "Templates", "XZ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            // lld, because the default linker warns of a function in the static Foundation.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),

        // Supervises a program in a scratch directory: what the tests of the supervisor run.
        .executableTarget(
            name: "SupervisorProbe", dependencies: ["Diagnostics", "LinuxIO", "SetupCore", "SetupPlan"],
            path: "Tests/SupervisorProbe", swiftSettings: strict),

        // What several test targets share.
        .target(
            name: "TestSupport",
            dependencies: [
                "BinFormat", "DefinitionFiles", "Diagnostics", "JSON", "Digests", "LinuxIO", "SetupPlan", "XZ",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"], swiftSettings: strict),
        .testTarget(name: "ByteIOTests", dependencies: ["ByteIO", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "LinuxIOTests", dependencies: ["CLinux", "LinuxIO", "Diagnostics", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"], swiftSettings: strict),
        .testTarget(name: "XZTests", dependencies: ["XZ", "Diagnostics"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "ConfigurationFilesTests", dependencies: ["ConfigurationFiles", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "SetupPlanTests", dependencies: ["SetupPlan", "Digests", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "BinFormatTests",
            dependencies: [
                "BinFormat", "ByteIO", "SetupPlan", "Digests", "Diagnostics", "LinuxIO", "TestSupport", "XZ",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ProxyAutoConfigTests", dependencies: ["ProxyAutoConfig", "Diagnostics", "LinuxIO"],
            exclude: ["Corpus"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTransportTests", dependencies: ["HTTPTransport", "Diagnostics", "LinuxIO"], swiftSettings: strict
        ),
        .testTarget(
            name: "SetupCoreTests",
            dependencies: [
                "BinFormat", "ConfigurationFiles", "Diagnostics", "Digests", "HTTPTransport", "JSON", "LinuxIO",
                "SetupCore", "SetupPlan", "TestSupport", "XZ",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DefinitionFilesTests", dependencies: ["DefinitionFiles", "Diagnostics", "JSON"],
            swiftSettings: strict),
        .testTarget(
            name: "ProductTests",
            dependencies: ["DefinitionFiles", "Product", "SetupPlan", "Diagnostics", "JSON", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SiteDefinitionTests",
            dependencies: ["DefinitionFiles", "Diagnostics", "JSON", "SiteDefinition", "Templates", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "TemplatesTests",
            dependencies: ["DefinitionFiles", "Templates", "Product", "SetupPlan", "Diagnostics"],
            swiftSettings: strict),
        .testTarget(
            name: "LandingPageTests", dependencies: ["Diagnostics", "Digests", "LandingPage"], swiftSettings: strict),
        .testTarget(
            name: "ArchivesTests", dependencies: ["Archives", "Diagnostics", "LinuxIO"], swiftSettings: strict),
        .testTarget(
            name: "BlockStoreTests", dependencies: ["BlockStore", "XZ", "Digests", "Diagnostics", "LinuxIO"],
            swiftSettings: strict),
        .testTarget(
            name: "SigningTests", dependencies: ["Signing", "OpenPGP", "Digests", "Diagnostics", "LinuxIO"],
            swiftSettings: strict),
        .testTarget(
            name: "OpenPGPTests", dependencies: ["OpenPGP", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "TarFormatTests", dependencies: ["TarFormat", "Diagnostics"], swiftSettings: strict),
        .testTarget(
            name: "DebFormatTests",
            dependencies: [
                "Decompression", "DebFormat", "Diagnostics", "Digests", "LinuxIO", "TarFormat", "TestSupport", "XZ",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RPMFormatTests",
            dependencies: ["RPMFormat", "Diagnostics", "Digests", "LinuxIO", "TestSupport", "XZ"],
            swiftSettings: strict),
        .testTarget(
            name: "RepositoryFilesTests",
            dependencies: ["RepositoryFiles", "Diagnostics", "HTTPTransport", "LinuxIO", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "IndexFilesTests",
            dependencies: ["IndexFiles", "ByteIO", "Diagnostics", "Digests", "LinuxIO", "TestSupport", "XZ"],
            swiftSettings: strict),
        .testTarget(
            name: "YUMRepositoryTests",
            dependencies: [
                "Diagnostics", "Digests", "IndexFiles", "LinuxIO", "RPMFormat", "RepositoryFiles", "Signing",
                "TestSupport", "XZ", "YUMRepository",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "APTRepositoryTests",
            dependencies: [
                "APTRepository", "ByteIO", "DebFormat", "Diagnostics", "Digests", "HTTPTransport", "IndexFiles",
                "LinuxIO", "RepositoryFiles", "Signing",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SiteStorageTests",
            dependencies: ["SiteStorage", "Diagnostics", "IndexFiles", "LinuxIO", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "DistSiteTests",
            dependencies: [
                "APTRepository", "ClientMatrix", "Diagnostics", "Digests", "DistSite", "LinuxIO", "RepositoryFiles",
                "Signing", "SiteDefinition", "SiteStorage", "YUMRepository",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PackagingTests",
            dependencies: [
                "DebFormat", "DefinitionFiles", "Diagnostics", "Digests", "LinuxIO", "Packaging", "Planning", "Product",
                "RPMFormat",
                "SetupPlan",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ClientFilesTests",
            dependencies: [
                "ClientFiles", "DefinitionFiles", "Diagnostics", "LinuxIO", "SiteDefinition",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PlanningTests",
            dependencies: [
                "DefinitionFiles", "Planning", "Product", "SetupPlan", "ByteIO", "Digests", "Diagnostics", "LinuxIO",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BuildingTests",
            dependencies: [
                "BinFormat", "BlockStore", "Building", "ByteIO", "Diagnostics", "Digests", "LinuxIO", "Planning",
                "Product", "SetupPlan", "Signing", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ArtifactsTests",
            dependencies: [
                "Artifacts", "BinFormat", "Diagnostics", "Digests", "LinuxIO", "SetupPlan", "Signing", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ClientMatrixTests",
            dependencies: [
                "ClientMatrix", "Diagnostics", "Digests", "JSON", "LinuxIO", "OpenPGP", "RPMFormat", "TestSupport",
                "XZ",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AgentpackCLITests", dependencies: ["AgentpackCLI", "Diagnostics", "Product", "JSON"],
            swiftSettings: strict),
    ]
)
