// `retry` of `relais.json`: how a channel is tried again, and the classes of purposes that are tried otherwise. What a class does not
// say is as the channel has it.

import Delivery
import Domain
import JSON

extension ConfigurationReader {
    func retry(_ reader: JSONObjectReader) throws(JSONProblems) -> RetryPlan {
        guard let retry = try reader.optionalObject("retry") else { return RetryPlan() }
        return RetryPlan(
            email: try table(retry.optionalObject("email"), insteadOf: .email),
            sms: try table(retry.optionalObject("sms"), insteadOf: .sms))
    }

    private func table(
        _ reader: JSONObjectReader?, insteadOf standard: RetryTable
    ) throws(JSONProblems) -> RetryTable {
        guard let reader else { return standard }
        var table = standard
        table.standard = try policy(reader, insteadOf: table.standard)
        guard let classes = try reader.optionalObject("classes") else { return table }
        for purposeClass in PurposeClass.allCases {
            guard let own = try classes.optionalObject(purposeClass.rawValue) else { continue }
            table.classes[purposeClass] = try policy(own, insteadOf: table.standard)
        }
        return table
    }

    private func policy(
        _ reader: JSONObjectReader, insteadOf standard: RetryPolicy
    ) throws(JSONProblems) -> RetryPolicy {
        var policy = standard
        if let gaps = try reader.optionalStrings("schedule") {
            guard !gaps.isEmpty else {
                throw reader.problem("schedule", detail: "must have at least one gap")
            }
            policy.schedule.gaps = []
            for gap in gaps {
                do {
                    policy.schedule.gaps.append(try Duration(configured: gap))
                } catch {
                    throw reader.problem("schedule", detail: error.reason)
                }
            }
        }
        if let gap = try reader.optionalValue("firstConnectRetry", duration) {
            policy.schedule.firstConnectRetry = gap
        }
        if let lifetime = try reader.optionalValue("lifetime", duration) {
            policy.schedule.lifetime = lifetime
        }
        switch try reader.optionalString("unknownRetry") {
        case nil: break
        case "never": policy.unknownRetryDelay = nil
        case let text?:
            guard let delay = try? Duration(configured: text), delay >= .seconds(1800) else {
                throw reader.problem("unknownRetry", detail: "must be never, or at least 30m")
            }
            policy.unknownRetryDelay = delay
        }
        return policy
    }
}
