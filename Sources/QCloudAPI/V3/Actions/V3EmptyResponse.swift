/// The answer of an action that has nothing to tell but success.
public struct V3EmptyResponse: V3ActionResponse {
    /// Makes an answer to send.
    public init() {}

    /// Reads an answer, whatever members it has.
    public init(from decoder: any Decoder) {}

    /// The members to send: none.
    public var members: V3Object { [:] }
}
