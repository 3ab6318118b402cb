// The typed values: for each type one method that requires the member and one that answers nil without it.
// A value of another type is never converted: "1" is not 1, and 1.0 is not an integer.

extension JSONObjectReader {
    /// The member's string.
    package func string(_ name: String) throws(JSONProblems) -> String {
        guard let string = try optionalString(name) else { throw missing(name, "a string") }
        return string
    }

    /// The member's string; nil when it is absent.
    package func optionalString(_ name: String) throws(JSONProblems) -> String? {
        guard let value = present(name) else { return nil }
        guard case .string(let string) = value else { throw wrongType(name, "a string") }
        return string
    }

    /// The member's truth value.
    package func bool(_ name: String) throws(JSONProblems) -> Bool {
        guard let flag = try optionalBool(name) else { throw missing(name, "true or false") }
        return flag
    }

    /// The member's truth value; nil when it is absent.
    package func optionalBool(_ name: String) throws(JSONProblems) -> Bool? {
        guard let value = present(name) else { return nil }
        guard case .bool(let flag) = value else { throw wrongType(name, "true or false") }
        return flag
    }

    /// The member's integer, which lies in `range`.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(JSONProblems) -> Int {
        guard let integer = try optionalInteger(name, in: range) else { throw missing(name, "an integer") }
        return integer
    }

    /// The member's integer, which lies in `range`; nil when it is absent.
    package func optionalInteger(_ name: String, in range: ClosedRange<Int>) throws(JSONProblems) -> Int? {
        guard let value = present(name) else { return nil }
        guard case .number(let digits) = value, let integer = Int(digits) else {
            throw wrongType(name, "an integer")
        }
        guard range.contains(integer) else {
            throw problem(name, detail: "must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// A reader of the member's object; `finish` of this reader covers it.
    package func object(_ name: String) throws(JSONProblems) -> JSONObjectReader {
        guard let object = try optionalObject(name) else { throw missing(name, "an object") }
        return object
    }

    /// A reader of the member's object; nil when it is absent.
    package func optionalObject(_ name: String) throws(JSONProblems) -> JSONObjectReader? {
        guard let value = present(name) else { return nil }
        return try open(value, at: pointer(to: name))
    }

    /// Readers of the objects in the member's array; `finish` of this reader covers them.
    package func objects(_ name: String) throws(JSONProblems) -> [JSONObjectReader] {
        guard let objects = try optionalObjects(name) else { throw missing(name, "an array of objects") }
        return objects
    }

    /// Readers of the objects in the member's array; nil when it is absent.
    package func optionalObjects(_ name: String) throws(JSONProblems) -> [JSONObjectReader]? {
        guard let elements = try optionalArray(name) else { return nil }
        var objects: [JSONObjectReader] = []
        for element in elements { objects.append(try open(element.value, at: element.pointer)) }
        return objects
    }

    /// The member's elements, each with its pointer.
    package func array(_ name: String) throws(JSONProblems) -> [(value: JSONValue, pointer: String)] {
        guard let elements = try optionalArray(name) else { throw missing(name, "an array") }
        return elements
    }

    /// The member's elements, each with its pointer; nil when it is absent.
    package func optionalArray(
        _ name: String
    ) throws(JSONProblems) -> [(value: JSONValue, pointer: String)]? {
        guard let value = present(name) else { return nil }
        guard case .array(let elements) = value else { throw wrongType(name, "an array") }
        let pointer = pointer(to: name)
        return elements.enumerated().map { (value: $1, pointer: "\(pointer)/\($0)") }
    }

    /// The member's strings.
    package func strings(_ name: String) throws(JSONProblems) -> [String] {
        guard let strings = try optionalStrings(name) else { throw missing(name, "an array of strings") }
        return strings
    }

    /// The member's strings; nil when it is absent.
    package func optionalStrings(_ name: String) throws(JSONProblems) -> [String]? {
        guard let elements = try optionalArray(name) else { return nil }
        var strings: [String] = []
        for element in elements {
            guard case .string(let string) = element.value else {
                let problem = JSONProblem(
                    pointer: element.pointer, code: "wrong-type", detail: "must be a string")
                throw JSONProblems([problem])
            }
            strings.append(string)
        }
        return strings
    }

    /// The value, unless it is absent or `null`.
    private func present(_ name: String) -> JSONValue? {
        guard let value = value(name), value != .null else { return nil }
        return value
    }

    private func wrongType(_ name: String, _ expectation: String) -> JSONProblems {
        problem(name, code: "wrong-type", detail: "must be \(expectation)")
    }
}
