package import WherryPluginKit

/// Holds every request of a source to its budget.
package struct PacedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let budget: RequestBudget

    /// `base`, slowed down to `budget`.
    package init(_ base: any HTTPTransport, budget: RequestBudget) {
        self.base = base
        self.budget = budget
    }

    /// Waits for a place in the budget, then sends.
    package func send(_ request: HTTPExchangeRequest) async throws -> HTTPExchangeResponse {
        try await budget.admit()
        return try await base.send(request)
    }
}
