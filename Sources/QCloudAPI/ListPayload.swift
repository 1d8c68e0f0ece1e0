/// A list inside `data`, which is documented as an array but is an object in the sample (page 260/1384).
///
/// Read are `{"<name>": […]}`, `[{"<name>": […]}, …]` and the bare `[item, …]`; a missing or null
/// `data` is an empty list. `totalCount` is taken from the top level, else from inside `data`.
struct ListPayload<Item: Decodable>: EnvelopePayload {
    let totalCount: Int?
    let items: [Item]

    init(envelope: KeyedDecodingContainer<EnvelopeKey>) throws {
        let outer = try envelope.integer(.totalCount)
        guard envelope.contains(.data), try !envelope.decodeNil(forKey: .data) else {
            (totalCount, items) = (outer, [])
            return
        }
        let data = try envelope.decode(DataMember.self, forKey: .data)
        (totalCount, items) = (outer ?? data.totalCount, data.items)
    }

    private struct DataMember: Decodable {
        var totalCount: Int?
        var items: [Item] = []

        init(from decoder: any Decoder) throws {
            // A failure here says only that the value is not an array.
            if var elements = try? decoder.unkeyedContainer() {
                while !elements.isAtEnd {
                    let element = try elements.decode(Element.self)
                    totalCount = totalCount ?? element.totalCount
                    items += element.items
                }
            } else {
                let fields = try decoder.container(keyedBy: DataKey.self)
                totalCount = try fields.integer(.totalCount)
                items = try Self.list(fields) ?? []
            }
        }

        static func list(_ fields: KeyedDecodingContainer<DataKey>) throws -> [Item]? {
            for key in [DataKey.redisSet, .redisBackupSet, .redisTaskSet] where fields.contains(key) {
                return try fields.decodeNil(forKey: key) ? [] : try fields.decode([Item].self, forKey: key)
            }
            return nil
        }
    }

    private struct Element: Decodable {
        let totalCount: Int?
        let items: [Item]

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: DataKey.self)
            totalCount = try fields.integer(.totalCount)
            items = try DataMember.list(fields) ?? [Item(from: decoder)]
        }
    }

    private enum DataKey: String, CodingKey {
        case totalCount, redisSet, redisBackupSet, redisTaskSet
    }
}
