// One change to a document at a JSON pointer, so that a table of wrong values needs one right document.

import JSON

extension JSONValue {
    /// This document with the value at `pointer` set, added, or, with nil, removed.
    package func setting(_ pointer: String, to value: JSONValue?) -> JSONValue {
        setting(pointer.split(separator: "/")[...], to: value) ?? .null
    }

    private func setting(_ path: ArraySlice<Substring>, to value: JSONValue?) -> JSONValue? {
        guard let name = path.first else { return value }
        switch self {
        case .array(var elements):
            let index = Int(name) ?? elements.count
            let old = index < elements.count ? elements[index] : .object([])
            let new = old.setting(path.dropFirst(), to: value)
            if index < elements.count { elements.remove(at: index) }
            if let new { elements.insert(new, at: min(index, elements.count)) }
            return .array(elements)
        case .object(var members):
            let index = members.firstIndex { $0.name == name }
            let old = index.map { members[$0].value } ?? .object([])
            let new = old.setting(path.dropFirst(), to: value)
            if let index, let new {
                members[index].value = new
            } else if let index {
                members.remove(at: index)
            } else if let new {
                members.append(JSONMember(name: String(name), value: new))
            }
            return .object(members)
        default:
            preconditionFailure("\(name) is not inside an object or an array")
        }
    }
}
