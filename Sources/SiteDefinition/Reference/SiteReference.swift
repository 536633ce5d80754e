import DefinitionFiles
public import JSON

/// The reference of every key of a site's definition, made from the tables that the decoder uses.
public enum SiteReference {
    /// The keys of every mapping as Markdown, the file's first.
    public static var markdown: String { SiteTables.vocabulary.markdown }

    /// The JSON Schema, draft 2020-12.
    public static var schema: JSONValue { SiteTables.vocabulary.schema(title: "agentpack site definition") }
}
