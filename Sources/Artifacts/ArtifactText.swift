import LinuxIO

/// Bytes of a file as text: as they are where they are UTF-8, else with `\xNN` for what isn't.
func readable(_ bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self) ?? PathText.display(Array(bytes))
}

/// `x86_64` as Debian spells it; unknown names stay.
func debianArchitecture(_ name: String) -> String {
    switch name {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    case "noarch": "all"
    case "i686", "i586", "i486", "i386": "i386"
    case "armv7hl": "armhf"
    case "ppc64le": "ppc64el"
    default: name
    }
}
