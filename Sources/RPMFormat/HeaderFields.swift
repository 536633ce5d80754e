/// Tags and values that are to become a header.
struct HeaderFields<Tag: RPMTagNumber>: Sendable {
    /// A tag with its value.
    struct Field: Sendable {
        /// The tag.
        var tag: Tag
        /// Its value.
        var value: RPMValue

        /// Makes a field.
        init(_ tag: Tag, _ value: RPMValue) {
            self.tag = tag
            self.value = value
        }
    }

    /// The tags in the order of the file; the region isn't among them.
    private(set) var fields: [Field]
    private var places: [Tag: Int]

    /// Makes a header.
    ///
    /// - Parameter fields: Each tag once, without the region.
    init(_ fields: [Field] = []) {
        self.fields = fields
        places = [:]
        for (index, field) in fields.enumerated() { places[field.tag] = index }
    }

    /// The value of a tag; nil where the header doesn't have it.
    subscript(tag: Tag) -> RPMValue? {
        get { places[tag].map { fields[$0].value } }
        set {
            if let newValue, let place = places[tag] {
                fields[place].value = newValue
            } else if let newValue {
                places[tag] = fields.count
                fields.append(Field(tag, newValue))
            } else if places[tag] != nil {
                self = HeaderFields(fields.filter { $0.tag != tag })
            }
        }
    }
}
