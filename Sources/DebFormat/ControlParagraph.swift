/// The fields of a control file, deb-control(5): names that differ by more than case, in their order.
public struct ControlParagraph: Sendable, Equatable {
    /// One field.
    public struct Field: Sendable, Equatable {
        /// The name.
        public var name: String
        /// The value; further lines are joined by newlines, without their leading space, and an empty one is written as
        /// ` .`.
        public var value: String

        /// Makes a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The fields in their order.
    public private(set) var fields: [Field] = []

    /// Makes a paragraph without fields.
    public init() {}

    /// Makes a paragraph of fields whose names were compared.
    init(fields: [Field]) { self.fields = fields }

    /// The value of a field, whatever the case of its name; setting nil removes it, setting a new one appends it.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
        set {
            let position = fields.firstIndex { $0.name.lowercased() == name.lowercased() }
            switch (position, newValue) {
            case (let position?, let value?): fields[position].value = value
            case (let position?, nil): fields.remove(at: position)
            case (nil, let value?): fields.append(Field(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}
