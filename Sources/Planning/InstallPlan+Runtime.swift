public import Diagnostics
public import Digests
import Product
public import SetupPlan

extension InstallPlan {
    /// The plan that an installer or a config tool carries.
    ///
    /// - Parameters:
    ///   - generator: The tool and its version, as `agentpack 0.1.0`.
    ///   - layout: How the plan's content was cut into blocks.
    ///   - blocks: The compressed blocks' records, in the layout's order.
    ///   - frame: SHA-256 of the payload's xz frame.
    /// - Returns: The runtime's plan.
    /// - Throws: `.failed` when layout and blocks don't belong to this plan.
    public func runtimePlan(
        generator: String, layout: BlockLayout, blocks: [Block], frame: SHA256Digest
    ) throws(Failure) -> Plan {
        guard blocks.count == layout.blocks.count else {
            throw Failure(.failed, "\(layout.blocks.count) blocks were planned and \(blocks.count) were written")
        }
        for (index, pair) in zip(blocks, layout.blocks).enumerated() where pair.0.contentSize != pair.1.size {
            throw Failure(
                .failed, "block \(index) holds \(pair.0.contentSize) bytes instead of the \(pair.1.size) planned")
        }
        var records: [Entry] = []
        records.reserveCapacity(entries.count)
        for entry in entries {
            records.append(
                Entry(
                    path: entry.path, content: try content(of: entry, in: layout), mode: entry.mode,
                    owner: entry.owner, group: entry.group))
        }
        return Plan(
            generator: generator, product: product, paths: paths, configTool: configTool, license: license,
            entries: records, blocks: blocks, frame: frame, agent: agent, service: service,
            requirements: requirements, settings: settings, groups: groups, configuration: configuration)
    }

    /// The plan that the runtime of a native package carries: that package's paths, without blocks.
    ///
    /// - Parameters:
    ///   - generator: The tool and its version, as `agentpack 0.1.0`.
    ///   - package: The name of the package.
    ///   - format: What the package is.
    /// - Returns: The runtime's plan.
    public func runtimePlan(generator: String, package: String, format: PackageFormat) -> Plan {
        let records = entries(of: package).map { entry in
            let content: Entry.Content =
                switch entry.content {
                case .directory: .directory
                case .link(let target): .link(target: target)
                case .file(let file): .file(size: file.size, digest: file.digest, block: 0, offset: 0)
                }
            var record = Entry(
                path: entry.path, content: content, mode: entry.mode, owner: entry.owner, group: entry.group)
            if case .file = content { record.isConfiguration = entry.role.isConfiguration }
            return record
        }
        var plan = Plan(
            generator: generator, product: product, paths: paths, configTool: configTool, license: license,
            entries: records, agent: agent, service: service, requirements: requirements, settings: settings,
            groups: groups, configuration: configuration)
        plan.format = format
        plan.package = package
        return plan
    }

    private func content(of entry: PlannedEntry, in layout: BlockLayout) throws(Failure) -> Entry.Content {
        switch entry.content {
        case .directory: return .directory
        case .link(let target): return .link(target: target)
        case .file(let file):
            guard let place = layout.placement(of: file) else {
                throw Failure(.failed, "the block layout doesn't hold \(entry.path)")
            }
            return .file(size: file.size, digest: file.digest, block: place.block, offset: place.offset)
        }
    }
}
