/// What a server demands of a signed call beyond the right signature.
public struct V3AuthenticationPolicy: Sendable, Equatable {
    /// The product in the credential scope.
    public var service: String
    /// The version of the API.
    public var version: String
    /// Seconds a timestamp may differ from the server's time, both ways, inclusive.
    public var windowSeconds: Int64
    /// Tells whether a TC3 signature may leave the body out (`X-TC-Content-SHA256: UNSIGNED-PAYLOAD`).
    ///
    /// The vendor takes such calls. Over plain http anybody on the way could then change the parameters.
    public var allowsUnsignedPayload: Bool

    /// Makes a policy; the defaults are the vendor's.
    public init(
        service: String = V3Wire.service,
        version: String = V3Wire.version,
        windowSeconds: Int64 = V3Wire.windowSeconds,
        allowsUnsignedPayload: Bool = true
    ) {
        self.service = service
        self.version = version
        self.windowSeconds = max(0, windowSeconds)
        self.allowsUnsignedPayload = allowsUnsignedPayload
    }
}
