package import WherryCore

/// What the owner of one key may do.
package struct CallerRights: Sendable, Hashable {
    /// Which actions.
    package var actions: [Glob]
    /// Of which instances.
    package var instances: [Glob]
    /// Over which networks it may download.
    package var networks: Set<Network>

    /// Rights to what all three allow.
    package init(actions: [Glob], instances: [Glob], networks: Set<Network>) {
        self.actions = actions
        self.instances = instances
        self.networks = networks
    }

    /// The right to everything.
    package static let all = CallerRights(actions: [Glob("*")], instances: [Glob("*")], networks: Set(Network.allCases))

    /// Whether an action may be called.
    func allow(action: String) -> Bool { actions.contains { $0.matches(action) } }

    /// Whether an instance may be seen.
    func allow(instance: Instance.ID) -> Bool { instances.contains { $0.matches(instance.rawValue) } }
}
