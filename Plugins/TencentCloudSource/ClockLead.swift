import WherryCore
import WherryPluginKit

/// How far this machine's clock and the provider's are apart.
enum ClockLead {
    /// From here on somebody should look: a fifth of what the provider allows.
    private static let notable = Duration.seconds(60)

    /// What a check says of it.
    static func finding(_ lead: Duration) -> Finding {
        guard lead >= notable || lead <= .zero - notable else {
            return Finding(.ok, "This machine's clock agrees with the provider's.")
        }
        return Finding(
            .warning,
            "This machine's clock is \(words(lead)).",
            remedy: "Set it; when it is off by five minutes, the provider refuses every request."
        )
    }

    /// `320 s behind` for a provider's clock that is ahead by so much.
    static func words(_ lead: Duration) -> String {
        let seconds = lead.components.seconds
        return seconds == 0 ? "right" : "\(seconds.magnitude) s \(seconds > 0 ? "behind" : "ahead")"
    }
}
