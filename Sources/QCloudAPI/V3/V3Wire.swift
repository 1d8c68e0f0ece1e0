/// The constants of API 3.0 for Redis.
public enum V3Wire {
    /// The path of every call.
    public static let path = "/"
    /// The product's name in hosts and credential scopes.
    public static let service = "redis"
    /// The only version of the Redis product.
    public static let version = "2018-04-12"
    /// The vendor's host; `redis.<region>.tencentcloudapi.com` exists too (vendor page 239/32075).
    public static let vendorHost = "redis.tencentcloudapi.com"
    /// The `Content-Type` of every answer, to be sent exactly so.
    ///
    /// With `; charset=utf-8` the vendor's Python SDK 3.1 takes errors for empty successes.
    public static let answerContentType = "application/json"
    /// The `Content-Type` of JSON requests.
    public static let jsonContentType = "application/json"
    /// The `Content-Type` of GET requests under TC3 and of form bodies.
    public static let formContentType = "application/x-www-form-urlencoded"
    /// The longest query of a GET, in bytes.
    public static let longestQuery = 32 * 1024
    /// The longest body under TC3, in bytes; the limit with HmacSHA1 and HmacSHA256 is not known to us.
    public static let longestBody = 10 * 1024 * 1024
    /// Seconds a timestamp may differ from the server's time (vendor page 239/32050).
    public static let windowSeconds: Int64 = 300
    /// How long a download address is valid, in seconds.
    public static let addressLifetimeSeconds: Int64 = 6 * 3600
}
