import CRSSource
import CommandSink
import DepotSource
import ExternalPlugin
import LocalDiskSink
import RcloneSink
import ResticSink
import S3Sink
import ScriptSink
import TencentCloudSource
public import WherryPluginKit

/// The plugins that come with wherry.
///
/// Adding one is a line here, a target in Package.swift and its folder.
public enum Builtins {
    /// All of them.
    ///
    /// - Throws: ``Failure`` of class `internal` when two have the same id.
    public static func registry() throws -> PluginRegistry {
        try PluginRegistry(
            sources: [
                CRSSourcePlugin.self, TencentCloudSourcePlugin.self, DepotSourcePlugin.self, ExternalSourcePlugin.self,
            ],
            sinks: [
                LocalDiskSinkPlugin.self, S3SinkPlugin.self, ScriptSinkPlugin.self, CommandSinkPlugin.self,
                RcloneSinkPlugin.self, ResticSinkPlugin.self, ExternalSinkPlugin.self,
            ]
        )
    }
}
