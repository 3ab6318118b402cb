// Seeded runs of accept and deliver with a crash at any step (reliability.md, G6 and P10). A few hundred fixed seeds in `make test`,
// `make sim SEEDS=n` for more; a failing one prints its seed and all that happened, and `make sim SEED=n` runs it again.

import Foundation
import Runtime
import Support
import Testing

@Suite("Simulation")
struct SimulationTests {
    private static let seeds: ClosedRange<UInt64> = {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["SEED"].flatMap(UInt64.init) { return seed...seed }
        return 1...(environment["SEEDS"].flatMap(UInt64.init) ?? 200)
    }()

    @Test func keepsThePromisesInEverySeed() throws {
        var counts: [Occurrence: Int] = [:]
        for seed in Self.seeds {
            let simulation = try Simulation(seed: seed)
            do {
                try simulation.run()
            } catch {
                Issue.record(
                    "seed \(seed): \(error)\n\(simulation.trace.joined(separator: "\n"))\nagain: make sim SEED=\(seed)"
                )
                return
            }
            counts.merge(simulation.counts, uniquingKeysWith: +)
        }
        let report = Occurrence.allCases.map { "\(counts[$0, default: 0]) \($0.rawValue)" }
        print("simulation: \(Self.seeds.count) seeds; \(report.joined(separator: ", "))")
        if Self.seeds.count >= 200 {
            for occurrence in Occurrence.allCases {
                #expect(counts[occurrence, default: 0] > 0, "\(occurrence.rawValue) never occurred")
            }
        }
    }

    @Test func replaysASeedBitForBit() throws {
        let runs = try (0..<2).map { _ in
            let simulation = try Simulation(seed: 7)
            try simulation.run()
            return simulation.trace
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0].count > 20)
    }
}
