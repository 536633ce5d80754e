/// The version of agentpack, the same for the tool and for every `setup` that comes with it.
public enum ToolVersion {
    /// The version of this source tree.
    public static let current = "0.1.0"
    /// The tool with its version, as plans record it: `agentpack 0.1.0`.
    public static let generator = "agentpack \(current)"
}
