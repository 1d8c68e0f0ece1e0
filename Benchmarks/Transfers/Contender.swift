/// One way of downloading: a program and its arguments, as people use it.
struct Contender: Sendable {
    /// What the arguments are made from.
    struct Job {
        /// The address of one file.
        var link = ""
        /// Addresses, one a line.
        var list = ""
        /// The same addresses as a configuration of curl.
        var curlConfiguration = ""
        /// Where files go; empty when the program starts.
        let folder: String

        /// Where one file goes.
        var file: String { "\(folder)/object" }
    }

    let name: String
    let program: String
    /// Whether it is wherry, which verifies and makes durable by itself.
    var isOurs = false
    let arguments: @Sendable (Job) -> [String]
}

/// What a contender's run cost, and what has to be run after it for the same result as wherry's.
struct Sample {
    var raw = Cost()
    var sync = Cost()
    var sha256sum = Cost()
    var openssl = Cost()

    /// Durable, and verified by coreutils.
    var withCoreutils: Duration { raw.wall + sync.wall + sha256sum.wall }
    /// Durable, and verified by OpenSSL's faster code.
    var withOpenSSL: Duration { raw.wall + sync.wall + openssl.wall }
}

/// A contender's rounds.
struct Score {
    let contender: Contender
    var samples: [Sample] = []

    /// The median of something measured in each round, in seconds.
    func median(_ value: (Sample) -> Duration) -> Double {
        samples.map { value($0).seconds }.median ?? .nan
    }

    var wall: Double { median { $0.raw.wall } }

    /// How far the rounds lie apart, in percent of the median.
    var spread: Double {
        let walls = samples.map(\.raw.wall.seconds)
        return ((walls.max() ?? .nan) - (walls.min() ?? .nan)) / wall * 100
    }

    /// The largest peak of memory in bytes.
    var peak: Int { samples.map(\.raw.peak).max() ?? 0 }
}

extension Array where Element == Score {
    /// Wherry's, the first when there are several.
    var ours: Score? { first { $0.contender.isOurs } }

    /// The rivals' smallest value; NaN without any.
    func best(_ value: (Score) -> Double) -> Double {
        filter { !$0.contender.isOurs }.map(value).filter(\.isFinite).min() ?? .nan
    }
}
