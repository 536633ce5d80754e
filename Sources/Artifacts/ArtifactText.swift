import LinuxIO

/// Bytes of a file as text: as they are where they are UTF-8, else with `\xNN` for what isn't.
func readable(_ bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self) ?? PathText.display(Array(bytes))
}

/// rpm's name of an architecture as Debian spells it: `x86_64` is `amd64`; unknown names stay.
public func debianArchitecture(_ name: String) -> String {
    switch name {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    case "noarch": "all"
    case "i686", "i586", "i486", "i386": "i386"
    case "armv7hl", "armhfp": "armhf"
    case "loongarch64": "loong64"
    case "ppc64le": "ppc64el"
    default: name
    }
}
