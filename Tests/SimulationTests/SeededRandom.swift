// All the chance of one run: every draw comes from the seed, in order, so that a seed is a run and can be made again.

import Support

struct SeededRandom {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(state: seed) }

    mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

    /// Uniform in 0..<1.
    mutating func fraction() -> Double { Double.random(in: 0..<1, using: &generator) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[number(0...values.count - 1)] }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(number(0...255)) } }
}
