// What a template asks of its data, read from its compiled form: the names that it prints or tests, and which of them it cannot be rendered
// without. Names inside a section are told as they stand there, and never as needed, because the section may be skipped.

/// A name that a template reads.
package struct TemplateVariable: Sendable, Hashable {
    /// The parts between the dots.
    package let path: [String]
    /// Printed outside every section: strict rendering fails without it.
    package let isRequired: Bool

    package init(path: [String], isRequired: Bool) {
        self.path = path
        self.isRequired = isRequired
    }
}

extension Template {
    /// Every name that this template and the partials it names read.
    package func variables(partials: [String: Template]) -> Set<TemplateVariable> {
        var found: Set<TemplateVariable> = []
        var visited: Set<String> = []
        collect(&found, &visited, partials, isInSection: false)
        return found
    }

    private func collect(
        _ found: inout Set<TemplateVariable>, _ visited: inout Set<String>, _ partials: [String: Template],
        isInSection: Bool
    ) {
        var sectionEnd = 0
        for (index, node) in nodes.enumerated() {
            let isInSection = isInSection || index < sectionEnd
            switch node.kind {
            case .literal: continue
            case .variable(let name, _):
                guard !name.path.isEmpty else { continue }
                found.insert(TemplateVariable(path: name.path, isRequired: !isInSection))
            case .section(let name, _, let end):
                sectionEnd = max(sectionEnd, end)
                guard !name.path.isEmpty else { continue }
                found.insert(TemplateVariable(path: name.path, isRequired: false))
            case .partial(let name, _):
                // Once as a part that is always there, once as one that may be skipped, and never round in a circle.
                guard visited.insert("\(isInSection) \(name)").inserted else { continue }
                partials[name]?.collect(&found, &visited, partials, isInSection: isInSection)
            }
        }
    }
}
