import Crypto

extension V3Call {
    /// Checks timestamp, signature, session token and version, in this order.
    ///
    /// TC3 has no nonce, and two equal calls within one second have equal signatures, so replays inside the window
    /// cannot be told from repetitions and pass. Calls with a form signature have one: give it to ``CRSFreshness``
    /// afterwards and answer ``V3ErrorCode/signatureExpire`` for a repeated one (inferred).
    ///
    /// - Parameters:
    ///   - secretKey: the secret half of the key pair whose id is ``secretID``. For an unknown id throw
    ///     ``V3ErrorCode/secretIDNotFound`` instead of calling this.
    ///   - token: the session token that belongs to the key pair; nil for permanent keys.
    ///   - now: the server's time, in Unix seconds.
    /// - Throws: ``V3Error`` AuthFailure.SignatureExpire, AuthFailure.SignatureFailure,
    ///   AuthFailure.InvalidAuthorization, AuthFailure.TokenFailure or NoSuchVersion.
    public func authenticate(
        secretKey: String,
        token expectedToken: String? = nil,
        now: Int64,
        policy: V3AuthenticationPolicy = V3AuthenticationPolicy()
    ) throws(V3Error) {
        let (difference, overflowed) = now.subtractingReportingOverflow(timestamp)
        guard !overflowed, difference.magnitude <= policy.windowSeconds.magnitude else {
            throw V3Error(
                .signatureExpire,
                "The timestamp differs from the server's time by more than \(policy.windowSeconds) s."
            )
        }
        switch scheme {
        case .tc3(let authorization):
            try verify(authorization, secretKey: secretKey, policy: policy)
        case .form(let method, let signature, _):
            guard let host = message.single("Host"), let form,
                V3FormSignature.verify(
                    signature,
                    verb: message.verb,
                    host: host,
                    path: message.path,
                    parameters: form,
                    secretKey: secretKey,
                    method: method
                )
            else { throw V3Error(.signatureFailure) }
        }
        guard Self.equal(token, expectedToken) else { throw V3Error(.tokenFailure) }
        guard version == policy.version else {
            throw V3Error(.noSuchVersion, "The product has the version \(policy.version) only.")
        }
    }

    // MARK: - TC3

    private func verify(
        _ authorization: TC3Authorization,
        secretKey: String,
        policy: V3AuthenticationPolicy
    ) throws(V3Error) {
        // That these two are signature failures, and not errors of the header, is inferred.
        guard authorization.scope.date == TC3Scope(timestamp: timestamp).date else {
            throw V3Error(.signatureFailure, "The date in Credential is not the UTC date of X-TC-Timestamp.")
        }
        guard authorization.scope.service == policy.service else {
            throw V3Error(.signatureFailure, "Credential is for another product than \(policy.service).")
        }
        var headers: [V3Message.Header] = []
        for name in authorization.signedHeaders {
            let values = message.values(of: name)
            guard values.count == 1 else {
                throw V3Error(.invalidAuthorization, "A signed header is missing or occurs more than once.")
            }
            headers.append(V3Message.Header(name: name, value: values[0]))
        }
        let texts = Self.spellings(of: headers).map { headers in
            TC3Signature.stringToSign(
                timestamp: timestamp,
                scope: authorization.scope,
                canonicalRequest: TC3Signature.canonicalRequest(
                    verb: message.verb,
                    path: message.path,
                    // With POST nothing of the query is read, and nothing of it is signed.
                    query: message.verb == .get ? message.query : "",
                    headers: headers,
                    payload: payload(policy)
                )
            )
        }
        guard
            TC3Signature.verify(
                authorization.signature,
                stringsToSign: texts,
                scope: authorization.scope,
                secretKey: secretKey
            )
        else { throw V3Error(.signatureFailure) }
    }

    /// The bytes whose hash is signed; with GET there is no body.
    private func payload(_ policy: V3AuthenticationPolicy) -> [UInt8] {
        let claim = message.single("X-TC-Content-SHA256")
        if claim == TC3Signature.unsignedPayload, policy.allowsUnsignedPayload {
            return Array(TC3Signature.unsignedPayload.utf8)
        }
        return message.verb == .get ? [] : message.body
    }

    /// The ways in which known signers spell header values: as they are (SDKs), in lower case (signature v3 page), and
    /// with the action alone in lower case (the page's sample code).
    private static func spellings(of headers: [V3Message.Header]) -> [[V3Message.Header]] {
        func lowered(_ header: V3Message.Header) -> V3Message.Header {
            V3Message.Header(name: header.name, value: V3Text.lowercased(header.value))
        }
        let all = [
            headers, headers.map(lowered), headers.map { $0.name == "x-tc-action" ? lowered($0) : $0 },
        ]
        return all.reduce(into: []) { kept, next in
            if !kept.contains(next) { kept.append(next) }
        }
    }

    // MARK: - Token

    /// Compares two tokens by their hashes, so that the time taken tells nothing of the contents.
    private static func equal(_ left: String?, _ right: String?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        let key = SymmetricKey(size: .bits256)
        let code = HMAC<SHA256>.authenticationCode(for: Array(left.utf8), using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(right.utf8), using: key)
    }
}
