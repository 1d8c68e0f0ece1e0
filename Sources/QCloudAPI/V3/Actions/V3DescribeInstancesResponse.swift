/// The answer of `DescribeInstances` (vendor page 239/20018).
///
/// ```json
/// {"Response":{"TotalCount":1,"InstanceSet":[{"InstanceId":"crs-5a4py64p","InstanceName":"shop","Status":2}],
///  "RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}
/// ```
public struct V3DescribeInstancesResponse: V3ActionResponse {
    /// The number of instances that match, over all pages; nil when not told.
    public let totalCount: Int?
    /// The instances of this page.
    public let instances: [V3Instance]

    /// Makes an answer to send.
    public init(totalCount: Int?, instances: [V3Instance]) {
        self.totalCount = totalCount
        self.instances = instances
    }

    private enum Key: String, CodingKey {
        case totalCount = "TotalCount"
        case instances = "InstanceSet"
    }

    /// Reads an answer.
    ///
    /// - Throws: `DecodingError` when an instance has no id or a number is not one.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            totalCount: try fields.integer(.totalCount),
            instances: try fields.list(V3Instance.self, .instances)
        )
    }

    /// The members to send.
    public var members: V3Object {
        var object = V3Object()
        object.append("TotalCount", totalCount)
        object.append("InstanceSet", list: instances.map(\.members))
        return object
    }
}
