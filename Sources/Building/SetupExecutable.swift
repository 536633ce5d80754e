public import Diagnostics
public import LinuxIO

/// The `setup` executable that every installer starts with; it comes with the tool, prebuilt.
public enum SetupExecutable {
    /// The environment variable that names it where it lies neither beside the tool nor in its libexec.
    public static let variable = "AGENTPACK_SETUP"

    /// Finds it: beside the tool, then in the tool's libexec, then where the environment says.
    ///
    /// - Parameters:
    ///   - tool: The tool's own executable.
    ///   - environment: Looks up a variable.
    /// - Returns: The path.
    /// - Throws: `.requirement`, naming the places, when it is at none of them.
    public static func find(
        beside tool: String = "/proc/self/exe", environment: (String) -> String? = System.environment
    ) throws(Failure) -> String {
        let directory = PathText.parent(try resolvedPath(tool))
        var places = [
            PathText.join(directory, "setup"),
            PathText.join(PathText.parent(directory), "libexec/agentpack/setup"),
        ]
        if let named = environment(variable), !named.isEmpty { places.append(named) }
        if let found = places.first(where: { fileStatus($0)?.kind == .file }) { return found }
        let isNamed = places.count > 2
        throw Failure(
            .requirement, "there is no setup executable, which every installer starts with",
            cause: "looked for " + places.map(PathText.display).joined(separator: ", ")
                + (isNamed ? " (\(variable))" : "; \(variable) is not set"),
            hints: ["Set \(variable) to the setup executable that came with agentpack."])
    }
}
