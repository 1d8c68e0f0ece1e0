/// The parameters of one action, as a value.
public protocol CRSActionRequest: Sendable, Equatable {
    /// The action's name on the wire.
    static var action: String { get }

    /// Reads the action's parameters; others, such as the common ones, are ignored.
    ///
    /// - Throws: ``CRSError`` 11201 InvalidParameter, whose message names the parameter at fault.
    init(parameters: FormParameters) throws(CRSError)

    /// The action's own parameters, without the common ones.
    var parameters: FormParameters { get }
}
