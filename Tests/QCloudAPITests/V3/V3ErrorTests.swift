import QCloudAPI
import Testing

@Suite struct V3ErrorTests {
    @Test func writesTheDocumentedShape() {
        let text = String(decoding: V3Error(.backupNotExists).encoded(requestID: "ed93f3cb"), as: UTF8.self)
        #expect(
            text == #"{"Response":{"Error":{"Code":"InvalidParameterValue.BackupNotExists","#
                + #""Message":"The backup does not exist."},"RequestId":"ed93f3cb"}}"#
        )
    }

    @Test func survivesTheWire() {
        let error = V3Error(.signatureExpire, "a\"b\\c\n备")
        let read = #expect(throws: V3Error.self) {
            try V3Answer<V3TaskResponse>(decoding: error.encoded(requestID: "r"))
        }
        #expect(read == V3Error(.signatureExpire, "a\"b\\c\n备", requestID: "r"))
    }

    @Test(arguments: [
        #"{"Response":{"Error":{"Code":"X.Y","Message":null},"RequestId":""}}"#,
        #"{"Response":{"RequestId":null,"TaskId":1,"Error":{"Code":"X.Y"}},"more":1}"#,
    ])
    func readsErrorsFromAnyShape(text: String) {
        let error = #expect(throws: V3Error.self) { try V3Answer<V3TaskResponse>(decoding: text.utf8) }
        #expect(error == V3Error(V3ErrorCode(rawValue: "X.Y"), ""))
    }

    struct Meaning: Sendable, CustomTestStringConvertible {
        let code: String
        let kind: V3ErrorKind
        var testDescription: String { code }
    }

    @Test(arguments: [
        Meaning(code: "AuthFailure", kind: .authentication),
        Meaning(code: "AuthFailure.SignatureFailure", kind: .authentication),
        Meaning(code: "AuthFailure.SignatureExpire", kind: .clock),
        Meaning(code: "AuthFailure.SecretIdNotFound", kind: .authentication),
        Meaning(code: "UnauthorizedOperation.NoCAMAuthed", kind: .authentication),
        Meaning(code: "InvalidParameter.PermissionDenied", kind: .authentication),
        Meaning(code: "InvalidParameter.EmptyParam", kind: .usage),
        Meaning(code: "InvalidParameterValue.BackupNotExists", kind: .backupNotFound),
        Meaning(code: "MissingParameter", kind: .usage), Meaning(code: "UnknownParameter", kind: .usage),
        Meaning(code: "ResourceNotFound.InstanceNotExists", kind: .instanceNotFound),
        Meaning(code: "ResourceNotFound", kind: .notFound),
        Meaning(code: "ResourceUnavailable.BackupLockedError", kind: .busy),
        Meaning(code: "ResourceUnavailable.InstanceIsolated", kind: .busy),
        Meaning(code: "ResourceInUse.InstanceBeenLocked", kind: .busy),
        Meaning(code: "RequestLimitExceeded.UinLimitExceeded", kind: .rateLimited),
        Meaning(code: "LimitExceeded", kind: .quota), Meaning(code: "ResourceInsufficient", kind: .quota),
        Meaning(code: "InternalError.DbOperationFailed", kind: .serverFault),
        Meaning(code: "FailedOperation.SystemError", kind: .serverFault),
        Meaning(code: "FailedOperation.UnSupportError", kind: .unsupportedOperation),
        Meaning(code: "UnsupportedOperation.OnlyClusterInstanceCanExportBackup", kind: .unsupportedOperation),
        Meaning(code: "InvalidAction", kind: .unsupportedAction),
        Meaning(code: "NoSuchVersion", kind: .unsupportedAction),
        Meaning(code: "UnsupportedProtocol", kind: .unsupportedProtocol),
        Meaning(code: "DryRunOperation", kind: .dryRun),
        Meaning(code: "Brand.New", kind: .unknown), Meaning(code: "", kind: .unknown),
    ])
    func sortsCodes(meaning: Meaning) {
        #expect(V3ErrorCode(rawValue: meaning.code).kind == meaning.kind)
    }

    @Test(arguments: CRSErrorCode.allCases)
    func mapsEveryCodeOfAPI2(code: CRSErrorCode) {
        let mapped = V3ErrorCode(code)
        #expect(mapped.kind != .unknown)
        #expect(V3Error(mapped).message.hasSuffix("."))
    }

    @Test func mapsBusinessCodesOneToOne() {
        let business = CRSErrorCode.allCases.filter { $0.isBusiness }.map { V3ErrorCode($0) }
        #expect(Set(business).count == business.count)
        #expect(V3ErrorCode(.instanceNotExists) == .instanceNotExists)
        #expect(V3ErrorCode(.backupNotExists).kind == .backupNotFound)
    }

    @Test func knowsWhatTheVendorRepeats() {
        #expect(V3ErrorCode.requestLimitExceeded.isRetriedByVendor)
        #expect(V3ErrorCode(rawValue: "RequestLimitExceeded.UinLimitExceeded").isRetriedByVendor)
        #expect(!V3ErrorCode.internalError.isRetriedByVendor)
    }
}
