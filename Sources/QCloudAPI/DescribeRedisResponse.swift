/// The answer of `DescribeRedis` (vendor page 260/1384).
///
/// ```json
/// {"code":0,"message":"","codeDesc":"Success","totalCount":1,
///  "data":{"redisSet":[{"redisName":"shop","redisId":"crs-c7xq4kqu","status":2}]}}
/// ```
public struct DescribeRedisResponse: Sendable, Equatable {
    /// The number of instances that match, over all pages; nil when not told.
    public let totalCount: Int?
    /// The instances of this page.
    public let instances: [CRSInstance]

    /// Makes an answer to send.
    public init(totalCount: Int?, instances: [CRSInstance]) {
        self.totalCount = totalCount
        self.instances = instances
    }

    /// Reads an answer; numbers may be texts and `data` may be an array or an object.
    ///
    /// - Throws: ``CRSError`` when the answer is one, ``CRSMalformedAnswer`` when it is not of this form.
    public init(decoding bytes: some Collection<UInt8>) throws {
        let payload = try Envelope<ListPayload<CRSInstance>>.payload(of: bytes)
        self.init(totalCount: payload.totalCount, instances: payload.items)
    }

    /// The JSON for a server to send.
    public func encoded() -> [UInt8] {
        Envelope.encoded { json in
            json.member("totalCount", totalCount)
            json.object("data") { json in
                json.array("redisSet", instances) { json, instance in instance.write(to: &json) }
            }
        }
    }
}
