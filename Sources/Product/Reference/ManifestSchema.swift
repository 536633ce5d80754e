import DefinitionFiles
public import JSON

/// The manifest's JSON Schema, made from the tables that the decoder uses.
public enum ManifestSchema {
    /// The schema, JSON Schema draft 2020-12.
    ///
    /// Numbers and booleans are allowed where a manifest's text may look like one: YAML readers turn `2.10` into a
    /// number before a schema sees it, agentpack does not.
    public static var json: JSONValue { ManifestTables.vocabulary.schema(title: "agentpack manifest") }
}
