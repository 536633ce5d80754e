import DefinitionFiles

/// The reference of every key, made from the tables that the decoder uses.
public enum ManifestReference {
    /// The keys of every mapping as Markdown, the manifest's first.
    public static var markdown: String { ManifestTables.vocabulary.markdown }
}
