import QCloudAPI
import Testing
import WherryCore
import WherryPluginKit

@testable import TencentCloudSource

/// Each sort of code, mapped to the right class, with a message that names it, a remedy, and so an exit code.
@Suite
struct TencentCloudFailureTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var wire: String
        var code: String
        var failureClass: FailureClass
        var testDescription: String { wire }

        init(_ wire: String, _ code: String, _ failureClass: FailureClass) {
            (self.wire, self.code, self.failureClass) = (wire, code, failureClass)
        }
    }

    static let examples = [
        Example("AuthFailure", "tencentcloud.refused", .authentication),
        Example("AuthFailure.InvalidAuthorization", "tencentcloud.refused", .authentication),
        Example("AuthFailure.InvalidSecretId", "tencentcloud.refused", .authentication),
        Example("AuthFailure.MFAFailure", "tencentcloud.refused", .authentication),
        Example("AuthFailure.SecretIdNotFound", "tencentcloud.refused", .authentication),
        Example("AuthFailure.SignatureExpire", "tencentcloud.clock", .authentication),
        Example("AuthFailure.SignatureFailure", "tencentcloud.refused", .authentication),
        Example("AuthFailure.TokenFailure", "tencentcloud.refused", .authentication),
        Example("AuthFailure.UnauthorizedOperation", "tencentcloud.refused", .authentication),
        Example("UnauthorizedOperation", "tencentcloud.refused", .authentication),
        Example("UnauthorizedOperation.NoCAMAuthed", "tencentcloud.refused", .authentication),
        Example("InvalidParameter.PermissionDenied", "tencentcloud.refused", .authentication),
        Example("ResourceNotFound.InstanceNotExists", "instance.not-found", .notFound),
        Example("InvalidParameterValue.BackupNotExists", "backup.not-found", .notFound),
        Example("ResourceNotFound", "tencentcloud.not-found", .notFound),
        Example("ResourceNotFound.Other", "tencentcloud.not-found", .notFound),
        Example("ResourceUnavailable.BackupLockedError", "backup.busy", .transient),
        Example("ResourceUnavailable.BackupStatusAbnormal", "backup.busy", .transient),
        Example("ResourceUnavailable.BackupStatusInvalid", "backup.busy", .transient),
        Example("ResourceUnavailable.InstanceLockedError", "backup.busy", .transient),
        Example("ResourceUnavailable.InstanceStatusAbnormal", "backup.busy", .transient),
        Example("ResourceUnavailable.InstanceIsolated", "backup.busy", .transient),
        Example("ResourceInUse", "backup.busy", .transient),
        Example("RequestLimitExceeded", "tencentcloud.rate-limit", .transient),
        Example("RequestLimitExceeded.UinLimitExceeded", "tencentcloud.rate-limit", .transient),
        Example("RequestLimitExceeded.GlobalRegionUinLimitExceeded", "tencentcloud.rate-limit", .transient),
        Example("InternalError", "tencentcloud.server", .transient),
        Example("InternalError.DbOperationFailed", "tencentcloud.server", .transient),
        Example("FailedOperation", "tencentcloud.server", .transient),
        Example("FailedOperation.SystemError", "tencentcloud.server", .transient),
        Example("InvalidParameter", "tencentcloud.parameter", .usage),
        Example("InvalidParameter.Period", "tencentcloud.parameter", .usage),
        Example("InvalidParameterValue", "tencentcloud.parameter", .usage),
        Example("MissingParameter", "tencentcloud.parameter", .usage),
        Example("UnknownParameter", "tencentcloud.parameter", .usage),
        Example("LimitExceeded", "tencentcloud.quota", .exhausted),
        Example("ResourceInsufficient", "tencentcloud.quota", .exhausted),
        Example("UnsupportedOperation", "tencentcloud.unsupported", .unsupported),
        Example("UnsupportedOperation.OnlyClusterInstanceCanExportBackup", "tencentcloud.unsupported", .unsupported),
        Example("FailedOperation.UnSupportError", "tencentcloud.unsupported", .unsupported),
        Example("ResourceUnavailable.BackupSpecError", "tencentcloud.unsupported", .unsupported),
        Example("InvalidAction", "tencentcloud.action", .unsupported),
        Example("NoSuchVersion", "tencentcloud.action", .unsupported),
        Example("ActionOffline", "tencentcloud.action", .unsupported),
        Example("UnsupportedRegion", "tencentcloud.region", .configuration),
        Example("UnsupportedProtocol", "tencentcloud.protocol", .configuration),
        Example("DryRunOperation", "tencentcloud.unknown", .internal),
        Example("SomethingNew.OfTomorrow", "tencentcloud.unknown", .internal),
    ]

    @Test(arguments: examples)
    func codeHasItsClass(_ example: Example) async throws {
        let cloud = ScriptedCloud("DescribeBackupUrl", .error(example.wire, "It is Tuesday."))
        let failure = await #expect(throws: Failure.self) {
            _ = try await cloud.source().issueURLs(for: "b-1", of: "crs-1")
        }
        #expect(failure?.failureClass == example.failureClass)
        #expect(failure?.code == example.code)
        #expect(failure?.message.contains(example.wire) == true)
        #expect(failure?.message.contains("crs-1/b-1") == true)
        #expect(failure?.message.contains("It is Tuesday.") == true)
        #expect(failure?.message.contains(ScriptedCloud.requestID) == true)
        #expect(failure?.remedy?.isEmpty == false)
        #expect(cloud.apiCalls.map(\.code) == [example.wire])
    }

    @Test func everyKindIsExercised() {
        let kinds = Set(Self.examples.map { V3ErrorCode(rawValue: $0.wire).kind })
        #expect(kinds == Set(V3ErrorKind.allCases))
    }

    @Test(arguments: examples)
    func whatTheVendorRetriesTheEngineRetries(_ example: Example) async throws {
        let code = V3ErrorCode(rawValue: example.wire)
        if code.isRetriedByVendor { #expect(example.failureClass.isRetryable) }
        let limited = code.kind == .rateLimited
        let cloud = ScriptedCloud("DescribeInstances", .error(example.wire))
        let failure = await #expect(throws: Failure.self) { _ = try await cloud.source().check() }
        #expect(failure?.retryAfter == (limited ? .seconds(1) : nil))
    }
}
