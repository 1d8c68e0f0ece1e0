extension V3Signer {
    func tc3Message(_ action: String, _ parameters: V3Object, _ timestamp: Int64) -> V3Message {
        let query = verb == .get ? parameters.flattened().encoded() : ""
        let body = verb == .get ? [] : parameters.json()
        let type = verb == .get ? V3Wire.formContentType : V3Wire.jsonContentType
        var signed = [V3Message.Header(name: "content-type", value: type), .init(name: "host", value: host)]
        if signsAction { signed.append(.init(name: "x-tc-action", value: V3Text.lowercased(action))) }
        let scope = TC3Scope(timestamp: timestamp, service: service)
        let text = TC3Signature.stringToSign(
            timestamp: timestamp,
            scope: scope,
            canonicalRequest: TC3Signature.canonicalRequest(
                verb: verb,
                path: V3Wire.path,
                query: query,
                headers: signed,
                payload: body
            )
        )
        let authorization = TC3Authorization(
            secretID: credentials.secretId,
            scope: scope,
            signedHeaders: signed.map(\.name),
            signature: TC3Signature.sign(text, scope: scope, secretKey: credentials.secretKey)
        )
        var headers: [V3Message.Header] = []
        func add(_ name: String, _ value: String?) {
            if let value { headers.append(.init(name: name, value: value)) }
        }
        add("Host", host)
        add("Content-Type", type)
        add("Authorization", authorization.header)
        add("X-TC-Action", action)
        add("X-TC-Version", version)
        add("X-TC-Timestamp", String(timestamp))
        add("X-TC-Region", region)
        add("X-TC-Token", credentials.token)
        add("X-TC-Language", language)
        return V3Message(verb: verb, query: query, headers: headers, body: body)
    }

    func formMessage(
        _ action: String,
        _ parameters: V3Object,
        _ timestamp: Int64,
        _ nonce: UInt64,
        _ method: CRSSignature.Method
    ) -> V3Message {
        var form = FormParameters()
        form.append("Action", action)
        form.append("Version", version)
        form.append("Region", region)
        form.append("Timestamp", timestamp)
        form.append("Nonce", nonce)
        form.append("SecretId", credentials.secretId)
        form.append("SignatureMethod", method.wireName)
        form.append("Token", credentials.token)
        form.append("Language", language)
        for field in parameters.flattened().fields where !V3Call.commonNames.contains(field.name) {
            form.append(field.name, field.value)
        }
        let signature = V3FormSignature.sign(
            verb: verb,
            host: host,
            parameters: form,
            secretKey: credentials.secretKey,
            method: method
        )
        form.append("Signature", signature)
        let host = V3Message.Header(name: "Host", value: host)
        switch verb {
        case .get:
            return V3Message(verb: .get, query: form.encoded(), headers: [host])
        case .post:
            let type = V3Message.Header(name: "Content-Type", value: V3Wire.formContentType)
            return V3Message(verb: .post, headers: [host, type], body: Array(form.encoded().utf8))
        }
    }
}
