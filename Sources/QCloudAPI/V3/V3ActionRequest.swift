/// The parameters of one API 3.0 action, as a value.
public protocol V3ActionRequest: Sendable, Equatable {
    /// What the action answers.
    associatedtype Response: V3ActionResponse

    /// The action's name on the wire.
    static var action: String { get }

    /// How many calls per second the vendor takes from one account, by the newest list that we have seen.
    static var requestsPerSecond: Int { get }

    /// Reads the action's parameters strictly.
    ///
    /// - Throws: ``V3Error`` MissingParameter, UnknownParameter, InvalidParameter (wrong type), InvalidParameterValue
    ///   (out of range) or one of the product's finer codes; its message names the parameter.
    init(parameters: V3Object) throws(V3Error)

    /// The parameters to send, without the common ones.
    var parameters: V3Object { get }
}
